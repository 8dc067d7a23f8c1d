//! What must hold whatever goes wrong, one promise a file.

mod acknowledged;
mod agreement;
mod codec;
mod epochs;
mod one_vote;
mod own_replies;
mod replica_data;
mod slot_owners;

use std::fmt::Debug;
use std::net::Ipv4Addr;

use engine::{Time, View};
use sim::{HostId, Pid, Record};

use super::Broken;
use super::clients::Shared;

/// A running node as an observer sees it.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Its host.
    pub host: HostId,
    /// Its address.
    pub ip: Ipv4Addr,
    /// Its process.
    pub pid: Pid,
    /// What it is and what it believes.
    pub view: View,
    /// Its keys and values, as [`engine::Node::data`] writes them.
    pub data: Vec<u8>,
    /// The number of the clients' write that it has, by key; 0 for none.
    pub written: Vec<u64>,
}

/// A promise: it watches, and says in a sentence when it is broken.
trait Promise: Debug {
    /// The promise itself.
    fn text(&self) -> &'static str;

    /// Something happened.
    fn record(&mut self, _record: &Record) -> Result<(), String> {
        Ok(())
    }

    /// This is how things stand.
    fn look(&mut self, _nodes: &[Seen]) -> Result<(), String> {
        Ok(())
    }

    /// This is how things stand, and nothing has gone wrong for a while.
    fn settled(&mut self, _nodes: &[Seen]) -> Result<(), String> {
        Ok(())
    }
}

/// All promises.
#[derive(Debug)]
pub(super) struct Promises(Vec<Box<dyn Promise>>);

impl Promises {
    /// All of them; those about clients go by what these note in the journal.
    pub(super) fn new(journal: &Shared) -> Self {
        Self(vec![
            Box::new(one_vote::OneVote::default()),
            Box::new(epochs::Epochs::default()),
            Box::new(replica_data::ReplicaData),
            Box::new(codec::Codec),
            Box::new(slot_owners::SlotOwners),
            Box::new(acknowledged::Acknowledged::new(Shared::clone(journal))),
            Box::new(own_replies::OwnReplies(Shared::clone(journal))),
            Box::new(agreement::Agreement),
        ])
    }

    pub(super) fn record(&mut self, record: &Record) -> Result<(), Broken> {
        self.all(record.at, |promise| promise.record(record))
    }

    pub(super) fn look(&mut self, at: Time, nodes: &[Seen]) -> Result<(), Broken> {
        self.all(at, |promise| promise.look(nodes))
    }

    /// `all`: whether every host has its node.
    pub(super) fn settled(&mut self, at: Time, all: bool, nodes: &[Seen]) -> Result<(), Broken> {
        if !all {
            let what = format!("only {} servers run", nodes.len());
            return Err(Broken { promise: "every healed server runs", at, what });
        }
        self.all(at, |promise| promise.settled(nodes))
    }

    fn all(
        &mut self,
        at: Time,
        mut ask: impl FnMut(&mut dyn Promise) -> Result<(), String>,
    ) -> Result<(), Broken> {
        for promise in &mut self.0 {
            let answer = ask(promise.as_mut());
            answer.map_err(|what| Broken { promise: promise.text(), at, what })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod testing {
    use bus::NodeFlags;
    use engine::view::PeerView;
    use engine::{Compat, Node, Start, Time};

    use super::*;

    /// A fresh node on 10.0.0.`at`, well by itself.
    pub(super) fn seen(at: u8) -> Seen {
        let start = Start {
            pid: 1,
            seed: u64::from(at),
            config: String::new(),
            config_file: None,
            files: std::collections::BTreeMap::new(),
            unix_us_at_zero: 0,
            compat: Compat::V7_0,
        };
        let node = Node::boot(Time::ZERO, start);
        let mut view = node.view();
        view.state_ok = true;
        view.replid = "same".into();
        let (host, ip) = (HostId(at.into()), Ipv4Addr::new(10, 0, 0, at));
        Seen { host, ip, pid: Pid(1), view, data: node.data(), written: Vec::new() }
    }

    /// What somebody who is right believes of a node.
    pub(super) fn peer(of: &Seen) -> PeerView {
        PeerView {
            id: of.view.id,
            addr: format!("{}:6379", of.ip),
            flags: NodeFlags::MASTER,
            master: of.view.master,
            config_epoch: of.view.config_epoch,
            slots: of.view.slots.clone(),
            connected: true,
            ping_sent: None,
            pong_received: None,
            reports: Vec::new(),
            suspicion: None,
        }
    }
}
