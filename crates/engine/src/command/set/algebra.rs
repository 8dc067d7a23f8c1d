//! Intersections, unions and differences of sets.

use alloc::vec::Vec;

use super::in_order;
use crate::command::{Call, counted};
use crate::keyspace::Set;
use crate::node::Node;
use crate::resp::reply::Reply;

/// Makes one set of two.
type Combine = fn(Set, &Set) -> Set;

const INTER: Combine = |a, b| a.into_iter().filter(|it| b.contains(it)).collect();
const UNION: Combine = |mut a, b| {
    a.extend(b.iter().cloned());
    a
};
const DIFF: Combine = |a, b| a.into_iter().filter(|it| !b.contains(it)).collect();

fn combined(node: &mut Node, keys: &[Vec<u8>], combine: Combine) -> Result<Set, Reply> {
    let mut sets = Vec::with_capacity(keys.len());
    for key in keys {
        sets.push(node.read_as::<Set>(key)?.cloned().unwrap_or_default());
    }
    Ok(sets.into_iter().reduce(|a, b| combine(a, &b)).unwrap_or_default())
}

fn answer(node: &mut Node, call: &Call<'_>, combine: Combine) -> Result<Reply, Reply> {
    let set = combined(node, &call.argv[1..], combine)?;
    Ok(Reply::Set(in_order(&set).into_iter().map(Reply::Bulk).collect()))
}

fn store(node: &mut Node, call: &Call<'_>, combine: Combine) -> Result<Reply, Reply> {
    let set = combined(node, &call.argv[2..], combine)?;
    let len = set.len();
    node.replace(&call.argv[1], set);
    Ok(Reply::Int(len as i64))
}

pub(super) fn sinter(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    answer(node, call, INTER)
}

/// `SINTERCARD numkeys key [key ...] [LIMIT limit]`
pub(super) fn sintercard(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let (keys, at) = counted::keys(call, 1)?;
    let limit = counted::limit(call, at)?;
    let len = combined(node, keys, INTER)?.len();
    Ok(Reply::Int(len.min(limit) as i64))
}

pub(super) fn sunion(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    answer(node, call, UNION)
}

pub(super) fn sdiff(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    answer(node, call, DIFF)
}

pub(super) fn sinterstore(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    store(node, call, INTER)
}

pub(super) fn sunionstore(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    store(node, call, UNION)
}

pub(super) fn sdiffstore(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    store(node, call, DIFF)
}
