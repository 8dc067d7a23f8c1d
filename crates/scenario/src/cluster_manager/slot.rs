//! Moving a slot with its keys from one master to another.

use super::node::{Failed, Node};
use crate::redis_cli::{Manager, Reply};
use crate::shell::Context;

/// Keys in one MIGRATE (`--cluster-pipeline`).
pub(super) const PIPELINE: u64 = 10;
/// Milliseconds for one MIGRATE (`--cluster-timeout`).
pub(super) const TIMEOUT_MS: u64 = 60_000;

/// How a slot is moved.
#[derive(Debug, Clone, Copy)]
pub(super) struct Move {
    /// One line a slot, with a dot for each key.
    pub(super) told: bool,
    /// The slot's owner stays as it is: only keys go.
    pub(super) keys_only: bool,
    /// A key that the target has already is overwritten.
    pub(super) replace: bool,
    /// Keys in one MIGRATE.
    pub(super) pipeline: u64,
    /// Milliseconds for one MIGRATE.
    pub(super) timeout_ms: u64,
}

impl Move {
    /// As the command line asks for it.
    pub(super) fn of(manager: &Manager) -> Self {
        Self {
            told: true,
            keys_only: false,
            replace: manager.replace,
            pipeline: manager.pipeline.unwrap_or(PIPELINE).max(1),
            timeout_ms: manager.timeout_ms.unwrap_or(TIMEOUT_MS),
        }
    }
}

/// Moves a slot between two of the nodes, and tells the other masters.
pub(super) async fn move_slot(
    context: &Context<'_>,
    nodes: &mut [Node],
    (from, to): (usize, usize),
    slot: u16,
    how: Move,
) -> Result<(), Failed> {
    if how.told {
        let (from, to) = (nodes[from].address(), nodes[to].address());
        context.out.print(&format!("Moving slot {slot} from {from} to {to}: "));
    }
    let moved = steps(context, nodes, (from, to), slot, how).await;
    if how.told {
        context.out.print("\n");
    }
    if let Err(why) = &moved {
        context.out.print(&format!("clusterManagerMoveSlot failed: {why}\n"));
    }
    moved.map_err(|_| Failed)
}

async fn steps(
    context: &Context<'_>,
    nodes: &mut [Node],
    (from, to): (usize, usize),
    slot: u16,
    how: Move,
) -> Result<(), String> {
    let (source, target) = (nodes[from].id.clone(), nodes[to].id.clone());
    if !how.keys_only {
        nodes[to].set_slot(context, slot, &["IMPORTING", &source]).await?;
        nodes[from].set_slot(context, slot, &["MIGRATING", &target]).await?;
    }
    migrate_keys(context, nodes, (from, to), slot, how).await?;
    if how.keys_only {
        return Ok(());
    }
    // The new owner first: it takes a new config epoch if it needs one, before anybody lets go.
    let others = (0..nodes.len()).filter(|&at| at != from && at != to);
    for at in [to, from].into_iter().chain(others.collect::<Vec<_>>()) {
        if nodes[at].is_master() {
            nodes[at].set_slot(context, slot, &["NODE", &target]).await?;
        }
    }
    nodes[from].slots.remove(slot);
    nodes[to].slots.insert(slot);
    Ok(())
}

/// Moves the keys of a slot, some at a time.
async fn migrate_keys(
    context: &Context<'_>,
    nodes: &mut [Node],
    (from, to): (usize, usize),
    slot: u16,
    how: Move,
) -> Result<(), String> {
    let (ip, port) = (nodes[to].ip.clone(), nodes[to].port.to_string());
    let (slot, count) = (slot.to_string(), how.pipeline.to_string());
    loop {
        let command = ["CLUSTER", "GETKEYSINSLOT", &slot, &count];
        let Reply::Array(keys) = nodes[from].ask(context, &command).await? else { return Ok(()) };
        let keys: Vec<Vec<u8>> = keys.into_iter().filter_map(bytes).collect();
        if keys.is_empty() {
            return Ok(());
        }
        if how.told {
            context.out.print(&".".repeat(keys.len()));
        }
        let timeout = how.timeout_ms.to_string();
        let mut migrate = ["MIGRATE", &ip, &port, "", "0", &timeout].map(Vec::from).to_vec();
        if how.replace {
            migrate.push(b"REPLACE".to_vec());
        }
        migrate.extend(nodes[to].auth.iter().cloned());
        migrate.push(b"KEYS".to_vec());
        migrate.extend(keys);
        nodes[from].ask(context, &migrate).await?;
    }
}

fn bytes(reply: Reply) -> Option<Vec<u8>> {
    match reply {
        Reply::Bulk(bytes) => Some(bytes),
        _ => None,
    }
}

/// Which slots leave which nodes when the others get `count` of them: each gives by its share, the
/// largest is rounded up.
pub(super) fn plan(nodes: &[Node], sources: &[usize], count: usize) -> Vec<(usize, u16)> {
    let mut sources = sources.to_vec();
    sources.sort_by_key(|&at| std::cmp::Reverse(nodes[at].slots.len()));
    let total: usize = sources.iter().map(|&at| nodes[at].slots.len()).sum();
    let mut plan = Vec::new();
    for (nth, &at) in sources.iter().enumerate() {
        let (numerator, has) = (count * nodes[at].slots.len(), nodes[at].slots.len());
        let share = match nth {
            0 => numerator.div_ceil(total.max(1)),
            _ => numerator / total.max(1),
        };
        let share = share.min(has).min(count - plan.len());
        plan.extend(nodes[at].slots.iter().take(share).map(|slot| (at, slot)));
    }
    plan
}
