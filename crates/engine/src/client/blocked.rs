//! Clients that wait for a key to hold something that they can pop.
//!
//! The commands are in `command::blocking`: what they pop is a [`Pop`], tried at once and again when
//! a key that they wait for was written.

use alloc::collections::{BTreeMap, VecDeque};
use alloc::string::String;
use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};

use super::hold::Held;
use crate::Time;
use crate::command::Pop;
use crate::config::Compat;
use crate::io::ConnId;
use crate::node::Node;
use crate::resp::reply::Reply;

/// What a client is blocked on.
#[derive(Debug, Clone, BorshSerialize, BorshDeserialize)]
pub(crate) struct Blocked {
    /// The keys, all of one slot, in its own order.
    pub keys: Vec<Vec<u8>>,
    /// What it takes from the first of them that has it.
    pub pop: Pop,
}

/// Who is blocked on which key.
#[derive(Debug, Default, BorshSerialize, BorshDeserialize)]
pub(crate) struct BlockedKeys {
    /// By key, who came first first.
    #[borsh(deserialize_with = "crate::gathered::read")]
    by_key: BTreeMap<Vec<u8>, VecDeque<ConnId>>,
    /// Keys of these that were written, in the order of the writes.
    ready: VecDeque<Vec<u8>>,
}

impl BlockedKeys {
    /// How many keys anybody is blocked on.
    pub(crate) fn len(&self) -> usize {
        self.by_key.len()
    }

    fn add(&mut self, key: &[u8], conn: ConnId) {
        let clients = self.by_key.entry(key.to_vec()).or_default();
        if !clients.contains(&conn) {
            clients.push_back(conn);
        }
    }

    fn remove(&mut self, key: &[u8], conn: ConnId) {
        if let Some(clients) = self.by_key.get_mut(key) {
            clients.retain(|&it| it != conn);
            if clients.is_empty() {
                self.by_key.remove(key);
            }
        }
    }

    /// Notes that a key was written, if anybody waits for it.
    pub(crate) fn written(&mut self, key: &[u8]) {
        if self.by_key.contains_key(key) && !self.ready.iter().any(|it| it == key) {
            self.ready.push_back(key.to_vec());
        }
    }
}

impl Node {
    /// Holds a client until one of the keys is ready, or until `until`.
    pub(crate) fn hold_on_keys(&mut self, conn: ConnId, blocked: Blocked, until: Option<Time>) {
        for key in &blocked.keys {
            self.clients.blocked_keys.add(key, conn);
        }
        if let Some(client) = self.clients.get_mut(conn) {
            client.held = Some(Held::Keys(blocked));
            self.clients.waiting.insert(conn, until);
        }
    }

    /// What a client is blocked on, if it is.
    fn blocked(&self, conn: ConnId) -> Option<&Blocked> {
        match self.clients.get(conn)?.held.as_ref()? {
            Held::Keys(blocked) => Some(blocked),
            _ => None,
        }
    }

    /// Takes a client off the keys that it is blocked on.
    pub(super) fn leave_keys(&mut self, conn: ConnId) {
        let keys = self.blocked(conn).map(|blocked| blocked.keys.clone()).unwrap_or_default();
        for key in keys {
            self.clients.blocked_keys.remove(&key, conn);
        }
    }

    /// Serves who is blocked on keys that a command wrote, until nothing more comes of it: what one
    /// moves to another list may serve the next.
    pub(crate) fn serve_blocked(&mut self) {
        while let Some(key) = self.clients.blocked_keys.ready.pop_front() {
            let waiting = self.clients.blocked_keys.by_key.get(&key).cloned().unwrap_or_default();
            for conn in waiting {
                self.serve_on_key(conn, &key);
            }
        }
    }

    fn serve_on_key(&mut self, conn: ConnId, key: &[u8]) {
        let Some(blocked) = self.blocked(conn).cloned() else { return };
        if !self.peek_key(key).is_some_and(|entry| blocked.pop.fits(&entry.value)) {
            return;
        }
        // 7.0 serves from the key that became ready; since 7.2 the command is tried anew.
        let keys = if self.compat == Compat::V7_0 { &[key.to_vec()][..] } else { &blocked.keys };
        let dirty_before = self.clients.effects.dirty;
        let Some(reply) = self.try_pop(&blocked.pop, keys).transpose() else { return };
        self.propagate_command(&[], dirty_before);
        self.flush_propagation();
        self.release(conn, &Reply::merged(reply));
    }

    /// Why a client that is blocked on keys can not be served here any more; none while it can.
    fn lost_cause(&self, conn: ConnId) -> Option<String> {
        let key = self.blocked(conn)?.keys.first()?;
        self.cluster_route_blocked(key).err().map(|redirect| redirect.0)
    }

    /// Whether the cron has somebody to redirect.
    pub(super) fn has_lost_causes(&self) -> bool {
        let mut blocked = self.clients.waiting.keys();
        blocked.any(|&conn| self.lost_cause(conn).is_some())
    }

    /// Redirects clients that are blocked on keys of slots that went elsewhere, or when the cluster is
    /// down.
    pub(super) fn redirect_blocked(&mut self) {
        let conns: Vec<ConnId> = self.clients.waiting.keys().copied().collect();
        for conn in conns {
            if let Some(text) = self.lost_cause(conn) {
                self.release(conn, &Reply::Error(text));
            }
        }
    }
}
