//! Rings and captions, redrawn at each animation frame while time passes.

use bridge::Frame;
use yew::prelude::*;

use super::caption::captions;
use super::rings::rings;
use super::seats::Seats;
use crate::i18n::use_lang;
use crate::live::{Clock, use_page_clock};
use crate::names::Names;
use crate::shared::Shared;
use crate::state::standing::Standing;
use crate::state::votes::Votes;

/// Properties of [`TimerLayer`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Places.
    pub seats: Shared<Seats>,
    /// The last frame.
    pub frame: Shared<Frame>,
    /// Virtual time.
    pub clock: Clock,
    /// How hosts are called.
    pub names: Shared<Names>,
    /// How every host stands.
    pub standings: Shared<Vec<Standing>>,
    /// Elections under way.
    pub votes: Shared<Votes>,
}

/// Rings and captions.
#[component]
pub fn TimerLayer(props: &Props) -> Html {
    let Props { seats, frame, clock, names, standings, votes } = props;
    use_lang();
    let now_ms = clock.at(use_page_clock(*clock, clock.pace > 0.0));
    html! {
        <g class="live" aria-hidden="true">
            { rings(frame, standings, seats, names, now_ms) }
            { captions(frame, standings, seats, names, votes, now_ms) }
        </g>
    }
}
