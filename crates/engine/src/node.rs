//! The event loop: one turn for each input, a cron every 100 ms, and what runs before each sleep.

use alloc::collections::{BTreeMap, VecDeque};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::client::Clients;
use crate::cluster::Cluster;
use crate::command::Migrate;
use crate::config::{Compat, Config, ConfigFile};
use crate::conn::{Conns, Owner};
use crate::event::{Data, Event};
use crate::io::{Input, Output};
use crate::keyspace::Keyspace;
use crate::log::Level;
use crate::machine::{Machine, ORIGIN};
use crate::replication::Replication;
use crate::rng::Rng;
use crate::time::{Span, Time};

/// The cron's period, as Redis has it at `hz 10`.
pub(crate) const TICK: Span = Span::from_millis(100);

/// What a process is started with.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Start {
    /// The process id, as the log shows it.
    pub pid: u32,
    /// The seed of everything that this process draws.
    pub seed: u64,
    /// The text of its redis.conf, command line options appended as lines.
    pub config: String,
    /// The file that `config` begins with, for CONFIG REWRITE; none for options alone.
    pub config_file: Option<ConfigFile>,
    /// The files of its working directory.
    #[borsh(deserialize_with = "crate::gathered::read")]
    pub files: BTreeMap<String, Vec<u8>>,
    /// Unix time at [`Time::ZERO`], microseconds.
    pub unix_us_at_zero: u64,
    /// Which Redis to speak like.
    pub compat: Compat,
}

/// One Redis Cluster node.
///
/// Its methods are of four kinds: [`Node::boot`] and [`Node::restore`] make one; [`Node::handle`]
/// (and [`Node::run`], many of them in order) takes inputs; [`Node::poll`] and [`Node::deadline`]
/// are to be asked after each of them, until `poll` has nothing more; the others only look.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
pub struct Node {
    /// The present by the host's clock, as that was set: what every timer but the cron goes by.
    pub(crate) now: Time,
    /// The present at the doors.
    pub(crate) steady_now: Time,
    pub(crate) pid: u32,
    /// Unix time at the zero of `now`, which lies before that of the doors.
    pub(crate) unix_us_at_zero: u64,
    /// What the host is like.
    pub(crate) machine: Machine,
    pub(crate) compat: Compat,
    pub(crate) rng: Rng,
    pub(crate) config: Config,
    pub(crate) config_file: Option<ConfigFile>,
    pub(crate) conns: Conns,
    pub(crate) clients: Clients,
    pub(crate) db: Keyspace,
    pub(crate) repl: Replication,
    pub(crate) cluster: Cluster,
    pub(crate) migrate: Migrate,
    /// When the process started, at the doors; the cron ticks at whole multiples of [`TICK`] after it.
    pub(crate) started: Time,
    /// The first tick of the cron that has neither run nor passed with nothing to do.
    next_tick: u64,
    /// [`Node::deadline`], as it was after the last input.
    due: Option<Time>,
    /// `run_id` of INFO, drawn at each start.
    pub(crate) run_id: String,
    /// Until when a DEBUG SLEEP holds the loop, or a MIGRATE waits for its target.
    pub(crate) busy_until: Option<Time>,
    /// Inputs that came while the loop was held.
    stalled: VecDeque<Input>,
    pub(crate) exited: bool,
    #[borsh(skip)]
    out: VecDeque<Output>,
}

/// The bytes are no snapshot of this version's [`Node`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RestoreError;

impl Node {
    /// Starts a process at `now`. When it can not run (bad config, bad nodes.conf), it says so in its
    /// log and exits at once, as redis-server does.
    #[must_use]
    pub fn boot(now: Time, start: Start) -> Self {
        let parsed = Config::parse(&start.config, start.compat);
        let (config, complaint) = match parsed {
            Ok(config) => (config, None),
            Err(complaint) => (Config::default(), Some(complaint)),
        };
        let mut rng = Rng::new(start.seed);
        let mut node = Self {
            now,
            steady_now: now,
            pid: start.pid,
            unix_us_at_zero: start.unix_us_at_zero.saturating_sub(ORIGIN),
            machine: Machine::default(),
            compat: start.compat,
            conns: Conns::default(),
            clients: Clients::default(),
            db: Keyspace::default(),
            repl: Replication::new(&mut rng),
            cluster: Cluster::new(&mut rng),
            migrate: Migrate::default(),
            run_id: rng.hex(40),
            rng,
            config,
            config_file: start.config_file,
            started: now,
            next_tick: 1,
            due: None,
            busy_until: None,
            stalled: VecDeque::new(),
            exited: false,
            out: VecDeque::new(),
        };
        node.clock_set(start.unix_us_at_zero);
        node.note_start();
        match complaint {
            Some(complaint) => {
                node.emit(Output::Log(complaint));
                node.exit(1);
            }
            None => node.start_up(&start.files),
        }
        node.due = node.next_deadline();
        node
    }

    /// Takes one input at `now`, which never goes backwards.
    pub fn handle(&mut self, now: Time, input: Input) {
        debug_assert!(now >= self.steady_now, "time went backwards");
        self.steady_now = now;
        self.now = self.by_clock(now);
        if self.exited {
            return;
        }
        match (input, self.busy_until) {
            (Input::Clock { unix_us_at_zero }, _) => self.clock_set(unix_us_at_zero),
            (Input::Disk { full }, _) => self.machine.disk_full = full,
            (input, Some(until)) => self.handle_while_busy(until, input),
            (input, None) => self.turn(input),
        }
        self.due = self.next_deadline();
    }

    /// Takes an input while a command holds the loop: it waits, unless it is what the command waits
    /// for.
    fn handle_while_busy(&mut self, until: Time, input: Input) {
        if self.is_of_migration(&input) {
            self.migration_heard(input);
        } else {
            self.stalled.push_back(input);
            if self.now >= until {
                self.migration_timed_out();
                self.busy_until = None;
            }
        }
        if self.busy_until.is_some() {
            return;
        }
        // The end of the command that held the loop.
        self.before_sleep();
        while self.busy_until.is_none()
            && let Some(input) = self.stalled.pop_front()
        {
            self.turn(input);
        }
    }

    /// Takes `inputs` in order and wakes itself whenever its deadline comes first, up to but not
    /// including `until`. Returns what came out and when.
    ///
    /// A deadline before `from` was slept through (SIGSTOP): it is seen to at `from`, after the
    /// inputs of that moment, as a process that goes on reads its sockets before its timers.
    pub fn run(
        &mut self,
        from: Time,
        until: Time,
        inputs: impl IntoIterator<Item = (Time, Input)>,
    ) -> Vec<(Time, Output)> {
        let mut done = Vec::new();
        self.drain(&mut done);
        for (at, input) in inputs {
            self.wake_while(&mut done, from, |due| due <= at && (due >= from || at > from));
            self.handle(at, input);
            self.drain(&mut done);
        }
        self.wake_while(&mut done, from, |due| due < until);
        done
    }

    /// Wakes itself at its deadlines, those before `from` at `from`, while they are `wanted`.
    fn wake_while(
        &mut self,
        done: &mut Vec<(Time, Output)>,
        from: Time,
        wanted: impl Fn(Time) -> bool,
    ) {
        while let Some(due) = self.deadline().filter(|&due| wanted(due)) {
            // One that came due while a command held the loop is seen to when the loop goes on.
            self.handle(due.max(from).max(self.steady_now), Input::Wake);
            self.drain(done);
        }
    }

    fn drain(&mut self, done: &mut Vec<(Time, Output)>) {
        while let Some(output) = self.poll() {
            done.push((self.steady_now, output));
        }
    }

    /// The next thing that the node does to the world.
    pub fn poll(&mut self) -> Option<Output> {
        self.out.pop_front()
    }

    /// When the node wants [`Input::Wake`]: the next tick of the cron that has something to do, or
    /// the end of a DEBUG SLEEP. Ticks at which nothing could happen are not asked for.
    #[must_use]
    pub fn deadline(&self) -> Option<Time> {
        self.due.map(|due| self.steady(due))
    }

    fn next_deadline(&self) -> Option<Time> {
        if self.exited {
            return None;
        }
        if let Some(until) = self.busy_until {
            return Some(until);
        }
        let cluster = self.config.cluster_enabled.then(|| self.cluster_due()).flatten();
        let due = [self.clients_due(), self.repl_due(), cluster, self.migrate.due()];
        let earliest = due.into_iter().flatten().min()?;
        let tick = self.since_start(earliest).0.div_ceil(TICK.0).max(self.next_tick);
        Some(self.tick_time(tick))
    }

    /// The whole state, but for outputs that were not polled.
    ///
    /// # Panics
    /// When outputs are waiting: they would be lost.
    #[must_use]
    pub fn snapshot(&self) -> Vec<u8> {
        assert!(self.out.is_empty(), "poll all outputs before a snapshot");
        borsh::to_vec(self).expect("writing to memory does not fail")
    }

    /// The node that [`Node::snapshot`] saw.
    ///
    /// # Errors
    /// [`RestoreError`] when the bytes are damaged or of another version.
    pub fn restore(bytes: &[u8]) -> Result<Self, RestoreError> {
        borsh::from_slice(bytes).map_err(|_| RestoreError)
    }

    /// All keys with their values and expiries, in one form for equal data.
    #[must_use]
    pub fn data(&self) -> Vec<u8> {
        borsh::to_vec(&self.db).expect("writing to memory does not fail")
    }

    /// The string that a key holds, for whoever watches: no expiry is looked at.
    #[must_use]
    pub fn string(&self, key: &[u8]) -> Option<&[u8]> {
        match &self.db.get(key)?.value {
            crate::keyspace::Value::String(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The time of the last input.
    #[must_use]
    #[expect(clippy::misnamed_getters, reason = "the doors know no other time than the steady one")]
    pub const fn now(&self) -> Time {
        self.steady_now
    }

    fn turn(&mut self, input: Input) {
        if self.is_about_closed_connection(&input) {
            return;
        }
        self.pass_idle_ticks(input == Input::Wake);
        match input {
            Input::Wake => self.cron(),
            Input::Accepted { conn, local, peer } => {
                if self.config.cluster_enabled && local.port() == self.config.bus_port() {
                    self.conns.insert(conn, Owner::BusInbound);
                    self.bus_accepted(conn, local, peer);
                } else {
                    self.conns.insert(conn, Owner::Client);
                    self.client_accepted(conn, local, peer);
                }
            }
            Input::Connected { conn, local } => match self.conns.owner(conn) {
                Some(Owner::BusOutbound) => self.bus_connected(conn, local),
                Some(Owner::MasterLink) => self.master_link_connected(conn, local),
                _ => {}
            },
            Input::ConnectFailed { conn, why } => match self.conns.remove(conn) {
                Some(Owner::BusOutbound) => self.bus_connect_failed(conn, why),
                Some(Owner::MasterLink) => self.master_link_connect_failed(conn, why),
                _ => {}
            },
            Input::Received { conn, bytes } => match self.conns.owner(conn) {
                Some(Owner::Client) => self.client_received(conn, &bytes),
                Some(Owner::BusInbound | Owner::BusOutbound) => self.bus_received(conn, &bytes),
                Some(Owner::MasterLink) => self.master_link_received(conn, &bytes),
                // A target has nothing to say between two talks.
                Some(Owner::Migration) | None => {}
            },
            Input::Closed { conn } => match self.conns.remove(conn) {
                Some(Owner::Client) => self.client_closed(conn),
                Some(Owner::BusInbound | Owner::BusOutbound) => self.bus_closed(conn),
                Some(Owner::MasterLink) => self.master_link_closed(conn),
                Some(Owner::Migration) => self.target_closed(conn),
                None => {}
            },
            Input::Signal(signal) => self.client_signal(signal),
            Input::Clock { .. } | Input::Disk { .. } => unreachable!("seen to in any state"),
        }
        self.before_sleep();
    }

    /// Whether an input is about a connection that this node closed itself. The host chooses a
    /// window's inputs before it sees the window's outputs, so such inputs happen; they must leave
    /// no trace, or the cut of the windows would show in what follows.
    fn is_about_closed_connection(&self, input: &Input) -> bool {
        match input {
            Input::Connected { conn, .. }
            | Input::ConnectFailed { conn, .. }
            | Input::Received { conn, .. }
            | Input::Closed { conn } => self.conns.owner(*conn).is_none(),
            Input::Wake
            | Input::Accepted { .. }
            | Input::Signal(_)
            | Input::Clock { .. }
            | Input::Disk { .. } => false,
        }
    }

    /// Ticks that nobody had to be woken for are over. One that is overdue (the process was stopped)
    /// stays to be run; so does the one that a host wakes us for although there is no need.
    pub(crate) fn pass_idle_ticks(&mut self, woken: bool) {
        if self.due.is_some_and(|due| due <= self.now) {
            return;
        }
        let since = self.since_start(self.now).0;
        let next = if woken { since.div_ceil(TICK.0) } else { since / TICK.0 + 1 };
        self.next_tick = self.next_tick.max(next);
    }

    /// All ticks that are due by now count as one: those before it had nothing to do.
    fn cron(&mut self) {
        let tick = self.since_start(self.now).0 / TICK.0;
        if tick < self.next_tick {
            return;
        }
        self.next_tick = tick + 1;
        self.clients_cron();
        // Redis aligns both once-a-second jobs with every tenth tick.
        if tick.is_multiple_of(10) {
            self.repl_cron();
            self.migrate_cron();
        }
        if self.config.cluster_enabled {
            self.cluster_cron(tick);
        }
    }

    /// Redis's beforeSleep: what follows from an input happens before the next one is looked at.
    fn before_sleep(&mut self) {
        if self.exited || self.busy_until.is_some() {
            return;
        }
        if self.config.cluster_enabled {
            self.cluster_before_sleep();
        }
        self.clients_before_sleep();
        self.repl_before_sleep();
        self.send_replies();
    }

    /// The moment of a tick of the cron.
    pub(crate) fn tick_time(&self, tick: u64) -> Time {
        self.by_clock(self.started + Span(tick * TICK.0))
    }

    /// The first tick of the cron that has neither run nor passed with nothing to do.
    pub(crate) const fn next_tick(&self) -> u64 {
        self.next_tick
    }

    pub(crate) fn emit(&mut self, output: Output) {
        if !self.exited {
            self.out.push_back(output);
        }
    }

    /// Takes back what this turn would send or tell, but for its log lines.
    pub(crate) fn take_back(&mut self) {
        self.out.retain(|output| matches!(output, Output::Log(_)));
    }

    pub(crate) fn event(&mut self, event: Event) {
        self.emit(Output::Event(event));
    }

    pub(crate) fn exit(&mut self, code: i32) {
        if !self.exited {
            self.emit(Output::Exit { code });
            self.exited = true;
        }
    }

    /// Unix time in microseconds.
    pub(crate) const fn unix_us(&self) -> u64 {
        self.unix_us_at_zero + self.now.0
    }

    /// Unix time in milliseconds of a moment of virtual time.
    pub(crate) const fn unix_ms_at(&self, at: Time) -> u64 {
        (self.unix_us_at_zero + at.0) / 1000
    }
}

impl Node {
    /// Reads what the disk has, opens the ports, says that it is ready.
    fn start_up(&mut self, files: &BTreeMap<String, Vec<u8>>) {
        self.log_start();
        let nodes_conf = files.get(&self.config.cluster_config_file);
        if self.config.cluster_enabled
            && let Err(complaint) = self.cluster_boot(nodes_conf.map(Vec::as_slice))
        {
            self.log(Level::Warning, complaint);
            return self.exit(1);
        }
        let (mode, port) = (self.config.mode(), self.config.port);
        self.log(Level::Notice, format!("Running mode={mode}, port={port}."));
        self.log(self.demoted(), "Server initialized");
        match files.get(&self.config.dbfilename).map(|rdb| self.load_rdb_file(rdb)) {
            None => self.tell_history(Data::Empty),
            Some(Ok(())) => {}
            Some(Err(complaint)) => {
                self.log(Level::Warning, complaint);
                return self.exit(1);
            }
        }
        self.emit(Output::Listen { port: self.config.port });
        self.log(Level::Notice, self.compat.ready());
        self.event(Event::Named { id: self.cluster.id() });
        self.event(Event::Ready);
    }

    /// What redis-server logs while it is not yet a server.
    fn log_start(&mut self) {
        let level = self.demoted();
        let (version, pid) = (self.compat.version(), self.pid);
        let version = format!(
            "Redis version={version}, bits=64, commit=00000000, modified=0, pid={pid}, just started"
        );
        self.log_child(pid, level, "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo");
        self.log_child(pid, level, &version);
        self.log_child(pid, level, "Configuration loaded");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::{ConnId, ConnectError};

    /// Seed 4 of the judged runs: it ran at the start of the window in which MIGRATE ended, which was
    /// before that end, so that time went back.
    #[test]
    fn a_tick_that_came_due_while_migrate_held_the_loop_runs_when_it_goes_on() {
        let start = Start {
            pid: 1,
            seed: 1,
            config: "cluster-node-timeout 1000".into(),
            config_file: None,
            files: BTreeMap::new(),
            unix_us_at_zero: 1_795_406_400_000_000,
            compat: Compat::V7_0,
        };
        let at = |ms| Time::ZERO + Span::from_millis(ms);
        let address = |text: &str| text.parse().expect("an address");
        let conn = ConnId(2);
        let say = |line: &str| Input::Received { conn, bytes: format!("{line}\r\n").into_bytes() };
        let (local, peer) = (address("10.0.0.1:6379"), address("10.0.0.8:40000"));
        let mut node = Node::boot(at(0), start);
        let opening = [
            (at(1), Input::Accepted { conn, local, peer }),
            (at(2), say("CLUSTER ADDSLOTSRANGE 0 16383")),
            (at(3200), say("SET hello v")),
            (at(3200), say("CLUSTER MEET 10.0.0.7 6379")),
            (at(4000), say("MIGRATE 10.0.0.9 6379 hello 0 5000")),
        ];
        let done = node.run(at(0), at(4001), opening);
        let dialled = done.iter().rev().find_map(|(_, output)| match output {
            Output::Connect { conn, to, .. } if to.port() == 6379 => Some(*conn),
            _ => None,
        });
        let conn = dialled.expect("the target is dialled");
        // The handshake was over at 4.2 s.
        let failed = Input::ConnectFailed { conn, why: ConnectError::Refused };
        let done = node.run(at(4350), at(4360), [(at(4355), failed)]);
        assert!(done.iter().all(|(when, _)| *when >= at(4355)), "{done:?}");
        assert!(!done.is_empty());
    }
}
