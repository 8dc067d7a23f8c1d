//! The same clients without a lab: whoever hosts them gives them time and sockets, real ones say. What
//! became of their writes has to be read back: see [`Outside::audit`].

use std::collections::BTreeMap;
use std::net::SocketAddrV4;

use engine::time::Span;
use engine::{Input, Output, Rng, Time};
use sim::{Pid, ProcessKind, Work};

use super::client::Client;
use super::happening::{Happening, What};
use super::report::{self, Report};
use super::{Availability, Figures, Numbers, Settings, Sums};

/// Writes of a key that are remembered.
const REMEMBERED: usize = 32;
/// Two writes of different clients, acknowledged within this time, may have been done in either order.
const UNORDERED: Span = Span::from_millis(1000);

/// A write that was acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Its number; [`value_of`](super::value_of) is its value.
    pub number: u64,
    /// The slot of its key.
    pub slot: u16,
    /// When it was acknowledged.
    pub at: Time,
    /// By whom.
    pub by: SocketAddrV4,
}

/// What became of a write that is not there any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The last copy went with its process.
    Lost,
    /// The last copy was given up.
    RolledBack,
    /// Somebody may still have it.
    Open,
}

/// Clients, and what became of their requests.
#[derive(Debug)]
pub struct Outside {
    seed: u64,
    password: Option<String>,
    settings: Option<Settings>,
    started: u64,
    clients: Vec<Client>,
    numbers: Numbers,
    availability: Availability,
    sums: Sums,
    /// Whom the clients' ends of connections lead to.
    peers: BTreeMap<SocketAddrV4, SocketAddrV4>,
    /// By key, oldest first: those that were neither replaced long ago nor found to be gone.
    written: BTreeMap<u32, Vec<Written>>,
}

impl Outside {
    /// No clients yet.
    #[must_use]
    pub fn new(seed: u64, password: Option<String>) -> Self {
        Self {
            seed,
            password,
            settings: None,
            started: 0,
            clients: Vec::new(),
            numbers: Numbers::default(),
            availability: Availability::default(),
            sums: Sums::default(),
            peers: BTreeMap::new(),
            written: BTreeMap::new(),
        }
    }

    /// What it does; none when it does nothing.
    #[must_use]
    pub const fn settings(&self) -> Option<&Settings> {
        self.settings.as_ref()
    }

    /// Whether it was ever started.
    #[must_use]
    pub const fn was_used(&self) -> bool {
        self.started > 0
    }

    /// Starts it: forgets what an earlier run counted. `shards` are the slots of each master.
    pub fn start(&mut self, now: Time, settings: Settings, shards: Vec<Vec<(u16, u16)>>) {
        self.numbers = Numbers::default();
        self.numbers.pass(now);
        self.availability = Availability::start(now, shards, settings.writes);
        self.sums = Sums::default();
        self.written.clear();
        self.settings = Some(settings);
    }

    /// Changes what it does. True when its clients can go on; else they must be hired anew.
    pub fn change(&mut self, settings: Settings) -> bool {
        self.availability.change(settings.writes);
        let crew = |it: &Settings| (it.clients, it.hosts.clone(), it.cluster);
        let same = self.settings.as_ref().is_some_and(|old| crew(old) == crew(&settings));
        for client in self.clients.iter_mut().filter(|_| same) {
            client.change(settings.clone());
        }
        self.settings = Some(settings);
        same
    }

    /// Ends it.
    pub fn stop(&mut self, now: Time) {
        if self.settings.take().is_some() {
            self.clients.clear();
            self.availability.stop(now);
        }
    }

    /// Takes on the clients that the settings ask for; `doors` are the addresses that each may ask first.
    pub fn hire(&mut self, doors: impl Iterator<Item = Vec<SocketAddrV4>>) {
        let Some(settings) = &self.settings else { return };
        self.clients.clear();
        for (lane, door) in (0..u64::from(settings.clients)).zip(doors) {
            let seed = Rng::new(self.seed ^ Rng::new(self.started).next_u64()).next_u64();
            let door = (door, self.password.clone());
            let ids = (self.started, lane);
            self.clients.push(Client::new(ids, settings.clone(), door, seed));
            self.started += 1;
        }
    }

    /// A client does its work now. Returns what it wants done, and when it is to be woken.
    pub fn work(
        &mut self,
        lane: usize,
        now: Time,
        inputs: Vec<Input>,
    ) -> (Vec<Output>, Option<Time>) {
        let Some(client) = self.clients.get_mut(lane) else { return (Vec::new(), None) };
        let work = Work {
            pid: Pid(0),
            kind: ProcessKind::Program,
            start: None,
            from: now,
            inputs: inputs.into_iter().map(|input| (now, input)).collect(),
            until: now + Span(1),
        };
        let done = client.work(work);
        for Happening { what, .. } in client.take_happenings() {
            self.met(now, what);
        }
        (done.outputs.into_iter().map(|(_, output)| output).collect(), done.deadline)
    }

    /// A connection from here leads there.
    pub fn leads(&mut self, local: SocketAddrV4, to: SocketAddrV4) {
        self.peers.insert(local, to);
    }

    fn met(&mut self, now: Time, what: What) {
        if let What::Acknowledged { local, number, key, slot, .. } = what {
            self.availability.acknowledged(now, slot);
            self.sums.acknowledged += 1;
            if let Some(&by) = self.peers.get(&local) {
                let written = self.written.entry(key).or_default();
                written.push(Written { number, slot, at: now, by });
                if written.len() > REMEMBERED {
                    written.remove(0);
                }
            }
        }
        self.numbers.met(now, &what);
    }

    /// The keys that were written, each with its slot.
    #[must_use]
    pub fn keys(&self) -> Vec<(u32, u16)> {
        let last = self.written.iter().filter_map(|(&key, all)| Some((key, all.last()?.slot)));
        last.collect()
    }

    /// Takes what a key's owner has: a value, or none. What is missing is gone, if `fate` says so.
    pub fn audit(&mut self, key: u32, value: Option<&str>, fate: impl Fn(&Written) -> Fate) {
        let Some(written) = self.written.get_mut(&key) else { return };
        let Some(last) = written.last().copied() else { return };
        let from = match value {
            None => written.len() - 1,
            Some(value) => {
                // A value of nobody who was answered may be newer than all others.
                let has = |it: &Written| super::value_of(it.number) == value;
                let Some(at) = written.iter().position(has) else { return };
                if last.at.since(written[at].at) < UNORDERED {
                    return;
                }
                at + 1
            }
        };
        let mut open = Vec::new();
        for it in written.split_off(from) {
            match fate(&it) {
                Fate::Lost => self.sums.lost += 1,
                Fate::RolledBack => self.sums.rolled_back += 1,
                Fate::Open => open.push(it),
            }
        }
        written.extend(open);
    }

    /// All other writes are there: what was not found to be gone is kept.
    pub fn settle(&mut self) {
        let gone = self.sums.lost + self.sums.rolled_back;
        self.sums.kept = self.sums.acknowledged - gone;
    }

    /// The numbers now.
    #[must_use]
    pub fn figures(&self, now: Time) -> Figures {
        let running = self.settings.is_some();
        Figures::of(running, self.sums, &self.numbers.total, &self.availability, now)
    }

    /// All numbers as text, as `load status` of a lab prints them.
    #[must_use]
    pub fn status(&self, now: Time, owner: &dyn Fn(u16) -> Option<String>) -> String {
        let Self { settings, sums, numbers, availability, .. } = self;
        let settings = settings.as_ref();
        let was_used = self.was_used();
        report::text(&Report { settings, was_used, sums: *sums, numbers, availability }, now, owner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::value_of;

    fn written(counts: &[(u64, u64)]) -> Outside {
        let mut outside = Outside::new(1, None);
        let by = "10.0.0.1:6379".parse().expect("an address");
        let write =
            |&(number, ms): &(u64, u64)| Written { number, slot: 3, at: Time(ms * 1000), by };
        outside.written.insert(7, counts.iter().map(write).collect());
        outside.sums.acknowledged = counts.len() as u64;
        outside
    }

    #[test]
    fn what_is_newer_than_the_value_that_is_there_is_gone() {
        let mut outside = written(&[(1, 0), (2, 2000), (3, 5000)]);
        outside.audit(7, Some(&value_of(3)), |_| Fate::Lost);
        assert_eq!(outside.sums.lost, 0);
        outside.audit(7, Some(&value_of(1)), |_| Fate::Open);
        assert_eq!(outside.sums.lost, 0);
        outside.audit(7, Some(&value_of(1)), |_| Fate::Lost);
        assert_eq!((outside.sums.lost, outside.written[&7].len()), (2, 1));
        outside.audit(7, Some(&value_of(1)), |_| Fate::Lost);
        assert_eq!(outside.sums.lost, 2);
        outside.audit(7, None, |_| Fate::RolledBack);
        outside.settle();
        assert_eq!((outside.sums.rolled_back, outside.sums.kept), (1, 0));
    }

    #[test]
    fn nothing_is_gone_where_the_order_is_not_known() {
        let mut outside = written(&[(1, 0), (2, 400)]);
        outside.audit(7, Some(&value_of(1)), |_| Fate::Lost);
        outside.audit(7, Some(&value_of(9)), |_| Fate::Lost);
        outside.settle();
        assert_eq!((outside.sums.lost, outside.sums.kept), (0, 2));
    }
}
