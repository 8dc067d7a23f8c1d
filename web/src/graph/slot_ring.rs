//! The slot ring: who owns which part of the key space.

use std::f64::consts::{PI, TAU};

use yew::prelude::*;

use super::seats::{Point, Seats};
use crate::format::slot_range;
use crate::state::shards::{Arc, SLOTS};
use crate::state::standing::{Doubt, Standing};
use crate::t;

/// The slot ring.
pub fn slot_ring(seats: &Seats, standings: &[Standing], arcs: &[Arc]) -> Html {
    // The first shard sits at the top: half of its slots lie to the left of twelve o'clock.
    let first = arcs.first().map_or(0.0, |arc| f64::from(arc.range.1) + 1.0);
    let turn = -PI / 2.0 - TAU * first / SLOTS as f64 / 2.0;
    let draw = |arc: &Arc| draw_arc(arc, seats, standings, turn);
    html! {
        <g class="slots">
            { for arcs.iter().map(|arc| wedge(arc, seats, standings, turn)) }
            <circle class="track" cx={seats.centre.x.to_string()} cy={seats.centre.y.to_string()}
                r={seats.ring.to_string()} />
            { for arcs.iter().map(draw) }
            { middle(seats, standings) }
        </g>
    }
}

fn angle(slot: f64, turn: f64) -> f64 {
    turn + TAU * slot / SLOTS as f64
}

fn ends(arc: &Arc, turn: f64, gap: f64) -> (f64, f64) {
    let (first, last) = arc.range;
    (angle(f64::from(first), turn) + gap, angle(f64::from(last) + 1.0, turn) - gap)
}

fn is_served(arc: &Arc, standings: &[Standing]) -> bool {
    let owner = arc.owner.and_then(|host| standings.get(host));
    owner.is_some_and(|it| it.runs() && it.doubt < Doubt::Failed)
}

fn draw_arc(arc: &Arc, seats: &Seats, standings: &[Standing], turn: f64) -> Html {
    let (from, to) = ends(arc, turn, 1.6 / seats.ring);
    if to <= from {
        return Html::default();
    }
    let served = if is_served(arc, standings) { "served" } else { "unserved" };
    // The first slot is written inside the ring, where its range begins, as on a dial.
    let text = seats.centre.polar(from + 15.0 / seats.ring, seats.ring - 21.0);
    let owner = arc.owner.map(|host| host.to_string());
    html! {
        <g key={arc.range.0.to_string()} class={classes!("arc", served)} data-owner={owner}
            data-slots={slot_range(arc.range)}>
            <path class="own" d={curve(seats.centre, seats.ring, from, to)} />
            if arc.rival.is_some() {
                <path class="rival" d={curve(seats.centre, seats.ring - 8.0, from, to)} />
            }
            if to - from > 0.5 && !seats.small() && seats.ring > 70.0 {
                <text x={format!("{:.1}", text.x)} y={format!("{:.1}", text.y)} dy="0.35em">
                    { arc.range.0 }
                </text>
            }
        </g>
    }
}

/// The way from the owner to its slots; it swings over when the owner changes.
fn wedge(arc: &Arc, seats: &Seats, standings: &[Standing], turn: f64) -> Html {
    let Some(owner) = arc.owner.and_then(|host| seats.hosts.get(host)).copied() else {
        return Html::default();
    };
    let (from, to) = ends(arc, turn, 1.6 / seats.ring);
    if to - from < 0.1 || !seats.around() {
        return Html::default();
    }
    let outer = seats.ring + 3.0;
    let (start, end) = (seats.centre.polar(from, outer), seats.centre.polar(to, outer));
    let reach = outer + seats.ring * 0.28;
    let (bend_start, bend_end) = (seats.centre.polar(from, reach), seats.centre.polar(to, reach));
    let large = u8::from(to - from > PI);
    let d = format!(
        "M{} Q{} {} Q{} {} A{outer:.1} {outer:.1} 0 {large} 0 {}Z",
        at(start),
        at(bend_start),
        at(owner),
        at(bend_end),
        at(end),
        at(start)
    );
    let class = classes!("wedge", (!is_served(arc, standings)).then_some("unserved"));
    html! { <path key={format!("w{}", arc.range.0)} {class} {d} /> }
}

fn middle(seats: &Seats, standings: &[Standing]) -> Html {
    let running: Vec<_> = standings.iter().filter(|it| it.runs()).collect();
    let ok = running.iter().filter(|it| it.state_ok).count();
    let (word, class) = match ok {
        0 => (t!("ring-down"), "down"),
        _ if ok == running.len() => (t!("ring-ok"), "ok"),
        _ => (t!("ring-split", ok = ok, all = running.len()), "split"),
    };
    let epoch = running.iter().map(|it| it.current_epoch).max().unwrap_or_default();
    let Point { x, y } = seats.centre;
    html! {
        <g class={classes!("middle", class)} transform={format!("translate({x:.1} {y:.1})")}
            data-cluster-state={class}>
            if seats.ring > 46.0 {
                <text class="what" y="-19">{ t!("ring-cluster") }</text>
                <text class="what" y="23">{ t!("ring-epoch", epoch = epoch) }</text>
            }
            <text class="state" y="5">{ word }</text>
        </g>
    }
}

fn at(point: Point) -> String {
    format!("{:.1} {:.1}", point.x, point.y)
}

/// A part of a circle as a path.
pub fn curve(centre: Point, radius: f64, from: f64, to: f64) -> String {
    // A full circle has no ends: stop just short of it.
    let to = to.min(from + TAU - 0.001);
    let large = u8::from(to - from > PI);
    let (start, end) = (centre.polar(from, radius), centre.polar(to, radius));
    format!("M{} A{radius:.1} {radius:.1} 0 {large} 1 {}", at(start), at(end))
}
