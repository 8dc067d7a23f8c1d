//! Which ticks of the cron may be skipped: all those before the one that is due.
//!
//! The rule for whoever changes the cron: a tick that is skipped must have had nothing to do, down
//! to the random numbers it would have drawn. A due time may be too early, never too late.

use bus::NodeFlags;

use super::node_table::{Ix, ME, Ms, Peer};
use crate::Time;
use crate::node::Node;

impl Node {
    /// When [`Node::cluster_cron`] has something to do, never later than it really has.
    pub(crate) fn cluster_due(&self) -> Option<Time> {
        let mut due = self.state_due().map(|ms| self.time_of(ms));
        let mut earlier = |at: Time| due = Some(due.map_or(at, |due| due.min(at)));
        if self.needs_every_tick() {
            earlier(self.tick_time(self.next_tick()));
        }
        let mut pingable = false;
        for &ix in self.cluster.nodes.order() {
            if ix == ME {
                continue;
            }
            pingable |= self.is_pingable(ix);
            if let Some(at) = self.peer_due(ix) {
                earlier(self.time_of(at));
            }
        }
        if pingable {
            earlier(self.tick_time(self.next_tick().next_multiple_of(10)));
        }
        due
    }

    /// Failovers are looked at every time; they are over soon.
    fn needs_every_tick(&self) -> bool {
        if self.cluster.manual.is_running() || self.suspects_uncounted() {
            return true;
        }
        if self.is_master() {
            return false;
        }
        let unattached = self.replicating_from().is_none() && self.cluster.my_master().is_some();
        unattached
            || self.cluster.election.is_stalled()
            || self.master_to_replace().is_some()
            || self.may_migrate()
    }

    /// The number of PFAIL nodes that gossip goes by is one tick behind.
    fn suspects_uncounted(&self) -> bool {
        let suspects = self.cluster.nodes.iter().filter(|(_, peer)| {
            peer.possibly_failed() && !peer.is(NodeFlags::MYSELF.with(NodeFlags::NO_ADDR))
        });
        suspects.count() as u32 != self.cluster.pfail_counted
    }

    /// When the cron has something to do about one node.
    fn peer_due(&self, ix: Ix) -> Option<Ms> {
        let peer = &self.cluster.nodes[ix];
        if peer.is(NodeFlags::NO_ADDR) {
            return None;
        }
        let Some(link) = peer.link else { return Some(0) };
        if peer.in_handshake() {
            return Some(peer.created + self.handshake_timeout() + 1);
        }
        let timeout = self.node_timeout();
        if peer.ping_sent == 0 {
            return Some(peer.pong_received + timeout / 2 + 1);
        }
        let created = self.cluster.links[&link].created;
        let stale = (created + timeout).max(last_sign(peer) + timeout / 2) + 1;
        let suspect = self.pfail_due(peer).map(|due| due + 1);
        Some(suspect.map_or(stale, |suspect| suspect.min(stale)))
    }

    /// After when a node with a pending PING is suspected.
    pub(super) fn pfail_due(&self, peer: &Peer) -> Option<Ms> {
        let watched = peer.ping_sent != 0 && !peer.is(NodeFlags::PFAIL.with(NodeFlags::FAIL));
        watched.then(|| last_sign(peer) + self.node_timeout())
    }
}

/// Since when a pending PING counts: any data is a sign of life.
pub(super) fn last_sign(peer: &Peer) -> Ms {
    peer.ping_sent.max(peer.data_received)
}
