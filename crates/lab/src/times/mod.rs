//! How long failovers take, phase by phase.

mod phases;
mod trial;

pub use phases::Phases;
pub use trial::trial;

use engine::time::Span;
use scenario::Scenario;
use scenario::scenario::Plain;
use sim::LinkSettings;

/// What all trials of a series have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `cluster-node-timeout` in milliseconds.
    pub node_timeout_ms: u64,
    /// One-way latency between hosts, without jitter; none for the lab's own links.
    pub latency: Option<Span>,
}

/// Three masters and three replicas, with the settings under which the real servers were measured.
fn scenario(settings: &Settings) -> Scenario {
    let mut plain = Plain { node_timeout: settings.node_timeout_ms, ..Plain::default() };
    if let Some(latency) = settings.latency {
        plain.link = LinkSettings { latency, jitter: Span(0), ..plain.link };
    }
    plain.scenario()
}
