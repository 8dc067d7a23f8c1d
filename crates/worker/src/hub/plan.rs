//! What is going to be done again, while a history is replayed.

use std::collections::VecDeque;

use bridge::History;
use engine::Time;
use scenario::{Action, Lab};

use crate::convert::history;

/// The rest of a history.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    actions: VecDeque<(Time, Action)>,
    end: Option<Time>,
}

impl Plan {
    /// All of it.
    pub(crate) fn of(history: &History) -> Self {
        Self {
            actions: history.actions.iter().map(history::past).collect(),
            end: Some(Time(history.now_us)),
        }
    }

    /// These actions, and time stops at `end` if there is one.
    pub(crate) fn new(actions: &[(Time, Action)], end: Option<Time>) -> Self {
        Self { actions: actions.iter().cloned().collect(), end }
    }

    /// Where time stops.
    pub(crate) const fn end(&self) -> Option<Time> {
        self.end
    }

    /// Time must stop here first, so that something can be done; `goal` when there is nothing.
    pub(crate) fn limit(&self, goal: Time) -> Time {
        let next = self.actions.front().map(|&(at, _)| at).or(self.end);
        next.map_or(goal, |next| next.min(goal))
    }

    /// Does what is due; tells whether the history has come to its end.
    pub(crate) fn act(&mut self, lab: &mut Lab) -> bool {
        let now = lab.world.now();
        while self.actions.front().is_some_and(|&(at, _)| at <= now) {
            if let Some((_, action)) = self.actions.pop_front() {
                lab.act(action);
            }
        }
        let ended = self.actions.is_empty() && self.end.is_some_and(|end| end <= now);
        if ended {
            self.end = None;
        }
        ended
    }
}
