//! From what the lab knows to what the page is told. The page's types are mirrors, so that a
//! change below never reaches a component.

pub(crate) mod event;
pub(crate) mod failover;
pub(crate) mod fault;
pub(crate) mod flight;
pub(crate) mod history;
pub(crate) mod node;
pub(crate) mod packet;
pub(crate) mod server_log;
pub(crate) mod take_away;
pub(crate) mod timer;
pub(crate) mod verdict;
pub(crate) mod workload;
pub(crate) mod workshop;

use engine::Time;

/// A number that JavaScript holds exactly: a person may set an epoch beyond that, and is shown the
/// largest one that is safe.
pub(crate) fn safe(number: u64) -> u64 {
    number.min((1 << 53) - 1)
}

/// Virtual milliseconds.
pub(crate) fn ms(time: Time) -> f64 {
    time.0 as f64 / 1000.0
}
