//! Changes within lists, and from one list to another.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::{Side, int, position, span};
use crate::command::{Call, counted};
use crate::keyspace::List;
use crate::node::Node;
use crate::resp::reply::Reply;

pub(super) fn lset(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    if node.peek_as::<List>(&call.argv[1])?.is_none() {
        return Err(Reply::error("ERR no such key"));
    }
    let index = int(call, 2)?;
    node.edit(&call.argv[1], |list: &mut List| {
        let at = position(index, list.len());
        let item = at.and_then(|at| list.get_mut(at));
        let item = item.ok_or_else(|| Reply::error("ERR index out of range"))?;
        item.clone_from(&call.argv[3]);
        Ok((Reply::Ok, 1))
    })
}

/// A negative count removes from the tail on, 0 removes all.
pub(super) fn lrem(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let count = int(call, 2)?;
    let most = if count == 0 { usize::MAX } else { count.unsigned_abs() as usize };
    node.edit(&call.argv[1], |list: &mut List| {
        let len = list.len();
        let places = (0..len).map(|at| if count < 0 { len - 1 - at } else { at });
        let mut found: Vec<usize> =
            places.filter(|&at| list[at] == call.argv[3]).take(most).collect();
        found.sort_unstable();
        for &at in found.iter().rev() {
            list.remove(at);
        }
        Ok((Reply::Int(found.len() as i64), found.len() as u64))
    })
}

pub(super) fn ltrim(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let (from, to) = (int(call, 2)?, int(call, 3)?);
    node.edit(&call.argv[1], |list: &mut List| {
        let kept = span(from, to, list.len());
        let removed = list.len() - kept.len();
        list.truncate(kept.end);
        list.drain(..kept.start);
        Ok((Reply::Ok, removed as u64))
    })
}

/// Answers the new length, 0 for no list, -1 when the pivot is not in it.
pub(super) fn linsert(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let after = match (call.is(2, "after"), call.is(2, "before")) {
        (false, false) => return Err(Reply::syntax_error()),
        (after, _) => usize::from(after),
    };
    node.edit(&call.argv[1], |list: &mut List| {
        if list.is_empty() {
            return Ok((Reply::Int(0), 0));
        }
        let Some(at) = list.iter().position(|item| *item == call.argv[3]) else {
            return Ok((Reply::Int(-1), 0));
        };
        list.insert(at + after, call.argv[4].clone());
        Ok((Reply::Int(list.len() as i64), 1))
    })
}

fn side(call: &Call<'_>, at: usize) -> Result<Side, Reply> {
    if call.is(at, "left") {
        Ok(Side::Left)
    } else if call.is(at, "right") {
        Ok(Side::Right)
    } else {
        Err(Reply::syntax_error())
    }
}

pub(super) fn lmove(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let (from, to) = (side(call, 3)?, side(call, 4)?);
    move_item(node, call, from, to)
}

/// `LMPOP numkeys key [key ...] LEFT|RIGHT [COUNT count]`: from the first of the keys that has items.
/// The replicas get it as LPOP or RPOP.
pub(super) fn lmpop(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let (keys, at) = counted::keys(call, 1)?;
    let side = side(call, at)?;
    let count = counted::pops(call, at + 1)?;
    for key in keys {
        if node.peek_as::<List>(key)?.is_none() {
            continue;
        }
        let items: Vec<Vec<u8>> = node.edit(key, |list: &mut List| {
            let items: Vec<_> = (0..count).map_while(|_| side.pop(list)).collect();
            let changes = items.len() as u64;
            Ok((items, changes))
        })?;
        let name = if side == Side::Left { "LPOP" } else { "RPOP" };
        let number = items.len().to_string().into_bytes();
        node.rewrite_command([name.into(), key.clone(), number].into());
        let items = Reply::Array(items.into_iter().map(Reply::Bulk).collect());
        return Ok(Reply::Array([Reply::Bulk(key.clone()), items].into()));
    }
    Ok(Reply::NilArray)
}

pub(super) fn rpoplpush(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    move_item(node, call, Side::Right, Side::Left)
}

fn move_item(node: &mut Node, call: &Call<'_>, from: Side, to: Side) -> Result<Reply, Reply> {
    if node.peek_as::<List>(&call.argv[1])?.is_none() {
        return Ok(Reply::Nil);
    }
    node.peek_as::<List>(&call.argv[2])?;
    let same = call.argv[1] == call.argv[2];
    let item = node.edit(&call.argv[1], |list: &mut List| {
        let item = from.pop(list).unwrap_or_default();
        if same {
            to.push(list, item.clone());
        }
        Ok((item, 1))
    })?;
    if !same {
        node.edit(&call.argv[2], |list: &mut List| {
            to.push(list, item.clone());
            Ok(((), 0))
        })?;
        node.touch_watched(&call.argv[2]);
    }
    Ok(Reply::Bulk(item))
}
