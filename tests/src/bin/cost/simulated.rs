//! The cost of simulated ones.

use std::time::Duration;

use engine::time::Span;
use scenario::scenario::Plain;
use scenario::{Inline, Lab};

use crate::{NODE_TIMEOUT, process};

/// How much of this process's time a figure is taken from: a hundred times the kernel's clock tick.
const ENOUGH: Duration = Duration::from_secs(1);

/// An idle cluster, all of its nodes in this thread.
pub struct Idle {
    pub lab: Lab,
    pub nodes: Inline,
}

impl Idle {
    /// A cluster of `nodes`, half of them masters, made by `redis-cli --cluster create` and settled.
    pub fn open(nodes: u8) -> Self {
        let scenario =
            Plain { masters: nodes / 2, node_timeout: NODE_TIMEOUT, ..Plain::default() }.scenario();
        let mut idle = Self { lab: Lab::open(&scenario, 1), nodes: Inline::default() };
        let open = idle.nodes.run_opening(&mut idle.lab, Span::from_secs(600));
        assert!(open, "no cluster forms");
        idle.pass(Span::from_secs(90));
        let well = idle.nodes.nodes.values().all(|node| node.view().state_ok);
        assert!(well && idle.nodes.nodes.len() == usize::from(nodes), "the cluster is not well");
        idle
    }

    /// Lets time pass; nobody looks at what happened.
    pub fn pass(&mut self, span: Span) {
        let limit = self.lab.world.now() + span;
        self.nodes.run_until(&mut self.lab, limit);
        drop(self.lab.world.take_records());
    }
}

/// CPU milliseconds per virtual second.
pub fn cost(nodes: u8) -> f64 {
    let mut idle = Idle::open(nodes);
    let (before, from) = (process::own_cpu(), idle.lab.world.now());
    while process::own_cpu() - before < ENOUGH {
        idle.pass(Span::from_secs(60));
    }
    let passed = idle.lab.world.now().since(from).0 as f64 / 1e6;
    (process::own_cpu() - before).as_secs_f64() * 1000.0 / passed
}

/// What a long run took.
pub struct Long {
    pub cpu: Duration,
    /// Before and after.
    pub megabytes: (f64, f64),
}

/// Six idle nodes for `span`.
pub fn long(span: Span) -> Long {
    let mut idle = Idle::open(6);
    let (before, megabytes) = (process::own_cpu(), process::megabytes());
    let until = idle.lab.world.now() + span;
    while idle.lab.world.now() < until {
        idle.pass(Span::from_secs(600));
    }
    Long { cpu: process::own_cpu() - before, megabytes: (megabytes, process::megabytes()) }
}
