//! The talk with a target: what is sent, what comes back, and how it ends.

use alloc::collections::{BTreeMap, VecDeque};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::net::SocketAddrV4;

use borsh::{BorshDeserialize, BorshSerialize};

use super::Request;
use crate::Time;
use crate::command::{Call, Caller};
use crate::conn::Owner;
use crate::io::{ConnId, Input};
use crate::node::Node;
use crate::replication::{dump, stream_command};
use crate::resp::reply::Reply;
use crate::time::Span;

pub(super) const NOT_CONNECTED: &str = "IOERR error or timeout connecting to the client";
pub(super) const NOT_WRITTEN: &str = "IOERR error or timeout writing to target instance";
const NOT_READ: &str = "IOERR error or timeout reading to target instance";

/// A connection to a target is kept this long after its last use (`MIGRATE_SOCKET_CACHE_TTL`), and
/// looked at once a second.
const KEPT_FOR: Span = Span::from_secs(11);
/// So many are kept at most (`MIGRATE_SOCKET_CACHE_ITEMS`).
const KEPT_MOST: usize = 64;

/// The connections to targets, and the talk under way.
#[derive(Debug, Default, BorshSerialize, BorshDeserialize)]
pub(crate) struct Migrate {
    #[borsh(deserialize_with = "crate::gathered::read")]
    kept: BTreeMap<SocketAddrV4, Kept>,
    talk: Option<Talk>,
}

/// A connection that another MIGRATE may use again.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
struct Kept {
    conn: ConnId,
    used: Time,
    /// The database that the target has selected.
    db: Option<i64>,
}

/// One MIGRATE under way.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
struct Talk {
    caller: ConnId,
    to: SocketAddrV4,
    conn: ConnId,
    request: Request,
    argv: Vec<Vec<u8>>,
    began: Time,
    /// It stands.
    connected: bool,
    /// It is one that was kept, which the target may have closed long ago.
    second_hand: bool,
    /// What the replies to come are about.
    expected: VecDeque<About>,
    /// Part of a reply.
    heard: Vec<u8>,
    /// The target's first complaint about AUTH or SELECT, which holds for all keys.
    refused: Option<String>,
    /// The first complaint about a key.
    complaint: Option<String>,
    /// Keys that the target took.
    moved: Vec<Vec<u8>>,
}

/// What a reply of the target answers.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
enum About {
    /// AUTH or SELECT.
    Entry,
    /// RESTORE of a key.
    Key(Vec<u8>),
}

impl Migrate {
    /// When a kept connection is to be closed, at the earliest.
    pub(crate) fn due(&self) -> Option<Time> {
        self.kept.values().map(|kept| kept.used + KEPT_FOR).min()
    }
}

impl Node {
    /// Starts to talk, and holds everything else.
    pub(super) fn start_migration(
        &mut self,
        caller: ConnId,
        to: SocketAddrV4,
        request: Request,
        argv: Vec<Vec<u8>>,
    ) {
        let kept = self.migrate.kept.get(&to).map(|kept| kept.conn);
        let conn = kept.unwrap_or_else(|| self.connect(Owner::Migration, to));
        self.busy_until = Some(self.now + request.timeout);
        self.hold_in_migrate(caller);
        self.migrate.talk = Some(Talk {
            caller,
            to,
            conn,
            request,
            argv,
            began: self.now,
            connected: kept.is_some(),
            second_hand: kept.is_some(),
            expected: VecDeque::new(),
            heard: Vec::new(),
            refused: None,
            complaint: None,
            moved: Vec::new(),
        });
        if kept.is_some() {
            self.send_keys();
        }
    }

    /// Whether an input belongs to the talk that holds the loop.
    pub(crate) fn is_of_migration(&self, input: &Input) -> bool {
        let Some(talk) = &self.migrate.talk else { return false };
        match input {
            Input::Connected { conn, .. }
            | Input::ConnectFailed { conn, .. }
            | Input::Received { conn, .. }
            | Input::Closed { conn } => *conn == talk.conn,
            _ => false,
        }
    }

    /// Hears what the talk waits for.
    pub(crate) fn migration_heard(&mut self, input: Input) {
        match input {
            Input::Connected { conn, .. } => {
                if let Some(talk) = self.talk(conn) {
                    talk.connected = true;
                    self.send_keys();
                }
            }
            Input::Received { conn, bytes } => {
                if let Some(talk) = self.talk(conn) {
                    talk.heard.extend(bytes);
                    self.take_replies();
                }
            }
            Input::ConnectFailed { conn, .. } => self.target_failed(conn, NOT_WRITTEN),
            Input::Closed { conn } => self.target_failed(conn, NOT_READ),
            _ => {}
        }
    }

    /// The target did not answer in time, if there is a talk.
    pub(crate) fn migration_timed_out(&mut self) {
        let Some(talk) = &self.migrate.talk else { return };
        let (conn, to) = (talk.conn, talk.to);
        let complaint = if talk.connected { NOT_READ } else { NOT_CONNECTED };
        self.migrate.kept.remove(&to);
        self.close(conn);
        self.end_migration(Some(complaint));
    }

    /// Closes connections that nobody used lately.
    pub(crate) fn migrate_cron(&mut self) {
        let old = |kept: &Kept| kept.used + KEPT_FOR <= self.now;
        let gone = self.migrate.kept.iter().filter(|(_, kept)| old(kept));
        let gone: Vec<_> = gone.map(|(&to, kept)| (to, kept.conn)).collect();
        for (to, conn) in gone {
            self.migrate.kept.remove(&to);
            self.close(conn);
        }
    }

    /// A target closed a connection that was kept.
    pub(crate) fn target_closed(&mut self, conn: ConnId) {
        self.migrate.kept.retain(|_, kept| kept.conn != conn);
    }

    fn talk(&mut self, conn: ConnId) -> Option<&mut Talk> {
        self.migrate.talk.as_mut().filter(|talk| talk.conn == conn)
    }

    /// The connection is gone. One that was kept may have been closed by the target long ago: then
    /// a new one is tried, once.
    fn target_failed(&mut self, conn: ConnId, complaint: &str) {
        self.conns.remove(conn);
        self.target_closed(conn);
        let Some(talk) = self.talk(conn) else { return };
        if !talk.second_hand || !talk.moved.is_empty() || talk.complaint.is_some() {
            return self.end_migration(Some(complaint));
        }
        let (to, timeout) = (talk.to, talk.request.timeout);
        let fresh = self.connect(Owner::Migration, to);
        self.busy_until = Some(self.now + timeout);
        if let Some(talk) = self.talk(conn) {
            talk.conn = fresh;
            (talk.connected, talk.second_hand) = (false, false);
            talk.expected.clear();
            talk.heard.clear();
        }
    }

    /// Sends all keys at once: AUTH and SELECT where they are needed, and a RESTORE for each.
    fn send_keys(&mut self) {
        let Some(talk) = &self.migrate.talk else { return };
        let (conn, to, request) = (talk.conn, talk.to, talk.request.clone());
        let selected = self.migrate.kept.get(&to).and_then(|kept| kept.db) == Some(request.db);
        let mut bytes = Vec::new();
        let mut expected = VecDeque::new();
        if !request.auth.is_empty() {
            let auth = [&[b"AUTH".to_vec()][..], &request.auth].concat();
            bytes.extend(stream_command(&auth));
            expected.push_back(About::Entry);
        }
        if !selected {
            bytes.extend(stream_command(&["SELECT", &request.db.to_string()]));
            expected.push_back(About::Entry);
        }
        let now = self.unix_ms();
        for key in &request.keys {
            let Some(entry) = self.db.get(key) else { continue };
            let ttl = entry.expires_ms.map_or(0, |at| at.saturating_sub(now).max(1));
            let payload = dump(&entry.value, self.compat);
            let ttl = ttl.to_string().into_bytes();
            let mut restore = vec![b"RESTORE-ASKING".to_vec(), key.clone(), ttl, payload];
            if request.replace {
                restore.push(b"REPLACE".to_vec());
            }
            bytes.extend(stream_command(&restore));
            expected.push_back(About::Key(key.clone()));
        }
        self.busy_until = Some(self.now + request.timeout);
        self.send(conn, bytes);
        if let Some(talk) = self.talk(conn) {
            talk.expected = expected;
        }
    }

    /// Takes every whole line that came.
    fn take_replies(&mut self) {
        let now = self.now;
        let Some(talk) = &mut self.migrate.talk else { return };
        while let Some(end) = talk.heard.windows(2).position(|pair| pair == b"\r\n") {
            let line: Vec<u8> = talk.heard.drain(..end + 2).take(end).collect();
            self.busy_until = Some(now + talk.request.timeout);
            talk.take(&line);
        }
        if talk.expected.is_empty() {
            self.keep_target();
            self.end_migration(None);
        }
    }

    /// Keeps the connection for the next MIGRATE to the same target.
    fn keep_target(&mut self) {
        let Some(talk) = &self.migrate.talk else { return };
        let fine = talk.refused.is_none() && talk.complaint.is_none();
        let db = fine.then_some(talk.request.db);
        let (to, kept) = (talk.to, Kept { conn: talk.conn, used: self.now, db });
        self.migrate.kept.insert(to, kept);
        if self.migrate.kept.len() > KEPT_MOST {
            let others = self.migrate.kept.iter().filter(|(other, _)| **other != to);
            let oldest =
                others.min_by_key(|(_, kept)| kept.used).map(|(&to, kept)| (to, kept.conn));
            if let Some((to, conn)) = oldest {
                self.migrate.kept.remove(&to);
                self.close(conn);
            }
        }
    }

    /// Removes what the target took, answers the caller and lets everybody go on.
    fn end_migration(&mut self, failure: Option<&str>) {
        let Some(talk) = self.migrate.talk.take() else { return };
        self.busy_until = None;
        if !talk.request.copy {
            let gone: Vec<_> = talk.moved.into_iter().filter(|key| self.delete_key(key)).collect();
            if !gone.is_empty() {
                self.also_propagate([vec![b"DEL".to_vec()], gone].concat());
                self.flush_propagation();
                self.note_offset(talk.caller);
            }
        }
        let call = Call { caller: Caller::Client(talk.caller), argv: &talk.argv };
        self.note_slow(&call, self.now.since(talk.began), self.now);
        let reply = match (talk.complaint, failure) {
            (Some(complaint), _) => {
                Reply::Error(format!("ERR Target instance replied with error: {complaint}"))
            }
            (None, Some(failure)) => Reply::error(failure),
            (None, None) => Reply::Ok,
        };
        self.release(talk.caller, &reply);
    }
}

impl Talk {
    /// Takes one reply.
    fn take(&mut self, line: &[u8]) {
        let error = line.strip_prefix(b"-");
        let error = error.map(|text| String::from_utf8_lossy(text).into_owned());
        match self.expected.pop_front() {
            Some(About::Entry) => self.refused = self.refused.take().or(error),
            Some(About::Key(key)) => match self.refused.clone().or(error) {
                Some(why) => self.complaint = self.complaint.take().or(Some(why)),
                None => self.moved.push(key),
            },
            None => {}
        }
    }
}
