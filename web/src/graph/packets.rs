//! Packets on their way: each dot is one that the hub reported.

use std::collections::BTreeMap;

use bridge::{Flight, FlightKind, Frame};
use yew::prelude::*;

use super::seats::{Point, Seats};
use crate::browser;
use crate::words::{self, flight_tone};

/// A flight that lasts at least this long, in milliseconds of the page's clock, is drawn as it is.
const TRUE_MS: f64 = 150.0;
/// A shorter one is drawn as long as this, so that it can be seen.
const SEEN_MS: f64 = 420.0;
/// Dots in the air at most, of heartbeats and of everything else, beyond those that fly as slowly
/// as they are drawn.
const BEATS: usize = 9;
const OTHERS: usize = 28;

/// A packet in the picture.
struct Dot {
    flight: Flight,
    /// When it set off on the page's clock, if it is drawn longer than it flies.
    stretched: Option<f64>,
}

/// The packets in the picture.
#[derive(Default)]
pub struct Traffic {
    dots: BTreeMap<u64, Dot>,
    seen: u64,
    now_ms: f64,
}

impl Traffic {
    /// Takes in the flights of a frame.
    pub fn take(&mut self, frame: &Frame, pace: f64, page_now: f64) {
        if frame.now_ms < self.now_ms {
            // Another lab was opened: its packets are numbered anew.
            *self = Self::default();
        }
        self.now_ms = frame.now_ms;
        let calm = browser::reduced_motion();
        let newest = frame.flights.iter().map(|it| it.id).max().unwrap_or_default();
        for flight in frame.flights.iter().filter(|it| it.id > self.seen) {
            let lasts = (flight.due_ms - flight.sent_ms) / pace.max(1e-9);
            let stretched = lasts < TRUE_MS;
            if stretched && (calm || !self.has_room(flight.kind)) {
                continue;
            }
            // Those of one frame set off in the order in which they were sent.
            let delay = (self.dots.len() % 6) as f64 * 12.0;
            let stretched = stretched.then_some(page_now + delay);
            self.dots.insert(flight.id, Dot { flight: flight.clone(), stretched });
        }
        self.seen = self.seen.max(newest);
    }

    fn has_room(&self, kind: FlightKind) -> bool {
        let beats = self.dots.values().filter(|it| is_beat(it.flight.kind)).count();
        if is_beat(kind) { beats < BEATS } else { self.dots.len() - beats < OTHERS }
    }

    /// Draws what flies at this moment, and forgets what arrived.
    pub fn draw(&mut self, seats: &Seats, now_ms: f64, page_now: f64) -> Vec<Html> {
        let part = |dot: &Dot| match dot.stretched {
            Some(since) => (page_now - since) / SEEN_MS,
            None => (now_ms - dot.flight.sent_ms) / (dot.flight.due_ms - dot.flight.sent_ms),
        };
        self.dots.retain(|_, dot| part(dot) < 1.0);
        let dots = self.dots.values().filter(|dot| part(dot) >= 0.0);
        dots.filter_map(|dot| draw_dot(dot, part(dot), seats)).collect()
    }
}

fn is_beat(kind: FlightKind) -> bool {
    matches!(kind, FlightKind::Ping | FlightKind::Pong | FlightKind::Other)
}

fn draw_dot(dot: &Dot, part: f64, seats: &Seats) -> Option<Html> {
    let Flight { id, from, to, kind, .. } = dot.flight;
    let (from, to) = (*seats.hosts.get(from)?, *seats.hosts.get(to)?);
    if from == to {
        return None;
    }
    let edge = (seats.node + 2.0) / from.distance(to);
    let along = |part: f64| on_lane(from, to, edge + (1.0 - 2.0 * edge) * part.clamp(0.0, 1.0));
    let (head, tail) = (along(part), along(part - 0.05));
    let named = matches!(flight_tone(kind), "vote" | "fail");
    let radius = match flight_tone(kind) {
        "beat" => 2.0,
        "vote" | "fail" => 4.0,
        _ => 2.8,
    };
    Some(html! {
        <g key={id} class={classes!("packet", flight_tone(kind))} data-kind={format!("{kind:?}")}>
            <line x1={px(tail.x)} y1={px(tail.y)} x2={px(head.x)} y2={px(head.y)} />
            <circle cx={px(head.x)} cy={px(head.y)} r={radius.to_string()} />
            if named {
                <text x={px(head.x)} y={px(head.y - 8.0)}>{ words::flight(kind) }</text>
            }
        </g>
    })
}

/// A point on the lane from one node to another: each direction keeps to its right.
pub(super) fn on_lane(from: Point, to: Point, part: f64) -> Point {
    let length = from.distance(to).max(1.0);
    let bow = 4.0 * part * (1.0 - part) * (6.0 + length * 0.025);
    let (dx, dy) = ((to.x - from.x) / length, (to.y - from.y) / length);
    let straight = from.towards(to, part);
    Point { x: straight.x - dy * bow, y: straight.y + dx * bow }
}

fn px(value: f64) -> String {
    format!("{value:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opposite_directions_keep_apart() {
        let (one, two) = (Point { x: 0.0, y: 0.0 }, Point { x: 100.0, y: 0.0 });
        assert!(on_lane(one, two, 0.5).distance(on_lane(two, one, 0.5)) > 10.0);
        assert_eq!(on_lane(one, two, 1.0), two);
    }
}
