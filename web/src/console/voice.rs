//! A console's output for those who listen: when it has come to rest, its last lines.

use yew::prelude::*;

use crate::browser::Timer;
use crate::shared::Shared;
use crate::state::console::Console;
use crate::t;

/// Output has come to rest when nothing was added for this long, milliseconds.
const REST_MS: i32 = 500;
/// Lines that are read out at most; of more, the last ones.
const LINES: usize = 12;

/// Properties of [`Voice`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The console.
    pub console: Shared<Console>,
    /// Whose it is.
    pub host: usize,
}

/// A region that screen readers read out; it is not seen. A program that prints without end is
/// heard when it stops.
#[component]
pub fn Voice(props: &Props) -> Html {
    let said = use_state(String::new);
    let heard = use_mut_ref(|| 0);
    {
        // What another console printed before is no news.
        let (heard, lines) = (heard.clone(), props.console.lines);
        use_memo(props.host, move |_| *heard.borrow_mut() = lines);
    }
    {
        let (console, said) = (props.console.clone(), said.setter());
        use_effect_with((props.host, console.lines), move |&(_, lines)| {
            let fresh = lines > *heard.borrow();
            let timer = fresh.then(|| {
                Timer::after(REST_MS, move || {
                    let seen = heard.replace(lines);
                    said.set(words(&console, seen));
                })
            });
            move || drop(timer)
        });
    }
    html! { <p id="console-voice" class="unseen" aria-live="polite">{ (*said).clone() }</p> }
}

fn words(console: &Console, seen: usize) -> String {
    let newest = console.newest(seen, LINES);
    let text = newest.join("\n");
    let more = (console.lines - seen).saturating_sub(newest.len());
    match newest.len() == LINES && more > 0 {
        true => t!("console-more", count = more, text = text),
        false => text,
    }
}
