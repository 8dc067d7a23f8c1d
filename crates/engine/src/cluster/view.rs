//! What this node believes, for whoever watches.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::node_table::{Ix, ME, Ms, Peer};
use crate::Time;
use crate::node::Node;
use crate::view::{PeerView, View};

impl Node {
    /// What the node believes, for whoever watches.
    #[must_use]
    pub fn view(&self) -> View {
        let me = self.cluster.me();
        let mut timers = Vec::new();
        self.cluster_timers(&mut timers);
        self.repl_timers(&mut timers);
        self.client_timers(&mut timers);
        let speaker = me.master.map_or(me, |master| &self.cluster.nodes[master]);
        let clients =
            self.clients.iter().filter(|(conn, _)| !self.is_replica_client(*conn)).count();
        let mut view = View {
            id: me.id,
            port: self.config.port,
            role: self.role(),
            flags: me.flags,
            master: me.master.map(|master| self.cluster.nodes[master].id),
            slots: me.slots().ranges().collect(),
            state_ok: self.cluster.health.ok,
            size: self.cluster.health.size,
            current_epoch: self.cluster.current_epoch,
            config_epoch: speaker.config_epoch,
            last_vote_epoch: self.cluster.last_vote_epoch,
            offset: self.repl_offset(),
            replid: String::from(self.replid()),
            master_link: self.master_link_view(),
            replicas: self.replica_views(),
            keys: self.db.len() as u64,
            clients: clients as u32,
            blocked_clients: self.clients.blocked() as u32,
            peers: self.peer_views(),
            node_timeout_ms: self.node_timeout(),
            verdict: self.verdict(),
            timers,
        };
        view.map_times(|at| self.steady(at));
        view
    }

    fn peer_views(&self) -> Vec<PeerView> {
        let others = self.cluster.nodes.iter().filter(|(ix, _)| *ix != ME);
        others.map(|(ix, peer)| self.peer_view(ix, peer)).collect()
    }

    fn peer_view(&self, ix: Ix, peer: &Peer) -> PeerView {
        let time = |ms: Ms| -> Option<Time> { (ms != 0).then(|| self.time_of(ms)) };
        let link = peer.link.and_then(|conn| self.cluster.links.get(&conn));
        PeerView {
            id: peer.id,
            addr: format!("{}:{}", peer.ip, peer.port),
            flags: peer.flags,
            master: peer.master.map(|master| self.cluster.nodes[master].id),
            config_epoch: peer.config_epoch,
            slots: peer.slots().ranges().collect(),
            connected: link.is_some_and(|link| link.local.is_some()),
            ping_sent: time(peer.ping_sent),
            pong_received: time(peer.pong_received),
            reports: peer.reports.iter().map(|it| self.cluster.nodes[it.by].id).collect(),
            suspicion: self.suspicion(ix),
        }
    }
}
