//! What moves between frames: timers, captions and packets, redrawn at each animation frame.

use bridge::Frame;
use yew::prelude::*;

use super::caption::captions;
use super::packets::Traffic;
use super::rings::rings;
use super::seats::Seats;
use crate::browser;
use crate::live::{Clock, use_page_clock};
use crate::names::Names;
use crate::shared::Shared;
use crate::state::standing::Standing;
use crate::state::votes::Votes;

/// Properties of [`LiveLayer`].
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

/// Milliseconds for which dots go on moving after time has stopped.
const SETTLE_MS: f64 = 1_000.0;

/// What moves between frames.
#[component]
pub fn LiveLayer(props: &Props) -> Html {
    let Props { seats, frame, clock, names, standings, votes } = props;
    let traffic = use_mut_ref(Traffic::default);
    let seen = use_mut_ref(|| None::<Shared<Frame>>);
    let moving = clock.pace > 0.0 || browser::now() - clock.at < SETTLE_MS;
    let page_now = use_page_clock(moving);

    if seen.borrow().as_ref() != Some(frame) {
        *seen.borrow_mut() = Some(frame.clone());
        traffic.borrow_mut().take(frame, clock.pace, page_now);
    }
    let now_ms = clock.at(page_now);
    let dots = traffic.borrow_mut().draw(seats, now_ms, page_now);
    html! {
        <g class="live" aria-hidden="true">
            { rings(frame, standings, seats, names, now_ms) }
            { captions(frame, standings, seats, names, votes, now_ms) }
            <g class="packets">{ for dots }</g>
        </g>
    }
}
