//! `rebalance`

use super::check::{Told, check};
use super::node::{Failed, Node};
use super::slot::{Move, move_slot, plan};
use super::table::SLOTS;
use crate::redis_cli::Manager;
use crate::shell::Context;

/// Percent by which a node may be off (`--cluster-threshold`).
const THRESHOLD: f64 = 2.0;

/// A master, its weight, and how many slots it has too many.
struct Share {
    at: usize,
    weight: f64,
    balance: i64,
}

/// Moves slots until every master has its share.
pub(super) async fn rebalance(
    context: &Context<'_>,
    manager: &Manager,
    nodes: &mut [Node],
) -> Result<bool, Failed> {
    let mut shares = weights(context, manager, nodes)?;
    if !check(context, nodes, Told::Findings).await? {
        context.err.print("*** Please fix your cluster problems before rebalancing\n");
        return Err(Failed);
    }
    let total: f64 = shares.iter().map(|share| share.weight).sum();
    let threshold = manager.threshold.unwrap_or(THRESHOLD);
    if !weigh(&mut shares, nodes, total, threshold) {
        context.out.print(&format!(
            "*** No rebalancing needed! All nodes are within the {threshold:.2}% threshold.\n"
        ));
        return Ok(true);
    }
    even_out(&mut shares);
    shares.sort_by_key(|share| share.balance);
    context.out.print(&format!(
        ">>> Rebalancing across {} nodes. Total weight = {total:.2}\n",
        shares.len()
    ));
    let (mut to, mut from) = (0, shares.len() - 1);
    while to < from {
        let count = (-shares[to].balance).min(shares[from].balance);
        if count > 0 {
            let ends = (shares[from].at, shares[to].at);
            give(context, manager, nodes, ends, count as usize).await?;
            shares[to].balance += count;
            shares[from].balance -= count;
        }
        to += usize::from(shares[to].balance >= 0);
        from -= usize::from(shares[from].balance <= 0);
    }
    Ok(true)
}

/// The masters that take part, with their weights.
fn weights(context: &Context<'_>, manager: &Manager, nodes: &[Node]) -> Result<Vec<Share>, Failed> {
    let mut weights = vec![1.0; nodes.len()];
    for (name, weight) in manager.weights.iter().filter_map(|text| text.split_once('=')) {
        let named = |node: &Node| node.is_master() && node.id.starts_with(name);
        let Some(at) = nodes.iter().position(named) else {
            context.out.print(&format!("*** No such master node {name}\n"));
            return Err(Failed);
        };
        weights[at] = weight.parse().unwrap_or(0.0);
    }
    let takes_part =
        |node: &Node| node.is_master() && (manager.use_empty_masters || !node.slots.is_empty());
    let share = |at: usize| Share { at, weight: weights[at], balance: 0 };
    Ok((0..nodes.len()).filter(|&at| takes_part(&nodes[at])).map(share).collect())
}

/// Works out who has too many slots and who too few; tells whether that is worth a change.
fn weigh(shares: &mut [Share], nodes: &[Node], total: f64, threshold: f64) -> bool {
    let mut worth = false;
    for share in shares {
        let has = nodes[share.at].slots.len();
        let expected = (SLOTS as f64 / total * share.weight) as i64;
        share.balance = has as i64 - expected;
        let off = (100.0 - 100.0 * expected as f64 / has as f64).abs();
        worth |= if has > 0 { off > threshold } else { expected > 1 };
    }
    worth
}

/// What rounding left over goes to those who have too few.
fn even_out(shares: &mut [Share]) {
    let mut left: i64 = shares.iter().map(|share| share.balance).sum();
    while left > 0 {
        let before = left;
        for share in shares.iter_mut().filter(|share| share.balance <= 0) {
            if left > 0 {
                share.balance -= 1;
                left -= 1;
            }
        }
        if left == before {
            return;
        }
    }
}

async fn give(
    context: &Context<'_>,
    manager: &Manager,
    nodes: &mut [Node],
    (from, to): (usize, usize),
    count: usize,
) -> Result<(), Failed> {
    let (giver, taker) = (nodes[from].address(), nodes[to].address());
    context.out.print(&format!("Moving {count} slots from {giver} to {taker}\n"));
    for (from, slot) in plan(nodes, &[from], count) {
        if !manager.simulate {
            let how = Move { told: false, ..Move::of(manager) };
            move_slot(context, nodes, (from, to), slot, how).await?;
        }
        context.out.print("#");
    }
    context.out.print("\n");
    Ok(())
}
