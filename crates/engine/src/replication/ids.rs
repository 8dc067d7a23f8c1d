//! Replication ids: which history this node is on, and up to where it shares the one before.

use alloc::string::String;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::rng::Rng;

/// What stands for "no second id".
const NONE: &str = "0000000000000000000000000000000000000000";

/// The replication ids of a node.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
pub(super) struct History {
    id: String,
    id2: String,
    /// Up to where `id2` holds: the first offset that is not its own; none without a second id.
    second_offset: Option<u64>,
}

/// Why a replica can not continue where it asks to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Mismatch {
    /// Neither id is the one it names.
    UnknownId,
    /// The second id is, but not up to that offset; the one up to which it is.
    BeyondSecond(i64),
}

impl History {
    /// A history of its own.
    pub(super) fn new(rng: &mut Rng) -> Self {
        Self { id: rng.hex(40), id2: NONE.into(), second_offset: None }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn id2(&self) -> &str {
        &self.id2
    }

    /// `second_repl_offset`, -1 for none.
    pub(super) fn second_offset(&self) -> i64 {
        self.second_offset.map_or(-1, |offset| offset as i64)
    }

    /// Starts over: a new id and no past.
    pub(super) fn restart(&mut self, rng: &mut Rng) {
        *self = Self::new(rng);
    }

    /// Joins the history of a master after a full synchronisation.
    pub(super) fn join(&mut self, id: &str) {
        *self = Self { id: id.into(), id2: NONE.into(), second_offset: None };
    }

    /// Goes on under a new id after `offset`, and remembers the one before. A promoted replica
    /// does this with a random id, its siblings with the one that it tells them.
    pub(super) fn branch(&mut self, new: String, offset: u64) {
        self.id2 = core::mem::replace(&mut self.id, new);
        self.second_offset = Some(offset + 1);
    }

    /// Remembers a history found on disk as the one before the present one.
    pub(super) fn remember(&mut self, id: String, offset: u64) {
        self.id2 = id;
        self.second_offset = Some(offset + 1);
    }

    /// Whether a replica of history `id` that wants the byte at `offset` next shares our history so
    /// far.
    pub(super) fn check(&self, id: &str, offset: i64) -> Result<(), Mismatch> {
        if id.eq_ignore_ascii_case(&self.id) {
            return Ok(());
        }
        if !id.eq_ignore_ascii_case(&self.id2) {
            return Err(Mismatch::UnknownId);
        }
        if offset > self.second_offset() {
            return Err(Mismatch::BeyondSecond(self.second_offset()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promotion_serves_the_old_history_up_to_its_own_first_byte() {
        let mut rng = Rng::new(1);
        let mut history = History::new(&mut rng);
        let old: String = history.id().into();
        history.branch(rng.hex(40), 5166);
        assert_eq!((history.id2(), history.second_offset()), (&*old, 5167));
        assert_eq!(history.check(&old, 5167), Ok(()));
        assert_eq!(history.check(&old, 5168), Err(Mismatch::BeyondSecond(5167)));
        assert_eq!(history.check(&old.to_ascii_uppercase(), 1), Ok(()));
        assert_eq!(history.check(&rng.hex(40), 1), Err(Mismatch::UnknownId));
    }

    #[test]
    fn without_a_past_no_second_id_is_served() {
        let history = History::new(&mut Rng::new(1));
        assert_eq!((history.id2(), history.second_offset()), (NONE, -1));
        assert!(history.check(NONE, 1).is_err());
    }
}
