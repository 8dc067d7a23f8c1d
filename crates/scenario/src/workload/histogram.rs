//! Latencies, counted in buckets of a quarter of a power of two.

/// Buckets: four for each power of two up to 2^32 microseconds.
const BUCKETS: usize = 4 * 32;

/// How many latencies fell into which bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Histogram {
    counts: Vec<u32>,
    max: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: vec![0; BUCKETS], max: 0 }
    }
}

impl Histogram {
    /// Takes a latency, microseconds.
    pub fn add(&mut self, us: u64) {
        let count = &mut self.counts[bucket(us)];
        *count = count.saturating_add(1);
        self.max = self.max.max(us);
    }

    /// Adds what another one counted.
    pub fn merge(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count = count.saturating_add(*more);
        }
        self.max = self.max.max(other.max);
    }

    /// Within how many microseconds half of the answers came, and 99 of 100, and all.
    #[must_use]
    pub fn summary(&self) -> [u64; 3] {
        [self.quantile(50), self.quantile(99), self.max]
    }

    /// The end of the bucket of the latency that `percent` of all do not exceed; 0 for none.
    fn quantile(&self, percent: u64) -> u64 {
        let total: u64 = self.counts.iter().map(|&it| u64::from(it)).sum();
        let wanted = (total * percent).div_ceil(100);
        let mut seen = 0;
        for (at, &count) in self.counts.iter().enumerate() {
            seen += u64::from(count);
            if seen >= wanted && wanted > 0 {
                return end(at).min(self.max);
            }
        }
        0
    }

    /// The buckets that hold anything: their end in microseconds and their count.
    pub fn buckets(&self) -> impl Iterator<Item = (u64, u32)> + '_ {
        let counts = self.counts.iter().enumerate();
        counts.filter(|&(_, &count)| count > 0).map(|(at, &count)| (end(at), count))
    }
}

fn bucket(us: u64) -> usize {
    let us = us.clamp(1, u64::from(u32::MAX));
    let power = us.ilog2();
    let quarter = if power < 2 { 0 } else { us >> (power - 2) & 3 };
    power as usize * 4 + quarter as usize
}

/// The first latency beyond a bucket, less one.
fn end(bucket: usize) -> u64 {
    let (power, quarter) = (bucket / 4, bucket as u64 % 4);
    if power < 2 { (2 << power) - 1 } else { ((5 + quarter) << (power - 2)) - 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_ends_before_the_next_one_begins() {
        for us in [1, 2, 3, 4, 5, 7, 8, 9, 250, 1000, 65_535, 1_000_000, 2_999_999_999] {
            assert!(end(bucket(us)) >= us, "{us}");
            assert!(bucket(end(bucket(us)) + 1) > bucket(us), "{us}");
        }
    }

    #[test]
    fn quantiles_are_exact_up_to_a_quarter_and_the_largest_is_exact() {
        let mut histogram = Histogram::default();
        (1..=1000).for_each(|us| histogram.add(us));
        let [half, most, max] = histogram.summary();
        assert!((500..=640).contains(&half), "{half}");
        assert!((990..=1000).contains(&most), "{most}");
        assert_eq!(max, 1000);
        assert_eq!(Histogram::default().summary(), [0, 0, 0]);
    }
}
