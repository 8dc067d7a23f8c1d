//! What tools ask about the time and the memory that a server takes: MONITOR, SLOWLOG, LATENCY, MEMORY.

use alloc::format;
use alloc::string::String;

use crate::command::{Call, Flags, Keys, Spec};
use crate::node::Node;
use crate::resp::number::parse_i64;
use crate::resp::reply::Reply;

const ANYTIME: Flags = Flags::STALE.and(Flags::LOADING);

pub(crate) const COMMANDS: &[Spec] = &[
    sub("monitor", 1, monitor),
    Spec::container(
        "slowlog",
        &[
            sub("get", -2, slowlog_get),
            sub("help", 2, |_, _| Reply::help("SLOWLOG", &SLOWLOG_HELP)),
            sub("len", 2, |node, _| Reply::Int(node.clients.slowlog.len() as i64)),
            sub("reset", 2, |node, _| {
                node.clients.slowlog.reset();
                Reply::Ok
            }),
        ],
    ),
    Spec::container(
        "latency",
        &[
            sub("doctor", 2, |_, _| Reply::Verbatim(LATENCY_REPORT.into())),
            sub("graph", 3, |_, call| {
                let event = String::from_utf8_lossy(&call.argv[2]);
                Reply::Error(format!("ERR No samples available for event '{event}'"))
            }),
            sub("help", 2, |_, _| Reply::help("LATENCY", &LATENCY_HELP)),
            sub("history", 3, |_, _| Reply::Array([].into())),
            sub("latest", 2, |_, _| Reply::Array([].into())),
            sub("reset", -2, |_, _| Reply::Int(0)),
        ],
    ),
    Spec::container(
        "memory",
        &[
            Spec::new("doctor", 2, Flags::NONE, Keys::NONE, |_, _| {
                Reply::Verbatim(MEMORY_REPORT.into())
            }),
            sub("help", 2, |_, _| Reply::help("MEMORY", &MEMORY_HELP)),
            Spec::new("purge", 2, Flags::NONE, Keys::NONE, |_, _| Reply::Ok),
            Spec::new("usage", -3, Flags::READONLY, Keys(2, 2, 1), memory_usage),
        ],
    ),
];

const fn sub(name: &'static str, arity: i32, run: fn(&mut Node, &Call<'_>) -> Reply) -> Spec {
    Spec::new(name, arity, ANYTIME, Keys::NONE, run)
}

fn monitor(node: &mut Node, call: &Call<'_>) -> Reply {
    if node.clients.in_exec {
        return Reply::error("ERR MONITOR isn't allowed for DENY BLOCKING client");
    }
    let Some(conn) = call.conn().filter(|&conn| !node.is_replica_client(conn)) else {
        return Reply::None;
    };
    // Who is one already hears nothing.
    if node.clients.monitors.insert(conn) { Reply::Ok } else { Reply::None }
}

fn slowlog_get(node: &mut Node, call: &Call<'_>) -> Reply {
    let count = match call.argv {
        [_, _] => Some(10),
        [_, _, count] => parse_i64(count).filter(|&count| count >= -1),
        _ => return Reply::bad_subcommand("SLOWLOG", &call.argv[1]),
    };
    match count {
        None => Reply::error("ERR count should be greater than or equal to -1"),
        Some(count) => node.clients.slowlog.newest(usize::try_from(count).unwrap_or(usize::MAX)),
    }
}

/// What the table of a database takes for a key besides its bytes.
const KEY_OVERHEAD: usize = 56;

fn memory_usage(node: &mut Node, call: &Call<'_>) -> Reply {
    for at in (3..call.argv.len()).step_by(2) {
        if !call.is(at, "samples") || at + 1 == call.argv.len() {
            return Reply::syntax_error();
        }
        match parse_i64(&call.argv[at + 1]) {
            None => return Reply::not_an_integer(),
            Some(samples) if samples < 0 => return Reply::syntax_error(),
            Some(_) => {}
        }
    }
    let key = &call.argv[2];
    let Some(entry) = node.peek_key(key) else { return Reply::Nil };
    // There is no allocator to ask: the bytes of a snapshot stand for those of the value.
    let value = borsh::object_length(entry).unwrap_or(0);
    Reply::Int((KEY_OVERHEAD + key.len() + value) as i64)
}

const LATENCY_REPORT: &str =
    "Nothing was slow: latency-monitor-threshold is 0, so latency is not watched.\n";

const MEMORY_REPORT: &str = "There is no allocator to examine, so nothing was found.\n";

const SLOWLOG_HELP: [&str; 9] = [
    "GET [<count>]",
    "    Return top <count> entries from the slowlog (default: 10, -1 mean all).",
    "    Entries are made of:",
    "    id, timestamp, time in microseconds, arguments array, client IP and port,",
    "    client name",
    "LEN",
    "    Return the length of the slowlog.",
    "RESET",
    "    Reset the slowlog.",
];

const LATENCY_HELP: [&str; 11] = [
    "DOCTOR",
    "    Return a human readable latency analysis report.",
    "GRAPH <event>",
    "    Return an ASCII latency graph for the <event> class.",
    "HISTORY <event>",
    "    Return time-latency samples for the <event> class.",
    "LATEST",
    "    Return the latest latency samples for all events.",
    "RESET [<event> ...]",
    "    Reset latency data of one or more <event> classes.",
    "    (default: reset all data for all event classes)",
];

const MEMORY_HELP: [&str; 7] = [
    "DOCTOR",
    "    Return memory problems reports.",
    "PURGE",
    "    Attempt to purge dirty pages for reclamation by the allocator.",
    "USAGE <key> [SAMPLES <count>]",
    "    Return memory in bytes used by <key> and its value. Nested values are",
    "    sampled up to <count> times (default: 5, 0 means sample all).",
];
