//! Groups, replication links and suspicions: what connects nodes.

use yew::prelude::*;

use super::link_editor::edge_id;
use super::seats::{Point, Seats};
use crate::names::Names;
use crate::state::faults::FaultsAction;
use crate::state::standing::{Doubt, Standing};
use crate::t;

/// What connects nodes.
pub fn lines(
    (seats, names): (&Seats, &Names),
    standings: &[Standing],
    shards: &[Vec<usize>],
    on_fault: &Callback<FaultsAction>,
) -> Html {
    let is_drawn = |host: usize| standings.get(host).is_some_and(|it| !it.forgotten);
    let there = |members: &Vec<usize>| -> Vec<usize> {
        members.iter().copied().filter(|&it| is_drawn(it)).collect()
    };
    let groups = shards.iter().map(there).map(|members| group(&members, seats));
    let ends =
        |(host, it): &(usize, &Standing)| is_drawn(*host) && it.follows.is_some_and(is_drawn);
    let links = standings.iter().enumerate().filter(ends);
    let links = links.filter_map(|(host, it)| link(host, it, (seats, names), on_fault));
    let doubts = standings.iter().enumerate().flat_map(|(host, it)| doubts(host, it, seats));
    html! {
        <g class="lines">
            { for groups }
            { for links }
            { for doubts }
        </g>
    }
}

/// The ground on which a master and its replicas stand.
fn group(members: &[usize], seats: &Seats) -> Html {
    let places: Vec<Point> =
        members.iter().filter_map(|&it| seats.hosts.get(it)).copied().collect();
    // A single point has no line; a tiny one makes the round end caps show.
    let points: Vec<_> = places.iter().map(|at| format!("{:.1},{:.1}", at.x, at.y)).collect();
    let width = seats.node * 2.0 + if seats.small() { 18.0 } else { 30.0 };
    html! { <polyline class="group" points={points.join(" ")} stroke-width={width.to_string()} /> }
}

/// From a master to its replica, the way the data goes.
fn link(
    host: usize,
    standing: &Standing,
    (seats, names): (&Seats, &Names),
    on_fault: &Callback<FaultsAction>,
) -> Option<Html> {
    let master = standing.follows?;
    let (from, to) = (*seats.hosts.get(master)?, *seats.hosts.get(host)?);
    // Where labels stand below their node, a link that comes from below ends beneath them.
    let labels = if seats.small() { 28.0 } else { 0.0 };
    let edge = |node: Point, other: Point| {
        seats.node + 5.0 + if other.y > node.y + seats.node { labels } else { 0.0 }
    };
    let length = from.distance(to);
    let start = from.towards(to, edge(from, to) / length);
    let end = to.towards(from, edge(to, from) / length);
    let class = match standing.link.as_deref() {
        Some("connected") if standing.behind == 0 => "steady",
        Some("connected") => "steady behind",
        Some(_) => "broken",
        None => "broken gone",
    };
    let turn = (to.y - from.y).atan2(to.x - from.x).to_degrees();
    let label = t!("faults-edit-link", from = names.ip(master), to = names.ip(host));
    let edit = FaultsAction::EditLink(master, host);
    let (onclick, onkeydown) = press(on_fault, edit);
    let ends = [px(start.x), px(start.y), px(end.x), px(end.y)].map(AttrValue::from);
    let [x1, y1, x2, y2] = ends;
    Some(html! {
        <g id={edge_id(master, host)} class={classes!("link", class)} role="button" tabindex="0" aria-label={label}
            {onclick} {onkeydown}>
            <line class="hit" x1={x1.clone()} y1={y1.clone()} x2={x2.clone()} y2={y2.clone()} />
            <line {x1} {y1} {x2} {y2} />
            <path d="M-8 -4.5 L0 0 L-8 4.5"
                transform={format!("translate({:.1} {:.1}) rotate({turn:.1})", end.x, end.y)} />
        </g>
    })
}

/// From those who suspect a node to the node, as long as it is no more than a suspicion.
fn doubts(host: usize, standing: &Standing, seats: &Seats) -> Vec<Html> {
    let (true, Some(to)) = (standing.doubt < Doubt::Failed, seats.hosts.get(host)) else {
        return Vec::new();
    };
    let doubters = standing.doubters.iter().filter_map(|&it| seats.hosts.get(it));
    let draw = |from: &Point| {
        let edge = (seats.node + 6.0) / from.distance(*to);
        let (start, end) = (from.towards(*to, edge), from.towards(*to, 1.0 - edge));
        html! {
            <line class="doubt" x1={px(start.x)} y1={px(start.y)} x2={px(end.x)} y2={px(end.y)} />
        }
    };
    doubters.map(draw).collect()
}

/// A click, Enter or Space on something of the picture.
pub fn press(
    on_fault: &Callback<FaultsAction>,
    action: FaultsAction,
) -> (Callback<MouseEvent>, Callback<KeyboardEvent>) {
    let (clicked, send) = (action.clone(), on_fault.clone());
    let onclick = on_fault.reform(move |_: MouseEvent| clicked.clone());
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        if matches!(event.key().as_str(), "Enter" | " ") {
            event.prevent_default();
            event.stop_propagation();
            send.emit(action.clone());
        }
    });
    (onclick, onkeydown)
}

fn px(value: f64) -> String {
    format!("{value:.1}")
}
