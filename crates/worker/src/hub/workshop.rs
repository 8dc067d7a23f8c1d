//! Exercises: the lab of one, and how far somebody is in it.
//!
//! The judge keeps the whole course of the live branch, so a moment of its past is asked of it, and a
//! fork goes on with what it knew by then.

use bridge::FromHub;
use bridge::workshop::WorkshopTold;
use engine::Time;
use scenario::script::{Entry, entry};
use scenario::{Lab, Printed, Scenario};
use sim::Record;
use workshop::exercise::Task;
use workshop::progress::Progress;
use workshop::{Judge, Simulated};

use crate::convert::workshop as convert;
use crate::scope::post_message;

/// Who watches a lab and judges an exercise.
#[derive(Clone)]
pub(crate) struct Proctor {
    simulated: Simulated,
    judge: Judge,
}

impl Proctor {
    /// Watches from the lab's beginning.
    pub(crate) fn new(task: &Task, lab: &mut Lab) -> Self {
        Self { simulated: Simulated::new(lab), judge: Judge::new(task) }
    }

    /// Takes what happened.
    pub(crate) fn see(&mut self, lab: &mut Lab, records: &[Record], printed: &[Printed]) {
        for fact in self.simulated.see(lab, records, printed) {
            self.judge.take(fact);
        }
        self.judge.pass(lab.world.now());
    }

    /// The reader goes on at these moments, as before; nobody goes on by themselves with none.
    pub(crate) fn go_on_at(&mut self, moments: impl IntoIterator<Item = Time>) {
        self.judge.go_on_at(moments);
    }

    /// When the reader went on from steps that ask for nothing.
    pub(crate) fn went_on(&self) -> impl Iterator<Item = Time> {
        self.judge.went_on()
    }

    /// The learner takes over.
    pub(crate) fn begin(&mut self, now: Time) {
        self.judge.begin(now);
    }

    /// The reader goes on from a step that checks nothing.
    pub(crate) fn go_on(&mut self, now: Time) {
        self.judge.go_on(now);
    }

    /// The same for somebody who acts from a moment of the past.
    pub(crate) fn at(&self, now: Time) -> Self {
        let mut fork = self.clone();
        fork.judge.cut(now);
        fork
    }

    /// How far the exercise was at a moment.
    pub(crate) fn progress_at(&self, at: Time) -> &Progress {
        self.judge.progress_at(at)
    }
}

/// What the reader made of an exercise, with the lab that it is played in: what prepares it is typed
/// before anybody takes over.
pub(crate) fn begin(task: &[u8]) -> Result<(Task, Scenario), String> {
    let task: Task = borsh::from_slice(task).map_err(|why| why.to_string())?;
    let mut scenario = Scenario::open(&task.lab)?;
    let lines = task.prepare.lines().filter_map(|line| entry(line).ok().flatten());
    scenario.opening.extend(lines.filter_map(|it| match it {
        Entry::Step(step) => Some(step),
        Entry::Expect(_) | Entry::Network(_) => None,
    }));
    tell(WorkshopTold::Opening);
    Ok((task, scenario))
}

/// Tells how far the exercise is.
pub(crate) fn tell_progress(progress: &Progress) {
    tell(WorkshopTold::Progress(convert::progress(progress)));
}

fn tell(told: WorkshopTold) {
    post_message(&FromHub::Workshop(told));
}
