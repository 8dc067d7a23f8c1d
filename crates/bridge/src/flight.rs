//! Bytes on their way.

use serde::{Deserialize, Serialize};

/// How many [`Frame::flights`] a frame carries at most.
pub const FLIGHTS_MAX: usize = 48;

/// What kind of bytes are on their way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum FlightKind {
    /// Bus.
    Ping,
    /// Bus.
    Pong,
    /// Bus.
    Meet,
    /// Bus.
    Fail,
    /// Bus.
    Publish,
    /// Bus.
    AuthRequest,
    /// Bus.
    AuthAck,
    /// Bus.
    Update,
    /// Bus.
    MfStart,
    /// The replication stream, either way.
    Replication,
    /// A client's request or its reply.
    Client,
    /// Connection set-up, or a bus message that is none of the above.
    Other,
}

/// Bytes on their way between two hosts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Flight {
    /// The same as long as it flies.
    pub id: u64,
    /// Index of the host.
    pub from: usize,
    /// Index of the host.
    pub to: usize,
    /// What it is.
    pub kind: FlightKind,
    /// Virtual milliseconds.
    pub sent_ms: f64,
    /// Virtual milliseconds.
    pub due_ms: f64,
}
