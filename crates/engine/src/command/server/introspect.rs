//! COMMAND: what commands there are.

use alloc::vec::Vec;

use crate::command::{Call, Flags, Keys, Spec, table};
use crate::node::Node;
use crate::resp::reply::Reply;

const ANYTIME: Flags = Flags::STALE.and(Flags::LOADING);

/// COMMAND and those of its subcommands that are true here.
pub(super) const COMMAND: Spec = Spec::container(
    "command",
    &[
        Spec::new("count", 2, ANYTIME, Keys::NONE, count),
        Spec::new("list", 2, ANYTIME, Keys::NONE, list),
        Spec::new("getkeys", -4, ANYTIME, Keys::NONE, getkeys),
        Spec::new("help", 2, ANYTIME, Keys::NONE, |_, _| Reply::help("COMMAND", &HELP)),
    ],
);

fn count(_: &mut Node, _: &Call<'_>) -> Reply {
    Reply::Int(table::all().count() as i64)
}

fn list(_: &mut Node, _: &Call<'_>) -> Reply {
    Reply::Array(table::all().map(|spec| Reply::bulk(spec.name)).collect())
}

fn getkeys(_: &mut Node, call: &Call<'_>) -> Reply {
    let argv = &call.argv[2..];
    let Some(found) = table::find(argv) else {
        return Reply::error("ERR Invalid command specified");
    };
    if found.spec.keys == Keys::NONE {
        return Reply::error("ERR The command has no key arguments");
    }
    if !found.spec.takes(argv.len()) {
        return Reply::error("ERR Invalid number of arguments specified for command");
    }
    let keys: Vec<Reply> = table::keys_of(argv).map(|key| Reply::Bulk(key.to_vec())).collect();
    Reply::Array(keys)
}

const HELP: [&str; 6] = [
    "COUNT",
    "    Return the total number of commands in this Redis server.",
    "LIST",
    "    Return a list of all commands in this Redis server.",
    "GETKEYS <full-command>",
    "    Return the keys from a full Redis command.",
];
