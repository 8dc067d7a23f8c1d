//! The past of a lab, for whoever wants to repeat it.

use serde::{Deserialize, Serialize};

/// All that makes a lab what it is at one moment: whoever opens the same scenario with the same
/// seed and does the same at the same times comes to the same hash.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// What the lab was opened from, as [`crate::ToHub::Open`] takes it.
    pub scenario: String,
    /// The seed.
    pub seed: u64,
    /// The moment, virtual microseconds.
    pub now_us: u64,
    /// The trace's hash at that moment, hexadecimal.
    pub hash: String,
    /// What was done from outside, in order.
    pub actions: Vec<PastAction>,
}

/// Something that was done to the lab.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PastAction {
    /// When, virtual microseconds.
    pub at_us: u64,
    /// What.
    pub action: Action,
}

/// What can be done to a lab from outside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Action {
    /// A line was typed into a console.
    Type {
        /// Index of the host.
        host: usize,
        /// Without the line end.
        line: String,
    },
    /// Ctrl-C in a console.
    Interrupt {
        /// Index of the host.
        host: usize,
    },
    /// The link from one host to another was changed.
    Link {
        /// Index of the host.
        from: usize,
        /// Index of the host.
        to: usize,
        /// One-way latency, microseconds.
        latency_us: u64,
        /// Added at most, microseconds.
        jitter_us: u64,
        /// Lost segments in a million.
        loss_ppm: u32,
        /// Nothing passes.
        blocked: bool,
    },
    /// The workload was started, changed or stopped.
    Workload {
        /// Its settings as flags of `load`; none for no workload.
        flags: Option<String>,
    },
    /// Something was to be lost from here on.
    SetRule(Rule),
    /// A rule was lifted before its end.
    LiftRule {
        /// Its number in the lab.
        id: u32,
    },
    /// A node's worker broke.
    Crashed {
        /// The process.
        pid: u32,
    },
}

/// What was to be lost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Only what this host sends (index).
    pub from: Option<usize>,
    /// Only what this host would receive (index).
    pub to: Option<usize>,
    /// Only connections to a port from the first to the last of these.
    pub ports: Option<(u16, u16)>,
    /// Only bus messages with these type fields; none: everything.
    pub kinds: Vec<u16>,
    /// Up to this moment, virtual microseconds.
    pub until_us: Option<u64>,
    /// Only so many.
    pub count: Option<u32>,
}
