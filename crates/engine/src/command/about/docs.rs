//! Commands in words, for COMMAND DOCS, and for help and completion in a shell.

use alloc::vec::Vec;

use super::{arguments, facts, known, named, subs};
use crate::command::Call;
use crate::command::table::Found;
use crate::node::Node;
use crate::resp::reply::Reply;

/// What is told about a command.
#[derive(Debug)]
pub struct Doc {
    /// The name, a subcommand's with its command's in front.
    pub name: &'static str,
    /// Its arguments.
    pub args: &'static str,
    /// The version that brought it.
    pub since: &'static str,
    /// The group it belongs to.
    pub group: &'static str,
    /// What it does.
    pub summary: &'static str,
}

/// COMMAND DOCS: all commands, or those that are named and known.
pub(super) fn reply(node: &mut Node, call: &Call<'_>) -> Reply {
    let compat = node.compat;
    let asked = call.argv[2..].iter().filter_map(|name| named(name, compat));
    let found: Vec<Found> =
        if call.argv.len() == 2 { known(compat).collect() } else { asked.collect() };
    let described = found.into_iter().map(|it| {
        let below: Vec<_> = subs(it, compat).map(|sub| named_doc(sub, Vec::new())).collect();
        named_doc(it, below)
    });
    Reply::Map(described.collect())
}

/// A command's name with what is told about it and its subcommands.
fn named_doc(found: Found, below: Vec<(Reply, Reply)>) -> (Reply, Reply) {
    let name = facts::documented_as(found);
    let mut fields = Vec::new();
    if let Some(doc) = all().find(|doc| doc.name == name) {
        for (field, value) in [("summary", doc.summary), ("since", doc.since), ("group", doc.group)]
        {
            fields.push((Reply::bulk(field), Reply::bulk(value)));
        }
        let arguments = arguments::parse(doc.args);
        if !arguments.is_empty() {
            fields.push((Reply::bulk("arguments"), Reply::Array(arguments)));
        }
    }
    if !below.is_empty() {
        fields.push((Reply::bulk("subcommands"), Reply::Map(below)));
    }
    (Reply::bulk(found.full_name()), Reply::Map(fields))
}

/// A line for each command, sorted by name: name, arguments, since, group and summary, parted by tabs.
const LINES: &str = include_str!("docs.txt");

/// Every command, by name.
pub fn all() -> impl Iterator<Item = Doc> {
    LINES.lines().map(|line| {
        let mut fields = line.split('\t');
        let mut next = || fields.next().unwrap_or_default();
        Doc { name: next(), args: next(), since: next(), group: next(), summary: next() }
    })
}
