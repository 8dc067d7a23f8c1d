//! A node at one moment.

use serde::{Deserialize, Serialize};

use crate::{Suspicion, Verdict};

/// A node's beliefs at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NodeFrame {
    /// 40 characters.
    pub id: String,
    /// Master, or replica.
    pub master: bool,
    /// As CLUSTER NODES shows them, `myself` left out: `master`, `slave`, `fail?` ...
    pub flags: Vec<String>,
    /// The id of the master that it replicates.
    pub master_id: Option<String>,
    /// Slot ranges, both ends included.
    pub slots: Vec<(u16, u16)>,
    /// `cluster_state:ok`
    pub state_ok: bool,
    /// `cluster_size`
    pub size: u32,
    /// `cluster_current_epoch`
    pub current_epoch: u64,
    /// `cluster_my_epoch`
    pub config_epoch: u64,
    /// The last epoch voted in.
    pub last_vote_epoch: u64,
    /// Replication offset, bytes.
    pub offset: u64,
    /// Replication id.
    pub replid: String,
    /// As ROLE names it; none on a master.
    pub link: Option<String>,
    /// Keys held.
    pub keys: u64,
    /// Clients connected.
    pub clients: u32,
    /// Clients held or waiting.
    pub blocked_clients: u32,
    /// Replicas served.
    pub replicas: Vec<ReplicaFrame>,
    /// Whom it knows.
    pub peers: Vec<PeerFrame>,
    /// `cluster-node-timeout`, milliseconds.
    pub node_timeout_ms: u64,
    /// Where a replica's failover stands; none on a master.
    pub verdict: Option<Verdict>,
    /// Running timers.
    pub timers: Vec<TimerFrame>,
}

/// A replica as its master sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReplicaFrame {
    /// `ip:port`
    pub addr: String,
    /// `wait_bgsave`, `send_bulk`, `online`
    pub state: String,
    /// Bytes sent and not acknowledged.
    pub lag_bytes: u64,
}

/// A peer as a node sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PeerFrame {
    /// 40 characters.
    pub id: String,
    /// `ip:port`
    pub addr: String,
    /// As CLUSTER NODES shows them.
    pub flags: Vec<String>,
    /// Id of its master.
    pub master_id: Option<String>,
    /// `configEpoch`
    pub config_epoch: u64,
    /// Slot ranges, both ends included.
    pub slots: Vec<(u16, u16)>,
    /// Whether the link to it stands.
    pub connected: bool,
    /// Virtual milliseconds.
    pub ping_sent_ms: Option<f64>,
    /// Virtual milliseconds.
    pub pong_received_ms: Option<f64>,
    /// Ids of the masters that report it as failing.
    pub reports: Vec<String>,
    /// While it is PFAIL: what is lacking for FAIL.
    pub suspicion: Option<Suspicion>,
}

/// What a timer is for; the page words it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TimerKind {
    /// Unanswered PING.
    NodeTimeout,
    /// Unfinished handshake.
    Handshake,
    /// A report's life.
    FailureReport,
    /// FAIL can be cleared from here on.
    FailClear,
    /// A forgotten node may come back.
    Blacklist,
    /// A rejoined master takes writes again.
    Writable,
    /// The election starts.
    ElectionStart,
    /// Votes stop counting.
    ElectionExpiry,
    /// Another election may be planned.
    ElectionRetry,
    /// May vote about that master again.
    Vote,
    /// The manual failover is given up.
    ManualFailover,
    /// Held clients go on.
    ClientPause,
    /// Next replication PING.
    ReplPing,
    /// Next REPLCONF ACK.
    ReplAck,
    /// The replication link is taken for dead.
    ReplTimeout,
    /// Next attempt to reach the master.
    ReplConnect,
    /// A full synchronisation starts.
    ReplSync,
    /// SHUTDOWN stops waiting.
    Shutdown,
}

/// A running timer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TimerFrame {
    /// What it is for.
    pub kind: TimerKind,
    /// Id of the node that it is about.
    pub about: Option<String>,
    /// Id of the node whose report it is, for a report's life.
    pub by: Option<String>,
    /// When it was armed, virtual milliseconds.
    pub armed_ms: f64,
    /// When it is due, virtual milliseconds.
    pub due_ms: f64,
}
