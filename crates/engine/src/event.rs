//! Facts about what a node decided, told beside its log lines. The page owns their wording.

use alloc::string::String;
use alloc::vec::Vec;
use core::net::SocketAddrV4;

use borsh::{BorshDeserialize, BorshSerialize};
use bus::{Epoch, NodeId, Slot};

use crate::Time;

/// Master or replica.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Role {
    /// Takes writes for its slots.
    Master,
    /// Copies a master.
    Replica,
}

/// The three forms of `CLUSTER FAILOVER`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum FailoverMode {
    /// Agreed with the master.
    Default,
    /// Without the master, with votes.
    Force,
    /// Without the master and without votes.
    Takeover,
}

/// Why a master refused its vote, in the order in which Redis checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Refusal {
    /// The request's epoch is older than ours.
    StaleEpoch {
        /// The request's `currentEpoch`.
        request: Epoch,
        /// Ours.
        current: Epoch,
    },
    /// The vote of this epoch is given.
    AlreadyVoted {
        /// The epoch.
        epoch: Epoch,
    },
    /// The candidate is a master to us.
    CandidateIsMaster,
    /// We do not know the candidate's master.
    MasterUnknown,
    /// The candidate's master is not failing and the request is not forced.
    MasterUp,
    /// We voted about this master within two node timeouts.
    VotedRecently {
        /// Milliseconds until we would vote again.
        wait_ms: u64,
    },
    /// A slot it claims belongs to a newer configuration.
    SlotEpoch {
        /// The slot.
        slot: Slot,
        /// The owner's `configEpoch`.
        owner: Epoch,
        /// The request's `configEpoch`.
        request: Epoch,
    },
}

/// What became of a node's data when its replication history changed.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Data {
    /// There is none: the process starts without a file, or was reset.
    Empty,
    /// It stays as it is.
    Kept,
    /// A full synchronisation replaced it by the master's.
    Received,
    /// It was loaded from a file.
    Loaded {
        /// The replication id that the file carries; empty when it carries none.
        id: String,
    },
}

/// Something a node decided or noticed.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// The node's name: at its start, and when CLUSTER RESET HARD gave it another.
    Named {
        /// The name.
        id: NodeId,
    },
    /// The process accepts connections.
    Ready,
    /// A node became known.
    PeerAdded {
        /// Who.
        peer: NodeId,
    },
    /// A node was dropped.
    PeerRemoved {
        /// Who.
        peer: NodeId,
    },
    /// No answer for a node timeout: PFAIL.
    MarkedPossiblyFailed {
        /// About whom.
        peer: NodeId,
        /// How many slots it owns.
        slots: u16,
        /// When its last PONG came.
        last_pong: Option<Time>,
        /// Since when it counts as silent: the PING that is unanswered, or any data after it.
        silent_since: Time,
        /// The node timeout in milliseconds.
        timeout_ms: u64,
    },
    /// PFAIL is over.
    ClearedPossiblyFailed {
        /// About whom.
        peer: NodeId,
    },
    /// A master's gossip says that `about` fails, and it is the first time or a renewal after expiry.
    FailureReported {
        /// About whom.
        about: NodeId,
        /// By whom.
        by: NodeId,
        /// Live reports, our own opinion included if it counts.
        reports: u32,
        /// The majority that is needed.
        needed: u32,
    },
    /// FAIL, because a majority agrees (`told_by` is none) or because we were told.
    MarkedFailed {
        /// About whom.
        peer: NodeId,
        /// Who sent the FAIL message.
        told_by: Option<NodeId>,
    },
    /// FAIL is over.
    ClearedFailed {
        /// About whom.
        peer: NodeId,
    },
    /// `cluster_state` changed.
    ClusterState {
        /// Whether it is ok.
        ok: bool,
    },
    /// An election was planned.
    ElectionScheduled {
        /// The master that is to be replaced.
        master: NodeId,
        /// Milliseconds until it starts.
        delay_ms: u64,
        /// The fixed part of it; the rank's part is what remains.
        fixed_ms: u64,
        /// The random part of it.
        random_ms: u64,
        /// Siblings with more data.
        rank: u32,
        /// Our replication offset.
        offset: u64,
    },
    /// The rank got worse while waiting, and the start moved.
    ElectionRank {
        /// The new rank.
        rank: u32,
        /// Milliseconds added.
        added_ms: u64,
    },
    /// Votes were asked for.
    ElectionStarted {
        /// The epoch of the election.
        epoch: Epoch,
    },
    /// A vote came in.
    VoteReceived {
        /// From whom.
        from: NodeId,
        /// Votes so far.
        votes: u32,
        /// The majority that is needed.
        needed: u32,
    },
    /// The election was won.
    ElectionWon {
        /// Its epoch.
        epoch: Epoch,
    },
    /// No majority came in time.
    ElectionExpired {
        /// Its epoch.
        epoch: Epoch,
    },
    /// We voted.
    VoteGranted {
        /// For whom.
        candidate: NodeId,
        /// In which epoch.
        epoch: Epoch,
    },
    /// We refused to vote.
    VoteRefused {
        /// To whom.
        candidate: NodeId,
        /// Why.
        why: Refusal,
    },
    /// `CLUSTER FAILOVER` was accepted here.
    ManualFailoverRequested {
        /// In which form.
        mode: FailoverMode,
        /// The master that is to be replaced.
        master: NodeId,
    },
    /// Our replica asked us to pause (MFSTART).
    ManualFailoverPaused {
        /// The replica.
        replica: NodeId,
    },
    /// The paused master told its offset.
    ManualFailoverOffset {
        /// The offset in bytes.
        offset: u64,
    },
    /// Everything up to the master's offset is applied; the election may start.
    ManualFailoverReady,
    /// The five seconds are over.
    ManualFailoverTimedOut,
    /// The role changed.
    RoleChanged {
        /// The new role.
        role: Role,
        /// The new master of a replica.
        master: Option<NodeId>,
    },
    /// Our `configEpoch` changed.
    ConfigEpoch {
        /// The new one.
        epoch: Epoch,
    },
    /// A slot range changed hands, as this node sees it.
    SlotsMoved {
        /// How many slots.
        count: u32,
        /// The new owner; none for unassigned.
        to: Option<NodeId>,
    },
    /// The link to the master stands and data flows.
    MasterLinkUp {
        /// Whether only the missing part was sent.
        partial: bool,
    },
    /// The link to the master is gone.
    MasterLinkDown,
    /// A replica is being served.
    ReplicaSynced {
        /// Its address.
        replica: SocketAddrV4,
        /// Whether only the missing part was sent.
        partial: bool,
    },
    /// A replica's link is gone.
    ReplicaLost {
        /// Its address.
        replica: SocketAddrV4,
    },
    /// From here on the data is at this place of this replication history.
    HistoryChanged {
        /// The replication id.
        id: String,
        /// The offset up to which the data has the history.
        offset: u64,
        /// What became of the data.
        data: Data,
    },
    /// We told our master how far we are.
    OffsetAcknowledged {
        /// The offset up to which commands took effect.
        offset: u64,
    },
    /// A client's command changed data.
    Wrote {
        /// The client's end of its connection.
        client: SocketAddrV4,
        /// Our offset after it.
        offset: u64,
    },
    /// A client's WAIT was answered.
    WaitAnswered {
        /// The client's address.
        client: SocketAddrV4,
        /// The replicas that had acknowledged what the client wrote.
        by: Vec<SocketAddrV4>,
    },
    /// Writes are held back, until they are released or the time is over.
    ClientsPaused {
        /// Milliseconds until the pause ends by itself.
        for_ms: u64,
    },
    /// Held clients go on.
    ClientsUnpaused,
    /// The process is about to end.
    ShuttingDown {
        /// Why.
        reason: String,
    },
    /// What nodes.conf says of this node: told when it is read, and when it is written.
    Configured {
        /// Its master; none for a master.
        master: Option<NodeId>,
        /// The `configEpoch` that its word carries: its own, or its master's.
        epoch: Epoch,
        /// The slots that are its own: ranges, ends included.
        slots: Vec<(Slot, Slot)>,
        /// Whom it holds for failed (FAIL: true) or doubts (PFAIL: false).
        failing: Vec<(NodeId, bool)>,
    },
}
