//! Which faults happen, and when: drawn from the seed, each when the one before it is done.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use engine::event::Role;
use engine::time::Span;
use engine::{Rng, Time};
use sim::{LinkSettings, ProcessState};

use super::faults::{Fault, host};
use super::promises::Seen;
use crate::lab::Lab;

/// The longest pause between two faults.
const PAUSE: Span = Span::from_secs(12);
/// The longest pause within a burst of them.
const BURST: Span = Span::from_millis(20);
/// How long a link that flaps stays as it is, at most.
const FLAP: Span = Span::from_secs(3);
/// How long a disk is full, or a clock wrong, at most, where the end is planned.
const SPELL: Span = Span::from_secs(40);
/// How far a clock may be off, milliseconds.
const CLOCK_OFF: u64 = 30_000;
/// How many slots a reshard moves, at most.
const SLOTS: u64 = 60;

/// Settings that are changed while the cluster runs, and the values they get.
const SETTINGS: [(&str, &[&str]); 14] = [
    ("cluster-replica-validity-factor", &["0", "1", "10"]),
    ("cluster-replica-no-failover", &["yes", "no"]),
    ("cluster-require-full-coverage", &["yes", "no"]),
    ("cluster-allow-reads-when-down", &["yes", "no"]),
    ("cluster-allow-replica-migration", &["yes", "no"]),
    ("cluster-migration-barrier", &["0", "1", "2"]),
    ("min-replicas-to-write", &["0", "1"]),
    ("repl-backlog-size", &["16kb", "1mb"]),
    ("repl-ping-replica-period", &["1", "10"]),
    ("repl-timeout", &["20", "60"]),
    ("repl-diskless-sync", &["yes", "no"]),
    ("save", &["\"15 1\"", "\"\""]),
    ("stop-writes-on-bgsave-error", &["yes", "no"]),
    ("replica-ignore-disk-write-errors", &["yes", "no"]),
];

/// Draws faults.
#[derive(Debug)]
pub(super) struct Dice {
    rng: Rng,
    /// When the next one is drawn.
    drawn: Option<Time>,
    /// What follows from those that were drawn, by time.
    planned: BTreeMap<(Time, u32), Fault>,
    /// How many were planned.
    plans: u32,
}

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self { rng: Rng::new(!seed), drawn: None, planned: BTreeMap::new(), plans: 0 }
    }

    /// When the next one happens: a whole millisecond. Trouble seldom comes alone, so that every other
    /// fault follows on the heels of the one before it: elections of several shards compete then.
    pub(super) fn next(&mut self, now: Time) -> Time {
        let drawn = self.drawn.unwrap_or_else(|| {
            let most = if self.rng.below(2) == 0 { BURST } else { PAUSE };
            Time((now + Span(self.rng.below(most.0))).0.next_multiple_of(1000))
        });
        self.drawn = Some(drawn);
        let planned = self.planned.keys().next().map(|&(at, _)| at);
        planned.map_or(drawn, |at| at.min(drawn))
    }

    /// The one that happens at `at`.
    pub(super) fn fault(&mut self, at: Time, lab: &Lab, seen: &[Seen]) -> Fault {
        if let Some(first) = self.planned.first_entry()
            && first.key().0 <= at
        {
            return first.remove();
        }
        self.drawn = None;
        let ips: Vec<_> = lab.world.hosts().map(|(_, ip)| ip).collect();
        let (ip, other) = (self.pick(&ips), self.pick(&ips));
        let state = host(lab, ip).and_then(|host| lab.server(host)).map(|(_, state)| state);
        match (self.rng.below(24), state) {
            (0 | 1, _) if ip != other => self.link(lab, ip, other, true),
            (2, _) if ip != other => self.link(lab, ip, other, false),
            (3, _) if ip != other => self.flap(at, lab, ip, other),
            (4..=6, _) => Fault::Repair,
            (7 | 8, _) => self.clock(at, ip),
            (9, _) => self.disk(at, ip),
            (_, None) => Fault::Start(ip),
            (_, Some(ProcessState::Stopped)) => Fault::Continue(ip),
            (10, _) => Fault::Kill(ip),
            (11, _) => Fault::Freeze(ip),
            (12, _) => Fault::Terminate(ip),
            (drawn, _) => Fault::Type(ip, self.line(drawn, seen)),
        }
    }

    /// What is typed.
    fn line(&mut self, drawn: u64, seen: &[Seen]) -> String {
        match drawn {
            13 => "redis-cli cluster failover".into(),
            14 => "redis-cli cluster failover force".into(),
            15 => "redis-cli cluster failover takeover".into(),
            16 => {
                let ms = 1000 + self.rng.below(5000);
                format!("redis-cli config set cluster-node-timeout {ms}")
            }
            17 => "redis-cli shutdown nosave".into(),
            18 | 19 => {
                let (name, values) = self.pick(&SETTINGS);
                format!("redis-cli config set {name} {}", self.pick(values))
            }
            20 | 21 => self.reshard(seen),
            _ => {
                let (key, value) = (self.rng.below(100), self.rng.below(1000));
                format!("redis-cli -c set key:{key} {value}")
            }
        }
    }

    fn link(&mut self, lab: &Lab, from: Ipv4Addr, to: Ipv4Addr, blocked: bool) -> Fault {
        let normal = lab.scenario().link;
        if blocked {
            return Fault::Link(from, to, LinkSettings { blocked, ..normal });
        }
        let settings = LinkSettings {
            latency: Span(100 + self.rng.below(40_000)),
            jitter: Span(self.rng.below(20_000)),
            loss_ppm: self.rng.below(100_000) as u32,
            blocked,
        };
        Fault::Link(from, to, settings)
    }

    /// Cut, repaired, cut again, some times over.
    fn flap(&mut self, at: Time, lab: &Lab, from: Ipv4Addr, to: Ipv4Addr) -> Fault {
        let normal = lab.scenario().link;
        let (mut at, both) = (at, self.rng.below(2) == 0);
        let turns = 2 + self.rng.below(5);
        for turn in 0..=2 * turns {
            let settings = LinkSettings { blocked: turn % 2 == 0, ..normal };
            self.plan(at, Fault::Link(from, to, settings));
            if both {
                self.plan(at, Fault::Link(to, from, settings));
            }
            at = Time((at + Span(self.rng.below(FLAP.0))).0.next_multiple_of(1000));
        }
        self.plan(at, Fault::Link(from, to, normal));
        self.plan(at, Fault::Link(to, from, normal));
        Fault::Link(from, to, normal)
    }

    /// A wrong clock; half of them are put right soon.
    fn clock(&mut self, at: Time, ip: Ipv4Addr) -> Fault {
        if self.rng.below(2) == 0 {
            let end = at + Span(self.rng.below(SPELL.0).next_multiple_of(1000));
            self.plan(end, Fault::Clock(ip, 0));
        }
        Fault::Clock(ip, self.rng.below(2 * CLOCK_OFF) as i32 - CLOCK_OFF as i32)
    }

    /// A full disk; most are seen to soon.
    fn disk(&mut self, at: Time, ip: Ipv4Addr) -> Fault {
        if self.rng.below(4) > 0 {
            let end = at + Span(self.rng.below(SPELL.0).next_multiple_of(1000));
            self.plan(end, Fault::Disk(ip, false));
        }
        Fault::Disk(ip, self.rng.below(4) > 0)
    }

    fn reshard(&mut self, seen: &[Seen]) -> String {
        let owners = seen.iter().filter(|it| it.view.role == Role::Master);
        let owners: Vec<_> = owners.map(|it| (it.view.id, it.ip)).collect();
        if owners.is_empty() {
            return "redis-cli cluster nodes".into();
        }
        let ((from, _), (to, entry)) = (self.pick(&owners), self.pick(&owners));
        let slots = 1 + self.rng.below(SLOTS);
        format!(
            "redis-cli --cluster reshard {entry}:6379 --cluster-from {from} --cluster-to {to} \
             --cluster-slots {slots} --cluster-yes"
        )
    }

    fn plan(&mut self, at: Time, fault: Fault) {
        self.planned.insert((at, self.plans), fault);
        self.plans += 1;
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.rng.below(of.len() as u64) as usize]
    }
}
