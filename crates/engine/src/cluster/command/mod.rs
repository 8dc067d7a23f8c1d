//! CLUSTER and its subcommands: the table, and what they have in common.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use bus::{SLOTS, Slot};

use super::node_table::Ix;
use crate::command::{Call, Flags, Keys, Spec};
use crate::config::Compat;
use crate::node::Node;
use crate::resp::reply::Reply;

mod help;
mod inspect;
mod lists;
mod membership;
mod ownership;
mod setslot;

/// The cluster's commands.
pub(crate) const COMMANDS: &[Spec] =
    &[Spec::new("cluster", -2, Flags::STALE, Keys::NONE, Node::cmd_cluster)];

/// A subcommand: what it is called with, its arguments with both names counted (negative: at least
/// so many), and what does it.
struct Subcommand {
    name: &'static str,
    arity: i32,
    run: fn(&mut Node, &[Vec<u8>]) -> Reply,
}

const fn sub(
    name: &'static str,
    arity: i32,
    run: fn(&mut Node, &[Vec<u8>]) -> Reply,
) -> Subcommand {
    Subcommand { name, arity, run }
}

const SUBCOMMANDS: &[Subcommand] = &[
    sub("addslots", -3, Node::cluster_addslots),
    sub("addslotsrange", -4, Node::cluster_addslotsrange),
    sub("bumpepoch", 2, Node::cluster_bumpepoch),
    sub("count-failure-reports", 3, Node::cluster_count_failure_reports),
    sub("countkeysinslot", 3, Node::cluster_countkeysinslot),
    sub("delslots", -3, Node::cluster_delslots),
    sub("delslotsrange", -4, Node::cluster_delslotsrange),
    sub("failover", -2, Node::cluster_failover),
    sub("flushslots", 2, Node::cluster_flushslots),
    sub("forget", 3, Node::cluster_forget),
    sub("getkeysinslot", 4, Node::cluster_getkeysinslot),
    sub("help", 2, Node::cluster_help),
    sub("info", 2, Node::cluster_info),
    sub("keyslot", 3, Node::cluster_keyslot),
    sub("links", 2, Node::cluster_links),
    sub("meet", -4, Node::cluster_meet),
    sub("myid", 2, Node::cluster_myid),
    sub("myshardid", 2, Node::cluster_myshardid),
    sub("nodes", 2, Node::cluster_nodes),
    sub("replicas", 3, Node::cluster_replicas),
    sub("replicate", 3, Node::cluster_replicate),
    sub("reset", -2, Node::cluster_reset),
    sub("saveconfig", 2, Node::cluster_saveconfig),
    sub("set-config-epoch", 3, Node::cluster_set_config_epoch),
    sub("setslot", -4, Node::cluster_setslot),
    sub("shards", 2, Node::cluster_shards),
    sub("slaves", 3, Node::cluster_replicas),
    sub("slots", 2, Node::cluster_slots),
];

const NO_INTEGER: &str = "ERR value is not an integer or out of range";
const BAD_SLOT: &str = "ERR Invalid or out of range slot";

impl Node {
    /// CLUSTER: finds the subcommand and checks the number of its arguments.
    pub(crate) fn cmd_cluster(&mut self, call: &Call<'_>) -> Reply {
        let typed = text(&call.argv[1]);
        let name = typed.to_ascii_lowercase();
        let known = SUBCOMMANDS.iter().find(|it| it.name == name);
        let known = known.filter(|it| it.name != "myshardid" || self.compat != Compat::V7_0);
        let Some(subcommand) = known else {
            let error = format!("ERR unknown subcommand '{typed:.128}'. Try CLUSTER HELP.");
            return Reply::Error(error);
        };
        let argc = call.argv.len() as i32;
        let arity = subcommand.arity;
        if (arity >= 0 && argc != arity) || argc < -arity {
            return wrong_arity(subcommand.name);
        }
        (subcommand.run)(self, call.argv)
    }

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
