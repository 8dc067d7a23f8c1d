//! Whose node id it is, learned from the bus itself.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use bus::NodeId;

/// Addresses by node ids.
#[derive(Debug, Clone, Default)]
pub struct Names(BTreeMap<NodeId, Ipv4Addr>);

impl Names {
    /// Learns from the head of a bus message who its sender is.
    pub(crate) fn learn(&mut self, message: &[u8], from: Ipv4Addr) {
        if let Some(sender) = message.get(40..).and_then(|it| it.first_chunk()) {
            let known = self.0.entry(NodeId(*sender)).or_insert(from);
            *known = from;
        }
    }

    /// The address, or the id's beginning when nobody with that id has spoken yet.
    #[must_use]
    pub fn name(&self, id: &NodeId) -> String {
        self.0.get(id).map_or_else(|| id.as_str().chars().take(8).collect(), Ipv4Addr::to_string)
    }

    /// The id in full, with the address when it is known.
    pub(crate) fn full(&self, id: &NodeId) -> String {
        let ip = self.0.get(id).map(|ip| format!(" ({ip})")).unwrap_or_default();
        format!("{id}{ip}")
    }

    /// Every id that an address was seen with.
    pub(crate) fn ids_of(&self, ip: Ipv4Addr) -> Vec<NodeId> {
        self.0.iter().filter(|&(_, it)| *it == ip).map(|(id, _)| *id).collect()
    }
}
