//! Watches a simulated lab and judges an exercise.

use engine::Time;
use scenario::{Lab, Printed};
use sim::Record;
use workshop::exercise::Exercise;
use workshop::{Judge, Simulated};

/// Somebody who watches. A step that is there to be read counts as read at once.
#[derive(Debug)]
pub struct Proctor {
    simulated: Simulated,
    judge: Judge,
}

impl Proctor {
    /// Watches from the lab's beginning.
    #[must_use]
    pub fn new(exercise: &Exercise, lab: &mut Lab) -> Self {
        Self { simulated: Simulated::new(lab), judge: Judge::new(&exercise.task()) }
    }

    /// Takes what happened in a window.
    pub fn see(&mut self, lab: &mut Lab, records: &[Record], printed: &[Printed]) {
        for fact in self.simulated.see(lab, records, printed) {
            self.judge.take(fact);
        }
        self.judge.pass(lab.world.now());
        self.read(lab.world.now());
    }

    /// The learner takes over.
    pub fn begin(&mut self, now: Time) {
        self.judge.begin(now);
        self.read(now);
    }

    /// What it has come to.
    #[must_use]
    pub const fn judge(&self) -> &Judge {
        &self.judge
    }

    fn read(&mut self, now: Time) {
        while self.judge.is_reading() {
            self.judge.go_on(now);
        }
    }
}
