//! What the lab knows of its servers without asking them: whose data is where in which replication
//! history, and who claims which slots.
//!
//! Histories come from [`Event::HistoryChanged`], claims from the nodes.conf that a server writes.
//! Of two masters that claim a slot the one with the larger `configEpoch` has it, as in the cluster
//! itself; a server that is gone keeps its claim until another one overrides it.

use std::collections::BTreeMap;
use std::net::SocketAddrV4;

use bus::SLOTS;
use engine::event::Data;
use engine::{Event, Time};
use sim::{HostId, Pid};

use super::claim::Claim;
use super::lineage::{HEAD, Lineage, Place};

/// Why the data of a slot's owner is what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// When.
    pub at: Time,
    /// The owner.
    pub host: HostId,
    /// What made it so.
    pub how: Rule,
}

/// What made an owner's data what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// It was promoted, with the data up to this offset of its master's stream.
    Promotion {
        /// Its new `configEpoch`.
        epoch: u64,
        /// The offset.
        offset: u64,
    },
    /// Its process started, with no data or with those of a file.
    Restart,
    /// It got the slots as a master.
    Assignment {
        /// Its `configEpoch`.
        epoch: u64,
    },
}

/// How a copy of the data ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// When.
    pub at: Time,
    /// Where the copy was.
    pub host: HostId,
    /// What ended it.
    pub how: End,
}

/// What ended a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The process ended, and its memory with it.
    Process,
    /// A full synchronisation replaced the data.
    Synchronisation,
    /// CLUSTER RESET emptied the node.
    Reset,
}

/// One server.
#[derive(Debug, Clone)]
pub(super) struct Server {
    pid: Option<Pid>,
    /// Where its data is, as far as it told; none while it runs no process that said so.
    pub(super) place: Option<Place>,
    /// Where the data of its last process was.
    before: Option<Place>,
    /// The largest offset of its own stream that was told.
    pub(super) offset: u64,
    pub(super) claim: Option<Claim>,
    /// The master that it followed last.
    followed: Option<String>,
    pub(super) ruling: Ruling,
    /// How the data that it had before ended.
    pub(super) ending: Option<Ending>,
}

/// All servers.
#[derive(Debug, Clone)]
pub(super) struct Servers {
    pub(super) all: BTreeMap<HostId, Server>,
    pub(super) lineage: Lineage,
    /// By slot.
    owners: Vec<Option<HostId>>,
}

/// What a change means for what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    /// Copies may have ended like this.
    Copies(Ending),
    /// Slots have other owners, or an owner other data.
    Owners,
    /// Slots went from one master to another, with their keys: to the place of the new one.
    Moved { slots: Vec<u16>, to: Place },
}

impl Default for Servers {
    fn default() -> Self {
        Self { all: BTreeMap::new(), lineage: Lineage::default(), owners: vec![None; SLOTS] }
    }
}

impl Servers {
    /// Who has a slot.
    pub(super) fn owner(&self, slot: u16) -> Option<(HostId, &Server)> {
        let host = self.owners[usize::from(slot)]?;
        Some((host, self.all.get(&host)?))
    }

    /// Whether any running server may have what was written there. How much of a history a replica
    /// has is known only when it tells: up to then it may have all of it, even when its master is
    /// gone, since kernels still deliver what was sent.
    pub(super) fn may_have_copy(&self, write: Place) -> bool {
        let mut places = self.all.values().filter_map(|server| server.place);
        places.any(|place| self.lineage.has(Place { offset: HEAD, ..place }, write))
    }

    /// The slots of each master that has some.
    pub(super) fn shards(&self) -> Vec<Vec<(u16, u16)>> {
        let mut shards: BTreeMap<HostId, Vec<(u16, u16)>> = BTreeMap::new();
        for (slot, owner) in (0..).zip(&self.owners) {
            let Some(owner) = owner else { continue };
            let ranges = shards.entry(*owner).or_default();
            match ranges.last_mut().filter(|(_, last)| *last + 1 == slot) {
                Some((_, last)) => *last = slot,
                None => ranges.push((slot, slot)),
            }
        }
        shards.into_values().collect()
    }

    /// The addresses of all servers, that of `first` at the beginning.
    pub(super) fn addresses(&self, first: HostId) -> Vec<SocketAddrV4> {
        let own = self.all.get(&first).into_iter();
        let others = self.all.iter().filter(|&(&host, _)| host != first).map(|(_, it)| it);
        own.chain(others).filter_map(|it| it.claim.as_ref()).map(|it| it.address).collect()
    }

    /// The members of a shard that run: the owner and those that follow it.
    pub(super) fn members<'a>(&'a self, owner: &'a Server) -> impl Iterator<Item = &'a Server> {
        let node = owner.claim.as_ref().map(|claim| claim.node.as_str());
        self.all.values().filter(move |server| {
            let claim = server.claim.as_ref();
            let follows = claim.and_then(|claim| claim.master.as_deref());
            server.pid.is_some() && (follows == node || claim.map(|it| it.node.as_str()) == node)
        })
    }

    /// A server told something about its data.
    pub(super) fn told(
        &mut self,
        (at, host, pid): (Time, HostId, Pid),
        event: &Event,
        nodes_conf: impl FnOnce() -> Option<Claim>,
    ) -> Vec<Change> {
        match event {
            Event::HistoryChanged { id, offset, data } => {
                if self.all.get(&host).is_none_or(|it| it.pid != Some(pid)) {
                    self.start(at, host, pid, nodes_conf());
                    // What it begins with is a claim, too.
                    self.settle_owners();
                }
                self.history(at, host, id, *offset, data)
            }
            Event::OffsetAcknowledged { offset } => {
                if let Some(place) = self.all.get_mut(&host).and_then(|it| it.place.as_mut())
                    && place.offset != HEAD
                {
                    place.offset = place.offset.max(*offset);
                }
                Vec::new()
            }
            Event::Wrote { offset, .. } => {
                if let Some(server) = self.all.get_mut(&host) {
                    server.offset = server.offset.max(*offset);
                }
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn start(&mut self, at: Time, host: HostId, pid: Pid, claim: Option<Claim>) {
        let old = self.all.remove(&host);
        let before = old.as_ref().and_then(|it| it.place.or(it.before));
        let followed = old.as_ref().and_then(|it| it.followed.clone());
        let claim = claim.or(old.as_ref().and_then(|it| it.claim.clone()));
        let followed = claim.as_ref().and_then(|it| it.master.clone()).or(followed);
        let ruling = Ruling { at, host, how: Rule::Restart };
        let server = Server {
            pid: Some(pid),
            place: None,
            before,
            offset: 0,
            claim,
            followed,
            ruling,
            ending: old.and_then(|it| it.ending),
        };
        self.all.insert(host, server);
    }

    fn history(
        &mut self,
        at: Time,
        host: HostId,
        id: &str,
        offset: u64,
        data: &Data,
    ) -> Vec<Change> {
        let Some(server) = self.all.get_mut(&host) else { return Vec::new() };
        let parent = match data {
            Data::Empty => None,
            // What it acknowledged lately may be less than what it has; what it tells now is exact.
            Data::Kept => server.place.map(|place| Place { offset, ..place }),
            // The lab has seen the beginning of every history.
            Data::Received => None,
            Data::Loaded { id } => match self.lineage.find(id) {
                Some(branch) => Some(Place { branch, offset }),
                None => server.before,
            },
        };
        server.offset = offset;
        server.place = Some(match self.lineage.find(id) {
            Some(branch) => Place { branch, offset },
            None => Place { branch: self.lineage.add(id, parent), offset: HEAD },
        });
        let end = match data {
            Data::Kept | Data::Loaded { .. } => return vec![Change::Owners],
            Data::Received => End::Synchronisation,
            Data::Empty => End::Reset,
        };
        let ending = Ending { at, host, how: end };
        server.ending = Some(ending.clone());
        vec![Change::Copies(ending), Change::Owners]
    }

    /// A process is over.
    pub(super) fn ended(&mut self, at: Time, pid: Pid) -> Vec<Change> {
        let found = self.all.iter_mut().find(|(_, server)| server.pid == Some(pid));
        let Some((&host, server)) = found else { return Vec::new() };
        server.pid = None;
        server.before = server.place.take();
        let ending = Ending { at, host, how: End::Process };
        server.ending = Some(ending.clone());
        vec![Change::Copies(ending)]
    }

    /// A server saved what it knows of the cluster.
    pub(super) fn claims(
        &mut self,
        at: Time,
        (host, pid): (HostId, Pid),
        claim: Claim,
    ) -> Vec<Change> {
        if self.all.get(&host).is_none_or(|it| it.pid != Some(pid)) {
            self.start(at, host, pid, None);
        }
        let Some(server) = self.all.get_mut(&host) else { return Vec::new() };
        if server.claim.as_ref() == Some(&claim) {
            return Vec::new();
        }
        let old = server.claim.replace(claim.clone());
        server.followed = claim.master.clone().or(server.followed.take());
        let follower = old.as_ref().is_some_and(|it| it.master.is_some());
        if claim.is_owner() && !old.as_ref().is_some_and(Claim::is_owner) {
            let epoch = claim.epoch;
            let how = if follower {
                Rule::Promotion { epoch, offset: server.offset }
            } else {
                Rule::Assignment { epoch }
            };
            server.ruling = Ruling { at, host, how };
        }
        let before = self.settle_owners();
        let moved = if follower { Vec::new() } else { self.moved(host, &before) };
        let to = self.all.get(&host).and_then(|it| Some(Place { offset: it.offset, ..it.place? }));
        let moved = to.filter(|_| !moved.is_empty()).map(|to| Change::Moved { slots: moved, to });
        moved.into_iter().chain([Change::Owners]).collect()
    }

    /// Finds the owner of each slot anew; returns who it was.
    fn settle_owners(&mut self) -> Vec<Option<HostId>> {
        let mut owners: Vec<Option<(u64, HostId)>> = vec![None; SLOTS];
        for (&host, server) in &self.all {
            let Some(claim) = server.claim.as_ref().filter(|it| it.is_owner()) else { continue };
            for &(first, last) in &claim.slots {
                for owner in &mut owners[usize::from(first)..=usize::from(last)] {
                    if owner.is_none_or(|(epoch, _)| epoch < claim.epoch) {
                        *owner = Some((claim.epoch, host));
                    }
                }
            }
        }
        let owners = owners.into_iter().map(|it| it.map(|(_, host)| host)).collect();
        std::mem::replace(&mut self.owners, owners)
    }

    /// The slots that a master got from another shard: they come with their keys. Those that an old
    /// master takes back from its former replica do not.
    fn moved(&self, to: HostId, before: &[Option<HostId>]) -> Vec<u16> {
        let related = |a: &Server, b: &Server| {
            let node = b.claim.as_ref().map(|it| &it.node);
            a.followed.is_some() && a.followed.as_ref() == node
        };
        let stranger = |from: HostId| match (self.all.get(&from), self.all.get(&to)) {
            (Some(from), Some(to)) => !related(from, to) && !related(to, from),
            _ => false,
        };
        let slots = (0..).zip(before.iter().zip(&self.owners));
        let gained = slots.filter_map(|(slot, (&old, &new))| {
            (new == Some(to) && old != new && old.is_some_and(stranger)).then_some(slot)
        });
        gained.collect()
    }
}
