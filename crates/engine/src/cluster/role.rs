//! Who is a master and who a replica of whom.

use alloc::format;

use bus::{Epoch, Header, NodeFlags};

use super::node_table::{Ix, ME};
use crate::event::{Event, Role};
use crate::log::Level;
use crate::node::Node;

impl Node {
    /// Turns a node's entry into that of a master. Replication is the caller's affair.
    pub(super) fn set_as_master(&mut self, ix: Ix) {
        if self.cluster.nodes[ix].is_master() {
            return;
        }
        if self.cluster.nodes[ix].master.is_some() {
            self.cluster.nodes.set_master(ix, None);
            if ix != ME {
                self.cluster.nodes[ix].flags.set(NodeFlags::MIGRATE_TO);
            }
        }
        let flags = &mut self.cluster.nodes[ix].flags;
        flags.clear(NodeFlags::REPLICA);
        flags.set(NodeFlags::MASTER);
        self.cluster.todo.save();
        self.cluster.todo.update_state();
        if ix == ME {
            self.event(Event::RoleChanged { role: Role::Master, master: None });
        }
    }

    /// Makes this node, which has no slots, a replica of `master`.
    pub(super) fn follow(&mut self, master: Ix) {
        debug_assert!(master != ME && self.cluster.me().slot_count() == 0);
        if self.is_master() {
            let flags = &mut self.cluster.me_mut().flags;
            flags.clear(NodeFlags::MASTER.with(NodeFlags::MIGRATE_TO));
            flags.set(NodeFlags::REPLICA);
            self.cluster.migrating.clear();
            self.cluster.importing.clear();
        }
        self.cluster.nodes.set_master(ME, Some(master));
        if self.knows_shards() {
            let shard = self.cluster.nodes[master].shard;
            self.set_shard(ME, shard);
        }
        let peer = &self.cluster.nodes[master];
        let (id, addr) = (peer.id, peer.client_addr());
        self.event(Event::RoleChanged { role: Role::Replica, master: Some(id) });
        if let Some(addr) = addr {
            self.replicate_from(addr);
        }
        self.reset_manual_failover();
    }

    /// Follows `master` because the configuration says so.
    pub(super) fn reconfigure_as_replica(&mut self, master: Ix) {
        let line = format!(
            "Configuration change detected. Reconfiguring myself as a replica of {}",
            self.named(master)
        );
        self.log(self.demoted(), line);
        self.follow(master);
        self.cluster.todo.save();
        self.cluster.todo.update_state();
    }

    /// Takes over what a sender says about its own role.
    pub(super) fn process_role(&mut self, sender: Ix, header: &Header) {
        let Some(master_id) = header.master else { return self.set_as_master(sender) };
        let master = self.cluster.nodes.find(&master_id);
        if self.cluster.nodes[sender].is_master() {
            self.take_slots_of_demoted(sender, master, header.config_epoch);
            let flags = &mut self.cluster.nodes[sender].flags;
            flags.clear(NodeFlags::MASTER.with(NodeFlags::MIGRATE_TO));
            flags.set(NodeFlags::REPLICA);
            self.cluster.todo.save();
            self.cluster.todo.update_state();
        }
        if let Some(master) = master
            && self.cluster.nodes[sender].master != Some(master)
        {
            self.cluster.nodes.set_master(sender, Some(master));
            if self.knows_shards() {
                let shard = self.cluster.nodes[master].shard;
                self.set_shard(sender, shard);
            }
            self.cluster.todo.save();
        }
    }

    /// A master has become a replica. Its slots belong to nobody until the new owner claims them;
    /// from 7.2 on they go straight to a new master of the same shard.
    fn take_slots_of_demoted(&mut self, sender: Ix, master: Option<Ix>, epoch: Epoch) {
        if !self.knows_shards() {
            let count = self.cluster.nodes.release_all(sender);
            return self.tell_slots_moved(count, None);
        }
        let same_shard = |master: &Ix| {
            *master != sender
                && self.cluster.nodes[*master].shard == self.cluster.nodes[sender].shard
        };
        match master.filter(same_shard) {
            Some(master) => self.hand_over_within_shard(sender, master, epoch),
            None => self.leave_shard(sender, master),
        }
    }

    /// Somebody who still takes us for the master that we were can not make us one again: we follow
    /// another by now. Nor can a replica of ours that has not heard of our newest epoch take it back.
    /// And what we believe of the old master's slots may be old: the new one has to claim them itself.
    /// (Redis has no such rules; there the replica ends as a master without slots, a master's own
    /// epoch falls, and a slot that went elsewhere while we slept may end as nobody's.)
    fn hand_over_within_shard(&mut self, sender: Ix, master: Ix, epoch: Epoch) {
        if master == ME && self.cluster.me().is_replica() {
            let count = self.cluster.nodes.release_all(sender);
            return self.tell_slots_moved(count, None);
        }
        let (shard, known) =
            (self.cluster.nodes[sender].shard, self.cluster.nodes[sender].config_epoch);
        if known > epoch {
            let line = format!(
                "Ignore stale message from {} in shard {shard}; gossip config epoch: {epoch}, \
                 current config epoch: {known}",
                self.named(sender)
            );
            return self.log(Level::Notice, line);
        }
        let moved = *self.cluster.nodes[sender].slots();
        let count = self.cluster.nodes.move_all(sender, master);
        self.tell_slots_moved(count, Some(master));
        for slot in moved.iter().filter(|_| master != ME) {
            self.cluster.nodes.set_claimed(slot, false);
        }
        self.set_as_master(master);
        if master != ME {
            self.cluster.nodes[master].config_epoch = epoch;
        }
        let line = format!(
            "A failover occurred in shard {shard}; node {} lost {count} slot(s) to node {} with a \
             config epoch of {epoch}",
            self.named(sender),
            self.named(master)
        );
        self.log(Level::Notice, line);
    }

    fn leave_shard(&mut self, sender: Ix, master: Option<Ix>) {
        let count = self.cluster.nodes.release_all(sender);
        self.tell_slots_moved(count, None);
        let (name, shard) = (self.named(sender), self.cluster.nodes[sender].shard);
        let line = format!(
            "Node {name} is no longer master of shard {shard}; removed all {count} slot(s) it used \
             to own"
        );
        self.log(Level::Notice, line);
        if let Some(master) = master {
            let shard = self.cluster.nodes[master].shard;
            self.log(Level::Notice, format!("Node {name} is now part of shard {shard}"));
        }
    }

    pub(super) fn tell_slots_moved(&mut self, count: u32, to: Option<Ix>) {
        if count > 0 {
            let to = to.map(|ix| self.cluster.nodes[ix].id);
            self.event(Event::SlotsMoved { count, to });
        }
    }
}
