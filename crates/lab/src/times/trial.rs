//! One failover: a healthy cluster, a killed master, and what the others did.

use std::collections::BTreeMap;

use bus::{NodeFlags, NodeId};
use engine::event::Role;
use engine::time::Span;
use engine::{Rng, Time, View};
use scenario::failovers::Chronicle;
use scenario::inline::Inline;
use scenario::lab::{Action, Lab};
use sim::{HostId, Pid, ProcessKind, Record, What};

use super::phases::Phases;
use super::{Settings, scenario};
use crate::Failure;

/// How often the cluster is asked whether it is healthy.
const POLL: Span = Span::from_millis(200);
/// How long it may take to become so.
const HEALTHY_WITHIN: Span = Span::from_secs(120);
/// What a healthy cluster is given before the random part of the wait.
const SETTLE: Span = Span::from_millis(500);
/// The random part of the wait, so that the kill falls at no particular moment of any timer.
const RANDOM_WAIT: Span = Span::from_secs(2);
/// How long after the election news may take to reach the last node.
const AFTERMATH: Span = Span::from_millis(1500);

/// Lets a 3+3 cluster settle, kills a random master, and measures the failover.
///
/// # Errors
/// When the cluster does not become healthy.
pub fn trial(settings: &Settings, seed: u64) -> Result<Phases, Failure> {
    let mut rng = Rng::new(seed);
    let lab = Lab::open(&scenario(settings, &mut rng), seed);
    let mut run = Run { lab, nodes: Inline::default(), chronicle: Chronicle::default() };
    run.until_healthy(seed)?;
    run.pass(Span(SETTLE.0 + rng.below(RANDOM_WAIT.0)));
    let victim = run.choose_master(&mut rng);
    let killed_at = run.kill(&victim);
    Ok(run.measure(&victim, killed_at, settings.node_timeout_ms))
}

/// A master that is about to be killed.
struct Victim {
    id: NodeId,
    pid: Pid,
    host: HostId,
}

struct Run {
    lab: Lab,
    nodes: Inline,
    chronicle: Chronicle,
}

impl Run {
    fn pass(&mut self, span: Span) {
        let limit = self.lab.world.now() + span;
        self.nodes.run_until(&mut self.lab, limit);
    }

    fn until_healthy(&mut self, seed: u64) -> Result<(), Failure> {
        let limit = self.lab.world.now() + HEALTHY_WITHIN;
        while !(self.lab.is_open() && self.healthy()) {
            if self.lab.world.now() >= limit {
                return Err(Failure(format!(
                    "seed {seed}: the cluster is not healthy after {} seconds; lower the latency",
                    HEALTHY_WITHIN.as_secs()
                )));
            }
            self.pass(POLL);
        }
        self.note();
        Ok(())
    }

    fn views(&self) -> BTreeMap<Pid, View> {
        self.nodes.nodes.iter().map(|(&pid, node)| (pid, node.view())).collect()
    }

    /// Every node sees three masters, nobody failing, and all links up; each master has a replica.
    fn healthy(&self) -> bool {
        let views = self.views();
        views.len() == 6 && views.values().all(sees_a_healthy_cluster)
    }

    fn choose_master(&mut self, rng: &mut Rng) -> Victim {
        let views = self.views();
        let masters: Vec<_> = views.iter().filter(|(_, v)| v.role == Role::Master).collect();
        let (&pid, view) = masters[rng.below(masters.len() as u64) as usize];
        let host = self.host_of(pid);
        Victim { id: view.id, pid, host }
    }

    fn host_of(&self, server: Pid) -> HostId {
        let mut hosts = self.lab.world.hosts().map(|(host, _)| host);
        let runs_it = |host: &HostId| {
            let mut processes = self.lab.world.processes(*host);
            processes.any(|(pid, kind, _)| pid == server && kind == ProcessKind::Server)
        };
        hosts.find(runs_it).expect("servers run on hosts")
    }

    fn kill(&mut self, victim: &Victim) -> Time {
        let line = format!("kill -9 {}", victim.pid.0);
        self.lab.act(Action::Type { host: victim.host, line });
        loop {
            let records = self.note();
            let killed =
                records.iter().find(|r| r.pid == Some(victim.pid) && r.what == What::Killed);
            if let Some(record) = killed {
                return record.at;
            }
            self.pass(Span::from_millis(1));
        }
    }

    fn measure(&mut self, victim: &Victim, killed_at: Time, node_timeout: u64) -> Phases {
        let patience = Span::from_millis(node_timeout * 6 + 20_000);
        let mut phases = self.phases(victim, killed_at, node_timeout);
        while phases.won.is_none() && self.lab.world.now().since(killed_at) < patience {
            self.pass(Span::from_millis(100));
            phases = self.phases(victim, killed_at, node_timeout);
        }
        self.pass(AFTERMATH);
        self.phases(victim, killed_at, node_timeout)
    }

    fn phases(&mut self, victim: &Victim, killed_at: Time, node_timeout: u64) -> Phases {
        self.note();
        let failovers = self.chronicle.failovers(self.lab.world.now());
        let failover = failovers.iter().rev().find(|it| it.master == victim.id);
        Phases::of(failover, killed_at, node_timeout)
    }

    /// Takes note of what the nodes told, and returns it.
    fn note(&mut self) -> Vec<Record> {
        let records = self.lab.world.take_records();
        records.iter().for_each(|it| self.chronicle.take(it));
        records
    }
}

fn sees_a_healthy_cluster(view: &View) -> bool {
    let trouble = NodeFlags::PFAIL.with(NodeFlags::FAIL).with(NodeFlags::HANDSHAKE);
    let masters = view.peers.iter().filter(|peer| peer.flags.has(NodeFlags::MASTER)).count();
    let replication = match view.role {
        Role::Master => view.replicas.len() == 1,
        Role::Replica => view.master_link.as_ref().is_some_and(|link| link.state == "connected"),
    };
    view.state_ok
        && view.peers.len() == 5
        && view.peers.iter().all(|peer| peer.connected && !peer.flags.any(trouble))
        && masters + usize::from(view.role == Role::Master) == 3
        && replication
}
