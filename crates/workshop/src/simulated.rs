//! What can be seen in a simulated lab, with exact times: the same whatever the windows are, and
//! wherever its nodes run.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use bus::NodeId;
use engine::event::Role as EngineRole;
use engine::{Event, Output};
use scenario::{Lab, Printed, typed};
use sim::{HostId, Pid, ProcessKind, Record, What};

use crate::condition::{Health, Role, Server};
use crate::fact::{Fact, Seen};

/// Watches a lab. It keeps only names, so one value may watch a lab, its past, and what somebody makes
/// of that.
#[derive(Debug, Clone)]
pub struct Simulated {
    hosts: BTreeMap<HostId, Ipv4Addr>,
    /// Servers, and whether each is up.
    servers: BTreeMap<Pid, bool>,
    ids: BTreeMap<NodeId, Ipv4Addr>,
}

impl Simulated {
    /// Watches a lab from its beginning.
    #[must_use]
    pub fn new(lab: &mut Lab) -> Self {
        lab.watch_workload();
        let hosts: BTreeMap<_, _> = lab.world.hosts().collect();
        // Where a scenario gives nodes their names, they know of each other before they start.
        let own = hosts.iter().flat_map(|(&host, &ip)| {
            let files = lab.world.disk(host).iter().filter(|(name, _)| name.ends_with(".conf"));
            files.filter_map(move |(_, bytes)| Some((own_id(bytes)?, ip)))
        });
        Self { ids: own.collect(), servers: BTreeMap::new(), hosts }
    }

    /// The facts of a window, or of what was done between two, in the order of time.
    pub fn see(&mut self, lab: &mut Lab, records: &[Record], printed: &[Printed]) -> Vec<Fact> {
        let mut facts = Vec::new();
        for record in records {
            self.record(lab, record, &mut facts);
        }
        for Printed { at, host, text, echo } in printed {
            let Some(&ip) = self.hosts.get(host) else { continue };
            let what = if *echo {
                let (prompt, line) = typed::split(text, ip);
                Seen::Typed { prompt: prompt.into(), line: line.into() }
            } else {
                Seen::Printed(text.clone())
            };
            facts.push(Fact { at: *at, host: Some(ip), what });
        }
        let figures = lab.take_figures().into_iter();
        facts.extend(figures.map(|(at, it)| Fact { at, host: None, what: Seen::Clients(it) }));
        facts.sort_by_key(|fact| fact.at);
        facts
    }

    fn record(&mut self, lab: &Lab, record: &Record, facts: &mut Vec<Fact>) {
        if let What::HostAdded(ip) = record.what {
            self.hosts.insert(record.host, ip);
        }
        let (Some(pid), Some(&ip)) = (record.pid, self.hosts.get(&record.host)) else { return };
        let mut tell = |what| facts.push(Fact { at: record.at, host: Some(ip), what });
        if record.what == What::Started && is_server(lab, record.host, pid) {
            self.servers.insert(pid, false);
        }
        if !self.servers.contains_key(&pid) {
            return;
        }
        match &record.what {
            What::Started | What::Continued => tell(Seen::Server(Server::Running)),
            What::Stopped => tell(Seen::Server(Server::Frozen)),
            What::Killed | What::Output(Output::Exit { .. }) => {
                tell(Seen::Server(Server::Stopped));
            }
            What::Output(Output::Log(line)) => tell(Seen::Log(behind_mark(line).into())),
            What::Output(Output::Event(event)) => self.event(ip, pid, event, tell),
            _ => {}
        }
    }

    fn event(&mut self, ip: Ipv4Addr, pid: Pid, event: &Event, mut tell: impl FnMut(Seen)) {
        let mut about = |peer: &NodeId, health, ids: &BTreeMap<NodeId, Ipv4Addr>| {
            if let Some(&other) = ids.get(peer) {
                tell(Seen::Health(other, health));
            }
        };
        match event {
            Event::Named { id } => drop(self.ids.insert(*id, ip)),
            Event::Ready => drop(self.servers.insert(pid, true)),
            Event::MarkedPossiblyFailed { peer, .. } => about(peer, Health::Pfail, &self.ids),
            Event::MarkedFailed { peer, .. } => about(peer, Health::Fail, &self.ids),
            Event::ClearedPossiblyFailed { peer }
            | Event::ClearedFailed { peer }
            | Event::PeerRemoved { peer } => about(peer, Health::Ok, &self.ids),
            Event::ClusterState { ok } => tell(Seen::State(*ok)),
            Event::RoleChanged { role: EngineRole::Master, .. } => {
                tell(Seen::Role(Role::Master, None));
            }
            Event::RoleChanged { role: EngineRole::Replica, master } => {
                let master = master.and_then(|id| self.ids.get(&id).copied());
                tell(Seen::Role(Role::Replica, master));
            }
            Event::MasterLinkUp { .. } => tell(Seen::Link(true)),
            Event::MasterLinkDown => tell(Seen::Link(false)),
            Event::Configured { master, epoch, slots, failing } => {
                // Later on each doubt is told by itself.
                let starts = self.servers.get(&pid) == Some(&false);
                for (peer, failed) in failing.iter().filter(|_| starts) {
                    let health = if *failed { Health::Fail } else { Health::Pfail };
                    about(peer, health, &self.ids);
                }
                let role = if master.is_some() { Role::Replica } else { Role::Master };
                tell(Seen::Role(role, master.and_then(|id| self.ids.get(&id).copied())));
                tell(Seen::Epoch(*epoch));
                tell(Seen::Slots(slots.clone()));
            }
            _ => {}
        }
    }
}

fn is_server(lab: &Lab, host: HostId, pid: Pid) -> bool {
    lab.world.processes(host).any(|(it, kind, _)| it == pid && kind == ProcessKind::Server)
}

/// The name of the node whose nodes.conf this is.
fn own_id(bytes: &[u8]) -> Option<NodeId> {
    let text = std::str::from_utf8(bytes).ok()?;
    let line = text.lines().find(|line| {
        line.split(' ').nth(2).is_some_and(|flags| flags.split(',').any(|it| it == "myself"))
    })?;
    line.split(' ').next()?.parse().ok()
}

/// A line of the log behind `PID:ROLE DAY MONTH YEAR TIME MARK`.
#[must_use]
pub fn behind_mark(line: &str) -> &str {
    let line = line.trim_end();
    line.splitn(7, ' ').nth(6).unwrap_or(line)
}
