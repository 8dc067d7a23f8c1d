//! Whether what happened solves an exercise.
//!
//! A [`Judge`] is told facts in the order of time. What a check asks for is looked at whenever something
//! happened and whenever a time is over, so it does not matter how often anybody looks. How it stood
//! at an earlier moment can be asked for, and everything after a moment can be taken back.
//!
//! - `sight`: what can be seen at a moment. `truth`: whether a condition holds there. `course`: the
//!   way through the steps.

mod course;
mod sight;
#[cfg(test)]
mod tests;
mod truth;

use std::collections::VecDeque;
use std::sync::Arc;

use engine::Time;

use crate::exercise::Task;
use crate::fact::{Fact, Seen};
use crate::progress::Progress;
use course::{Course, Plan};

/// A course is kept after so many facts, to go back to.
const KEEP_EVERY: usize = 512;

/// Judges how far somebody is.
#[derive(Debug, Clone)]
pub struct Judge {
    plan: Arc<Plan>,
    facts: Vec<Fact>,
    course: Course,
    /// Courses to go back to, each with the number of facts that it has taken in.
    kept: Vec<(usize, Course)>,
    /// Each change of the progress, and when.
    changes: Vec<(Time, Progress)>,
    /// When the reader goes on by plan.
    to_go_on: VecDeque<Time>,
}

impl Judge {
    /// Of an exercise that nobody has begun, at the beginning of its lab.
    #[must_use]
    pub fn new(task: &Task) -> Self {
        let course = Course::new();
        Self {
            plan: Arc::new(Plan::new(task)),
            facts: Vec::new(),
            kept: vec![(0, course.clone())],
            changes: vec![(Time::ZERO, course.progress.clone())],
            to_go_on: VecDeque::new(),
            course,
        }
    }

    /// Takes a fact in. Facts come in the order of time; what is older than what came last, because a
    /// part of the past is run again, is known already.
    pub fn take(&mut self, fact: Fact) {
        let known =
            || self.facts.iter().rev().take_while(|it| it.at >= fact.at).any(|it| *it == fact);
        let late = fact.at < self.course.now || fact.at == self.course.now && known();
        if late || !self.plan.asks_for_clients && matches!(fact.what, Seen::Clients(_)) {
            return;
        }
        self.go_on_while(|at| at < fact.at);
        self.wait(fact.at);
        let changed = self.course.take(&Arc::clone(&self.plan), &fact);
        self.note(changed);
        self.facts.push(fact);
        if self.facts.len().is_multiple_of(KEEP_EVERY) {
            self.kept.push((self.facts.len(), self.course.clone()));
        }
    }

    /// Time has passed up to `now`: everything that happened before is told.
    pub fn pass(&mut self, now: Time) {
        self.go_on_while(|at| at <= now);
        self.come_to(now);
    }

    /// The learner takes over: the first step begins.
    pub fn begin(&mut self, now: Time) {
        self.pass(now);
        self.take(Fact { at: now, host: None, what: Seen::Began });
    }

    /// The reader goes on from a step that asks for nothing.
    pub fn go_on(&mut self, now: Time) {
        self.come_to(now);
        self.turn_page(now);
    }

    /// From here on the reader goes on at these moments and at no others that were planned before, so
    /// that somebody comes again to where [`went_on`](Self::went_on) was asked.
    pub fn go_on_at(&mut self, moments: impl IntoIterator<Item = Time>) {
        self.to_go_on = moments.into_iter().collect();
    }

    fn go_on_while(&mut self, is_due: impl Fn(Time) -> bool) {
        while let Some(at) = self.to_go_on.pop_front_if(|at| is_due(*at)) {
            self.come_to(at);
            self.turn_page(at);
        }
    }

    fn come_to(&mut self, now: Time) {
        if now > self.course.now {
            self.wait(now);
            self.course.now = now;
        }
    }

    fn turn_page(&mut self, now: Time) {
        if self.is_reading() {
            self.facts.push(Fact { at: now, host: None, what: Seen::WentOn });
            let fact = self.facts[self.facts.len() - 1].clone();
            let changed = self.course.take(&Arc::clone(&self.plan), &fact);
            self.note(changed);
        }
    }

    /// Whether the present step asks for nothing, so that the reader goes on when it is read.
    #[must_use]
    pub fn is_reading(&self) -> bool {
        self.course.is_reading(&self.plan)
    }

    /// When the reader went on from steps that ask for nothing.
    pub fn went_on(&self) -> impl Iterator<Item = Time> {
        self.facts.iter().filter(|it| matches!(it.what, Seen::WentOn)).map(|it| it.at)
    }

    /// How far somebody is.
    #[must_use]
    pub const fn progress(&self) -> &Progress {
        &self.course.progress
    }

    /// How far somebody was at a moment.
    #[must_use]
    pub fn progress_at(&self, at: Time) -> &Progress {
        let count = self.changes.partition_point(|it| it.0 <= at);
        &self.changes[count.saturating_sub(1)].1
    }

    /// Takes back everything after a moment: from there on something else happened.
    pub fn cut(&mut self, now: Time) {
        if now >= self.course.now {
            return;
        }
        self.facts.truncate(self.facts.partition_point(|it| it.at <= now));
        let facts = self.facts.len();
        self.kept.retain(|&(count, _)| count <= facts);
        self.changes.truncate(self.changes.partition_point(|it| it.0 <= now).max(1));
        let (count, course) = self.kept.last().expect("the beginning is kept").clone();
        // The changes on the way there are known.
        let known = std::mem::take(&mut self.changes);
        self.course = course;
        for at in count..facts {
            let fact = self.facts[at].clone();
            self.wait(fact.at);
            self.course.take(&Arc::clone(&self.plan), &fact);
        }
        self.pass(now);
        self.changes = known;
    }

    /// Lets time pass up to a moment, with all that is due until then.
    fn wait(&mut self, now: Time) {
        let plan = Arc::clone(&self.plan);
        while let Some(due) = self.course.due(&plan).filter(|&due| due <= now) {
            let changed = self.course.wait(&plan, due);
            self.note(changed);
        }
    }

    fn note(&mut self, changed: bool) {
        if changed {
            self.changes.push((self.course.now, self.course.progress.clone()));
        }
    }
}
