//! Configuration epochs: no two masters may keep the same one.

use alloc::format;

use bus::Epoch;

use super::node_table::{Ix, ME};
use crate::event::Event;
use crate::log::Level;
use crate::node::Node;

impl Node {
    /// Two masters with the same `configEpoch`: the one with the smaller name takes a new one.
    pub(super) fn resolve_epoch_collision(&mut self, sender: Ix, epoch: Epoch) {
        let (me, peer) = (self.cluster.me(), &self.cluster.nodes[sender]);
        let collides = epoch == me.config_epoch && peer.config_epoch == me.config_epoch;
        if !collides || !me.is_master() || !peer.is_master() || peer.id <= me.id {
            return;
        }
        let name = self.named(sender);
        let epoch = self.take_next_epoch();
        self.save_config();
        let line =
            format!("WARNING: configEpoch collision with node {name}. configEpoch set to {epoch}");
        self.log(Level::Verbose, line);
    }

    /// Takes an epoch greater than all known ones without asking for votes, unless ours is that
    /// already; tells whether it did.
    pub(super) fn bump_epoch(&mut self) -> bool {
        let greatest = self.greatest_epoch();
        let mine = self.cluster.me().config_epoch;
        if mine != 0 && mine == greatest {
            return false;
        }
        let epoch = self.take_next_epoch();
        self.cluster.todo.save();
        self.log(self.demoted(), format!("New configEpoch set to {epoch}"));
        true
    }

    fn take_next_epoch(&mut self) -> Epoch {
        self.cluster.current_epoch += 1;
        let epoch = self.cluster.current_epoch;
        self.set_own_epoch(epoch);
        epoch
    }

    pub(super) fn set_own_epoch(&mut self, epoch: Epoch) {
        self.cluster.nodes[ME].config_epoch = epoch;
        self.event(Event::ConfigEpoch { epoch });
    }

    /// The greatest epoch of any node, or of the cluster.
    pub(super) fn greatest_epoch(&self) -> Epoch {
        let epochs = self.cluster.nodes.iter().map(|(_, peer)| peer.config_epoch);
        epochs.max().unwrap_or(0).max(self.cluster.current_epoch)
    }
}

#[cfg(test)]
mod tests {
    use bus::NodeFlags;

    use super::super::testing::{add, lone_node};
    use super::*;
    use crate::Compat;

    #[test]
    fn of_two_masters_with_one_epoch_the_smaller_name_moves() {
        for (letter, moves) in [(b'0', false), (b'z', true)] {
            let mut node = lone_node(Compat::V7_0);
            let other = add(&mut node, letter, NodeFlags::MASTER);
            node.cluster.current_epoch = 9;
            node.cluster.nodes[ME].config_epoch = 3;
            node.cluster.nodes[other].config_epoch = 3;
            node.resolve_epoch_collision(other, 3);
            let epoch = node.cluster.me().config_epoch;
            assert_eq!(epoch, if moves { 10 } else { 3 });
        }
    }

    #[test]
    fn an_epoch_is_bumped_unless_it_is_the_greatest() {
        let mut node = lone_node(Compat::V7_0);
        assert!(node.bump_epoch());
        assert!(!node.bump_epoch());
        let other = add(&mut node, b'z', NodeFlags::MASTER);
        node.cluster.nodes[other].config_epoch = 8;
        node.cluster.current_epoch = 8;
        assert!(node.bump_epoch());
        assert_eq!(node.cluster.me().config_epoch, 9);
    }
}
