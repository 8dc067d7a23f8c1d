//! A workload: clients that write and read at a rate, the numbers of what became of their requests,
//! and a ledger of what became of the writes that were acknowledged.
//!
//! - `settings`: what it does. `client`, `connection`, `routes`: a client, which is a process of a
//!   host and reaches servers over the simulated network alone. `happening`: what it meets with.
//! - `numbers`, `histogram`, `availability`: what is counted. `figures`: that, at moments.
//! - `servers`, `lineage`, `claim`: what the lab knows of its servers without asking them; `ledger`
//!   decides by it. `report`: all of that as text. `rerun`: the same again under another setting.
//! - `outside`: the same clients without a lab, for real servers.

mod availability;
mod claim;
mod client;
mod connection;
mod figures;
mod happening;
mod histogram;
mod ledger;
mod lineage;
mod numbers;
mod outside;
pub mod report;
mod rerun;
mod routes;
mod servers;
mod settings;

use std::collections::BTreeMap;

use engine::time::Span;
use engine::{Event, Output, Rng, Time};
use sim::{Done, HostId, Pid, Work, World};

use claim::Claim;
use client::Client;
use happening::{Happening, What};
use servers::{Change, Servers};

pub use availability::{Availability, Shard};
pub use figures::Figures;
pub use histogram::Histogram;
pub use ledger::{Entry, Ledger, Outcome, Sums};
pub use numbers::{Counts, INTERVAL, Interval, Numbers};
pub use outside::{Fate, Outside, Written};
pub use rerun::{Rerun, Variant};
pub use servers::{End, Ending, Rule, Ruling};
pub use settings::Settings;

/// Open writes are looked at again after this long.
const SETTLE: Span = Span::from_millis(1000);

/// The clients of a lab, and what is known of their work. Cheap while nothing runs.
#[derive(Debug, Clone)]
pub struct Workload {
    seed: u64,
    /// What clients send with AUTH.
    password: Option<String>,
    settings: Option<Settings>,
    /// Flags that change whatever settings it is given.
    variation: Vec<String>,
    clients: BTreeMap<Pid, Client>,
    /// Clients that were started so far.
    started: u64,
    servers: Servers,
    settle_due: Time,
    watch: figures::Watch,
    /// What became of requests.
    pub numbers: Numbers,
    /// Since when no write was acknowledged.
    pub availability: Availability,
    /// What became of writes.
    pub ledger: Ledger,
}

/// Something that the workload takes note of.
enum Note {
    Server(HostId, Event),
    Claim(HostId, Claim),
    Ended,
    Client(What),
}

/// A key's name.
#[must_use]
pub fn key_name(key: u32) -> String {
    format!("key:{key}")
}

/// The value that a write leaves: the client and its count.
#[must_use]
pub fn value_of(number: u64) -> String {
    format!("{}:{}", number >> 40, number & ((1 << 40) - 1))
}

impl Workload {
    /// No clients.
    pub(crate) fn new(seed: u64, password: Option<String>) -> Self {
        Self {
            seed,
            password,
            settings: None,
            variation: Vec::new(),
            clients: BTreeMap::new(),
            started: 0,
            servers: Servers::default(),
            settle_due: Time::ZERO,
            watch: figures::Watch::default(),
            numbers: Numbers::default(),
            availability: Availability::default(),
            ledger: Ledger::default(),
        }
    }

    /// From here on these flags change whatever settings it is given.
    pub(crate) fn vary(&mut self, flags: Vec<String>) {
        self.variation = flags;
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

    /// Who has a slot, as far as can be told from outside.
    #[must_use]
    pub fn owner(&self, slot: u16) -> Option<HostId> {
        self.servers.owner(slot).map(|(host, _)| host)
    }

    /// Starts it, changes it or stops it. A start counts anew.
    pub(crate) fn set(&mut self, world: &mut World, settings: Option<Settings>) {
        let Some(settings) = settings else { return self.stop(world) };
        let settings = settings.clone().read(&self.variation).unwrap_or(settings);
        self.pass_figures(world.now());
        match self.settings.replace(settings.clone()) {
            None => {
                let (now, shards) = (world.now(), self.servers.shards());
                self.numbers.restart(now);
                self.ledger = Ledger::default();
                self.availability = Availability::start(now, shards, settings.writes);
                self.spawn(world, &settings);
                self.turn_figures(now);
            }
            Some(old) => {
                self.availability.change(settings.writes);
                let crew = |it: &Settings| (it.clients, it.hosts.clone(), it.cluster);
                if crew(&old) == crew(&settings) {
                    for (&pid, client) in &mut self.clients {
                        client.change(settings.clone());
                        world.wake(pid);
                    }
                } else {
                    self.dismiss(world);
                    self.spawn(world, &settings);
                }
            }
        }
    }

    fn stop(&mut self, world: &mut World) {
        self.pass_figures(world.now());
        if self.settings.take().is_some() {
            self.dismiss(world);
            self.availability.stop(world.now());
            self.turn_figures(world.now());
        }
    }

    fn spawn(&mut self, world: &mut World, settings: &Settings) {
        let chosen = |ip| settings.hosts.is_empty() || settings.hosts.contains(&ip);
        let hosts: Vec<_> =
            world.present().filter(|&(_, ip)| chosen(ip)).map(|(id, _)| id).collect();
        for (lane, &host) in (0..u64::from(settings.clients)).zip(hosts.iter().cycle()) {
            let seed = Rng::new(self.seed ^ Rng::new(self.started).next_u64()).next_u64();
            let door = (self.servers.addresses(host), self.password.clone());
            let client = Client::new((self.started, lane), settings.clone(), door, seed);
            self.started += 1;
            self.clients.insert(world.spawn_program(host), client);
        }
    }

    fn dismiss(&mut self, world: &mut World) {
        for &pid in self.clients.keys() {
            world.kill(pid);
        }
        self.ledger.hang_up();
    }

    /// Whether a process is one of its clients.
    pub(crate) fn has(&self, pid: Pid) -> bool {
        self.clients.contains_key(&pid)
    }

    /// Does a client's work.
    pub(crate) fn work(&mut self, work: Work) -> Done {
        let pid = work.pid;
        let done = self.clients.get_mut(&pid).map(|client| client.work(work));
        done.unwrap_or(Done { pid, outputs: Vec::new(), deadline: None })
    }

    /// A process is over; tells whether it was a client.
    pub(crate) fn ended(&mut self, pid: Pid, at: Time) -> bool {
        self.pass_figures(at);
        let changes = self.servers.ended(at, pid);
        self.judge(&changes);
        self.clients.remove(&pid).is_some()
    }

    /// Takes note of what happened in a window, in the order of time.
    pub(crate) fn see(&mut self, world: &World, done: &[Done]) {
        let mut notes = Vec::new();
        for Done { pid, outputs, .. } in done {
            let Some(host) = world.host_of(*pid) else { continue };
            for (at, output) in outputs {
                let ip = || world.hosts().nth(host.0.into()).map(|(_, ip)| ip);
                let note = match output {
                    Output::Event(
                        event @ (Event::HistoryChanged { .. }
                        | Event::OffsetAcknowledged { .. }
                        | Event::Wrote { .. }),
                    ) => Some(Note::Server(host, event.clone())),
                    Output::WriteFile { name, bytes } if name.ends_with(".conf") => {
                        let claim = ip().and_then(|ip| Claim::read(bytes, ip));
                        claim.map(|claim| Note::Claim(host, claim))
                    }
                    Output::Exit { .. } => Some(Note::Ended),
                    _ => None,
                };
                notes.extend(note.map(|note| (*at, *pid, note)));
            }
        }
        for (&pid, client) in &mut self.clients {
            let happenings = client.take_happenings().into_iter();
            notes.extend(happenings.map(|Happening { at, what }| (at, pid, Note::Client(what))));
        }
        // Stable: what one process did at one moment stays in its order.
        notes.sort_by_key(|&(at, pid, _)| (at, pid));
        for (at, pid, note) in notes {
            self.note(world, at, pid, note);
        }
    }

    fn note(&mut self, world: &World, at: Time, pid: Pid, note: Note) {
        self.pass_figures(at);
        let changes = match note {
            Note::Server(host, event) => {
                if let Event::Wrote { client, offset } = event {
                    self.ledger.taken(client, host, offset, &self.servers);
                }
                self.servers.told((at, host, pid), &event, || on_disk(world, host))
            }
            Note::Claim(host, claim) => self.servers.claims(at, (host, pid), claim),
            Note::Ended => self.servers.ended(at, pid),
            Note::Client(what) => {
                self.met(at, what);
                Vec::new()
            }
        };
        self.judge(&changes);
        if at >= self.settle_due {
            self.settle_due = at + SETTLE;
            self.settle();
        }
    }

    fn judge(&mut self, changes: &[Change]) {
        for change in changes {
            self.ledger.judge(change, &self.servers);
        }
    }

    /// Finds out which writes are kept by now.
    pub fn settle(&mut self) {
        self.ledger.settle(&self.servers);
    }

    /// Counts what a client met with.
    fn met(&mut self, at: Time, what: What) {
        self.numbers.met(at, &what);
        match what {
            What::Opened { local } => self.ledger.opened(local),
            What::Closed { local } => self.ledger.closed(local),
            What::Acknowledged { local, number, key, slot, .. } => {
                self.availability.acknowledged(at, slot);
                self.ledger.acknowledged(at, local, (number, key, slot), &self.servers);
            }
            What::Short { local } => self.ledger.unconfirmed(local),
            _ => {}
        }
    }
}

/// What the nodes.conf on a host's disk says.
fn on_disk(world: &World, host: HostId) -> Option<Claim> {
    let (_, ip) = world.hosts().nth(host.0.into())?;
    let files = world.disk(host).iter().filter(|(name, _)| name.ends_with(".conf"));
    files.into_iter().find_map(|(_, bytes)| Claim::read(bytes, ip))
}
