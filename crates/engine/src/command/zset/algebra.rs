//! Unions, intersections and differences of sorted sets. Plain sets take part with the score 1.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use super::with_scores;
use crate::command::{Call, counted};
use crate::keyspace::{Score, Set, SortedSet, Value};
use crate::node::Node;
use crate::resp::float::parse_f64;
use crate::resp::number::parse_i64;
use crate::resp::reply::Reply;

/// What is made of the inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Union,
    Inter,
    Diff,
}

/// How the scores of a member become one.
#[derive(Debug, Clone, Copy)]
enum Aggregate {
    Sum,
    Min,
    Max,
}

/// Members with their scores, by name.
type Scores = BTreeMap<Vec<u8>, f64>;

struct Inputs {
    sets: Vec<Scores>,
    weights: Vec<f64>,
    aggregate: Aggregate,
    with_scores: bool,
}

/// The scores of a key's members.
fn read(node: &mut Node, key: &[u8]) -> Result<Scores, Reply> {
    match node.read_key(key).map(|entry| &entry.value) {
        None => Ok(Scores::new()),
        Some(Value::Set(set)) => Ok(ones(set)),
        Some(Value::SortedSet(zset)) => {
            Ok(zset.iter().map(|(member, score)| (member.to_vec(), score.get())).collect())
        }
        Some(_) => Err(Reply::wrong_type()),
    }
}

fn ones(set: &Set) -> Scores {
    set.iter().map(|member| (member.clone(), 1.0)).collect()
}

impl Inputs {
    /// Reads `numkeys key ... [WEIGHTS ...] [AGGREGATE ...] [WITHSCORES]` from `at` on.
    fn parse(node: &mut Node, call: &Call<'_>, at: usize, kind: Kind) -> Result<Self, Reply> {
        let count = parse_i64(&call.argv[at]).ok_or_else(Reply::not_an_integer)?;
        if count < 1 {
            let name = alloc::string::String::from_utf8_lossy(&call.argv[0]).to_ascii_lowercase();
            let text = format!("ERR at least 1 input key is needed for '{name}' command");
            return Err(Reply::Error(text));
        }
        let (keys, mut at) = counted::after(call, at, count)?;
        let sets = keys.iter().map(|key| read(node, key)).collect::<Result<Vec<_>, _>>()?;
        let weights = vec![1.0; sets.len()];
        let mut inputs = Self { sets, weights, aggregate: Aggregate::Sum, with_scores: false };
        while at < call.argv.len() {
            at = inputs.option(call, at, kind)?;
        }
        Ok(inputs)
    }

    /// Takes one option and returns where the next one begins.
    fn option(&mut self, call: &Call<'_>, at: usize, kind: Kind) -> Result<usize, Reply> {
        let left = call.argv.len() - at - 1;
        if kind != Kind::Diff && call.is(at, "weights") && left >= self.sets.len() {
            let words = &call.argv[at + 1..=at + self.sets.len()];
            let weight = |word: &Vec<u8>| {
                parse_f64(word).ok_or_else(|| Reply::error("ERR weight value is not a float"))
            };
            self.weights = words.iter().map(weight).collect::<Result<_, _>>()?;
            Ok(at + 1 + self.sets.len())
        } else if kind != Kind::Diff && call.is(at, "aggregate") && left >= 1 {
            let words = [("sum", Aggregate::Sum), ("min", Aggregate::Min), ("max", Aggregate::Max)];
            let found = words.into_iter().find(|(word, _)| call.is(at + 1, word));
            self.aggregate = found.ok_or_else(Reply::syntax_error)?.1;
            Ok(at + 2)
        } else if call.is(at, "withscores") {
            self.with_scores = true;
            Ok(at + 1)
        } else {
            Err(Reply::syntax_error())
        }
    }

    fn combine(&self, kind: Kind) -> SortedSet {
        let mut weighted = self.sets.iter().zip(&self.weights).map(|(set, weight)| {
            let of = |(member, score): (&Vec<u8>, &f64)| (member.clone(), or_zero(score * weight));
            set.iter().map(of).collect::<Scores>()
        });
        let mut result = weighted.next().unwrap_or_default();
        for next in weighted {
            match kind {
                Kind::Union => {}
                Kind::Inter => result.retain(|member, _| next.contains_key(member)),
                Kind::Diff => result.retain(|member, _| !next.contains_key(member)),
            }
            for (member, score) in next {
                match result.get_mut(&member) {
                    Some(present) => *present = self.one_of(*present, score),
                    None if kind == Kind::Union => drop(result.insert(member, score)),
                    None => {}
                }
            }
        }
        let mut zset = SortedSet::default();
        for (member, score) in result {
            zset.insert(&member, Score::new(score).unwrap_or_default());
        }
        zset
    }

    fn one_of(&self, a: f64, b: f64) -> f64 {
        match self.aggregate {
            Aggregate::Sum => or_zero(a + b),
            Aggregate::Min => a.min(b),
            Aggregate::Max => a.max(b),
        }
    }
}

/// Infinities of both signs, or none of an infinity, come to 0.
fn or_zero(score: f64) -> f64 {
    if score.is_nan() { 0.0 } else { score }
}

/// ZUNION, ZINTER, ZDIFF
pub(super) fn answer(node: &mut Node, call: &Call<'_>, kind: Kind) -> Result<Reply, Reply> {
    let inputs = Inputs::parse(node, call, 1, kind)?;
    let zset = inputs.combine(kind);
    let members = zset.iter().map(|(member, score)| (member.to_vec(), score)).collect();
    let pairs = with_scores(members, node.compat);
    Ok(match inputs.with_scores {
        true => Reply::Pairs(pairs),
        false => Reply::Array(pairs.into_iter().map(|(member, _)| member).collect()),
    })
}

/// ZUNIONSTORE, ZINTERSTORE, ZDIFFSTORE
pub(super) fn store(node: &mut Node, call: &Call<'_>, kind: Kind) -> Result<Reply, Reply> {
    let inputs = Inputs::parse(node, call, 2, kind)?;
    if inputs.with_scores {
        return Err(Reply::syntax_error());
    }
    let zset = inputs.combine(kind);
    let len = zset.len();
    node.replace(&call.argv[1], zset);
    Ok(Reply::Int(len as i64))
}

/// ZINTERCARD
pub(super) fn card(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let mut only_keys = Inputs::parse(node, &head(call)?, 1, Kind::Inter)?;
    let limit = counted::limit(call, 2 + only_keys.sets.len())?;
    let first = only_keys.sets.remove(0);
    let everywhere = |member: &&Vec<u8>| only_keys.sets.iter().all(|set| set.contains_key(*member));
    let count = first.keys().filter(everywhere).take(limit).count();
    Ok(Reply::Int(count as i64))
}

/// The command up to its last key.
fn head<'a>(call: &Call<'a>) -> Result<Call<'a>, Reply> {
    let count = parse_i64(&call.argv[1]).unwrap_or(0);
    let end = if count < 1 { call.argv.len() } else { counted::after(call, 1, count)?.1 };
    Ok(Call { argv: &call.argv[..end], ..*call })
}
