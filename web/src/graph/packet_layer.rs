//! Packets in flight, redrawn at each animation frame while anything moves.

use bridge::Frame;
use yew::prelude::*;

use super::packets::Traffic;
use super::seats::Seats;
use crate::browser;
use crate::live::{Clock, use_page_clock};
use crate::shared::Shared;

/// Milliseconds for which dots go on moving after time has stopped.
const SETTLE_MS: f64 = 1_000.0;

/// Properties of [`PacketLayer`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Places.
    pub seats: Shared<Seats>,
    /// The last frame.
    pub frame: Shared<Frame>,
    /// Virtual time.
    pub clock: Clock,
}

/// Packets in flight.
#[component]
pub fn PacketLayer(props: &Props) -> Html {
    let Props { seats, frame, clock } = props;
    let traffic = use_mut_ref(Traffic::default);
    let seen = use_mut_ref(|| None::<Shared<Frame>>);
    let moving = clock.pace > 0.0 || browser::now() - clock.at < SETTLE_MS;
    let page_now = use_page_clock(*clock, moving);

    if seen.borrow().as_ref() != Some(frame) {
        *seen.borrow_mut() = Some(frame.clone());
        traffic.borrow_mut().take(frame, clock.pace, page_now);
    }
    let dots = traffic.borrow_mut().draw(seats, clock.at(page_now), page_now);
    // A picture of its own, so that the one beneath need not be painted anew for each frame.
    html! {
        <svg class="packets" viewBox={format!("0 0 {} {}", seats.width, seats.height)} aria-hidden="true">
            { for dots }
        </svg>
    }
}
