//! Clients: their connections, what they wait for, and who may say what.

use alloc::vec::Vec;
use core::net::SocketAddrV4;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::Time;
use crate::io::{ConnId, Signal};
use crate::node::Node;
use crate::timer::Timer;

/// Why writes are held back. Each reason ends on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub(crate) enum PauseReason {
    /// CLIENT PAUSE
    Command,
    /// SHUTDOWN waits for replicas.
    Shutdown,
    /// A manual failover.
    Failover,
}

/// All clients of a node.
#[derive(Debug, Default, BorshSerialize, BorshDeserialize)]
pub(crate) struct Clients {}

impl Node {
    pub(crate) fn client_accepted(
        &mut self,
        _conn: ConnId,
        _local: SocketAddrV4,
        _peer: SocketAddrV4,
    ) {
        todo!()
    }

    pub(crate) fn client_received(&mut self, _conn: ConnId, _bytes: &[u8]) {
        todo!()
    }

    pub(crate) fn client_closed(&mut self, _conn: ConnId) {
        todo!()
    }

    /// The peer's end of a client connection.
    pub(crate) fn client_peer(&self, _conn: ConnId) -> Option<SocketAddrV4> {
        todo!()
    }

    /// Closes a client's connection from our side and forgets the client (a replica that must
    /// synchronise anew). `replica_closed` follows, as for every client that goes.
    pub(crate) fn free_client(&mut self, _conn: ConnId) {
        todo!()
    }

    /// SIGTERM and SIGINT: SHUTDOWN, as Redis does it.
    pub(crate) fn client_signal(&mut self, _signal: Signal) {
        todo!()
    }

    /// When [`Node::clients_cron`] has something to do: expiry, pauses, blocked clients, shutdown.
    pub(crate) fn clients_due(&self) -> Option<Time> {
        todo!()
    }

    pub(crate) fn clients_cron(&mut self) {
        todo!()
    }

    pub(crate) fn clients_before_sleep(&mut self) {
        todo!()
    }

    /// Holds all writes back until `until`, for `reason`.
    pub(crate) fn pause_writes(&mut self, _reason: PauseReason, _until: Time) {
        todo!()
    }

    /// Ends the pause of one reason.
    pub(crate) fn unpause(&mut self, _reason: PauseReason) {
        todo!()
    }

    /// Whether writes are held back (replication PINGs, GETACKs and expiry rest too).
    pub(crate) fn writes_paused(&self) -> bool {
        todo!()
    }

    /// A master became a replica: blocked clients (WAIT ...) get UNBLOCKED and are closed; held
    /// writes are evaluated anew, which redirects them.
    pub(crate) fn unblock_clients_on_demotion(&mut self) {
        todo!()
    }

    /// Executes a command from the master's stream: no redirects, no pause, no reply; it does not
    /// propagate again (the stream itself is relayed by `replication`).
    pub(crate) fn apply_from_master(&mut self, _argv: &[Vec<u8>]) {
        todo!()
    }

    pub(crate) fn client_timers(&self, _timers: &mut Vec<Timer>) {
        todo!()
    }
}
