//! FUNCTION, of a server that runs no scripts and so has no functions: what `redis-cli --cluster
//! add-node` asks for, so that nodes can join clusters of real servers and the other way round.

use alloc::format;
use alloc::string::String;

use crate::command::{Call, Flags, Keys, Spec};
use crate::node::Node;
use crate::replication::{seal, unseal};
use crate::resp::reply::Reply;

pub(crate) const COMMANDS: &[Spec] = &[Spec::container("function", FUNCTION)];

const FUNCTION: &[Spec] = &[
    Spec::new("dump", 2, Flags::NONE, Keys::NONE, |node, _| {
        Reply::Bulk(seal([].into(), node.compat))
    }),
    Spec::new("list", -2, Flags::NONE, Keys::NONE, |_, call| Reply::merged(list(call))),
    Spec::new("restore", -3, Flags::WRITE, Keys::NONE, restore),
    Spec::new("flush", -2, Flags::WRITE, Keys::NONE, flush),
];

/// Whatever is asked for, there is none of it.
fn list(call: &Call<'_>) -> Result<Reply, Reply> {
    let mut at = 2;
    while at < call.argv.len() {
        if call.is(at, "libraryname") {
            at += 1;
            if at == call.argv.len() {
                return Err(Reply::error("ERR library name argument was not given"));
            }
        } else if !call.is(at, "withcode") {
            let unknown = String::from_utf8_lossy(&call.argv[at]);
            return Err(Reply::Error(format!("ERR Unknown argument {unknown}")));
        }
        at += 1;
    }
    Ok(Reply::Array([].into()))
}

fn restore(node: &mut Node, call: &Call<'_>) -> Reply {
    let policies = ["flush", "append", "replace"];
    if call.argv.len() > 4 || (call.argv.len() == 4 && !policies.iter().any(|it| call.is(3, it))) {
        return Reply::error(
            "ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.",
        );
    }
    match unseal(&call.argv[2], node.compat) {
        None => Reply::error("ERR DUMP payload version or checksum are wrong"),
        Some([]) => Reply::Ok,
        Some(_) => Reply::error("ERR Failover Lab runs no functions"),
    }
}

fn flush(_: &mut Node, call: &Call<'_>) -> Reply {
    if call.argv.len() == 2 || (call.argv.len() == 3 && (call.is(2, "sync") || call.is(2, "async")))
    {
        return Reply::Ok;
    }
    Reply::error("ERR FUNCTION FLUSH only supports SYNC|ASYNC option")
}
