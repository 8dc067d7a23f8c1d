//! The cluster: who is known, who owns what, who is alive, who follows whom.
//!
//! - State: `node_table` (nodes and slot owners), this file (everything else), `nodes_conf` (disk).
//! - The bus: `link` (connections), `header` and `gossip` (what is told), `receive` (what is heard),
//!   `handshake` (how strangers meet).
//! - Judgement: `failure` (PFAIL, reports, FAIL), `state` (`cluster_state`), `slots` (ownership),
//!   `epoch` (collisions).
//! - Failover: `election` (a replica stands), `vote` (a master votes), `manual`, `role`.
//! - Time: `cron` (every 100 ms), `due` (which ticks may be skipped), `before_sleep`, `timers`.
//! - What others see: `route`, `view`, `command`.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};
use bus::{Epoch, IpText, NodeFlags, NodeId, Slot};

use crate::Time;
use crate::config::Compat;
use crate::event::Role;
use crate::io::ConnId;
use crate::node::Node;
use crate::rng::Rng;

mod before_sleep;
mod command;
mod cron;
mod due;
mod election;
mod epoch;
mod failure;
mod gossip;
mod handshake;
mod header;
mod link;
mod manual;
mod migration;
mod node_table;
mod nodes_conf;
mod receive;
mod role;
mod route;
mod slots;
mod state;
mod stats;
#[cfg(test)]
mod testing;
mod timers;
mod view;
mod vote;

pub(crate) use command::COMMANDS;

use before_sleep::Todo;
use election::Election;
use link::Link;
use manual::ManualFailover;
use node_table::{Ix, ME, Ms, NodeTable, Peer};
use state::Health;
use stats::Stats;

/// A node's view of its cluster.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
pub(crate) struct Cluster {
    nodes: NodeTable,
    #[borsh(deserialize_with = "crate::gathered::read")]
    links: BTreeMap<ConnId, Link>,
    current_epoch: Epoch,
    last_vote_epoch: Epoch,
    health: Health,
    /// `cluster-announce-ip` as it was last followed.
    announced_ip: IpText,
    /// Slots on their way from here to another node.
    #[borsh(deserialize_with = "crate::gathered::read")]
    migrating: BTreeMap<Slot, Ix>,
    /// Slots on their way from another node to here.
    #[borsh(deserialize_with = "crate::gathered::read")]
    importing: BTreeMap<Slot, Ix>,
    /// Forgotten nodes, and until which unix second gossip must not bring them back.
    #[borsh(deserialize_with = "crate::gathered::read")]
    blacklist: BTreeMap<NodeId, u64>,
    election: Election,
    manual: ManualFailover,
    todo: Todo,
    stats: Stats,
    /// How many nodes were PFAIL when the cron last counted: so many are gossiped about.
    pfail_counted: u32,
    /// Messages with gossip sent so far, for [`Peer::gossiped_in`].
    gossips_sent: u64,
}

impl Cluster {
    /// A fresh node with a random name.
    pub(crate) fn new(rng: &mut Rng) -> Self {
        let flags = NodeFlags::MYSELF.with(NodeFlags::MASTER);
        let me = Peer::new(random_id(rng), random_id(rng), flags, 0);
        Self {
            nodes: NodeTable::new(me),
            links: BTreeMap::new(),
            current_epoch: 0,
            last_vote_epoch: 0,
            health: Health::default(),
            announced_ip: IpText::new(""),
            migrating: BTreeMap::new(),
            importing: BTreeMap::new(),
            blacklist: BTreeMap::new(),
            election: Election::default(),
            manual: ManualFailover::default(),
            todo: Todo::default(),
            stats: Stats::default(),
            pfail_counted: 0,
            gossips_sent: 0,
        }
    }

    /// This node's name.
    pub(crate) fn id(&self) -> NodeId {
        self.me().id
    }

    fn me(&self) -> &Peer {
        &self.nodes[ME]
    }

    fn me_mut(&mut self) -> &mut Peer {
        &mut self.nodes[ME]
    }

    /// The master of this node; none when this node is a master, or does not know it.
    fn my_master(&self) -> Option<Ix> {
        self.me().master
    }

    /// The majority of the masters with slots.
    fn quorum(&self) -> u32 {
        self.health.size / 2 + 1
    }
}

impl Node {
    /// Master or replica, as the cluster configuration has it.
    pub(crate) fn role(&self) -> Role {
        if self.cluster.me().is_replica() { Role::Replica } else { Role::Master }
    }

    fn is_master(&self) -> bool {
        self.role() == Role::Master
    }

    /// Unix milliseconds, the unit of cluster times.
    fn ms(&self) -> Ms {
        self.unix_us() / 1000
    }

    /// The first moment of virtual time at which [`Node::ms`] shows `ms`.
    fn time_of(&self, ms: Ms) -> Time {
        Time((ms * 1000).saturating_sub(self.unix_us_at_zero))
    }

    /// `cluster-node-timeout` in milliseconds.
    fn node_timeout(&self) -> Ms {
        self.config.cluster_node_timeout
    }

    /// A node as log lines name it: since 7.2 with its human name in parentheses.
    fn named(&self, ix: Ix) -> String {
        let peer = &self.cluster.nodes[ix];
        match self.compat {
            Compat::V7_0 => alloc::format!("{}", peer.id),
            Compat::V8_2 => alloc::format!("{} ({})", peer.id, peer.human),
        }
    }
}

/// A name that nobody else has.
fn random_id(rng: &mut Rng) -> NodeId {
    let hex: Vec<u8> = rng.hex(40).into_bytes();
    NodeId(hex.try_into().expect("40 digits"))
}
