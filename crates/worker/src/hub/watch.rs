//! What happened since the last frame, as far as the page is told.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use bridge::{Fact, NodeEvent, Printed};
use engine::Time;
use scenario::Lab;
use scenario::failovers::Chronicle;
use sim::{HostId, Pid, ProcessKind, What};

use super::requests::Requests;
use super::workshop::Proctor;
use crate::convert::flight::Flights;
use crate::convert::{event, ms};

/// Gathers what goes into the next frame.
pub(crate) struct Watch {
    hosts: Vec<(HostId, Ipv4Addr)>,
    /// Live servers: programs start and end without the page being told.
    servers: BTreeSet<Pid>,
    cut: Vec<bool>,
    crashes: Vec<Option<String>>,
    events: Vec<NodeEvent>,
    printed: Vec<Printed>,
    flights: Flights,
    /// Who serves which slots may have changed.
    unsettled: bool,
    covered: Vec<(f64, u32)>,
    /// What became of the workload's requests.
    pub(super) requests: Requests,
    chronicle: Chronicle,
    /// Who judges the exercise, in the live branch.
    pub(super) proctor: Option<Proctor>,
}

impl Watch {
    /// Of a lab as it is; nothing has happened.
    pub(crate) fn new(lab: &Lab) -> Self {
        let hosts: Vec<_> = lab.world.hosts().collect();
        let servers = hosts.iter().filter_map(|&(host, _)| lab.server(host));
        Self {
            servers: servers.map(|(pid, _)| pid).collect(),
            cut: hosts.iter().map(|&(host, _)| lab.world.is_isolated(host)).collect(),
            crashes: vec![None; hosts.len()],
            unsettled: false,
            covered: Vec::new(),
            requests: Requests::new(lab),
            events: Vec::new(),
            printed: Vec::new(),
            flights: Flights::default(),
            chronicle: Chronicle::default(),
            proctor: None,
            hosts,
        }
    }

    /// Takes what the lab recorded and printed.
    pub(crate) fn see(&mut self, lab: &mut Lab) {
        self.requests.see(lab);
        let (records, printed) = (lab.world.take_records(), lab.take_printed());
        if let Some(proctor) = &mut self.proctor {
            proctor.see(lab, &records, &printed);
        }
        for record in records {
            self.chronicle.take(&record);
            if let What::HostAdded(ip) = record.what {
                self.hosts.push((record.host, ip));
                self.cut.push(lab.world.is_isolated(record.host));
                self.crashes.push(None);
            }
            let Some(host) = self.index(record.host) else { continue };
            match record.what {
                What::Link { .. } => self.see_links(lab, ms(record.at)),
                What::HostAdded(_) | What::HostRemoved => {
                    let fact = event::fact(&record.what);
                    let told = fact.map(|fact| NodeEvent { at_ms: ms(record.at), host, fact });
                    self.events.extend(told);
                    self.see_links(lab, ms(record.at));
                }
                _ => {}
            }
            let Some(pid) = record.pid else { continue };
            if record.what == What::Started && is_server(lab, record.host, pid) {
                self.servers.insert(pid);
                self.crashes[host] = None;
            }
            let ended =
                matches!(record.what, What::Killed | What::Output(engine::Output::Exit { .. }));
            let known = if ended { self.servers.remove(&pid) } else { self.servers.contains(&pid) };
            if let Some(fact) = event::fact(&record.what).filter(|_| known) {
                self.unsettled |= moves_slots(&fact);
                self.events.push(NodeEvent { at_ms: ms(record.at), host, fact });
            }
        }
        for printed in printed {
            if let Some(host) = self.index(printed.host) {
                let (at_ms, echo) = (ms(printed.at), printed.echo);
                self.printed.push(Printed { at_ms, host, echo, text: printed.text });
            }
        }
    }

    /// Takes note of what is on the wire.
    pub(crate) fn see_flights(&mut self, lab: &Lab) {
        let hosts = &self.hosts;
        self.flights.see(lab.world.flights(), |ip| hosts.iter().position(|&(_, it)| it == ip));
    }

    /// A node's worker broke.
    pub(crate) fn crashed(&mut self, lab: &Lab, pid: Pid, said: String) {
        // Told as a crash, not as the kill that follows from it.
        self.servers.remove(&pid);
        let at = self.hosts.iter().position(|&(host, _)| is_server(lab, host, pid));
        let Some(host) = at else { return };
        let at_ms = ms(lab.world.now());
        self.events.push(NodeEvent { at_ms, host, fact: Fact::Crashed(said.clone()) });
        self.crashes[host] = Some(said);
    }

    /// Whether a host is cut off from all others.
    pub(crate) fn is_cut(&self, host: HostId) -> bool {
        self.index(host).is_some_and(|index| self.cut[index])
    }

    /// What broke a host's server, if something did and it was not started again.
    pub(crate) fn crash(&self, host: HostId) -> Option<String> {
        self.index(host).and_then(|index| self.crashes[index].clone())
    }

    /// Whether a node decided something, or something was done to one.
    pub(crate) fn has_decisions(&self) -> bool {
        !self.events.is_empty()
    }

    /// What failovers are put together from.
    pub(crate) const fn chronicle(&self) -> &Chronicle {
        &self.chronicle
    }

    /// Goes on with what was known of failovers, up to where the lab stands.
    pub(crate) fn remember(&mut self, mut chronicle: Chronicle, now: Time) {
        chronicle.cut(now);
        self.chronicle = chronicle;
    }

    /// Whether a person waits for what is in the next frame.
    pub(crate) fn is_urgent(&self) -> bool {
        !self.printed.is_empty()
    }

    /// Whether who serves which slots may have changed since the last call.
    pub(crate) fn take_unsettled(&mut self) -> bool {
        std::mem::take(&mut self.unsettled)
    }

    /// So many slots are served now.
    pub(crate) fn cover(&mut self, at_ms: f64, slots: u32) {
        if self.covered.last().is_none_or(|&(_, before)| before != slots) {
            self.covered.push((at_ms, slots));
        }
    }

    /// How coverage changed since the last call.
    pub(crate) fn take_covered(&mut self) -> Vec<(f64, u32)> {
        std::mem::take(&mut self.covered)
    }

    /// Hands over what happened, and starts anew.
    pub(crate) fn take(&mut self) -> (Vec<bridge::Flight>, Vec<Printed>, Vec<NodeEvent>) {
        let flights = self.flights.take();
        (flights, std::mem::take(&mut self.printed), std::mem::take(&mut self.events))
    }

    /// What a process's worker is called.
    pub(crate) fn name(&self, lab: &Lab, pid: Pid) -> String {
        let at = self.hosts.iter().find(|&&(host, _)| is_server(lab, host, pid));
        at.map_or_else(|| format!("node {}", pid.0), |(_, ip)| format!("node {ip} {}", pid.0))
    }

    fn index(&self, host: HostId) -> Option<usize> {
        self.hosts.iter().position(|&(it, _)| it == host)
    }

    fn see_links(&mut self, lab: &Lab, at_ms: f64) {
        for (host, &(id, _)) in self.hosts.iter().enumerate() {
            let cut = lab.world.is_isolated(id);
            if cut != self.cut[host] {
                self.cut[host] = cut;
                self.unsettled = true;
                self.events.push(NodeEvent { at_ms, host, fact: Fact::Cut(cut) });
            }
        }
    }
}

/// Whether slots may have another owner after this, or none.
const fn moves_slots(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::Started
            | Fact::Ended(_)
            | Fact::Crashed(_)
            | Fact::Frozen(_)
            | Fact::RoleChanged(_)
            | Fact::SlotsMoved { .. }
            | Fact::ClusterState(_)
    )
}

fn is_server(lab: &Lab, host: HostId, pid: Pid) -> bool {
    lab.world.processes(host).any(|(it, kind, _)| it == pid && kind == ProcessKind::Server)
}
