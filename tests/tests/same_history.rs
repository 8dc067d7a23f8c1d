//! The same seed and the same actions give the same history, however nodes are hosted.

use engine::time::Span;
use engine::{Node, Rng, Time};
use scenario::chaos::{self, Outcome};
use scenario::{Inline, Lab, Scenario};

fn walkthrough() -> Scenario {
    Scenario::built_in("walkthrough").expect("it is built in")
}

/// A host of nodes with whims: it stops for breath at odd moments, so windows end there; it does
/// the work of a window in any order; and it puts nodes away and takes them out again.
struct Whimsical {
    nodes: Inline,
    whim: Rng,
    longest_stretch: Span,
}

impl Whimsical {
    fn run_until(&mut self, lab: &mut Lab, end: Time) {
        while lab.world.now() < end {
            let stretch = Span(1 + self.whim.below(self.longest_stretch.0));
            let limit = (lab.world.now() + stretch).min(end);
            while let Some(mut window) = lab.next_window(limit) {
                let mut done = Vec::new();
                while !window.work.is_empty() {
                    let pick = self.whim.below(window.work.len() as u64) as usize;
                    done.push(self.nodes.work(window.work.remove(pick)));
                }
                lab.finish(window, done);
                self.drop_ended(lab);
            }
            self.move_a_node();
        }
    }

    fn drop_ended(&mut self, lab: &mut Lab) {
        for pid in lab.take_ended() {
            self.nodes.nodes.remove(&pid);
        }
    }

    fn move_a_node(&mut self) {
        let count = self.nodes.nodes.len() as u64;
        let pick = self.whim.below(count.max(1) * 100);
        if let Some(node) = self.nodes.nodes.values_mut().nth(pick as usize) {
            *node = Node::restore(&node.snapshot()).expect("a node reads its own snapshot");
        }
    }
}

fn replay_with_whims(outcome: &Outcome, whim: u64, longest_stretch: Span) -> u64 {
    let mut lab = Lab::open(&walkthrough(), outcome.seed);
    let (nodes, whim) = (Inline::default(), Rng::new(whim));
    let mut host = Whimsical { nodes, whim, longest_stretch };
    for (at, action) in &outcome.actions {
        host.run_until(&mut lab, *at);
        lab.act(action.clone());
        host.drop_ended(&mut lab);
    }
    host.run_until(&mut lab, outcome.end);
    lab.world.trace_hash()
}

#[test]
fn histories_with_faults_do_not_depend_on_how_nodes_are_hosted() {
    let mut hashes = Vec::new();
    for seed in 1..=20 {
        let outcome = chaos::run(&walkthrough(), seed, 25);
        assert!(outcome.actions.len() > 10, "seed {seed}: {:?}", outcome.actions);
        assert_eq!(chaos::replay(&walkthrough(), &outcome), outcome.hash, "seed {seed}, again");
        let longest_stretch = Span(if seed % 10 == 0 { 700 } else { 100_000 });
        let hash = replay_with_whims(&outcome, seed, longest_stretch);
        assert_eq!(hash, outcome.hash, "seed {seed}, stretches up to {longest_stretch:?}");
        hashes.push(outcome.hash);
    }
    hashes.sort_unstable();
    hashes.dedup();
    assert_eq!(hashes.len(), 20, "different seeds give different histories");
}
