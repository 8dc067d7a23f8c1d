//! How strangers meet: MEET, the exchange of names, addresses, and forgetting again.

use alloc::format;
use core::net::Ipv4Addr;

use bus::{Header, IpText, NodeFlags, NodeId};

use super::node_table::{Ix, ME, Ms, Peer};
use super::random_id;
use crate::event::Event;
use crate::io::ConnId;
use crate::log::Level;
use crate::node::Node;

/// For how many seconds gossip can not bring a forgotten node back.
const BLACKLIST_SECONDS: u64 = 60;

/// The address is none, or a port is out of range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InvalidAddress;

impl Node {
    /// Starts to meet a node, unless that is under way. It bears a random name until it tells its
    /// own.
    pub(super) fn start_handshake(
        &mut self,
        ip: &str,
        port: i64,
        cport: i64,
    ) -> Result<(), InvalidAddress> {
        let valid = |port: i64| u16::try_from(port).ok().filter(|&port| port > 0);
        let ip: Ipv4Addr = ip.parse().map_err(|_| InvalidAddress)?;
        let port = valid(port).ok_or(InvalidAddress)?;
        let cport = valid(cport).ok_or(InvalidAddress)?;
        let ip = IpText::new(&format!("{ip}"));
        let meeting = |peer: &Peer| peer.in_handshake() && peer.ip == ip && peer.cport == cport;
        if !self.cluster.nodes.iter().any(|(_, peer)| meeting(peer)) {
            self.add_in_handshake(ip, port, cport, NodeFlags::MEET);
        }
        Ok(())
    }

    fn add_in_handshake(&mut self, ip: IpText, port: u16, cport: u16, flags: NodeFlags) {
        let (id, shard) = (random_id(&mut self.rng), random_id(&mut self.rng));
        let mut peer = Peer::new(id, shard, NodeFlags::HANDSHAKE.with(flags), self.ms());
        (peer.ip, peer.port, peer.cport) = (ip, port, cport);
        self.cluster.nodes.insert(peer);
    }

    /// The first message on a new link of ours. A PING that was pending before stays pending since
    /// then, or a dead node would never time out.
    pub(super) fn greet(&mut self, conn: ConnId, ix: Ix) {
        let pending = self.cluster.nodes[ix].ping_sent;
        if self.cluster.nodes[ix].is(NodeFlags::MEET) {
            self.send_meet(conn);
        } else {
            self.send_ping(conn);
        }
        let peer = &mut self.cluster.nodes[ix];
        if pending != 0 {
            peer.ping_sent = pending;
        }
        peer.flags.clear(NodeFlags::MEET);
    }

    /// A stranger asks to be admitted: we dial back, and learn its name then.
    pub(super) fn admit_stranger(&mut self, conn: ConnId, header: &Header) {
        let ip = self.sender_ip(conn, header);
        self.add_in_handshake(ip, header.port, header.cport, NodeFlags::default());
        self.cluster.todo.save();
    }

    /// Others know our address better than we do: it is the one they reached us at.
    pub(super) fn learn_own_address(&mut self, conn: ConnId) {
        let local = self.cluster.links.get(&conn).and_then(|link| link.local);
        let Some(local) = local.filter(|_| self.config.cluster_announce_ip.is_empty()) else {
            return;
        };
        let ip = IpText::new(&format!("{}", local.ip()));
        if self.cluster.me().ip != ip {
            self.cluster.me_mut().ip = ip;
            self.log(self.demoted(), format!("IP address for this node updated to {ip}"));
            self.cluster.todo.save();
        }
    }

    /// The address that a message's sender announces, or that of its socket.
    fn sender_ip(&self, conn: ConnId, header: &Header) -> IpText {
        if !header.ip.is_empty() {
            return header.ip;
        }
        let link = &self.cluster.links[&conn];
        IpText::new(&format!("{}", link.peer.ip()))
    }

    /// Checks the name on a message that came over our own link; tells whether to go on with it.
    pub(super) fn check_identity(
        &mut self,
        conn: ConnId,
        sender: Option<Ix>,
        header: &Header,
    ) -> bool {
        let Some(ix) = self.cluster.links.get(&conn).and_then(|link| link.node) else {
            return false;
        };
        if self.cluster.nodes[ix].in_handshake() {
            return self.complete_handshake(conn, ix, sender, header);
        }
        if self.cluster.nodes[ix].id == header.sender {
            return true;
        }
        let peer = &mut self.cluster.nodes[ix];
        peer.flags.set(NodeFlags::NO_ADDR);
        (peer.ip, peer.port, peer.cport, peer.pport) = (IpText::EMPTY, 0, 0, 0);
        let (id, flags) = (peer.id, peer.flags.0);
        let age = self.ms().saturating_sub(self.cluster.nodes[ix].created);
        let line = format!(
            "PONG contains mismatching sender ID. About node {id} added {age} ms ago, having flags \
             {flags}"
        );
        self.log(Level::Debug, line);
        self.free_link(conn);
        self.cluster.todo.save();
        false
    }

    fn complete_handshake(
        &mut self,
        conn: ConnId,
        ix: Ix,
        sender: Option<Ix>,
        header: &Header,
    ) -> bool {
        if let Some(known) = sender {
            let name = self.named(known);
            let line =
                format!("Handshake: we already know node {name}, updating the address if needed.");
            self.log(Level::Verbose, line);
            if self.update_address(known, conn, header) {
                self.cluster.todo.save();
                self.cluster.todo.update_state();
            }
            self.remove_peer(ix);
            return false;
        }
        self.cluster.nodes.rename(ix, header.sender);
        self.log(Level::Debug, format!("Handshake with node {} completed.", header.sender));
        let peer = &mut self.cluster.nodes[ix];
        peer.flags.clear(NodeFlags::HANDSHAKE);
        let role = NodeFlags::MASTER.with(NodeFlags::REPLICA);
        peer.flags.set(NodeFlags(header.flags.0 & role.0));
        self.cluster.todo.save();
        self.event(Event::PeerAdded { peer: header.sender });
        true
    }

    /// Takes over the address that a node's PING came from; tells whether it was another one. The
    /// link to the old address is closed, and replication follows.
    pub(super) fn update_address(&mut self, ix: Ix, conn: ConnId, header: &Header) -> bool {
        let peer = &self.cluster.nodes[ix];
        if peer.link == Some(conn) {
            return false;
        }
        // The usual case, nothing new, is told without a look at the socket's address as text.
        let same_ports =
            (peer.port, peer.cport, peer.pport) == (header.port, header.cport, header.pport);
        let socket = *self.cluster.links[&conn].peer.ip();
        let same_ip = if header.ip.is_empty() {
            peer.client_addr().is_some_and(|addr| *addr.ip() == socket)
        } else {
            peer.ip == header.ip
        };
        if same_ports && same_ip {
            return false;
        }
        let (link, ip) = (peer.link, self.sender_ip(conn, header));
        let peer = &mut self.cluster.nodes[ix];
        (peer.ip, peer.port, peer.cport, peer.pport) =
            (ip, header.port, header.cport, header.pport);
        peer.flags.clear(NodeFlags::NO_ADDR);
        if let Some(link) = link {
            self.free_link(link);
        }
        let line = format!("Address updated for node {}, now {ip}:{}", self.named(ix), header.port);
        self.log(self.demoted(), line);
        if self.cluster.my_master() == Some(ix)
            && let Some(addr) = self.cluster.nodes[ix].client_addr()
        {
            self.replicate_from(addr);
        }
        true
    }

    /// Drops a node, its links and everything that refers to it.
    pub(super) fn remove_peer(&mut self, ix: Ix) {
        debug_assert_ne!(ix, ME, "nobody forgets itself");
        let peer = &self.cluster.nodes[ix];
        for conn in [peer.link, peer.inbound].into_iter().flatten() {
            self.free_link(conn);
        }
        self.cluster.migrating.retain(|_, to| *to != ix);
        self.cluster.importing.retain(|_, from| *from != ix);
        self.cluster.manual.forget(ix);
        let removed = self.cluster.nodes.remove(ix);
        if !removed.in_handshake() {
            self.event(Event::PeerRemoved { peer: removed.id });
        }
    }

    /// Forgets a node for a minute, in which gossip can not bring it back.
    pub(super) fn blacklist(&mut self, id: NodeId) {
        self.blacklist_for(id, BLACKLIST_SECONDS);
    }

    fn blacklist_for(&mut self, id: NodeId, seconds: u64) {
        let now = self.unix_us() / 1_000_000;
        self.cluster.blacklist.retain(|_, until| *until >= now);
        self.cluster.blacklist.insert(id, now + seconds);
    }

    /// Whether gossip must not bring a node back.
    pub(super) fn is_blacklisted(&self, id: &NodeId) -> bool {
        let now = self.unix_us() / 1_000_000;
        self.cluster.blacklist.get(id).is_some_and(|until| *until >= now)
    }

    /// Another node was told to forget this one; we do the same, but for ourselves and our master.
    pub(super) fn forget_as_told(&mut self, id: NodeId, seconds: u64) {
        let Some(ix) = self.cluster.nodes.find(&id) else { return };
        if ix == ME || self.cluster.my_master() == Some(ix) {
            return;
        }
        self.blacklist_for(id, seconds);
        self.remove_peer(ix);
        self.cluster.todo.save();
        self.cluster.todo.update_state();
    }

    /// How long a handshake may take.
    pub(super) fn handshake_timeout(&self) -> Ms {
        self.node_timeout().max(1000)
    }
}
