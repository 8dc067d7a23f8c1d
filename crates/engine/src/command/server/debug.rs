//! DEBUG: what an exercise needs to disturb a node from within.

use alloc::format;
use alloc::string::String;

use crate::command::Call;
use crate::log::Level;
use crate::node::Node;
use crate::resp::number::Decimal;
use crate::resp::reply::Reply;
use crate::time::Span;

pub(super) fn debug(node: &mut Node, call: &Call<'_>) -> Reply {
    match call.argv.len() {
        2 if call.is(1, "help") => Reply::help("DEBUG", &HELP),
        3 if call.is(1, "sleep") => sleep(node, &call.argv[2]),
        3 if call.is(1, "error") => Reply::Error(text(&call.argv[2])),
        3 if call.is(1, "log") => {
            node.log(Level::Warning, format!("DEBUG LOG: {}", text(&call.argv[2])));
            Reply::Ok
        }
        _ => Reply::Error(format!(
            "ERR unknown subcommand or wrong number of arguments for '{}'. Try DEBUG HELP.",
            text(&call.argv[1])
        )),
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Holds the event loop. What is no number counts as none, as in Redis.
fn sleep(node: &mut Node, seconds: &[u8]) -> Reply {
    let micros = Decimal::parse(seconds).unwrap_or(Decimal::ZERO).micros();
    if micros > 0 {
        let until = node.busy_until.unwrap_or(node.now).max(node.now) + Span(micros);
        node.busy_until = Some(until);
    }
    Reply::Ok
}

const HELP: [&str; 7] = [
    "ERROR <string>",
    "    Return a Redis protocol error with <string> as message. Useful for clients",
    "    unit tests to simulate Redis errors.",
    "LOG <message>",
    "    Write <message> to the server log.",
    "SLEEP <seconds>",
    "    Stop the server for <seconds>. Decimals allowed.",
];
