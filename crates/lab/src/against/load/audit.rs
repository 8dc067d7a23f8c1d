//! Reads acknowledged writes back from whoever owns their slots.

use std::fs;
use std::time::{Duration, Instant};

use engine::Time;
use engine::time::Span;
use scenario::workload::{Fate, Written, key_name};
use workshop::condition::Server;

use super::super::ask::Line;
use super::super::nodes::{Claim, claims, owner, state};
use super::super::real::Seat;
use super::crew::Shared;

/// Looks at every key that was written. What its owner lacks is gone; how, the process tells that had
/// acknowledged it.
pub fn audit(shared: &Shared, seats: &[Seat], password: Option<&str>) {
    let claims = claims(seats, password);
    let keys = shared.with(|outside, _| outside.keys());
    let fate = |written: &Written| fate(shared, seats, &claims, written);
    for claim in claims.iter().filter(|it| it.master) {
        let is_here = |slot| owner(&claims, slot).is_some_and(|it| it.seat.host == claim.seat.host);
        let here = keys.iter().filter(|&&(_, slot)| is_here(slot)).map(|&(key, _)| key);
        let here: Vec<u32> = here.collect();
        let names: Vec<_> = here.iter().map(|&key| key_name(key)).collect();
        let values = Line::dial(claim.seat.server, password).and_then(|mut it| it.values(&names));
        for (key, value) in here.into_iter().zip(values.into_iter().flatten()) {
            shared.with(|outside, _| outside.audit(key, value.as_deref(), fate));
        }
    }
    shared.with(|outside, _| outside.settle());
}

/// What became of a write that the owner of its slot does not have.
fn fate(shared: &Shared, seats: &[Seat], claims: &[Claim], written: &Written) -> Fate {
    let Some(seat) = seats.iter().find(|seat| seat.public == written.by) else { return Fate::Lost };
    if state(seat) == Server::Stopped || started(shared, seat).is_none_or(|at| at > written.at) {
        return Fate::Lost;
    }
    // It runs on: as a replica it has taken over what its master has.
    match claims.iter().find(|claim| claim.seat.host == seat.host) {
        Some(claim) if !claim.master => Fate::RolledBack,
        _ => Fate::Open,
    }
}

/// When a host's last server was started, in the workload's time.
fn started(shared: &Shared, seat: &Seat) -> Option<Time> {
    let changed = fs::metadata(&seat.pids).and_then(|it| it.modified()).ok()?;
    let ago: Duration = changed.elapsed().ok()?;
    let at = Instant::now().checked_sub(ago)?.saturating_duration_since(shared.began);
    Some(Time::ZERO + Span(at.as_micros() as u64))
}
