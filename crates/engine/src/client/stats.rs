//! What `INFO stats` counts.

use alloc::collections::BTreeMap;
use alloc::string::String;

use borsh::{BorshDeserialize, BorshSerialize};

/// Ticks of the cron over which the rate of commands is a mean, as in Redis.
const SAMPLES: u64 = 16;

/// Counters since the start or CONFIG RESETSTAT.
#[derive(Debug, Default, BorshSerialize, BorshDeserialize)]
pub(crate) struct Stats {
    /// Connections accepted.
    pub connections: u64,
    /// Connections refused because there were `maxclients` already.
    pub rejected: u64,
    /// Commands executed.
    pub commands: u64,
    /// Bytes that clients sent.
    pub bytes_in: u64,
    /// Bytes that clients were sent.
    pub bytes_out: u64,
    /// Keys removed because their time was over.
    pub expired_keys: u64,
    /// Reads of a key that was there.
    pub keyspace_hits: u64,
    /// Reads of a key that was not.
    pub keyspace_misses: u64,
    /// Errors answered, by their code.
    #[borsh(deserialize_with = "crate::gathered::read")]
    errors: BTreeMap<String, u64>,
    rate: Rate,
}

/// Commands in each of the last periods of the cron.
#[derive(Debug, Default, BorshSerialize, BorshDeserialize)]
struct Rate {
    counts: [u64; SAMPLES as usize],
    /// The period that was counted last.
    newest: u64,
}

impl Stats {
    /// Notes an error reply, which starts with its code.
    pub(crate) fn count_error(&mut self, text: &str) {
        let code = text.split(' ').next().unwrap_or(text);
        *self.errors.entry(code.into()).or_default() += 1;
    }

    /// Errors answered.
    pub(crate) fn errors(&self) -> u64 {
        self.errors.values().sum()
    }

    /// Errors answered, by their code.
    pub(crate) fn errors_by_code(&self) -> impl Iterator<Item = (&str, u64)> {
        self.errors.iter().map(|(code, &count)| (code.as_str(), count))
    }

    /// Notes that a command is executed in a period of the cron.
    pub(crate) fn count_command(&mut self, period: u64) {
        self.commands += 1;
        self.rate.advance(period);
        self.rate.counts[(period % SAMPLES) as usize] += 1;
    }

    /// Commands a second, as a mean over the last 1.6 seconds.
    pub(crate) fn commands_per_second(&mut self, period: u64) -> u64 {
        self.rate.advance(period);
        self.rate.counts.iter().sum::<u64>() * 10 / SAMPLES
    }
}

impl Rate {
    /// Forgets the periods that are too old to count at `period`.
    fn advance(&mut self, period: u64) {
        let passed = period.saturating_sub(self.newest).min(SAMPLES);
        for step in 0..passed {
            self.counts[((period - step) % SAMPLES) as usize] = 0;
        }
        self.newest = self.newest.max(period);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_forgets_what_is_older_than_its_window() {
        let mut stats = Stats::default();
        for _ in 0..32 {
            stats.count_command(100);
        }
        assert_eq!(stats.commands_per_second(100), 20);
        assert_eq!(stats.commands_per_second(115), 20);
        assert_eq!(stats.commands_per_second(116), 0);
        assert_eq!(stats.commands, 32);
    }
}
