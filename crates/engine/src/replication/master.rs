//! The master's side: who may continue, who needs everything, and how they get it.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};

use super::ids::Mismatch;
use super::replica::{Applicant, Replica, ReplicaState};
use crate::Time;
use crate::event::{Data, Event};
use crate::io::ConnId;
use crate::log::Level;
use crate::node::Node;

/// How synchronisations went, for INFO stats.
#[derive(Debug, Default, BorshSerialize, BorshDeserialize)]
pub(super) struct SyncCounts {
    pub full: u64,
    pub partial_ok: u64,
    pub partial_err: u64,
}

impl Node {
    /// A replica names a history and the first byte it misses. Continues there, or takes it among
    /// those that wait for everything.
    pub(super) fn serve_psync(&mut self, about: Applicant, id: &str, offset: i64) {
        let name = about.name();
        self.log(Level::Notice, format!("Replica {name} asks for synchronization"));
        match self.can_continue(&name, id, offset) {
            Some(offset) => {
                self.repl.counts.partial_ok += 1;
                self.continue_replica(about, offset);
            }
            None => {
                self.repl.counts.partial_err += u64::from(!id.starts_with('?'));
                self.enlist_for_full_sync(about, false);
            }
        }
    }

    /// The old form of PSYNC: everything, and no acknowledgements.
    pub(super) fn serve_sync(&mut self, about: Applicant) {
        self.log(Level::Notice, format!("Replica {} asks for synchronization", about.name()));
        self.enlist_for_full_sync(about, true);
    }

    /// The offset to continue at, unless the history or the backlog forbids it.
    fn can_continue(&mut self, name: &str, id: &str, offset: i64) -> Option<u64> {
        let why = match self.repl.history.check(id, offset) {
            Ok(()) => return self.backlog_reaches(name, offset),
            Err(_) if id.starts_with('?') => format!("Full resync requested by replica {name}"),
            Err(Mismatch::UnknownId) => format!(
                "Partial resynchronization not accepted: Replication ID mismatch (Replica asked \
                 for '{id}', my replication IDs are '{}' and '{}')",
                self.repl.history.id(),
                self.repl.history.id2()
            ),
            Err(Mismatch::BeyondSecond(limit)) => format!(
                "Partial resynchronization not accepted: Requested offset for second ID was \
                 {offset}, but I can reply up to {limit}"
            ),
        };
        self.log(Level::Notice, why);
        None
    }

    fn backlog_reaches(&mut self, name: &str, offset: i64) -> Option<u64> {
        let wanted = u64::try_from(offset).ok();
        let reaches = |&wanted: &u64| {
            self.repl.backlog.as_ref().is_some_and(|backlog| backlog.can_continue_at(wanted))
        };
        let found = wanted.filter(reaches);
        if found.is_none() {
            self.log(
                Level::Notice,
                format!(
                    "Unable to partial resync with replica {name} for lack of backlog (Replica \
                     request was: {offset})."
                ),
            );
            if wanted.is_some_and(|wanted| wanted > self.repl.offset) {
                self.log(
                    Level::Warning,
                    format!(
                        "Warning: replica {name} tried to PSYNC with an offset that is greater \
                         than the master replication offset."
                    ),
                );
            }
        }
        found
    }

    fn continue_replica(&mut self, about: Applicant, offset: u64) {
        let (name, psync2) = (about.name(), about.capa_psync2);
        let missing = self.repl.backlog.as_ref().map(|it| it.since(offset)).unwrap_or_default();
        let sent = missing.len();
        let mut replica = Replica::new(about, self.now, ReplicaState::Online);
        replica.out = if psync2 {
            format!("+CONTINUE {}\r\n", self.repl.history.id()).into_bytes()
        } else {
            b"+CONTINUE\r\n".to_vec()
        };
        replica.out.extend(missing);
        let address = replica.address();
        self.repl.replicas.push(replica);
        self.log(
            Level::Notice,
            format!(
                "Partial resynchronization request from {name} accepted. Sending {sent} bytes of \
                 backlog starting from offset {offset}."
            ),
        );
        self.event(Event::ReplicaSynced { replica: address, partial: true });
    }

    fn enlist_for_full_sync(&mut self, about: Applicant, pre_psync: bool) {
        self.repl.counts.full += 1;
        let delayed = self.config.repl_diskless_sync
            && about.capa_eof
            && self.config.repl_diskless_sync_delay > 0;
        let mut replica = Replica::new(about, self.now, ReplicaState::WaitBgsave);
        replica.pre_psync = pre_psync;
        self.repl.replicas.push(replica);
        if self.repl.replicas.len() == 1 && self.repl.backlog.is_none() {
            self.repl.history.restart(&mut self.rng);
            self.create_backlog();
            let ids = (self.repl.history.id(), self.repl.history.id2());
            let line = format!(
                "Replication backlog created, my new replication IDs are '{}' and '{}'",
                ids.0, ids.1
            );
            self.log(Level::Notice, line);
            self.tell_history(Data::Kept);
        }
        if delayed {
            self.log(Level::Notice, "Delay next BGSAVE for diskless SYNC");
        } else {
            self.start_full_sync();
        }
    }

    /// Whether a waiting replica has waited long enough for others to join it.
    pub(super) fn full_sync_is_due(&self) -> bool {
        let waiting = self.repl.replicas.iter().filter(|replica| replica.is_waiting());
        let longest = waiting.map(|replica| self.secs_since(replica.asked)).max();
        longest.is_some_and(|longest| {
            !self.config.repl_diskless_sync || longest >= self.config.repl_diskless_sync_delay
        })
    }

    /// Gives the data set to every replica that waits. Redis forks a child for it; here the turn of
    /// the loop itself is the consistent moment, and the lines that the child causes follow at once.
    pub(super) fn start_full_sync(&mut self) {
        let waiting = |replica: &&Replica| replica.is_waiting();
        let to_socket = self.config.repl_diskless_sync
            && self.repl.replicas.iter().filter(waiting).all(|replica| replica.about.capa_eof);
        let target = if to_socket { "replicas sockets" } else { "disk" };
        self.log(Level::Notice, format!("Starting BGSAVE for SYNC with target: {target}"));
        self.repl.children += 1;
        let child = self.pid + self.repl.children;
        self.repl.select_due = true;
        let rdb = self.rdb();
        let payload = if to_socket { self.streamed(&rdb) } else { counted(&rdb) };
        if !to_socket && !self.save_for_replicas(child, rdb) {
            return;
        }
        let ready = self.hand_out(&payload, to_socket);
        if to_socket {
            self.log_streamed(child, &ready);
        } else {
            for (_, name) in &ready {
                self.log(Level::Notice, format!("Synchronization with replica {name} succeeded"));
            }
        }
        for (conn, _) in ready {
            if let Some(replica) = self.repl.replica(conn).map(Replica::address) {
                self.event(Event::ReplicaSynced { replica, partial: false });
            }
        }
    }

    /// Puts every waiting replica online; returns them with their names.
    fn hand_out(&mut self, payload: &[u8], to_socket: bool) -> Vec<(ConnId, String)> {
        let greeting = format!("+FULLRESYNC {} {}\r\n", self.repl.history.id(), self.repl.offset);
        let now = self.now;
        let waiting = self.repl.replicas.iter_mut().filter(|replica| replica.is_waiting());
        let hand = |replica: &mut Replica| {
            if !replica.pre_psync {
                replica.out.extend_from_slice(greeting.as_bytes());
            }
            replica.out.extend_from_slice(payload);
            replica.state = ReplicaState::Online;
            replica.acked_at = now;
            replica.held = to_socket.then(Vec::new);
            (replica.conn, replica.about.name())
        };
        waiting.map(hand).collect()
    }

    /// The RDB as it is streamed without knowing its length: between two marks.
    fn streamed(&mut self, rdb: &[u8]) -> Vec<u8> {
        let mark = self.rng.hex(40);
        [b"$EOF:", mark.as_bytes(), b"\r\n", rdb, mark.as_bytes()].concat()
    }

    fn log_streamed(&mut self, child: u32, ready: &[(ConnId, String)]) {
        self.log(Level::Notice, format!("Background RDB transfer started by pid {child}"));
        self.log_fork(child);
        self.log(
            self.demoted(),
            format!(
                "Diskless rdb transfer, done reading from pipe, {} replicas still up.",
                ready.len()
            ),
        );
        self.log(Level::Notice, "Background RDB transfer terminated with success");
        for (_, name) in ready {
            self.log(
                Level::Notice,
                format!(
                    "Streamed RDB transfer with replica {name} succeeded (socket). Waiting for \
                     REPLCONF ACK from slave to enable streaming"
                ),
            );
            self.log(Level::Notice, format!("Synchronization with replica {name} succeeded"));
        }
    }

    /// BGSAVE: what a child would do, done within the turn of the loop.
    pub(crate) fn save_in_child(&mut self) {
        self.repl.children += 1;
        let child = self.pid + self.repl.children;
        let rdb = self.rdb();
        self.save_as_child(child, rdb);
    }

    /// Writes the RDB that waiting replicas are to get; without it they have to ask anew.
    fn save_for_replicas(&mut self, child: u32, rdb: Vec<u8>) -> bool {
        if self.save_as_child(child, rdb) {
            return true;
        }
        let waiting = self.repl.replicas.iter().filter(|replica| replica.is_waiting());
        let waiting: Vec<_> = waiting.map(|replica| replica.conn).collect();
        for conn in waiting {
            self.log(Level::Warning, "SYNC failed. BGSAVE child returned an error");
            self.drop_replica(conn);
        }
        false
    }

    /// No memory is copied, so the zeros are true.
    pub(crate) fn log_fork(&mut self, child: u32) {
        let line = "Fork CoW for RDB: current 0 MB, peak 0 MB, average 0 MB";
        self.log_child(child, Level::Notice, line);
    }

    /// `REPLCONF ACK`: the replica has processed everything up to `offset`.
    pub(super) fn replica_acked(&mut self, conn: ConnId, offset: u64) {
        let now = self.now;
        let Some(replica) = self.repl.replica_mut(conn) else { return };
        replica.acked = replica.acked.max(offset);
        replica.acked_at = now;
        if replica.is_online()
            && let Some(held) = replica.held.take()
        {
            replica.out.extend(held);
        }
    }

    /// A client that may be a replica has gone.
    pub(crate) fn replica_closed(&mut self, conn: ConnId) {
        self.repl.applicants.retain(|applicant| applicant.conn != conn);
        let Some(index) = self.repl.replicas.iter().position(|it| it.conn == conn) else { return };
        let replica = self.repl.replicas.remove(index);
        let line = format!("Connection with replica {} lost.", replica.about.name());
        self.log(self.demoted(), line);
        if self.repl.replicas.is_empty() {
            self.repl.no_replicas_since = Some(self.now);
        }
        self.event(Event::ReplicaLost { replica: replica.address() });
    }

    /// Closes the connections of all replicas: they have to ask anew.
    pub(super) fn disconnect_replicas(&mut self) {
        while let Some(conn) = self.repl.replicas.first().map(|replica| replica.conn) {
            self.drop_replica(conn);
        }
    }

    pub(super) fn drop_replica(&mut self, conn: ConnId) {
        self.replica_closed(conn);
        self.free_client(conn);
    }

    /// Closes replicas that have not acknowledged for longer than `repl-timeout`.
    pub(super) fn drop_silent_replicas(&mut self) {
        let silent = |replica: &&Replica| {
            replica.is_online()
                && !replica.pre_psync
                && self.secs_since(replica.acked_at) > self.config.repl_timeout
        };
        let silent: Vec<_> = self.repl.replicas.iter().filter(silent).map(|it| it.conn).collect();
        for conn in silent {
            let name = self.repl.replica(conn).map(|it| it.about.name()).unwrap_or_default();
            let line = format!("Disconnecting timedout replica (streaming sync): {name}");
            self.log(Level::Warning, line);
            self.drop_replica(conn);
        }
    }

    /// Tells how far each lagging replica is and how many are in sync: what SHUTDOWN logs before it
    /// ends.
    pub(crate) fn log_replicas_at_shutdown(&mut self) {
        let offset = self.repl.offset;
        let lagging = |it: &&Replica| it.acked != offset;
        let lines: Vec<_> = self
            .repl
            .replicas
            .iter()
            .filter(lagging)
            .map(|replica| {
                let lag = if replica.is_online() { self.secs_since(replica.acked_at) } else { 0 };
                format!(
                    "Lagging replica {} reported offset {} behind master, lag={lag}, state={}.",
                    replica.about.name(),
                    offset - replica.acked,
                    replica.state.name()
                )
            })
            .collect();
        let (total, lagging) = (self.repl.replicas.len(), lines.len());
        for line in lines {
            self.log(self.demoted(), line);
        }
        if total > 0 {
            let in_sync = total - lagging;
            self.log(
                Level::Notice,
                format!("{in_sync} of {total} replicas are in sync when shutting down."),
            );
        }
    }

    /// When the backlog expires, if it may.
    pub(super) fn backlog_expires_after(&self) -> Option<Time> {
        let idle = self.repl.replicas.is_empty()
            && self.repl.link.is_none()
            && self.repl.backlog.is_some()
            && self.config.repl_backlog_ttl > 0;
        self.repl.no_replicas_since.filter(|_| idle)
    }

    /// Frees the backlog of a master that nobody came back to; with it goes the history.
    pub(super) fn expire_backlog(&mut self) {
        let ttl = self.config.repl_backlog_ttl;
        if self.backlog_expires_after().is_some_and(|since| self.secs_since(since) > ttl) {
            self.repl.history.restart(&mut self.rng);
            self.repl.backlog = None;
            self.tell_history(Data::Kept);
            self.log(
                Level::Notice,
                format!(
                    "Replication backlog freed after {ttl} seconds without connected replicas."
                ),
            );
        }
    }
}

/// The RDB after its length, as disk-based synchronisation sends it.
fn counted(rdb: &[u8]) -> Vec<u8> {
    [format!("${}\r\n", rdb.len()).as_bytes(), rdb].concat()
}
