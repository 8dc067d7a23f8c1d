//! Who owns which slot: a claim with a greater epoch wins, and whoever is behind is told.

use alloc::format;
use alloc::vec::Vec;

use bus::{Epoch, Header, Slot, SlotSet};

use super::node_table::{Ix, ME};
use crate::log::Level;
use crate::node::Node;

/// What taking over a claim changed.
#[derive(Debug, Default)]
struct Rebound {
    /// Slots that changed hands.
    count: u32,
    /// Those of them that were ours, or our master's.
    ours: u32,
    /// Slots of ours that went away with keys in them.
    dirty: Vec<Slot>,
}

impl Node {
    /// Compares the slots that a message claims with what we believe.
    pub(super) fn process_claims(&mut self, sender: Ix, header: &Header) {
        let peer = &self.cluster.nodes[sender];
        let speaker = if peer.is_master() { Some(sender) } else { peer.master };
        // The usual case, nothing new, costs one comparison of two bitmaps.
        let Some(speaker) = speaker else { return };
        if self.cluster.nodes[speaker].slots() == &header.slots {
            return;
        }
        if self.cluster.nodes[sender].is_master() {
            self.update_slots(sender, header.config_epoch, &header.slots);
        }
        self.correct_stale_claim(sender, header);
    }

    /// The reverse: a claim of slots that we know to belong to a later configuration is answered
    /// with an UPDATE about the first such owner.
    fn correct_stale_claim(&mut self, sender: Ix, header: &Header) {
        let nodes = &self.cluster.nodes;
        let newer = header.slots.iter().find_map(|slot| {
            let owner =
                nodes.owner(slot).filter(|&ix| ix != sender && !nodes.is_unclaimed(slot))?;
            (nodes[owner].config_epoch > header.config_epoch).then_some(owner)
        });
        let Some(owner) = newer else { return };
        let line = format!(
            "Node {} has old slots configuration, sending an UPDATE message about {}",
            nodes[sender].id, nodes[owner].id
        );
        self.log(Level::Verbose, line);
        self.send_update(sender, owner);
    }

    /// Takes over the slots that `owner` claims with `epoch`, where the claim is good; follows the
    /// new owner if that leaves us, or our master, without slots.
    pub(super) fn update_slots(&mut self, owner: Ix, epoch: Epoch, claimed: &SlotSet) {
        if owner == ME {
            return self.log(self.demoted(), "Discarding UPDATE message about myself.");
        }
        let before = if self.is_master() { Some(ME) } else { self.cluster.my_master() };
        let rebound = self.rebind(owner, epoch, claimed, before);
        if rebound.count > 0 {
            self.tell_slots_moved(rebound.count, Some(owner));
            self.cluster.todo.save();
            self.cluster.todo.update_state();
        }
        let left_empty =
            rebound.ours > 0 && before.is_some_and(|ix| self.cluster.nodes[ix].slot_count() == 0);
        let migrates =
            self.config.cluster_allow_replica_migration || claimed.len() == rebound.ours as usize;
        if left_empty && migrates {
            self.reconfigure_as_replica(owner);
        } else if let Some(grandmaster) = self.grandmaster() {
            self.follow_grandmaster(grandmaster);
        } else {
            for slot in rebound.dirty {
                self.db.delete_slot(slot);
            }
        }
    }

    fn rebind(
        &mut self,
        owner: Ix,
        epoch: Epoch,
        claimed: &SlotSet,
        before: Option<Ix>,
    ) -> Rebound {
        let mut rebound = Rebound::default();
        for slot in claimed.iter() {
            let present = self.cluster.nodes.owner(slot);
            if present == Some(owner) {
                self.cluster.nodes.set_claimed(slot, true);
                continue;
            }
            if self.cluster.importing.contains_key(&slot) {
                continue;
            }
            let older = |ix: Ix| self.cluster.nodes[ix].config_epoch < epoch;
            if !self.cluster.nodes.is_unclaimed(slot) && !present.is_some_and(older) {
                continue;
            }
            if present == Some(ME) && self.db.count_in_slot(slot) > 0 {
                rebound.dirty.push(slot);
            }
            rebound.ours += u32::from(present.is_some() && present == before);
            rebound.count += 1;
            self.cluster.nodes.release(slot);
            self.cluster.nodes.assign(slot, owner);
        }
        for slot in self.cluster.nodes[owner].slots().minus(claimed).iter() {
            self.cluster.nodes.set_claimed(slot, false);
        }
        rebound
    }

    /// The master of our master, when that has become a replica of somebody else.
    fn grandmaster(&self) -> Option<Ix> {
        let grandmaster = self.cluster.nodes[self.cluster.my_master()?].master?;
        (grandmaster != ME).then_some(grandmaster)
    }

    fn follow_grandmaster(&mut self, grandmaster: Ix) {
        let line = format!(
            "I'm a sub-replica! Reconfiguring myself as a replica of grandmaster {}",
            self.named(grandmaster)
        );
        self.log(Level::Notice, line);
        self.follow(grandmaster);
        self.cluster.todo.save();
        self.cluster.todo.update_state();
    }
}
