//! How long failovers take, phase by phase.

mod phases;
mod trial;

pub use phases::Phases;
pub use trial::trial;

use engine::time::Span;
use scenario::lab::Scenario;

/// What all trials of a series have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `cluster-node-timeout` in milliseconds.
    pub node_timeout_ms: u64,
    /// One-way latency between hosts, without jitter; none for the lab's own links.
    pub latency: Option<Span>,
}

/// The walkthrough's cluster of three masters and three replicas, with the settings under which
/// the real servers were measured.
fn scenario(_settings: &Settings) -> Scenario {
    Scenario { name: "walkthrough".into() }
}
