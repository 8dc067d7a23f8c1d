//! How long failovers take, phase by phase.

mod phases;
mod trial;

pub use phases::Phases;
pub use trial::trial;

use engine::time::Span;
use engine::{Compat, Rng};
use scenario::Scenario;
use scenario::scenario::Plain;
use scenario::script::Step;
use sim::LinkSettings;

/// What all trials of a series have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `cluster-node-timeout` in milliseconds.
    pub node_timeout_ms: u64,
    /// Which Redis the servers speak like. The real ones were measured at 7.0, which tells each
    /// other a little less.
    pub compat: Compat,
    /// One-way latency between hosts, without jitter; none for the lab's own links.
    pub latency: Option<Span>,
}

/// Three masters and three replicas, with the settings under which the real servers were measured.
fn scenario(settings: &Settings, rng: &mut Rng) -> Scenario {
    let (compat, node_timeout) = (settings.compat, settings.node_timeout_ms);
    let mut plain = Plain { compat, node_timeout, ..Plain::default() };
    if let Some(latency) = settings.latency {
        plain.link = LinkSettings { latency, jitter: Span(0), ..plain.link };
    }
    let mut scenario = plain.scenario();
    scenario.opening = spread_starts(scenario.opening, rng);
    scenario
}

/// Servers are started at no particular moment of each other's 100 ms cron.
fn spread_starts(opening: Vec<Step>, rng: &mut Rng) -> Vec<Step> {
    let mut spread = Vec::new();
    for step in opening {
        if matches!(&step, Step::Line(line) if line.starts_with("redis-server")) {
            spread.push(Step::Line(format!("sleep 0.{:03}", 50 + rng.below(100))));
        }
        spread.push(step);
    }
    spread
}
