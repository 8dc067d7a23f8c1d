//! A run: faults, healing, agreement.

use engine::time::Span;
use engine::{Rng, Time};
use sim::{HostId, World};

use super::faults::{self, Dice, Moment};
use super::promises::{Promises, Seen};
use super::topology::topology;
use super::{Broken, Settings, Verdict};
use crate::inline::Inline;
use crate::lab::Lab;

/// How long an opening may take.
const OPENING: Span = Span::from_secs(600);
/// How often the promises look.
const LOOK: Span = Span::from_secs(1);
/// What agreement may take after healing: the longest node timeout several times over, and the time
/// that nodes which lost each other need to meet again.
const AGREEMENT: Span = Span::from_secs(180);

/// Where faults come from.
enum Source<'a> {
    Dice(Dice),
    List(&'a [Moment]),
}

/// Judges a seed.
#[must_use]
pub fn judge(settings: &Settings, seed: u64) -> Verdict {
    run(settings, seed, Source::Dice(Dice::new(seed)))
}

/// Judges the cluster of a seed with faults of one's own.
#[must_use]
pub fn judge_faults(settings: &Settings, seed: u64, faults: &[Moment]) -> Verdict {
    run(settings, seed, Source::List(faults))
}

fn run(settings: &Settings, seed: u64, source: Source<'_>) -> Verdict {
    let scenario = topology(settings, &mut Rng::new(seed));
    let mut lab = Lab::open(&scenario, seed);
    lab.world.record_traffic(true);
    let mut run =
        Run { lab, nodes: Inline::default(), promises: Promises::default(), faults: Vec::new() };
    let broken = run.story(settings, source).err();
    let passed = run.now().since(Time::ZERO);
    Verdict { seed, faults: run.faults, passed, broken }
}

struct Run {
    lab: Lab,
    nodes: Inline,
    promises: Promises,
    faults: Vec<Moment>,
}

impl Run {
    fn now(&self) -> Time {
        self.lab.world.now()
    }

    fn story(&mut self, settings: &Settings, source: Source<'_>) -> Result<(), Broken> {
        while !self.lab.is_open() {
            assert!(self.now() < Time::ZERO + OPENING, "the opening does not end");
            self.pass(self.now() + LOOK)?;
        }
        let end = self.now() + settings.span;
        match source {
            Source::Dice(mut dice) => loop {
                let at = dice.pause(self.now());
                if at >= end {
                    break;
                }
                self.pass(at)?;
                let fault = dice.fault(&self.lab);
                self.happen(Moment { at, fault });
            },
            Source::List(list) => {
                for moment in list {
                    self.pass(moment.at)?;
                    self.happen(moment.clone());
                }
            }
        }
        self.pass(end)?;
        self.settle()
    }

    fn happen(&mut self, moment: Moment) {
        moment.fault.happen(&mut self.lab);
        self.forget_ended();
        self.faults.push(moment);
    }

    fn forget_ended(&mut self) {
        for pid in self.lab.take_ended() {
            self.nodes.nodes.remove(&pid);
        }
    }

    /// Heals everything, again and again since servers may end on their own, until all agree.
    fn settle(&mut self) -> Result<(), Broken> {
        let limit = self.now() + AGREEMENT;
        loop {
            faults::heal(&mut self.lab);
            self.forget_ended();
            let seen = self.pass(self.now() + LOOK)?;
            let all = seen.len() == self.lab.world.hosts().count();
            match self.promises.settled(self.now(), all, &seen) {
                Err(broken) if self.now() >= limit => return Err(broken),
                Err(_) => {}
                Ok(()) => return Ok(()),
            }
        }
    }

    /// Lets time pass, and has the promises look once in a while; returns what they saw last.
    fn pass(&mut self, until: Time) -> Result<Vec<Seen>, Broken> {
        let mut seen = Vec::new();
        while self.now() < until {
            let next = until.min(self.now() + LOOK);
            self.nodes.run_until(&mut self.lab, next);
            for record in self.lab.world.take_records() {
                self.promises.record(&record)?;
            }
            seen = self.seen();
            self.promises.look(self.now(), &seen)?;
        }
        Ok(seen)
    }

    fn seen(&self) -> Vec<Seen> {
        let world: &World = &self.lab.world;
        let ip = |host: HostId| world.hosts().find(|&(it, _)| it == host).map(|(_, ip)| ip);
        let nodes = self.nodes.nodes.iter();
        let seen = nodes.filter_map(|(&pid, node)| {
            let host = world.host_of(pid)?;
            Some(Seen { ip: ip(host)?, pid, view: node.view(), data: node.data() })
        });
        seen.collect()
    }
}
