//! Judged runs: a random cluster, random faults, and the promises that must hold all the same.
//!
//! - `topology`: which cluster a seed stands for. `clients`: who writes and reads meanwhile.
//! - [`faults`]: what goes wrong. `dice`: which of it, and when.
//! - `run`: lets it happen, heals everything and demands that the nodes agree again.
//! - [`promises`]: what is held against the history, one promise a file.
//! - [`shrink`]: the shortest list of faults that still breaks the promise.

mod clients;
mod dice;
pub mod faults;
pub mod promises;
mod run;
pub mod shrink;
mod topology;

use engine::Time;
use engine::time::Span;

pub use faults::{Fault, Moment};
pub use run::{judge, judge_faults};

/// How many clients a judged run has, unless it is told otherwise.
pub const CLIENTS: u8 = 3;

/// What a judged run may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// How many nodes; 6 to 12 by the seed when none.
    pub nodes: Option<u8>,
    /// How many replicas each master has; by the seed when none.
    pub replicas: Option<u8>,
    /// How many clients write and read meanwhile.
    pub clients: u8,
    /// How long things go wrong.
    pub span: Span,
}

/// What came of a seed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The seed.
    pub seed: u64,
    /// What was done to the cluster.
    pub faults: Vec<Moment>,
    /// How much virtual time passed.
    pub passed: Span,
    /// The first promise that was broken.
    pub broken: Option<Broken>,
}

/// A promise that did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Which.
    pub promise: &'static str,
    /// When that was seen.
    pub at: Time,
    /// Who did what, in a sentence.
    pub what: String,
}
