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
