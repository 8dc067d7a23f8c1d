//! What a node believes, read out for whoever watches. Reading changes nothing.

use alloc::string::String;
use alloc::vec::Vec;
use core::net::SocketAddrV4;

use borsh::{BorshDeserialize, BorshSerialize};
use bus::{Epoch, NodeFlags, NodeId, Slot};

use crate::Time;
use crate::event::Role;
use crate::timer::Timer;
use crate::verdict::{Suspicion, Verdict};

/// Flags in the order and in the words of CLUSTER NODES.
pub(crate) const FLAG_WORDS: [(NodeFlags, &str); 8] = [
    (NodeFlags::MYSELF, "myself"),
    (NodeFlags::MASTER, "master"),
    (NodeFlags::REPLICA, "slave"),
    (NodeFlags::PFAIL, "fail?"),
    (NodeFlags::FAIL, "fail"),
    (NodeFlags::HANDSHAKE, "handshake"),
    (NodeFlags::NO_ADDR, "noaddr"),
    (NodeFlags::NO_FAILOVER, "nofailover"),
];

/// The words of CLUSTER NODES for the flags that are set, in its order; none for `noflags`.
pub fn flag_names(flags: NodeFlags) -> impl Iterator<Item = &'static str> {
    FLAG_WORDS.iter().filter(move |(flag, _)| flags.has(*flag)).map(|(_, word)| *word)
}

/// One node's state and beliefs at one moment.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct View {
    /// Its name.
    pub id: NodeId,
    /// Its client port.
    pub port: u16,
    /// Master or replica.
    pub role: Role,
    /// Its flags in its own table.
    pub flags: NodeFlags,
    /// The master that it replicates.
    pub master: Option<NodeId>,
    /// Slot ranges that it owns, both ends included.
    pub slots: Vec<(Slot, Slot)>,
    /// `cluster_state`
    pub state_ok: bool,
    /// `cluster_size`: masters with slots.
    pub size: u32,
    /// `currentEpoch`
    pub current_epoch: Epoch,
    /// Its own `configEpoch` (a replica: its master's).
    pub config_epoch: Epoch,
    /// `lastVoteEpoch`
    pub last_vote_epoch: Epoch,
    /// Replication offset in bytes: a master's own, or what a replica has processed.
    pub offset: u64,
    /// The replication id.
    pub replid: String,
    /// A replica's link to its master; none on a master.
    pub master_link: Option<MasterLinkView>,
    /// The replicas that a master serves.
    pub replicas: Vec<ReplicaView>,
    /// Keys in the keyspace.
    pub keys: u64,
    /// Connected clients, replicas not counted.
    pub clients: u32,
    /// Clients that wait for a pause, for WAIT or for a key.
    pub blocked_clients: u32,
    /// Every other node it knows.
    pub peers: Vec<PeerView>,
    /// `cluster-node-timeout` in milliseconds.
    pub node_timeout_ms: u64,
    /// Where a replica's failover stands; none on a master.
    pub verdict: Option<Verdict>,
    /// Its running timers.
    pub timers: Vec<Timer>,
}

impl View {
    /// Tells the times as another clock has them.
    pub(crate) fn map_times(&mut self, map: impl Fn(Time) -> Time) {
        let master = self.master_link.iter_mut().filter_map(|it| it.last_io.as_mut());
        let replicas = self.replicas.iter_mut().map(|it| &mut it.acked_at);
        let peers = self.peers.iter_mut().flat_map(|it| [&mut it.ping_sent, &mut it.pong_received]);
        let timers = self.timers.iter_mut().flat_map(|it| [&mut it.armed, &mut it.due]);
        let verdict = self.verdict.iter_mut().filter_map(Verdict::time);
        for at in master.chain(replicas).chain(peers.flatten()).chain(timers).chain(verdict) {
            *at = map(*at);
        }
    }
}

/// How far a replica's link to its master is.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct MasterLinkView {
    /// The master's address.
    pub to: SocketAddrV4,
    /// As `ROLE` names it: `connect`, `connecting`, `handshake`, `sync`, `connected`.
    pub state: String,
    /// When bytes last came.
    pub last_io: Option<Time>,
}

/// One replica that a master serves.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ReplicaView {
    /// Its announced address.
    pub addr: SocketAddrV4,
    /// As `INFO` names it: `wait_bgsave`, `send_bulk`, `online`.
    pub state: String,
    /// The offset it last acknowledged, in bytes.
    pub acked: u64,
    /// When it last acknowledged.
    pub acked_at: Time,
}

/// What a node believes about another.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct PeerView {
    /// Its name.
    pub id: NodeId,
    /// Its client address, as text since it may be unknown.
    pub addr: String,
    /// Its flags.
    pub flags: NodeFlags,
    /// Its master.
    pub master: Option<NodeId>,
    /// Its `configEpoch`.
    pub config_epoch: Epoch,
    /// Its slot ranges, both ends included.
    pub slots: Vec<(Slot, Slot)>,
    /// Whether the outbound link stands.
    pub connected: bool,
    /// When the pending PING was sent.
    pub ping_sent: Option<Time>,
    /// When the last PONG is known to have come.
    pub pong_received: Option<Time>,
    /// Masters that report it as failing.
    pub reports: Vec<NodeId>,
    /// While it is PFAIL: what is lacking for FAIL.
    pub suspicion: Option<Suspicion>,
}
