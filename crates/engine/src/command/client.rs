//! CLIENT and its subcommands.

mod kill;
mod list;
mod tracking;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::client::{PauseMode, PauseReason, ReplyMode};
use crate::command::{Call, Flags, Keys, Spec};
use crate::config::Compat;
use crate::node::Node;
use crate::resp::number::parse_i64;
use crate::resp::reply::Reply;
use crate::time::Span;

const ANYTIME: Flags = Flags::STALE.and(Flags::LOADING);

pub(crate) const COMMANDS: &[Spec] = &[Spec::container("client", SUBCOMMANDS)];

const SUBCOMMANDS: &[Spec] = &[
    sub("id", 2, id),
    sub("info", 2, list::info),
    sub("list", -2, list::list),
    sub("getname", 2, getname),
    sub("setname", 3, setname),
    newer("setinfo", 4, setinfo),
    sub("kill", -3, kill::kill),
    sub("unblock", -3, unblock),
    sub("pause", -3, pause),
    sub("unpause", 2, unpause),
    sub("caching", 3, tracking::caching),
    sub("getredir", 2, |_, _| Reply::Int(-1)),
    sub("tracking", -3, tracking::tracking),
    sub("trackinginfo", 2, tracking::trackinginfo),
    sub("reply", 3, reply),
    sub("no-evict", 3, no_evict),
    newer("no-touch", 3, no_touch),
    sub("help", 2, help),
];

const fn sub(name: &'static str, arity: i32, run: fn(&mut Node, &Call<'_>) -> Reply) -> Spec {
    Spec::new(name, arity, ANYTIME, Keys::NONE, run)
}

const fn newer(name: &'static str, arity: i32, run: fn(&mut Node, &Call<'_>) -> Reply) -> Spec {
    Spec::new(name, arity, ANYTIME.and(Flags::SINCE_7_2), Keys::NONE, run)
}

pub(super) const BAD_NAME: &str =
    "ERR Client names cannot contain spaces, newlines or special characters.";

/// Names are printable ASCII without spaces, so that CLIENT LIST stays parseable.
pub(super) fn is_valid_name(name: &[u8]) -> bool {
    name.iter().all(u8::is_ascii_graphic)
}

fn id(node: &mut Node, call: &Call<'_>) -> Reply {
    let client = call.conn().and_then(|conn| node.clients.get(conn));
    client.map_or(Reply::None, |client| Reply::Int(client.id as i64))
}

fn getname(node: &mut Node, call: &Call<'_>) -> Reply {
    match call.conn().and_then(|conn| node.clients.get(conn)) {
        Some(client) if !client.name.is_empty() => Reply::Bulk(client.name.clone()),
        _ => Reply::Nil,
    }
}

fn setname(node: &mut Node, call: &Call<'_>) -> Reply {
    if !is_valid_name(&call.argv[2]) {
        return Reply::error(BAD_NAME);
    }
    if let Some(client) = call.conn().and_then(|conn| node.clients.get_mut(conn)) {
        client.name.clone_from(&call.argv[2]);
    }
    Reply::Ok
}

fn setinfo(node: &mut Node, call: &Call<'_>) -> Reply {
    let option = String::from_utf8_lossy(&call.argv[2]).to_ascii_lowercase();
    if !["lib-name", "lib-ver"].contains(&option.as_str()) {
        let option = String::from_utf8_lossy(&call.argv[2]);
        return Reply::Error(format!("ERR Unrecognized option '{option}'"));
    }
    if !is_valid_name(&call.argv[3]) {
        let text = format!("ERR {option} cannot contain spaces, newlines or special characters.");
        return Reply::Error(text);
    }
    if let Some(client) = call.conn().and_then(|conn| node.clients.get_mut(conn)) {
        let field =
            if option == "lib-name" { &mut client.lib_name } else { &mut client.lib_version };
        field.clone_from(&call.argv[3]);
    }
    Reply::Ok
}

fn pause(node: &mut Node, call: &Call<'_>) -> Reply {
    let mode = match call.argv.len() {
        3 => PauseMode::All,
        4 if call.is(3, "write") => PauseMode::Write,
        4 if call.is(3, "all") => PauseMode::All,
        4 => return Reply::error("ERR CLIENT PAUSE mode must be WRITE or ALL"),
        _ => return Reply::bad_subcommand("CLIENT", &call.argv[1]),
    };
    match parse_i64(&call.argv[2]) {
        None => Reply::error("ERR timeout is not an integer or out of range"),
        Some(timeout) if timeout < 0 => Reply::error("ERR timeout is negative"),
        Some(timeout) if timeout > i64::MAX / 1_000_000 => {
            Reply::error("ERR timeout is out of range")
        }
        Some(timeout) => {
            let until = node.now + Span::from_millis(timeout as u64);
            node.pause(PauseReason::Command, mode, Some(until));
            Reply::Ok
        }
    }
}

/// UNBLOCK: ends before its time what a client waits for.
fn unblock(node: &mut Node, call: &Call<'_>) -> Reply {
    let by_error = match call.argv.len() {
        3 => false,
        4 if call.is(3, "timeout") => false,
        4 if call.is(3, "error") => true,
        4 => return Reply::error("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR"),
        _ => return Reply::bad_subcommand("CLIENT", &call.argv[1]),
    };
    let Some(id) = parse_i64(&call.argv[2]) else { return Reply::not_an_integer() };
    let conn = u64::try_from(id).ok().and_then(|id| node.client_by_id(id));
    let unblocked = conn.is_some_and(|conn| node.unblock(conn, by_error));
    Reply::Int(unblocked.into())
}

fn unpause(node: &mut Node, _: &Call<'_>) -> Reply {
    node.unpause(PauseReason::Command);
    Reply::Ok
}

fn reply(node: &mut Node, call: &Call<'_>) -> Reply {
    let Some(client) = call.conn().and_then(|conn| node.clients.get_mut(conn)) else {
        return Reply::None;
    };
    if call.is(2, "on") {
        client.reply = ReplyMode::On;
        return Reply::Ok;
    } else if call.is(2, "off") {
        client.reply = ReplyMode::Off;
    } else if call.is(2, "skip") {
        if client.reply != ReplyMode::Off {
            client.reply = ReplyMode::SkipNext;
        }
    } else {
        return Reply::syntax_error();
    }
    Reply::None
}

/// `ON` or `OFF` as the third argument.
fn on_or_off(call: &Call<'_>) -> Result<bool, Reply> {
    match (call.is(2, "on"), call.is(2, "off")) {
        (true, _) => Ok(true),
        (_, true) => Ok(false),
        _ => Err(Reply::syntax_error()),
    }
}

fn no_evict(node: &mut Node, call: &Call<'_>) -> Reply {
    set_flag(node, call, |client, on| client.no_evict = on)
}

fn no_touch(node: &mut Node, call: &Call<'_>) -> Reply {
    set_flag(node, call, |client, on| client.no_touch = on)
}

fn set_flag(node: &mut Node, call: &Call<'_>, set: fn(&mut crate::client::Client, bool)) -> Reply {
    match on_or_off(call) {
        Err(refusal) => refusal,
        Ok(on) => {
            if let Some(client) = call.conn().and_then(|conn| node.clients.get_mut(conn)) {
                set(client, on);
            }
            Reply::Ok
        }
    }
}

fn help(node: &mut Node, _: &Call<'_>) -> Reply {
    let later = if node.compat == Compat::V7_0 { "" } else { HELP_SINCE_7_2 };
    let lines: Vec<&str> = HELP.lines().chain(later.lines()).collect();
    Reply::help("CLIENT", &lines)
}

const HELP_SINCE_7_2: &str = "\
SETINFO <option> <value>
    Set client meta attr. Options are:
    * LIB-NAME: the client lib name.
    * LIB-VER: the client lib version.
NO-TOUCH (ON|OFF)
    Will not touch LRU/LFU stats when this mode is on.";

const HELP: &str = "\
CACHING (YES|NO)
    Enable/disable tracking of the keys for next command in OPTIN/OPTOUT modes.
GETREDIR
    Return the client ID we are redirecting to when tracking is enabled.
GETNAME
    Return the name of the current connection.
ID
    Return the ID of the current connection.
INFO
    Return information about the current client connection.
KILL <ip:port>
    Kill connection made from <ip:port>.
KILL <option> <value> [<option> <value> [...]]
    Kill connections. Options are:
    * ADDR (<ip:port>|<unixsocket>:0)
      Kill connections made from the specified address
    * LADDR (<ip:port>|<unixsocket>:0)
      Kill connections made to specified local address
    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)
      Kill connections by type.
    * USER <username>
      Kill connections authenticated by <username>.
    * SKIPME (YES|NO)
      Skip killing current connection (default: yes).
LIST [options ...]
    Return information about client connections. Options:
    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)
      Return clients of specified type.
UNPAUSE
    Stop the current client pause, resuming traffic.
PAUSE <timeout> [WRITE|ALL]
    Suspend all, or just write, clients for <timeout> milliseconds.
REPLY (ON|OFF|SKIP)
    Control the replies sent to the current connection.
SETNAME <name>
    Assign the name <name> to the current connection.
UNBLOCK <clientid> [TIMEOUT|ERROR]
    Unblock the specified blocked client.
TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix> [...]]
         [OPTIN] [OPTOUT] [NOLOOP]
    Control server assisted client side caching.
TRACKINGINFO
    Report tracking status for the current connection.
NO-EVICT (ON|OFF)
    Protect current client connection from eviction.";
