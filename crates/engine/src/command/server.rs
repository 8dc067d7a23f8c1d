//! The process itself: TIME, SHUTDOWN, SAVE, DEBUG, WAIT.

mod debug;

use alloc::format;
use alloc::string::ToString;
use alloc::vec;

use crate::client::{ShutdownFlags, Wait};
use crate::command::{Call, Flags, Keys, Spec};
use crate::event::Role;
use crate::node::Node;
use crate::resp::number::parse_i64;
use crate::resp::reply::Reply;
use crate::time::Span;

const ANYTIME: Flags = Flags::STALE.and(Flags::LOADING);

pub(crate) const COMMANDS: &[Spec] = &[
    Spec::new("time", 1, ANYTIME, Keys::NONE, time),
    Spec::new("lolwut", -1, Flags::READONLY, Keys::NONE, lolwut),
    Spec::new("wait", 3, Flags::NONE, Keys::NONE, wait),
    Spec::new("shutdown", -1, ANYTIME.and(Flags::NO_MULTI), Keys::NONE, shutdown),
    Spec::new("save", 1, Flags::NO_MULTI, Keys::NONE, save),
    Spec::new("bgsave", -1, Flags::NONE, Keys::NONE, bgsave),
    Spec::new("lastsave", 1, ANYTIME, Keys::NONE, lastsave),
    Spec::new("debug", -2, ANYTIME.and(Flags::PROTECTED), Keys::NONE, debug::debug),
];

fn time(node: &mut Node, _: &Call<'_>) -> Reply {
    let now = node.unix_us();
    let (seconds, micros) = (now / 1_000_000, now % 1_000_000);
    Reply::Array(vec![Reply::bulk(seconds.to_string()), Reply::bulk(micros.to_string())])
}

/// The version; of the pictures there are none.
fn lolwut(node: &mut Node, call: &Call<'_>) -> Reply {
    if call.argv.len() >= 3 && call.is(1, "version") && parse_i64(&call.argv[2]).is_none() {
        return Reply::not_an_integer();
    }
    Reply::Verbatim(format!("Redis ver. {}\n", node.compat.version()))
}

const WAIT_ON_REPLICA: &str = "ERR WAIT cannot be used with replica instances. Please also note that since Redis 4.0 if a \
     replica is configured to be writable (which is not the default) writes to replicas are just \
     local and are not propagated.";

/// The longest wait that a span can hold, in milliseconds.
const LONGEST: i64 = i64::MAX / 1_000_000;

fn wait(node: &mut Node, call: &Call<'_>) -> Reply {
    if node.role() == Role::Replica {
        return Reply::error(WAIT_ON_REPLICA);
    }
    let Some(replicas) = parse_i64(&call.argv[1]) else { return Reply::not_an_integer() };
    let timeout = match parse_i64(&call.argv[2]) {
        None => return Reply::error("ERR timeout is not an integer or out of range"),
        Some(timeout) if timeout < 0 => return Reply::error("ERR timeout is negative"),
        Some(timeout) if timeout > LONGEST => return Reply::error("ERR timeout is out of range"),
        Some(timeout) => timeout as u64,
    };
    let Some(conn) = call.conn() else { return Reply::None };
    let offset = node.clients.get(conn).map_or(0, |client| client.done_at);
    let acked = node.replicas_acked(offset) as i64;
    if acked >= replicas || node.clients.in_exec {
        return node.wait_answer(conn, offset);
    }
    let until = (timeout > 0).then(|| node.now + Span::from_millis(timeout));
    node.hold_in_wait(conn, Wait { replicas: replicas as u64, offset }, until);
    node.request_acks();
    Reply::None
}

fn shutdown(node: &mut Node, call: &Call<'_>) -> Reply {
    let mut flags = ShutdownFlags::default();
    let mut abort = false;
    for at in 1..call.argv.len() {
        if call.is(at, "nosave") {
            flags.nosave = true;
        } else if call.is(at, "save") {
            flags.save = true;
        } else if call.is(at, "now") {
            flags.now = true;
        } else if call.is(at, "force") {
            flags.force = true;
        } else if call.is(at, "abort") {
            abort = true;
        } else {
            return Reply::syntax_error();
        }
    }
    if abort && flags != ShutdownFlags::default() || flags.save && flags.nosave {
        return Reply::syntax_error();
    }
    if abort {
        return node.abort_shutdown().err().unwrap_or(Reply::Ok);
    }
    if let Some(conn) = call.conn() {
        node.shutdown_by_client(conn, flags);
    }
    Reply::None
}

fn save(node: &mut Node, _: &Call<'_>) -> Reply {
    if node.save_data() { Reply::Ok } else { Reply::error("ERR") }
}

fn bgsave(node: &mut Node, call: &Call<'_>) -> Reply {
    if call.argv.len() > 2 || call.argv.len() == 2 && !call.is(1, "schedule") {
        return Reply::syntax_error();
    }
    node.save_in_child();
    Reply::simple("Background saving started")
}

fn lastsave(node: &mut Node, _: &Call<'_>) -> Reply {
    Reply::Int((node.unix_ms_at(node.last_save()) / 1000) as i64)
}
