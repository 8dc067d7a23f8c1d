//! `check` and `info`

use std::collections::BTreeSet;

use super::node::{Failed, Node};
use super::table::{SLOTS, signature};
use crate::redis_cli::Reply;
use crate::shell::Context;

/// Prints masters with their keys.
pub(super) async fn info(context: &Context<'_>, nodes: &mut [Node]) -> Result<(), Failed> {
    let mut total = 0;
    let mut masters = 0;
    for node in nodes.iter_mut().filter(|node| node.is_master()) {
        let keys = match node.ask(context, &["DBSIZE"]).await {
            Ok(Reply::Integer(keys)) => keys,
            Ok(_) => 0,
            Err(error) => return Err(node.complain(context, &error)),
        };
        total += keys;
        masters += 1;
        context.out.print(&format!(
            "{} ({:.8}...) -> {keys} keys | {} slots | {} slaves.\n",
            node.address(),
            node.id,
            node.slots.len(),
            node.replicas
        ));
    }
    let hundredths = (total * 100 + SLOTS as i64 / 2) / SLOTS as i64;
    context.out.print(&format!(
        "[OK] {total} keys in {masters} masters.\n{}.{:02} keys per slot on average.\n",
        hundredths / 100,
        hundredths % 100
    ));
    Ok(())
}

/// Whether all nodes see the same owners of slots.
pub(super) async fn agrees(context: &Context<'_>, nodes: &mut [Node]) -> Result<bool, Failed> {
    let mut first = None;
    for node in nodes {
        let text = match node.ask(context, &["CLUSTER", "NODES"]).await {
            Ok(reply) => reply.text().unwrap_or_default(),
            Err(error) => return Err(node.complain(context, &error)),
        };
        let its = signature(&text);
        if *first.get_or_insert_with(|| its.clone()) != its {
            return Ok(false);
        }
    }
    Ok(true)
}

/// How much a check tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// Every node, then what was found.
    Everything,
    /// What was found.
    Findings,
}

/// Checks a cluster and tells what it finds. Returns whether all is well.
pub(super) async fn check(
    context: &Context<'_>,
    nodes: &mut [Node],
    told: Told,
) -> Result<bool, Failed> {
    let agreed = check_agreement(context, nodes, told).await?;
    let closed = check_open_slots(context, nodes).is_empty();
    let covered = check_coverage(context, nodes);
    Ok(agreed && closed && covered)
}

/// Whether all nodes agree about slots.
pub(super) async fn check_agreement(
    context: &Context<'_>,
    nodes: &mut [Node],
    told: Told,
) -> Result<bool, Failed> {
    let out = &context.out;
    out.print(&format!(">>> Performing Cluster Check (using node {})\n", nodes[0].address()));
    if told == Told::Everything {
        nodes.iter().for_each(|node| out.print(&node.description()));
    }
    let agreed = agrees(context, nodes).await?;
    out.print(match agreed {
        true => "[OK] All nodes agree about slots configuration.\n",
        false => "[ERR] Nodes don't agree about configuration!\n",
    });
    Ok(agreed)
}

/// Whether every slot has an owner.
pub(super) fn check_coverage(context: &Context<'_>, nodes: &[Node]) -> bool {
    context.out.print(">>> Check slots coverage...\n");
    let covered = uncovered(nodes).is_empty();
    context.out.print(&match covered {
        true => format!("[OK] All {SLOTS} slots covered.\n"),
        false => format!("[ERR] Not all {SLOTS} slots are covered by nodes.\n\n"),
    });
    covered
}

/// The slots that nobody owns.
pub(super) fn uncovered(nodes: &[Node]) -> BTreeSet<u16> {
    let owned = |slot: &u16| nodes.iter().any(|node| node.owns(*slot));
    (0..SLOTS as u16).filter(|slot| !owned(slot)).collect()
}

/// Tells of slots that are on their way, and returns them.
pub(super) fn check_open_slots(context: &Context<'_>, nodes: &[Node]) -> BTreeSet<u16> {
    context.out.print(">>> Check for open slots...\n");
    let list = |slots: &mut dyn Iterator<Item = u16>| {
        slots.map(|slot| slot.to_string()).collect::<Vec<_>>().join(",")
    };
    let mut open = BTreeSet::new();
    for node in nodes {
        let migrating: Vec<u16> = node.migrating.iter().map(|&(slot, _)| slot).collect();
        for (slots, state) in [(&migrating, "migrating"), (&node.importing, "importing")] {
            if slots.is_empty() {
                continue;
            }
            open.extend(slots.iter().copied());
            context.out.print(&format!(
                "[WARNING] Node {} has slots in {state} state {}.\n",
                node.address(),
                list(&mut slots.iter().copied())
            ));
        }
    }
    if !open.is_empty() {
        let slots = list(&mut open.iter().copied());
        context.out.print(&format!("[WARNING] The following slots are open: {slots}.\n"));
    }
    open
}
