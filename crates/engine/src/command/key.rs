//! Keys of whatever type: DEL, EXISTS, TYPE, KEYS, RENAME, COPY, FLUSHALL, OBJECT ...

mod draw;
mod encoding;
mod scan;

pub(super) use draw::{draw, draw_count, scan_filter, scanned, with_option};

use alloc::vec::Vec;

use crate::command::{Call, Flags, Keys, Spec};
use crate::keyspace::{Value, glob};
use crate::node::Node;
use crate::resp::number::parse_i64;
use crate::resp::reply::Reply;

const BOTH: Keys = Keys(1, 2, 1);
const SECOND: Keys = Keys(2, 2, 1);

pub(crate) const COMMANDS: &[Spec] = &[
    Spec::new("del", -2, Flags::WRITE, Keys::ALL, del),
    Spec::new("unlink", -2, Flags::WRITE, Keys::ALL, del),
    Spec::new("exists", -2, Flags::READONLY, Keys::ALL, exists),
    Spec::new("touch", -2, Flags::READONLY, Keys::ALL, exists),
    Spec::new("type", 2, Flags::READONLY, Keys::FIRST, kind),
    Spec::new("keys", 2, Flags::READONLY, Keys::NONE, keys),
    Spec::new("scan", -2, Flags::READONLY, Keys::NONE, scan::scan),
    Spec::new("dbsize", 1, Flags::READONLY, Keys::NONE, |node, _| Reply::Int(node.db.len() as i64)),
    Spec::new("randomkey", 1, Flags::READONLY, Keys::NONE, randomkey),
    Spec::new("rename", 3, Flags::WRITE, BOTH, rename),
    Spec::new("renamenx", 3, Flags::WRITE, BOTH, renamenx),
    Spec::new("copy", -3, Flags::WRITE, BOTH, copy),
    Spec::new("move", 3, Flags::WRITE, Keys::FIRST, |_, _| {
        Reply::error("ERR MOVE is not allowed in cluster mode")
    }),
    Spec::new("flushall", -1, Flags::WRITE, Keys::NONE, flushall),
    Spec::new("flushdb", -1, Flags::WRITE, Keys::NONE, flushdb),
    Spec::container("object", OBJECT),
];

const OBJECT: &[Spec] = &[
    Spec::new("encoding", 3, Flags::READONLY, SECOND, encoding),
    Spec::new("freq", 3, Flags::READONLY, SECOND, freq),
    Spec::new("refcount", 3, Flags::READONLY, SECOND, refcount),
    Spec::new("help", 2, Flags::STALE.and(Flags::LOADING), Keys::NONE, |_, _| {
        Reply::help("OBJECT", &OBJECT_HELP)
    }),
];

fn no_such_key() -> Reply {
    Reply::error("ERR no such key")
}

fn del(node: &mut Node, call: &Call<'_>) -> Reply {
    let mut deleted = 0;
    for key in &call.argv[1..] {
        if node.peek_key(key).is_some() && node.delete_key(key) {
            deleted += 1;
        }
    }
    Reply::Int(deleted)
}

fn exists(node: &mut Node, call: &Call<'_>) -> Reply {
    Reply::Int(call.argv[1..].iter().filter(|key| node.read_key(key).is_some()).count() as i64)
}

fn kind(node: &mut Node, call: &Call<'_>) -> Reply {
    match node.peek_key(&call.argv[1]) {
        Some(entry) => Reply::simple(entry.value.type_name()),
        None => Reply::simple("none"),
    }
}

fn keys(node: &mut Node, call: &Call<'_>) -> Reply {
    let pattern = &call.argv[1];
    let fits = |key: &&[u8]| glob::matches(pattern, key, false);
    let found: Vec<Vec<u8>> =
        node.db.iter().map(|(key, _)| key).filter(fits).map(<[u8]>::to_vec).collect();
    let alive = found.into_iter().filter(|key| !node.expire_if_needed(key));
    Reply::Array(alive.map(Reply::Bulk).collect())
}

/// Redis gives up on a replica where every key has expired after 100 draws.
const DRAWS: u32 = 100;

fn randomkey(node: &mut Node, _: &Call<'_>) -> Reply {
    for _ in 0..DRAWS {
        let position = node.rng.below(node.db.len() as u64) as usize;
        let Some(key) = node.db.nth(position).map(<[u8]>::to_vec) else { return Reply::Nil };
        if !node.expire_if_needed(&key) {
            return Reply::Bulk(key);
        }
    }
    Reply::Nil
}

/// Moves a key; returns none when there is no such key, else whether it was moved.
fn rename_key(node: &mut Node, call: &Call<'_>, only_to_absent: bool) -> Option<bool> {
    let (from, to) = (&call.argv[1], &call.argv[2]);
    let entry = node.peek_key(from)?.clone();
    if from == to {
        return Some(!only_to_absent);
    }
    if only_to_absent && node.peek_key(to).is_some() {
        return Some(false);
    }
    node.delete_key(from);
    node.write_key(to, entry);
    Some(true)
}

fn rename(node: &mut Node, call: &Call<'_>) -> Reply {
    rename_key(node, call, false).map_or_else(no_such_key, |_| Reply::Ok)
}

fn renamenx(node: &mut Node, call: &Call<'_>) -> Reply {
    rename_key(node, call, true).map_or_else(no_such_key, |moved| Reply::Int(moved.into()))
}

fn copy(node: &mut Node, call: &Call<'_>) -> Reply {
    let mut replace = false;
    let mut at = 3;
    while at < call.argv.len() {
        if call.is(at, "replace") {
            replace = true;
        } else if call.is(at, "db") && at + 1 < call.argv.len() {
            at += 1;
            match parse_i64(&call.argv[at]) {
                Some(0) => {}
                Some(_) => {
                    return Reply::error(
                        "ERR Copying to another database is not allowed in cluster mode",
                    );
                }
                None => return Reply::not_an_integer(),
            }
        } else {
            return Reply::syntax_error();
        }
        at += 1;
    }
    let (from, to) = (&call.argv[1], &call.argv[2]);
    if from == to {
        return Reply::error("ERR source and destination objects are the same");
    }
    let Some(entry) = node.peek_key(from).cloned() else { return Reply::Int(0) };
    if !replace && node.peek_key(to).is_some() {
        return Reply::Int(0);
    }
    node.write_key(to, entry);
    Reply::Int(1)
}

impl Node {
    /// Removes all data by command.
    fn flush(&mut self) {
        self.touch_all_watched();
        self.clients.effects.dirty += self.db.len() as u64;
        self.db.clear();
        self.force_propagation();
    }
}

/// `[ASYNC|SYNC]`: both have the same effect here.
fn flush_options_fit(call: &Call<'_>) -> bool {
    match call.argv.len() {
        1 => true,
        2 => call.is(1, "sync") || call.is(1, "async"),
        _ => false,
    }
}

fn flushall(node: &mut Node, call: &Call<'_>) -> Reply {
    if !flush_options_fit(call) {
        return Reply::syntax_error();
    }
    node.flush();
    if !node.config.save.is_empty() {
        node.save_data();
    }
    // As in Redis, the flush itself counts as a change after that save.
    node.clients.effects.dirty += 1;
    Reply::Ok
}

fn flushdb(node: &mut Node, call: &Call<'_>) -> Reply {
    if !flush_options_fit(call) {
        return Reply::syntax_error();
    }
    node.flush();
    Reply::Ok
}

fn encoding(node: &mut Node, call: &Call<'_>) -> Reply {
    let compat = node.compat;
    node.peek_key(&call.argv[2])
        .map_or(Reply::Nil, |entry| Reply::bulk(encoding::of(&entry.value, compat)))
}

/// Redis shares the integers below this among all keys and does not count who uses them.
const SHARED_INTEGERS: i64 = 10_000;

fn refcount(node: &mut Node, call: &Call<'_>) -> Reply {
    let Some(entry) = node.peek_key(&call.argv[2]) else { return Reply::Nil };
    let shared = matches!(&entry.value, Value::String(text)
        if parse_i64(text).is_some_and(|number| (0..SHARED_INTEGERS).contains(&number)));
    Reply::Int(if shared { i32::MAX.into() } else { 1 })
}

fn freq(node: &mut Node, call: &Call<'_>) -> Reply {
    if node.peek_key(&call.argv[2]).is_none() {
        return Reply::Nil;
    }
    Reply::error(
        "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note \
         that when switching between policies at runtime LRU and LFU data will take some time to \
         adjust.",
    )
}

const OBJECT_HELP: [&str; 9] = [
    "ENCODING <key>",
    "    Return the kind of internal representation used in order to store the value",
    "    associated with a <key>.",
    "FREQ <key>",
    "    Return the access frequency index of the <key>. The returned integer is",
    "    proportional to the logarithm of the recent access frequency of the key.",
    "REFCOUNT <key>",
    "    Return the number of references of the value associated with the specified",
    "    <key>.",
];
