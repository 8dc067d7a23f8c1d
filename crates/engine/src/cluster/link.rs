//! Links: one TCP connection each, opened by us to a node or by a node to us.
//!
//! Everything that this node starts goes over the links that it opened; inbound links carry its
//! answers.

use alloc::format;
use alloc::vec::Vec;
use core::net::SocketAddrV4;

use borsh::{BorshDeserialize, BorshSerialize};
use bus::{Body, DecodeError, Frame, NodeFlags, Packet, PacketKind};

use super::node_table::{Ix, Ms};
use super::stats::kind_name;
use crate::config::Compat;
use crate::conn::Owner;
use crate::io::{ConnId, ConnectError};
use crate::log::Level;
use crate::node::Node;

/// One connection of the cluster bus.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
pub(crate) struct Link {
    pub inbound: bool,
    /// Whom it leads to; unknown on an inbound link until a known node speaks.
    pub node: Option<Ix>,
    /// When it was made.
    pub created: Ms,
    /// Our end, once the connection stands.
    pub local: Option<SocketAddrV4>,
    /// The peer's end.
    pub peer: SocketAddrV4,
    /// What was sent before the connection stood.
    waiting: Vec<u8>,
    /// The beginning of a message that has not come in whole.
    received: Vec<u8>,
}

impl Node {
    /// Opens a link to a node. Redis does this in the cron, for every node without one.
    pub(super) fn open_link(&mut self, ix: Ix) {
        let now = self.ms();
        let Some(addr) = self.cluster.nodes[ix].bus_addr() else {
            // No link, no PING, no failure: so a PING counts as sent.
            let peer = &mut self.cluster.nodes[ix];
            peer.ping_sent = if peer.ping_sent == 0 { now } else { peer.ping_sent };
            return;
        };
        let conn = self.connect(Owner::BusOutbound, addr);
        let link = Link {
            inbound: false,
            node: Some(ix),
            created: now,
            local: None,
            peer: addr,
            waiting: Vec::new(),
            received: Vec::new(),
        };
        self.cluster.links.insert(conn, link);
        self.cluster.nodes[ix].link = Some(conn);
    }

    /// Forgets a link and closes its connection.
    pub(super) fn free_link(&mut self, conn: ConnId) {
        self.close(conn);
        self.drop_link(conn);
    }

    fn drop_link(&mut self, conn: ConnId) {
        let Some(ix) = self.cluster.links.remove(&conn).and_then(|link| link.node) else { return };
        let peer = &mut self.cluster.nodes[ix];
        if peer.link == Some(conn) {
            peer.link = None;
        } else if peer.inbound == Some(conn) {
            peer.inbound = None;
        }
    }

    /// Learns that an inbound link is `ix`'s; an older one of the same node is closed.
    pub(super) fn name_inbound_link(&mut self, conn: ConnId, ix: Ix) {
        if let Some(older) = self.cluster.nodes[ix].inbound {
            self.free_link(older);
        }
        self.cluster.links.get_mut(&conn).expect("it has just spoken").node = Some(ix);
        self.cluster.nodes[ix].inbound = Some(conn);
    }

    pub(crate) fn bus_accepted(&mut self, conn: ConnId, local: SocketAddrV4, peer: SocketAddrV4) {
        let link = Link {
            inbound: true,
            node: None,
            created: self.ms(),
            local: Some(local),
            peer,
            waiting: Vec::new(),
            received: Vec::new(),
        };
        self.cluster.links.insert(conn, link);
    }

    /// The first message on a new link is a MEET if its node is to be met, else a PING. What was
    /// queued while it was connecting goes first, so a node may get two PINGs in a row.
    pub(crate) fn bus_connected(&mut self, conn: ConnId, local: SocketAddrV4) {
        let Some(link) = self.cluster.links.get_mut(&conn) else { return };
        link.local = Some(local);
        let waiting = core::mem::take(&mut link.waiting);
        let Some(ix) = link.node else { return };
        self.send(conn, waiting);
        self.greet(conn, ix);
    }

    pub(crate) fn bus_connect_failed(&mut self, conn: ConnId, why: ConnectError) {
        let Some(link) = self.cluster.links.get(&conn) else { return };
        if let Some(ix) = link.node {
            let reason = match why {
                ConnectError::Refused => "Connection refused",
                ConnectError::TimedOut => "Connection timed out",
                ConnectError::Unreachable => "No route to host",
            };
            let (id, addr) = (self.cluster.nodes[ix].id, link.peer);
            let line = format!("Connection with Node {id} at {addr} failed: {reason}");
            self.log(Level::Verbose, line);
        }
        self.drop_link(conn);
    }

    pub(crate) fn bus_closed(&mut self, conn: ConnId) {
        self.log(Level::Debug, "I/O error reading from node link: connection closed");
        self.drop_link(conn);
    }

    /// Sends one message; it waits when the connection does not stand yet.
    pub(super) fn send_packet(&mut self, conn: ConnId, packet: &Packet) {
        self.send_encoded(conn, packet.body.kind(), bus::encode(packet));
    }

    /// Sends a pub/sub message to a node, in its light form where that is understood: the node must
    /// have announced it, and have heard on this link who we are.
    pub(super) fn send_publish(&mut self, ix: Ix, body: &Body, full: &[u8]) {
        let peer = &self.cluster.nodes[ix];
        let Some(conn) = peer.link else { return };
        let created = self.cluster.links.get(&conn).map_or(0, |link| link.created);
        let understood =
            peer.is(NodeFlags::LIGHT_HEADER_SUPPORTED) && peer.pong_received >= created;
        let light = if understood { bus::encode_light(body) } else { None };
        self.send_encoded(conn, body.kind(), light.unwrap_or_else(|| full.to_vec()));
    }

    fn send_encoded(&mut self, conn: ConnId, kind: PacketKind, bytes: Vec<u8>) {
        let Some(link) = self.cluster.links.get_mut(&conn) else { return };
        self.cluster.stats.count_sent(kind);
        if link.local.is_none() {
            link.waiting.extend(bytes);
        } else {
            self.send(conn, bytes);
        }
    }

    /// Sends one message to every node that has a link and is not in handshake.
    pub(super) fn broadcast(&mut self, packet: &Packet) {
        let bytes = bus::encode(packet);
        for at in 0..self.cluster.nodes.len() {
            let peer = &self.cluster.nodes[self.cluster.nodes.nth(at)];
            if let Some(conn) = peer.link.filter(|_| !peer.in_handshake()) {
                self.send_encoded(conn, packet.body.kind(), bytes.clone());
            }
        }
    }

    /// Cuts the stream into messages and processes them, for as long as the link lives.
    pub(crate) fn bus_received(&mut self, conn: ConnId, bytes: &[u8]) {
        let Some(link) = self.cluster.links.get_mut(&conn) else { return };
        if link.received.is_empty() {
            // The usual case, one whole message, is processed where it is.
            self.process_stream(conn, bytes);
        } else {
            let mut joined = core::mem::take(&mut link.received);
            joined.extend_from_slice(bytes);
            self.process_stream(conn, &joined);
        }
    }

    fn process_stream(&mut self, conn: ConnId, mut rest: &[u8]) {
        while !rest.is_empty() {
            let framed = if self.may_be_light(conn) {
                bus::frame_with_light(rest)
            } else {
                bus::frame(rest)
            };
            match framed {
                Ok(Frame::Complete(len)) => {
                    let (message, after) = rest.split_at(len);
                    self.process_message(conn, message);
                    if !self.cluster.links.contains_key(&conn) {
                        return;
                    }
                    rest = after;
                }
                Ok(Frame::Incomplete) => {
                    let link = self.cluster.links.get_mut(&conn).expect("checked above");
                    link.received = rest.to_vec();
                    return;
                }
                Err(_) => return self.reject_stream(conn),
            }
        }
    }

    /// Whether light messages may come on a link: its node has announced that it knows them, so that
    /// it has been told that we do. Anywhere else they are no messages, as in Redis.
    fn may_be_light(&self, conn: ConnId) -> bool {
        let node = self.cluster.links.get(&conn).and_then(|link| link.node);
        node.is_some_and(|ix| self.cluster.nodes[ix].is(NodeFlags::LIGHT_HEADER_SUPPORTED))
    }

    fn reject_stream(&mut self, conn: ConnId) {
        let line = match (self.compat, self.cluster.links.get(&conn)) {
            (Compat::V8_2, Some(link)) => {
                let peer = link.peer;
                format!("Bad message length or signature received on the Cluster bus from {peer}")
            }
            _ => "Bad message length or signature received from Cluster bus.".into(),
        };
        self.log(Level::Warning, line);
        self.free_link(conn);
    }

    fn process_message(&mut self, conn: ConnId, message: &[u8]) {
        let kind = PacketKind::peek(message).expect("frame saw the signature");
        self.cluster.stats.count_received(kind);
        let name = kind_name(kind);
        let processed = if bus::is_light(message) && self.may_be_light(conn) {
            bus::decode_light(message).map(|body| self.process_light(conn, body))
        } else {
            bus::decode(message).map(|packet| self.process_packet(conn, &packet))
        };
        match processed {
            Ok(()) => {}
            // Another version of the bus is dropped without a word.
            Err(DecodeError::Version(_)) => {}
            Err(DecodeError::Length { announced, expected }) => self.log(
                Level::Warning,
                format!(
                    "Received invalid {name} packet of length {announced} but expected length \
                     {expected}"
                ),
            ),
            Err(DecodeError::Extension) => self.log(
                Level::Warning,
                format!(
                    "Received invalid {name} packet with extension data that exceeds total packet \
                     length ({})",
                    message.len()
                ),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{add, header_of, hear, lone_node, said};
    use super::*;
    use crate::io::{Input, Output};
    use crate::node::Node;

    const LIGHT: NodeFlags = NodeFlags::LIGHT_HEADER_SUPPORTED;
    const SUBSCRIBER: ConnId = ConnId(500);

    /// A node of 8.2 with a subscriber to `news`, and an acquaintance that says PING with these flags
    /// and is linked both ways.
    fn acquainted(flags: NodeFlags) -> (Node, Ix) {
        let mut node = lone_node(Compat::V8_2);
        let ix = add(&mut node, b'a', NodeFlags::MASTER);
        node.open_link(ix);
        let link = node.cluster.nodes[ix].link.expect("it was opened");
        node.handle(
            node.now(),
            Input::Connected { conn: link, local: "10.0.0.1:1".parse().unwrap() },
        );
        let mut header = header_of(&node, ix);
        header.flags.set(flags);
        hear(&mut node, ix, header, Body::Ping(Vec::new(), Vec::new()));
        let local = "10.0.0.1:7000".parse().unwrap();
        let peer = "10.0.0.8:40000".parse().unwrap();
        node.handle(node.now(), Input::Accepted { conn: SUBSCRIBER, local, peer });
        let bytes = b"SUBSCRIBE news\r\n".to_vec();
        node.handle(node.now(), Input::Received { conn: SUBSCRIBER, bytes });
        said(&mut node);
        (node, ix)
    }

    fn news() -> Body {
        Body::Publish { channel: b"news".to_vec(), message: b"light".to_vec() }
    }

    /// What went to a connection.
    fn sent(node: &mut Node, to: ConnId) -> Vec<u8> {
        let mut all = Vec::new();
        while let Some(output) = node.poll() {
            match output {
                Output::Send { conn, bytes } if conn == to => all.extend(bytes),
                _ => {}
            }
        }
        all
    }

    #[test]
    fn who_announces_light_messages_is_understood_and_answered_in_kind() {
        let (mut node, ix) = acquainted(LIGHT);
        let inbound = node.cluster.nodes[ix].inbound.expect("it spoke");
        let bytes = bus::encode_light(&news()).expect("a light form");
        for part in bytes.chunks(20) {
            node.handle(node.now(), Input::Received { conn: inbound, bytes: part.to_vec() });
        }
        let heard = sent(&mut node, SUBSCRIBER);
        assert!(heard.ends_with(b"$4\r\nnews\r\n$5\r\nlight\r\n"), "{heard:?}");
        let link = node.cluster.nodes[ix].link.expect("ours");
        node.propagate_message(false, b"news", b"light");
        assert_eq!(sent(&mut node, link), bytes);
        node.send_ping(link);
        let ping = sent(&mut node, link);
        assert!(bus::decode(&ping).expect("a PING").header.flags.has(LIGHT));
    }

    #[test]
    fn who_does_not_announce_them_neither_gets_nor_may_send_any() {
        let (mut node, ix) = acquainted(NodeFlags::default());
        let link = node.cluster.nodes[ix].link.expect("ours");
        node.propagate_message(false, b"news", b"light");
        let full = bus::decode(&sent(&mut node, link)).expect("a full message");
        assert_eq!(full.body, news());
        assert!(!full.header.flags.has(LIGHT));
        let inbound = node.cluster.nodes[ix].inbound.expect("it spoke");
        let bytes = bus::encode_light(&news()).expect("a light form");
        node.handle(node.now(), Input::Received { conn: inbound, bytes });
        assert_eq!(node.cluster.nodes[ix].inbound, None, "the link is closed");
        let (log, _) = said(&mut node);
        assert!(log.iter().any(|line| line.contains("Bad message length or signature")), "{log:?}");
    }

    #[test]
    fn a_new_link_gets_full_messages_until_it_was_answered() {
        let (mut node, ix) = acquainted(LIGHT);
        let link = node.cluster.nodes[ix].link.expect("ours");
        node.cluster.links.get_mut(&link).expect("ours").created = node.ms() + 1;
        node.propagate_message(true, b"news", b"light");
        node.propagate_message(false, b"news", b"light");
        assert_eq!(bus::decode(&sent(&mut node, link)).expect("a full message").body, news());
    }
}
