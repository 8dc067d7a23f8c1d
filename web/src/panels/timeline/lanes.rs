//! What happened in one branch, ordered by lanes: one a node, one for slots, one for clients.

use bridge::Fact;

use crate::format::moment;
use crate::names::Names;
use crate::state::travel::chronicle::Chronicle;
use crate::t;
use crate::travel::tone_class;
use crate::words;

/// Slots of a cluster.
const SLOTS: u32 = 16_384;

/// A piece of a lane.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    /// Virtual milliseconds; none while it lasts.
    pub from: f64,
    /// Its end.
    pub to: Option<f64>,
    /// A class of the style sheet.
    pub class: &'static str,
}

/// A moment of a lane.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Virtual milliseconds.
    pub at: f64,
    /// A class of the style sheet.
    pub class: &'static str,
    /// What it is about, in a sentence.
    pub title: String,
    /// A few characters that stand beside it.
    pub label: Option<String>,
}

/// One lane.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lane {
    /// What lasts.
    pub stretches: Vec<Stretch>,
    /// What is only a moment.
    pub marks: Vec<Mark>,
}

impl Lane {
    fn end(&mut self, at: f64, classes: &[&str]) {
        let ends = |it: &&mut Stretch| it.to.is_none() && classes.contains(&it.class);
        for stretch in self.stretches.iter_mut().filter(ends) {
            stretch.to = Some(at);
        }
    }

    fn begin(&mut self, at: f64, class: &'static str, instead_of: &[&str]) {
        self.end(at, instead_of);
        let lasts = self.stretches.iter().any(|it| it.to.is_none() && it.class == class);
        if !lasts {
            self.stretches.push(Stretch { from: at, to: None, class });
        }
    }
}

/// Every lane of a branch.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lanes {
    /// One for each host.
    pub nodes: Vec<Lane>,
    /// Slots that have a reachable master: a part from each time on.
    pub covered: Vec<(f64, f64)>,
    /// Clients that are held.
    pub clients: Lane,
}

const LIVES: [&str; 3] = ["master", "replica", "frozen"];

/// Puts what happened into lanes.
pub fn lanes(chronicle: &Chronicle, hosts: usize, names: &Names) -> Lanes {
    let mut lanes = Lanes { nodes: vec![Lane::default(); hosts], ..Lanes::default() };
    let mut masters = vec![true; hosts];
    for event in chronicle.events() {
        let (at, host) = (event.at_ms, event.host);
        let Some(lane) = lanes.nodes.get_mut(host) else { continue };
        let role = if masters[host] { "master" } else { "replica" };
        match &event.fact {
            Fact::Started | Fact::Frozen(false) => lane.begin(at, role, &LIVES),
            Fact::Ended(_) | Fact::Crashed(_) => lane.end(at, &LIVES),
            Fact::Frozen(true) => lane.begin(at, "frozen", &LIVES),
            Fact::RoleChanged(master) => {
                masters[host] = master.is_none();
                lane.begin(at, if master.is_none() { "master" } else { "replica" }, &LIVES);
            }
            Fact::Cut(true) => lane.begin(at, "cut", &[]),
            Fact::Cut(false) => lane.end(at, &["cut"]),
            Fact::ClientsPaused(_) => lanes.clients.begin(at, "held", &[]),
            Fact::ClientsUnpaused => lanes.clients.end(at, &["held"]),
            Fact::Failed { about, .. } => failed(&mut lanes, names, about, at, true),
            Fact::NotFailed(about) => failed(&mut lanes, names, about, at, false),
            _ => {}
        }
        if let Some(mark) = mark(&event.fact, names, at) {
            lanes.nodes[host].marks.push(mark);
        }
    }
    let part = |slots: u32| f64::from(slots.min(SLOTS)) / f64::from(SLOTS);
    lanes.covered = chronicle.covered().map(|&(at, slots)| (at, part(slots))).collect();
    lanes
}

/// Others take a node for failed, or not any more.
fn failed(lanes: &mut Lanes, names: &Names, about: &str, at: f64, failed: bool) {
    let lane = names.host(about).and_then(|host| lanes.nodes.get_mut(host));
    match lane {
        Some(lane) if failed => lane.begin(at, "failed", &[]),
        Some(lane) => lane.end(at, &["failed"]),
        None => {}
    }
}

fn mark(fact: &Fact, names: &Names, at: f64) -> Option<Mark> {
    let label = match fact {
        Fact::ConfigEpoch(epoch) => Some(t!("timeline-epoch", epoch = epoch.to_string())),
        Fact::ElectionStarted(epoch) | Fact::ElectionWon(epoch) => {
            Some(t!("timeline-election", epoch = epoch.to_string()))
        }
        Fact::Started
        | Fact::Ended(_)
        | Fact::Crashed(_)
        | Fact::HostAdded
        | Fact::HostRemoved
        | Fact::VoteGranted { .. }
        | Fact::VoteRefused { .. }
        | Fact::ElectionExpired(_)
        | Fact::PossiblyFailed(_)
        | Fact::Failed { .. }
        | Fact::ManualFailoverRequested(_)
        | Fact::ClusterState(_)
        | Fact::RoleChanged(_) => None,
        _ => return None,
    };
    let what = words::plain(&words::fact(fact, names), names);
    Some(Mark { at, class: tone_class(fact), title: format!("{} {what}", moment(at)), label })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_ends_where_another_takes_its_place() {
        let mut lane = Lane::default();
        lane.begin(1.0, "master", &LIVES);
        lane.begin(2.0, "master", &[]);
        lane.begin(5.0, "replica", &LIVES);
        lane.end(9.0, &LIVES);
        let spans: Vec<_> = lane.stretches.iter().map(|it| (it.class, it.from, it.to)).collect();
        assert_eq!(spans, [("master", 1.0, Some(5.0)), ("replica", 5.0, Some(9.0))]);
    }
}
