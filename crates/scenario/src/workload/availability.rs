//! For each shard: since when no write was acknowledged, and for how long that was at its worst.

use engine::Time;
use engine::time::Span;

/// The slots that one master had when the workload started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shard {
    /// Its ranges of slots.
    pub slots: Vec<(u16, u16)>,
    /// When a write was last acknowledged, or when the workload started.
    pub since: Time,
    /// Writes that were acknowledged.
    pub acknowledged: u64,
    /// The longest time without, that is over, and when it began.
    pub longest: (Time, Span),
    /// The sum of all times without that were longer than chance explains.
    pub unavailable: Span,
}

/// All shards.
#[derive(Debug, Clone, Default)]
pub struct Availability {
    /// In the order of their slots.
    pub shards: Vec<Shard>,
    /// A shorter time without an acknowledged write is chance.
    pub chance: Span,
    stopped: Option<Time>,
}

impl Availability {
    /// Starts to measure.
    pub(super) fn start(now: Time, mut slots: Vec<Vec<(u16, u16)>>, writes: u32) -> Self {
        slots.sort_unstable();
        let shard = |slots| Shard {
            slots,
            since: now,
            acknowledged: 0,
            longest: (now, Span(0)),
            unavailable: Span(0),
        };
        let shards: Vec<_> = slots.into_iter().map(shard).collect();
        let mut new = Self { shards, chance: Span(0), stopped: None };
        new.change(writes);
        new
    }

    /// Takes another rate of writes: a tenfold of the mean time between two is chance, and half a
    /// second at least.
    pub(super) fn change(&mut self, writes: u32) {
        let shards = self.shards.len().max(1) as u64;
        let mean = 1_000_000 * shards / u64::from(writes.max(1));
        self.chance = Span((10 * mean).max(500_000));
    }

    /// A write was acknowledged.
    pub(super) fn acknowledged(&mut self, at: Time, slot: u16) {
        let chance = self.chance;
        let has = |shard: &&mut Shard| shard.slots.iter().any(|&(a, b)| (a..=b).contains(&slot));
        if let Some(shard) = self.shards.iter_mut().find(has) {
            shard.end(at, chance);
            shard.acknowledged += 1;
        }
    }

    /// Ends the measure.
    pub(super) fn stop(&mut self, now: Time) {
        for shard in &mut self.shards {
            shard.end(now, self.chance);
        }
        self.stopped = Some(now);
    }

    /// How long a shard has been without an acknowledged write.
    #[must_use]
    pub fn without(&self, shard: &Shard, now: Time) -> Span {
        self.stopped.map_or(now, |at| at.min(now)).since(shard.since)
    }

    /// The longest time without, the present one included.
    #[must_use]
    pub fn longest(&self, shard: &Shard, now: Time) -> Span {
        shard.longest.1.max(self.without(shard, now))
    }

    /// The time that a shard was without, the present one included.
    #[must_use]
    pub fn unavailable(&self, shard: &Shard, now: Time) -> Span {
        let without = self.without(shard, now);
        let counts = without >= self.chance;
        Span(shard.unavailable.0 + if counts { without.0 } else { 0 })
    }
}

impl Shard {
    fn end(&mut self, at: Time, chance: Span) {
        let gap = at.since(self.since);
        if gap > self.longest.1 {
            self.longest = (self.since, gap);
        }
        if gap >= chance {
            self.unavailable = Span(self.unavailable.0 + gap.0);
        }
        self.since = at;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_gap_is_unavailability_and_a_short_one_is_chance() {
        let mut all = Availability::start(Time(0), vec![vec![(5, 9)], vec![(0, 4)]], 100);
        assert_eq!(all.chance, Span(500_000));
        for at in [100_000, 200_000, 2_200_000, 2_300_000] {
            all.acknowledged(Time(at), 3);
        }
        let shard = &all.shards[0];
        assert_eq!((shard.longest, shard.acknowledged), ((Time(200_000), Span(2_000_000)), 4));
        assert_eq!(all.unavailable(shard, Time(2_400_000)), Span(2_000_000));
        let other = &all.shards[1];
        assert_eq!(all.without(other, Time(2_400_000)), Span(2_400_000));
        assert_eq!(all.longest(other, Time(2_400_000)), Span(2_400_000));
        all.stop(Time(3_000_000));
        assert_eq!(all.without(&all.shards[0], Time(9_000_000)), Span(0));
    }
}
