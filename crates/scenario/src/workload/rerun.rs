//! The same seed and the same actions again, under another setting.

use std::collections::VecDeque;

use engine::Time;

use super::Workload;
use crate::inline::Inline;
use crate::lab::{Action, Lab};
use crate::scenario::Scenario;

/// What is different the second time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Variant {
    /// Flags that change the settings of every workload, as `load` has them.
    pub flags: Vec<String>,
    /// Lines added to every redis.conf.
    pub config: String,
}

/// A lab that does again what was done in another one, its nodes in this thread.
#[derive(Debug)]
pub struct Rerun {
    lab: Lab,
    nodes: Inline,
    actions: VecDeque<(Time, Action)>,
    until: Time,
}

impl Rerun {
    /// Does what was done in `lab`, which was opened with `seed`, up to the present.
    #[must_use]
    pub fn of(lab: &Lab, seed: u64, variant: &Variant) -> Self {
        let mut scenario: Scenario = lab.scenario().clone();
        let own = scenario.hosts.iter_mut().flat_map(|host| &mut host.files);
        for (_, text) in scenario.files.iter_mut().chain(own).filter(|it| it.0 == "redis.conf") {
            text.push('\n');
            text.push_str(&variant.config);
        }
        let mut again = Lab::open(&scenario, seed);
        again.vary_workload(variant.flags.clone());
        Self {
            lab: again,
            nodes: Inline::default(),
            actions: lab.history().iter().cloned().collect(),
            until: lab.world.now(),
        }
    }

    /// Does one window more; false when all is done.
    pub fn step(&mut self) -> bool {
        let now = self.lab.world.now();
        while let Some((_, action)) = self.actions.pop_front_if(|(at, _)| *at <= now) {
            self.lab.act(action);
            for pid in self.lab.take_ended() {
                self.nodes.nodes.remove(&pid);
            }
        }
        let next = self.actions.front().map_or(self.until, |(at, _)| (*at).min(self.until));
        let stepped = self.nodes.step(&mut self.lab, next);
        self.lab.world.take_records();
        self.lab.take_printed();
        stepped || next < self.until
    }

    /// The part that is done, 0 to 1.
    #[must_use]
    pub fn progress(&self) -> f64 {
        self.lab.world.now().0 as f64 / self.until.0.max(1) as f64
    }

    /// What became of the workload.
    pub fn workload(&mut self) -> &Workload {
        self.lab.settled_workload()
    }

    /// The lab, so that it can be looked at.
    #[must_use]
    pub const fn lab(&self) -> &Lab {
        &self.lab
    }
}
