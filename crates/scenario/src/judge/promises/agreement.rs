//! Once all is healed, every node agrees: the cluster is well, nobody is suspected, and each knows
//! every other one's role, master, slots and config epoch; replicas follow their masters.

use bus::NodeFlags;
use engine::event::Role;
use engine::view::PeerView;

use super::{Promise, Seen};

#[derive(Debug)]
pub(super) struct Agreement;

impl Promise for Agreement {
    fn text(&self) -> &'static str {
        "all nodes agree after healing"
    }

    fn settled(&mut self, nodes: &[Seen]) -> Result<(), String> {
        for node in nodes {
            well(node)?;
            for other in nodes.iter().filter(|other| other.ip != node.ip) {
                let peer = node.view.peers.iter().find(|peer| peer.id == other.view.id);
                let peer = peer.ok_or_else(|| format!("{} does not know {}", node.ip, other.ip))?;
                same(node, other, peer)?;
            }
        }
        Ok(())
    }
}

fn well(node: &Seen) -> Result<(), String> {
    let Seen { ip, view, .. } = node;
    if !view.state_ok {
        return Err(format!("{ip} takes the cluster for down"));
    }
    match &view.master_link {
        Some(link) if link.state != "connected" => {
            Err(format!("{ip} is not connected to its master but {}", link.state))
        }
        _ => Ok(()),
    }
}

/// Whether a node believes of another what that one is.
fn same(node: &Seen, other: &Seen, peer: &PeerView) -> Result<(), String> {
    let wrong = |what: &str| Err(format!("{} is wrong about {}: {what}", node.ip, other.ip));
    let truth = &other.view;
    let bad = [NodeFlags::PFAIL, NodeFlags::FAIL, NodeFlags::HANDSHAKE, NodeFlags::NO_ADDR];
    if bad.into_iter().any(|flag| peer.flags.has(flag)) {
        return wrong("it is suspected or unknown");
    }
    if peer.flags.has(NodeFlags::MASTER) != (truth.role == Role::Master) {
        return wrong("its role");
    }
    if peer.master != truth.master {
        return wrong("its master");
    }
    if truth.role == Role::Master && peer.slots != truth.slots {
        return wrong("its slots");
    }
    if truth.role == Role::Master && peer.config_epoch != truth.config_epoch {
        return wrong(&format!(
            "its config epoch, {} not {}",
            truth.config_epoch, peer.config_epoch
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{peer, seen};
    use super::*;

    #[test]
    fn a_node_that_is_wrong_about_another_breaks_it() {
        let (mut one, mut other) = (seen(1), seen(2));
        one.view.peers = vec![peer(&other)];
        other.view.peers = vec![peer(&one)];
        assert_eq!(Agreement.settled(&[one.clone(), other.clone()]), Ok(()));
        other.view.slots = vec![(0, 1)];
        assert!(
            Agreement.settled(&[one.clone(), other.clone()]).unwrap_err().contains("its slots")
        );
        one.view.peers = vec![peer(&other)];
        assert_eq!(Agreement.settled(&[one.clone(), other.clone()]), Ok(()));
        one.view.state_ok = false;
        assert!(Agreement.settled(&[one, other]).unwrap_err().contains("down"));
    }
}
