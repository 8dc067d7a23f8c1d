//! What may be done to a world, and what may be asked of it.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::rc::Rc;

use engine::config::ConfigFile;
use engine::time::Span;
use engine::{Compat, Output, Rng, Signal, Start, Time};

use crate::host::{Host, HostId};
use crate::link::{Direction, LinkSettings};
use crate::net::{Happened, Net};
use crate::process::{Pid, ProcessKind, ProcessState, Processes};
use crate::queue::{Event, Queue};
use crate::rule::{LastingRule, Rule, RuleId};
use crate::trace::{Record, Trace, What};
use crate::window::Work;

/// How long a server's start takes at least: fork, exec, libraries, initialisation.
const STARTUP: Span = Span::from_millis(10);
/// Up to this much is added, uniformly: no two processes of real hosts share the phase of what they
/// do periodically.
const STARTUP_JITTER: Span = Span::from_millis(100);

/// Hosts, processes, network and time.
///
/// Its methods are of three kinds: those that drive it ([`World::next_window`], [`World::finish`]),
/// those that do something to it *now* (all others that take `&mut self`; between windows only),
/// and those that look.
///
/// A clone between windows is the same world once more: it goes on as the first does. Files are
/// shared until one of the two changes them, so it costs little.
#[derive(Debug, Clone)]
pub struct World {
    pub(crate) now: Time,
    unix_us_at_zero: u64,
    /// The seeds of processes come from here.
    seeds: Rng,
    pub(crate) queue: Queue,
    pub(crate) hosts: Vec<Host>,
    pub(crate) addresses: BTreeMap<Ipv4Addr, HostId>,
    pub(crate) processes: Processes,
    pub(crate) net: Net,
    pub(crate) trace: Trace,
    ended: Vec<(Pid, Option<i32>)>,
    /// Whether a window has been handed out and not come back.
    pub(crate) in_window: bool,
    /// The work of the window that is being put together.
    pub(crate) work: Vec<Work>,
    /// What kernels have to see to in the open window.
    pub(crate) happened: Vec<(Time, Happened)>,
    /// An empty buffer for merging.
    pub(crate) outputs: Vec<(Time, Pid, Output)>,
}

impl World {
    /// An empty world. `seed` decides every random choice in it, those of its processes included;
    /// `unix_us_at_zero` is the wall clock at [`Time::ZERO`].
    #[must_use]
    pub fn new(seed: u64, unix_us_at_zero: u64) -> Self {
        let mut seeds = Rng::new(seed);
        let net = Net::new(seeds.next_u64());
        Self {
            now: Time::ZERO,
            unix_us_at_zero,
            seeds,
            queue: Queue::default(),
            hosts: Vec::new(),
            addresses: BTreeMap::new(),
            processes: Processes::default(),
            net,
            trace: Trace::default(),
            ended: Vec::new(),
            in_window: false,
            work: Vec::new(),
            happened: Vec::new(),
            outputs: Vec::new(),
        }
    }

    /// The present.
    #[must_use]
    pub const fn now(&self) -> Time {
        self.now
    }

    /// Adds a host with an empty disk, linked to all others by [`LinkSettings::LAN`].
    ///
    /// # Panics
    /// When the address is taken.
    pub fn add_host(&mut self, ip: Ipv4Addr) -> HostId {
        let host = HostId(u16::try_from(self.hosts.len()).expect("fewer than 65,536 hosts"));
        assert!(self.addresses.insert(ip, host).is_none(), "two hosts have the address {ip}");
        self.hosts.push(Host::new(ip));
        self.net.links.add_host();
        host
    }

    /// Adds a host while time passes. Who is cut off from all others is cut off from it, too.
    ///
    /// # Panics
    /// When the address is taken.
    pub fn join(&mut self, ip: Ipv4Addr) -> HostId {
        assert!(!self.in_window, "hosts are added between windows");
        let is_apart = |&host: &HostId| self.is_isolated(host) || self.is_gone(host);
        let apart: Vec<_> = self.hosts().map(|(host, _)| host).filter(is_apart).collect();
        let host = self.add_host(ip);
        self.trace.note(self.now, host, None, What::HostAdded(ip));
        self.part(host, &apart);
        host
    }

    /// Lets nothing pass any more between a host and these others.
    fn part(&mut self, host: HostId, others: &[HostId]) {
        for &other in others {
            for (from, to) in [(host, other), (other, host)] {
                let settings = LinkSettings { blocked: true, ..self.link(from, to) };
                self.net.links.set(from, to, settings);
            }
        }
    }

    /// Takes a host away for good: whatever ran there is gone at once, nobody hears the end of a
    /// stream, and nothing reaches it any more. Its number and its address stay its own.
    pub fn remove_host(&mut self, host: HostId) {
        assert!(!self.in_window, "hosts are removed between windows");
        if self.is_gone(host) {
            return;
        }
        self.trace.note(self.now, host, None, What::HostRemoved);
        let others: Vec<_> = self.hosts().map(|(it, _)| it).filter(|&it| it != host).collect();
        self.part(host, &others);
        for pid in self.pids(host) {
            self.kill(pid);
        }
        self.hosts[usize::from(host.0)].gone = true;
    }

    /// Whether a host was taken away.
    #[must_use]
    pub fn is_gone(&self, host: HostId) -> bool {
        self.hosts[usize::from(host.0)].gone
    }

    /// The hosts that were not taken away.
    pub fn present(&self) -> impl Iterator<Item = (HostId, Ipv4Addr)> + '_ {
        self.hosts().filter(|&(host, _)| !self.is_gone(host))
    }

    /// The address of a host.
    #[must_use]
    pub fn ip(&self, host: HostId) -> Ipv4Addr {
        self.hosts[usize::from(host.0)].ip
    }

    /// Whether nothing passes between a host and any other one. There must be another one.
    #[must_use]
    pub fn is_isolated(&self, host: HostId) -> bool {
        let blocked = |from, to| self.link(from, to).blocked;
        let mut others = self.present().map(|(other, _)| other).filter(|&other| other != host);
        let all = |other| blocked(host, other) && blocked(other, host);
        !self.is_gone(host) && others.next().is_some_and(all) && others.all(all)
    }

    /// Every host with its address, in the order in which they were added; those that were taken
    /// away, too.
    pub fn hosts(&self) -> impl Iterator<Item = (HostId, Ipv4Addr)> + '_ {
        (0..).map(HostId).zip(self.hosts.iter().map(|host| host.ip))
    }

    /// The files of a host's working directory.
    #[must_use]
    pub fn disk(&self, host: HostId) -> &BTreeMap<String, Rc<Vec<u8>>> {
        &self.hosts[usize::from(host.0)].disk
    }

    /// Puts a file on a host's disk.
    pub fn write_file(&mut self, host: HostId, name: &str, bytes: Vec<u8>) {
        self.hosts[usize::from(host.0)].disk.insert(name.into(), Rc::new(bytes));
    }

    /// Removes a file from a host's disk; tells whether it was there.
    pub fn remove_file(&mut self, host: HostId, name: &str) -> bool {
        self.hosts[usize::from(host.0)].disk.remove(name).is_some()
    }

    /// Whether nothing can be written on a host's disk.
    #[must_use]
    pub fn disk_full(&self, host: HostId) -> bool {
        self.hosts[usize::from(host.0)].full
    }

    /// Fills a host's disk, or makes room on it.
    pub fn fill_disk(&mut self, host: HostId, full: bool) {
        if self.disk_full(host) == full {
            return;
        }
        self.hosts[usize::from(host.0)].full = full;
        for pid in self.pids(host) {
            self.queue.push(self.now, Event::DiskFull(pid, full));
        }
        self.trace.note(self.now, host, None, What::DiskFull(full));
    }

    /// By how many microseconds a host's clock is off.
    #[must_use]
    pub fn clock_off(&self, host: HostId) -> i64 {
        self.hosts[usize::from(host.0)].clock_off
    }

    /// Sets a host's clock: that many microseconds off from here on.
    pub fn set_clock(&mut self, host: HostId, off: i64) {
        if self.clock_off(host) == off {
            return;
        }
        self.hosts[usize::from(host.0)].clock_off = off;
        let unix_us_at_zero = self.unix_us_at_zero(host);
        for pid in self.pids(host) {
            self.queue.push(self.now, Event::ClockSet(pid, unix_us_at_zero));
        }
        self.trace.note(self.now, host, None, What::ClockSet { off });
    }

    /// Unix time at [`Time::ZERO`] by a host's clock, microseconds.
    #[must_use]
    pub fn unix_us_at_zero(&self, host: HostId) -> u64 {
        self.unix_us_at_zero.saturating_add_signed(self.clock_off(host))
    }

    fn pids(&self, host: HostId) -> Vec<Pid> {
        self.processes(host).map(|(pid, ..)| pid).collect()
    }

    /// Starts a `redis-server`; it comes up within some hundred milliseconds. Its log goes to the file [`LOG_FILE`](crate::LOG_FILE) of its host's
    /// disk.
    pub fn spawn_server(
        &mut self,
        host: HostId,
        config: String,
        config_file: Option<ConfigFile>,
        compat: Compat,
    ) -> Pid {
        let pid = self.processes.add(host, ProcessKind::Server);
        let start = Start {
            pid: pid.0,
            seed: self.seeds.next_u64(),
            config,
            config_file,
            files: self.hosts[usize::from(host.0)].files(),
            unix_us_at_zero: self.unix_us_at_zero(host),
            compat,
        };
        let full = self.disk_full(host);
        if let Some(process) = self.processes.get_mut(pid) {
            process.start = Some(Box::new(start));
            process.mailbox.extend(full.then_some(engine::Input::Disk { full }));
        }
        let startup = Span(STARTUP.0 + self.seeds.below(STARTUP_JITTER.0));
        self.queue.push(self.now + startup, Event::Start(pid));
        self.trace.note(self.now, host, Some(pid), What::Started);
        pid
    }

    /// Makes a process of the shell known, so that it can have sockets. It gets a turn now.
    pub fn spawn_program(&mut self, host: HostId) -> Pid {
        let pid = self.processes.add(host, ProcessKind::Program);
        self.queue.push(self.now, Event::Start(pid));
        self.trace.note(self.now, host, Some(pid), What::Started);
        pid
    }

    /// Wakes a program now ([`engine::Input::Wake`]): whoever runs it has news for it, a typed line
    /// say.
    pub fn wake(&mut self, pid: Pid) {
        self.queue.push(self.now, Event::Wake(pid));
    }

    /// The live processes of a host, by pid.
    pub fn processes(
        &self,
        host: HostId,
    ) -> impl Iterator<Item = (Pid, ProcessKind, ProcessState)> + '_ {
        let here = self.processes.iter().filter(move |process| process.host == host);
        here.map(|process| (process.pid, process.kind, process.state))
    }

    /// How `ps` shows a live process; empty unless it was given a title.
    #[must_use]
    pub fn title(&self, pid: Pid) -> &str {
        self.processes.get(pid).map_or("", |process| &process.title)
    }

    /// Gives a process its title.
    pub fn set_title(&mut self, pid: Pid, title: String) {
        if let Some(process) = self.processes.get_mut(pid) {
            process.title = title;
        }
    }

    /// The host that a live process runs on.
    #[must_use]
    pub fn host_of(&self, pid: Pid) -> Option<HostId> {
        self.processes.get(pid).map(|process| process.host)
    }

    /// The process that accepts connections on a port of a host.
    #[must_use]
    pub fn listener(&self, host: HostId, port: u16) -> Option<Pid> {
        self.hosts[usize::from(host.0)].listener(port)
    }

    /// SIGTERM or SIGINT. A frozen process hears of it when it goes on.
    pub fn signal(&mut self, pid: Pid, signal: Signal) {
        if let Some(host) = self.host_of(pid) {
            self.queue.push(self.now, Event::Signal(pid, signal));
            self.trace.note(self.now, host, Some(pid), What::Signal(signal));
        }
    }

    /// SIGKILL, or a crash: memory and sockets are gone, the disk stays. What was sent is still
    /// delivered, then peers hear the end of the stream, as kernels close what a dead process leaves
    /// open.
    pub fn kill(&mut self, pid: Pid) {
        assert!(!self.in_window, "processes are killed between windows");
        if let Some(host) = self.host_of(pid) {
            self.trace.note(self.now, host, Some(pid), What::Killed);
            self.end(self.now, pid, None);
        }
    }

    /// SIGSTOP.
    pub fn stop(&mut self, pid: Pid) {
        assert!(!self.in_window, "processes are frozen between windows");
        let Some(process) = self.processes.get_mut(pid) else { return };
        if process.state == ProcessState::Running {
            process.state = ProcessState::Stopped;
            let host = process.host;
            self.processes.tidy();
            self.trace.note(self.now, host, Some(pid), What::Stopped);
        }
    }

    /// SIGCONT: what was buffered meanwhile arrives at once.
    pub fn cont(&mut self, pid: Pid) {
        assert!(!self.in_window, "processes go on between windows");
        let Some(process) = self.processes.get_mut(pid) else { return };
        if process.state == ProcessState::Stopped {
            process.state = ProcessState::Running;
            let host = process.host;
            self.queue.push(self.now, Event::Resume(pid));
            self.trace.note(self.now, host, Some(pid), What::Continued);
        }
    }

    /// The link from one host to another.
    #[must_use]
    pub fn link(&self, from: HostId, to: HostId) -> LinkSettings {
        self.net.links.get(from, to)
    }

    /// As links are now, they are usually, though never cut: what a fault changed can be set back to that.
    pub fn note_usual_links(&mut self) {
        self.net.links.note_usual();
    }

    /// What the link from one host to another is usually like; so it is from here on, but stays
    /// blocked where it is.
    pub fn lay_link(&mut self, from: HostId, to: HostId, settings: LinkSettings) {
        assert!(!self.in_window, "links are changed between windows");
        let blocked = self.link(from, to).blocked;
        self.net.links.set(from, to, LinkSettings { blocked, ..settings });
        self.net.links.set_usual(from, to, settings);
    }

    /// What the link from one host to another is like when nothing was done to it.
    #[must_use]
    pub fn usual_link(&self, from: HostId, to: HostId) -> LinkSettings {
        self.net.links.usual(from, to)
    }

    /// Changes the link from one host to another. What is on the wire already keeps its time. None
    /// leads to a host that was taken away.
    pub fn set_link(&mut self, from: HostId, to: HostId, settings: LinkSettings) {
        assert!(!self.in_window, "links are changed between windows");
        if self.link(from, to) != settings && !self.is_gone(from) && !self.is_gone(to) {
            let settings = self.net.links.set(from, to, settings);
            self.trace.note(self.now, from, None, What::Link { to, settings });
        }
    }

    /// Blocks what one host sends to another, or both ways. [`World::heal`] undoes it.
    pub fn cut(&mut self, from: HostId, to: HostId, direction: Direction) {
        self.block(from, to, direction, true);
    }

    /// Undoes [`World::cut`].
    pub fn heal(&mut self, from: HostId, to: HostId, direction: Direction) {
        self.block(from, to, direction, false);
    }

    /// Lets what a rule aims at be lost from now on, until it ends or [`World::lift_rule`] ends it.
    pub fn set_rule(&mut self, rule: Rule) -> RuleId {
        assert!(!self.in_window, "rules are set between windows");
        let id = self.net.rules.set(self.now, rule.clone());
        self.trace.note(self.now, HostId(0), None, What::RuleSet(id, rule));
        id
    }

    /// Ends a rule. False when there is no such rule, or no more.
    pub fn lift_rule(&mut self, id: RuleId) -> bool {
        assert!(!self.in_window, "rules are lifted between windows");
        self.net.rules.retire(self.now);
        let lifted = self.net.rules.lift(id);
        if lifted {
            self.trace.note(self.now, HostId(0), None, What::RuleLifted(id));
        }
        lifted
    }

    /// The rules that last, in the order in which they were set.
    pub fn rules(&self) -> impl Iterator<Item = &LastingRule> + '_ {
        self.net.rules.lasting(self.now)
    }

    /// Cuts a host off from all others. [`World::rejoin`] undoes it.
    pub fn isolate(&mut self, host: HostId) {
        self.block_all(host, true);
    }

    /// Heals all links of a host.
    pub fn rejoin(&mut self, host: HostId) {
        self.block_all(host, false);
    }

    /// The running hash over everything that happened: same history, same hash.
    #[must_use]
    pub const fn trace_hash(&self) -> u64 {
        self.trace.hash
    }

    /// The servers and programs that ended since the last call: exited with a code, or killed.
    pub fn take_ended(&mut self) -> Vec<(Pid, Option<i32>)> {
        std::mem::take(&mut self.ended)
    }

    /// Whether traffic, too, goes into the records: connections, bytes and files.
    pub const fn record_traffic(&mut self, on: bool) {
        self.trace.with_traffic = on;
    }

    /// What has been recorded since the last call: every log line, event and exit, and what was
    /// done to processes and links.
    pub fn take_records(&mut self) -> Vec<Record> {
        std::mem::take(&mut self.trace.records)
    }

    /// About how many bytes a clone takes, its files included.
    #[must_use]
    pub fn size(&self) -> usize {
        let files = self.hosts.iter().flat_map(|host| host.disk.values());
        files.map(|file| file.len()).sum::<usize>() + self.net.size() + self.processes.size()
    }

    /// A process is over.
    pub(crate) fn end(&mut self, at: Time, pid: Pid, code: Option<i32>) {
        self.close_all(at, pid);
        if self.processes.remove(pid).is_some() {
            self.ended.push((pid, code));
        }
    }

    fn block(&mut self, from: HostId, to: HostId, direction: Direction, blocked: bool) {
        self.set_link(from, to, LinkSettings { blocked, ..self.link(from, to) });
        if direction == Direction::Both {
            self.set_link(to, from, LinkSettings { blocked, ..self.link(to, from) });
        }
    }

    fn block_all(&mut self, host: HostId, blocked: bool) {
        for other in (0..).map(HostId).take(self.hosts.len()).filter(|&other| other != host) {
            self.block(host, other, Direction::Both, blocked);
        }
    }
}
