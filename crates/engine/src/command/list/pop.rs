//! Pops from lists, as replicas get them too.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::{Side, change};
use crate::command::{Call, Pop, counted};
use crate::keyspace::List;
use crate::node::Node;
use crate::resp::number::parse_i64;
use crate::resp::reply::Reply;

/// `LPOP key [count]`, `RPOP key [count]`
pub(super) fn pop(node: &mut Node, call: &Call<'_>, side: Side) -> Result<Reply, Reply> {
    let name = if side == Side::Left { "lpop" } else { "rpop" };
    if call.argv.len() > 3 {
        return Err(Reply::wrong_arity(name));
    }
    let count = match call.argv.get(2).map(|text| parse_i64(text)) {
        None => None,
        Some(Some(count @ 0..)) => Some(count as usize),
        Some(_) => return Err(Reply::error("ERR value is out of range, must be positive")),
    };
    let missing = node.peek_as::<List>(&call.argv[1])?.is_none();
    if missing || count == Some(0) {
        return Ok(match count {
            Some(_) if !missing => Reply::Array(Vec::new()),
            Some(_) => Reply::NilArray,
            None => Reply::Nil,
        });
    }
    node.edit(&call.argv[1], |list: &mut List| {
        let number = count.unwrap_or(1).min(list.len());
        let items: Vec<Vec<u8>> = (0..number).filter_map(|_| side.pop(list)).collect();
        let changes = items.len() as u64;
        let mut replies = items.into_iter().map(Reply::Bulk);
        let reply = match count {
            Some(_) => Reply::Array(replies.collect()),
            None => replies.next().unwrap_or(Reply::Nil),
        };
        Ok((reply, changes))
    })
}

/// `LMPOP numkeys key [key ...] LEFT|RIGHT [COUNT count]`: from the first of the keys that has items.
pub(super) fn lmpop(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let (keys, pop) = counted_pop(call, 1)?;
    Ok(node.try_pop(&pop, keys)?.unwrap_or(Reply::NilArray))
}

/// `numkeys key [key ...] LEFT|RIGHT [COUNT count]`, from the argument `at` on.
pub(in crate::command) fn counted_pop<'a>(
    call: &Call<'a>,
    at: usize,
) -> Result<(&'a [Vec<u8>], Pop), Reply> {
    let (keys, from, count) = counted::keys_to_pop(call, at, change::side)?;
    Ok((keys, Pop::Items { from, count }))
}

/// Pops the item that BLPOP or BRPOP answers; none when there is no list. The replicas get it as LPOP
/// or RPOP.
pub(in crate::command) fn pop_item(
    node: &mut Node,
    key: &[u8],
    from: Side,
) -> Result<Option<Reply>, Reply> {
    let Some(mut items) = take(node, key, from, 1)? else { return Ok(None) };
    node.rewrite_command([from.pop_name().into(), key.to_vec()].into());
    let item = items.pop().map_or(Reply::Nil, Reply::Bulk);
    Ok(Some(Reply::Array([Reply::Bulk(key.to_vec()), item].into())))
}

/// Pops the items that LMPOP answers; none when there is no list. The replicas get it as LPOP or RPOP.
pub(in crate::command) fn pop_items(
    node: &mut Node,
    key: &[u8],
    from: Side,
    count: u64,
) -> Result<Option<Reply>, Reply> {
    let Some(items) = take(node, key, from, count)? else { return Ok(None) };
    let number = items.len().to_string().into_bytes();
    node.rewrite_command([from.pop_name().into(), key.to_vec(), number].into());
    let items = Reply::Array(items.into_iter().map(Reply::Bulk).collect());
    Ok(Some(Reply::Array([Reply::Bulk(key.to_vec()), items].into())))
}

fn take(
    node: &mut Node,
    key: &[u8],
    from: Side,
    count: u64,
) -> Result<Option<Vec<Vec<u8>>>, Reply> {
    if node.peek_as::<List>(key)?.is_none() {
        return Ok(None);
    }
    node.edit(key, |list: &mut List| {
        let items: Vec<Vec<u8>> = (0..count).map_while(|_| from.pop(list)).collect();
        let changes = items.len() as u64;
        Ok((Some(items), changes))
    })
}
