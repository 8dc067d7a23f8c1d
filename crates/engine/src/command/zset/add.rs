//! ZADD and ZINCRBY.

use alloc::vec::Vec;

use super::double;
use crate::command::Call;
use crate::keyspace::{Score, SortedSet};
use crate::node::Node;
use crate::resp::float::parse_f64;
use crate::resp::reply::Reply;

/// The options of ZADD.
#[derive(Debug, Default, Clone, Copy)]
struct Options {
    /// `NX`: only new members.
    absent: bool,
    /// `XX`: only members that are there.
    present: bool,
    /// `GT`: only to higher scores.
    greater: bool,
    /// `LT`: only to lower scores.
    less: bool,
    /// `CH`: count the changed ones, too.
    changed: bool,
    /// `INCR`: add to the score.
    increment: bool,
}

/// What became of one member.
enum Done {
    Nothing,
    Same(Score),
    Added(Score),
    Updated(Score),
}

pub(super) fn zadd(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let mut options = Options::default();
    let mut at = 2;
    while at < call.argv.len() {
        let names = ["nx", "xx", "gt", "lt", "ch", "incr"];
        match names.iter().position(|name| call.is(at, name)) {
            Some(0) => options.absent = true,
            Some(1) => options.present = true,
            Some(2) => options.greater = true,
            Some(3) => options.less = true,
            Some(4) => options.changed = true,
            Some(_) => options.increment = true,
            None => break,
        }
        at += 1;
    }
    let pairs = &call.argv[at..];
    check(options, pairs.len())?;
    add(node, &call.argv[1], options, pairs)
}

fn check(options: Options, len: usize) -> Result<(), Reply> {
    let Options { absent, present, greater, less, .. } = options;
    if len == 0 || len % 2 == 1 {
        return Err(Reply::syntax_error());
    }
    if absent && present {
        let refusal = "ERR XX and NX options at the same time are not compatible";
        return Err(Reply::error(refusal));
    }
    if (greater && (less || absent)) || (less && absent) {
        let refusal = "ERR GT, LT, and/or NX options at the same time are not compatible";
        return Err(Reply::error(refusal));
    }
    if options.increment && len > 2 {
        return Err(Reply::error("ERR INCR option supports a single increment-element pair"));
    }
    Ok(())
}

pub(super) fn zincrby(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let options = Options { increment: true, ..Options::default() };
    add(node, &call.argv[1], options, &call.argv[2..])
}

/// `pairs`: score, member, score, member ...
fn add(node: &mut Node, key: &[u8], options: Options, pairs: &[Vec<u8>]) -> Result<Reply, Reply> {
    let scores: Option<Vec<f64>> = pairs.iter().step_by(2).map(|it| parse_f64(it)).collect();
    let scores = scores.ok_or_else(|| Reply::error("ERR value is not a valid float"))?;
    let compat = node.compat;
    node.edit(key, |zset: &mut SortedSet| {
        let (mut added, mut updated, mut last) = (0, 0, None);
        for (member, score) in pairs.iter().skip(1).step_by(2).zip(scores) {
            last = match add_one(zset, options, member, score)? {
                Done::Nothing => None,
                Done::Same(score) => Some(score),
                Done::Added(score) => {
                    added += 1;
                    Some(score)
                }
                Done::Updated(score) => {
                    updated += 1;
                    Some(score)
                }
            };
        }
        let reply = match last {
            _ if !options.increment => {
                Reply::Int(if options.changed { added + updated } else { added })
            }
            Some(score) => double(score, compat),
            None => Reply::Nil,
        };
        Ok((reply, (added + updated) as u64))
    })
}

fn add_one(
    zset: &mut SortedSet,
    options: Options,
    member: &[u8],
    score: f64,
) -> Result<Done, Reply> {
    let old = zset.score(member);
    if old.is_some() && options.absent || old.is_none() && options.present {
        return Ok(Done::Nothing);
    }
    let base = if options.increment { old.map_or(0.0, Score::get) } else { 0.0 };
    let new = Score::new(base + score)
        .ok_or_else(|| Reply::error("ERR resulting score is not a number (NaN)"))?;
    Ok(match old {
        None => {
            zset.insert(member, new);
            Done::Added(new)
        }
        Some(old) if options.greater && new <= old || options.less && new >= old => Done::Nothing,
        Some(old) if old == new => Done::Same(old),
        Some(_) => {
            zset.insert(member, new);
            Done::Updated(new)
        }
    })
}
