//! Pops from sorted sets, as replicas get them too.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::{Members, with_scores};
use crate::command::{Call, Pop, counted};
use crate::keyspace::{Score, SortedSet};
use crate::node::Node;
use crate::resp::number::parse_i64;
use crate::resp::reply::Reply;

/// `ZPOPMIN key [count]`, `ZPOPMAX key [count]`.
/// Without a count the pair stands alone, in RESP3 too.
pub(super) fn pop(node: &mut Node, call: &Call<'_>, from_top: bool) -> Result<Reply, Reply> {
    if call.argv.len() > 3 {
        return Err(Reply::syntax_error());
    }
    let count = call.argv.get(2).map(|text| {
        let count = parse_i64(text).and_then(|it| usize::try_from(it).ok());
        count.ok_or_else(|| Reply::error("ERR value is out of range, must be positive"))
    });
    let count = count.transpose()?;
    let popped = take(node, &call.argv[1], count.unwrap_or(1), from_top)?;
    let pairs = with_scores(popped, node.compat);
    Ok(match count {
        Some(_) if !pairs.is_empty() => Reply::Pairs(pairs),
        _ => Reply::Array(pairs.into_iter().flat_map(|(member, score)| [member, score]).collect()),
    })
}

/// Removes members from one end.
fn take(node: &mut Node, key: &[u8], count: usize, from_top: bool) -> Result<Members, Reply> {
    node.edit(key, |zset: &mut SortedSet| {
        let owned = |(member, score): (&[u8], Score)| (member.to_vec(), score);
        let taken: Members = if from_top {
            zset.iter().rev().take(count).map(owned).collect()
        } else {
            zset.iter().take(count).map(owned).collect()
        };
        taken.iter().for_each(|(member, _)| {
            zset.remove(member);
        });
        let changes = taken.len() as u64;
        Ok((taken, changes))
    })
}

const fn pop_name(from_top: bool) -> &'static str {
    if from_top { "ZPOPMAX" } else { "ZPOPMIN" }
}

/// `ZMPOP numkeys key [key ...] MIN|MAX [COUNT count]`: from the first of the keys that has members.
pub(super) fn zmpop(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let (keys, pop) = counted_pop(call, 1)?;
    Ok(node.try_pop(&pop, keys)?.unwrap_or(Reply::NilArray))
}

/// `numkeys key [key ...] MIN|MAX [COUNT count]`, from the argument `at` on.
pub(in crate::command) fn counted_pop<'a>(
    call: &Call<'a>,
    at: usize,
) -> Result<(&'a [Vec<u8>], Pop), Reply> {
    let end = |call: &Call<'a>, at| match call.is(at, "max") {
        false if !call.is(at, "min") => Err(Reply::syntax_error()),
        from_top => Ok(from_top),
    };
    let (keys, from_top, count) = counted::keys_to_pop(call, at, end)?;
    Ok((keys, Pop::Members { from_top, count }))
}

/// Pops the member that BZPOPMIN or BZPOPMAX answers; none when there is no sorted set. The replicas
/// get it as ZPOPMIN or ZPOPMAX.
pub(in crate::command) fn pop_member(
    node: &mut Node,
    key: &[u8],
    from_top: bool,
) -> Result<Option<Reply>, Reply> {
    if node.peek_as::<SortedSet>(key)?.is_none() {
        return Ok(None);
    }
    let taken = take(node, key, 1, from_top)?;
    node.rewrite_command([pop_name(from_top).into(), key.to_vec()].into());
    let pairs = with_scores(taken, node.compat).into_iter();
    let mut replies = Vec::from([Reply::Bulk(key.to_vec())]);
    replies.extend(pairs.flat_map(|(member, score)| [member, score]));
    Ok(Some(Reply::Array(replies)))
}

/// Pops the members that ZMPOP answers; none when there is no sorted set. The replicas get it as
/// ZPOPMIN or ZPOPMAX.
pub(in crate::command) fn pop_members(
    node: &mut Node,
    key: &[u8],
    from_top: bool,
    count: u64,
) -> Result<Option<Reply>, Reply> {
    if node.peek_as::<SortedSet>(key)?.is_none() {
        return Ok(None);
    }
    let taken = take(node, key, count as usize, from_top)?;
    let number = taken.len().to_string().into_bytes();
    node.rewrite_command([pop_name(from_top).into(), key.to_vec(), number].into());
    let pairs = with_scores(taken, node.compat).into_iter();
    let pairs = pairs.map(|(member, score)| Reply::Array([member, score].into())).collect();
    Ok(Some(Reply::Array([Reply::Bulk(key.to_vec()), Reply::Array(pairs)].into())))
}
