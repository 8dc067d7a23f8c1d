//! Links: one TCP connection each, opened by us to a node or by a node to us.
//!
//! Everything that this node starts goes over the links that it opened; inbound links carry its
//! answers.

use alloc::format;
use alloc::vec::Vec;
use core::net::SocketAddrV4;

use borsh::{BorshDeserialize, BorshSerialize};
use bus::{DecodeError, Frame, Packet, PacketKind};

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
            match bus::frame(rest) {
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
        match bus::decode(message) {
            Ok(packet) => self.process_packet(conn, &packet),
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
