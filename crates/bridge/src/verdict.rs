//! What a node's own checks come to: why a failover does not get on, why nobody is marked FAIL,
//! why a vote was refused.

use serde::{Deserialize, Serialize};

/// What a replica's look at its failover comes to, in the order in which it is checked.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Verdict {
    /// It does not know its master.
    MasterUnknown,
    /// Its master is not FAIL, and nobody asked for a failover.
    MasterUp,
    /// A manual failover waits for the master to pause and to tell its offset.
    ManualOffset {
        /// Whether the bus link to the master stands.
        linked: bool,
    },
    /// A manual failover waits for the rest of the master's stream.
    ManualStream {
        /// Processed so far, bytes.
        applied: u64,
        /// Where the master stands, bytes.
        wanted: u64,
    },
    /// `cluster-replica-no-failover`
    NoFailover,
    /// There is nothing to take over.
    MasterWithoutSlots,
    /// `cluster-replica-validity-factor`
    DataTooOld {
        /// Its age beyond the node timeout, milliseconds.
        age_ms: u64,
        /// The limit, milliseconds.
        limit_ms: u64,
    },
    /// An election is planned now.
    Plans,
    /// The election starts later.
    Waits {
        /// When, virtual milliseconds.
        starts_ms: f64,
        /// Siblings with more data.
        rank: u32,
    },
    /// No majority came in time.
    Expired {
        /// After when another election is planned, virtual milliseconds.
        retry_ms: f64,
    },
    /// Votes are asked for now.
    Asks,
    /// Too few votes came.
    WaitsForVotes {
        /// So far.
        votes: u32,
        /// The majority that is needed.
        needed: u32,
        /// Masters with slots that it holds for reachable.
        reachable: u32,
        /// Until when votes count, virtual milliseconds.
        until_ms: f64,
    },
    /// It is elected.
    Wins,
}

/// What is lacking for FAIL while a node holds another for PFAIL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspicion {
    /// Masters that report the failure, its own doubt included if it counts.
    pub reports: u32,
    /// The majority that is needed.
    pub needed: u32,
    /// Whether its own doubt counts: a replica's does not.
    pub own: bool,
    /// Masters that could report it.
    pub able: u32,
}

/// The rule by which a master refused its vote, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// The request's epoch is older.
    StaleEpoch {
        /// The request's.
        request: u64,
        /// The voter's.
        current: u64,
    },
    /// The vote of this epoch is given.
    AlreadyVoted {
        /// The epoch.
        epoch: u64,
    },
    /// The candidate is a master to the voter.
    CandidateIsMaster,
    /// The voter does not know the candidate's master.
    MasterUnknown,
    /// The candidate's master is not FAIL.
    MasterUp,
    /// It voted about this master within two node timeouts.
    VotedRecently {
        /// Milliseconds until it would vote again.
        wait_ms: u64,
    },
    /// A slot that is claimed belongs to a newer configuration.
    SlotEpoch {
        /// The slot.
        slot: u16,
        /// The owner's `configEpoch`.
        owner: u64,
        /// The request's `configEpoch`.
        request: u64,
    },
}
