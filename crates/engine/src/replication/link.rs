//! The replica's link to its master, up to the answer to PSYNC.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::net::SocketAddrV4;

use borsh::{BorshDeserialize, BorshSerialize};

use super::receive::{Stream, Transfer};
use super::{host_port, stream};
use crate::Time;
use crate::conn::Owner;
use crate::event::{Data, Event};
use crate::io::{ConnId, ConnectError};
use crate::log::Level;
use crate::node::Node;

/// Where a stream can be continued: its id and the last byte that was processed.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
pub(super) struct Cached {
    pub id: String,
    pub offset: u64,
}

/// Our link to the master that we follow.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
pub(super) struct Link {
    pub to: SocketAddrV4,
    pub state: LinkState,
    pub conn: Option<ConnId>,
    /// When it was tried or something last came.
    pub last_io: Time,
    /// Since when the stream flows.
    pub up_since: Time,
    /// Bytes that came and are not used up.
    pub buffer: Vec<u8>,
}

/// How far the link is.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
pub(super) enum LinkState {
    /// To be tried at the next turn of the cron.
    Connect,
    /// Dialling.
    Connecting,
    /// The answer to a step is awaited.
    Handshake(Step),
    /// The data set is coming.
    Transfer(Transfer),
    /// In sync, or catching up.
    Connected(Stream),
}

/// The steps before the data, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) enum Step {
    Ping,
    Auth,
    Port,
    Capa,
    Psync,
}

impl LinkState {
    /// As ROLE names it.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Connecting => "connecting",
            Self::Handshake(_) => "handshake",
            Self::Transfer(_) => "sync",
            Self::Connected(_) => "connected",
        }
    }
}

impl Link {
    pub(super) const fn new(to: SocketAddrV4, now: Time) -> Self {
        Self {
            to,
            state: LinkState::Connect,
            conn: None,
            last_io: now,
            up_since: now,
            buffer: Vec::new(),
        }
    }

    /// The stream, once it flows.
    pub(super) const fn stream(&self) -> Option<&Stream> {
        match &self.state {
            LinkState::Connected(stream) => Some(stream),
            _ => None,
        }
    }

    /// Takes the next line out of the buffer, without its line end.
    pub(super) fn take_line(&mut self) -> Option<String> {
        let end = self.buffer.iter().position(|&byte| byte == b'\n')?;
        let line: Vec<u8> = self.buffer.drain(..=end).collect();
        let line = line.strip_suffix(b"\n").unwrap_or(&line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        Some(String::from_utf8_lossy(line).to_string())
    }
}

impl Node {
    /// Dials the master.
    pub(super) fn dial_master(&mut self) {
        let Some(link) = &mut self.repl.link else { return };
        let to = link.to;
        link.state = LinkState::Connecting;
        link.last_io = self.now;
        link.buffer.clear();
        self.repl.attempts.0 += 1;
        self.repl.attempts.1 += 1;
        let conn = self.connect(Owner::MasterLink, to);
        if let Some(link) = &mut self.repl.link {
            link.conn = Some(conn);
        }
        self.log(Level::Notice, "MASTER <-> REPLICA sync started");
    }

    /// Dials again after a loss, without waiting for the cron.
    pub(super) fn redial_master(&mut self, suffix: &str) {
        if let Some(to) = self.replicating_from() {
            self.log(Level::Notice, format!("Reconnecting to MASTER {}{suffix}", host_port(to)));
            self.dial_master();
        }
    }

    pub(crate) fn master_link_connected(&mut self, conn: ConnId, _local: SocketAddrV4) {
        if !self.is_master_link(conn) {
            return;
        }
        self.log(Level::Notice, "Non blocking connect for SYNC fired the event.");
        self.await_step(Step::Ping);
        self.send(conn, stream::command(&["PING"]));
    }

    pub(crate) fn master_link_connect_failed(&mut self, conn: ConnId, why: ConnectError) {
        if !self.is_master_link(conn) {
            return;
        }
        let why = match why {
            ConnectError::Refused => "Connection refused",
            ConnectError::TimedOut => "Connection timed out",
            ConnectError::Unreachable => "No route to host",
        };
        self.log(Level::Warning, format!("Error condition on socket for SYNC: {why}"));
        self.hang_up();
    }

    pub(crate) fn master_link_closed(&mut self, conn: ConnId) {
        if !self.is_master_link(conn) {
            return;
        }
        match self.repl.link.as_ref().map(|link| &link.state) {
            Some(LinkState::Handshake(step)) => {
                let psync = *step == Step::Psync;
                self.log(Level::Warning, "Failed to read response from the server: Success");
                let line = if psync {
                    "Master did not reply to PSYNC, will try later"
                } else {
                    "Master did not respond to command during SYNC handshake"
                };
                self.log(Level::Warning, line);
                self.hang_up();
            }
            Some(LinkState::Transfer(transfer)) => {
                let line = transfer.lost();
                self.log(Level::Warning, line);
                self.cancel_sync(true);
            }
            Some(LinkState::Connected(_)) => {
                self.lose_master();
                self.redial_master("");
            }
            _ => self.hang_up(),
        }
    }

    /// Closes the link to the master from our side, as CLIENT KILL does; it is dialled again at once.
    /// Tells whether there was one that stood.
    pub(crate) fn kill_master_link(&mut self) -> bool {
        let conn = self.repl.link.as_ref().and_then(|link| link.conn);
        let Some(conn) = conn.filter(|_| self.master_link_up()) else { return false };
        self.close(conn);
        self.lose_master();
        self.redial_master("");
        true
    }

    pub(super) fn is_master_link(&self, conn: ConnId) -> bool {
        self.repl.link.as_ref().is_some_and(|link| link.conn == Some(conn))
    }

    fn await_step(&mut self, step: Step) {
        if let Some(link) = &mut self.repl.link {
            link.state = LinkState::Handshake(step);
        }
    }

    /// Closes the connection to the master; the cron will try again.
    pub(super) fn hang_up(&mut self) {
        let Some(link) = &mut self.repl.link else { return };
        link.state = LinkState::Connect;
        link.buffer.clear();
        if let Some(conn) = link.conn.take() {
            self.close(conn);
        }
    }

    /// Gives up whatever is under way before the stream flows.
    pub(super) fn cancel_sync(&mut self, redial: bool) {
        let under_way = self.repl.link.as_ref().is_some_and(|link| {
            !matches!(link.state, LinkState::Connect | LinkState::Connected(_))
        });
        if !under_way {
            return;
        }
        self.hang_up();
        if redial {
            self.redial_master(" after failure");
        }
    }

    /// The stream is lost: remembers where it can be continued.
    pub(super) fn lose_master(&mut self) {
        let Some(stream) = self.repl.link.as_ref().and_then(Link::stream) else { return };
        let (id, offset) = (self.repl.history.id().into(), stream.applied);
        self.repl.cached = Some(Cached { id, offset });
        self.hang_up();
        self.note_master_lost();
    }

    /// The stream can not be trusted: the next synchronisation starts from nothing.
    pub(super) fn discard_master(&mut self) {
        self.hang_up();
        self.log(self.demoted(), "Connection with master lost.");
        self.note_master_down();
    }

    pub(super) fn note_master_lost(&mut self) {
        self.log(self.demoted(), "Connection with master lost.");
        self.log(Level::Notice, "Caching the disconnected master state.");
        self.note_master_down();
    }

    fn note_master_down(&mut self) {
        self.repl.down_since = Some(self.now);
        self.repl.attempts.0 = 0;
        self.event(Event::MasterLinkDown);
    }

    /// Takes one answer of the handshake. Returns whether there may be more to take.
    pub(super) fn take_answer(&mut self, step: Step) -> bool {
        let Some(line) = self.repl.link.as_mut().and_then(Link::take_line) else { return false };
        // Empty lines keep the link alive while the master is busy.
        if line.is_empty() {
            return true;
        }
        match step {
            Step::Ping => self.answered_ping(&line),
            Step::Auth => self.answered_auth(&line),
            Step::Port => self.answered_option(&line, "listening-port", Step::Capa),
            Step::Capa => {
                self.answered_option(&line, "capa", Step::Psync);
                self.ask_to_continue();
            }
            Step::Psync => self.answered_psync(&line),
        }
        true
    }

    fn answered_ping(&mut self, line: &str) {
        let refused = ["-NOAUTH", "-NOPERM", "-ERR operation not permitted"];
        if !line.starts_with('+') && !refused.iter().any(|refusal| line.starts_with(refusal)) {
            self.log(Level::Warning, format!("Error reply to PING from master: '{line}'"));
            return self.hang_up();
        }
        self.log(Level::Notice, "Master replied to PING, replication can continue...");
        let mut asked = Vec::new();
        if !self.config.masterauth.is_empty() {
            asked.extend(stream::command(&["AUTH", &self.config.masterauth]));
        }
        let port = self.config.port.to_string();
        asked.extend(stream::command(&["REPLCONF", "listening-port", &port]));
        asked.extend(stream::command(&["REPLCONF", "capa", "eof", "capa", "psync2"]));
        let first = if self.config.masterauth.is_empty() { Step::Port } else { Step::Auth };
        self.await_step(first);
        self.send_to_master(asked);
    }

    fn answered_auth(&mut self, line: &str) {
        if line.starts_with('-') {
            self.log(Level::Warning, format!("Unable to AUTH to MASTER: {line}"));
            return self.hang_up();
        }
        self.await_step(Step::Port);
    }

    fn answered_option(&mut self, line: &str, option: &str, then: Step) {
        if line.starts_with('-') {
            self.log(
                Level::Notice,
                format!("(Non critical) Master does not understand REPLCONF {option}: {line}"),
            );
        }
        self.await_step(then);
    }

    fn ask_to_continue(&mut self) {
        let (id, offset, line) = match &self.repl.cached {
            Some(Cached { id, offset }) => {
                let next = offset + 1;
                let line = format!("Trying a partial resynchronization (request {id}:{next}).");
                (id.clone(), next.to_string(), line)
            }
            None => {
                let line = "Partial resynchronization not possible (no cached master)";
                ("?".into(), "-1".into(), line.into())
            }
        };
        self.log(Level::Notice, line);
        self.send_to_master(stream::command(&["PSYNC", &id, &offset]));
    }

    pub(super) fn send_to_master(&mut self, bytes: Vec<u8>) {
        if let Some(conn) = self.repl.link.as_ref().and_then(|link| link.conn) {
            self.send(conn, bytes);
        }
    }

    fn answered_psync(&mut self, line: &str) {
        if let Some(rest) = line.strip_prefix("+FULLRESYNC") {
            self.start_transfer(rest);
        } else if let Some(rest) = line.strip_prefix("+CONTINUE") {
            self.continue_stream(rest.trim());
        } else if line.starts_with("-NOMASTERLINK") || line.starts_with("-LOADING") {
            self.log(
                Level::Notice,
                format!("Master is currently unable to PSYNC but should be in the future: {line}"),
            );
            self.hang_up();
        } else {
            let (level, line) = if line.starts_with("-ERR") {
                let text = "Master does not support PSYNC or is in error state";
                (Level::Notice, format!("{text} (reply: {line})"))
            } else {
                (Level::Warning, format!("Unexpected reply to PSYNC from master: {line}"))
            };
            self.log(level, line);
            self.log(Level::Notice, "Retrying with SYNC...");
            self.send_to_master(stream::command(&["SYNC"]));
            self.await_transfer(String::new(), 0);
        }
    }

    fn start_transfer(&mut self, rest: &str) {
        let mut words = rest.split_ascii_whitespace();
        let id = words.next().filter(|id| id.len() == 40);
        let offset = words.next().and_then(|offset| offset.parse().ok());
        let (Some(id), Some(offset)) = (id, offset) else {
            self.log(Level::Warning, "Master replied with wrong +FULLRESYNC syntax.");
            return self.await_transfer(String::new(), 0);
        };
        self.log(Level::Notice, format!("Full resync from master: {id}:{offset}"));
        self.await_transfer(id.into(), offset);
    }

    fn await_transfer(&mut self, id: String, offset: u64) {
        if let Some(link) = &mut self.repl.link {
            link.state = LinkState::Transfer(Transfer::new(id, offset));
        }
    }

    /// `+CONTINUE`, with the id under which the master goes on.
    fn continue_stream(&mut self, id: &str) {
        self.log(Level::Notice, "Successful partial resynchronization with master.");
        let Some(cached) = self.repl.cached.take() else { return self.hang_up() };
        if id.len() == 40 && id != cached.id {
            self.repl.history.branch(id.into(), self.repl.offset);
            self.log(self.demoted(), format!("Master replication ID changed to {id}"));
            self.disconnect_replicas();
        }
        self.master_is_up(cached.offset, true);
        self.tell_history(Data::Kept);
        if self.repl.backlog.is_none() {
            self.create_backlog();
        }
        self.log(
            Level::Notice,
            "MASTER <-> REPLICA sync: Master accepted a Partial Resynchronization.",
        );
    }

    /// From here on the stream flows, after `offset`.
    pub(super) fn master_is_up(&mut self, offset: u64, partial: bool) {
        let Some(link) = &mut self.repl.link else { return };
        link.state = LinkState::Connected(Stream::new(offset));
        link.last_io = self.now;
        link.up_since = self.now;
        if let Some(since) = self.repl.down_since.take() {
            self.repl.disconnected_secs += self.secs_since(since);
        }
        self.event(Event::MasterLinkUp { partial });
    }
}
