//! Changes within lists, and from one list to another.

use alloc::vec::Vec;

use super::{Side, int, position, span};
use crate::command::Call;
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

/// `LEFT` or `RIGHT`.
pub(in crate::command) fn side(call: &Call<'_>, at: usize) -> Result<Side, Reply> {
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
    let moved = move_item(node, [&call.argv[1], &call.argv[2]], from, to)?;
    Ok(moved.unwrap_or(Reply::Nil))
}

pub(super) fn rpoplpush(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let moved = move_item(node, [&call.argv[1], &call.argv[2]], Side::Right, Side::Left)?;
    Ok(moved.unwrap_or(Reply::Nil))
}

/// Takes an item from one list and puts it to another one; none when there is no first one.
pub(in crate::command) fn move_item(
    node: &mut Node,
    [source, target]: [&[u8]; 2],
    from: Side,
    to: Side,
) -> Result<Option<Reply>, Reply> {
    if node.peek_as::<List>(source)?.is_none() {
        return Ok(None);
    }
    node.peek_as::<List>(target)?;
    let same = source == target;
    let item = node.edit(source, |list: &mut List| {
        let item = from.pop(list).unwrap_or_default();
        if same {
            to.push(list, item.clone());
        }
        Ok((item, 1))
    })?;
    if !same {
        node.edit(target, |list: &mut List| {
            to.push(list, item.clone());
            Ok(((), 0))
        })?;
        node.touch_written(target);
    }
    Ok(Some(Reply::Bulk(item)))
}
