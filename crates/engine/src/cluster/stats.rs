//! Messages counted by kind, for CLUSTER INFO.

use alloc::format;
use alloc::string::String;

use borsh::{BorshDeserialize, BorshSerialize};
use bus::PacketKind;

/// Kinds as CLUSTER INFO names them, at the index of their wire number.
const NAMES: [&str; 11] = [
    "ping",
    "pong",
    "meet",
    "fail",
    "publish",
    "auth-req",
    "auth-ack",
    "update",
    "mfstart",
    "module",
    "publishshard",
];

/// How many messages were sent and received.
#[derive(Debug, Default, Clone, BorshSerialize, BorshDeserialize)]
pub(crate) struct Stats {
    sent: [u64; NAMES.len()],
    received: [u64; NAMES.len()],
}

impl Stats {
    pub(crate) fn count_sent(&mut self, kind: PacketKind) {
        if let Some(count) = self.sent.get_mut(usize::from(kind.wire())) {
            *count += 1;
        }
    }

    pub(crate) fn count_received(&mut self, kind: PacketKind) {
        if let Some(count) = self.received.get_mut(usize::from(kind.wire())) {
            *count += 1;
        }
    }

    /// The lines of CLUSTER INFO: kinds that occurred, then the sum, for each direction.
    pub(crate) fn info(&self) -> String {
        let mut out = String::new();
        for (counts, verb) in [(&self.sent, "sent"), (&self.received, "received")] {
            for (name, count) in NAMES.iter().zip(counts).filter(|(_, count)| **count > 0) {
                out += &format!("cluster_stats_messages_{name}_{verb}:{count}\r\n");
            }
            let sum: u64 = counts.iter().sum();
            out += &format!("cluster_stats_messages_{verb}:{sum}\r\n");
        }
        out
    }
}

/// A kind as log lines name it.
pub(crate) fn kind_name(kind: PacketKind) -> &'static str {
    NAMES.get(usize::from(kind.wire())).copied().unwrap_or("unknown")
}
