//! What a node believes.

use bridge::{NodeFrame, PeerFrame, ReplicaFrame};
use bus::NodeFlags;
use engine::View;
use engine::event::Role;
use engine::view::{PeerView, ReplicaView, flag_names};

use super::{ms, safe, timer, verdict};

/// A node's beliefs, for the page, with these entries of its table.
pub(crate) fn node(view: &View, peers: &[&PeerView]) -> NodeFrame {
    NodeFrame {
        id: view.id.to_string(),
        master: view.role == Role::Master,
        flags: flags(view.flags),
        master_id: view.master.map(|id| id.to_string()),
        slots: view.slots.clone(),
        state_ok: view.state_ok,
        size: view.size,
        current_epoch: safe(view.current_epoch),
        config_epoch: safe(view.config_epoch),
        last_vote_epoch: safe(view.last_vote_epoch),
        offset: safe(view.offset),
        replid: view.replid.clone(),
        link: view.master_link.as_ref().map(|link| link.state.clone()),
        keys: safe(view.keys),
        clients: view.clients,
        blocked_clients: view.blocked_clients,
        replicas: view.replicas.iter().map(|it| replica(it, view.offset)).collect(),
        node_timeout_ms: safe(view.node_timeout_ms),
        verdict: view.verdict.as_ref().map(verdict::verdict),
        peers: peers.iter().map(|it| peer(it)).collect(),
        timers: view.timers.iter().map(timer::timer).collect(),
    }
}

fn replica(replica: &ReplicaView, offset: u64) -> ReplicaFrame {
    ReplicaFrame {
        addr: replica.addr.to_string(),
        state: replica.state.clone(),
        lag_bytes: safe(offset.saturating_sub(replica.acked)),
    }
}

fn peer(peer: &PeerView) -> PeerFrame {
    PeerFrame {
        id: peer.id.to_string(),
        addr: peer.addr.clone(),
        flags: flags(peer.flags),
        master_id: peer.master.map(|id| id.to_string()),
        config_epoch: safe(peer.config_epoch),
        slots: peer.slots.clone(),
        connected: peer.connected,
        ping_sent_ms: peer.ping_sent.map(ms),
        pong_received_ms: peer.pong_received.map(ms),
        suspicion: peer.suspicion.as_ref().map(verdict::suspicion),
        reports: peer.reports.iter().map(ToString::to_string).collect(),
    }
}

/// The names and the order of `CLUSTER NODES`, `myself` left out.
fn flags(flags: NodeFlags) -> Vec<String> {
    flag_names(flags.without(NodeFlags::MYSELF)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_named_as_cluster_nodes_names_them() {
        let failing = NodeFlags::MASTER.with(NodeFlags::PFAIL).with(NodeFlags::MYSELF);
        assert_eq!(flags(failing), ["master", "fail?"]);
        assert_eq!(flags(NodeFlags::REPLICA.with(NodeFlags::FAIL)), ["slave", "fail"]);
    }
}
