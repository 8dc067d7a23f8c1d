//! Sorted sets. `range` has everything that goes by rank, score or name.

mod add;
mod algebra;
mod pop;
mod range;

pub(super) use pop::{counted_pop, pop_member, pop_members};

use alloc::vec::Vec;

use crate::command::{Call, Flags, Keys, Spec, key, run};
use crate::config::Compat;
use crate::keyspace::{Score, SortedSet};
use crate::node::Node;
use crate::resp::float::print_f64;
use crate::resp::reply::Reply;

const READ: Flags = Flags::READONLY;
const WRITE: Flags = Flags::WRITE;
const FIRST: Keys = Keys::FIRST;
const BOTH: Keys = Keys(1, 2, 1);
const READ_COUNTED: Flags = READ.and(Flags::MOVABLE_KEYS);
const WRITE_COUNTED: Flags = WRITE.and(Flags::MOVABLE_KEYS);

pub(crate) const COMMANDS: &[Spec] = &[
    Spec::new("zadd", -4, WRITE, FIRST, run!(add::zadd)),
    Spec::new("zincrby", 4, WRITE, FIRST, run!(add::zincrby)),
    Spec::new("zrem", -3, WRITE, FIRST, run!(zrem)),
    Spec::new("zscore", 3, READ, FIRST, run!(zscore)),
    Spec::new("zmscore", -3, READ, FIRST, run!(zmscore)),
    Spec::new("zcard", 2, READ, FIRST, run!(zcard)),
    Spec::new("zrank", 3, READ, FIRST, |n, c| Reply::merged(rank(n, c, false))),
    Spec::new("zrevrank", 3, READ, FIRST, |n, c| Reply::merged(rank(n, c, true))),
    Spec::new("zpopmin", -2, WRITE, FIRST, |n, c| Reply::merged(pop::pop(n, c, false))),
    Spec::new("zpopmax", -2, WRITE, FIRST, |n, c| Reply::merged(pop::pop(n, c, true))),
    Spec::new("zrandmember", -2, READ, FIRST, run!(zrandmember)),
    Spec::new("zscan", -3, READ, FIRST, run!(zscan)),
    Spec::new("zcount", 4, READ, FIRST, |n, c| Reply::merged(range::count(n, c, range::By::Score))),
    Spec::new("zlexcount", 4, READ, FIRST, |n, c| {
        Reply::merged(range::count(n, c, range::By::Lex))
    }),
    Spec::new("zrange", -4, READ, FIRST, run!(range::zrange)),
    Spec::new("zrevrange", -4, READ, FIRST, run!(range::zrevrange)),
    Spec::new("zrangebyscore", -4, READ, FIRST, run!(range::zrangebyscore)),
    Spec::new("zrevrangebyscore", -4, READ, FIRST, run!(range::zrevrangebyscore)),
    Spec::new("zrangebylex", -4, READ, FIRST, run!(range::zrangebylex)),
    Spec::new("zrevrangebylex", -4, READ, FIRST, run!(range::zrevrangebylex)),
    Spec::new("zrangestore", -5, WRITE, BOTH, run!(range::zrangestore)),
    Spec::new("zunion", -3, READ_COUNTED, Keys::NONE, |n, c| {
        Reply::merged(algebra::answer(n, c, algebra::Kind::Union))
    }),
    Spec::new("zinter", -3, READ_COUNTED, Keys::NONE, |n, c| {
        Reply::merged(algebra::answer(n, c, algebra::Kind::Inter))
    }),
    Spec::new("zdiff", -3, READ_COUNTED, Keys::NONE, |n, c| {
        Reply::merged(algebra::answer(n, c, algebra::Kind::Diff))
    }),
    Spec::new("zunionstore", -4, WRITE_COUNTED, FIRST, |n, c| {
        Reply::merged(algebra::store(n, c, algebra::Kind::Union))
    }),
    Spec::new("zinterstore", -4, WRITE_COUNTED, FIRST, |n, c| {
        Reply::merged(algebra::store(n, c, algebra::Kind::Inter))
    }),
    Spec::new("zdiffstore", -4, WRITE_COUNTED, FIRST, |n, c| {
        Reply::merged(algebra::store(n, c, algebra::Kind::Diff))
    }),
    Spec::new("zintercard", -3, READ_COUNTED, Keys::NONE, run!(algebra::card)),
    Spec::new("zmpop", -4, WRITE_COUNTED, Keys::NONE, run!(pop::zmpop)),
    Spec::new("zremrangebyrank", 4, WRITE, FIRST, |n, c| {
        Reply::merged(range::remove(n, c, range::By::Rank))
    }),
    Spec::new("zremrangebyscore", 4, WRITE, FIRST, |n, c| {
        Reply::merged(range::remove(n, c, range::By::Score))
    }),
    Spec::new("zremrangebylex", 4, WRITE, FIRST, |n, c| {
        Reply::merged(range::remove(n, c, range::By::Lex))
    }),
];

/// Members with their scores.
type Members = Vec<(Vec<u8>, Score)>;

fn double(score: Score, compat: Compat) -> Reply {
    Reply::Double(print_f64(score.get(), compat))
}

fn with_scores(members: Members, compat: Compat) -> Vec<(Reply, Reply)> {
    let pair = |(member, score)| (Reply::Bulk(member), double(score, compat));
    members.into_iter().map(pair).collect()
}

fn all(node: &mut Node, key: &[u8]) -> Result<Members, Reply> {
    let zset = node.read_as::<SortedSet>(key)?;
    Ok(zset.map_or_else(Vec::new, |zset| zset.iter().map(|(it, at)| (it.to_vec(), at)).collect()))
}

fn zrem(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    node.edit(&call.argv[1], |zset: &mut SortedSet| {
        let gone = call.argv[2..].iter().filter(|it| zset.remove(it).is_some()).count();
        Ok((Reply::Int(gone as i64), gone as u64))
    })
}

fn zscore(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let compat = node.compat;
    let zset = node.read_as::<SortedSet>(&call.argv[1])?;
    let score = zset.and_then(|zset| zset.score(&call.argv[2]));
    Ok(score.map_or(Reply::Nil, |score| double(score, compat)))
}

fn zmscore(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let compat = node.compat;
    let zset = node.read_as::<SortedSet>(&call.argv[1])?;
    let score = |it: &Vec<u8>| zset.and_then(|zset| zset.score(it));
    let told = |it| score(it).map_or(Reply::Nil, |score| double(score, compat));
    Ok(Reply::Array(call.argv[2..].iter().map(told).collect()))
}

fn zcard(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let zset = node.read_as::<SortedSet>(&call.argv[1])?;
    Ok(Reply::Int(zset.map_or(0, SortedSet::len) as i64))
}

fn rank(node: &mut Node, call: &Call<'_>, from_top: bool) -> Result<Reply, Reply> {
    let zset = node.read_as::<SortedSet>(&call.argv[1])?;
    let rank = zset.and_then(|zset| {
        let rank = zset.rank(&call.argv[2])?;
        Some(if from_top { zset.len() - 1 - rank } else { rank })
    });
    Ok(rank.map_or(Reply::Nil, |rank| Reply::Int(rank as i64)))
}

/// `ZRANDMEMBER key [count [WITHSCORES]]`
fn zrandmember(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let scores = key::with_option(call, "withscores")?;
    let count = call.argv.get(2).map(|_| key::draw_count(call, scores)).transpose()?;
    let members = all(node, &call.argv[1])?;
    let drawn = key::draw(node, &members, count.unwrap_or(1));
    Ok(match count {
        None => drawn.into_iter().next().map_or(Reply::Nil, |(member, _)| Reply::Bulk(member)),
        Some(_) if scores => Reply::Pairs(with_scores(drawn, node.compat)),
        Some(_) => Reply::Array(drawn.into_iter().map(|(member, _)| Reply::Bulk(member)).collect()),
    })
}

/// Scores are strings here, in RESP3 too.
fn zscan(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let wanted = key::scan_filter(call)?;
    let compat = node.compat;
    let members = all(node, &call.argv[1])?.into_iter();
    let pairs =
        members.map(|(it, score)| [Reply::Bulk(it), Reply::bulk(print_f64(score.get(), compat))]);
    Ok(key::scanned(pairs.filter(|[member, _]| wanted.fits(member)).flatten().collect()))
}
