//! The data: keys, values, expiry, and the index of keys by slot.
//!
//! `access` is how commands reach it: it hides and removes what has expired. `glob` matches the
//! patterns of KEYS, SCAN and CONFIG GET. `value` has the types.

mod access;
mod digest;
pub(crate) mod glob;
mod value;

pub(crate) use digest::Digest;
pub(crate) use value::{Hash, Kind, List, Score, Set, SortedSet, Value};

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};
use bus::{Slot, slot_of};

/// One key's value and expiry.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(crate) struct Entry {
    /// The value.
    pub value: Value,
    /// When it expires, unix milliseconds.
    pub expires_ms: Option<u64>,
}

impl Entry {
    /// A string without expiry.
    pub(crate) const fn string(bytes: Vec<u8>) -> Self {
        Self { value: Value::String(bytes), expires_ms: None }
    }
}

/// All keys of a node, by slot and then in the order of their bytes.
#[derive(Debug, Default, BorshSerialize, BorshDeserialize)]
pub(crate) struct Keyspace {
    #[borsh(deserialize_with = "crate::gathered::read")]
    slots: BTreeMap<Slot, BTreeMap<Vec<u8>, Entry>>,
    len: usize,
    /// The keys that expire, by time.
    #[borsh(deserialize_with = "crate::gathered::read")]
    expiring: BTreeSet<(u64, Vec<u8>)>,
}

impl Keyspace {
    /// How many keys there are, expired ones that were not yet removed included.
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    /// How many keys have an expiry.
    pub(crate) fn len_expiring(&self) -> usize {
        self.expiring.len()
    }

    /// The mean time to live of the keys that expire, in milliseconds.
    pub(crate) fn mean_ttl(&self, now_ms: u64) -> u64 {
        let sum: u64 = self.expiring.iter().map(|(at, _)| at.saturating_sub(now_ms)).sum();
        sum.checked_div(self.expiring.len() as u64).unwrap_or(0)
    }

    /// Every key in a fixed order, for RDB.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u8], &Entry)> {
        self.slots.values().flatten().map(|(key, entry)| (key.as_slice(), entry))
    }

    /// The keys of one slot in a fixed order.
    pub(crate) fn iter_slot(&self, slot: Slot) -> impl Iterator<Item = (&[u8], &Entry)> {
        self.slots.get(&slot).into_iter().flatten().map(|(key, entry)| (key.as_slice(), entry))
    }

    /// The first slot from `from` on that holds keys.
    pub(crate) fn used_slot(&self, from: Slot) -> Option<Slot> {
        self.slots.range(from..).next().map(|(&slot, _)| slot)
    }

    /// The entry of a key, expired or not.
    pub(crate) fn get(&self, key: &[u8]) -> Option<&Entry> {
        self.slots.get(&slot_of(key))?.get(key)
    }

    /// The value of a key, to be changed.
    pub(crate) fn value_mut(&mut self, key: &[u8]) -> Option<&mut Value> {
        self.slots.get_mut(&slot_of(key))?.get_mut(key).map(|entry| &mut entry.value)
    }

    /// Puts an entry as it is (RDB load, replication).
    pub(crate) fn put(&mut self, key: Vec<u8>, entry: Entry) {
        if let Some(at) = entry.expires_ms {
            self.expiring.insert((at, key.clone()));
        }
        let new = entry.expires_ms;
        let old = self.slots.entry(slot_of(&key)).or_default().insert(key.clone(), entry);
        match old {
            None => self.len += 1,
            Some(old) if old.expires_ms != new => self.forget_expiry(key, old.expires_ms),
            Some(_) => {}
        }
    }

    /// Removes a key.
    pub(crate) fn remove(&mut self, key: &[u8]) -> Option<Entry> {
        let slot = slot_of(key);
        let keys = self.slots.get_mut(&slot)?;
        let entry = keys.remove(key)?;
        if keys.is_empty() {
            self.slots.remove(&slot);
        }
        self.len -= 1;
        self.forget_expiry(key.to_vec(), entry.expires_ms);
        Some(entry)
    }

    /// Gives an existing key another expiry, in unix milliseconds.
    pub(crate) fn set_expiry(&mut self, key: &[u8], at: Option<u64>) {
        let Some(entry) = self.slots.get_mut(&slot_of(key)).and_then(|keys| keys.get_mut(key))
        else {
            return;
        };
        let old = core::mem::replace(&mut entry.expires_ms, at);
        self.forget_expiry(key.to_vec(), old);
        if let Some(at) = at {
            self.expiring.insert((at, key.to_vec()));
        }
    }

    fn forget_expiry(&mut self, key: Vec<u8>, at: Option<u64>) {
        if let Some(at) = at {
            self.expiring.remove(&(at, key));
        }
    }

    /// The key that expires first, and when (unix milliseconds).
    pub(crate) fn first_expiring(&self) -> Option<(u64, &[u8])> {
        self.expiring.first().map(|(at, key)| (*at, key.as_slice()))
    }

    /// The key at a position of the fixed order.
    pub(crate) fn nth(&self, mut position: usize) -> Option<&[u8]> {
        for keys in self.slots.values() {
            if position < keys.len() {
                return keys.keys().nth(position).map(Vec::as_slice);
            }
            position -= keys.len();
        }
        None
    }

    /// Removes everything.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// How many keys a slot holds.
    pub(crate) fn count_in_slot(&self, slot: Slot) -> usize {
        self.slots.get(&slot).map_or(0, BTreeMap::len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled() -> Keyspace {
        let mut db = Keyspace::default();
        for key in [&b"{foo}1"[..], b"{foo}2", b"bar", b"hello"] {
            db.put(key.to_vec(), Entry::string(b"v".to_vec()));
        }
        db
    }

    #[test]
    fn keys_are_counted_by_the_slot_of_their_tag() {
        let mut db = filled();
        assert_eq!(db.len(), 4);
        assert_eq!(db.count_in_slot(slot_of(b"foo")), 2);
        assert!(db.remove(b"{foo}1").is_some() && db.remove(b"{foo}2").is_some());
        assert_eq!(db.len(), 2);
        assert_eq!(db.count_in_slot(slot_of(b"foo")), 0);
        assert!(db.remove(b"bar").is_some());
        assert!(db.remove(b"bar").is_none());
        assert_eq!(db.used_slot(0), Some(866));
    }

    #[test]
    fn the_order_of_expiry_follows_every_change() {
        let mut db = filled();
        db.set_expiry(b"bar", Some(50));
        db.set_expiry(b"hello", Some(40));
        assert_eq!(db.first_expiring(), Some((40, &b"hello"[..])));
        db.put(b"hello".to_vec(), Entry::string(b"w".to_vec()));
        assert_eq!(db.first_expiring(), Some((50, &b"bar"[..])));
        db.set_expiry(b"bar", Some(60));
        assert_eq!(db.len_expiring(), 1);
        assert_eq!(db.mean_ttl(20), 40);
        db.set_expiry(b"bar", None);
        assert_eq!(db.first_expiring(), None);
    }

    #[test]
    fn every_position_of_the_order_has_its_key() {
        let db = filled();
        let keys: Vec<&[u8]> = (0..4).filter_map(|n| db.nth(n)).collect();
        let listed: Vec<&[u8]> = db.iter().map(|(key, _)| key).collect();
        assert_eq!(keys, listed);
        assert_eq!(db.nth(4), None);
    }
}
