//! Log lines in the form that redis-server prints.

use alloc::format;
use alloc::string::String;

use crate::io::Output;
use crate::node::Node;

/// A warning of the process around a node, as redis-server would log it; without a line end.
#[must_use]
pub fn warning(pid: u32, unix_us: u64, text: &str) -> String {
    format!("{pid}:M {} {} {text}", utc(unix_us), Level::Warning.mark())
}

/// Severity, in ascending order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Debug,
    Verbose,
    Notice,
    Warning,
}

impl Level {
    const fn mark(self) -> char {
        match self {
            Self::Debug => '.',
            Self::Verbose => '-',
            Self::Notice => '*',
            Self::Warning => '#',
        }
    }

    fn threshold(name: &str) -> Option<Self> {
        match name {
            "debug" => Some(Self::Debug),
            "verbose" => Some(Self::Verbose),
            "warning" => Some(Self::Warning),
            "nothing" => None,
            _ => Some(Self::Notice),
        }
    }
}

impl Node {
    /// Writes a log line if `loglevel` lets it pass. Its role is that of replication, which takes up
    /// the role in the cluster a moment later (at start, for one).
    pub(crate) fn log(&mut self, level: Level, text: impl AsRef<str>) {
        let role = if self.replicating_from().is_some() { 'S' } else { 'M' };
        self.log_line(self.pid, role, level, text.as_ref());
    }

    /// Writes a log line of a process that is no server: a child, or one that is about to start.
    pub(crate) fn log_child(&mut self, pid: u32, level: Level, text: &str) {
        self.log_line(pid, 'C', level, text);
    }

    fn log_line(&mut self, pid: u32, role: char, level: Level, text: &str) {
        if Level::threshold(&self.config.loglevel).is_none_or(|least| level < least) {
            return;
        }
        let when = utc(self.unix_us());
        self.emit(Output::Log(format!("{pid}:{role} {when} {} {text}", level.mark())));
    }
}

/// `23 Nov 2026 04:06:02.908` in UTC.
pub(crate) fn utc(unix_us: u64) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let ms = unix_us / 1000 % 1000;
    let seconds = unix_us / 1_000_000;
    let (h, m, s) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let (year, month, day) = civil(seconds / 86400);
    let month = MONTHS[month as usize - 1];
    format!("{day:02} {month} {year} {h:02}:{m:02}:{s:02}.{ms:03}")
}

/// Year, month and day of a day counted from 1 January 1970, by counting in 400-year eras that
/// start in March so that the leap day is the last of its year.
const fn civil(days: u64) -> (u64, u64, u64) {
    let from_march_0000 = days + 719_468;
    let era = from_march_0000 / 146_097;
    let day_of_era = from_march_0000 % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = era * 400 + year_of_era + (month <= 2) as u64;
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(utc(0), "01 Jan 1970 00:00:00.000");
        assert_eq!(utc(1_795_406_762_908_123), "23 Nov 2026 04:06:02.908");
        assert_eq!(utc(951_782_400_000_000), "29 Feb 2000 00:00:00.000");
    }
}
