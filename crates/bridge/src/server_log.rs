//! Logs of real servers, pasted.

use serde::{Deserialize, Serialize};

/// What a line is about; it chooses a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LogAbout {
    /// Somebody is suspected or marked as failed, or no longer.
    Failure,
    /// Elections and votes.
    Election,
    /// CLUSTER FAILOVER.
    Manual,
    /// A role, an epoch, an owner of slots changes.
    Configuration,
    /// The link between master and replica.
    Replication,
    /// `cluster_state` is ok.
    Well,
    /// `cluster_state` is fail.
    Down,
    /// A process starts or ends.
    Process,
    /// Anything else.
    Other,
}

/// A line of a pasted log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogLine {
    /// Unix milliseconds by the log's own clock.
    pub at_ms: f64,
    /// The process.
    pub pid: u32,
    /// It is a replica at that moment.
    pub replica: bool,
    /// What it says.
    pub text: String,
    /// What that is about.
    pub about: LogAbout,
}
