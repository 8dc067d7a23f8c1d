//! A run: faults, healing, agreement.

use std::panic::{AssertUnwindSafe, catch_unwind};

use engine::time::Span;
use engine::{Rng, Time};
use sim::{HostId, World};

use super::clients::{self, Shared};
use super::dice::Dice;
use super::faults::{self, Moment};
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

/// How often it is looked whether a reshard was left half done, after healing.
const FIX_PAUSE: Span = Span::from_secs(30);

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
    let mut rng = Rng::new(seed);
    let scenario = topology(settings, &mut rng);
    let mut lab = Lab::open(&scenario, seed);
    lab.world.record_traffic(true);
    let journal = Shared::default();
    let promises = Promises::new(&journal);
    let nodes = Inline::default();
    let mut run = Run { lab, nodes, promises, journal, faults: Vec::new(), seen: Vec::new() };
    let broken = run.judge(|run| run.story(settings, source, &mut rng));
    let passed = run.now().since(Time::ZERO);
    Verdict { seed, faults: run.faults, passed, broken }
}

struct Run {
    lab: Lab,
    nodes: Inline,
    promises: Promises,
    journal: Shared,
    faults: Vec<Moment>,
    /// The last look.
    seen: Vec<Seen>,
}

impl Run {
    fn now(&self) -> Time {
        self.lab.world.now()
    }

    /// Nothing panics: that is a promise too.
    fn judge(&mut self, story: impl FnOnce(&mut Self) -> Result<(), Broken>) -> Option<Broken> {
        let story = catch_unwind(AssertUnwindSafe(|| story(self)));
        let panic = match story {
            Ok(result) => return result.err(),
            Err(panic) => panic,
        };
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned()));
        let what = text.unwrap_or_else(|| "without a word".into());
        Some(Broken { promise: "nothing panics", at: self.now(), what })
    }

    fn story(
        &mut self,
        settings: &Settings,
        source: Source<'_>,
        rng: &mut Rng,
    ) -> Result<(), Broken> {
        while !self.lab.is_open() {
            assert!(self.now() < Time::ZERO + OPENING, "the opening does not end");
            self.pass(self.now() + LOOK)?;
        }
        let end = self.now() + settings.span;
        let masters = self.seen.iter().filter(|it| !it.view.slots.is_empty()).count();
        let clients = settings.clients.into();
        clients::start(&mut self.lab, &self.journal, clients, masters, rng);
        match source {
            Source::Dice(mut dice) => loop {
                let at = dice.next(self.now());
                if at >= end {
                    break;
                }
                self.pass(at)?;
                let fault = dice.fault(at, &self.lab, &self.seen);
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
        let mut fix = self.now() + FIX_PAUSE;
        let mut by_hand = false;
        loop {
            faults::heal(&mut self.lab);
            self.forget_ended();
            if self.now() >= fix {
                faults::close_slots(&mut self.lab, by_hand);
                by_hand = !by_hand;
                fix = self.now() + FIX_PAUSE;
            }
            self.pass(self.now() + LOOK)?;
            let all = self.seen.len() == self.lab.world.hosts().count();
            match self.promises.settled(self.now(), all, &self.seen) {
                Err(broken) if self.now() >= limit => return Err(broken),
                Err(_) => {}
                Ok(()) => return Ok(()),
            }
        }
    }

    /// Lets time pass, and has the promises look once in a while.
    fn pass(&mut self, until: Time) -> Result<(), Broken> {
        while self.now() < until {
            let next = until.min(self.now() + LOOK);
            self.nodes.run_until(&mut self.lab, next);
            for record in self.lab.world.take_records() {
                self.promises.record(&record)?;
            }
            self.seen = self.look();
            self.promises.look(self.now(), &self.seen)?;
        }
        Ok(())
    }

    fn look(&self) -> Vec<Seen> {
        let world: &World = &self.lab.world;
        let ip = |host: HostId| world.hosts().find(|&(it, _)| it == host).map(|(_, ip)| ip);
        let nodes = self.nodes.nodes.iter();
        let keys = &self.journal.borrow().keys;
        let seen = nodes.filter_map(|(&pid, node)| {
            let host = world.host_of(pid)?;
            let number = |key: &Vec<u8>| clients::number(key, node.string(key)?);
            let written = keys.iter().map(|key| number(key).unwrap_or(0)).collect();
            let (view, data) = (node.view(), node.data());
            Some(Seen { host, ip: ip(host)?, pid, view, data, written })
        });
        seen.collect()
    }
}
