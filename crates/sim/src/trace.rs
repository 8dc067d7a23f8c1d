//! The running hash over everything that happens, and the records for whoever asks.

use std::net::Ipv4Addr;

use engine::{Event, Output, Signal, Time};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use crate::host::HostId;
use crate::link::LinkSettings;
use crate::process::Pid;
use crate::rule::{Rule, RuleId};

/// One record of the trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// When.
    pub at: Time,
    /// On which host; for a link, the host it leads from; for a rule the first host.
    pub host: HostId,
    /// Whose; none for what happens to a link, a rule or a whole host.
    pub pid: Option<Pid>,
    /// What.
    pub what: What,
}

/// What a [`Record`] tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A process was started.
    Started,
    /// A process did something: log lines, events and exits; with
    /// [`World::record_traffic`](crate::World::record_traffic) everything.
    Output(Output),
    /// A process was sent a signal that it can handle.
    Signal(Signal),
    /// A process was killed.
    Killed,
    /// A process was frozen.
    Stopped,
    /// A frozen process goes on.
    Continued,
    /// The clock of a host was set.
    ClockSet {
        /// By how many microseconds it is off from here on.
        off: i64,
    },
    /// The disk of a host is full, or has room again.
    DiskFull(bool),
    /// A host was added while time passed.
    HostAdded(Ipv4Addr),
    /// A host was taken away.
    HostRemoved,
    /// A link was changed.
    Link {
        /// The host it leads to.
        to: HostId,
        /// What it is like.
        settings: LinkSettings,
    },
    /// A rule was set.
    RuleSet(RuleId, Rule),
    /// A rule was lifted before its end.
    RuleLifted(RuleId),
}

/// Hash and records.
#[derive(Debug, Default, Clone)]
pub(crate) struct Trace {
    pub(crate) hash: u64,
    pub(crate) records: Vec<Record>,
    pub(crate) with_traffic: bool,
}

impl Trace {
    /// Notes what was done to a process or a link.
    pub(crate) fn note(&mut self, at: Time, host: HostId, pid: Option<Pid>, what: What) {
        let (kind, detail) = match &what {
            What::Started => (16, [0; 4]),
            What::Output(_) => unreachable!("outputs are hashed as they come"),
            What::Signal(signal) => (17, [*signal as u64, 0, 0, 0]),
            What::Killed => (18, [0; 4]),
            What::Stopped => (19, [0; 4]),
            What::Continued => (20, [0; 4]),
            What::ClockSet { off } => (22, [off.cast_unsigned(), 0, 0, 0]),
            What::DiskFull(full) => (23, [u64::from(*full), 0, 0, 0]),
            What::Link { to, settings } => {
                let rest = u64::from(settings.loss_ppm) << 1 | u64::from(settings.blocked);
                (21, [u64::from(to.0), settings.latency.0, settings.jitter.0, rest])
            }
            What::RuleSet(id, rule) => (22, [id.0.into(), rule.digest(), 0, 0]),
            What::RuleLifted(id) => (23, [id.0.into(), 0, 0, 0]),
            What::HostAdded(ip) => (24, [u32::from(*ip).into(), 0, 0, 0]),
            What::HostRemoved => (25, [0; 4]),
        };
        let [a, b, c, d] = detail;
        let who = pid.map_or(u64::from(host.0), |pid| u64::from(pid.0));
        self.mix([at.0, kind << 32 | who, a, b]);
        if kind == 21 {
            self.mix([c, d, 0, 0]);
        }
        self.records.push(Record { at, host, pid, what });
    }

    /// Notes what a process did: into the hash always, into the records what observers asked for.
    pub(crate) fn output(&mut self, at: Time, host: HostId, pid: Pid, output: &Output) {
        let (kind, number, content) = match output {
            Output::Listen { port } => (1, u64::from(*port), 0),
            Output::Connect { conn, to, .. } => {
                let ip = u64::from(u32::from(*to.ip()));
                (2, u64::from(conn.0), ip << 16 | u64::from(to.port()))
            }
            Output::Send { conn, bytes } => (3, u64::from(conn.0), xxh3_64(bytes)),
            Output::Close { conn } => (4, u64::from(conn.0), 0),
            Output::WriteFile { name, bytes } => (5, xxh3_64(name.as_bytes()), xxh3_64(bytes)),
            Output::Log(line) => (6, 0, xxh3_64(line.as_bytes())),
            Output::Event(event) => {
                (7, 0, xxh3_64(&borsh::to_vec(event).expect("writing to memory does not fail")))
            }
            Output::Exit { code } => (8, u64::from(code.cast_unsigned()), 0),
        };
        self.mix([at.0, kind << 32 | u64::from(pid.0), number, content]);
        let observed = match output {
            // As frequent as traffic, and told for the same observers.
            Output::Event(Event::Wrote { .. } | Event::OffsetAcknowledged { .. }) => false,
            Output::Log(_) | Output::Event(_) | Output::Exit { .. } => true,
            _ => false,
        };
        if observed || self.with_traffic {
            let what = What::Output(output.clone());
            self.records.push(Record { at, host, pid: Some(pid), what });
        }
    }

    fn mix(&mut self, words: [u64; 4]) {
        let mut bytes = [0; 32];
        for (place, word) in bytes.chunks_exact_mut(8).zip(words) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        self.hash = xxh3_64_with_seed(&bytes, self.hash);
    }
}
