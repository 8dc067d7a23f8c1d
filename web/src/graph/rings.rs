//! Rings around nodes, one for each running timer that matters to a failover.
//!
//! A node timeout is drawn around the node that is waited for, one ring for each observer that
//! counts it; everything else around the node that runs the timer.

use std::f64::consts::{PI, TAU};

use bridge::{Frame, TimerFrame, TimerKind};
use yew::prelude::*;

use super::seats::Seats;
use super::slot_ring::curve;
use crate::names::Names;
use crate::state::standing::{Doubt, Standing};

/// A timer that has run for less than this part is not worth a ring.
const VISIBLE: f64 = 0.02;

/// A ring: how much of it is drawn, and its class.
struct Ring {
    part: f64,
    class: &'static str,
}

/// All rings at a moment of virtual time.
pub fn rings(
    frame: &Frame,
    standings: &[Standing],
    seats: &Seats,
    names: &Names,
    now_ms: f64,
) -> Html {
    let waits = waits(frame, names, now_ms);
    let draw = |host: usize| {
        let mut rings = about(host, &waits[host], standings, seats);
        rings.extend(own(host, frame, now_ms));
        draw_rings(host, &rings, seats)
    };
    (0..standings.len().min(waits.len())).map(draw).collect()
}

/// How far a timer is, 0 to 1.
pub fn progress(timer: &TimerFrame, now_ms: f64) -> f64 {
    let whole = timer.due_ms - timer.armed_ms;
    if whole <= 0.0 { 1.0 } else { ((now_ms - timer.armed_ms) / whole).clamp(0.0, 1.0) }
}

/// Of each host: who counts a node timeout about it, and how far that is. One pass over all timers,
/// since there are many of them in a large lab.
fn waits(frame: &Frame, names: &Names, now_ms: f64) -> Vec<Vec<(usize, f64)>> {
    let mut waits = vec![Vec::new(); frame.hosts.len()];
    for (observer, now) in frame.hosts.iter().enumerate() {
        let Some(node) = now.node.as_ref().filter(|_| !now.cut) else { continue };
        for timer in node.timers.iter().filter(|it| it.kind == TimerKind::NodeTimeout) {
            let host = timer.about.as_deref().and_then(|id| names.host(id));
            if let Some(waits) = host.filter(|&it| it != observer).and_then(|it| waits.get_mut(it))
            {
                waits.push((observer, progress(timer, now_ms)));
            }
        }
    }
    waits
}

/// The rings of those who wait for a host. Whoever has given up on it closes its ring.
fn about(host: usize, waits: &[(usize, f64)], standings: &[Standing], seats: &Seats) -> Vec<Ring> {
    if standings[host].doubt == Doubt::Failed {
        return Vec::new();
    }
    if !seats.around() {
        return together(host, waits, standings);
    }
    let mut rings = Vec::new();
    for observer in (0..standings.len()).filter(|&it| it != host && !standings[it].cut) {
        let part = waits.iter().filter(|it| it.0 == observer).map(|it| it.1).fold(0.0, f64::max);
        let given_up = standings[host].doubters.contains(&observer);
        // Only masters with slots have a say in a failure.
        let votes = standings[observer].master && !standings[observer].slots.is_empty();
        let class = match (given_up, votes) {
            (true, true) => "wait given-up",
            (true, false) => "wait given-up mute",
            (false, true) => "wait",
            (false, false) => "wait mute",
        };
        if given_up {
            rings.push(Ring { part: 1.0, class });
        } else if part > VISIBLE {
            rings.push(Ring { part, class });
        }
    }
    rings
}

/// Among many, one ring for all: how far the longest wait is, then which part of the masters has
/// given up.
fn together(host: usize, waits: &[(usize, f64)], standings: &[Standing]) -> Vec<Ring> {
    let votes = |it: &usize| standings[*it].master && !standings[*it].slots.is_empty();
    let masters = (0..standings.len()).filter(votes).count().max(1);
    let given_up = standings[host].doubters.iter().filter(|it| votes(it)).count();
    let longest = waits.iter().map(|it| it.1).fold(0.0, f64::max);
    let ring = match given_up {
        0 => Ring { part: longest, class: "wait" },
        some => Ring { part: some as f64 / masters as f64, class: "wait given-up" },
    };
    if ring.part > VISIBLE { vec![ring] } else { Vec::new() }
}

/// The timers of a host's own server, drawn as the time that is left.
fn own(host: usize, frame: &Frame, now_ms: f64) -> Vec<Ring> {
    let Some(node) = frame.hosts.get(host).and_then(|it| it.node.as_ref()) else {
        return Vec::new();
    };
    let ring = |timer: &TimerFrame| {
        let class = own_class(timer.kind)?;
        Some(Ring { part: 1.0 - progress(timer, now_ms), class })
    };
    node.timers.iter().filter_map(ring).collect()
}

fn own_class(kind: TimerKind) -> Option<&'static str> {
    match kind {
        TimerKind::ElectionStart => Some("vote"),
        TimerKind::ElectionExpiry => Some("vote faint"),
        TimerKind::ManualFailover => Some("vote faint"),
        TimerKind::ClientPause => Some("held"),
        TimerKind::Writable => Some("held"),
        TimerKind::ReplSync => Some("data"),
        TimerKind::Shutdown => Some("wait"),
        _ => None,
    }
}

fn draw_rings(host: usize, rings: &[Ring], seats: &Seats) -> Html {
    let Some(&at) = seats.hosts.get(host) else { return Html::default() };
    let (first, step) = if seats.small() { (5.0, 3.2) } else { (6.0, 3.7) };
    let draw = |(place, ring): (usize, &Ring)| {
        let radius = seats.node + first + step * place as f64;
        let end = -PI / 2.0 + TAU * ring.part;
        html! { <path class={classes!("ring", ring.class)} d={curve(at, radius, -PI / 2.0, end)} /> }
    };
    rings.iter().enumerate().map(draw).collect()
}
