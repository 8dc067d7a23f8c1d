//! Timers.

use bridge::{TimerFrame, TimerKind};
use engine::timer::{Timer, TimerKind as Kind};

use super::ms;

/// A running timer, for the page.
pub(crate) fn timer(timer: &Timer) -> TimerFrame {
    TimerFrame {
        kind: kind(timer.kind),
        about: timer.about.map(|id| id.to_string()),
        by: match timer.kind {
            Kind::FailureReport { by } => Some(by.to_string()),
            _ => None,
        },
        armed_ms: ms(timer.armed),
        due_ms: ms(timer.due),
    }
}

fn kind(kind: Kind) -> TimerKind {
    match kind {
        Kind::NodeTimeout => TimerKind::NodeTimeout,
        Kind::Handshake => TimerKind::Handshake,
        Kind::FailureReport { .. } => TimerKind::FailureReport,
        Kind::FailClear => TimerKind::FailClear,
        Kind::Blacklist => TimerKind::Blacklist,
        Kind::Writable => TimerKind::Writable,
        Kind::ElectionStart => TimerKind::ElectionStart,
        Kind::ElectionExpiry => TimerKind::ElectionExpiry,
        Kind::ElectionRetry => TimerKind::ElectionRetry,
        Kind::Vote => TimerKind::Vote,
        Kind::ManualFailover => TimerKind::ManualFailover,
        Kind::ClientPause => TimerKind::ClientPause,
        Kind::ReplPing => TimerKind::ReplPing,
        Kind::ReplAck => TimerKind::ReplAck,
        Kind::ReplTimeout => TimerKind::ReplTimeout,
        Kind::ReplConnect => TimerKind::ReplConnect,
        Kind::ReplSync => TimerKind::ReplSync,
        Kind::Shutdown => TimerKind::Shutdown,
    }
}
