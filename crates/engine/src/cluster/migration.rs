//! Replica migration: a replica of a well-served master moves to a master without replicas.

use alloc::format;

use bus::NodeFlags;

use super::node_table::{Ix, ME, Ms};
use crate::node::Node;

/// A master must be without replicas for longer than this, so that a failover has time to settle.
const ORPHANED_FOR: Ms = 5000;

/// Masters that are none yet, or can not be reached.
const NOT_COUNTED: NodeFlags = NodeFlags::NO_ADDR.with(NodeFlags::HANDSHAKE);

impl Node {
    /// Whether migration is worth a thought: our master has as many working replicas as any, two at
    /// least, and some master with slots lost all that it had. The cron must then run at every tick.
    pub(super) fn may_migrate(&self) -> bool {
        let Some(master) = self.cluster.my_master().filter(|_| !self.is_master()) else {
            return false;
        };
        // With one replica a master, the usual case, this is all that is looked at.
        if !self.config.cluster_allow_replica_migration || self.working_replicas(master) < 2 {
            return false;
        }
        let (mut orphaned, mut most, mut ours) = (false, 0, 0);
        for (ix, peer) in self.cluster.nodes.iter() {
            if !peer.is_master() || peer.failed() || peer.is(NOT_COUNTED) {
                continue;
            }
            let working = self.working_replicas(ix);
            orphaned |= working == 0 && peer.slot_count() > 0 && peer.is(NodeFlags::MIGRATE_TO);
            most = most.max(working);
            if ix == master {
                ours = working;
            }
        }
        orphaned && most >= 2 && ours == most
    }

    fn working_replicas(&self, master: Ix) -> u32 {
        let replicas = self.cluster.nodes.replicas_of(master);
        replicas.filter(|&ix| !self.cluster.nodes[ix].failed()).count() as u32
    }

    /// Moves to an orphaned master, if this is the replica to do so.
    pub(super) fn step_migration(&mut self) {
        if !self.may_migrate() || !self.cluster.health.ok {
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
        let most = self.working_replicas(master);
        let Some(target) = target.filter(|_| self.is_first_to_migrate(most)) else { return };
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
