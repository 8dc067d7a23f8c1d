//! The running timers of a node, as the page draws them.

use borsh::{BorshDeserialize, BorshSerialize};
use bus::NodeId;

use crate::Time;

/// What a timer's firing means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub enum TimerKind {
    /// A PING to `about` is unanswered; at the due time it is marked PFAIL (`cluster-node-timeout`).
    NodeTimeout,
    /// A handshake with `about` is dropped (node timeout, at least one second).
    Handshake,
    /// The report of `by` about `about` stops counting (two node timeouts).
    FailureReport {
        /// The reporter.
        by: NodeId,
    },
    /// From here on a FAIL of `about`, a master with slots, can be cleared (two node timeouts).
    FailClear,
    /// A forgotten node may be learned again.
    Blacklist,
    /// A master that rejoined a majority takes writes again.
    Writable,
    /// The election starts (500 ms + random + rank).
    ElectionStart,
    /// Votes stop counting (two node timeouts, at least two seconds).
    ElectionExpiry,
    /// Another election may be planned (twice the expiry).
    ElectionRetry,
    /// We may vote about the failed master `about` again (two node timeouts).
    Vote,
    /// A manual failover is given up (five seconds).
    ManualFailover,
    /// Held clients go on by themselves.
    ClientPause,
    /// The next PING in the replication stream (`repl-ping-replica-period`).
    ReplPing,
    /// The next REPLCONF ACK (one second).
    ReplAck,
    /// The replication link is taken for dead (`repl-timeout`).
    ReplTimeout,
    /// The next attempt to reach the master (one second).
    ReplConnect,
    /// A full synchronisation starts (`repl-diskless-sync-delay`).
    ReplSync,
    /// SHUTDOWN stops waiting for replicas (`shutdown-timeout`).
    Shutdown,
}

/// One running timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Timer {
    /// What it is for.
    pub kind: TimerKind,
    /// The node that it is about, if it is about one.
    pub about: Option<NodeId>,
    /// When it was armed.
    pub armed: Time,
    /// When it is due. The node acts on the first turn of its cron at or after this time.
    pub due: Time,
}
