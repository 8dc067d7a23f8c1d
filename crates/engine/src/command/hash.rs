//! Hashes.

use alloc::string::ToString;
use alloc::vec::Vec;

use crate::command::list::int;
use crate::command::string::{bulk_or_nil, request};
use crate::command::{Call, Flags, Keys, Spec, key, run};
use crate::keyspace::Hash;
use crate::node::Node;
use crate::resp::number::{Decimal, parse_i64};
use crate::resp::reply::Reply;

const READ: Flags = Flags::READONLY;
const WRITE: Flags = Flags::WRITE;
const FIRST: Keys = Keys::FIRST;

pub(crate) const COMMANDS: &[Spec] = &[
    Spec::new("hset", -4, WRITE, FIRST, |n, c| Reply::merged(set(n, c, false))),
    Spec::new("hmset", -4, WRITE, FIRST, |n, c| Reply::merged(set(n, c, true))),
    Spec::new("hsetnx", 4, WRITE, FIRST, run!(hsetnx)),
    Spec::new("hget", 3, READ, FIRST, run!(hget)),
    Spec::new("hmget", -3, READ, FIRST, run!(hmget)),
    Spec::new("hgetall", 2, READ, FIRST, run!(hgetall)),
    Spec::new("hkeys", 2, READ, FIRST, run!(hkeys)),
    Spec::new("hvals", 2, READ, FIRST, run!(hvals)),
    Spec::new("hdel", -3, WRITE, FIRST, run!(hdel)),
    Spec::new("hlen", 2, READ, FIRST, run!(hlen)),
    Spec::new("hstrlen", 3, READ, FIRST, run!(hstrlen)),
    Spec::new("hexists", 3, READ, FIRST, run!(hexists)),
    Spec::new("hincrby", 4, WRITE, FIRST, run!(hincrby)),
    Spec::new("hincrbyfloat", 4, WRITE, FIRST, run!(hincrbyfloat)),
    Spec::new("hrandfield", -2, READ, FIRST, run!(hrandfield)),
    Spec::new("hscan", -3, READ, FIRST, run!(hscan)),
];

fn set(node: &mut Node, call: &Call<'_>, old_form: bool) -> Result<Reply, Reply> {
    if !call.argv.len().is_multiple_of(2) {
        return Err(Reply::wrong_arity(if old_form { "hmset" } else { "hset" }));
    }
    let pairs = call.argv[2..].chunks(2);
    node.edit(&call.argv[1], |hash: &mut Hash| {
        let changes = pairs.len() as u64;
        let new = pairs.filter(|it| hash.insert(it[0].clone(), it[1].clone()).is_none()).count();
        Ok((if old_form { Reply::Ok } else { Reply::Int(new as i64) }, changes))
    })
}

fn hsetnx(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    node.edit(&call.argv[1], |hash: &mut Hash| {
        let new = !hash.contains_key(&call.argv[2]);
        if new {
            hash.insert(call.argv[2].clone(), call.argv[3].clone());
        }
        Ok((Reply::Int(new.into()), new.into()))
    })
}

/// The value of the field that is the second argument.
fn field<'a>(node: &'a mut Node, call: &Call<'_>) -> Result<Option<&'a Vec<u8>>, Reply> {
    let hash = node.read_as::<Hash>(&call.argv[1])?;
    Ok(hash.and_then(|hash| hash.get(&call.argv[2])))
}

fn hget(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    Ok(bulk_or_nil(field(node, call)?.cloned()))
}

fn hstrlen(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    Ok(Reply::Int(field(node, call)?.map_or(0, Vec::len) as i64))
}

fn hexists(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    Ok(Reply::Int(field(node, call)?.is_some().into()))
}

fn hmget(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let hash = node.read_as::<Hash>(&call.argv[1])?;
    let value = |field| bulk_or_nil(hash.and_then(|hash| hash.get(field)).cloned());
    Ok(Reply::Array(call.argv[2..].iter().map(value).collect()))
}

fn hlen(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    Ok(Reply::Int(node.read_as::<Hash>(&call.argv[1])?.map_or(0, Hash::len) as i64))
}

/// All fields and values, or those that are at certain positions.
fn pairs(node: &mut Node, call: &Call<'_>) -> Result<Vec<(Reply, Reply)>, Reply> {
    let hash = node.read_as::<Hash>(&call.argv[1])?;
    let pair = |(field, value): (&Vec<u8>, &Vec<u8>)| {
        (Reply::Bulk(field.clone()), Reply::Bulk(value.clone()))
    };
    Ok(hash.into_iter().flatten().map(pair).collect())
}

fn hgetall(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    pairs(node, call).map(Reply::Map)
}

fn hkeys(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    Ok(Reply::Array(pairs(node, call)?.into_iter().map(|(field, _)| field).collect()))
}

fn hvals(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    Ok(Reply::Array(pairs(node, call)?.into_iter().map(|(_, value)| value).collect()))
}

fn hdel(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    node.edit(&call.argv[1], |hash: &mut Hash| {
        let gone = call.argv[2..].iter().filter(|&field| hash.remove(field).is_some()).count();
        Ok((Reply::Int(gone as i64), gone as u64))
    })
}

fn hincrby(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let amount = int(call, 3)?;
    node.edit(&call.argv[1], |hash: &mut Hash| {
        let old = hash.get(&call.argv[2]).map_or(Some(0), |text| parse_i64(text));
        let old = old.ok_or_else(|| Reply::error("ERR hash value is not an integer"))?;
        let new = old.checked_add(amount);
        let new = new.ok_or_else(|| Reply::error("ERR increment or decrement would overflow"))?;
        hash.insert(call.argv[2].clone(), new.to_string().into_bytes());
        Ok((Reply::Int(new), 1))
    })
}

fn hincrbyfloat(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let (key, field) = (&call.argv[1], &call.argv[2]);
    let amount = Decimal::parse(&call.argv[3])
        .ok_or_else(|| Reply::error("ERR value is not a valid float"))?;
    let new = node.edit(key, |hash: &mut Hash| {
        let old = hash.get(field).map_or(Some(Decimal::ZERO), |text| Decimal::parse(text));
        let old = old.ok_or_else(|| Reply::error("ERR hash value is not a float"))?;
        let new = old.checked_add(amount);
        let new = new.ok_or_else(|| Reply::error("ERR increment would produce NaN or Infinity"))?;
        let new = new.to_string().into_bytes();
        hash.insert(field.clone(), new.clone());
        Ok((new, 1))
    })?;
    node.rewrite_command(request(&[b"HSET", key, field, &new]));
    Ok(Reply::Bulk(new))
}

/// `HRANDFIELD key [count [WITHVALUES]]`
fn hrandfield(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let with_values = key::with_option(call, "withvalues")?;
    let count = call.argv.get(2).map(|_| key::draw_count(call, with_values)).transpose()?;
    let pairs = pairs(node, call)?;
    let drawn = key::draw(node, &pairs, count.unwrap_or(1));
    Ok(match count {
        None => drawn.into_iter().next().map_or(Reply::Nil, |(field, _)| field),
        Some(_) if with_values => Reply::Pairs(drawn),
        Some(_) => Reply::Array(drawn.into_iter().map(|(field, _)| field).collect()),
    })
}

fn hscan(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let wanted = key::scan_filter(call)?;
    let pairs = pairs(node, call)?.into_iter();
    let found = pairs.filter(|(field, _)| wanted.fits(field));
    Ok(key::scanned(found.flat_map(|(field, value)| [field, value]).collect()))
}
