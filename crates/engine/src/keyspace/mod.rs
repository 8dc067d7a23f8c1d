//! The data: keys, values, expiry, and the index of keys by slot.

use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};
use bus::Slot;

/// A value of some type.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(crate) enum Value {
    /// A binary-safe string (integers are kept as their text).
    String(Vec<u8>),
}

/// One key's value and expiry.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(crate) struct Entry {
    /// The value.
    pub value: Value,
    /// When it expires, unix milliseconds.
    pub expires_ms: Option<u64>,
}

/// All keys of a node.
#[derive(Debug, Default, BorshSerialize, BorshDeserialize)]
pub(crate) struct Keyspace {}

impl Keyspace {
    /// How many keys there are, expired ones that were not yet removed included.
    pub(crate) fn len(&self) -> usize {
        todo!()
    }

    /// Every key in a fixed order, for RDB.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u8], &Entry)> {
        core::iter::empty()
    }

    /// Puts an entry as it is (RDB load, replication).
    pub(crate) fn put(&mut self, _key: Vec<u8>, _entry: Entry) {
        todo!()
    }

    /// Removes everything.
    pub(crate) fn clear(&mut self) {
        todo!()
    }

    /// How many keys a slot holds.
    pub(crate) fn count_in_slot(&self, _slot: Slot) -> usize {
        todo!()
    }

    /// Removes all keys of a slot; returns how many there were.
    pub(crate) fn delete_slot(&mut self, _slot: Slot) -> usize {
        todo!()
    }
}
