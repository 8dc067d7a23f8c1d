//! What passed between hosts: a list, one of it opened, and a file of it.

use serde::{Deserialize, Serialize};

use crate::FlightKind;

/// What is wanted of the packets that are kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PacketQuery {
    /// Only of these kinds; none: of all.
    pub kinds: Vec<FlightKind>,
    /// Only what this host sent (index).
    pub from: Option<usize>,
    /// Only what was sent to this host (index).
    pub to: Option<usize>,
    /// Only bus messages that speak of this host's node (index).
    pub about: Option<usize>,
    /// Which moments.
    pub span: PacketSpan,
    /// How many at most, the newest.
    pub limit: usize,
}

/// Which moments.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum PacketSpan {
    /// All that is kept.
    All,
    /// The last so many virtual milliseconds.
    Last(f64),
    /// From the first to the second, virtual milliseconds, without the second.
    Between(f64, f64),
}

/// The newest packets that were asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Packets {
    /// The question.
    pub query: PacketQuery,
    /// The newest first.
    pub rows: Vec<PacketRow>,
    /// How many there are in all.
    pub count: usize,
    /// When the oldest that is kept was sent, virtual milliseconds.
    pub kept_since_ms: Option<f64>,
}

/// A packet in the list: one bus message, or a segment of another connection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PacketRow {
    /// The segment.
    pub id: u64,
    /// Which of its messages.
    pub part: u32,
    /// Index of the host.
    pub from: usize,
    /// Index of the host.
    pub to: usize,
    /// What it is.
    pub kind: FlightKind,
    /// As the protocol calls it: `FAILOVER_AUTH_ACK`, `SYN`, `RESP`.
    pub name: String,
    /// Virtual milliseconds.
    pub sent_ms: f64,
    /// Virtual milliseconds.
    pub due_ms: f64,
    /// Bytes.
    pub size: u32,
    /// The aimed fault that took it out.
    pub lost: Option<u32>,
    /// What it says, in the protocol's words.
    pub info: String,
}

/// A packet opened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PacketDetail {
    /// As in the list.
    pub row: PacketRow,
    /// `ip:port`
    pub from: String,
    /// `ip:port`
    pub to: String,
    /// Its fields in the order of their bytes.
    pub fields: Vec<PacketField>,
    /// Its first bytes.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

/// A field of a packet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PacketField {
    /// How deep inside others.
    pub depth: u8,
    /// As the protocol calls it.
    pub name: String,
    /// What stands there.
    pub value: String,
    /// The first byte.
    pub from: u32,
    /// The byte behind the last one.
    pub end: u32,
}
