//! What the table says about a command.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::command::Call;
use crate::config::Compat;
use crate::node::Node;
use crate::resp::reply::Reply;

/// A command that may end early with an error, as the table takes it.
macro_rules! run {
    ($run:path) => {
        |node, call| $crate::resp::reply::Reply::merged($run(node, call))
    };
}
pub(crate) use run;

/// A set of the flags that Redis gives commands; each decides about one check on the way to the
/// command's execution.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(crate) struct Flags(u32);

impl Flags {
    /// None of them.
    pub(crate) const NONE: Self = Self(0);
    /// Changes data: refused on replicas, held by pauses, sent to replicas.
    pub(crate) const WRITE: Self = Self(1);
    /// Only reads data: a READONLY connection may send it to a replica.
    pub(crate) const READONLY: Self = Self(1 << 1);
    /// Needs no AUTH.
    pub(crate) const NO_AUTH: Self = Self(1 << 2);
    /// Not inside MULTI.
    pub(crate) const NO_MULTI: Self = Self(1 << 3);
    /// Allowed while a replica has no link and must not serve stale data.
    pub(crate) const STALE: Self = Self(1 << 4);
    /// Allowed while a dataset is loaded.
    pub(crate) const LOADING: Self = Self(1 << 5);
    /// May send something to replicas although it changes no data.
    pub(crate) const MAY_REPLICATE: Self = Self(1 << 6);
    /// Refused unless `enable-debug-command` allows it.
    pub(crate) const PROTECTED: Self = Self(1 << 7);

    /// Publishes or subscribes: shard channels are served where their slot is, on replicas too.
    pub(crate) const PUBSUB: Self = Self(1 << 8);

    /// Came with 7.2: unknown under `compat 7.0`.
    pub(crate) const SINCE_7_2: Self = Self(1 << 9);

    /// Uses a slot that is being imported, as if ASKING went before.
    pub(crate) const ASKING: Self = Self(1 << 10);

    /// Its arguments say where its keys stand.
    pub(crate) const MOVABLE_KEYS: Self = Self(1 << 11);

    /// Both sets.
    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether any flag of `other` is set.
    pub(crate) const fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// Where the keys stand in the arguments: first, last (negative: from the end), step. 0 for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Keys(pub i32, pub i32, pub i32);

impl Keys {
    /// No keys.
    pub(crate) const NONE: Self = Self(0, 0, 0);
    /// One key, the first argument.
    pub(crate) const FIRST: Self = Self(1, 1, 1);
    /// Every argument is a key.
    pub(crate) const ALL: Self = Self(1, -1, 1);

    /// The positions of the keys among `argc` arguments, the name being number 0.
    pub(crate) fn positions(self, argc: usize) -> impl Iterator<Item = usize> {
        let Self(first, last, step) = self;
        let last = if last < 0 { argc as i32 + last } else { last };
        let any = first > 0;
        (first..=last)
            .step_by(step.max(1) as usize)
            .take_while(move |_| any)
            .map(|position| position as usize)
            .filter(move |&position| position < argc)
    }
}

/// One command or subcommand.
#[derive(Debug)]
pub(crate) struct Spec {
    /// Lower case.
    pub name: &'static str,
    /// Number of arguments with the name (a subcommand's: with both names); negative: at least that
    /// many.
    pub arity: i32,
    /// What it is allowed and what it does.
    pub flags: Flags,
    /// Where its keys stand.
    pub keys: Keys,
    /// Does it.
    pub run: fn(&mut Node, &Call<'_>) -> Reply,
    /// Its subcommands. A command that has some runs only without a second argument.
    pub subs: &'static [Spec],
}

impl Spec {
    /// A command without subcommands.
    pub(crate) const fn new(
        name: &'static str,
        arity: i32,
        flags: Flags,
        keys: Keys,
        run: fn(&mut Node, &Call<'_>) -> Reply,
    ) -> Self {
        Self { name, arity, flags, keys, run, subs: &[] }
    }

    /// A command that needs one of its subcommands: alone it is refused for its arity of -2.
    pub(crate) const fn container(name: &'static str, subs: &'static [Spec]) -> Self {
        let run = |_: &mut Node, _: &Call<'_>| Reply::None;
        Self { name, arity: -2, flags: Flags::NONE, keys: Keys::NONE, run, subs }
    }

    /// Whether the version that is spoken has it.
    pub(crate) fn is_known(&self, compat: Compat) -> bool {
        compat != Compat::V7_0 || !self.flags.any(Flags::SINCE_7_2)
    }

    /// Whether `argc` arguments (names included) are as many as it takes.
    pub(crate) const fn takes(&self, argc: usize) -> bool {
        if self.arity < 0 {
            argc >= self.arity.unsigned_abs() as usize
        } else {
            argc == self.arity as usize
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn key_positions_follow_first_last_and_step() {
        let positions = |keys: Keys, argc| keys.positions(argc).collect::<Vec<_>>();
        assert_eq!(positions(Keys::FIRST, 3), [1]);
        assert_eq!(positions(Keys::ALL, 4), [1, 2, 3]);
        assert_eq!(positions(Keys(1, -1, 2), 5), [1, 3]);
        assert_eq!(positions(Keys(1, 2, 1), 3), [1, 2]);
        assert!(positions(Keys::NONE, 3).is_empty());
    }
}
