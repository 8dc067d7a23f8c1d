//! What nodes decide, and what is done to them.

use serde::{Deserialize, Serialize};

/// Something that a node decided, or that was done to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NodeEvent {
    /// Virtual milliseconds.
    pub at_ms: f64,
    /// Index of the host.
    pub host: usize,
    /// What.
    pub fact: Fact,
}

/// Facts, worded by the page. Nodes are named by their ids.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Fact {
    /// A process started.
    Started,
    /// A process ended, with its exit status; none when it was killed.
    Ended(Option<i32>),
    /// A worker broke.
    Crashed(String),
    /// A process was frozen, or goes on.
    Frozen(bool),
    /// A host was cut off, or reconnected.
    Cut(bool),
    /// The host was added.
    HostAdded,
    /// The host was taken away.
    HostRemoved,
    /// No answer for a node timeout.
    PossiblyFailed(String),
    /// It answers again before it was marked FAIL.
    NotPossiblyFailed(String),
    /// A master reports a failure.
    FailureReported {
        /// About whom.
        about: String,
        /// By whom.
        by: String,
        /// Reports so far.
        reports: u32,
        /// Reports needed.
        needed: u32,
    },
    /// FAIL: by a majority, or told by a node.
    Failed {
        /// About whom.
        about: String,
        /// By whom it was told.
        told_by: Option<String>,
    },
    /// FAIL is over.
    NotFailed(String),
    /// `cluster_state`
    ClusterState(bool),
    /// An election is planned.
    ElectionScheduled {
        /// Milliseconds.
        delay_ms: u64,
        /// Siblings with more data.
        rank: u32,
        /// Bytes.
        offset: u64,
    },
    /// The rank got worse.
    ElectionRank {
        /// The new rank.
        rank: u32,
        /// Milliseconds added.
        added_ms: u64,
    },
    /// Votes are asked for.
    ElectionStarted(u64),
    /// A vote came in.
    VoteReceived {
        /// From whom.
        from: String,
        /// So far.
        votes: u32,
        /// Needed.
        needed: u32,
    },
    /// Won.
    ElectionWon(u64),
    /// No majority in time.
    ElectionExpired(u64),
    /// We voted.
    VoteGranted {
        /// For whom.
        candidate: String,
        /// In which epoch.
        epoch: u64,
    },
    /// We refused.
    VoteRefused {
        /// Whom.
        candidate: String,
        /// Why, in the words of Redis's log.
        why: String,
    },
    /// CLUSTER FAILOVER was accepted: `""`, `FORCE` or `TAKEOVER`.
    ManualFailoverRequested(String),
    /// A master pauses for its replica.
    ManualFailoverPaused(String),
    /// The paused master's offset.
    ManualFailoverOffset(u64),
    /// All caught up.
    ManualFailoverReady,
    /// Five seconds over.
    ManualFailoverTimedOut,
    /// Became a master (none) or a replica of that master.
    RoleChanged(Option<String>),
    /// `configEpoch`
    ConfigEpoch(u64),
    /// Slots changed hands.
    SlotsMoved {
        /// How many.
        count: u32,
        /// To whom.
        to: Option<String>,
    },
    /// The link to the master stands; true when only the missing part was sent.
    MasterLinkUp(bool),
    /// The link to the master is gone.
    MasterLinkDown,
    /// A replica is served.
    ReplicaSynced {
        /// `ip:port`
        replica: String,
        /// Only the missing part.
        partial: bool,
    },
    /// A replica is gone.
    ReplicaLost(String),
    /// Writes are held for so many milliseconds; none: until further notice.
    ClientsPaused(Option<u64>),
    /// Writes go on.
    ClientsUnpaused,
    /// SHUTDOWN or a signal.
    ShuttingDown(String),
}
