//! Replication: PSYNC on both sides, the stream with its offsets and backlog, RDB.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::SocketAddrV4;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::Time;
use crate::io::{ConnId, ConnectError};
use crate::node::Node;
use crate::rng::Rng;
use crate::timer::Timer;
use crate::view::{MasterLinkView, ReplicaView};

/// The replication state of a node, whatever its role.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
pub(crate) struct Replication {}

impl Replication {
    /// A master without replicas and with a random replication id.
    pub(crate) fn new(_rng: &mut Rng) -> Self {
        Self {}
    }
}

impl Node {
    /// Loads `dbfilename` at start: data, and the replication id and offset it carries.
    ///
    /// # Errors
    /// What redis-server logs before it exits with 1.
    pub(crate) fn load_rdb_file(&mut self, _bytes: &[u8]) -> Result<(), String> {
        todo!()
    }

    /// The keyspace as RDB bytes (full sync, SHUTDOWN SAVE).
    pub(crate) fn rdb(&self) -> Vec<u8> {
        todo!()
    }

    /// Starts to replicate from `master` (REPLICAOF, without the checks).
    pub(crate) fn replicate_from(&mut self, _master: SocketAddrV4) {
        todo!()
    }

    /// Stops replicating: shifts the replication id, drops the replicas' links, becomes a master.
    pub(crate) fn stop_replicating(&mut self) {
        todo!()
    }

    /// The address that we replicate from.
    pub(crate) fn replicating_from(&self) -> Option<SocketAddrV4> {
        todo!()
    }

    /// Whether the link to the master stands and is in sync.
    pub(crate) fn master_link_up(&self) -> bool {
        todo!()
    }

    /// For the data age of an election: when the master last spoke while the link stands, or since
    /// when it is down; none if it never stood.
    pub(crate) fn master_last_heard(&self) -> Option<Time> {
        todo!()
    }

    /// What this node announces as its offset: `master_repl_offset`, or what a replica has processed.
    pub(crate) fn repl_offset(&self) -> u64 {
        todo!()
    }

    /// How many replicas are connected, in whatever state.
    pub(crate) fn replica_count(&self) -> usize {
        todo!()
    }

    /// Whether this client is a replica that synchronises from us.
    pub(crate) fn is_replica_client(&self, _conn: ConnId) -> bool {
        todo!()
    }

    /// Whether every replica acknowledged `master_repl_offset` (SHUTDOWN waits for it).
    pub(crate) fn replicas_in_sync(&self) -> bool {
        todo!()
    }

    /// Tells how far each lagging replica is and how many are in sync: what SHUTDOWN logs before it
    /// ends.
    pub(crate) fn log_replicas_at_shutdown(&mut self) {
        todo!()
    }

    /// `sync_full`, `sync_partial_ok` and `sync_partial_err` of INFO stats.
    pub(crate) fn sync_stats(&self) -> (u64, u64, u64) {
        todo!()
    }

    /// How many replicas are online and lag no more than `min-replicas-max-lag`.
    pub(crate) fn good_replicas(&self) -> usize {
        todo!()
    }

    /// Asks all replicas for an acknowledgement (`REPLCONF GETACK *`), before the next sleep.
    pub(crate) fn request_acks(&mut self) {
        todo!()
    }

    /// How many replicas acknowledged at least `offset`.
    pub(crate) fn replicas_acked(&self, _offset: u64) -> usize {
        todo!()
    }

    /// Puts a write into the stream, after the SELECT that it may need. A master's only.
    pub(crate) fn propagate(&mut self, _argv: &[Vec<u8>]) {
        todo!()
    }

    /// A client that may be a replica has gone.
    pub(crate) fn replica_closed(&mut self, _conn: ConnId) {
        todo!()
    }

    pub(crate) fn master_link_connected(&mut self, _conn: ConnId, _local: SocketAddrV4) {
        todo!()
    }

    pub(crate) fn master_link_connect_failed(&mut self, _conn: ConnId, _why: ConnectError) {
        todo!()
    }

    pub(crate) fn master_link_received(&mut self, _conn: ConnId, _bytes: &[u8]) {
        todo!()
    }

    pub(crate) fn master_link_closed(&mut self, _conn: ConnId) {
        todo!()
    }

    /// When [`Node::repl_cron`] has something to do. It runs at every tenth tick only.
    pub(crate) fn repl_due(&self) -> Option<Time> {
        todo!()
    }

    /// Once a second: time-outs, reconnecting, ACK, PING, starting full syncs, backlog expiry.
    pub(crate) fn repl_cron(&mut self) {
        todo!()
    }

    pub(crate) fn repl_before_sleep(&mut self) {
        todo!()
    }

    /// The `# Replication` section of INFO, without its title, lines ending in CRLF.
    pub(crate) fn info_replication(&self) -> String {
        todo!()
    }

    pub(crate) fn master_link_view(&self) -> Option<MasterLinkView> {
        todo!()
    }

    pub(crate) fn replica_views(&self) -> Vec<ReplicaView> {
        todo!()
    }

    /// The replication id of the history we are on.
    pub(crate) fn replid(&self) -> &str {
        todo!()
    }

    pub(crate) fn repl_timers(&self, _timers: &mut Vec<Timer>) {
        todo!()
    }
}

/// Files by name, as a process finds them at start.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;
