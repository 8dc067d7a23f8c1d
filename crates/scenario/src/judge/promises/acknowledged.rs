//! A write that a replica acknowledged under WAIT is there when that replica wins, and as long as it
//! is master.
//!
//! What Redis promises is this much and no more. WAIT counts replicas that have *processed* the
//! write: it is in their memory, after all that came before it. So from then on each of them has it,
//! as replica and as the winner of an election, until something takes its data away:
//!
//! - its process ends (nothing says that the write was on a disk);
//! - it takes a full copy from a master, which may know less (one that was restarted empty, say);
//! - the slot moves to another shard: a reshard moves the key by MIGRATE, and the loser of a slot
//!   deletes its keys. What the new owner's replicas have, nobody waited for.
//!
//! A replica that has yet to get its copy promises nothing, though WAIT may count it: a master without a
//! backlog counts no offset for what is written, and offset 0 is what it takes a new replica to have
//! (7.0.15 answers 1 for a replica that asked for a copy and never said a word since).
//!
//! Who did not acknowledge may win all the same, and then the write is lost: that is no breach. Only
//! a later write to the same key may replace it (the numbers of writes tell which is later), or an
//! earlier one that its client gave up on, since what is on its way may still arrive.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::{Ipv4Addr, SocketAddrV4};

use bus::{NodeId, Slot, slot_of};
use engine::event::Role;
use engine::{Event, Output, Time, View};
use sim::{HostId, Record, What};

use super::{Promise, Seen};
use crate::judge::clients::{Shared, Write};

#[derive(Debug)]
pub(super) struct Acknowledged {
    journal: Shared,
    /// By host: the last look.
    known: BTreeMap<HostId, Known>,
    /// What replicas acknowledged: the greatest number by host and key.
    kept: BTreeMap<HostId, BTreeMap<usize, u64>>,
    /// Since when a host's server has been running without taking a full copy.
    since: BTreeMap<HostId, Time>,
    /// Replicas that get their master's stream.
    linked: BTreeSet<HostId>,
    /// Keys that were migrated.
    migrated: BTreeSet<usize>,
    /// The last write to a key that may have gone with a deletion of it.
    deleted: BTreeMap<usize, u64>,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    ip: Ipv4Addr,
    role: Role,
}

impl Acknowledged {
    pub(super) fn new(journal: Shared) -> Self {
        Self {
            journal,
            known: BTreeMap::new(),
            kept: BTreeMap::new(),
            since: BTreeMap::new(),
            linked: BTreeSet::new(),
            migrated: BTreeSet::new(),
            deleted: BTreeMap::new(),
        }
    }

    fn acknowledged(&mut self, write: Write, by: &[SocketAddrV4]) {
        let Write { key, number, sent } = write;
        let gone = self.deleted.get(&key).is_some_and(|&last| number <= last);
        if gone || self.migrated.contains(&key) {
            return;
        }
        for replica in by {
            let known = self.known.iter().find(|(_, it)| it.ip == *replica.ip());
            let Some((&host, _)) = known.filter(|(host, _)| self.linked.contains(host)) else {
                continue;
            };
            // What arrives late may have been said by one that is no more.
            if self.since.get(&host).is_some_and(|&since| since < sent) {
                let last = self.kept.entry(host).or_default().entry(key).or_default();
                *last = number.max(*last);
            }
        }
    }

    fn event(&mut self, at: Time, host: HostId, event: &Event) {
        match event {
            Event::WaitAnswered { client, by } => {
                let mut journal = self.journal.borrow_mut();
                let write = journal.waits.get_mut(client).and_then(VecDeque::pop_front);
                drop(journal);
                if let Some(write) = write {
                    self.acknowledged(write, by);
                }
            }
            Event::MasterLinkUp { partial } => {
                if !partial {
                    self.forget(at, host);
                }
                self.linked.insert(host);
            }
            Event::MasterLinkDown | Event::RoleChanged { .. } => drop(self.linked.remove(&host)),
            Event::SlotsMoved { .. } if self.was_master(host) => drop(self.kept.remove(&host)),
            _ => {}
        }
    }

    /// Whether a host's server was a master at the last look.
    fn was_master(&self, host: HostId) -> bool {
        self.known.get(&host).is_some_and(|it| it.role == Role::Master)
    }

    fn forget(&mut self, at: Time, host: HostId) {
        self.kept.remove(&host);
        self.since.insert(host, at);
        self.linked.remove(&host);
    }

    /// Whether a client orders keys to be moved, or a master tells its replicas to delete some.
    fn sent(&mut self, bytes: &[u8]) {
        if bytes.starts_with(b"RCmb") {
            return;
        }
        let (migrates, deletes) = (has(bytes, b"\r\nMIGRATE\r\n"), has(bytes, b"\r\nDEL\r\n"));
        if !migrates && !deletes {
            return;
        }
        let journal = self.journal.borrow();
        for (at, key) in journal.keys.iter().enumerate() {
            if !has(bytes, key) {
                continue;
            }
            if migrates {
                self.migrated.insert(at);
            }
            self.deleted.insert(at, journal.issued[at]);
            for kept in self.kept.values_mut() {
                kept.remove(&at);
            }
        }
    }
}

impl Promise for Acknowledged {
    fn text(&self) -> &'static str {
        "a write acknowledged under WAIT by a replica that wins is there"
    }

    fn record(&mut self, record: &Record) -> Result<(), String> {
        match &record.what {
            What::Started => self.forget(record.at, record.host),
            What::Output(Output::Event(event)) => self.event(record.at, record.host, event),
            What::Output(Output::Send { bytes, .. }) => self.sent(bytes),
            _ => {}
        }
        Ok(())
    }

    fn look(&mut self, nodes: &[Seen]) -> Result<(), String> {
        for node in nodes {
            let ip = node.ip;
            let now = Known { ip, role: node.view.role };
            self.known.insert(node.host, now);
            let Some(kept) = self.kept.get_mut(&node.host) else { continue };
            let journal = self.journal.borrow();
            kept.retain(|&key, _| shard_owns(&node.view, slot_of(&journal.keys[key])));
            for (&key, &number) in kept.iter() {
                let has = node.written[key];
                if has < number && !journal.adrift[key].contains(&has) {
                    return Err(format!(
                        "{ip} acknowledged write {number} to {} and has write {has}",
                        String::from_utf8_lossy(&journal.keys[key])
                    ));
                }
            }
        }
        Ok(())
    }
}

/// Whether a node's shard owns a slot, as the node sees it.
fn shard_owns(view: &View, slot: Slot) -> bool {
    let within =
        |slots: &[(Slot, Slot)]| slots.iter().any(|&(from, to)| (from..=to).contains(&slot));
    let peer = |id: NodeId| view.peers.iter().find(|peer| peer.id == id);
    match view.master.and_then(peer) {
        Some(master) => within(&master.slots),
        None => within(&view.slots),
    }
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|it| it == part)
}

#[cfg(test)]
mod tests {
    use super::super::testing::seen;
    use super::*;

    fn record(host: u16, what: What) -> Record {
        Record { at: Time(1), host: HostId(host), pid: None, what }
    }

    fn told(host: u16, event: Event) -> Record {
        record(host, What::Output(Output::Event(event)))
    }

    /// A replica that acknowledged write 2 to the only key, and has it.
    fn acknowledged() -> (Acknowledged, Seen) {
        let journal = Shared::default();
        let client = "10.0.0.9:40000".parse().expect("an address");
        {
            let mut journal = journal.borrow_mut();
            (journal.keys, journal.issued) = (vec![b"key".to_vec()], vec![2]);
            journal.adrift = vec![BTreeSet::new()];
            journal.waits.entry(client).or_default().push_back(Write {
                key: 0,
                number: 2,
                sent: Time(2),
            });
        }
        let mut promise = Acknowledged::new(journal);
        promise.record(&record(2, What::Started)).expect("nothing is wrong with that");
        let up = Event::MasterLinkUp { partial: false };
        promise.record(&told(2, up)).expect("nothing is wrong with that");
        let mut replica = seen(2);
        replica.view.slots = vec![(0, 16383)];
        replica.written = vec![2];
        assert_eq!(promise.look(&[replica.clone()]), Ok(()));
        let by = vec!["10.0.0.2:6379".parse().expect("an address")];
        assert_eq!(promise.record(&told(1, Event::WaitAnswered { client, by })), Ok(()));
        assert_eq!(promise.look(&[replica.clone()]), Ok(()));
        (promise, replica)
    }

    #[test]
    fn a_winner_without_what_it_acknowledged_breaks_it() {
        let (mut promise, mut winner) = acknowledged();
        winner.written = vec![3];
        assert_eq!(promise.look(&[winner.clone()]), Ok(()), "a later write replaces it");
        winner.written = vec![1];
        assert!(promise.look(&[winner.clone()]).unwrap_err().contains("acknowledged write 2"));
        promise.journal.borrow_mut().adrift[0].insert(1);
        assert_eq!(promise.look(&[winner]), Ok(()), "it came late");
    }

    #[test]
    fn who_lost_its_memory_is_excused() {
        let (mut promise, mut other) = acknowledged();
        other.written = vec![0];
        promise.record(&record(2, What::Started)).expect("nothing is wrong with that");
        assert_eq!(promise.look(&[other]), Ok(()), "it was restarted");

        let (mut promise, mut other) = acknowledged();
        other.written = vec![0];
        promise.record(&told(2, Event::MasterLinkUp { partial: true })).expect("nothing is lost");
        assert!(promise.look(&[other.clone()]).is_err());
        promise.record(&told(2, Event::MasterLinkUp { partial: false })).expect("a full copy");
        assert_eq!(promise.look(&[other]), Ok(()));

        let (mut promise, mut other) = acknowledged();
        other.written = vec![0];
        other.view.slots.clear();
        assert_eq!(promise.look(&[other]), Ok(()), "the slot went elsewhere");
    }

    #[test]
    fn who_has_yet_to_get_its_copy_promises_nothing() {
        let (mut promise, mut other) = acknowledged();
        promise.kept.clear();
        promise.record(&told(2, Event::MasterLinkDown)).expect("nothing is wrong with that");
        let client = "10.0.0.9:40000".parse().expect("an address");
        let write = Write { key: 0, number: 2, sent: Time(2) };
        promise.journal.borrow_mut().waits.entry(client).or_default().push_back(write);
        let by = vec!["10.0.0.2:6379".parse().expect("an address")];
        promise.record(&told(1, Event::WaitAnswered { client, by })).expect("counted too early");
        other.written = vec![0];
        assert_eq!(promise.look(&[other]), Ok(()));
    }

    #[test]
    fn a_key_that_is_migrated_is_nobodys_promise() {
        let (mut promise, mut source) = acknowledged();
        let bytes = b"*3\r\n$7\r\nMIGRATE\r\n$1\r\nx\r\n$3\r\nkey\r\n".to_vec();
        let what = What::Output(Output::Send { conn: engine::ConnId(1), bytes });
        assert_eq!(promise.record(&record(5, what)), Ok(()));
        source.written = vec![0];
        assert_eq!(promise.look(&[source]), Ok(()));
    }
}
