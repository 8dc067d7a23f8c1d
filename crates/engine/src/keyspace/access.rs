//! How commands reach the data: what has expired is hidden, and removed where that is ours to do.

use alloc::vec::Vec;

use bus::Slot;

use crate::event::Role;
use crate::keyspace::{Entry, Kind, Value};
use crate::node::Node;
use crate::resp::reply::Reply;

impl Node {
    /// Unix time in milliseconds.
    pub(crate) const fn unix_ms(&self) -> u64 {
        self.unix_us() / 1000
    }

    /// Whether the key stands but its time is over.
    fn is_expired(&self, key: &[u8]) -> bool {
        let expires = self.db.get(key).and_then(|entry| entry.expires_ms);
        expires.is_some_and(|at| self.unix_ms() > at)
    }

    /// Whether clients are not to see the key because its time is over. A master removes it on this
    /// occasion, unless clients are paused; a replica waits for its master's DEL, whose commands
    /// see the key until then.
    pub(crate) fn expire_if_needed(&mut self, key: &[u8]) -> bool {
        if !self.is_expired(key) {
            return false;
        }
        if self.role() == Role::Replica {
            return !self.clients.obeying;
        }
        if !self.writes_paused() {
            self.expire(key);
        }
        true
    }

    /// Removes an expired key and tells the replicas.
    fn expire(&mut self, key: &[u8]) {
        self.db.remove(key);
        self.clients.stats.expired_keys += 1;
        self.touch_watched(key);
        self.also_propagate([b"DEL".to_vec(), key.to_vec()].into());
    }

    /// The active side of expiry: removes what has expired by now.
    pub(crate) fn expire_cycle(&mut self) {
        if self.role() == Role::Replica || self.writes_paused() {
            return;
        }
        let now = self.unix_ms();
        while let Some((at, key)) = self.db.first_expiring()
            && at < now
        {
            let key = key.to_vec();
            self.expire(&key);
            self.flush_propagation();
        }
    }

    /// The entry of a key for a command that only reads; counts as a hit or a miss.
    pub(crate) fn read_key(&mut self, key: &[u8]) -> Option<&Entry> {
        let hidden = self.expire_if_needed(key);
        let found = self.db.get(key).filter(|_| !hidden);
        match found {
            Some(_) => self.clients.stats.keyspace_hits += 1,
            None => self.clients.stats.keyspace_misses += 1,
        }
        found
    }

    /// The entry of a key for a command that may change it.
    pub(crate) fn peek_key(&mut self, key: &[u8]) -> Option<&Entry> {
        let hidden = self.expire_if_needed(key);
        self.db.get(key).filter(|_| !hidden)
    }

    /// The value at a key, for a command that only reads.
    ///
    /// # Errors
    /// `WRONGTYPE` when the key holds another type.
    pub(crate) fn read_as<T: Kind>(&mut self, key: &[u8]) -> Result<Option<&T>, Reply> {
        self.read_key(key)
            .map(|entry| T::of(&entry.value).ok_or_else(Reply::wrong_type))
            .transpose()
    }

    /// The value at a key, for a command that may change it.
    ///
    /// # Errors
    /// As [`Node::read_as`].
    pub(crate) fn peek_as<T: Kind>(&mut self, key: &[u8]) -> Result<Option<&T>, Reply> {
        self.peek_key(key)
            .map(|entry| T::of(&entry.value).ok_or_else(Reply::wrong_type))
            .transpose()
    }

    /// Changes a value, which is made when it is not there and removed when it ends empty. `change`
    /// says how many changes it made, besides what it found.
    ///
    /// # Errors
    /// As [`Node::read_as`], and nothing is changed; or those of `change`, which has changed
    /// nothing then.
    pub(crate) fn edit<T: Kind, R>(
        &mut self,
        key: &[u8],
        change: impl FnOnce(&mut T) -> Result<(R, u64), Reply>,
    ) -> Result<R, Reply> {
        self.peek_as::<T>(key)?;
        let mut fresh = T::default();
        let there = self.db.value_mut(key).and_then(T::of_mut);
        let missing = there.is_none();
        let value = there.unwrap_or(&mut fresh);
        let (found, changes) = change(value)?;
        let gone = value.is_gone();
        if missing && !gone {
            self.db.put(key.to_vec(), Entry { value: fresh.into_value(), expires_ms: None });
        } else if gone && !missing {
            self.db.remove(key);
        }
        if changes > 0 {
            self.changed(key);
            self.clients.effects.dirty += changes - 1;
        }
        Ok(found)
    }

    /// Puts the result of a command at a key; an empty one removes what stood there.
    pub(crate) fn replace(&mut self, key: &[u8], result: impl Kind) {
        if result.is_gone() {
            self.expire_if_needed(key);
            self.delete_key(key);
        } else {
            self.write_key(key, Entry { value: result.into_value(), expires_ms: None });
        }
    }

    /// The string at a key, for a command that only reads.
    ///
    /// # Errors
    /// As [`Node::read_as`].
    pub(crate) fn read_string(&mut self, key: &[u8]) -> Result<Option<&Vec<u8>>, Reply> {
        self.read_as(key)
    }

    /// The string at a key, for a command that may change it.
    ///
    /// # Errors
    /// As [`Node::read_as`].
    pub(crate) fn peek_string(&mut self, key: &[u8]) -> Result<Option<&Vec<u8>>, Reply> {
        self.peek_as(key)
    }

    /// Puts a new entry, and notes the change.
    pub(crate) fn write_key(&mut self, key: &[u8], entry: Entry) {
        self.db.put(key.to_vec(), entry);
        self.changed(key);
    }

    /// Changes the value and keeps the expiry; the key is made when it is not there.
    pub(crate) fn write_value(&mut self, key: &[u8], bytes: Vec<u8>) {
        match self.db.value_mut(key) {
            Some(old) => *old = Value::String(bytes),
            None => self.db.put(key.to_vec(), Entry::string(bytes)),
        }
        self.changed(key);
    }

    /// Removes a key, and notes the change if it was there.
    pub(crate) fn delete_key(&mut self, key: &[u8]) -> bool {
        let there = self.db.remove(key).is_some();
        if there {
            self.changed(key);
        }
        there
    }

    /// Notes that a command changed a key.
    pub(crate) fn changed(&mut self, key: &[u8]) {
        self.touch_written(key);
        self.clients.effects.dirty += 1;
    }

    /// Tells those who watch a key or wait for it, for a change that is not counted.
    pub(crate) fn touch_written(&mut self, key: &[u8]) {
        self.touch_watched(key);
        self.clients.blocked_keys.written(key);
    }

    /// Removes the keys of a slot that went to another node, and tells the replicas of each.
    pub(crate) fn drop_slot_keys(&mut self, slot: Slot) -> usize {
        let keys: Vec<Vec<u8>> = self.db.iter_slot(slot).map(|(key, _)| key.to_vec()).collect();
        for key in &keys {
            self.db.remove(key);
            self.touch_watched(key);
            self.also_propagate([b"DEL".to_vec(), key.clone()].into());
            self.flush_propagation();
        }
        self.clients.effects.dirty += keys.len() as u64;
        keys.len()
    }
}
