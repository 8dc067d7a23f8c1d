//! SET, SETNX, SETEX, PSETEX and GETEX.

use alloc::string::ToString;

use super::expiry::{Expiry, Unit};
use super::{bulk_or_nil, request};
use crate::command::Call;
use crate::keyspace::{Entry, Value};
use crate::node::Node;
use crate::resp::reply::Reply;

/// The options of SET.
struct Options {
    /// `NX`: only if the key is not there.
    absent: bool,
    /// `XX`: only if it is.
    present: bool,
    /// `GET`: answer what was there.
    get: bool,
    expiry: Expiry,
}

pub(super) fn set(node: &mut Node, call: &Call<'_>) -> Reply {
    match options(node, call) {
        Ok(options) => Reply::merged(set_with(node, call, &options)),
        Err(refusal) => refusal,
    }
}

fn options(node: &Node, call: &Call<'_>) -> Result<Options, Reply> {
    let mut options = Options { absent: false, present: false, get: false, expiry: Expiry::Unsaid };
    let mut time = None;
    let mut at = 3;
    while at < call.argv.len() {
        let unsaid = options.expiry == Expiry::Unsaid && time.is_none();
        let unit = Unit::of(call, at).filter(|_| unsaid && at + 1 < call.argv.len());
        if call.is(at, "nx") && !options.present {
            options.absent = true;
        } else if call.is(at, "xx") && !options.absent {
            options.present = true;
        } else if call.is(at, "get") {
            options.get = true;
        } else if call.is(at, "keepttl") && time.is_none() {
            options.expiry = Expiry::Keep;
        } else if let Some(unit) = unit {
            at += 1;
            time = Some((unit, at));
        } else {
            return Err(Reply::syntax_error());
        }
        at += 1;
    }
    if let Some((unit, at)) = time {
        options.expiry = Expiry::At(unit.moment(&call.argv[at], node, "set")?);
    }
    Ok(options)
}

fn set_with(node: &mut Node, call: &Call<'_>, options: &Options) -> Result<Reply, Reply> {
    let (key, value) = (&call.argv[1], &call.argv[2]);
    let old = if options.get { node.read_string(key)?.cloned() } else { None };
    let there = node.peek_key(key).map(|entry| entry.expires_ms);
    let done = !(options.absent && there.is_some() || options.present && there.is_none());
    if done {
        let expires_ms = match options.expiry {
            Expiry::At(at) => Some(at),
            Expiry::Keep => there.flatten(),
            Expiry::Unsaid | Expiry::Persist => None,
        };
        node.write_key(key, Entry { value: Value::String(value.clone()), expires_ms });
        if let Expiry::At(at) = options.expiry {
            rewrite_with_time(node, key, value, at);
        } else if options.get {
            let is_get = |arg: &[u8]| arg.eq_ignore_ascii_case(b"get");
            let (head, options) = call.argv.split_at(3);
            let kept = options.iter().filter(|arg| !is_get(arg));
            node.rewrite_command(head.iter().chain(kept).cloned().collect());
        }
    }
    Ok(match (options.get, done) {
        (true, _) => bulk_or_nil(old),
        (false, true) => Reply::Ok,
        (false, false) => Reply::Nil,
    })
}

/// Replicas get the moment at which a key expires, whatever way the client told it.
fn rewrite_with_time(node: &mut Node, key: &[u8], value: &[u8], at: u64) {
    let at = at.to_string();
    node.rewrite_command(request(&[b"SET", key, value, b"PXAT", at.as_bytes()]));
}

pub(super) fn setnx(node: &mut Node, call: &Call<'_>) -> Reply {
    if node.peek_key(&call.argv[1]).is_some() {
        return Reply::Int(0);
    }
    node.write_key(&call.argv[1], Entry::string(call.argv[2].clone()));
    Reply::Int(1)
}

pub(super) fn setex(node: &mut Node, call: &Call<'_>) -> Reply {
    set_for(node, call, Unit { seconds: true, absolute: false }, "setex")
}

pub(super) fn psetex(node: &mut Node, call: &Call<'_>) -> Reply {
    set_for(node, call, Unit { seconds: false, absolute: false }, "psetex")
}

fn set_for(node: &mut Node, call: &Call<'_>, unit: Unit, command: &str) -> Reply {
    let (key, value) = (&call.argv[1], &call.argv[3]);
    match unit.moment(&call.argv[2], node, command) {
        Err(refusal) => refusal,
        Ok(at) => {
            let entry = Entry { value: Value::String(value.clone()), expires_ms: Some(at) };
            node.write_key(key, entry);
            rewrite_with_time(node, key, value, at);
            Reply::Ok
        }
    }
}

pub(super) fn getex(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let key = &call.argv[1];
    let expiry = match call.argv.len() {
        2 => Ok(Expiry::Unsaid),
        3 if call.is(2, "persist") => Ok(Expiry::Persist),
        4 => match Unit::of(call, 2) {
            Some(unit) => unit.moment(&call.argv[3], node, "getex").map(Expiry::At),
            None => Err(Reply::syntax_error()),
        },
        _ => Err(Reply::syntax_error()),
    };
    // A key that is not there is answered before the time is looked at, but after the syntax.
    let expiry = match expiry {
        Err(refusal) if refusal == Reply::syntax_error() => return Err(refusal),
        other => other,
    };
    let Some(value) = node.read_string(key)?.cloned() else { return Ok(Reply::Nil) };
    match expiry {
        Err(refusal) => return Err(refusal),
        Ok(Expiry::At(at)) if at <= node.unix_ms() => {
            node.delete_key(key);
            node.rewrite_command(request(&[b"DEL", key]));
        }
        Ok(Expiry::At(at)) => {
            node.db.set_expiry(key, Some(at));
            node.changed(key);
            node.rewrite_command(request(&[b"PEXPIREAT", key, at.to_string().as_bytes()]));
        }
        Ok(Expiry::Persist) => {
            if node.db.get(key).is_some_and(|entry| entry.expires_ms.is_some()) {
                node.db.set_expiry(key, None);
                node.changed(key);
                node.rewrite_command(request(&[b"PERSIST", key]));
            }
        }
        Ok(Expiry::Unsaid | Expiry::Keep) => {}
    }
    Ok(Reply::Bulk(value))
}
