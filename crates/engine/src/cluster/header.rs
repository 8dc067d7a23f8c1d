//! What every message says about its sender, and the messages that say little more.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;

use bus::{Body, Header, IpText, MessageFlags, NodeFlags, Packet, Slot};

use super::node_table::{Ix, ME};
use crate::node::Node;

impl Node {
    /// A message of this node. A replica speaks for its master's slots and epoch.
    pub(super) fn packet(&self, body: Body) -> Packet {
        let me = self.cluster.me();
        let voice = if me.is_replica() { me.master.unwrap_or(ME) } else { ME };
        let speaker = &self.cluster.nodes[voice];
        let mut message_flags = MessageFlags::default();
        if me.is_master() && self.cluster.manual.is_running() {
            message_flags.set(MessageFlags::PAUSED);
        }
        let header = Header {
            port: me.port,
            current_epoch: self.cluster.current_epoch,
            config_epoch: speaker.config_epoch,
            offset: self.repl_offset(),
            sender: me.id,
            slots: *speaker.slots(),
            master: me.master.map(|master| self.cluster.nodes[master].id),
            ip: IpText::new(&self.config.cluster_announce_ip),
            pport: me.pport,
            cport: me.cport,
            flags: me.flags,
            state_fail: !self.cluster.health.ok,
            message_flags,
        };
        Packet { header, body }
    }

    /// Asks every node for its vote; only masters with slots answer.
    pub(super) fn send_vote_request(&mut self) {
        let mut packet = self.packet(Body::FailoverAuthRequest);
        if self.cluster.manual.is_running() {
            packet.header.message_flags.set(MessageFlags::FORCE_ACK);
        }
        self.broadcast(&packet);
    }

    /// Sends a message without gossip over our link to a node, if there is one.
    pub(super) fn send_to(&mut self, ix: Ix, body: Body) {
        if let Some(conn) = self.cluster.nodes[ix].link {
            let packet = self.packet(body);
            self.send_packet(conn, &packet);
        }
    }

    /// Tells `to` about the slots of `about`, as far as `about` claims them.
    pub(super) fn send_update(&mut self, to: Ix, about: Ix) {
        let owner = &self.cluster.nodes[about];
        let (config_epoch, node) = (owner.config_epoch, owner.id);
        let slots = Box::new(self.cluster.nodes.claimed_slots(about));
        self.send_to(to, Body::Update { config_epoch, node, slots });
    }

    /// Tells every node that `about` fails.
    pub(super) fn send_fail(&mut self, about: Ix) {
        let packet = self.packet(Body::Fail(self.cluster.nodes[about].id));
        self.broadcast(&packet);
    }

    /// Sends a PONG to every node, or only to the replicas of our master: news that cannot wait for
    /// the next PING.
    pub(super) fn broadcast_pong(&mut self, siblings_only: bool) {
        for at in 0..self.cluster.nodes.len() {
            let ix = self.cluster.nodes.nth(at);
            let peer = &self.cluster.nodes[ix];
            let Some(conn) = peer.link else { continue };
            if peer.is(NodeFlags::MYSELF.with(NodeFlags::HANDSHAKE)) {
                continue;
            }
            if siblings_only && !self.is_sibling(ix) {
                continue;
            }
            self.send_pong(conn);
        }
    }

    /// Sends a pub/sub message to the nodes whose clients may have subscribed: to all, or to those
    /// of this node's shard.
    pub(crate) fn propagate_message(&mut self, shard: bool, channel: &[u8], message: &[u8]) {
        let (channel, message) = (channel.to_vec(), message.to_vec());
        let packet = self.packet(match shard {
            false => Body::Publish { channel, message },
            true => Body::PublishShard { channel, message },
        });
        let full = bus::encode(&packet);
        for at in 0..self.cluster.nodes.len() {
            let ix = self.cluster.nodes.nth(at);
            let wanted = match shard {
                false => !self.cluster.nodes[ix].in_handshake(),
                true => Some(ix) == self.cluster.my_master() || self.is_sibling(ix),
            };
            if wanted {
                self.send_publish(ix, &packet.body, &full);
            }
        }
    }

    /// The slots that this node's shard has lost since this was asked last.
    pub(crate) fn take_lost_slots(&mut self) -> BTreeSet<Slot> {
        self.cluster.nodes.take_lost()
    }

    /// Whether a node replicates this node, or the same master as this node.
    fn is_sibling(&self, ix: Ix) -> bool {
        let peer = &self.cluster.nodes[ix];
        let Some(master) = peer.master.filter(|_| peer.is_replica()) else { return false };
        master == ME || Some(master) == self.cluster.my_master()
    }
}
