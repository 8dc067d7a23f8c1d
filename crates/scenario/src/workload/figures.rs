//! The numbers of a workload at moments of virtual time, for whoever watches: the same moments and
//! the same numbers whatever the windows are.

use engine::Time;
use engine::time::Span;

use super::{Availability, Counts, Sums, Workload};

/// Numbers are taken when the workload starts and stops, and this often between.
const EVERY: Span = Span::from_millis(100);

/// The numbers of a workload at a moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Whether it runs.
    pub running: bool,
    /// Writes that were acknowledged.
    pub acknowledged: u64,
    /// Those of them that are lost.
    pub lost: u64,
    /// Those of them that were rolled back.
    pub rolled_back: u64,
    /// Requests that were answered with an error, or found no server.
    pub refused: u64,
    /// Requests that were redirected.
    pub redirected: u64,
    /// Requests that had to wait.
    pub held: u64,
    /// The longest time in which no write of a shard was acknowledged, the present one included.
    pub unavailable: Span,
}

/// Who watches, and what is to be told.
#[derive(Debug, Clone, Default)]
pub(super) struct Watch {
    on: bool,
    /// The next moment of the grid.
    due: Time,
    last: Figures,
    untold: Vec<(Time, Figures)>,
}

impl Figures {
    pub(super) fn of(
        running: bool,
        sums: Sums,
        counts: &Counts,
        availability: &Availability,
        now: Time,
    ) -> Self {
        let shards = availability.shards.iter();
        let unavailable = shards.map(|shard| availability.longest(shard, now)).max();
        Self {
            running,
            acknowledged: sums.acknowledged,
            lost: sums.lost,
            rolled_back: sums.rolled_back,
            refused: counts.refused,
            redirected: counts.redirected,
            held: counts.held,
            unavailable: unavailable.unwrap_or_default(),
        }
    }
}

impl Workload {
    /// From here on numbers are taken.
    pub(crate) fn watch(&mut self) {
        self.watch.on = true;
    }

    /// The numbers now.
    #[must_use]
    pub fn figures(&self, now: Time) -> Figures {
        let running = self.settings.is_some();
        let (sums, counts) = (self.ledger.sums, &self.numbers.total);
        Figures::of(running, sums, counts, &self.availability, now)
    }

    /// The numbers that nobody took yet, as far as they changed: those of all moments before now.
    pub(crate) fn take_figures(&mut self, now: Time) -> Vec<(Time, Figures)> {
        self.pass_figures(now);
        std::mem::take(&mut self.watch.untold)
    }

    /// Takes the numbers of the moments before this one. What happens at a moment of the grid itself
    /// is in its numbers.
    pub(super) fn pass_figures(&mut self, at: Time) {
        if !self.watch.on || !self.was_used() {
            return;
        }
        while self.watch.due < at {
            self.tell_figures(self.watch.due);
            self.watch.due = self.watch.due + EVERY;
        }
    }

    /// It started or stopped.
    pub(super) fn turn_figures(&mut self, now: Time) {
        if self.watch.on {
            self.tell_figures(now);
            self.watch.due = Time(now.0 - now.0 % EVERY.0) + EVERY;
        }
    }

    fn tell_figures(&mut self, at: Time) {
        let figures = self.figures(at);
        if self.watch.last != figures {
            self.watch.last = figures;
            self.watch.untold.push((at, figures));
        }
    }
}
