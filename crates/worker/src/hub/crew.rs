//! The nodes of the lab: each has a worker of its own, and runs there or, while the pace is beyond
//! what messages can follow, in the hub. The history is the same either way.

use std::collections::BTreeMap;

use engine::{Node, View};
use scenario::Inline;
use sim::{Done, Pid, Work};

use super::berth::Berth;
use crate::bell::{Alarm, Bell};
use crate::scope::wall_ms;
use crate::wire::{FromNode, ToNode};

/// A worker that is silent for this long, milliseconds, is taken for dead: an endless loop.
const SILENCE_MAX_MS: f64 = 20_000.0;
/// How often a silent worker is thought of, milliseconds.
const GLANCE_MS: f64 = 1000.0;

/// Where one node is.
struct Member {
    /// None while nodes have no workers, in the past.
    berth: Option<Berth>,
    place: Place,
    /// It worked since it was last looked at.
    changed: bool,
    view: Option<Box<View>>,
}

/// Where a node's state is.
enum Place {
    /// Nowhere: the process starts with its first work.
    Unborn,
    /// In the hub.
    Here(Box<Node>),
    /// In its worker.
    There,
}

/// A node that broke, and what it said.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(crate) pid: Pid,
    pub(crate) said: String,
}

impl Member {
    fn send(&self, message: &ToNode) {
        self.berth.as_ref().expect("who is sent a message has a worker").send(message);
    }
}

fn open(name: &str, bell: &Bell) -> Result<Berth, String> {
    Berth::open(name, bell).map_err(|why| format!("The browser refused to start a worker: {why:?}"))
}

/// All nodes of a lab.
pub(crate) struct Crew {
    members: BTreeMap<Pid, Member>,
    bell: Bell,
    patience: Alarm,
    /// Where nodes are meant to run.
    inline: bool,
    /// Nodes have no workers at all.
    homeless: bool,
}

impl Crew {
    /// Nobody, and who comes runs in the hub first.
    pub(crate) fn new(bell: &Bell) -> Self {
        let patience = Alarm::new(bell);
        Self {
            members: BTreeMap::new(),
            bell: bell.clone(),
            patience,
            inline: true,
            homeless: false,
        }
    }

    /// Nodes of the past: they run in the hub and have no workers, unless they are housed.
    pub(crate) fn of_the_past(bell: &Bell, nodes: Inline) -> Self {
        let member = |node| {
            let place = Place::Here(Box::new(node));
            Member { berth: None, place, changed: true, view: None }
        };
        let members = nodes.nodes.into_iter().map(|(pid, node)| (pid, member(node))).collect();
        Self { members, homeless: true, ..Self::new(bell) }
    }

    /// Gives every node the worker that it lacks, to move there when it runs.
    pub(crate) fn house(&mut self, name: impl Fn(Pid) -> String) -> Result<(), String> {
        self.homeless = false;
        for (&pid, member) in &mut self.members {
            member.berth = Some(open(&name(pid), &self.bell)?);
        }
        Ok(())
    }

    /// The state of every node; none when one has broken.
    pub(crate) async fn snapshots(&self) -> Option<BTreeMap<Pid, Vec<u8>>> {
        for member in self.members.values().filter(|it| matches!(it.place, Place::There)) {
            member.send(&ToNode::Copy);
        }
        let mut snapshots = BTreeMap::new();
        let mut broken = false;
        for (&pid, member) in &self.members {
            match &member.place {
                Place::Unborn => {}
                Place::Here(node) => {
                    snapshots.insert(pid, node.snapshot());
                }
                Place::There => match self.answer(pid).await {
                    Some(FromNode::Snapshot(bytes)) => {
                        snapshots.insert(pid, bytes);
                    }
                    _ => broken = true,
                },
            }
        }
        (!broken).then_some(snapshots)
    }

    /// Gives a process its worker.
    pub(crate) fn add(&mut self, pid: Pid, name: &str) -> Result<(), String> {
        let berth = if self.homeless { None } else { Some(open(name, &self.bell)?) };
        let member = Member { berth, place: Place::Unborn, changed: false, view: None };
        self.members.insert(pid, member);
        Ok(())
    }

    /// Whether a process has a worker.
    pub(crate) fn has(&self, pid: Pid) -> bool {
        self.members.contains_key(&pid)
    }

    /// Terminates the worker of a process that ended.
    pub(crate) fn remove(&mut self, pid: Pid) {
        self.members.remove(&pid);
    }

    /// How many nodes run in their workers.
    pub(crate) fn in_workers(&self) -> usize {
        self.members.values().filter(|it| matches!(it.place, Place::There)).count()
    }

    /// Whether all workers run, so that nodes can move there.
    pub(crate) fn all_ready(&self) -> bool {
        self.members.values().all(|it| it.berth.as_ref().is_none_or(Berth::is_ready))
    }

    /// Whether nodes run in the hub.
    pub(crate) fn is_inline(&self) -> bool {
        self.inline
    }

    /// Who broke since the last call; they are dropped.
    pub(crate) fn take_broken(&mut self) -> Vec<Broken> {
        let deaths = self.members.iter().filter_map(|(&pid, member)| {
            Some(Broken { pid, said: member.berth.as_ref()?.death()? })
        });
        let broken: Vec<Broken> = deaths.collect();
        for Broken { pid, .. } in &broken {
            self.members.remove(pid);
        }
        broken
    }

    /// Does the work of one window, all nodes at once where they have workers. Who breaks over it
    /// has nothing to show for it.
    pub(crate) async fn work(&mut self, work: Vec<Work>) -> Vec<Done> {
        let mut done = Vec::with_capacity(work.len());
        let mut away = Vec::new();
        for Work { pid, start, from, inputs, until, .. } in work {
            let inline = self.inline;
            let member = self.members.get_mut(&pid).expect("work is for running nodes");
            member.changed = true;
            if let Some((at, start)) = &start
                && inline
            {
                member.place = Place::Here(Box::new(Node::boot(*at, start.clone())));
            } else if start.is_some() {
                member.place = Place::There;
            }
            if let Place::Here(node) = &mut member.place {
                let outputs = node.run(from, until, inputs);
                done.push(Done { pid, outputs, deadline: node.deadline() });
            } else {
                member.send(&ToNode::Work { start, from, inputs, until });
                away.push(pid);
            }
        }
        for pid in away {
            let (outputs, deadline) = match self.answer(pid).await {
                Some(FromNode::Done { outputs, deadline }) => (outputs, deadline),
                _ => (Vec::new(), None),
            };
            done.push(Done { pid, outputs, deadline });
        }
        done.sort_by_key(|it| it.pid);
        done
    }

    /// Moves every node into the hub, or into its worker; tells whether that was a change.
    pub(crate) async fn settle(&mut self, inline: bool) -> bool {
        if self.homeless || self.inline == inline {
            return false;
        }
        self.inline = inline;
        let pids: Vec<Pid> = self.members.keys().copied().collect();
        if inline {
            for member in self.members.values().filter(|it| matches!(it.place, Place::There)) {
                member.send(&ToNode::Snapshot);
            }
            for pid in pids {
                if !matches!(self.members[&pid].place, Place::There) {
                    continue;
                }
                if let Some(FromNode::Snapshot(bytes)) = self.answer(pid).await {
                    let node = Node::restore(&bytes).expect("nodes run the same engine");
                    self.member(pid).place = Place::Here(Box::new(node));
                }
            }
        } else {
            for member in self.members.values_mut() {
                if let Place::Here(node) = &member.place {
                    member.send(&ToNode::Restore(node.snapshot()));
                    member.place = Place::There;
                }
            }
        }
        true
    }

    /// What a node believes; looked at anew only when it worked since.
    pub(crate) async fn views(&mut self) -> BTreeMap<Pid, &View> {
        let mut away = Vec::new();
        for (&pid, member) in &mut self.members {
            if !std::mem::take(&mut member.changed) {
                continue;
            }
            match &member.place {
                Place::Unborn => {}
                Place::Here(node) => member.view = Some(Box::new(node.view())),
                Place::There => {
                    member.send(&ToNode::Look);
                    away.push(pid);
                }
            }
        }
        for pid in away {
            if let Some(FromNode::View(view)) = self.answer(pid).await {
                self.member(pid).view = Some(view);
            }
        }
        let seen = self.members.iter();
        seen.filter_map(|(&pid, member)| Some((pid, member.view.as_deref()?))).collect()
    }

    fn member(&mut self, pid: Pid) -> &mut Member {
        self.members.get_mut(&pid).expect("members leave only between turns")
    }

    /// The next answer of a worker; none when it breaks instead.
    async fn answer(&self, pid: Pid) -> Option<FromNode> {
        let berth = self.members[&pid].berth.as_ref().expect("who is asked has a worker");
        let (mut since, mut waited) = (wall_ms(), 0.0);
        loop {
            if let Some(letter) = berth.letter() {
                return Some(letter);
            }
            if waited > SILENCE_MAX_MS {
                berth.condemn("its worker did not answer any more");
            }
            if berth.death().is_some() {
                return None;
            }
            self.patience.after(GLANCE_MS);
            self.bell.heard().await;
            let now = wall_ms();
            // While the whole machine sleeps nobody is silent.
            waited += (now - since).min(2.0 * GLANCE_MS);
            since = now;
        }
    }
}
