//! Subcommands that list nodes in a structured reply.

use alloc::vec;
use alloc::vec::Vec;

use bus::Slot;

use super::super::node_table::{Ix, ME};
use super::super::nodes_conf::Reader;
use super::unknown_node;
use crate::config::Compat;
use crate::io::ConnId;
use crate::node::Node;
use crate::resp::reply::Reply;

impl Node {
    pub(super) fn cluster_replicas(&mut self, argv: &[Vec<u8>]) -> Reply {
        let Some(master) = self.named_node(&argv[2]) else { return unknown_node(&argv[2]) };
        if self.cluster.nodes[master].is_replica() {
            return Reply::error("ERR The specified node is not a master");
        }
        let replicas = self.cluster.nodes.replicas_of(master);
        let lines = replicas.map(|ix| Reply::bulk(self.describe(ix, Reader::Client)));
        Reply::Array(lines.collect())
    }

    /// What a node announced last; our own offset is known better.
    fn known_offset(&self, ix: Ix) -> u64 {
        if ix == ME { self.repl_offset() } else { self.cluster.nodes[ix].repl_offset }
    }

    pub(super) fn cluster_slots(&mut self, _argv: &[Vec<u8>]) -> Reply {
        let mut ranges: Vec<(Slot, Slot, Ix)> = Vec::new();
        for (ix, peer) in self.cluster.nodes.iter() {
            ranges.extend(peer.slots().ranges().map(|(first, last)| (first, last, ix)));
        }
        ranges.sort_unstable();
        let rows = ranges.iter().map(|&(first, last, owner)| {
            let mut row = vec![Reply::Int(first.into()), Reply::Int(last.into())];
            row.push(self.slots_entry(owner));
            let replicas = self
                .cluster
                .nodes
                .replicas_of(owner)
                .filter(|&ix| !self.cluster.nodes[ix].failed() && self.known_offset(ix) != 0);
            row.extend(replicas.map(|ix| self.slots_entry(ix)));
            Reply::Array(row)
        });
        Reply::Array(rows.collect())
    }

    fn slots_entry(&self, ix: Ix) -> Reply {
        let peer = &self.cluster.nodes[ix];
        // What is not the preferred name is told beside it.
        let preferred = self.config.cluster_preferred_endpoint_type.as_str();
        let mut others = Vec::new();
        if preferred != "ip" {
            others.push((Reply::bulk("ip"), Reply::bulk(peer.ip.as_str())));
        }
        if preferred != "hostname" && !peer.hostname.is_empty() {
            others.push((Reply::bulk("hostname"), Reply::bulk(peer.hostname.as_str())));
        }
        Reply::Array(vec![
            self.preferred_endpoint(ix).map_or(Reply::Nil, Reply::bulk),
            Reply::Int(peer.port.into()),
            Reply::bulk(peer.id.as_str()),
            Reply::Map(others),
        ])
    }

    /// The shards: a master and its replicas, or since 7.2 all nodes that say so.
    pub(super) fn cluster_shards(&mut self, _argv: &[Vec<u8>]) -> Reply {
        let mut shards: Vec<Vec<Ix>> = Vec::new();
        for (ix, peer) in self.cluster.nodes.iter() {
            let present = match self.compat {
                Compat::V7_0 if peer.is_replica() => continue,
                Compat::V7_0 => None,
                Compat::V8_2 => {
                    let same = |it: &&mut Vec<Ix>| self.cluster.nodes[it[0]].shard == peer.shard;
                    shards.iter_mut().find(same)
                }
            };
            match present {
                Some(shard) => shard.push(ix),
                None => shards.push(vec![ix]),
            }
        }
        if self.compat == Compat::V7_0 {
            for shard in &mut shards {
                shard.extend(self.cluster.nodes.replicas_of(shard[0]));
            }
        }
        Reply::Array(shards.iter().map(|nodes| self.shard(nodes)).collect())
    }

    fn shard(&self, nodes: &[Ix]) -> Reply {
        let ranges = nodes.iter().flat_map(|&ix| self.cluster.nodes[ix].slots().ranges());
        let slots = ranges.flat_map(|(first, last)| [first, last]);
        let slots = slots.map(|slot| Reply::Int(slot.into())).collect();
        let nodes = nodes.iter().map(|&ix| self.shard_node(ix)).collect();
        Reply::Map(vec![
            (Reply::bulk("slots"), Reply::Array(slots)),
            (Reply::bulk("nodes"), Reply::Array(nodes)),
        ])
    }

    fn shard_node(&self, ix: Ix) -> Reply {
        let peer = &self.cluster.nodes[ix];
        let offset = self.known_offset(ix);
        let role = if peer.is_replica() { "replica" } else { "master" };
        let health = if peer.failed() {
            "fail"
        } else if peer.is_replica() && offset == 0 {
            "loading"
        } else {
            "online"
        };
        let mut fields = vec![(Reply::bulk("id"), Reply::bulk(peer.id.as_str()))];
        if peer.port != 0 {
            fields.push((Reply::bulk("port"), Reply::Int(peer.port.into())));
        }
        fields.push((Reply::bulk("ip"), Reply::bulk(peer.ip.as_str())));
        let endpoint = self.preferred_endpoint(ix).unwrap_or_default();
        fields.push((Reply::bulk("endpoint"), Reply::bulk(endpoint)));
        if !peer.hostname.is_empty() {
            fields.push((Reply::bulk("hostname"), Reply::bulk(peer.hostname.as_str())));
        }
        fields.push((Reply::bulk("role"), Reply::bulk(role)));
        fields.push((Reply::bulk("replication-offset"), Reply::Int(offset as i64)));
        fields.push((Reply::bulk("health"), Reply::bulk(health)));
        Reply::Map(fields)
    }

    pub(super) fn cluster_links(&mut self, _argv: &[Vec<u8>]) -> Reply {
        let mut links = Vec::new();
        for (_, peer) in self.cluster.nodes.iter() {
            let both = [peer.link, peer.inbound].into_iter().flatten();
            links.extend(both.map(|conn| self.link_entry(conn, peer.id.as_str())));
        }
        Reply::Array(links)
    }

    fn link_entry(&self, conn: ConnId, node: &str) -> Reply {
        let link = &self.cluster.links[&conn];
        let direction = if link.inbound { "from" } else { "to" };
        let events = if link.local.is_some() { "r" } else { "" };
        Reply::Map(vec![
            (Reply::bulk("direction"), Reply::bulk(direction)),
            (Reply::bulk("node"), Reply::bulk(node)),
            (Reply::bulk("create-time"), Reply::Int(link.created as i64)),
            (Reply::bulk("events"), Reply::bulk(events)),
            (Reply::bulk("send-buffer-allocated"), Reply::Int(0)),
            (Reply::bulk("send-buffer-used"), Reply::Int(0)),
        ])
    }
}
