//! CLUSTER and its subcommands: the table, and what they have in common.

use alloc::format;
use alloc::string::String;

use bus::{SLOTS, Slot};

use super::node_table::Ix;
use crate::command::{Call, Flags, Keys, Spec};
use crate::node::Node;
use crate::resp::reply::Reply;

mod help;
mod inspect;
mod lists;
mod membership;
mod ownership;
mod setslot;

/// The cluster's commands.
pub(crate) const COMMANDS: &[Spec] = &[Spec::container("cluster", SUBCOMMANDS)];

/// A subcommand: what it is called with, its arguments with both names counted (negative: at least
/// so many), and what does it.
const fn sub(name: &'static str, arity: i32, run: fn(&mut Node, &Call<'_>) -> Reply) -> Spec {
    Spec::new(name, arity, Flags::STALE, Keys::NONE, run)
}

const SUBCOMMANDS: &[Spec] = &[
    sub("addslots", -3, |node, call| node.cluster_addslots(call.argv)),
    sub("addslotsrange", -4, |node, call| node.cluster_addslotsrange(call.argv)),
    sub("bumpepoch", 2, |node, call| node.cluster_bumpepoch(call.argv)),
    sub("count-failure-reports", 3, |node, call| node.cluster_count_failure_reports(call.argv)),
    sub("countkeysinslot", 3, |node, call| node.cluster_countkeysinslot(call.argv)),
    sub("delslots", -3, |node, call| node.cluster_delslots(call.argv)),
    sub("delslotsrange", -4, |node, call| node.cluster_delslotsrange(call.argv)),
    sub("failover", -2, |node, call| node.cluster_failover(call.argv)),
    sub("flushslots", 2, |node, call| node.cluster_flushslots(call.argv)),
    sub("forget", 3, |node, call| node.cluster_forget(call.argv)),
    sub("getkeysinslot", 4, |node, call| node.cluster_getkeysinslot(call.argv)),
    Spec::new("help", 2, Flags::STALE.and(Flags::LOADING), Keys::NONE, |node, call| {
        node.cluster_help(call.argv)
    }),
    sub("info", 2, |node, call| node.cluster_info(call.argv)),
    sub("keyslot", 3, |node, call| node.cluster_keyslot(call.argv)),
    sub("links", 2, |node, call| node.cluster_links(call.argv)),
    sub("meet", -4, |node, call| node.cluster_meet(call.argv)),
    sub("myid", 2, |node, call| node.cluster_myid(call.argv)),
    Spec::new("myshardid", 2, Flags::STALE.and(Flags::SINCE_7_2), Keys::NONE, |node, call| {
        node.cluster_myshardid(call.argv)
    }),
    sub("nodes", 2, |node, call| node.cluster_nodes(call.argv)),
    sub("replicas", 3, |node, call| node.cluster_replicas(call.argv)),
    sub("replicate", 3, |node, call| node.cluster_replicate(call.argv)),
    sub("reset", -2, |node, call| node.cluster_reset(call.argv)),
    sub("saveconfig", 2, |node, call| node.cluster_saveconfig(call.argv)),
    sub("set-config-epoch", 3, |node, call| node.cluster_set_config_epoch(call.argv)),
    sub("setslot", -4, |node, call| node.cluster_setslot(call.argv)),
    sub("shards", 2, |node, call| node.cluster_shards(call.argv)),
    sub("slaves", 3, |node, call| node.cluster_replicas(call.argv)),
    sub("slots", 2, |node, call| node.cluster_slots(call.argv)),
];

const NO_INTEGER: &str = "ERR value is not an integer or out of range";
const BAD_SLOT: &str = "ERR Invalid or out of range slot";

impl Node {
    /// The node that an argument names.
    fn named_node(&self, id: &[u8]) -> Option<Ix> {
        self.cluster.nodes.find(&text(id).parse().ok()?)
    }
}

fn unknown_node(id: &[u8]) -> Reply {
    Reply::Error(format!("ERR Unknown node {}", text(id)))
}

fn wrong_arity(subcommand: &str) -> Reply {
    let error = format!("ERR wrong number of arguments for 'cluster|{subcommand}' command");
    Reply::Error(error)
}

/// The error for options that a subcommand does not take.
fn wrong_options(typed: &[u8]) -> Reply {
    Reply::Error(format!(
        "ERR unknown subcommand or wrong number of arguments for '{:.128}'. Try CLUSTER HELP.",
        text(typed)
    ))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// An integer as Redis reads it: no spaces, no plus sign, no leading zeros.
fn integer(bytes: &[u8]) -> Option<i64> {
    let text = core::str::from_utf8(bytes).ok()?;
    let number: i64 = text.parse().ok()?;
    (format!("{number}") == text).then_some(number)
}

fn slot(bytes: &[u8]) -> Option<Slot> {
    let number = integer(bytes)?;
    Slot::try_from(number).ok().filter(|&slot| usize::from(slot) < SLOTS)
}
