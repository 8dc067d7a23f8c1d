//! A node with made-up acquaintances, for the unit tests of this part.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use bus::{Body, Header, IpText, NodeFlags, NodeId, Packet, Slot, SlotSet};

use super::node_table::{Ix, ME, Peer};
use crate::event::Event;
use crate::io::{Input, Output};
use crate::node::{Node, Start};
use crate::{Compat, Time};

/// A node alone, an hour after the lab booted.
pub(super) fn lone_node(compat: Compat) -> Node {
    let start = Start {
        pid: 1,
        seed: 7,
        config: "port 7000\ncluster-enabled yes\ncluster-node-timeout 5000\n".into(),
        config_file: None,
        files: BTreeMap::new(),
        unix_us_at_zero: 1_795_406_400_000_000,
        compat,
    };
    let mut node = Node::boot(Time(3_600_000_000), start);
    said(&mut node);
    node
}

/// Adds a node whose id is made of one letter.
pub(super) fn add(node: &mut Node, letter: u8, flags: NodeFlags) -> Ix {
    let now = node.ms();
    let mut peer = Peer::new(id(letter), id(letter), flags, now);
    (peer.ip, peer.port, peer.cport) = (IpText::new("10.0.0.9"), 7000, 17000);
    (peer.pong_received, peer.data_received) = (now, now);
    node.cluster.nodes.insert(peer)
}

/// Adds a master with an epoch and slots.
pub(super) fn add_master(node: &mut Node, letter: u8, epoch: u64, slots: [Slot; 2]) -> Ix {
    let ix = add(node, letter, NodeFlags::MASTER);
    node.cluster.nodes[ix].config_epoch = epoch;
    own(node, ix, slots);
    ix
}

/// Adds a replica of `master`.
pub(super) fn add_replica(node: &mut Node, letter: u8, master: Ix) -> Ix {
    let ix = add(node, letter, NodeFlags::REPLICA);
    node.cluster.nodes.set_master(ix, Some(master));
    ix
}

/// Gives a node all slots from the first to the second.
pub(super) fn own(node: &mut Node, ix: Ix, slots: [Slot; 2]) {
    for slot in slots[0]..=slots[1] {
        node.cluster.nodes.assign(slot, ix);
    }
    node.cluster.health.size =
        node.cluster.nodes.iter().filter(|(_, peer)| peer.slot_count() > 0).count() as u32;
}

pub(super) fn id(letter: u8) -> NodeId {
    NodeId([letter; 40])
}

/// What `ix` would say of itself, in the opinion of `node`.
pub(super) fn header_of(node: &Node, ix: Ix) -> Header {
    let peer = &node.cluster.nodes[ix];
    let speaker = peer.master.map_or(peer, |master| &node.cluster.nodes[master]);
    Header {
        port: peer.port,
        current_epoch: node.cluster.current_epoch,
        config_epoch: speaker.config_epoch,
        offset: peer.repl_offset,
        sender: peer.id,
        slots: *speaker.slots(),
        master: peer.master.map(|master| node.cluster.nodes[master].id),
        ip: IpText::EMPTY,
        pport: 0,
        cport: peer.cport,
        flags: peer.flags,
        state_fail: false,
        message_flags: bus::MessageFlags::default(),
    }
}

/// A message of `ix` arrives, on a link of its own.
pub(super) fn hear(node: &mut Node, ix: Ix, header: Header, body: Body) {
    let local = "10.0.0.1:17000".parse().expect("an address");
    let peer = "10.0.0.9:40000".parse().expect("an address");
    let conn = match node.cluster.nodes[ix].inbound {
        Some(conn) => conn,
        None => {
            let conn = crate::io::ConnId(1000 + 2 * u32::from(header.sender.0[0]));
            let now = node.now();
            node.handle(now, Input::Accepted { conn, local, peer });
            conn
        }
    };
    let bytes = bus::encode(&Packet { header, body });
    node.handle(node.now(), Input::Received { conn, bytes });
}

/// Everything that the node said since it was last asked: log lines and events.
pub(super) fn said(node: &mut Node) -> (Vec<String>, Vec<Event>) {
    let (mut lines, mut events) = (Vec::new(), Vec::new());
    while let Some(output) = node.poll() {
        match output {
            Output::Log(line) => {
                let text = line.splitn(7, ' ').collect::<Vec<_>>();
                lines.push(format!("{} {}", text[5], text[6]));
            }
            Output::Event(event) => events.push(event),
            _ => {}
        }
    }
    (lines, events)
}

/// The slots from the first to the second.
pub(super) fn slots(range: [Slot; 2]) -> SlotSet {
    (range[0]..=range[1]).collect()
}

/// Our own id.
pub(super) fn my_id(node: &Node) -> NodeId {
    node.cluster.nodes[ME].id
}
