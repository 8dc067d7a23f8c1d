//! What the lab itself has to do, and when.
//!
//! A window may end anywhere (at the pace of a page, say), so nothing may depend on where it does.
//! Whatever one process causes in another without the network therefore happens at a time of its
//! own: one lookahead after its cause, which no open window can contain.

use std::collections::BTreeMap;

use engine::Time;
use sim::{HostId, Pid};

/// One thing to do.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Task {
    /// Answer a program's question, by its number.
    Answer(u64),
    /// Type the next lines of the opening.
    TypeOpening,
    /// Greet a host's console with a fresh shell.
    StartShell(HostId),
}

/// Tasks in the order of their times; of those at one moment, in the order of the processes that
/// cause them.
#[derive(Debug, Default, Clone)]
pub(crate) struct Agenda {
    tasks: BTreeMap<(Time, Pid, u64), Task>,
    count: u64,
}

impl Agenda {
    /// Adds a task that `cause` gives.
    pub(crate) fn add(&mut self, due: Time, cause: Pid, task: Task) {
        self.tasks.insert((due, cause, self.count), task);
        self.count += 1;
    }

    /// The time of the first task.
    pub(crate) fn due(&self) -> Option<Time> {
        self.tasks.first_key_value().map(|(&(due, ..), _)| due)
    }

    /// Takes the first task that is due by `now`, with its cause. What is done from outside at a
    /// moment comes before the tasks of that moment: so they wait until time is to pass beyond it.
    pub(crate) fn take(&mut self, now: Time) -> Option<(Pid, Task)> {
        if self.due()? > now {
            return None;
        }
        self.tasks.pop_first().map(|((_, cause, _), task)| (cause, task))
    }
}
