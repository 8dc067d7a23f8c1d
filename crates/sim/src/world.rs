//! The world: clock, queue, hosts, network. Split into files of its own as it grows.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddrV4};

use engine::time::Span;
use engine::{Input, Output, Start, Time};

/// A host of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostId(pub u16);

/// A process of the world, never reused. The number that `ps` and log lines show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pid(pub u32);

/// Who runs a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProcessKind {
    /// A `redis-server`: its work is handed to a node host.
    Server,
    /// A program of the shell (redis-cli ...): its work is done by whoever spawned it.
    Program,
}

/// What a process is up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProcessState {
    /// Runs.
    Running,
    /// Frozen by SIGSTOP: its sockets accept and buffer, nothing is answered.
    Stopped,
}

/// Which way of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Only from the first host to the second.
    OneWay,
    /// Both ways.
    Both,
}

/// One direction of a link between two hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkSettings {
    /// One-way latency.
    pub latency: Span,
    /// Up to this much is added, uniformly.
    pub jitter: Span,
    /// Loss in parts per million of segments: shows as delay, by retransmission with back-off.
    pub loss_ppm: u32,
    /// Nothing passes: silence, until healed.
    pub blocked: bool,
}

/// Work for one process within one window.
#[derive(Debug)]
pub struct Work {
    /// Whose.
    pub pid: Pid,
    /// Who runs it.
    pub kind: ProcessKind,
    /// Set when the process starts in this window, at that time, before all inputs.
    pub start: Option<(Time, Start)>,
    /// The beginning of the window: deadlines before it were slept through (SIGSTOP) and are seen
    /// to at this time.
    pub from: Time,
    /// Inputs in order. The process wakes itself at its deadlines in between and up to `until`.
    pub inputs: Vec<(Time, Input)>,
    /// The end of the window, exclusive.
    pub until: Time,
}

/// What a process did within one window.
#[derive(Debug)]
pub struct Done {
    /// Whose.
    pub pid: Pid,
    /// Outputs in order, with the time of each.
    pub outputs: Vec<(Time, Output)>,
    /// When it wants to be woken next.
    pub deadline: Option<Time>,
}

/// One window of independent work.
#[derive(Debug)]
pub struct Window {
    /// Its first moment.
    pub start: Time,
    /// Its end, exclusive.
    pub until: Time,
    /// The work, by pid; taken out by whoever does it.
    pub work: Vec<Work>,
}

/// Bytes on their way, for whoever watches the wire.
#[derive(Debug)]
pub struct Flight<'a> {
    /// From which socket.
    pub from: SocketAddrV4,
    /// To which socket.
    pub to: SocketAddrV4,
    /// Stays the same while they fly, and is never used again.
    pub id: u64,
    /// What kind of segment.
    pub kind: SegmentKind,
    /// Which port the connection was opened to: tells client, bus and replication traffic apart.
    pub service: u16,
    /// When they left.
    pub sent: Time,
    /// When they arrive.
    pub due: Time,
    /// The bytes.
    pub bytes: &'a [u8],
}

/// What a segment on the wire is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SegmentKind {
    /// Asks for a connection.
    Syn,
    /// Grants it.
    SynAck,
    /// Completes it.
    Ack,
    /// Carries bytes.
    Data,
    /// Nothing more will come.
    Fin,
    /// There is no such connection, or nobody listens.
    Reset,
}

/// One record of the trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// When.
    pub at: Time,
    /// On which host; for a link, the host it leads from.
    pub host: HostId,
    /// Whose; none for what happens to a link.
    pub pid: Option<Pid>,
    /// What.
    pub what: What,
}

/// What a [`Record`] tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A process was started.
    Started,
    /// A process did something: log lines, events and exits; with [`World::record_traffic`]
    /// everything.
    Output(Output),
    /// A process was sent a signal that it can handle.
    Signal(engine::Signal),
    /// A process was killed.
    Killed,
    /// A process was frozen.
    Stopped,
    /// A frozen process goes on.
    Continued,
    /// A link was changed.
    Link {
        /// The host it leads to.
        to: HostId,
        /// What it is like.
        settings: LinkSettings,
    },
}

/// Hosts, processes, network and time.
#[derive(Debug)]
pub struct World {}

impl World {
    /// An empty world. `seed` decides every random choice in it, those of its processes included;
    /// `unix_us_at_zero` is the wall clock at [`Time::ZERO`].
    #[must_use]
    pub fn new(_seed: u64, _unix_us_at_zero: u64) -> Self {
        todo!()
    }

    /// The present.
    #[must_use]
    pub fn now(&self) -> Time {
        todo!()
    }

    /// Adds a host with an empty disk, linked to all others by the default link.
    pub fn add_host(&mut self, _ip: Ipv4Addr) -> HostId {
        todo!()
    }

    /// Every host with its address, in the order in which they were added.
    pub fn hosts(&self) -> impl Iterator<Item = (HostId, Ipv4Addr)> + '_ {
        core::iter::empty()
    }

    /// The files of a host's working directory.
    #[must_use]
    pub fn disk(&self, _host: HostId) -> &BTreeMap<String, Vec<u8>> {
        todo!()
    }

    /// Puts a file on a host's disk.
    pub fn write_file(&mut self, _host: HostId, _name: &str, _bytes: Vec<u8>) {
        todo!()
    }

    /// Starts a `redis-server`. Its log goes to the file `log` of its host's disk.
    pub fn spawn_server(&mut self, _host: HostId, _config: String, _compat: engine::Compat) -> Pid {
        todo!()
    }

    /// Makes a process of the shell known, so that it can have sockets. It is woken at `now`.
    pub fn spawn_program(&mut self, _host: HostId) -> Pid {
        todo!()
    }

    /// Wakes a program now ([`Input::Wake`]): whoever runs it has news for it, a typed line say.
    pub fn wake(&mut self, _pid: Pid) {
        todo!()
    }

    /// The live processes of a host.
    pub fn processes(
        &self,
        _host: HostId,
    ) -> impl Iterator<Item = (Pid, ProcessKind, ProcessState)> + '_ {
        core::iter::empty()
    }

    /// SIGTERM or SIGINT.
    pub fn signal(&mut self, _pid: Pid, _signal: engine::Signal) {
        todo!()
    }

    /// SIGKILL, or a crash: memory and sockets are gone, peers hear a reset, the disk stays.
    pub fn kill(&mut self, _pid: Pid) {
        todo!()
    }

    /// SIGSTOP.
    pub fn stop(&mut self, _pid: Pid) {
        todo!()
    }

    /// SIGCONT: what was buffered meanwhile arrives at once.
    pub fn cont(&mut self, _pid: Pid) {
        todo!()
    }

    /// The link from one host to another.
    #[must_use]
    pub fn link(&self, _from: HostId, _to: HostId) -> LinkSettings {
        todo!()
    }

    /// Changes the link from one host to another.
    pub fn set_link(&mut self, _from: HostId, _to: HostId, _settings: LinkSettings) {
        todo!()
    }

    /// The time of the next event, if there is one.
    #[must_use]
    pub fn next_event(&self) -> Option<Time> {
        todo!()
    }

    /// The next window of work that starts before `limit`. When there is none, the clock moves to
    /// `limit`.
    pub fn next_window(&mut self, _limit: Time) -> Option<Window> {
        todo!()
    }

    /// Merges what the processes did, in a fixed order, into the future.
    pub fn finish(&mut self, _window: Window, _done: Vec<Done>) {
        todo!()
    }

    /// The running hash over everything that happened: same history, same hash.
    #[must_use]
    pub fn trace_hash(&self) -> u64 {
        todo!()
    }

    /// The servers and programs that ended since the last call: exited with a code, or killed.
    pub fn take_ended(&mut self) -> Vec<(Pid, Option<i32>)> {
        todo!()
    }

    /// How much may happen at once without anybody hearing of another: the smallest one-way latency
    /// of any link. What one process causes in another without the network (a shell that goes on
    /// after a program's exit, say) must come at least this much later.
    #[must_use]
    pub fn lookahead(&self) -> Span {
        todo!()
    }

    /// Whether traffic, too, goes into the records: connections, bytes and files.
    pub fn record_traffic(&mut self, _on: bool) {
        todo!()
    }

    /// What has been recorded since the last call: every log line, event, connection and exit.
    pub fn take_records(&mut self) -> Vec<Record> {
        todo!()
    }

    /// What is on the wire now.
    pub fn flights(&self) -> impl Iterator<Item = Flight<'_>> + '_ {
        core::iter::empty()
    }
}
