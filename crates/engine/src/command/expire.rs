//! Expiry: EXPIRE and its kin, TTL and its kin, PERSIST.

use alloc::format;
use alloc::string::{String, ToString};

use crate::command::{Call, Caller, Flags, Keys, Spec};
use crate::node::Node;
use crate::resp::number::parse_i64;
use crate::resp::reply::Reply;

pub(crate) const COMMANDS: &[Spec] = &[
    Spec::new("expire", -3, Flags::WRITE, Keys::FIRST, |node, call| {
        expire(node, call, "expire", true, false)
    }),
    Spec::new("pexpire", -3, Flags::WRITE, Keys::FIRST, |node, call| {
        expire(node, call, "pexpire", false, false)
    }),
    Spec::new("expireat", -3, Flags::WRITE, Keys::FIRST, |node, call| {
        expire(node, call, "expireat", true, true)
    }),
    Spec::new("pexpireat", -3, Flags::WRITE, Keys::FIRST, |node, call| {
        expire(node, call, "pexpireat", false, true)
    }),
    Spec::new("ttl", 2, Flags::READONLY, Keys::FIRST, |node, call| {
        // Rounded to the nearest second.
        time_of(node, call, |at, now| (at.saturating_sub(now) + 500) / 1000)
    }),
    Spec::new("pttl", 2, Flags::READONLY, Keys::FIRST, |node, call| {
        time_of(node, call, |at, now| at.saturating_sub(now))
    }),
    Spec::new("expiretime", 2, Flags::READONLY, Keys::FIRST, |node, call| {
        time_of(node, call, |at, _| (at + 500) / 1000)
    }),
    Spec::new("pexpiretime", 2, Flags::READONLY, Keys::FIRST, |node, call| {
        time_of(node, call, |at, _| at)
    }),
    Spec::new("persist", 2, Flags::WRITE, Keys::FIRST, persist),
];

/// The conditions of EXPIRE.
#[derive(Debug, Default)]
struct Conditions {
    /// `NX`: only if the key does not expire.
    unset: bool,
    /// `XX`: only if it does.
    set: bool,
    /// `GT`: only to a later time; a key that does not expire has the latest.
    later: bool,
    /// `LT`: only to an earlier time.
    earlier: bool,
}

impl Conditions {
    fn parse(call: &Call<'_>) -> Result<Self, Reply> {
        let mut conditions = Self::default();
        for at in 3..call.argv.len() {
            if call.is(at, "nx") {
                conditions.unset = true;
            } else if call.is(at, "xx") {
                conditions.set = true;
            } else if call.is(at, "gt") {
                conditions.later = true;
            } else if call.is(at, "lt") {
                conditions.earlier = true;
            } else {
                let option = String::from_utf8_lossy(&call.argv[at]);
                return Err(Reply::Error(format!("ERR Unsupported option {option}")));
            }
        }
        if conditions.unset && (conditions.set || conditions.later || conditions.earlier) {
            return Err(Reply::error(
                "ERR NX and XX, GT or LT options at the same time are not compatible",
            ));
        }
        if conditions.later && conditions.earlier {
            return Err(Reply::error("ERR GT and LT options at the same time are not compatible"));
        }
        Ok(conditions)
    }

    fn hold(&self, old: Option<u64>, new: i64) -> bool {
        let old = old.map(|at| at as i64);
        !(self.unset && old.is_some()
            || self.set && old.is_none()
            || self.later && old.is_none_or(|old| new <= old)
            || self.earlier && old.is_some_and(|old| new >= old))
    }
}

fn expire(node: &mut Node, call: &Call<'_>, command: &str, seconds: bool, absolute: bool) -> Reply {
    let conditions = match Conditions::parse(call) {
        Ok(conditions) => conditions,
        Err(refusal) => return refusal,
    };
    let Some(number) = parse_i64(&call.argv[2]) else { return Reply::not_an_integer() };
    let ms = if seconds { number.checked_mul(1000) } else { Some(number) };
    let base = if absolute { 0 } else { node.unix_ms() as i64 };
    let Some(at) = ms.and_then(|ms| ms.checked_add(base)) else {
        return Reply::Error(format!("ERR invalid expire time in '{command}' command"));
    };
    let key = &call.argv[1];
    let Some(entry) = node.peek_key(key) else { return Reply::Int(0) };
    if !conditions.hold(entry.expires_ms, at) {
        return Reply::Int(0);
    }
    // A replica keeps what its master will delete.
    if at <= node.unix_ms() as i64 && call.caller != Caller::Master {
        node.delete_key(key);
        node.rewrite_command([b"DEL".to_vec(), key.clone()].into());
        return Reply::Int(1);
    }
    node.db.set_expiry(key, Some(at.max(0) as u64));
    node.changed(key);
    if seconds || !absolute {
        let mut argv = call.argv.to_vec();
        argv[0] = b"PEXPIREAT".to_vec();
        argv[2] = at.to_string().into_bytes();
        node.rewrite_command(argv);
    }
    Reply::Int(1)
}

fn time_of(node: &mut Node, call: &Call<'_>, time: fn(u64, u64) -> u64) -> Reply {
    let now = node.unix_ms();
    match node.read_key(&call.argv[1]).map(|entry| entry.expires_ms) {
        None => Reply::Int(-2),
        Some(None) => Reply::Int(-1),
        Some(Some(at)) => Reply::Int(time(at, now) as i64),
    }
}

fn persist(node: &mut Node, call: &Call<'_>) -> Reply {
    let key = &call.argv[1];
    if node.peek_key(key).is_none_or(|entry| entry.expires_ms.is_none()) {
        return Reply::Int(0);
    }
    node.db.set_expiry(key, None);
    node.changed(key);
    Reply::Int(1)
}
