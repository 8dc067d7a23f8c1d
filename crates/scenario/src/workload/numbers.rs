//! What became of requests, in all and second by second.

use std::collections::{BTreeMap, VecDeque};

use engine::Time;
use engine::time::Span;

use super::happening::What;
use super::histogram::Histogram;

/// One interval.
pub const INTERVAL: Span = Span::from_millis(1000);
/// Intervals that are kept.
const KEPT: usize = 900;
/// Intervals that "lately" is.
const LATELY: usize = 10;

/// How many requests met with what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Writes that were acknowledged.
    pub written: u64,
    /// Reads that were answered.
    pub read: u64,
    /// Requests that waited 100 ms or more for their answer.
    pub held: u64,
    /// MOVED and ASK that came.
    pub redirected: u64,
    /// Requests that ended with an error, or found no server to be sent to.
    pub refused: u64,
    /// Requests whose connection broke or was silent too long.
    pub lost: u64,
    /// Writes that too few replicas confirmed in time.
    pub short: u64,
    /// Requests that were not sent, since enough others waited.
    pub unsent: u64,
}

/// A second of virtual time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Interval {
    /// Its beginning.
    pub from: Time,
    /// What came in it.
    pub counts: Counts,
    /// Microseconds within which half of the answers came, and 99 of 100, and all.
    pub latency: [u64; 3],
}

/// All numbers of a workload.
#[derive(Debug, Clone, Default)]
pub struct Numbers {
    /// In all.
    pub total: Counts,
    /// Answers in all, by latency.
    pub latency: Histogram,
    /// Refusals by their reason.
    pub refusals: BTreeMap<&'static str, u64>,
    /// Intervals that are over, oldest first.
    past: VecDeque<Interval>,
    /// The histograms of the last of them.
    recent: VecDeque<Histogram>,
    now: Interval,
    now_latency: Histogram,
}

impl Numbers {
    /// Counts anew; the seconds that were stay, the present one with what came in it so far.
    pub(super) fn restart(&mut self, at: Time) {
        self.pass(at);
        let (past, now) = (std::mem::take(&mut self.past), self.now);
        *self = Self { past, now, ..Self::default() };
    }

    /// Counts something at a time that never goes back.
    pub fn count(&mut self, at: Time, add: impl Fn(&mut Counts)) {
        self.pass(at);
        add(&mut self.now.counts);
        add(&mut self.total);
    }

    /// Counts what a client met with.
    pub(super) fn met(&mut self, at: Time, what: &What) {
        match *what {
            What::Opened { .. } | What::Closed { .. } => {}
            What::Acknowledged { latency, .. } => {
                self.count(at, |it| it.written += 1);
                self.answered(at, latency);
            }
            What::Short { .. } => self.count(at, |it| it.short += 1),
            What::Read { latency } => {
                self.count(at, |it| it.read += 1);
                self.answered(at, latency);
            }
            What::Held => self.count(at, |it| it.held += 1),
            What::Redirected => self.count(at, |it| it.redirected += 1),
            What::Refused { why } => {
                self.count(at, |it| it.refused += 1);
                *self.refusals.entry(why).or_default() += 1;
            }
            What::Lost => self.count(at, |it| it.lost += 1),
            What::Unsent => self.count(at, |it| it.unsent += 1),
        }
    }

    /// Takes the latency of an answer.
    pub fn answered(&mut self, at: Time, latency: Span) {
        self.pass(at);
        self.now_latency.add(latency.0);
        self.latency.add(latency.0);
    }

    /// Closes the intervals that are over.
    pub fn pass(&mut self, at: Time) {
        let from = Time(at.0 - at.0 % INTERVAL.0);
        if self.now.from == from {
            return;
        }
        let begun = self.now.from != Time::ZERO || self.now.counts != Counts::default();
        if begun {
            let mut next = self.now.from;
            while next < from {
                let latency = std::mem::take(&mut self.now_latency);
                self.now.latency = latency.summary();
                self.past.push_back(self.now);
                self.recent.push_back(latency);
                next = next + INTERVAL;
                self.now = Interval { from: next, ..Interval::default() };
                if self.past.len() > KEPT {
                    self.past.pop_front();
                }
                if self.recent.len() > LATELY {
                    self.recent.pop_front();
                }
            }
        }
        self.now = Interval { from, ..Interval::default() };
    }

    /// Intervals, the present one last.
    pub fn intervals(&self) -> impl DoubleEndedIterator<Item = Interval> + '_ {
        let now = Interval { latency: self.now_latency.summary(), ..self.now };
        self.past.iter().copied().chain([now])
    }

    /// The latency of answers within the last ten intervals.
    #[must_use]
    pub fn lately(&self) -> Histogram {
        let mut sum = self.now_latency.clone();
        self.recent.iter().for_each(|it| sum.merge(it));
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_without_anything_are_intervals_too() {
        let mut numbers = Numbers::default();
        numbers.count(Time(7_200_000), |it| it.written += 1);
        numbers.answered(Time(7_200_000), Span(300));
        numbers.count(Time(10_100_000), |it| it.refused += 1);
        let seconds: Vec<_> = numbers.intervals().map(|it| it.from.0 / 1_000_000).collect();
        assert_eq!(seconds, [7, 8, 9, 10]);
        let written: Vec<_> = numbers.intervals().map(|it| it.counts.written).collect();
        assert_eq!(written, [1, 0, 0, 0]);
        assert_eq!((numbers.total.written, numbers.total.refused), (1, 1));
        assert_eq!(numbers.lately().summary()[2], 300);
        for second in 0..2000 {
            numbers.pass(Time((11 + second) * 1_000_000));
        }
        assert_eq!(numbers.intervals().count(), KEPT + 1);
        assert_eq!(numbers.lately().summary(), [0, 0, 0]);
    }

    #[test]
    fn a_restart_counts_anew_and_keeps_the_seconds_that_were() {
        let mut numbers = Numbers::default();
        numbers.count(Time(1_500_000), |it| it.written += 2);
        numbers.count(Time(2_100_000), |it| it.written += 3);
        numbers.restart(Time(2_400_000));
        assert_eq!(numbers.total, Counts::default());
        numbers.count(Time(2_600_000), |it| it.written += 5);
        let seconds: Vec<_> =
            numbers.intervals().map(|it| (it.from.0, it.counts.written)).collect();
        assert_eq!(seconds, [(1_000_000, 2), (2_000_000, 8)]);
        assert_eq!(numbers.total.written, 5);
    }
}
