//! DEBUG: what an exercise needs to disturb a node from within.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::command::Call;
use crate::keyspace::Digest;
use crate::log::Level;
use crate::node::Node;
use crate::resp::number::Decimal;
use crate::resp::reply::{Protocol, Reply};
use crate::time::Span;

pub(super) fn debug(node: &mut Node, call: &Call<'_>) -> Reply {
    match call.argv.len() {
        2 if call.is(1, "help") => Reply::help("DEBUG", &HELP),
        2 if call.is(1, "digest") => Reply::Simple(Digest::of(&node.db).hex()),
        2.. if call.is(1, "digest-value") => digest_values(node, call),
        3 if call.is(1, "sleep") => sleep(node, call),
        3 if call.is(1, "protocol") => protocol(node, call),
        3 if call.is(1, "error") => Reply::Error(text(&call.argv[2])),
        3 if call.is(1, "log") => {
            node.log(Level::Warning, format!("DEBUG LOG: {}", text(&call.argv[2])));
            Reply::Ok
        }
        _ => Reply::bad_subcommand("DEBUG", &call.argv[1]),
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A digest for each key; of one that is not there, zeros.
fn digest_values(node: &mut Node, call: &Call<'_>) -> Reply {
    let digest = |key: &Vec<u8>| {
        let mut digest = Digest::default();
        if let Some(entry) = node.read_key(key) {
            digest.add(entry);
        }
        Reply::Simple(digest.hex())
    };
    Reply::Array(call.argv[2..].iter().map(digest).collect())
}

/// Holds the event loop. What is no number counts as none, as in Redis.
fn sleep(node: &mut Node, call: &Call<'_>) -> Reply {
    let micros = Decimal::parse(&call.argv[2]).unwrap_or(Decimal::ZERO).micros();
    if micros > 0 {
        let until = node.busy_until.unwrap_or(node.now).max(node.now) + Span(micros);
        node.busy_until = Some(until);
        node.note_slow(call, Span(micros), until);
    }
    Reply::Ok
}

/// PROTOCOL: a reply of each kind, for those who write a client.
fn protocol(node: &Node, call: &Call<'_>) -> Reply {
    let numbers = || (0..3).map(Reply::Int);
    let kind = call.argv[2].to_ascii_lowercase();
    match kind.as_slice() {
        b"string" => Reply::bulk("Hello World"),
        b"integer" => Reply::Int(12345),
        b"double" => Reply::Double("3.141".into()),
        b"bignum" => Reply::BigNumber("1234567999999999999999999999999999999".into()),
        b"null" => Reply::Nil,
        b"array" => Reply::Array(numbers().collect()),
        b"set" => Reply::Set(numbers().collect()),
        b"map" => {
            Reply::Map(numbers().map(|at| (at.clone(), Reply::Bool(at == Reply::Int(1)))).collect())
        }
        b"attrib" => Reply::Many(vec![
            Reply::Attribute(vec![(
                Reply::bulk("key-popularity"),
                Reply::Array(vec![Reply::bulk("key:123"), Reply::Int(90)]),
            )]),
            Reply::bulk("Some real reply following the attribute"),
        ]),
        b"push" if node.protocol(call) == Protocol::Resp2 => {
            Reply::error("ERR RESP2 is not supported by this command")
        }
        b"push" => Reply::Many(vec![
            Reply::Push(vec![Reply::bulk("server-cpu-usage"), Reply::Int(42)]),
            Reply::bulk("Some real reply following the push reply"),
        ]),
        b"verbatim" => Reply::Verbatim("This is a verbatim\nstring".into()),
        b"true" => Reply::Bool(true),
        b"false" => Reply::Bool(false),
        _ => Reply::error(
            "ERR Wrong protocol type name. Please use one of the following: \
             string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false",
        ),
    }
}

const HELP: [&str; 15] = [
    "DIGEST",
    "    Output a hex signature representing the current DB content.",
    "DIGEST-VALUE <key> [<key> ...]",
    "    Output a hex signature of the values of all the specified keys.",
    "ERROR <string>",
    "    Return a Redis protocol error with <string> as message. Useful for clients",
    "    unit tests to simulate Redis errors.",
    "LOG <message>",
    "    Write <message> to the server log.",
    "PROTOCOL <type>",
    "    Reply with a test value of the specified type. <type> can be: string,",
    "    integer, double, bignum, null, array, set, map, attrib, push, verbatim,",
    "    true, false.",
    "SLEEP <seconds>",
    "    Stop the server for <seconds>. Decimals allowed.",
];
