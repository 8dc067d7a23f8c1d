//! What a message changes, in Redis's order: its header first, then its body, then its gossip.

use alloc::format;

use bus::PacketKind;
use bus::{Body, Epoch, Extension, Gossip, Header, MessageFlags, NodeFlags, NodeId, Packet};

use super::node_table::Ix;
use crate::config::Compat;
use crate::event::Event;
use crate::io::ConnId;
use crate::log::Level;
use crate::node::Node;

impl Node {
    /// Processes one message that a link brought.
    pub(super) fn process_packet(&mut self, conn: ConnId, packet: &Packet) {
        let header = &packet.header;
        let sender = self.sender_of(conn, header);
        if let Some(ix) = sender {
            self.note_what_is_understood(ix, header);
            self.cluster.nodes[ix].data_received = self.ms();
            if !self.cluster.nodes[ix].in_handshake() {
                self.process_header(ix, header);
            }
        }
        match &packet.body {
            Body::Ping(gossip, extensions)
            | Body::Pong(gossip, extensions)
            | Body::Meet(gossip, extensions) => {
                let kind = packet.body.kind();
                self.process_ping_family(conn, sender, kind, header, gossip, extensions);
            }
            Body::Fail(about) => self.process_fail(sender, header, *about),
            Body::FailoverAuthRequest => {
                if let Some(candidate) = sender {
                    self.consider_vote(candidate, header);
                }
            }
            Body::FailoverAuthAck => {
                if let Some(voter) = sender {
                    self.count_vote(voter, header.current_epoch);
                }
            }
            Body::MfStart => {
                if let Some(replica) = sender {
                    self.pause_for_manual_failover(conn, replica);
                }
            }
            Body::Update { config_epoch, node, slots } => {
                if sender.is_some() {
                    self.process_update(*node, *config_epoch, slots);
                }
            }
            Body::Publish { channel, message } | Body::PublishShard { channel, message } => {
                if sender.is_some() {
                    let shard = packet.body.kind() == PacketKind::PublishShard;
                    self.publish_here(shard, channel, message);
                }
            }
            // No modules are loaded.
            Body::Module { .. } => {}
            Body::Unknown(kind, _) => {
                self.log(Level::Warning, format!("Received unknown packet type: {kind}"));
            }
        }
    }

    /// Processes a light message: the link says who speaks.
    pub(super) fn process_light(&mut self, conn: ConnId, body: Body) {
        let Some(ix) = self.cluster.links.get(&conn).and_then(|link| link.node) else { return };
        self.cluster.nodes[ix].data_received = self.ms();
        match body {
            Body::Publish { channel, message } => {
                self.publish_here(false, &channel, &message);
            }
            Body::PublishShard { channel, message } => {
                self.publish_here(true, &channel, &message);
            }
            other => {
                let PacketKind::Unknown(kind) = other.kind() else { return };
                self.log(Level::Warning, format!("Received unknown packet type: {kind}"));
            }
        }
    }

    /// The node that speaks: the one that the link leads to, or whose name the message bears. An
    /// inbound link is known to be its from then on.
    fn sender_of(&mut self, conn: ConnId, header: &Header) -> Option<Ix> {
        let node = self.cluster.links.get(&conn)?.node;
        if let Some(ix) = node.filter(|&ix| !self.cluster.nodes[ix].in_handshake()) {
            return Some(ix);
        }
        let sender = self.cluster.nodes.find(&header.sender);
        if let Some(ix) = sender
            && node.is_none()
        {
            self.name_inbound_link(conn, ix);
        }
        sender
    }

    fn process_header(&mut self, sender: Ix, header: &Header) {
        self.cluster.current_epoch = self.cluster.current_epoch.max(header.current_epoch);
        let peer = &mut self.cluster.nodes[sender];
        if header.config_epoch > peer.config_epoch {
            peer.config_epoch = header.config_epoch;
            self.cluster.todo.save();
        }
        peer.repl_offset = header.offset;
        if header.message_flags.has(MessageFlags::PAUSED)
            && self.cluster.my_master() == Some(sender)
        {
            self.take_paused_offset(header.offset);
        }
    }

    fn process_ping_family(
        &mut self,
        conn: ConnId,
        sender: Option<Ix>,
        kind: PacketKind,
        header: &Header,
        gossip: &[Gossip],
        extensions: &[Extension],
    ) {
        if kind != PacketKind::Pong {
            self.answer(conn, sender, kind, header, gossip);
        }
        let ours = self.cluster.links.get(&conn).is_some_and(|link| !link.inbound);
        if ours && !self.check_identity(conn, sender, header) {
            return;
        }
        if let Some(ix) = sender {
            let peer = &mut self.cluster.nodes[ix];
            peer.flags.clear(NodeFlags::NO_FAILOVER);
            peer.flags.set(NodeFlags(header.flags.0 & NodeFlags::NO_FAILOVER.0));
            if kind == PacketKind::Ping
                && !peer.in_handshake()
                && self.update_address(ix, conn, header)
            {
                self.cluster.todo.save();
                self.cluster.todo.update_state();
            }
        }
        if ours && kind == PacketKind::Pong {
            self.note_pong(conn);
        }
        let Some(ix) = sender else { return };
        self.process_role(ix, header);
        self.process_claims(ix, header);
        self.resolve_epoch_collision(ix, header.config_epoch);
        self.process_gossip(Some(ix), gossip);
        self.process_extensions(ix, extensions);
    }

    /// PING and MEET are answered with a PONG, whoever asks.
    fn answer(
        &mut self,
        conn: ConnId,
        sender: Option<Ix>,
        kind: PacketKind,
        header: &Header,
        gossip: &[Gossip],
    ) {
        let meet = kind == PacketKind::Meet;
        if meet || self.cluster.me().ip.is_empty() {
            self.learn_own_address(conn);
        }
        if meet && sender.is_none() {
            self.admit_stranger(conn, header);
            self.process_gossip(None, gossip);
        }
        self.send_pong(conn);
    }

    /// A PONG on our own link: the node lives.
    fn note_pong(&mut self, conn: ConnId) {
        let Some(ix) = self.cluster.links.get(&conn).and_then(|link| link.node) else { return };
        let now = self.ms();
        let peer = &mut self.cluster.nodes[ix];
        peer.pong_received = now;
        peer.ping_sent = 0;
        let id = peer.id;
        if peer.possibly_failed() {
            peer.flags.clear(NodeFlags::PFAIL);
            self.cluster.todo.save();
            self.cluster.todo.update_state();
            self.event(Event::ClearedPossiblyFailed { peer: id });
        } else if peer.failed() {
            self.clear_failure_if_due(ix);
        }
    }

    fn process_fail(&mut self, sender: Option<Ix>, header: &Header, about: NodeId) {
        let Some(by) = sender else {
            let line =
                format!("Ignoring FAIL message from unknown node {} about {about}", header.sender);
            return self.log(Level::Notice, line);
        };
        let Some(ix) = self.cluster.nodes.find(&about) else { return };
        if self.cluster.nodes[ix].is(NodeFlags::FAIL.with(NodeFlags::MYSELF)) {
            return;
        }
        let line =
            format!("FAIL message received from {} about {}", self.named(by), self.named(ix));
        self.log(Level::Notice, line);
        let told_by = self.cluster.nodes[by].id;
        self.set_failed(ix, Some(told_by));
    }

    fn process_update(&mut self, node: NodeId, epoch: Epoch, slots: &bus::SlotSet) {
        let Some(ix) = self.cluster.nodes.find(&node) else { return };
        if self.cluster.nodes[ix].config_epoch >= epoch {
            return;
        }
        if self.cluster.nodes[ix].is_replica() {
            self.set_as_master(ix);
        }
        self.cluster.nodes[ix].config_epoch = epoch;
        self.cluster.todo.save();
        self.update_slots(ix, epoch, slots);
    }

    /// Whether the rules of 7.2 and later about shards hold.
    pub(super) fn knows_shards(&self) -> bool {
        self.compat != Compat::V7_0
    }
}
