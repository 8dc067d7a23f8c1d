//! Where a failover stands and what keeps it, as the node's own checks have it: its cron acts on
//! the same values that a [`crate::View`] shows.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::Time;

/// What a replica's look at its failover comes to, in the order in which it is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
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
    /// `cluster-replica-no-failover` forbids it.
    NoFailover,
    /// Its master has no slots, so there is nothing to take over.
    MasterWithoutSlots,
    /// Its data is older than `cluster-replica-validity-factor` allows.
    DataTooOld {
        /// Its age beyond the node timeout, milliseconds in whole seconds.
        age_ms: u64,
        /// The limit, milliseconds.
        limit_ms: u64,
    },
    /// An election is planned now.
    Plans,
    /// The election starts later.
    Waits {
        /// When.
        starts: Time,
        /// Siblings with more data.
        rank: u32,
    },
    /// No majority came in time.
    Expired {
        /// After when another election is planned.
        retry: Time,
    },
    /// Votes are asked for now.
    Asks,
    /// Votes were asked for, and too few came.
    WaitsForVotes {
        /// Votes so far.
        votes: u32,
        /// The majority that is needed.
        needed: u32,
        /// Masters with slots that this node holds for reachable.
        reachable: u32,
        /// Until when votes count.
        until: Time,
    },
    /// It is elected.
    Wins,
}

impl Verdict {
    /// The moment that it names, if it names one.
    pub(crate) const fn time(&mut self) -> Option<&mut Time> {
        match self {
            Self::Waits { starts: at, .. }
            | Self::Expired { retry: at }
            | Self::WaitsForVotes { until: at, .. } => Some(at),
            _ => None,
        }
    }
}

/// What stands between a node's suspicion of another (PFAIL) and FAIL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Suspicion {
    /// Masters that report the failure, our own suspicion included if it counts.
    pub reports: u32,
    /// The majority that is needed.
    pub needed: u32,
    /// Whether our own suspicion counts: a replica's does not.
    pub own: bool,
    /// Masters that could report it: those that we hold for reachable, and ourselves if we count.
    pub able: u32,
}

impl Suspicion {
    /// Whether the next gossip about it makes it FAIL.
    #[must_use]
    pub const fn is_agreed(&self) -> bool {
        self.reports >= self.needed
    }
}
