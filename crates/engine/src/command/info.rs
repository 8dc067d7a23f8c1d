//! INFO: a text of sections. Only what is true here is told: there is no allocator, no processor
//! time and no append-only file to tell about.

mod sections;

use alloc::string::String;
use alloc::vec::Vec;

use crate::command::{Call, Flags, Keys, Spec};
use crate::node::Node;
use crate::resp::reply::Reply;

pub(crate) const COMMANDS: &[Spec] =
    &[Spec::new("info", -1, Flags::STALE.and(Flags::LOADING), Keys::NONE, info)];

/// One section.
struct Section {
    /// As INFO's arguments name it.
    name: &'static str,
    /// As its first line names it.
    title: &'static str,
    /// Its lines, each ending in CRLF.
    lines: fn(&mut Node) -> String,
}

/// All sections, in Redis's order.
const SECTIONS: [Section; 9] = [
    Section { name: "server", title: "Server", lines: sections::server },
    Section { name: "clients", title: "Clients", lines: sections::clients },
    Section { name: "memory", title: "Memory", lines: sections::memory },
    Section { name: "persistence", title: "Persistence", lines: sections::persistence },
    Section { name: "stats", title: "Stats", lines: sections::stats },
    Section { name: "replication", title: "Replication", lines: |node| node.info_replication() },
    Section { name: "errorstats", title: "Errorstats", lines: sections::errorstats },
    Section { name: "cluster", title: "Cluster", lines: sections::cluster },
    Section { name: "keyspace", title: "Keyspace", lines: sections::keyspace },
];

fn info(node: &mut Node, call: &Call<'_>) -> Reply {
    let wanted: Vec<Vec<u8>> =
        call.argv[1..].iter().map(|name| name.to_ascii_lowercase()).collect();
    let many = |name: &Vec<u8>| matches!(name.as_slice(), b"all" | b"default" | b"everything");
    let all = wanted.is_empty() || wanted.iter().any(many);
    let mut text = String::new();
    for section in SECTIONS {
        if all || wanted.iter().any(|name| name == section.name.as_bytes()) {
            if !text.is_empty() {
                text += "\r\n";
            }
            text += &alloc::format!("# {}\r\n", section.title);
            text += &(section.lines)(node);
        }
    }
    Reply::Verbatim(text)
}
