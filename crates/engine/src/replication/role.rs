//! Changing sides: a master that follows another, a replica that leads.

use alloc::format;
use core::net::SocketAddrV4;

use super::host_port;
use super::link::{Cached, Link};
use crate::event::Data;
use crate::log::Level;
use crate::node::Node;

impl Node {
    /// Starts to replicate from `master` (REPLICAOF, without the checks).
    pub(crate) fn replicate_from(&mut self, master: SocketAddrV4) {
        let was_master = self.repl.link.is_none();
        self.leave_master();
        self.unblock_clients_on_demotion();
        self.repl.link = Some(Link::new(master, self.now));
        if was_master {
            self.discard_cached_master();
            self.cache_own_stream();
        }
        self.log(Level::Notice, format!("Connecting to MASTER {}", host_port(master)));
        self.dial_master();
    }

    /// Stops replicating: shifts the replication id, drops the replicas' links, becomes a master.
    pub(crate) fn stop_replicating(&mut self) {
        if self.repl.link.is_none() {
            return;
        }
        self.leave_master();
        self.discard_cached_master();
        let new = self.rng.hex(40);
        self.repl.history.branch(new, self.repl.offset);
        let line = format!(
            "Setting secondary replication ID to {}, valid up to offset: {}. New replication ID is \
             {}",
            self.repl.history.id2(),
            self.repl.history.second_offset(),
            self.repl.history.id()
        );
        self.log(self.demoted(), line);
        self.disconnect_replicas();
        // A new master starts its part of the stream with a SELECT.
        self.repl.select_due = true;
        self.repl.no_replicas_since = Some(self.now);
        self.repl.down_since = None;
        self.repl.attempts = (0, 0);
        self.repl.disconnected_secs = 0;
        self.tell_history(Data::Kept);
    }

    /// Ends the link to the present master, whatever its state. As in Redis, the lines about it are
    /// already those of a node without master.
    fn leave_master(&mut self) {
        let Some(mut link) = self.repl.link.take() else { return };
        if let Some(conn) = link.conn.take() {
            self.close(conn);
        }
        if let Some(stream) = link.stream() {
            let (id, offset) = (self.repl.history.id().into(), stream.applied);
            self.repl.cached = Some(Cached { id, offset });
            self.note_master_lost();
        }
    }

    /// Remembers our own stream as one that another master may continue.
    pub(super) fn cache_own_stream(&mut self) {
        self.log(
            Level::Notice,
            "Before turning into a replica, using my own master parameters to synthesize a cached \
             master: I may be able to synchronize with the new master with just a partial \
             transfer.",
        );
        let (id, offset) = (self.repl.history.id().into(), self.repl.offset);
        self.repl.cached = Some(Cached { id, offset });
    }

    pub(super) fn discard_cached_master(&mut self) {
        if self.repl.cached.take().is_some() {
            self.log(Level::Notice, "Discarding previously cached master state.");
        }
    }
}
