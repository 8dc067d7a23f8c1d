//! Strings: SET and its kin, GET and its kin, ranges. `counter` has INCR and its kin.

mod counter;
mod expiry;
mod range;
mod set;

use alloc::vec::Vec;

use crate::command::{Call, Flags, Keys, Spec, run};
use crate::keyspace::Entry;
use crate::node::Node;
use crate::resp::reply::Reply;

pub(crate) const COMMANDS: &[Spec] = &[
    Spec::new("get", 2, Flags::READONLY, Keys::FIRST, run!(get)),
    Spec::new("set", -3, Flags::WRITE, Keys::FIRST, set::set),
    Spec::new("setnx", 3, Flags::WRITE, Keys::FIRST, set::setnx),
    Spec::new("setex", 4, Flags::WRITE, Keys::FIRST, set::setex),
    Spec::new("psetex", 4, Flags::WRITE, Keys::FIRST, set::psetex),
    Spec::new("getset", 3, Flags::WRITE, Keys::FIRST, run!(getset)),
    Spec::new("getdel", 2, Flags::WRITE, Keys::FIRST, run!(getdel)),
    Spec::new("getex", -2, Flags::WRITE, Keys::FIRST, run!(set::getex)),
    Spec::new("mget", -2, Flags::READONLY, Keys::ALL, mget),
    Spec::new("mset", -3, Flags::WRITE, Keys(1, -1, 2), mset),
    Spec::new("msetnx", -3, Flags::WRITE, Keys(1, -1, 2), msetnx),
    Spec::new("append", 3, Flags::WRITE, Keys::FIRST, run!(range::append)),
    Spec::new("strlen", 2, Flags::READONLY, Keys::FIRST, run!(range::strlen)),
    Spec::new("getrange", 4, Flags::READONLY, Keys::FIRST, run!(range::getrange)),
    Spec::new("substr", 4, Flags::READONLY, Keys::FIRST, run!(range::getrange)),
    Spec::new("setrange", 4, Flags::WRITE, Keys::FIRST, run!(range::setrange)),
    Spec::new("incr", 2, Flags::WRITE, Keys::FIRST, run!(counter::incr)),
    Spec::new("decr", 2, Flags::WRITE, Keys::FIRST, run!(counter::decr)),
    Spec::new("incrby", 3, Flags::WRITE, Keys::FIRST, run!(counter::incrby)),
    Spec::new("decrby", 3, Flags::WRITE, Keys::FIRST, run!(counter::decrby)),
    Spec::new("incrbyfloat", 3, Flags::WRITE, Keys::FIRST, run!(counter::incrbyfloat)),
];

/// A request of literal words and arguments, as replicas get it.
pub(super) fn request(words: &[&[u8]]) -> Vec<Vec<u8>> {
    words.iter().map(|word| word.to_vec()).collect()
}

pub(super) fn bulk_or_nil(bytes: Option<Vec<u8>>) -> Reply {
    bytes.map_or(Reply::Nil, Reply::Bulk)
}

fn get(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    Ok(bulk_or_nil(node.read_string(&call.argv[1])?.cloned()))
}

fn mget(node: &mut Node, call: &Call<'_>) -> Reply {
    // A key of another type counts as none.
    let mut read = |key: &Vec<u8>| node.read_string(key).ok().flatten().cloned();
    let values = call.argv[1..].iter().map(|key| bulk_or_nil(read(key)));
    Reply::Array(values.collect())
}

fn getset(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let (key, value) = (&call.argv[1], &call.argv[2]);
    let old = node.read_string(key)?.cloned();
    node.write_key(key, Entry::string(value.clone()));
    node.rewrite_command(request(&[b"SET", key, value]));
    Ok(bulk_or_nil(old))
}

fn getdel(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let key = &call.argv[1];
    let old = node.read_string(key)?.cloned();
    if old.is_some() {
        node.delete_key(key);
        node.rewrite_command(request(&[b"DEL", key]));
    }
    Ok(bulk_or_nil(old))
}

fn mset(node: &mut Node, call: &Call<'_>) -> Reply {
    if call.argv.len().is_multiple_of(2) {
        return Reply::wrong_arity("mset");
    }
    for pair in call.argv[1..].chunks(2) {
        node.write_key(&pair[0], Entry::string(pair[1].clone()));
    }
    Reply::Ok
}

fn msetnx(node: &mut Node, call: &Call<'_>) -> Reply {
    if call.argv.len().is_multiple_of(2) {
        return Reply::wrong_arity("msetnx");
    }
    if call.argv[1..].iter().step_by(2).any(|key| node.peek_key(key).is_some()) {
        return Reply::Int(0);
    }
    for pair in call.argv[1..].chunks(2) {
        node.write_key(&pair[0], Entry::string(pair[1].clone()));
    }
    Reply::Int(1)
}
