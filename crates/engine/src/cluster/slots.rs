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
                self.drop_slot_keys(slot);
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

#[cfg(test)]
mod tests {
    use bus::{Body, NodeFlags, PacketKind};

    use super::super::testing::{
        add, add_master, add_replica, header_of, hear, id, lone_node, own, slots,
    };
    use super::*;
    use crate::Compat;
    use crate::io::Output;

    fn ping() -> Body {
        Body::Ping(Vec::new(), Vec::new())
    }

    #[test]
    fn a_claim_wins_only_with_a_greater_epoch() {
        let mut node = lone_node(Compat::V7_0);
        let old = add_master(&mut node, b'm', 5, [0, 99]);
        let new = add(&mut node, b'n', NodeFlags::MASTER);
        for (epoch, owner) in [(4, old), (5, old), (6, new)] {
            node.update_slots(new, epoch, &slots([50, 99]));
            assert_eq!(node.cluster.nodes.owner(50), Some(owner), "epoch {epoch}");
            assert_eq!(node.cluster.nodes.owner(49), Some(old));
        }
    }

    #[test]
    fn an_unclaimed_slot_goes_to_anybody_who_claims_it() {
        let mut node = lone_node(Compat::V7_0);
        let old = add_master(&mut node, b'm', 5, [0, 99]);
        let new = add_master(&mut node, b'n', 1, [200, 299]);
        node.update_slots(old, 5, &slots([0, 98]));
        assert_eq!(node.cluster.nodes.owner(99), Some(old), "it stays bound");
        let mut claimed = slots([200, 299]);
        claimed.insert(98);
        claimed.insert(99);
        node.update_slots(new, 1, &claimed);
        assert_eq!(node.cluster.nodes.owner(99), Some(new));
        assert_eq!(node.cluster.nodes.owner(98), Some(old));
    }

    #[test]
    fn a_master_that_lost_its_last_slot_follows_the_new_owner() {
        let mut node = lone_node(Compat::V7_0);
        own(&mut node, super::super::node_table::ME, [0, 99]);
        let new = add(&mut node, b'n', NodeFlags::MASTER);
        node.update_slots(new, 6, &slots([0, 50]));
        assert!(node.is_master());
        node.update_slots(new, 6, &slots([0, 99]));
        assert!(!node.is_master());
        assert_eq!(node.cluster.my_master(), Some(new));
    }

    #[test]
    fn a_replica_of_a_replica_follows_the_grandmaster() {
        let mut node = lone_node(Compat::V7_0);
        let master = add_master(&mut node, b'm', 5, [0, 99]);
        node.follow(master);
        let grandmaster = add(&mut node, b'g', NodeFlags::MASTER);
        node.cluster.nodes[master].flags = NodeFlags::REPLICA;
        node.cluster.nodes.set_master(master, Some(grandmaster));
        node.update_slots(grandmaster, 4, &slots([200, 299]));
        assert_eq!(node.cluster.my_master(), Some(grandmaster));
    }

    #[test]
    fn who_claims_slots_of_a_later_configuration_is_sent_an_update() {
        let mut node = lone_node(Compat::V7_0);
        add_master(&mut node, b'm', 5, [0, 99]);
        let stale = add(&mut node, b's', NodeFlags::MASTER);
        node.open_link(stale);
        let conn = node.cluster.nodes[stale].link.expect("it was opened");
        let local = "10.0.0.1:40000".parse().expect("an address");
        node.handle(node.now(), crate::Input::Connected { conn, local });
        while node.poll().is_some() {}
        let header = Header { config_epoch: 4, slots: slots([7, 8]), ..header_of(&node, stale) };
        hear(&mut node, stale, header, ping());
        let mut updates = 0;
        while let Some(output) = node.poll() {
            if let Output::Send { conn: to, bytes } = output
                && PacketKind::peek(&bytes) == Some(PacketKind::Update)
            {
                assert_eq!(to, conn);
                let packet = bus::decode(&bytes).expect("our own packet");
                let Body::Update { config_epoch, node, slots: owned } = packet.body else {
                    panic!("it is an UPDATE")
                };
                assert_eq!((config_epoch, node), (5, id(b'm')));
                assert_eq!(*owned, slots([0, 99]));
                updates += 1;
            }
        }
        assert_eq!(updates, 1);
    }

    /// A master says that it follows `n` now, whose epoch is 6.
    fn hear_demoted(node: &mut Node, old: Ix) {
        let header = Header {
            master: Some(id(b'n')),
            config_epoch: 6,
            flags: NodeFlags::REPLICA,
            ..header_of(node, old)
        };
        hear(node, old, header, ping());
    }

    #[test]
    fn a_demoted_master_leaves_its_slots_to_its_shard_since_7_2() {
        for (compat, owned) in [(Compat::V7_0, false), (Compat::V8_2, true)] {
            let mut node = lone_node(compat);
            let old = add_master(&mut node, b'm', 5, [0, 99]);
            let new = add_replica(&mut node, b'n', old);
            node.cluster.nodes[new].shard = node.cluster.nodes[old].shard;
            hear_demoted(&mut node, old);
            assert_eq!(node.cluster.nodes.owner(7), owned.then_some(new));
            assert!(node.cluster.nodes[old].is_replica());
            assert_eq!(node.cluster.nodes[new].is_master(), owned);
        }
    }

    #[test]
    fn what_a_demoted_master_leaves_is_unclaimed_until_its_heir_claims_it() {
        let mut node = lone_node(Compat::V8_2);
        let old = add_master(&mut node, b'm', 5, [0, 99]);
        let heir = add_replica(&mut node, b'n', old);
        node.cluster.nodes[heir].shard = node.cluster.nodes[old].shard;
        // We slept while slot 7 went to a third one, whose epoch is smaller than the heir's.
        let third = add_master(&mut node, b't', 3, [200, 299]);
        hear_demoted(&mut node, old);
        let mut claimed = slots([200, 299]);
        claimed.insert(7);
        node.update_slots(third, 3, &claimed);
        assert_eq!(node.cluster.nodes.owner(7), Some(third));
        assert_eq!(node.cluster.nodes.owner(8), Some(heir));
        node.update_slots(heir, 6, &slots([8, 99]));
        claimed.insert(8);
        node.update_slots(third, 3, &claimed);
        assert_eq!(node.cluster.nodes.owner(8), Some(heir), "it is claimed now");
    }
}
