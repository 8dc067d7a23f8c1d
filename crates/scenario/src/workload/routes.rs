//! A client's slot map.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddrV4};

use crate::redis_cli::Reply;

/// What a client knows about who serves which slot.
#[derive(Debug, Clone, Default)]
pub(super) struct Routes {
    /// First and last slot, and the master.
    ranges: Vec<(u16, u16, SocketAddrV4)>,
    /// What redirections told since.
    moved: BTreeMap<u16, SocketAddrV4>,
    /// Every node of the last map, masters first in each range.
    nodes: Vec<SocketAddrV4>,
}

impl Routes {
    /// Who serves a slot.
    pub(super) fn of(&self, slot: u16) -> Option<SocketAddrV4> {
        if let Some(&moved) = self.moved.get(&slot) {
            return Some(moved);
        }
        let at = self.ranges.partition_point(|&(first, ..)| first <= slot).checked_sub(1)?;
        self.ranges.get(at).filter(|&&(_, last, _)| slot <= last).map(|&(.., master)| master)
    }

    /// Takes what a MOVED says.
    pub(super) fn moved(&mut self, slot: u16, to: SocketAddrV4) {
        self.moved.insert(slot, to);
    }

    /// Every node that is known.
    pub(super) fn nodes(&self) -> &[SocketAddrV4] {
        &self.nodes
    }

    /// Takes the answer to CLUSTER SLOTS; `asked` gave it. An answer without a slot changes nothing.
    pub(super) fn learn(&mut self, reply: &Reply, asked: SocketAddrV4) {
        let Reply::Array(entries) = reply else { return };
        let mut ranges = Vec::new();
        let mut nodes = Vec::new();
        for entry in entries {
            let Reply::Array(fields) = entry else { continue };
            let [Reply::Integer(first), Reply::Integer(last), servers @ ..] = fields.as_slice()
            else {
                continue;
            };
            let addresses: Vec<_> = servers.iter().filter_map(|it| address(it, asked)).collect();
            if let (Ok(first), Ok(last), Some(&master)) =
                (u16::try_from(*first), u16::try_from(*last), addresses.first())
            {
                ranges.push((first, last, master));
            }
            nodes.extend(addresses);
        }
        if !ranges.is_empty() {
            ranges.sort_unstable();
            nodes.sort_unstable();
            nodes.dedup();
            *self = Self { ranges, moved: BTreeMap::new(), nodes };
        }
    }
}

/// A node of CLUSTER SLOTS. One that does not know its own address is at the one that was asked.
fn address(node: &Reply, asked: SocketAddrV4) -> Option<SocketAddrV4> {
    let Reply::Array(fields) = node else { return None };
    let [host, Reply::Integer(port), ..] = fields.as_slice() else { return None };
    endpoint(&host.text().unwrap_or_default(), u16::try_from(*port).ok()?, asked)
}

fn endpoint(host: &str, port: u16, asked: SocketAddrV4) -> Option<SocketAddrV4> {
    let ip: Ipv4Addr = if host.is_empty() { *asked.ip() } else { host.parse().ok()? };
    Some(SocketAddrV4::new(ip, port))
}

/// The slot and the address of a redirection, as in `MOVED 866 10.0.0.1:6379`.
pub(super) fn redirection(error: &str, asked: SocketAddrV4) -> Option<(u16, SocketAddrV4)> {
    let mut words = error.split(' ').skip(1);
    let slot = words.next()?.parse().ok()?;
    let (host, port) = words.next()?.rsplit_once(':')?;
    Some((slot, endpoint(host, port.parse().ok()?, asked)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> SocketAddrV4 {
        text.parse().expect("an address")
    }

    fn node(host: &str) -> Reply {
        let id = Reply::Bulk(b"id".to_vec());
        Reply::Array(vec![Reply::Bulk(host.into()), Reply::Integer(6379), id])
    }

    #[test]
    fn a_map_is_learned_and_redirections_change_it_until_the_next_one() {
        let range = |first, last, nodes: &[&str]| {
            let mut fields = vec![Reply::Integer(first), Reply::Integer(last)];
            fields.extend(nodes.iter().map(|it| node(it)));
            Reply::Array(fields)
        };
        let map = Reply::Array(vec![
            range(5461, 16383, &["10.0.0.2", "10.0.0.4"]),
            range(0, 5460, &[""]),
        ]);
        let mut routes = Routes::default();
        assert_eq!(routes.of(7), None);
        routes.learn(&map, at("10.0.0.1:6379"));
        assert_eq!(routes.of(5460), Some(at("10.0.0.1:6379")));
        assert_eq!(routes.of(5461), Some(at("10.0.0.2:6379")));
        assert_eq!(routes.nodes().len(), 3);
        routes.moved(7, at("10.0.0.4:6379"));
        assert_eq!(routes.of(7), Some(at("10.0.0.4:6379")));
        routes.learn(&Reply::Array(Vec::new()), at("10.0.0.1:6379"));
        assert_eq!(routes.of(7), Some(at("10.0.0.4:6379")));
        routes.learn(&map, at("10.0.0.1:6379"));
        assert_eq!(routes.of(7), Some(at("10.0.0.1:6379")));
    }

    #[test]
    fn redirections_name_slot_and_address() {
        let asked = at("10.0.0.9:7000");
        assert_eq!(redirection("MOVED 866 10.0.0.1:6379", asked), Some((866, at("10.0.0.1:6379"))));
        assert_eq!(redirection("ASK 1 :6379", asked), Some((1, at("10.0.0.9:6379"))));
        assert_eq!(redirection("MOVED x 10.0.0.1:6379", asked), None);
    }
}
