//! The cluster: who is known, who owns what, who is alive, who follows whom.

use alloc::string::String;
use alloc::vec::Vec;
use core::net::SocketAddrV4;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::Time;
use crate::command::{Call, Spec};
use crate::event::Role;
use crate::io::{ConnId, ConnectError};
use crate::node::Node;
use crate::resp::reply::Reply;
use crate::rng::Rng;
use crate::timer::Timer;
use crate::view::View;

/// A node's view of its cluster.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
pub(crate) struct Cluster {}

impl Cluster {
    /// A fresh node with a random name.
    pub(crate) fn new(_rng: &mut Rng) -> Self {
        Self {}
    }
}

/// Why a command is not served here. Its text is the error that Redis answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Redirect(pub String);

impl Node {
    /// Reads nodes.conf, or makes a new identity and saves it; opens the bus port.
    ///
    /// # Errors
    /// What redis-server logs before it exits with 1.
    pub(crate) fn cluster_boot(&mut self, _nodes_conf: Option<&[u8]>) -> Result<(), String> {
        todo!()
    }

    /// Master or replica, as the cluster configuration has it.
    pub(crate) fn role(&self) -> Role {
        todo!()
    }

    /// Whether this node serves `keys` for this command, asked before a command runs and again when
    /// a held client is looked at anew. `readonly` is the client's READONLY flag, `asking` its
    /// ASKING flag; `writes` says whether the command is one.
    ///
    /// # Errors
    /// MOVED, ASK, TRYAGAIN, CROSSSLOT or CLUSTERDOWN.
    pub(crate) fn cluster_route(
        &self,
        _keys: &[&[u8]],
        _writes: bool,
        _readonly: bool,
        _asking: bool,
    ) -> Result<(), Redirect> {
        todo!()
    }

    /// CLUSTER and its subcommands.
    pub(crate) fn cmd_cluster(&mut self, _call: &Call<'_>) -> Reply {
        todo!()
    }

    pub(crate) fn bus_accepted(
        &mut self,
        _conn: ConnId,
        _local: SocketAddrV4,
        _peer: SocketAddrV4,
    ) {
        todo!()
    }

    pub(crate) fn bus_connected(&mut self, _conn: ConnId, _local: SocketAddrV4) {
        todo!()
    }

    pub(crate) fn bus_connect_failed(&mut self, _conn: ConnId, _why: ConnectError) {
        todo!()
    }

    pub(crate) fn bus_received(&mut self, _conn: ConnId, _bytes: &[u8]) {
        todo!()
    }

    pub(crate) fn bus_closed(&mut self, _conn: ConnId) {
        todo!()
    }

    /// When [`Node::cluster_cron`] has something to do, never later than it really has. Ticks in
    /// between are skipped, so this must name every tick at which the cron would change or send
    /// anything (drawing random numbers included).
    pub(crate) fn cluster_due(&self) -> Option<Time> {
        todo!()
    }

    /// Redis's clusterCron; `tick` counts 100 ms periods since the start.
    pub(crate) fn cluster_cron(&mut self, _tick: u64) {
        todo!()
    }

    pub(crate) fn cluster_before_sleep(&mut self) {
        todo!()
    }

    pub(crate) fn cluster_timers(&self, _timers: &mut Vec<Timer>) {
        todo!()
    }

    /// What the node believes, for whoever watches.
    #[must_use]
    pub fn view(&self) -> View {
        todo!()
    }
}

/// The cluster's commands.
pub(crate) const COMMANDS: &[Spec] = &[];
