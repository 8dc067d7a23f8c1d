//! PING, PONG and MEET: choosing about whom to gossip, and believing what others gossip.

use alloc::format;
use alloc::vec::Vec;

use bus::{Body, Extension, Gossip, Header, MessageFlags, NodeFlags};

use super::node_table::{Ix, ME, Ms, Peer};
use crate::config::Compat;
use crate::event::Event;
use crate::io::ConnId;
use crate::log::Level;
use crate::node::Node;

impl Node {
    /// Sends a PING. On our own link the answer is waited for.
    pub(super) fn send_ping(&mut self, conn: ConnId) {
        let now = self.ms();
        if let Some(link) = self.cluster.links.get(&conn)
            && !link.inbound
            && let Some(ix) = link.node
        {
            self.cluster.nodes[ix].ping_sent = now;
        }
        self.send_gossip(conn, Body::Ping);
    }

    /// Sends a PONG.
    pub(super) fn send_pong(&mut self, conn: ConnId) {
        self.send_gossip(conn, Body::Pong);
    }

    /// Sends a MEET. Its answer is not waited for: the handshake has its own limit.
    pub(super) fn send_meet(&mut self, conn: ConnId) {
        self.send_gossip(conn, Body::Meet);
    }

    fn send_gossip(
        &mut self,
        conn: ConnId,
        body: impl FnOnce(Vec<Gossip>, Vec<Extension>) -> Body,
    ) {
        let to = self.cluster.links.get(&conn).and_then(|link| link.node);
        let gossip = self.choose_gossip(to);
        let extensions = self.extensions_for(to);
        let mut packet = self.packet(body(gossip, extensions));
        // Redis does not know light messages: who does not know them either hears nothing of ours.
        let light = NodeFlags::LIGHT_HEADER_SUPPORTED;
        if to.is_some_and(|ix| self.cluster.nodes[ix].is(light)) {
            packet.header.flags.set(light);
        }
        if self.compat == Compat::V8_2 {
            // Even without extensions: so others learn that we understand them.
            packet.header.message_flags.set(MessageFlags::EXT_DATA);
        }
        self.send_packet(conn, &packet);
    }

    /// Some nodes at random, at least three if there are so many, and all PFAIL nodes.
    fn choose_gossip(&mut self, to: Option<Ix>) -> Vec<Gossip> {
        self.cluster.gossips_sent += 1;
        let mark = self.cluster.gossips_sent;
        let known = self.cluster.nodes.len();
        let mut fresh = known.saturating_sub(2);
        let wanted = (known / 10).max(3).min(fresh);
        let pfail_wanted = self.cluster.pfail_counted as usize;
        let mut gossip = Vec::with_capacity(wanted + pfail_wanted);
        for _ in 0..wanted * 3 {
            if fresh == 0 || gossip.len() >= wanted {
                break;
            }
            let ix = self.cluster.nodes.nth(self.rng.below(known as u64) as usize);
            if ix == ME || (self.compat == Compat::V8_2 && Some(ix) == to) {
                continue;
            }
            let peer = &mut self.cluster.nodes[ix];
            if peer.possibly_failed() || peer.gossiped_in == mark {
                continue;
            }
            if peer.is(NodeFlags::HANDSHAKE.with(NodeFlags::NO_ADDR))
                || (peer.link.is_none() && peer.slot_count() == 0)
            {
                fresh -= 1;
                continue;
            }
            peer.gossiped_in = mark;
            gossip.push(entry(peer));
            fresh -= 1;
        }
        let unfit = NodeFlags::HANDSHAKE.with(NodeFlags::NO_ADDR);
        if pfail_wanted > 0 {
            let failing = self.cluster.nodes.iter().map(|(_, peer)| peer);
            let failing = failing.filter(|peer| peer.possibly_failed() && !peer.is(unfit));
            gossip.extend(failing.take(pfail_wanted).map(entry));
        }
        gossip
    }

    /// Our hostname, if we announce one. 8.2 adds our name for people, forgotten nodes and our shard, and tells only peers
    /// that are known to understand extensions.
    fn extensions_for(&self, to: Option<Ix>) -> Vec<Extension> {
        let hostname = &self.cluster.me().hostname;
        let mut extensions = Vec::new();
        if !hostname.is_empty() {
            extensions.push(Extension::Hostname(hostname.as_bytes().to_vec()));
        }
        if self.compat == Compat::V7_0 {
            return extensions;
        }
        let human = &self.config.cluster_announce_human_nodename;
        if !human.is_empty() {
            extensions.push(Extension::HumanNodename(human.as_bytes().to_vec()));
        }
        let understands = |ix: Ix| self.cluster.nodes[ix].is(NodeFlags::EXTENSIONS_SUPPORTED);
        if !to.is_some_and(understands) {
            return Vec::new();
        }
        let now = self.unix_us() / 1_000_000;
        let forgotten = self.cluster.blacklist.iter().filter(|(_, until)| **until > now);
        extensions.extend(forgotten.map(|(id, until)| Extension::ForgottenNode(*id, until - now)));
        extensions.push(Extension::ShardId(self.cluster.me().shard));
        extensions
    }

    /// Believes, with the care that each fact asks for, what a node says about others.
    pub(super) fn process_gossip(&mut self, sender: Option<Ix>, gossip: &[Gossip]) {
        for entry in gossip {
            match self.cluster.nodes.find(&entry.node) {
                Some(ix) => self.update_from_gossip(ix, sender, entry),
                None if sender.is_some() => self.learn_from_gossip(entry),
                None => {}
            }
        }
    }

    fn update_from_gossip(&mut self, ix: Ix, sender: Option<Ix>, entry: &Gossip) {
        let failing = entry.flags.any(NodeFlags::FAIL.with(NodeFlags::PFAIL));
        if let Some(by) = sender.filter(|&by| self.cluster.nodes[by].is_master() && ix != ME) {
            self.hear_opinion(ix, by, failing);
        }
        if !failing {
            self.refresh_pong(ix, entry.pong_received);
        }
        let peer = &self.cluster.nodes[ix];
        let moved = peer.ip != entry.ip || peer.port != entry.port || peer.cport != entry.cport;
        if peer.is(NodeFlags::FAIL.with(NodeFlags::PFAIL))
            && !failing
            && !entry.flags.has(NodeFlags::NO_ADDR)
            && moved
        {
            if let Some(link) = peer.link {
                self.free_link(link);
            }
            let peer = &mut self.cluster.nodes[ix];
            set_address(peer, entry);
            peer.flags.clear(NodeFlags::NO_ADDR);
        }
    }

    /// Takes a later PONG on another's word, unless there is reason for doubt. Gossip counts in
    /// seconds, and clocks may differ by half a second.
    fn refresh_pong(&mut self, ix: Ix, pong_received: u32) {
        let pong = Ms::from(pong_received) * 1000;
        let peer = &self.cluster.nodes[ix];
        if pong > peer.pong_received
            && pong <= self.ms() + 500
            && peer.ping_sent == 0
            && self.count_reports(ix) == 0
        {
            self.cluster.nodes[ix].pong_received = pong;
        }
    }

    fn learn_from_gossip(&mut self, entry: &Gossip) {
        if entry.flags.has(NodeFlags::NO_ADDR) || self.is_blacklisted(&entry.node) {
            return;
        }
        let shard = super::random_id(&mut self.rng);
        // Whether it understands light messages it has to say itself.
        let flags = entry.flags.without(NodeFlags::LIGHT_HEADER_SUPPORTED);
        let mut peer = Peer::new(entry.node, shard, flags, self.ms());
        set_address(&mut peer, entry);
        self.cluster.nodes.insert(peer);
        self.event(Event::PeerAdded { peer: entry.node });
    }

    /// What a message's extensions say about its sender. A missing hostname is none, a missing
    /// shard is the master's.
    pub(super) fn process_extensions(&mut self, sender: Ix, extensions: &[Extension]) {
        let (mut hostname, mut human, mut shard) = (&[][..], &[][..], None);
        for extension in extensions {
            match extension {
                Extension::Hostname(name) => hostname = name,
                Extension::HumanNodename(name) => human = name,
                Extension::ShardId(id) => shard = Some(*id),
                Extension::ForgottenNode(..) => {}
                Extension::Unknown(kind, _) => {
                    self.log(Level::Warning, format!("Received unknown extension type {kind}"));
                }
            }
        }
        let peer = &mut self.cluster.nodes[sender];
        let text = |name: &[u8]| alloc::string::String::from_utf8_lossy(name).into_owned();
        let changed = peer.hostname.as_bytes() != hostname || peer.human.as_bytes() != human;
        if changed {
            (peer.hostname, peer.human) = (text(hostname), text(human));
            self.cluster.todo.save();
        }
        if self.compat == Compat::V8_2 {
            let of_master =
                self.cluster.nodes[sender].master.map(|master| self.cluster.nodes[master].shard);
            if let Some(shard) = shard.or(of_master) {
                self.set_shard(sender, shard);
            }
        }
        // Last, since it may drop nodes.
        for extension in extensions {
            if let Extension::ForgottenNode(id, seconds) = extension {
                self.forget_as_told(*id, *seconds);
            }
        }
    }

    /// Notes a node's shard; as our master's, it is ours as well.
    pub(super) fn set_shard(&mut self, ix: Ix, shard: bus::NodeId) {
        let mine = self.cluster.my_master() == Some(ix) && ix != ME;
        for ix in [Some(ix), mine.then_some(ME)].into_iter().flatten() {
            if self.cluster.nodes[ix].shard != shard {
                self.cluster.nodes[ix].shard = shard;
                self.cluster.todo.save();
            }
        }
    }

    /// What the sender understands: extensions, and light messages if it is a Valkey 8.
    pub(super) fn note_what_is_understood(&mut self, sender: Ix, header: &Header) {
        if self.compat == Compat::V7_0 {
            return;
        }
        let peer = &mut self.cluster.nodes[sender];
        if header.message_flags.has(MessageFlags::EXT_DATA) {
            peer.flags.set(NodeFlags::EXTENSIONS_SUPPORTED);
        }
        peer.flags.clear(NodeFlags::LIGHT_HEADER_SUPPORTED);
        peer.flags.set(NodeFlags(header.flags.0 & NodeFlags::LIGHT_HEADER_SUPPORTED.0));
    }
}

fn set_address(peer: &mut Peer, entry: &Gossip) {
    peer.ip = entry.ip;
    peer.port = entry.port;
    peer.cport = entry.cport;
    peer.pport = entry.pport;
}

/// What we believe about a node, in whole seconds.
fn entry(peer: &Peer) -> Gossip {
    Gossip {
        node: peer.id,
        ping_sent: (peer.ping_sent / 1000) as u32,
        pong_received: (peer.pong_received / 1000) as u32,
        ip: peer.ip,
        port: peer.port,
        cport: peer.cport,
        flags: peer.flags,
        pport: peer.pport,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{add, lone_node};
    use super::*;

    const MASTER: NodeFlags = NodeFlags::MASTER;

    /// A node that knows `count` others, all with links.
    fn acquainted(compat: Compat, count: u8) -> Node {
        let mut node = lone_node(compat);
        for letter in 0..count {
            let ix = add(&mut node, b'a' + letter, MASTER);
            node.open_link(ix);
        }
        node
    }

    #[test]
    fn gossip_is_about_three_nodes_or_a_tenth_of_all() {
        for (others, wanted) in [(1, 0), (2, 1), (5, 3), (20, 3)] {
            let mut node = acquainted(Compat::V7_0, others);
            let most = (0..50).map(|_| node.choose_gossip(None).len()).max();
            assert_eq!(most, Some(wanted), "{others} others");
        }
    }

    #[test]
    fn all_suspects_are_told_about_once_the_cron_has_counted_them() {
        let mut node = acquainted(Compat::V7_0, 5);
        let suspects: Vec<Ix> =
            node.cluster.nodes.order().iter().copied().filter(|&ix| ix != ME).take(2).collect();
        for &ix in &suspects {
            node.cluster.nodes[ix].flags.set(NodeFlags::PFAIL);
        }
        let about = |node: &mut Node| {
            let gossip = node.choose_gossip(None);
            gossip.iter().filter(|it| it.flags.has(NodeFlags::PFAIL)).count()
        };
        assert_eq!(about(&mut node), 0);
        node.cluster.pfail_counted = 2;
        assert_eq!(about(&mut node), 2);
    }

    #[test]
    fn the_receiver_hears_nothing_about_itself_since_8() {
        for (compat, told) in [(Compat::V7_0, true), (Compat::V8_2, false)] {
            let mut node = acquainted(compat, 5);
            let to = node.cluster.nodes.order().iter().copied().find(|&ix| ix != ME);
            let id = node.cluster.nodes[to.expect("five")].id;
            let any = (0..50).any(|_| node.choose_gossip(to).iter().any(|it| it.node == id));
            assert_eq!(any, told);
        }
    }

    #[test]
    fn a_pong_on_hearsay_counts_only_without_doubt() {
        let mut node = acquainted(Compat::V7_0, 1);
        let ix = node.cluster.nodes.find(&bus::NodeId([b'a'; 40])).expect("known");
        let now = node.ms();
        node.cluster.nodes[ix].pong_received = now - 5000;
        node.refresh_pong(ix, (now / 1000) as u32 + 2);
        assert_eq!(node.cluster.nodes[ix].pong_received, now - 5000, "from the future");
        node.cluster.nodes[ix].ping_sent = now;
        node.refresh_pong(ix, (now / 1000) as u32);
        assert_eq!(node.cluster.nodes[ix].pong_received, now - 5000, "a PING is pending");
        node.cluster.nodes[ix].ping_sent = 0;
        node.refresh_pong(ix, (now / 1000) as u32);
        assert_eq!(node.cluster.nodes[ix].pong_received, now / 1000 * 1000);
    }

    #[test]
    fn a_name_for_people_is_announced_since_7_2_and_told_in_the_log() {
        for (compat, known) in [(Compat::V7_0, false), (Compat::V8_2, true)] {
            let mut node = acquainted(compat, 1);
            let pairs = [("cluster-announce-human-nodename".into(), "rack-7".into())];
            assert_eq!(node.config.change(&pairs, compat).is_ok(), known);
            node.handle(node.now(), crate::io::Input::Wake);
            let ix = node.cluster.nodes.find(&bus::NodeId([b'a'; 40])).expect("known");
            node.cluster.nodes[ix].flags.set(NodeFlags::EXTENSIONS_SUPPORTED);
            let told = node.extensions_for(Some(ix));
            let name = Extension::HumanNodename(b"rack-7".to_vec());
            assert_eq!(told.contains(&name), known, "{told:?}");
            assert_eq!(node.named(ME).ends_with(" (rack-7)"), known);
        }
        let mut node = lone_node(Compat::V8_2);
        let bad = [("cluster-announce-human-nodename".into(), "a b".into())];
        let why = node.config.change(&bad, Compat::V8_2).expect_err("a space");
        assert!(why.ends_with("Announced human node name contained invalid character"), "{why}");
    }
}
