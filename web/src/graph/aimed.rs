//! Aimed faults, where they are aimed.

use bridge::{Faults, LossFrame};
use yew::prelude::*;

use super::lines::press;
use super::packets::on_lane;
use super::seats::{Point, Seats};
use crate::format::span;
use crate::names::Names;
use crate::panels::faults::command;
use crate::state::faults::FaultsAction;
use crate::t;

/// Where along a lane the mark of a fault stands, so that those of both directions keep apart.
const MIDDLE: f64 = 0.5;

/// The faults that last.
pub fn aimed(
    (seats, names): (&Seats, &Names),
    faults: Option<&Faults>,
    on_fault: &Callback<FaultsAction>,
) -> Html {
    let Some(faults) = faults else { return html! {} };
    let losses = faults.losses.iter().filter_map(|it| loss(it, (seats, names), on_fault));
    let links = faults.links.iter().filter_map(|it| {
        let (from, to) = (*seats.hosts.get(it.from)?, *seats.hosts.get(it.to)?);
        let (state, usual) = (&it.state, &it.usual);
        let text = match () {
            () if state.blocked => t!("faults-blocked"),
            () if state.latency_ms != usual.latency_ms => span(state.latency_ms),
            () if state.loss != usual.loss => format!("{}%", state.loss),
            () => format!("± {}", span(state.jitter_ms)),
        };
        let class = if state.blocked { "aimed" } else { "aimed slow" };
        let what = format!("{} → {} {text}", names.ip(it.from), names.ip(it.to));
        let end = undo(what, FaultsAction::EndLink(it.from, it.to), on_fault);
        let edit = press(on_fault, FaultsAction::EditLink(it.from, it.to)).0;
        let id = format!("link-{}-{}", it.from, it.to);
        Some(lane((class, id, text), (from, to), seats, (end, Some(edit))))
    });
    html! {
        <g aria-label={t!("faults-drawn")} role="group">
            { for losses }
            { for links }
        </g>
    }
}

/// How the mark of a fault undoes it: its name, a click, a key.
type Undo = (String, Callback<MouseEvent>, Callback<KeyboardEvent>);

fn undo(what: String, end: FaultsAction, on_fault: &Callback<FaultsAction>) -> Undo {
    let (onclick, onkeydown) = press(on_fault, end);
    (t!("faults-undo-what", what = what), onclick, onkeydown)
}

fn loss(
    it: &LossFrame,
    (seats, names): (&Seats, &Names),
    on_fault: &Callback<FaultsAction>,
) -> Option<Html> {
    let end = undo(command(&it.loss, names), FaultsAction::EndLoss(it.id), on_fault);
    let place = |host: Option<usize>| host.and_then(|host| seats.hosts.get(host).copied());
    let text = short(it);
    let id = format!("loss-{}", it.id);
    Some(match (place(it.loss.from), place(it.loss.to)) {
        (Some(from), Some(to)) => lane(("aimed", id, text), (from, to), seats, (end, None)),
        (Some(at), None) => beside(id, at, seats, format!("{text} →"), end),
        (None, Some(at)) => beside(id, at, seats, format!("→ {text}"), end),
        (None, None) => {
            let middle = Point { x: seats.width / 2.0, y: 14.0 };
            beside(id, Point { y: middle.y - seats.node, ..middle }, seats, text, end)
        }
    })
}

/// What is lost, in a word.
fn short(it: &LossFrame) -> String {
    match it.loss.kinds.as_slice() {
        [] => t!("faults-everything"),
        [one] => one.trim_start_matches("FAILOVER_").to_owned(),
        [one, ..] => format!("{one}…"),
    }
}

/// A crossed-out lane from one node to another. A click on the cross undoes it, one on the lane edits.
fn lane(
    (class, id, text): (&'static str, String, String),
    (from, to): (Point, Point),
    seats: &Seats,
    ((label, onclick, onkeydown), edit): (Undo, Option<Callback<MouseEvent>>),
) -> Html {
    let edge = (seats.node + 4.0) / from.distance(to).max(1.0);
    let at = |part: f64| on_lane(from, to, edge + (1.0 - 2.0 * edge) * part);
    let points = [0.0, 0.25, MIDDLE, 0.75, 1.0].map(at);
    let middle = points[2];
    let piece = |pair: &[Point]| {
        html! { <line x1={px(pair[0].x)} y1={px(pair[0].y)} x2={px(pair[1].x)} y2={px(pair[1].y)} /> }
    };
    html! {
        <g {class} data-fault={id}>
            <g class={edit.is_some().then_some("edits")} onclick={edit}>
                { for points.windows(2).map(piece) }
            </g>
            <g class="undo" role="button" tabindex="0" aria-label={label} {onclick} {onkeydown}>
                <circle cx={px(middle.x)} cy={px(middle.y)} r="7" />
                <path d={format!("M{} {}l6 6m0 -6l-6 6", px(middle.x - 3.0), px(middle.y - 3.0))} />
                // Where there is little room, words would stand on others.
                if seats.around() && !seats.brief() {
                    { words(middle, (from, to), text) }
                } else {
                    <title>{ text }</title>
                }
            </g>
        </g>
    }
}

/// Words on the outer side of a lane's bow, where the lane of the other direction has none.
fn words(middle: Point, (from, to): (Point, Point), text: String) -> Html {
    let length = from.distance(to).max(1.0);
    let (right, down) = ((from.y - to.y) / length, (to.x - from.x) / length);
    let (class, x, y) = match (down, right) {
        (0.5.., _) => ("", 0.0, 19.0),
        (..=-0.5, _) => ("", 0.0, -11.0),
        (_, 0.0..) => ("right", 11.0, 3.5),
        _ => ("left", -11.0, 3.5),
    };
    html! { <text {class} x={px(middle.x + x)} y={px(middle.y + y)}>{ text }</text> }
}

/// A mark above a node.
fn beside(id: String, at: Point, seats: &Seats, text: String, undo: Undo) -> Html {
    let (label, onclick, onkeydown) = undo;
    html! {
        <g class="aimed undo" data-fault={id} role="button" tabindex="0" aria-label={label} {onclick} {onkeydown}>
            <text x={px(at.x)} y={px(at.y - seats.node - 8.0)}>{ format!("✕ {text}") }</text>
        </g>
    }
}

fn px(value: f64) -> String {
    format!("{value:.1}")
}
