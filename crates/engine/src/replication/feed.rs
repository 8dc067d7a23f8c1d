//! The stream as it is written: what counts for the offset, goes into the backlog and to the
//! replicas.

use alloc::vec::Vec;

use super::backlog::Backlog;
use super::stream;
use crate::node::Node;

impl Node {
    /// Puts a write into the stream, after the SELECT that it may need. A master's only.
    pub(crate) fn propagate(&mut self, argv: &[Vec<u8>]) {
        if !self.feeds_stream() {
            return;
        }
        if self.repl.select_due {
            self.feed(&stream::command(&["SELECT", "0"]));
            self.repl.select_due = false;
        }
        self.feed(&stream::command(argv));
    }

    /// Asks all replicas for an acknowledgement (`REPLCONF GETACK *`), before the next sleep.
    pub(crate) fn request_acks(&mut self) {
        self.repl.getack_due = true;
    }

    pub(crate) fn repl_before_sleep(&mut self) {
        if self.repl.getack_due && !self.writes_paused() {
            self.repl.getack_due = false;
            self.feed_getack();
        }
        for index in 0..self.repl.replicas.len() {
            let replica = &mut self.repl.replicas[index];
            let (conn, out) = (replica.conn, core::mem::take(&mut replica.out));
            self.send(conn, out);
        }
    }

    /// Asks all replicas for an acknowledgement at once, even while clients are paused (SHUTDOWN).
    pub(crate) fn feed_getack(&mut self) {
        if self.feeds_stream() {
            self.feed(&stream::command(&["REPLCONF", "GETACK", "*"]));
        }
    }

    /// The PING that keeps the stream warm.
    pub(super) fn feed_ping(&mut self) {
        if self.feeds_stream() {
            self.feed(&stream::command(&["ping"]));
        }
    }

    /// Whether we are the source of a stream that anyone may want to continue: a replica only
    /// relays, and nobody has seen a byte of a master without backlog.
    fn feeds_stream(&self) -> bool {
        self.repl.link.is_none() && self.repl.backlog.is_some()
    }

    /// Adds bytes to the stream: our own, or those of our master.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        let Some(backlog) = &mut self.repl.backlog else { return };
        backlog.append(bytes, self.config.repl_backlog_size);
        self.repl.offset += bytes.len() as u64;
        for replica in &mut self.repl.replicas {
            replica.feed(bytes);
        }
    }

    /// The backlog's size was set: what is too much goes at once.
    pub(crate) fn resize_backlog(&mut self) {
        if let Some(backlog) = &mut self.repl.backlog {
            backlog.resize(self.config.repl_backlog_size);
        }
    }

    pub(super) fn create_backlog(&mut self) {
        self.repl.backlog = Some(Backlog::new(self.repl.offset));
    }
}
