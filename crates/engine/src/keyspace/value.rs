//! The types of values, and what commands need to handle them alike.

use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::vec::Vec;
use core::cmp::Ordering;

use borsh::{BorshDeserialize, BorshSerialize};

/// A list, its head first.
pub(crate) type List = VecDeque<Vec<u8>>;
/// Fields and their values, in the order of the fields' bytes.
pub(crate) type Hash = BTreeMap<Vec<u8>, Vec<u8>>;
/// Members in the order of their bytes.
pub(crate) type Set = BTreeSet<Vec<u8>>;

/// A value of some type.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(crate) enum Value {
    /// A binary-safe string (integers are kept as their text).
    String(Vec<u8>),
    /// A list.
    List(List),
    /// A hash.
    Hash(#[borsh(deserialize_with = "crate::gathered::read")] Hash),
    /// A set.
    Set(#[borsh(deserialize_with = "crate::gathered::read")] Set),
    /// A sorted set.
    SortedSet(SortedSet),
}

impl Value {
    /// What TYPE answers.
    pub(crate) const fn type_name(&self) -> &'static str {
        match self {
            Self::String(_) => "string",
            Self::List(_) => "list",
            Self::Hash(_) => "hash",
            Self::Set(_) => "set",
            Self::SortedSet(_) => "zset",
        }
    }
}

/// A type that a key may hold.
pub(crate) trait Kind: Default + Sized {
    /// The value, if it is of this type.
    fn of(value: &Value) -> Option<&Self>;
    /// The value to be changed, if it is of this type.
    fn of_mut(value: &mut Value) -> Option<&mut Self>;
    /// As a value of a key.
    fn into_value(self) -> Value;
    /// Whether the key goes: only strings may be empty.
    fn is_gone(&self) -> bool;
}

macro_rules! kind {
    ($kind:ty, $variant:ident, $empty:expr) => {
        impl Kind for $kind {
            fn of(value: &Value) -> Option<&Self> {
                if let Value::$variant(inner) = value { Some(inner) } else { None }
            }
            fn of_mut(value: &mut Value) -> Option<&mut Self> {
                if let Value::$variant(inner) = value { Some(inner) } else { None }
            }
            fn into_value(self) -> Value {
                Value::$variant(self)
            }
            fn is_gone(&self) -> bool {
                let empty: fn(&Self) -> bool = $empty;
                empty(self)
            }
        }
    };
}

kind!(Vec<u8>, String, |_| false);
kind!(List, List, |list| list.is_empty());
kind!(Hash, Hash, |hash| hash.is_empty());
kind!(Set, Set, |set| set.is_empty());
kind!(SortedSet, SortedSet, |zset| zset.len() == 0);

/// A score: any number but NaN, infinities included. 0 and -0 are equal, as in Redis.
#[derive(Debug, Default, Clone, Copy, PartialEq, BorshSerialize, BorshDeserialize)]
pub(crate) struct Score(f64);

impl Score {
    /// None for NaN.
    pub(crate) const fn new(score: f64) -> Option<Self> {
        if score.is_nan() { None } else { Some(Self(score)) }
    }

    /// As a number.
    pub(crate) const fn get(self) -> f64 {
        self.0
    }
}

impl Eq for Score {}

impl Ord for Score {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.partial_cmp(&other.0).unwrap_or(Ordering::Equal)
    }
}

impl PartialOrd for Score {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Members with scores, in the order of scores and then of bytes.
#[derive(Debug, Default, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(crate) struct SortedSet {
    #[borsh(deserialize_with = "crate::gathered::read")]
    scores: BTreeMap<Vec<u8>, Score>,
    #[borsh(deserialize_with = "crate::gathered::read")]
    order: BTreeSet<(Score, Vec<u8>)>,
}

impl SortedSet {
    /// How many members there are.
    pub(crate) fn len(&self) -> usize {
        self.scores.len()
    }

    /// A member's score.
    pub(crate) fn score(&self, member: &[u8]) -> Option<Score> {
        self.scores.get(member).copied()
    }

    /// Adds a member or gives it another score; returns the old one.
    pub(crate) fn insert(&mut self, member: &[u8], score: Score) -> Option<Score> {
        let old = self.scores.insert(member.to_vec(), score);
        if let Some(old) = old {
            self.order.remove(&(old, member.to_vec()));
        }
        self.order.insert((score, member.to_vec()));
        old
    }

    /// Removes a member; returns its score.
    pub(crate) fn remove(&mut self, member: &[u8]) -> Option<Score> {
        let score = self.scores.remove(member)?;
        self.order.remove(&(score, member.to_vec()));
        Some(score)
    }

    /// How many members stand before this one.
    pub(crate) fn rank(&self, member: &[u8]) -> Option<usize> {
        let at = (self.score(member)?, member.to_vec());
        Some(self.order.range(..at).count())
    }

    /// Members and scores, the lowest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (&[u8], Score)> {
        self.order.iter().map(|(score, member)| (member.as_slice(), *score))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_stand_in_the_order_of_scores_then_bytes() {
        let mut zset = SortedSet::default();
        let score = |it| Score::new(it).expect("a number");
        for (member, it) in [("b", 0.0), ("a", -0.0), ("z", f64::NEG_INFINITY), ("c", 9.0)] {
            assert_eq!(zset.insert(member.as_bytes(), score(it)), None);
        }
        assert_eq!(zset.insert(b"c", score(-1.0)), Some(score(9.0)));
        let order: Vec<&[u8]> = zset.iter().map(|(member, _)| member).collect();
        assert_eq!(order, [b"z", b"c", b"a", b"b"]);
        assert_eq!((zset.rank(b"a"), zset.rank(b"x")), (Some(2), None));
        assert_eq!(zset.remove(b"z"), Some(score(f64::NEG_INFINITY)));
        assert_eq!((zset.len(), zset.iter().count()), (3, 3));
        assert_eq!(Score::new(f64::NAN), None);
    }
}
