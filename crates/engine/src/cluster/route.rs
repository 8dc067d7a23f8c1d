//! Whether this node serves a command's keys, and who does if it does not.

use alloc::format;
use alloc::string::String;

use bus::{Slot, slot_of};

use super::node_table::{Ix, ME};
use crate::node::Node;

/// Why a command is not served here. Its text is the error that Redis answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Redirect(pub String);

impl Redirect {
    fn because<T>(text: &str) -> Result<T, Self> {
        Err(Self(text.into()))
    }
}

impl Node {
    /// Whether this node serves `keys` for this command, asked before a command runs and again when
    /// a held client is looked at anew. `readonly` is the client's READONLY flag, `asking` its
    /// ASKING flag; `writes` says whether the command is one.
    ///
    /// # Errors
    /// MOVED, ASK, TRYAGAIN, CROSSSLOT or CLUSTERDOWN.
    pub(crate) fn cluster_route(
        &self,
        keys: &[&[u8]],
        writes: bool,
        readonly: bool,
        asking: bool,
    ) -> Result<(), Redirect> {
        let Some((slot, owner)) = self.common_slot(keys)? else { return Ok(()) };
        self.check_state_serves(writes)?;
        if let Some(served) = self.route_open_slot(slot, owner, keys, asking) {
            return served;
        }
        let replicated = !writes && readonly && self.cluster.my_master() == Some(owner);
        if owner == ME || replicated {
            return Ok(());
        }
        Err(Redirect(format!("MOVED {slot} {}", self.endpoint(owner))))
    }

    /// Whether this node still serves a client that is blocked on `key`, as the cron asks.
    ///
    /// # Errors
    /// CLUSTERDOWN or MOVED.
    pub(crate) fn cluster_route_blocked(&self, key: &[u8]) -> Result<(), Redirect> {
        if !self.config.cluster_enabled {
            return Ok(());
        }
        if !self.cluster.health.ok {
            return Redirect::because("CLUSTERDOWN The cluster is down");
        }
        let Some((slot, owner)) = self.common_slot(&[key])? else { return Ok(()) };
        if owner == ME || self.cluster.importing.contains_key(&slot) {
            return Ok(());
        }
        Err(Redirect(format!("MOVED {slot} {}", self.endpoint(owner))))
    }

    /// The slot of all these names and who owns it; none when there are no names.
    ///
    /// # Errors
    /// CLUSTERDOWN when nobody owns it, CROSSSLOT when they are of several slots.
    fn common_slot(&self, names: &[&[u8]]) -> Result<Option<(Slot, Ix)>, Redirect> {
        let Some(first) = names.first() else { return Ok(None) };
        let slot = slot_of(first);
        let Some(owner) = self.cluster.nodes.owner(slot) else {
            return Redirect::because("CLUSTERDOWN Hash slot not served");
        };
        if names.iter().any(|name| slot_of(name) != slot) {
            return Redirect::because("CROSSSLOT Keys in request don't hash to the same slot");
        }
        Ok(Some((slot, owner)))
    }

    /// Whether this node serves shard channels: those of its own slots and, as a replica, those of
    /// its master's. `writes`: a transaction writes, too.
    ///
    /// # Errors
    /// MOVED, CROSSSLOT or CLUSTERDOWN.
    pub(crate) fn cluster_route_channels(
        &self,
        names: &[&[u8]],
        writes: bool,
        asking: bool,
    ) -> Result<(), Redirect> {
        let Some((slot, owner)) = self.common_slot(names)? else { return Ok(()) };
        if !self.cluster.health.ok && !self.config.cluster_allow_pubsubshard_when_down {
            return Redirect::because("CLUSTERDOWN The cluster is down");
        }
        let imported = asking && self.cluster.importing.contains_key(&slot);
        let replicated = !writes && self.cluster.my_master() == Some(owner);
        if owner == ME || imported || replicated {
            return Ok(());
        }
        Err(Redirect(format!("MOVED {slot} {}", self.endpoint(owner))))
    }

    /// Whether the keys are of one slot that is on its way from or to this node: MIGRATE moves such
    /// keys whoever owns the slot.
    pub(crate) fn is_open_slot(&self, keys: &[&[u8]]) -> bool {
        let slot = self.common_slot(keys).ok().flatten().map(|(slot, _)| slot);
        let cluster = &self.cluster;
        slot.is_some_and(|slot| {
            cluster.migrating.contains_key(&slot) || cluster.importing.contains_key(&slot)
        })
    }

    fn check_state_serves(&self, writes: bool) -> Result<(), Redirect> {
        if self.cluster.health.ok {
            Ok(())
        } else if !self.config.cluster_allow_reads_when_down {
            Redirect::because("CLUSTERDOWN The cluster is down")
        } else if writes {
            Redirect::because("CLUSTERDOWN The cluster is down and only accepts read commands")
        } else {
            Ok(())
        }
    }

    /// The answer while a slot is on its way from or to this node; none if that does not matter.
    fn route_open_slot(
        &self,
        slot: Slot,
        owner: Ix,
        keys: &[&[u8]],
        asking: bool,
    ) -> Option<Result<(), Redirect>> {
        let missing = || keys.iter().filter(|key| self.db.get(key).is_none()).count();
        const TRY_AGAIN: &str = "TRYAGAIN Multiple keys request during rehashing of slot";
        if owner == ME
            && let Some(&to) = self.cluster.migrating.get(&slot)
            && to != ME
        {
            return match missing() {
                0 => None,
                some if some < keys.len() => Some(Redirect::because(TRY_AGAIN)),
                _ => Some(Err(Redirect(format!("ASK {slot} {}", self.endpoint(to))))),
            };
        }
        if asking && self.cluster.importing.contains_key(&slot) {
            let torn = keys.len() > 1 && missing() > 0;
            return Some(if torn { Redirect::because(TRY_AGAIN) } else { Ok(()) });
        }
        None
    }

    /// Where clients reach a node, as redirects name it.
    fn endpoint(&self, ix: Ix) -> String {
        let name = self.preferred_endpoint(ix).unwrap_or_default();
        format!("{name}:{}", self.cluster.nodes[ix].port)
    }

    /// What clients are to call a node (`cluster-preferred-endpoint-type`); none when they are to
    /// use the address that they know already. Who has no hostname is called `?`.
    pub(super) fn preferred_endpoint(&self, ix: Ix) -> Option<&str> {
        let peer = &self.cluster.nodes[ix];
        match self.config.cluster_preferred_endpoint_type.as_str() {
            "hostname" if peer.hostname.is_empty() => Some("?"),
            "hostname" => Some(&peer.hostname),
            "unknown-endpoint" => None,
            _ => Some(peer.ip.as_str()),
        }
    }
}
