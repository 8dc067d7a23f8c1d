//! Replica migration: a replica of a well-served master moves to a master without replicas.

use alloc::format;

use bus::NodeFlags;

use super::node_table::{Ix, ME, Ms};
use crate::node::Node;

/// A master must be without replicas for longer than this, so that a failover has time to settle.
const ORPHANED_FOR: Ms = 5000;

/// What the cron counted about masters and their working replicas.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct ReplicaCensus {
    /// Masters with slots that had replicas and have no working one.
    orphaned: u32,
    /// The most working replicas of any master.
    most: u32,
    /// Those of our master.
    ours: u32,
}

impl Node {
    /// Counts one node, as the cron goes over all of them.
    pub(super) fn count_replicas(&self, census: &mut ReplicaCensus, ix: Ix) {
        let peer = &self.cluster.nodes[ix];
        if self.is_master() || !peer.is_master() || peer.failed() {
            return;
        }
        let working = self.working_replicas(ix);
        if working == 0 && peer.slot_count() > 0 && peer.is(NodeFlags::MIGRATE_TO) {
            census.orphaned += 1;
        }
        census.most = census.most.max(working);
        if self.cluster.my_master() == Some(ix) {
            census.ours = working;
        }
    }

    fn working_replicas(&self, master: Ix) -> u32 {
        let replicas = self.cluster.nodes.replicas_of(master);
        replicas.filter(|&ix| !self.cluster.nodes[ix].failed()).count() as u32
    }

    /// Whether migration is worth a thought: then the cron must run at every tick.
    pub(super) fn may_migrate(&self, census: ReplicaCensus) -> bool {
        self.config.cluster_allow_replica_migration
            && census.orphaned > 0
            && census.most >= 2
            && census.ours == census.most
    }

    /// Moves to an orphaned master, if this is the replica to do so.
    pub(super) fn step_migration(&mut self, census: ReplicaCensus) {
        if !self.may_migrate(census) || !self.cluster.health.ok {
            return;
        }
        let Some(master) = self.cluster.my_master() else { return };
        let healthy = self
            .cluster
            .nodes
            .replicas_of(master)
            .filter(|&ix| !self.cluster.nodes[ix].is(NodeFlags::FAIL.with(NodeFlags::PFAIL)));
        if healthy.count() as u64 <= self.config.cluster_migration_barrier {
            return;
        }
        let target = self.note_orphans();
        let Some(target) = target.filter(|_| self.is_first_to_migrate(census.most)) else { return };
        if self.ms().saturating_sub(self.cluster.nodes[target].orphaned_time) > ORPHANED_FOR {
            let line = format!("Migrating to orphaned master {}", self.cluster.nodes[target].id);
            self.log(self.demoted(), line);
            self.follow(target);
            self.cluster.todo.save();
            self.cluster.todo.pong();
        }
    }

    /// Notes since when each master is orphaned; returns the first one with slots.
    fn note_orphans(&mut self) -> Option<Ix> {
        let now = self.ms();
        let mut target = None;
        for at in 0..self.cluster.nodes.len() {
            let ix = self.cluster.nodes.nth(at);
            let orphaned = {
                let peer = &self.cluster.nodes[ix];
                !peer.is_replica()
                    && !peer.failed()
                    && peer.is(NodeFlags::MIGRATE_TO)
                    && self.working_replicas(ix) == 0
            };
            let peer = &mut self.cluster.nodes[ix];
            if !orphaned {
                peer.orphaned_time = 0;
                continue;
            }
            if peer.orphaned_time == 0 {
                peer.orphaned_time = now;
            }
            if target.is_none() && peer.slot_count() > 0 {
                target = Some(ix);
            }
        }
        target
    }

    /// Whether no replica of an equally well-served master has a smaller name.
    fn is_first_to_migrate(&self, most: u32) -> bool {
        let nodes = &self.cluster.nodes;
        let rich = |ix: Ix| nodes[ix].is_master() && self.working_replicas(ix) == most;
        let mut rivals = nodes.iter().filter(|(_, peer)| peer.master.is_some_and(rich));
        rivals.all(|(ix, peer)| ix == ME || peer.id > nodes[ME].id)
    }
}
