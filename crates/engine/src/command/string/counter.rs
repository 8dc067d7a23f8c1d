//! Numbers kept in strings: INCR and its kin.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::request;
use crate::command::Call;
use crate::node::Node;
use crate::resp::number::{Decimal, parse_i64};
use crate::resp::reply::Reply;

pub(super) fn incr(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    add(node, &call.argv[1], 1)
}

pub(super) fn decr(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    add(node, &call.argv[1], -1)
}

pub(super) fn incrby(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    match parse_i64(&call.argv[2]) {
        Some(amount) => add(node, &call.argv[1], amount),
        None => Err(Reply::not_an_integer()),
    }
}

pub(super) fn decrby(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    match parse_i64(&call.argv[2]) {
        Some(i64::MIN) => Err(Reply::error("ERR decrement would overflow")),
        Some(amount) => add(node, &call.argv[1], -amount),
        None => Err(Reply::not_an_integer()),
    }
}

fn add(node: &mut Node, key: &[u8], amount: i64) -> Result<Reply, Reply> {
    let old = match node.peek_string(key)?.map(|text| parse_i64(text)) {
        None => 0,
        Some(Some(old)) => old,
        Some(None) => return Err(Reply::not_an_integer()),
    };
    let Some(new) = old.checked_add(amount) else {
        return Err(Reply::error("ERR increment or decrement would overflow"));
    };
    node.write_value(key, new.to_string().into_bytes());
    Ok(Reply::Int(new))
}

pub(super) fn incrbyfloat(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let key = &call.argv[1];
    let old = node.peek_string(key)?.map_or(Some(Decimal::ZERO), |text| Decimal::parse(text));
    let (Some(old), Some(amount)) = (old, Decimal::parse(&call.argv[2])) else {
        return Err(Reply::error("ERR value is not a valid float"));
    };
    let Some(new) = old.checked_add(amount) else {
        return Err(Reply::error("ERR increment would produce NaN or Infinity"));
    };
    let new: Vec<u8> = new.to_string().into_bytes();
    node.write_value(key, new.clone());
    node.rewrite_command(request(&[b"SET", key, &new, b"KEEPTTL"]));
    Ok(Reply::Bulk(new))
}
