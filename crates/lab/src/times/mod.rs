//! How long failovers take, phase by phase.

mod phases;
mod trial;

pub use phases::Phases;
pub use trial::trial;

use engine::time::Span;
use scenario::Scenario;
use scenario::scenario::Plain;

/// What all trials of a series have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `cluster-node-timeout` in milliseconds.
    pub node_timeout_ms: u64,
    /// One-way latency between hosts, without jitter; none for the lab's own links.
    pub latency: Option<Span>,
}

/// A cluster of three masters and three replicas, with the settings under which the real servers
/// were measured.
fn scenario(settings: &Settings) -> Scenario {
    Plain { node_timeout: settings.node_timeout_ms, ..Plain::default() }.scenario()
}
