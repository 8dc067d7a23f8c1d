//! The job of every 100 ms: connect, ping, suspect, and move failovers on.

use bus::NodeFlags;

use super::node_table::{Ix, Ms};
use crate::node::Node;

/// Once a second, the one of so many randomly drawn nodes is pinged that was silent for longest.
const DRAWS: usize = 5;

/// Nodes that the cron leaves alone when it looks for failures.
const NOT_WATCHED: NodeFlags =
    NodeFlags::MYSELF.with(NodeFlags::NO_ADDR).with(NodeFlags::HANDSHAKE);

impl Node {
    /// Redis's clusterCron; `tick` counts 100 ms periods since the start.
    pub(crate) fn cluster_cron(&mut self, tick: u64) {
        self.reconnect_all();
        if tick.is_multiple_of(10) {
            self.ping_at_random();
        }
        let suspected = self.watch_all();
        self.start_missing_replication();
        self.check_manual_failover_timeout();
        if !self.is_master() {
            self.step_manual_failover();
            self.step_election();
        }
        if !self.is_master() {
            self.step_migration();
        }
        if suspected || !self.cluster.health.ok {
            self.update_state();
        }
    }

    /// Opens missing links, drops handshakes that took too long, counts PFAIL nodes for gossip.
    fn reconnect_all(&mut self) {
        let now = self.ms();
        let limit = self.handshake_timeout();
        self.cluster.pfail_counted = 0;
        let mut at = 0;
        while at < self.cluster.nodes.len() {
            let ix = self.cluster.nodes.nth(at);
            let peer = &self.cluster.nodes[ix];
            at += 1;
            if peer.is(NodeFlags::MYSELF.with(NodeFlags::NO_ADDR)) {
                continue;
            }
            self.cluster.pfail_counted += u32::from(peer.possibly_failed());
            if peer.in_handshake() && now.saturating_sub(peer.created) > limit {
                self.remove_peer(ix);
                at -= 1;
            } else if peer.link.is_none() {
                self.open_link(ix);
            }
        }
    }

    /// Whether the random ping could fall on a node.
    pub(super) fn is_pingable(&self, ix: Ix) -> bool {
        let peer = &self.cluster.nodes[ix];
        peer.link.is_some()
            && peer.ping_sent == 0
            && !peer.is(NodeFlags::MYSELF.with(NodeFlags::HANDSHAKE))
    }

    /// Numbers are drawn only when some node could be pinged: so a tick without such a node leaves
    /// no trace, and may be skipped.
    fn ping_at_random(&mut self) {
        if !self.cluster.nodes.order().iter().any(|&ix| self.is_pingable(ix)) {
            return;
        }
        let mut oldest: Option<(Ms, Ix)> = None;
        for _ in 0..DRAWS {
            let drawn = self.rng.below(self.cluster.nodes.len() as u64);
            let ix = self.cluster.nodes.nth(drawn as usize);
            let pong = self.cluster.nodes[ix].pong_received;
            if self.is_pingable(ix) && oldest.is_none_or(|(oldest, _)| pong < oldest) {
                oldest = Some((pong, ix));
            }
        }
        if let Some(conn) = oldest.and_then(|(_, ix)| self.cluster.nodes[ix].link) {
            self.send_ping(conn);
        }
    }

    fn watch_all(&mut self) -> bool {
        let mut suspected = false;
        for at in 0..self.cluster.nodes.len() {
            let ix = self.cluster.nodes.nth(at);
            if !self.cluster.nodes[ix].is(NOT_WATCHED) {
                suspected |= self.watch(ix);
            }
        }
        suspected
    }

    /// Looks after one node; tells whether it became PFAIL.
    fn watch(&mut self, ix: Ix) -> bool {
        let (now, timeout) = (self.ms(), self.node_timeout());
        let peer = &self.cluster.nodes[ix];
        let ping_delay = now.saturating_sub(peer.ping_sent);
        let data_delay = now.saturating_sub(peer.data_received);
        let pending = peer.ping_sent != 0;
        if let Some(link) = peer.link
            && pending
            && now.saturating_sub(self.cluster.links[&link].created) > timeout
            && ping_delay > timeout / 2
            && data_delay > timeout / 2
        {
            // Perhaps only the connection is broken: the next tick opens another.
            self.free_link(link);
        }
        let peer = &self.cluster.nodes[ix];
        if let Some(link) = peer.link {
            let stale = !pending && now.saturating_sub(peer.pong_received) > timeout / 2;
            if stale || (self.is_master() && self.cluster.manual.is_asked_by(ix)) {
                self.send_ping(link);
                return false;
            }
        }
        let suspicious = pending && ping_delay.min(data_delay) > timeout;
        if !suspicious || peer.is(NodeFlags::PFAIL.with(NodeFlags::FAIL)) {
            return false;
        }
        self.mark_possibly_failed(ix);
        true
    }

    /// A replica whose master's address became known only later.
    fn start_missing_replication(&mut self) {
        if self.is_master() || self.replicating_from().is_some() {
            return;
        }
        let master = self.cluster.my_master();
        if let Some(addr) = master.and_then(|ix| self.cluster.nodes[ix].client_addr()) {
            self.replicate_from(addr);
        }
    }
}
