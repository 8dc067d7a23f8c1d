//! `fix`: closes slots that are on their way, and covers those that nobody owns.

use std::collections::BTreeSet;

use engine::Rng;

use super::check::{Told, check_agreement, check_coverage, check_open_slots, uncovered};
use super::node::{Failed, Node};
use super::open_slot::{fix_open, take};
use super::prompt::Prompts;
use super::slot::{Move, move_slot};
use super::table::ranges;
use crate::redis_cli::{Manager, Reply};
use crate::shell::Context;

/// Checks the cluster, and mends what it finds. `missing` masters do not answer.
pub(super) async fn fix(
    context: &Context<'_>,
    manager: &Manager,
    nodes: &mut [Node],
    missing: usize,
) -> Result<bool, Failed> {
    let agreed = check_agreement(context, nodes, Told::Everything).await?;
    let risky = missing > 0 && !manager.fix_with_unreachable;
    let open = check_open_slots(context, nodes);
    if !open.is_empty() && risky {
        return Err(warn(context, "open slots", missing));
    }
    for slot in open {
        fix_open(context, manager, nodes, slot).await?;
    }
    if check_coverage(context, nodes) {
        return Ok(agreed);
    }
    if risky {
        return Err(warn(context, "slots coverage", missing));
    }
    cover(context, manager, nodes).await?;
    Ok(agreed)
}

fn warn(context: &Context<'_>, what: &str, missing: usize) -> Failed {
    context.out.print(&format!(
        "*** Fixing {what} with {missing} unreachable masters is dangerous: redis-cli will assume \
         that slots about masters that are not reachable are not covered, and will try to reassign \
         them to the reachable nodes. This can cause data loss and is rarely what you want to do. \
         If you really want to proceed use the --cluster-fix-with-unreachable-masters option.\n"
    ));
    Failed
}

/// Gives slots that nobody owns to whoever has their keys.
async fn cover(context: &Context<'_>, manager: &Manager, nodes: &mut [Node]) -> Result<(), Failed> {
    let out = &context.out;
    out.print(">>> Fixing slots coverage...\n");
    let (mut none, mut single, mut multi) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for slot in uncovered(nodes) {
        match holders(context, nodes, slot).await?.len() {
            0 => none.insert(slot),
            1 => single.insert(slot),
            _ => multi.insert(slot),
        };
    }
    let mut prompts = Prompts::new(context);
    let mut rng = Rng::new(context.io.unix_us());
    for (slots, which, how) in [
        (none, "no keys across the cluster", "covering with a random node"),
        (single, "keys in just one node", "covering with those nodes"),
        (multi, "keys in multiple nodes", "moving the keys into a single node"),
    ] {
        if slots.is_empty() {
            continue;
        }
        out.print(&format!(
            "The following uncovered slots have {which}:\n{}\n",
            ranges(&slots.iter().copied().collect())
        ));
        let question = format!("Fix these slots by {how}? (type 'yes' to accept): ");
        if !manager.yes && !prompts.confirm(&question).await {
            return Err(Failed);
        }
        for slot in slots {
            cover_one(context, manager, nodes, slot, &mut rng).await?;
        }
    }
    Ok(())
}

/// The masters that have keys of a slot, those with most of them first.
async fn holders(
    context: &Context<'_>,
    nodes: &mut [Node],
    slot: u16,
) -> Result<Vec<usize>, Failed> {
    let mut holders = Vec::new();
    for (at, node) in nodes.iter_mut().enumerate().filter(|(_, node)| node.is_master()) {
        let keys =
            match node.ask(context, &["CLUSTER", "GETKEYSINSLOT", &slot.to_string(), "1"]).await {
                Ok(Reply::Array(keys)) => keys.len(),
                _ => 0,
            };
        if keys > 0 {
            holders.push((node.count_keys(context, slot).await?, at));
        }
    }
    holders.sort_by_key(|&(keys, _)| std::cmp::Reverse(keys));
    Ok(holders.into_iter().map(|(_, at)| at).collect())
}

async fn cover_one(
    context: &Context<'_>,
    manager: &Manager,
    nodes: &mut [Node],
    slot: u16,
    rng: &mut Rng,
) -> Result<(), Failed> {
    let holders = holders(context, nodes, slot).await?;
    let masters: Vec<usize> = (0..nodes.len()).filter(|&at| nodes[at].is_master()).collect();
    let anyone = masters[rng.below(masters.len() as u64) as usize];
    let owner = holders.first().copied().unwrap_or(anyone);
    let address = nodes[owner].address();
    context.out.print(&match holders.len() {
        0 | 1 => format!(">>> Covering slot {slot} with {address}\n"),
        _ => format!(">>> Covering slot {slot} moving keys to {address}\n"),
    });
    take(context, &mut nodes[owner], slot).await?;
    for &from in holders.iter().skip(1) {
        let to = nodes[owner].id.clone();
        let open = nodes[from].set_slot(context, slot, &["IMPORTING", &to]).await;
        open.map_err(|error| nodes[from].complain(context, &error))?;
        let keys = Move { keys_only: true, ..Move::fixing(manager) };
        move_slot(context, nodes, (from, owner), slot, keys).await?;
        nodes[from].close_slot(context, slot).await?;
    }
    Ok(())
}
