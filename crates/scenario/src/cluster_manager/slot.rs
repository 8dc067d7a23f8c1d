//! Moving a slot with its keys from one master to another.

use super::migrate::migrate_keys;
use super::node::{Failed, Node};
use crate::redis_cli::Manager;
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
    /// A key that the target has already is overwritten, whatever its value.
    pub(super) replace: bool,
    /// `fix` moves it: a source that knows of no owner is told of one.
    pub(super) fixing: bool,
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
            fixing: false,
            pipeline: manager.pipeline.unwrap_or(PIPELINE).max(1),
            timeout_ms: manager.timeout_ms.unwrap_or(TIMEOUT_MS),
        }
    }

    /// As `fix` does it.
    pub(super) fn fixing(manager: &Manager) -> Self {
        Self { fixing: true, ..Self::of(manager) }
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
    if let Err(why) = &moved
        && !how.fixing
    {
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
