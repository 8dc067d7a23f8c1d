//! What the master sends once it has answered PSYNC: the data set, then the stream.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};

use super::link::LinkState;
use super::stream::{self, Next};
use crate::event::{Data, Event};
use crate::io::{ConnId, Output};
use crate::log::Level;
use crate::node::Node;

/// A data set under way.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
pub(super) struct Transfer {
    /// The history that it belongs to; empty when the master named none.
    id: String,
    /// Its place in that history.
    offset: u64,
    pub extent: Extent,
}

/// How the end of a data set is found.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) enum Extent {
    /// Its first line did not come yet.
    Unknown,
    /// By the 40 bytes that follow it.
    Mark(Vec<u8>),
    /// By its length.
    Length(u64),
}

impl Transfer {
    pub(super) const fn new(id: String, offset: u64) -> Self {
        Self { id, offset, extent: Extent::Unknown }
    }

    /// What the log says when the connection is lost.
    pub(super) const fn lost(&self) -> &'static str {
        match self.extent {
            Extent::Unknown => "I/O error reading bulk count from MASTER: Success",
            _ => "I/O error trying to sync with MASTER: connection lost",
        }
    }
}

/// The stream as far as it was taken. The link's buffer starts with the first byte after `applied`.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
pub(super) struct Stream {
    /// The offset up to which commands took effect.
    pub applied: u64,
    /// Bytes of the buffer that belong to an open MULTI.
    ahead: usize,
    /// The commands since that MULTI.
    queued: Option<Vec<Vec<Vec<u8>>>>,
}

impl Stream {
    pub(super) const fn new(offset: u64) -> Self {
        Self { applied: offset, ahead: 0, queued: None }
    }

    /// Takes the next command; returns those that take effect with it. A transaction does so as a
    /// whole, with its EXEC.
    fn admit(&mut self, argv: Vec<Vec<u8>>) -> Vec<Vec<Vec<u8>>> {
        let name = argv.first().map_or(&[][..], Vec::as_slice);
        if name.eq_ignore_ascii_case(b"multi") {
            self.queued = Some(Vec::new());
        } else if name.eq_ignore_ascii_case(b"exec") {
            return self.queued.take().unwrap_or_default();
        } else if let Some(queued) = &mut self.queued {
            queued.push(argv);
        } else if !argv.is_empty() {
            return [argv].into();
        }
        Vec::new()
    }
}

impl Node {
    pub(crate) fn master_link_received(&mut self, conn: ConnId, bytes: &[u8]) {
        if !self.is_master_link(conn) {
            return;
        }
        if let Some(link) = &mut self.repl.link {
            link.last_io = self.now;
            link.buffer.extend_from_slice(bytes);
        }
        while self.is_master_link(conn) && self.take_from_master() {}
    }

    /// Takes what stands next in the buffer. Returns whether there may be more to take.
    fn take_from_master(&mut self) -> bool {
        let Some(link) = &self.repl.link else { return false };
        match &link.state {
            LinkState::Handshake(step) => self.take_answer(*step),
            LinkState::Transfer(transfer) => match transfer.extent.clone() {
                Extent::Unknown => self.take_extent(),
                extent => self.take_data_set(&extent),
            },
            LinkState::Connected(_) => {
                self.take_stream();
                false
            }
            LinkState::Connect | LinkState::Connecting => false,
        }
    }

    /// The line before the data: `$EOF:<mark>` or `$<length>`.
    fn take_extent(&mut self) -> bool {
        let Some(link) = &mut self.repl.link else { return false };
        let Some(line) = link.take_line() else { return false };
        if line.is_empty() {
            return true;
        }
        let LinkState::Transfer(transfer) = &mut link.state else { return false };
        if let Some(mark) = line.strip_prefix("$EOF:").filter(|mark| mark.len() == 40) {
            transfer.extent = Extent::Mark(mark.into());
            self.log(
                Level::Notice,
                "MASTER <-> REPLICA sync: receiving streamed RDB from master with EOF to disk",
            );
        } else if let Some(len) = line.strip_prefix('$').and_then(|len| len.parse().ok()) {
            transfer.extent = Extent::Length(len);
            self.log(
                Level::Notice,
                format!("MASTER <-> REPLICA sync: receiving {len} bytes from master to disk"),
            );
        } else {
            let line = match line.strip_prefix('-') {
                Some(error) => format!("MASTER aborted replication with an error: {error}"),
                None => format!(
                    "Bad protocol from MASTER, the first byte is not '$' (we received '{line}'), \
                     are you sure the host and port are right?"
                ),
            };
            self.log(Level::Warning, line);
            self.cancel_sync(true);
        }
        true
    }

    fn take_data_set(&mut self, extent: &Extent) -> bool {
        let Some(link) = &mut self.repl.link else { return false };
        let len = match extent {
            // The master is silent after the mark until we acknowledge.
            Extent::Mark(mark) if link.buffer.ends_with(mark) => link.buffer.len() - mark.len(),
            Extent::Length(len) if link.buffer.len() as u64 >= *len => *len as usize,
            _ => return false,
        };
        let mut rdb = core::mem::take(&mut link.buffer);
        let streamed = matches!(extent, Extent::Mark(_));
        let rest = rdb.split_off(len);
        if !streamed {
            link.buffer = rest;
        }
        self.adopt_data_set(rdb, streamed);
        true
    }

    /// Replaces our data by the master's and joins its history.
    fn adopt_data_set(&mut self, rdb: Vec<u8>, streamed: bool) {
        let Some(LinkState::Transfer(transfer)) = self.repl.link.as_ref().map(|it| &it.state)
        else {
            return;
        };
        let (id, offset) = (transfer.id.clone(), transfer.offset);
        if self.machine.disk_full {
            self.log(
                Level::Warning,
                "Write error or short write writing to the DB dump file needed for MASTER <-> \
                 REPLICA synchronization: No space left on device",
            );
            return self.cancel_sync(true);
        }
        self.discard_cached_master();
        self.disconnect_replicas();
        self.repl.backlog = None;
        self.log(Level::Notice, "MASTER <-> REPLICA sync: Flushing old data");
        self.db.clear();
        self.log(Level::Notice, "MASTER <-> REPLICA sync: Loading DB in memory");
        if let Err(complaint) = self.adopt_rdb(&rdb) {
            self.log(Level::Warning, complaint);
            self.log(
                Level::Warning,
                "Failed trying to load the MASTER synchronization DB from disk, check server logs.",
            );
            return self.cancel_sync(true);
        }
        // The received file takes the place of our own, as with `repl-diskless-load disabled`.
        self.emit(Output::WriteFile { name: self.config.dbfilename.clone(), bytes: rdb });
        self.repl.history.join(&id);
        self.repl.offset = offset;
        self.master_is_up(offset, false);
        self.tell_history(Data::Received);
        self.log(Level::Notice, "MASTER <-> REPLICA sync: Finished with success");
        self.create_backlog();
        if streamed {
            self.ack_master();
        }
    }

    /// Tells the master how far we are.
    pub(super) fn ack_master(&mut self) {
        let Some(stream) = self.repl.link.as_ref().and_then(|link| link.stream()) else { return };
        let offset = stream.applied;
        self.send_to_master(stream::command(&["REPLCONF", "ACK", &offset.to_string()]));
        self.event(Event::OffsetAcknowledged { offset });
    }

    /// Applies all whole commands, then passes their very bytes on.
    fn take_stream(&mut self) {
        let mut used = 0;
        loop {
            let Some(link) = &mut self.repl.link else { return };
            let LinkState::Connected(stream) = &mut link.state else { return };
            let (argv, len) = match stream::next(&link.buffer[used + stream.ahead..]) {
                Next::Command(argv, len) => (argv, len),
                Next::Incomplete => break,
                next => return self.bad_stream(&next),
            };
            stream.ahead += len;
            for argv in stream.admit(argv) {
                self.obey_master(&argv);
            }
            let Some(link) = &mut self.repl.link else { return };
            let LinkState::Connected(stream) = &mut link.state else { return };
            if stream.queued.is_none() {
                stream.applied += stream.ahead as u64;
                used += core::mem::take(&mut stream.ahead);
            }
        }
        if let Some(link) = &mut self.repl.link {
            let bytes: Vec<u8> = link.buffer.drain(..used).collect();
            self.feed(&bytes);
        }
    }

    fn obey_master(&mut self, argv: &[Vec<u8>]) {
        let is = |at: usize, word: &str| {
            argv.get(at).is_some_and(|arg| arg.eq_ignore_ascii_case(word.as_bytes()))
        };
        if is(0, "replconf") {
            if is(1, "getack") {
                self.ack_master();
            }
        } else if !is(0, "select") {
            self.apply_from_master(argv);
        }
    }

    /// The master does not send arrays: its stream can not be continued anywhere.
    fn bad_stream(&mut self, next: &Next) {
        if *next == Next::Inline {
            self.log(
                Level::Warning,
                "WARNING: Receiving inline protocol from master, master stream corruption? Closing \
                 the master connection and discarding the cached master.",
            );
        }
        self.discard_master();
        self.redial_master("");
    }
}
