//! One line above a node that says what it is going through.

use bridge::{Frame, TimerFrame, TimerKind};
use yew::prelude::*;

use super::node::text_width;
use super::rings::progress;
use super::seats::Seats;
use crate::format::span;
use crate::names::Names;
use crate::state::standing::{Doubt, Standing};
use crate::state::votes::Votes;
use crate::t;

/// Captions of all nodes that go through something.
pub fn captions(
    frame: &Frame,
    standings: &[Standing],
    seats: &Seats,
    names: &Names,
    votes: &Votes,
    now_ms: f64,
) -> Html {
    let draw = |host: usize| {
        let (text, class, rings) = election(host, frame, votes, now_ms)
            .or_else(|| trouble(host, frame, standings, names, now_ms))
            // Among many, only what others say of a node, and what it does about it.
            .filter(|caption| {
                seats.around() || caption.1 != "wait" || standings[host].doubt > Doubt::None
            })?;
        let at = seats.hosts.get(host)?;
        let step = if seats.small() { 3.2 } else { 3.7 };
        let rings = if seats.around() { rings } else { 1 };
        let above = at.y - seats.node - 12.0 - step * rings as f64;
        // Where nodes are close to each other, those below have it below their own words.
        let y = match seats.brief() && at.y > seats.centre.y + seats.node {
            true if standings[host].marks().is_empty() => at.y + seats.node + 38.0,
            true => at.y + seats.node + 48.0,
            false => above,
        };
        // All of it is to be seen.
        let half = (text_width(&text) / 2.0 + 4.0).min(seats.width / 2.0);
        let x = at.x.clamp(half, seats.width - half);
        Some(html! {
            <text class={classes!("caption", class)} x={format!("{x:.1}")} y={format!("{y:.1}")}>
                { text }
            </text>
        })
    };
    (0..standings.len()).filter_map(draw).collect()
}

type Caption = (String, &'static str, usize);

/// What a node itself is about to do.
fn election(host: usize, frame: &Frame, votes: &Votes, now_ms: f64) -> Option<Caption> {
    let node = frame.hosts.get(host)?.node.as_ref()?;
    let timer = |kind| node.timers.iter().find(|it: &&TimerFrame| it.kind == kind);
    let left = |timer: &TimerFrame| span(timer.due_ms - now_ms);
    if let Some(election) = votes.of(host) {
        let text = match (election.from.len(), election.needed) {
            (_, 0) => t!("caption-asks"),
            (votes, needed) => t!("caption-votes", votes = votes, needed = needed),
        };
        return Some((text, "vote", 1));
    }
    if let Some(timer) = timer(TimerKind::ElectionStart) {
        return Some((t!("caption-election", span = left(timer)), "vote", 1));
    }
    if let Some(timer) = timer(TimerKind::ClientPause) {
        return Some((t!("caption-held", span = left(timer)), "held", 2));
    }
    if let Some(timer) = timer(TimerKind::ManualFailover) {
        return Some((t!("caption-manual", span = left(timer)), "vote", 1));
    }
    if let Some(timer) = timer(TimerKind::ReplSync) {
        return Some((t!("caption-copy", span = left(timer)), "data", 1));
    }
    timer(TimerKind::Writable).map(|it| (t!("caption-writable", span = left(it)), "held", 1))
}

/// What others think of a node that does not answer.
fn trouble(
    host: usize,
    frame: &Frame,
    standings: &[Standing],
    names: &Names,
    now_ms: f64,
) -> Option<Caption> {
    let standing = &standings[host];
    match standing.doubt {
        Doubt::Failed => return None,
        Doubt::Possibly => {
            let votes = |host: &&usize| {
                let it = &standings[**host];
                it.master && !it.slots.is_empty() && !it.cut
            };
            let votes = standing.doubters.iter().filter(votes).count();
            let believes = |host: &usize| Some(frame.hosts.get(*host)?.node.as_ref()?.size);
            let masters = standing.doubters.iter().filter_map(believes).max().unwrap_or_default();
            let text = match votes {
                0 => t!("caption-suspected-replica"),
                votes => t!("caption-suspected", votes = votes, masters = masters),
            };
            return Some((text, "wait", standings.len() - 1));
        }
        Doubt::None => {}
    }
    let observers = frame.hosts.iter().filter(|it| !it.cut).filter_map(|it| it.node.as_ref());
    let waits = observers.flat_map(|it| &it.timers);
    let about = |it: &&TimerFrame| {
        it.kind == TimerKind::NodeTimeout
            && it.about.as_deref().is_some_and(|id| names.knows(id, host))
            && progress(it, now_ms) > 0.05
    };
    let waits: Vec<_> = waits.filter(about).collect();
    let longest = waits.iter().map(|it| now_ms - it.armed_ms).fold(f64::NAN, f64::max);
    (!waits.is_empty()).then(|| (t!("caption-silent", span = span(longest)), "wait", waits.len()))
}
