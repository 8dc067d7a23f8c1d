//! Random faults from a seed, and the same history once more.
//!
//! [`run`] lets things go wrong in an inline lab: processes die, freeze and come back, links are
//! cut one way or degraded, packets of one kind are lost, failovers are ordered. It returns the actions as they were done, so
//! that whoever hosts nodes in another way can do the same at the same times ([`Outcome::actions`])
//! and compare hashes; [`replay`] does so inline.

use std::net::Ipv4Addr;

use engine::time::Span;
use engine::{Rng, Time};
use sim::{HostId, LinkSettings, ProcessState};

use crate::inline::Inline;
use crate::lab::{Action, Lab, Scenario};

/// How long an opening may take.
const OPENING: Span = Span::from_secs(600);
/// The longest pause between two actions.
const PAUSE: Span = Span::from_secs(6);
/// What is left to the cluster after the last action.
const AFTERMATH: Span = Span::from_secs(30);

/// What a seed came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The seed, of the lab and of its faults.
    pub seed: u64,
    /// When the opening was over.
    pub opened: Time,
    /// What was done, and when: whole milliseconds.
    pub actions: Vec<(Time, Action)>,
    /// Where `hash` was taken.
    pub end: Time,
    /// The trace's hash at `end`.
    pub hash: u64,
}

/// Opens a lab and does `steps` random things to it.
///
/// # Panics
/// When the scenario's opening does not end.
#[must_use]
pub fn run(scenario: &Scenario, seed: u64, steps: u32) -> Outcome {
    let mut lab = Lab::open(scenario, seed);
    let mut nodes = Inline::default();
    let open = nodes.run_opening(&mut lab, OPENING);
    assert!(open, "seed {seed}: the opening does not end");
    let opened = lab.world.now();
    let mut chaos = Chaos { rng: Rng::new(!seed), degraded: Vec::new() };
    for _ in 0..steps {
        let pause = Span(chaos.rng.below(PAUSE.0));
        let limit = next_milli(lab.world.now() + pause);
        nodes.run_until(&mut lab, limit);
        let actions = chaos.choose(&lab);
        act(&mut lab, &mut nodes, actions);
    }
    let end = lab.world.now() + AFTERMATH;
    nodes.run_until(&mut lab, end);
    Outcome { seed, opened, actions: lab.history().to_vec(), end, hash: lab.world.trace_hash() }
}

/// Does the same once more and returns the hash it comes to.
#[must_use]
pub fn replay(scenario: &Scenario, outcome: &Outcome) -> u64 {
    let mut lab = Lab::open(scenario, outcome.seed);
    let mut nodes = Inline::default();
    for (at, action) in &outcome.actions {
        nodes.run_until(&mut lab, *at);
        act(&mut lab, &mut nodes, vec![action.clone()]);
    }
    nodes.run_until(&mut lab, outcome.end);
    lab.world.trace_hash()
}

fn act(lab: &mut Lab, nodes: &mut Inline, actions: Vec<Action>) {
    for action in actions {
        lab.act(action);
    }
    for pid in lab.take_ended() {
        nodes.nodes.remove(&pid);
    }
}

/// The first whole millisecond that is not before `at`.
const fn next_milli(at: Time) -> Time {
    Time(at.0.next_multiple_of(1000))
}

/// Chooses what goes wrong next.
struct Chaos {
    rng: Rng,
    /// Links that are not what they were, and what they were.
    degraded: Vec<(HostId, HostId, LinkSettings)>,
}

impl Chaos {
    fn choose(&mut self, lab: &Lab) -> Vec<Action> {
        let hosts: Vec<HostId> = lab.world.hosts().map(|(host, _)| host).collect();
        let host = self.pick(&hosts);
        let server = lab.server(host);
        let line = match (self.rng.below(13), server) {
            (0 | 1, _) => return self.cut_one_way(lab, &hosts),
            (2, _) => return self.degrade(lab, &hosts),
            (3 | 4, _) => return self.repair(),
            (_, None) => {
                let ip = lab.world.hosts().find(|&(it, _)| it == host).map(|(_, ip)| ip);
                ip.and_then(|ip| lab.start_line(ip)).map(str::to_owned)
            }
            (_, Some((pid, ProcessState::Stopped))) => Some(format!("kill -CONT {}", pid.0)),
            (5, Some((pid, _))) => Some(format!("kill -9 {}", pid.0)),
            (6, Some((pid, _))) => Some(format!("kill -STOP {}", pid.0)),
            (7, Some((pid, _))) => Some(format!("kill {}", pid.0)),
            (8, _) => Some("redis-cli cluster failover".into()),
            (9, _) => Some("redis-cli cluster failover force".into()),
            (10, _) => Some("redis-cli cluster failover takeover".into()),
            (11, _) => Some(self.lose_line(lab)),
            _ => Some(self.write_line()),
        };
        match line {
            Some(line) if lab.at_shell(host) => vec![Action::Type { host, line }],
            Some(_) => vec![Action::Interrupt { host }],
            None => Vec::new(),
        }
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.rng.below(of.len() as u64) as usize]
    }

    fn write_line(&mut self) -> String {
        let (key, value) = (self.rng.below(1000), self.rng.below(1000));
        format!("redis-cli -c set key:{key} {value}")
    }

    /// Loses packets of a kind on one way.
    fn lose_line(&mut self, lab: &Lab) -> String {
        let hosts: Vec<Ipv4Addr> = lab.world.hosts().map(|(_, ip)| ip).collect();
        let kind = self.pick(&["heartbeat", "FAIL", "auth-req", "auth-ack", "UPDATE", "all"]);
        let (from, seconds) = (self.pick(&hosts), 1 + self.rng.below(20));
        let others: Vec<Ipv4Addr> = hosts.into_iter().filter(|&ip| ip != from).collect();
        let to = self.pick(&others);
        format!("fault drop {kind} from {from} to {to} for {seconds}s")
    }

    fn cut_one_way(&mut self, lab: &Lab, hosts: &[HostId]) -> Vec<Action> {
        self.change_link(lab, hosts, |link, _| LinkSettings { blocked: true, ..link })
    }

    /// Slower, unsteady, lossy.
    fn degrade(&mut self, lab: &Lab, hosts: &[HostId]) -> Vec<Action> {
        self.change_link(lab, hosts, |link, rng| LinkSettings {
            latency: Span(100 + rng.below(40_000)),
            jitter: Span(rng.below(20_000)),
            loss_ppm: rng.below(100_000) as u32,
            ..link
        })
    }

    fn change_link(
        &mut self,
        lab: &Lab,
        hosts: &[HostId],
        change: impl Fn(LinkSettings, &mut Rng) -> LinkSettings,
    ) -> Vec<Action> {
        let (from, to) = (self.pick(hosts), self.pick(hosts));
        if from == to {
            return Vec::new();
        }
        let before = lab.world.link(from, to);
        self.degraded.push((from, to, before));
        vec![Action::Link { from, to, settings: change(before, &mut self.rng) }]
    }

    fn repair(&mut self) -> Vec<Action> {
        let repaired = self.degraded.drain(..).rev();
        repaired.map(|(from, to, settings)| Action::Link { from, to, settings }).collect()
    }
}
