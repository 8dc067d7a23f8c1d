//! The past of a lab: checkpoints on the way, and the way from one of them to any moment.
//!
//! A [`Checkpoint`] is the world, every program and every node at one moment. The lab's history says
//! what was done after it, so any later moment is reached by running from the last checkpoint before
//! it: the same bytes as the first time. How far checkpoints are apart is a matter of cost, in work
//! to be done again and in bytes.

use std::collections::BTreeMap;
use std::rc::Rc;

use engine::time::Span;
use engine::{Node, Time};
use sim::Pid;

use crate::inline::Inline;
use crate::lab::{Action, Lab, Moment};

/// So much work may lie between two checkpoints: what one process does in one window counts as one.
/// A browser does it in some 50 ms, and an idle cluster of six needs eight minutes for it.
const WORK_MAX: u64 = 10_000;
/// Checkpoints take at most this many bytes for each virtual minute.
const BYTES_PER_MINUTE: u64 = 700_000;
/// When all of them take more than this, older ones are thinned out.
const BYTES_MAX: usize = 64 << 20;

/// All that a lab is at one moment.
#[derive(Debug)]
pub struct Checkpoint {
    moment: Moment,
    nodes: BTreeMap<Pid, Vec<u8>>,
}

impl Checkpoint {
    /// Of a lab between two windows, and the snapshots of its nodes.
    #[must_use]
    pub fn new(lab: &Lab, nodes: BTreeMap<Pid, Vec<u8>>) -> Self {
        Self { moment: lab.moment(), nodes }
    }

    /// Of a lab whose nodes run inline.
    #[must_use]
    pub fn inline(lab: &Lab, nodes: &Inline) -> Self {
        Self::new(lab, nodes.nodes.iter().map(|(&pid, node)| (pid, node.snapshot())).collect())
    }

    /// When it is.
    #[must_use]
    pub const fn now(&self) -> Time {
        self.moment.now()
    }

    /// The trace's hash there.
    #[must_use]
    pub const fn hash(&self) -> u64 {
        self.moment.hash()
    }

    /// How many actions were done before it.
    #[must_use]
    pub fn actions(&self) -> usize {
        self.moment.actions()
    }

    /// About how many bytes it takes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.moment.size() + self.nodes.values().map(Vec::len).sum::<usize>()
    }

    /// The lab once more, with all its nodes inline.
    ///
    /// # Panics
    /// Never: the snapshots are this engine's own.
    #[must_use]
    pub fn restore(&self) -> (Lab, Inline) {
        let node = |bytes: &Vec<u8>| Node::restore(bytes).expect("nodes run the same engine");
        let nodes = self.nodes.iter().map(|(&pid, bytes)| (pid, node(bytes))).collect();
        (Lab::at(&self.moment), Inline { nodes })
    }
}

/// The checkpoints of one history, oldest first. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Past {
    kept: Vec<Rc<Checkpoint>>,
    /// Bytes of all of them.
    size: usize,
    /// Work since the last one.
    work: u64,
}

impl Past {
    /// Takes note of work: so many processes had something to do in a window.
    pub fn worked(&mut self, processes: usize) {
        self.work += processes as u64;
    }

    /// Whether it is time for a checkpoint.
    #[must_use]
    pub fn is_due(&self, now: Time) -> bool {
        let Some(last) = self.kept.last() else { return true };
        let passed = now.since(last.now());
        let afforded = passed.0 / Span::from_secs(60).0.div_ceil(BYTES_PER_MINUTE);
        self.work >= WORK_MAX && afforded >= last.size() as u64
    }

    /// Keeps a checkpoint that is later than all others.
    pub fn keep(&mut self, checkpoint: Rc<Checkpoint>) {
        self.work = 0;
        self.size += checkpoint.size();
        self.kept.push(checkpoint);
        if self.size > BYTES_MAX {
            self.thin_out();
        }
    }

    /// The last checkpoint that is not later than `at`.
    #[must_use]
    pub fn before(&self, at: Time) -> Option<&Rc<Checkpoint>> {
        self.kept.iter().rev().find(|it| it.now() <= at)
    }

    /// What it has of a history that ends at `at`.
    #[must_use]
    pub fn until(&self, at: Time) -> Self {
        let kept: Vec<_> = self.kept.iter().filter(|it| it.now() <= at).cloned().collect();
        Self { size: kept.iter().map(|it| it.size()).sum(), kept, work: WORK_MAX }
    }

    /// How many checkpoints there are, and how many bytes they take.
    #[must_use]
    pub const fn cost(&self) -> (usize, usize) {
        (self.kept.len(), self.size)
    }

    /// The lab at `at`, with all its nodes inline: as it was when all that `history` did by then was
    /// done. None when no checkpoint is early enough.
    #[must_use]
    pub fn visit(&self, history: &[(Time, Action)], at: Time) -> Option<(Lab, Inline)> {
        let (mut lab, mut nodes) = self.before(at)?.restore();
        nodes.repeat(&mut lab, history, at);
        Some((lab, nodes))
    }

    /// Drops every second one of the older half; the first stays.
    fn thin_out(&mut self) {
        let half = self.kept.len() / 2;
        let mut at = 0;
        self.kept.retain(|_| {
            at += 1;
            at > half || at % 2 == 1
        });
        self.size = self.kept.iter().map(|it| it.size()).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scenario;

    fn lab() -> (Lab, Inline) {
        let scenario = Scenario::built_in("walkthrough").expect("it is built in");
        (Lab::open(&scenario, 1), Inline::default())
    }

    #[test]
    fn checkpoints_cost_no_more_than_what_time_affords() {
        let (mut lab, mut nodes) = lab();
        let mut past = Past::default();
        nodes.run_until(&mut lab, Time(20_000_000));
        assert!(past.is_due(lab.world.now()));
        past.keep(Rc::new(Checkpoint::inline(&lab, &nodes)));
        past.worked(WORK_MAX as usize);
        assert!(!past.is_due(lab.world.now() + Span(1)), "too soon");
        assert!(past.is_due(lab.world.now() + Span::from_secs(3600)));
    }

    #[test]
    fn thinning_keeps_the_first_and_the_newer_half() {
        let (mut lab, mut nodes) = lab();
        let mut past = Past::default();
        for at in 0..8 {
            nodes.run_until(&mut lab, Time(at * 1000));
            past.keep(Rc::new(Checkpoint::inline(&lab, &nodes)));
        }
        past.thin_out();
        let times: Vec<_> = past.kept.iter().map(|it| it.now().0 / 1000).collect();
        assert_eq!(times, [0, 2, 4, 5, 6, 7]);
        assert_eq!(past.before(Time(3999)).map(|it| it.now()), Some(Time(2000)));
        assert_eq!(past.until(Time(4000)).cost().0, 3);
    }
}
