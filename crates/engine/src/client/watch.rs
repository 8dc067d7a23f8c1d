//! WATCH: transactions that fail when a key was changed meanwhile.

use alloc::vec::Vec;

use crate::io::ConnId;
use crate::node::Node;

impl Node {
    /// Begins to watch a key for a client.
    pub(crate) fn watch_key(&mut self, conn: ConnId, key: &[u8]) {
        let expired = self.expire_if_needed(key);
        let Some(client) = self.clients.get_mut(conn) else { return };
        if client.watching.iter().any(|(watched, _)| watched == key) {
            return;
        }
        client.watching.push((key.to_vec(), expired));
        self.clients.watchers.entry(key.to_vec()).or_default().insert(conn);
    }

    /// Ends all watches of a client.
    pub(crate) fn unwatch_all(&mut self, conn: ConnId) {
        let Some(client) = self.clients.get_mut(conn) else { return };
        client.watch_broken = false;
        for (key, _) in core::mem::take(&mut client.watching) {
            if let Some(watchers) = self.clients.watchers.get_mut(&key) {
                watchers.remove(&conn);
                if watchers.is_empty() {
                    self.clients.watchers.remove(&key);
                }
            }
        }
    }

    /// Whether a watched key was changed, or has expired since the watch began.
    pub(crate) fn watch_is_broken(&self, conn: ConnId) -> bool {
        let Some(client) = self.clients.get(conn) else { return false };
        let now = self.unix_ms();
        let expired = |key: &[u8]| {
            self.db.get(key).and_then(|entry| entry.expires_ms).is_some_and(|at| now > at)
        };
        client.watch_broken || client.watching.iter().any(|(key, before)| !before && expired(key))
    }

    /// Breaks the transactions of those who watch a key.
    pub(crate) fn touch_watched(&mut self, key: &[u8]) {
        let Some(watchers) = self.clients.watchers.get(key) else { return };
        for &conn in watchers {
            if let Some(client) = self.clients.by_conn.get_mut(&conn) {
                client.watch_broken = true;
            }
        }
    }

    /// Breaks the transactions of those who watch any key that exists, before all are removed.
    pub(crate) fn touch_all_watched(&mut self) {
        let there = |key: &&Vec<u8>| self.db.get(key).is_some();
        let keys: Vec<Vec<u8>> = self.clients.watchers.keys().filter(there).cloned().collect();
        for key in keys {
            self.touch_watched(&key);
        }
    }
}
