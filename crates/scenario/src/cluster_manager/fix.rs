//! `fix`: closes slots that are on their way, and covers those that nobody owns.

use std::collections::BTreeSet;

use engine::Rng;

use super::check::{Told, check_agreement, check_coverage, check_open_slots, uncovered};
use super::node::{Failed, Node};
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

/// Who has to do with an open slot.
#[derive(Default)]
struct Open {
    owner: Option<usize>,
    migrating: Vec<usize>,
    importing: Vec<usize>,
}

/// Finds out: a master that has keys of a slot that is not its own counts as importing it.
async fn look(context: &Context<'_>, nodes: &mut [Node], slot: u16) -> Result<Open, Failed> {
    let mut open = Open::default();
    for (at, node) in nodes.iter_mut().enumerate().filter(|(_, node)| node.is_master()) {
        if node.owns(slot) {
            open.owner = open.owner.or(Some(at));
        }
        if node.migrating.contains(&slot) {
            open.migrating.push(at);
        } else if node.importing.contains(&slot) {
            open.importing.push(at);
        } else if !node.owns(slot) && node.count_keys(context, slot).await? > 0 {
            let address = node.address();
            context.out.print(&format!("*** Found keys about slot {slot} in node {address}!\n"));
            open.importing.push(at);
        }
    }
    Ok(open)
}

async fn fix_open(
    context: &Context<'_>,
    manager: &Manager,
    nodes: &mut [Node],
    slot: u16,
) -> Result<(), Failed> {
    let out = &context.out;
    out.print(&format!(">>> Fixing open slot {slot}\n"));
    let mut open = look(context, nodes, slot).await?;
    for (what, which) in [("migrating", &open.migrating), ("importing", &open.importing)] {
        if !which.is_empty() {
            out.print(&format!("Set as {what} in: {}\n", addresses(nodes, which)));
        }
    }
    let owner = match open.owner {
        Some(owner) => owner,
        None => select_owner(context, nodes, slot).await?,
    };
    if open.owner.is_none() {
        open.migrating.retain(|&at| at != owner);
        open.importing.retain(|&at| at != owner);
    }
    let how = Move::of(manager);
    match (open.migrating.as_slice(), open.importing.as_slice()) {
        (&[from], &[to]) => {
            let (source, target) = (nodes[from].address(), nodes[to].address());
            out.print(&format!(">>> Case 1: Moving slot {slot} from {source} to {target}\n"));
            move_slot(context, nodes, (from, to), slot, how).await?;
        }
        (&[], importing @ &[_, ..]) => {
            let address = nodes[owner].address();
            out.print(&format!(
                ">>> Case 2: Moving all the {slot} slot keys to its owner {address}\n"
            ));
            for &from in importing.iter().filter(|&&from| from != owner) {
                let keys = Move { keys_only: true, replace: true, ..how };
                move_slot(context, nodes, (from, owner), slot, keys).await?;
                let address = nodes[from].address();
                out.print(&format!(">>> Setting {slot} as STABLE in {address}\n"));
                stable(context, &mut nodes[from], slot).await?;
            }
        }
        (&[migrating], &[]) if closes(context, nodes, owner, migrating, slot).await? => {
            let address = nodes[migrating].address();
            out.print(&format!(">>> Case 4: Closing slot {slot} on {address}\n"));
            stable(context, &mut nodes[migrating], slot).await?;
        }
        (migrating, importing) => {
            out.print(&format!(
                "[ERR] Sorry, redis-cli can't fix this slot yet (work in progress). Slot is set as \
                 migrating in {}, as importing in {}, owner is {}\n",
                addresses(nodes, migrating),
                addresses(nodes, importing),
                nodes[owner].address()
            ));
            return Err(Failed);
        }
    }
    Ok(())
}

fn addresses(nodes: &[Node], which: &[usize]) -> String {
    which.iter().map(|&at| nodes[at].address()).collect::<Vec<_>>().join(",")
}

async fn stable(context: &Context<'_>, node: &mut Node, slot: u16) -> Result<(), Failed> {
    let closed = node.set_slot(context, slot, &["STABLE"]).await;
    closed.map_err(|error| node.complain(context, &error))
}

/// Whether a slot that nobody imports can just be closed: its owner gives it away, or it is empty.
async fn closes(
    context: &Context<'_>,
    nodes: &mut [Node],
    owner: usize,
    migrating: usize,
    slot: u16,
) -> Result<bool, Failed> {
    Ok(owner == migrating || nodes[migrating].count_keys(context, slot).await? == 0)
}

/// A slot of nobody goes to whoever has most of its keys.
async fn select_owner(
    context: &Context<'_>,
    nodes: &mut [Node],
    slot: u16,
) -> Result<usize, Failed> {
    let out = &context.out;
    out.print(">>> Nobody claims ownership, selecting an owner...\n");
    let mut best = None;
    for (at, node) in nodes.iter_mut().enumerate().filter(|(_, node)| node.is_master()) {
        let keys = node.count_keys(context, slot).await?;
        if best.is_none_or(|(most, _)| keys > most) {
            best = Some((keys, at));
        }
    }
    let Some((_, owner)) = best else {
        out.print("[ERR] Can't select a slot owner. Impossible to fix.\n");
        return Err(Failed);
    };
    let node = &mut nodes[owner];
    out.print(&format!("*** Configuring {} as the slot owner\n", node.address()));
    stable(context, node, slot).await?;
    take(context, node, slot).await?;
    Ok(owner)
}

/// Makes a node the owner of a slot that nobody has, with an epoch that the others must accept.
async fn take(context: &Context<'_>, node: &mut Node, slot: u16) -> Result<(), Failed> {
    let number = slot.to_string();
    // It may believe in an owner who is not there any more.
    let _ = node.ask(context, &["CLUSTER", "DELSLOTS", &number]).await;
    for command in [&["CLUSTER", "ADDSLOTS", &number][..], &["CLUSTER", "BUMPEPOCH"]] {
        if let Err(error) = node.ask(context, command).await {
            return Err(node.complain(context, &error));
        }
    }
    node.slots.insert(slot);
    Ok(())
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
        let keys = Move { keys_only: true, replace: true, ..Move::of(manager) };
        move_slot(context, nodes, (from, owner), slot, keys).await?;
        stable(context, &mut nodes[from], slot).await?;
    }
    Ok(())
}
