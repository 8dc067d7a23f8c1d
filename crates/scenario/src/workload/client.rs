//! One client: a process that writes and reads at its rate, as applications with a good client
//! library do.

mod replies;

use std::collections::BTreeMap;
use std::net::SocketAddrV4;

use engine::time::Span;
use engine::{ConnId, Output, Rng, Time};
use sim::{Done, Work};

use super::connection::{About, Connection, Op, Request, Stage};
use super::happening::{Happening, What};
use super::routes::Routes;
use super::settings::Settings;
use crate::redis_cli::request;

/// A new slot map is not asked for sooner after the last one.
const REFRESH_PAUSE: Span = Span::from_millis(200);
/// Bits of a write's number that are its client's own count.
const COUNT_BITS: u32 = 40;

/// One client.
#[derive(Debug, Clone)]
pub(super) struct Client {
    /// Which of the clients it is, counted since the lab opened.
    index: u64,
    /// Which of those that work now, from 0.
    lane: u64,
    settings: Settings,
    /// What it sends with AUTH.
    password: Option<String>,
    /// Where it may ask for the slots first; its own host's server is the first of them.
    seeds: Vec<SocketAddrV4>,
    rng: Rng,
    now: Time,
    routes: Routes,
    connections: BTreeMap<SocketAddrV4, Connection>,
    /// Whom a connection leads to.
    peers: BTreeMap<ConnId, SocketAddrV4>,
    next_write: Option<Time>,
    next_read: Option<Time>,
    /// When a new slot map is wanted; none when the present one seems good.
    refresh_at: Option<Time>,
    refreshed: Time,
    /// Whom to ask for it, a count.
    turn: usize,
    writes: u64,
    reads: u64,
    opened: u32,
    started: bool,
    outputs: Vec<(Time, Output)>,
    happenings: Vec<Happening>,
}

impl Client {
    /// A client that has not started.
    pub(super) fn new(
        (index, lane): (u64, u64),
        settings: Settings,
        (seeds, password): (Vec<SocketAddrV4>, Option<String>),
        seed: u64,
    ) -> Self {
        Self {
            index,
            lane,
            settings,
            password,
            seeds,
            rng: Rng::new(seed),
            now: Time::ZERO,
            routes: Routes::default(),
            connections: BTreeMap::new(),
            peers: BTreeMap::new(),
            next_write: None,
            next_read: None,
            refresh_at: None,
            refreshed: Time::ZERO,
            turn: usize::try_from(lane).unwrap_or(0),
            writes: 0,
            reads: 0,
            opened: 0,
            started: false,
            outputs: Vec::new(),
            happenings: Vec::new(),
        }
    }

    /// Goes on with other settings; takes effect at its next wake.
    pub(super) fn change(&mut self, settings: Settings) {
        self.settings = settings;
        self.started = false;
    }

    /// What happened since the last call, in order.
    pub(super) fn take_happenings(&mut self) -> Vec<Happening> {
        std::mem::take(&mut self.happenings)
    }

    /// Does its work of one window.
    pub(super) fn work(&mut self, work: Work) -> Done {
        self.now = work.from;
        self.start();
        for (at, input) in work.inputs {
            self.wake_while(work.from, |due| due <= at);
            self.now = at;
            self.hear(input);
            self.start();
        }
        self.wake_while(work.from, |due| due < work.until);
        Done { pid: work.pid, outputs: std::mem::take(&mut self.outputs), deadline: self.due() }
    }

    /// Plans its first requests, spread over the clients, whenever the settings are new.
    fn start(&mut self) {
        if std::mem::replace(&mut self.started, true) {
            return;
        }
        let first = |period: Option<Span>, rng: &mut Rng| {
            period.map(|period| self.now + Span(rng.below(period.0)))
        };
        self.next_write = first(self.period(self.settings.writes), &mut self.rng);
        self.next_read = first(self.period(self.settings.reads), &mut self.rng);
        if self.settings.cluster && self.routes.nodes().is_empty() {
            self.refresh_at = Some(self.now);
        }
    }

    /// The time between two requests of a kind, of which all clients make `rate` a second.
    fn period(&self, rate: u32) -> Option<Span> {
        let clients = u64::from(self.settings.clients);
        (rate > 0).then(|| Span((1_000_000 * clients / u64::from(rate)).max(1)))
    }

    /// When it wants to be woken.
    fn due(&self) -> Option<Time> {
        let own = [self.next_write, self.next_read, self.refresh_at].into_iter().flatten();
        own.chain(self.connections.values().filter_map(Connection::due)).min()
    }

    fn wake_while(&mut self, from: Time, wanted: impl Fn(Time) -> bool) {
        while let Some(due) = self.due().filter(|&due| wanted(due)) {
            self.now = self.now.max(due).max(from);
            self.wake();
        }
    }

    /// Does everything that is due.
    fn wake(&mut self) {
        let now = self.now;
        self.give_up_waiting();
        if self.refresh_at.is_some_and(|at| at <= now) {
            self.refresh();
        }
        if self.next_write.is_some_and(|at| at <= now) {
            self.next_write = self.period(self.settings.writes).map(|period| now + period);
            self.write();
        }
        if self.next_read.is_some_and(|at| at <= now) {
            self.next_read = self.period(self.settings.reads).map(|period| now + period);
            self.read();
        }
    }

    /// Tells which requests are held, and hangs up where one was waited for too long.
    fn give_up_waiting(&mut self) {
        let now = self.now;
        let peers: Vec<_> = self.connections.keys().copied().collect();
        for peer in peers {
            let Some(connection) = self.connections.get_mut(&peer) else { continue };
            if connection.is_overdue(now) {
                self.lose(peer);
                continue;
            }
            while let Some((request, next)) = connection.take_held(now) {
                // A WAIT behind its own write is held with it.
                if matches!(request.about, About::Op(_))
                    || matches!(request.about, About::Wait(_)) && next
                {
                    self.happenings.push(Happening { at: now, what: What::Held });
                }
            }
        }
    }

    fn write(&mut self) {
        let key = self.key(self.writes);
        let number = self.index << COUNT_BITS | self.writes;
        self.writes += 1;
        self.begin(true, number, key);
    }

    fn read(&mut self) {
        let key = self.key(self.reads);
        self.reads += 1;
        self.begin(false, 0, key);
    }

    /// The key of a client's `count`th request.
    fn key(&mut self, count: u64) -> u32 {
        let keys = u64::from(self.settings.keys);
        let key = if self.settings.sequential {
            (count * u64::from(self.settings.clients) + self.lane) % keys
        } else {
            self.rng.below(keys)
        };
        u32::try_from(key).unwrap_or(0)
    }

    fn begin(&mut self, write: bool, number: u64, key: u32) {
        let slot = bus::slot_of(super::key_name(key).as_bytes());
        let op = Op { write, number, key, slot, began: self.now, redirects: 0 };
        let own = self.seeds.first().copied();
        let to = if self.settings.cluster { self.routes.of(slot) } else { own };
        match to {
            Some(to) => self.issue(op, to, false),
            None => self.tell(What::Refused { why: "no slot map" }),
        }
    }

    /// Sends a request, after ASKING if need be.
    fn issue(&mut self, op: Op, to: SocketAddrV4, asking: bool) {
        if !self.is_reachable(to) {
            return self.tell(What::Refused { why: "no connection" });
        }
        let waiting = self.connections.get(&to).map_or(0, |it| it.waiting.len());
        if waiting >= usize::from(self.settings.pipeline) && op.redirects == 0 {
            return self.tell(What::Unsent);
        }
        let mut bytes = if asking { request(&["ASKING"]) } else { Vec::new() };
        if asking {
            self.expect(to, About::Nothing, Span(0));
        }
        let key = super::key_name(op.key);
        if !op.write {
            bytes.extend(request(&["GET", &key]));
            self.expect(to, About::Op(op), Span(0));
            return self.send(to, bytes);
        }
        bytes.extend(request(&["SET", &key, &super::value_of(op.number)]));
        self.expect(to, About::Op(op), Span(0));
        if let Some(replicas) = self.settings.wait {
            let timeout = self.settings.wait_timeout_ms;
            bytes.extend(request(&["WAIT", &replicas.to_string(), &timeout.to_string()]));
            self.expect(to, About::Wait(op), Span::from_millis(timeout.into()));
        }
        self.send(to, bytes);
    }

    fn expect(&mut self, from: SocketAddrV4, about: About, longer: Span) {
        let sent = self.now;
        let until = sent + Span::from_millis(self.settings.timeout_ms.into()) + longer;
        if let Some(connection) = self.connections.get_mut(&from) {
            connection.waiting.push_back(Request { about, sent, until });
        }
    }

    /// Whether something may be sent there now; dials if nobody did yet.
    fn is_reachable(&mut self, to: SocketAddrV4) -> bool {
        let connection = self.connections.entry(to).or_insert_with(Connection::new);
        let Stage::Down(until) = connection.stage else { return true };
        if until > self.now {
            return false;
        }
        let id = ConnId(self.opened * 2 + 1);
        self.opened += 1;
        connection.stage = Stage::Connecting(id);
        self.peers.insert(id, to);
        self.outputs.push((self.now, Output::Connect { conn: id, to, nodelay: true }));
        if let Some(password) = &self.password {
            let auth = request(&["AUTH", password]);
            self.expect(to, About::Nothing, Span(0));
            self.send(to, auth);
        }
        true
    }

    fn send(&mut self, to: SocketAddrV4, bytes: Vec<u8>) {
        let Some(connection) = self.connections.get_mut(&to) else { return };
        match connection.stage {
            Stage::Open(conn, _) => self.outputs.push((self.now, Output::Send { conn, bytes })),
            Stage::Connecting(_) => connection.unsent.extend(bytes),
            Stage::Down(_) => {}
        }
    }

    /// Asks the next server that can be reached for its slot map.
    fn refresh(&mut self) {
        self.refresh_at = None;
        let mut candidates = self.routes.nodes().to_vec();
        candidates.extend(self.seeds.iter().filter(|it| !self.routes.nodes().contains(it)));
        for _ in 0..candidates.len() {
            let to = candidates[self.turn % candidates.len()];
            self.turn += 1;
            if self.is_reachable(to) {
                self.expect(to, About::Slots, Span(0));
                self.send(to, request(&["CLUSTER", "SLOTS"]));
                self.refreshed = self.now;
                return;
            }
        }
        self.refresh_at = Some(self.now + REFRESH_PAUSE);
    }

    /// A new slot map is wanted.
    fn want_refresh(&mut self) {
        if self.settings.cluster && self.refresh_at.is_none() {
            self.refresh_at = Some(self.now.max(self.refreshed + REFRESH_PAUSE));
        }
    }

    fn tell(&mut self, what: What) {
        self.happenings.push(Happening { at: self.now, what });
    }
}
