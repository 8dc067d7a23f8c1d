//! How fast virtual time passes: one idle cluster, all of its nodes in this thread.

use std::time::Instant;

use engine::Time;
use engine::time::Span;
use scenario::{Inline, Lab, Scenario};
use serde::Serialize;

/// What opening a lab may take, virtual.
const OPENING: Span = Span::from_secs(600);

/// What was measured. Wall times are in seconds.
#[derive(Debug, Serialize)]
pub struct Figures {
    /// Which scenario.
    pub scenario: String,
    /// Its servers.
    pub nodes: usize,
    /// How long the scenario's opening took, virtual seconds.
    pub opening_virtual_s: f64,
    /// And by the clock on the wall.
    pub opening_wall_s: f64,
    /// How much virtual time then passed, seconds.
    pub idle_virtual_s: f64,
    /// How long that took.
    pub idle_wall_s: f64,
    /// Virtual seconds per second.
    pub pace: f64,
    /// The trace's hash at the end: the same for every run.
    pub hash: String,
}

/// Opens a lab and lets it idle for `idle`.
///
/// # Panics
/// When the scenario's opening does not end.
#[must_use]
pub fn measure(scenario: &Scenario, seed: u64, idle: Span) -> Figures {
    let begun = Instant::now();
    let mut lab = Lab::open(scenario, seed);
    let mut nodes = Inline::default();
    assert!(nodes.run_opening(&mut lab, OPENING), "the opening does not end");
    let (opened, opening_wall) = (lab.world.now(), begun.elapsed());
    let begun = Instant::now();
    nodes.run_until(&mut lab, opened + idle);
    let idle_wall = begun.elapsed();
    Figures {
        scenario: scenario.name.clone(),
        nodes: nodes.nodes.len(),
        opening_virtual_s: seconds(opened.since(Time::ZERO)),
        opening_wall_s: opening_wall.as_secs_f64(),
        idle_virtual_s: seconds(idle),
        idle_wall_s: idle_wall.as_secs_f64(),
        pace: seconds(idle) / idle_wall.as_secs_f64(),
        hash: format!("{:016x}", lab.world.trace_hash()),
    }
}

fn seconds(span: Span) -> f64 {
    span.0 as f64 / 1e6
}
