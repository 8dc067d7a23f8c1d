//! The few signs on buttons, drawn in a 16 by 16 box.

use yew::prelude::*;

/// A sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// Let time pass.
    Play,
    /// Stop time.
    Pause,
    /// To the next thing that happens.
    Step,
    /// To the next decision.
    Next,
    /// Sun and moon.
    Theme,
    /// Close.
    Close,
    /// One more.
    Add,
    /// Copy.
    Copy,
    /// Begin again.
    Reset,
    /// Die.
    Dice,
    /// More room above.
    Up,
    /// Less room above.
    Down,
    /// A lab of one's own.
    Design,
    /// A link.
    Link,
    /// Into a file.
    Save,
    /// Out of a file.
    Load,
    /// A page of text.
    Report,
    /// Machines.
    Servers,
    /// To the end.
    End,
    /// Where ways part.
    Fork,
    /// Speech in several languages.
    Language,
    /// A keyboard.
    Keys,
    /// Something to work through.
    Exercise,
    /// Done.
    Tick,
    /// Not yet.
    Ring,
    /// Not to be done.
    Bar,
    /// To what was before.
    Back,
    /// To what comes.
    Forward,
    /// Shown to a room.
    Present,
    /// On paper.
    Print,
    /// On paper, with all that there is.
    PrintAll,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Play => "M4.5 2.8v10.4L13 8z",
            Self::Pause => "M4 3h2.8v10H4zM9.2 3H12v10H9.2z",
            Self::Step => "M3.5 3h2v10h-2zM7.5 3.2v9.6L13.5 8z",
            Self::Next => "M2.5 3.4v9.2L7.4 8zM7.4 3.4v9.2L12.3 8zM12.2 3.2h1.6v9.6h-1.6z",
            Self::Theme => {
                "M8 1.5a6.5 6.5 0 1 0 0 13zM8 1.5v13a6.5 6.5 0 0 0 0-13m0 1.4a5.1 5.1 0 0 1 0 10.2z"
            }
            Self::Add => "M7.3 2h1.4v5.3H14v1.4H8.7V14H7.3V8.7H2V7.3h5.3z",
            Self::Close => {
                "M3.6 2.7 8 7.1l4.4-4.4.9.9L8.9 8l4.4 4.4-.9.9L8 8.9l-4.4 4.4-.9-.9L7.1 8 2.7 3.6z"
            }
            Self::Copy => {
                "M5.5 1.8h7.2c.8 0 1.5.7 1.5 1.5v7.2h-1.5V3.3H5.5zM3.3 4.8h6.4c.8 0 1.5.7 1.5 1.5v6.4c0 .8-.7 1.5-1.5 1.5H3.3c-.8 0-1.5-.7-1.5-1.5V6.3c0-.8.7-1.5 1.5-1.5m0 1.5v6.4h6.4V6.3z"
            }
            Self::Design => "M7.200 2h1.600v5.200H14v1.600H8.800V14H7.200V8.800H2V7.200h5.200z",
            Self::Up => "M8 4.6l5 5-1 1-4-4-4 4-1-1z",
            Self::Down => "M8 11.4l-5-5 1-1 4 4 4-4 1 1z",
            Self::Link => {
                "M6.700 9.300a2.700 2.700 0 0 0 3.800 0l2.300-2.300a2.700 2.700 0 1 0-3.800-3.800L8 4.200l-1-1 1-1a4.100 4.100 0 1 1 5.800 5.800l-2.300 2.300a4.100 4.100 0 0 1-5.800 0zM9.300 6.700a2.700 2.700 0 0 0-3.800 0L3.200 9a2.700 2.700 0 1 0 3.800 3.800l1-1 1 1-1 1A4.100 4.100 0 1 1 2.200 8l2.300-2.300a4.100 4.100 0 0 1 5.800 0z"
            }
            Self::Save => {
                "M7.300 1.500h1.400v6.200l2.300-2.300 1 1-4 4-4-4 1-1 2.300 2.300zM2.500 12.600h11V14h-11z"
            }
            Self::Load => {
                "M7.300 10.400V4.200L5 6.500l-1-1 4-4 4 4-1 1-2.300-2.300v6.200zM2.500 12.600h11V14h-11z"
            }
            Self::Report => {
                "M3 1.500h7l3 3v10H3zM4.400 2.900v10.200h7.200V5.500H9V2.900zM5.500 7.200h5v1.200h-5zm0 2.600h5V11h-5z"
            }
            Self::Servers => {
                "M2.500 2h11v5h-11zm1.400 1.400v2.200h8.200V3.400zM2.500 9h11v5h-11zm1.400 1.400v2.200h8.200v-2.200zM5 4h1.300v1H5zm0 7h1.300v1H5z"
            }
            Self::End => "M3 3.200v9.600L9.500 8zM11 3h1.800v10H11z",
            Self::Fork => {
                "M4.200 1.500a2 2 0 0 1 .7 3.900v1.100c0 .5.4.9.9.9h4.400c.5 0 .9-.4.9-.9V5.400a2 2 0 1 1 1.400 0v1.100c0 1.300-1 2.300-2.300 2.300H8.700v1.800a2 2 0 1 1-1.400 0V8.800H5.800a2.300 2.300 0 0 1-2.300-2.300V5.400a2 2 0 0 1 .7-3.900"
            }
            Self::Language => {
                "M1.5 3h5.2V1.8h1.4V3h4v1.3h-1.6a9 9 0 0 1-2.2 3.9l1.6 1.4-.6 1.2-2-1.7a10 10 0 0 1-3.9 2.3l-.5-1.3a8.600 8.600 0 0 0 3.500-2 9 9 0 0 1-1.700-2.500h1.500q.500 1 1.200 1.700a7.500 7.500 0 0 0 1.700-3H1.500zM11.300 8h1.500l2.700 6.700h-1.500l-.6-1.600h-2.700l-.6 1.600H8.600zm.7 1.900-.9 2h1.800z"
            }
            Self::Keys => {
                "M2.600 3.500h10.800c.9 0 1.600.7 1.600 1.600v5.800c0 .9-.7 1.600-1.600 1.600H2.600c-.9 0-1.600-.7-1.600-1.600V5.100c0-.9.7-1.600 1.600-1.600m0 1.300a.3.300 0 0 0-.3.300v5.800c0 .2.100.3.300.300h10.800a.3.300 0 0 0 .3-.3V5.100a.3.300 0 0 0-.3-.3zM3.500 6h1.300v1.300H3.500zm2.600 0h1.300v1.300H6.100zm2.600 0H10v1.300H8.700zm2.500 0h1.300v1.300h-1.300zM5 8.700h6V10H5z"
            }
            Self::Exercise => {
                "M2 2.500h2.400v2.400H2zM6 3h8v1.400H6zM2 6.800h2.400v2.400H2zM6 7.300h8v1.400H6zM2 11.100h2.400v2.400H2zM6 11.600h8V13H6z"
            }
            Self::Tick => {
                "M6.400 12.600 2.200 8.400l1.100-1.100 3.100 3.100 6.300-6.300 1.100 1.100z"
            }
            Self::Ring => {
                "M8 2.500a5.500 5.500 0 1 1 0 11 5.500 5.500 0 0 1 0-11m0 1.300a4.200 4.200 0 1 0 0 8.400 4.200 4.200 0 0 0 0-8.400"
            }
            Self::Bar => {
                "M8 2.500a5.500 5.500 0 1 1 0 11 5.500 5.500 0 0 1 0-11m0 1.300a4.200 4.200 0 1 0 0 8.400 4.200 4.200 0 0 0 0-8.400M5.200 7.350h5.600v1.300H5.200z"
            }
            Self::Back => "M9.900 2.800 11 3.900 6.900 8l4.100 4.100-1.100 1.100L4.700 8z",
            Self::Forward => "M6.100 2.800 5 3.900 9.100 8 5 12.100l1.100 1.100L11.300 8z",
            Self::Present => {
                "M1.500 2h13v1.300h-.8v7H8.700v1.300l2.800 2.500-.9 1L8 12.800l-2.600 2.300-.9-1 2.800-2.500v-1.300h-5v-7h-.8zm2.100 1.300V9h8.800V3.300z"
            }
            Self::Print => {
                "M4.300 1.500h7.400v3.200h1.300c.8 0 1.500.7 1.500 1.500v5h-2.800v3.300H4.300v-3.300H1.500v-5c0-.8.700-1.500 1.500-1.500h1.300zm1.300 1.300v1.900h4.800V2.800zM2.800 6v3.900h1.500V8.600h7.400v1.300h1.500V6zm2.800 3.900v3.300h4.800V9.900z"
            }
            Self::PrintAll => {
                "M4.300 1.500h7.400v3.200h1.300c.8 0 1.500.7 1.500 1.500v5h-2.800v3.300H4.300v-3.300H1.500v-5c0-.8.700-1.500 1.500-1.500h1.300zm1.300 1.300v1.900h4.800V2.800zM4.300 8.600h7.400v5.900H4.300zm3.100 4 3.100-3.100-.8-.8-2.300 2.300-1.100-1.100-.8.8z"
            }
            Self::Reset => "M8 2.5a5.5 5.5 0 1 1-5.3 4h1.6A4 4 0 1 0 8 4v2.2L4.6 3.2 8 .3z",
            Self::Dice => {
                "M3.5 2h9c.8 0 1.5.7 1.5 1.5v9c0 .8-.7 1.5-1.5 1.5h-9c-.8 0-1.5-.7-1.5-1.5v-9C2 2.7 2.7 2 3.5 2m0 1.4v9.2h9V3.4zM5.5 4.4a1.1 1.1 0 1 1 0 2.2 1.1 1.1 0 0 1 0-2.2M8 6.9a1.1 1.1 0 1 1 0 2.2 1.1 1.1 0 0 1 0-2.2m2.5 2.5a1.1 1.1 0 1 1 0 2.2 1.1 1.1 0 0 1 0-2.2"
            }
        }
    }

    /// The sign as an image without a name of its own; the button carries the name.
    pub fn draw(self) -> Html {
        html! {
            <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
                <path d={self.path()} />
            </svg>
        }
    }
}
