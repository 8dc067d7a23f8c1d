//! Sets.

mod algebra;

use alloc::vec::Vec;

use crate::command::string::request;
use crate::command::{Call, Flags, Keys, Spec, key, run};
use crate::keyspace::Set;
use crate::node::Node;
use crate::resp::number::parse_i64;
use crate::resp::reply::Reply;

const READ: Flags = Flags::READONLY;
const WRITE: Flags = Flags::WRITE;
const FIRST: Keys = Keys::FIRST;

pub(crate) const COMMANDS: &[Spec] = &[
    Spec::new("sadd", -3, WRITE, FIRST, run!(sadd)),
    Spec::new("srem", -3, WRITE, FIRST, run!(srem)),
    Spec::new("sismember", 3, READ, FIRST, run!(sismember)),
    Spec::new("smismember", -3, READ, FIRST, run!(smismember)),
    Spec::new("smembers", 2, READ, FIRST, run!(smembers)),
    Spec::new("scard", 2, READ, FIRST, run!(scard)),
    Spec::new("spop", -2, WRITE, FIRST, run!(spop)),
    Spec::new("srandmember", -2, READ, FIRST, run!(srandmember)),
    Spec::new("smove", 4, WRITE, Keys(1, 2, 1), run!(smove)),
    Spec::new("sscan", -3, READ, FIRST, run!(sscan)),
    Spec::new("sinter", -2, READ, Keys::ALL, run!(algebra::sinter)),
    Spec::new("sunion", -2, READ, Keys::ALL, run!(algebra::sunion)),
    Spec::new("sdiff", -2, READ, Keys::ALL, run!(algebra::sdiff)),
    Spec::new(
        "sintercard",
        -3,
        READ.and(Flags::MOVABLE_KEYS),
        Keys::NONE,
        run!(algebra::sintercard),
    ),
    Spec::new("sinterstore", -3, WRITE, Keys::ALL, run!(algebra::sinterstore)),
    Spec::new("sunionstore", -3, WRITE, Keys::ALL, run!(algebra::sunionstore)),
    Spec::new("sdiffstore", -3, WRITE, Keys::ALL, run!(algebra::sdiffstore)),
];

fn sadd(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    node.edit(&call.argv[1], |set: &mut Set| {
        let new = call.argv[2..].iter().filter(|&it| set.insert(it.clone())).count();
        Ok((Reply::Int(new as i64), new as u64))
    })
}

fn srem(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    node.edit(&call.argv[1], |set: &mut Set| {
        let gone = call.argv[2..].iter().filter(|&it| set.remove(it)).count();
        Ok((Reply::Int(gone as i64), gone as u64))
    })
}

fn sismember(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let set = node.read_as::<Set>(&call.argv[1])?;
    Ok(Reply::Int(set.is_some_and(|set| set.contains(&call.argv[2])).into()))
}

fn smismember(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let set = node.read_as::<Set>(&call.argv[1])?;
    let there = |it| Reply::Int(set.is_some_and(|set| set.contains(it)).into());
    Ok(Reply::Array(call.argv[2..].iter().map(there).collect()))
}

/// Integers in their order when there is nothing else, as Redis keeps them; else by bytes.
fn in_order(set: &Set) -> Vec<Vec<u8>> {
    let mut members: Vec<Vec<u8>> = set.iter().cloned().collect();
    if members.iter().all(|it| parse_i64(it).is_some()) {
        members.sort_by_key(|it| parse_i64(it));
    }
    members
}

/// The members of a set that is read.
fn members(node: &mut Node, call: &Call<'_>) -> Result<Vec<Reply>, Reply> {
    let set = node.read_as::<Set>(&call.argv[1])?;
    Ok(set.map(in_order).unwrap_or_default().into_iter().map(Reply::Bulk).collect())
}

fn smembers(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    members(node, call).map(Reply::Set)
}

fn scard(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    Ok(Reply::Int(node.read_as::<Set>(&call.argv[1])?.map_or(0, Set::len) as i64))
}

/// Replicas are told what was drawn.
fn spop(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let key = &call.argv[1];
    let count = match call.argv.get(2).map(|text| parse_i64(text)) {
        _ if call.argv.len() > 3 => return Err(Reply::syntax_error()),
        None => None,
        Some(Some(count @ 0..)) => Some(count),
        Some(_) => return Err(Reply::error("ERR value is out of range, must be positive")),
    };
    let all = node.peek_as::<Set>(key)?.map(in_order).unwrap_or_default();
    let drawn = key::draw(node, &all, count.unwrap_or(1));
    if !drawn.is_empty() {
        node.edit(key, |set: &mut Set| {
            drawn.iter().for_each(|it| {
                set.remove(it);
            });
            Ok(((), drawn.len() as u64))
        })?;
        let whole = count.is_some() && drawn.len() == all.len();
        let mut told = request(&[if whole { b"DEL" } else { b"SREM" }, key]);
        if whole {
            told.truncate(2);
        } else {
            told.extend(drawn.iter().cloned());
        }
        node.rewrite_command(told);
    }
    let mut replies = drawn.into_iter().map(Reply::Bulk);
    Ok(match count {
        Some(_) => Reply::Set(replies.collect()),
        None => replies.next().unwrap_or(Reply::Nil),
    })
}

fn srandmember(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    if call.argv.len() > 3 {
        return Err(Reply::syntax_error());
    }
    let count = call.argv.get(2).map(|_| key::draw_count(call, false)).transpose()?;
    let all = members(node, call)?;
    let drawn = key::draw(node, &all, count.unwrap_or(1));
    Ok(match count {
        None => drawn.into_iter().next().unwrap_or(Reply::Nil),
        Some(_) => Reply::Array(drawn),
    })
}

fn smove(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let (from, to, member) = (&call.argv[1], &call.argv[2], &call.argv[3]);
    let Some(set) = node.peek_as::<Set>(from)? else { return Ok(Reply::Int(0)) };
    let there = set.contains(member);
    node.peek_as::<Set>(to)?;
    if !there || from == to {
        return Ok(Reply::Int(there.into()));
    }
    node.edit(from, |set: &mut Set| Ok((set.remove(member), 1)))?;
    node.edit(to, |set: &mut Set| {
        let new = set.insert(member.clone());
        Ok(((), new.into()))
    })?;
    Ok(Reply::Int(1))
}

fn sscan(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let wanted = key::scan_filter(call)?;
    let members = members(node, call)?.into_iter();
    Ok(key::scanned(members.filter(|it| wanted.fits(it)).collect()))
}
