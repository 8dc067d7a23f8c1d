//! The log of a real redis-server, read for what it tells about a failover.
//!
//! Lines have the form `PID:ROLE DAY MONTH YEAR HOUR:MINUTE:SECOND.MS MARK TEXT`; what stands before
//! the process id (a container's or a collector's prefix) is skipped, other lines are left out.

/// What a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// Somebody is suspected or marked as failed, or no longer.
    Failure,
    /// Elections and votes.
    Election,
    /// CLUSTER FAILOVER.
    Manual,
    /// A role, an epoch, an owner of slots changes.
    Configuration,
    /// The link between master and replica.
    Replication,
    /// `cluster_state` is ok.
    Well,
    /// `cluster_state` is fail.
    Down,
    /// A process starts or ends.
    Process,
    /// Anything else.
    Other,
}

/// A line of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// When, unix milliseconds as if the log's clock were UTC.
    pub unix_ms: u64,
    /// The process.
    pub pid: u32,
    /// `M` for a master, `S` for a replica, `C` for a child, `X` for a sentinel.
    pub role: char,
    /// What it says.
    pub text: String,
    /// What that is about.
    pub about: About,
}

/// Beginnings of texts, and what they are about.
const KINDS: [(&str, About); 42] = [
    ("Marking node ", About::Failure),
    ("FAIL message received from ", About::Failure),
    ("Clear FAIL state for node ", About::Failure),
    ("*** NODE ", About::Failure),
    ("NODE ", About::Failure),
    ("Start of election delayed", About::Election),
    ("Replica rank updated", About::Election),
    ("Starting a failover election", About::Election),
    ("Failover auth ", About::Election),
    ("Failover election won", About::Election),
    ("Failover attempt expired", About::Election),
    ("Currently unable to failover", About::Election),
    ("Needed quorum", About::Election),
    ("Manual failover ", About::Manual),
    ("Forced failover ", About::Manual),
    ("Taking over the master", About::Manual),
    ("Received replication offset for paused", About::Manual),
    ("All master replication stream processed", About::Manual),
    ("configEpoch set to ", About::Configuration),
    ("New configEpoch set to ", About::Configuration),
    ("WARNING: configEpoch collision", About::Configuration),
    ("Configuration change detected", About::Configuration),
    ("Failover occurred", About::Configuration),
    ("A failover occurred", About::Configuration),
    ("Setting secondary replication ID", About::Configuration),
    ("Cluster state changed: ok", About::Well),
    ("Cluster state changed: fail", About::Down),
    ("Connection with master lost", About::Replication),
    ("Connection with replica ", About::Replication),
    ("Connecting to MASTER", About::Replication),
    ("MASTER <-> REPLICA sync", About::Replication),
    ("MASTER timeout", About::Replication),
    ("Full resync from master", About::Replication),
    ("Successful partial resynchronization", About::Replication),
    ("Partial resynchronization ", About::Replication),
    ("Synchronization with replica ", About::Replication),
    ("Disconnecting timedout replica", About::Replication),
    ("Server initialized", About::Process),
    ("Ready to accept connections", About::Process),
    ("User requested shutdown", About::Process),
    ("Redis is now ready to exit", About::Process),
    ("Received SIG", About::Process),
];

impl About {
    fn of(text: &str) -> Self {
        let found = KINDS.iter().find(|(beginning, _)| text.starts_with(beginning));
        match found {
            Some(&(_, about)) => about,
            None if text.contains(" reported node ") => Self::Failure,
            None if text.contains("crashed by signal") => Self::Process,
            None => Self::Other,
        }
    }
}

/// Reads the log of one process or of several, and puts the lines in the order of their times.
///
/// # Errors
/// A sentence when no line has the form of a log.
pub fn read(text: &str) -> Result<Vec<Line>, String> {
    let mut lines: Vec<Line> = text.lines().filter_map(line).collect();
    if lines.is_empty() {
        return Err("no line looks like `1234:M 23 Nov 2026 04:06:24.215 * Ready to accept \
                    connections`"
            .into());
    }
    lines.sort_by_key(|line| line.unix_ms);
    Ok(lines)
}

fn line(text: &str) -> Option<Line> {
    let words: Vec<&str> = text.split_whitespace().collect();
    // The process id and the role, with the date and the mark behind them.
    let at = words.windows(6).position(|it| {
        head(it[0]).is_some() && month(it[2]).is_some() && it[4].contains(':') && it[5].len() == 1
    })?;
    let (pid, role) = head(words[at])?;
    let day: u64 = words[at + 1].parse().ok()?;
    let year: u64 = words[at + 3].parse().ok()?;
    let ms = clock(words[at + 4])?;
    let days = days_before(year)? + month_days(year, month(words[at + 2])?) + day.checked_sub(1)?;
    let mark = format!(" {} ", words[at + 5]);
    let after_clock = text.find(words[at + 4])? + words[at + 4].len();
    let text = text[after_clock..].trim_end().strip_prefix(mark.as_str()).unwrap_or_default();
    let text = text.to_owned();
    Some(Line { unix_ms: days * 86_400_000 + ms, pid, role, about: About::of(&text), text })
}

fn head(word: &str) -> Option<(u32, char)> {
    let (pid, role) = word.split_once(':')?;
    let role = role.chars().next().filter(|it| "MSCX".contains(*it) && role.len() == 1)?;
    Some((pid.parse().ok()?, role))
}

/// Months before this one.
fn month(name: &str) -> Option<usize> {
    const NAMES: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    NAMES.iter().position(|it| *it == name)
}

/// Milliseconds since midnight.
fn clock(text: &str) -> Option<u64> {
    let (clock, ms) = text.split_once('.').unwrap_or((text, "0"));
    let mut parts = clock.split(':').map(|it| it.parse::<u64>().ok());
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    Some(((hours * 60 + minutes) * 60 + seconds) * 1000 + ms.parse::<u64>().ok()?)
}

const fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// Days from 1970 to the first of January of a year.
fn days_before(year: u64) -> Option<u64> {
    (1970..=9999).contains(&year).then(|| (1970..year).map(|it| 365 + u64::from(is_leap(it))).sum())
}

/// Days of a year before a month.
fn month_days(year: u64, month: usize) -> u64 {
    const DAYS: [u64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    DAYS[..month].iter().sum::<u64>() + u64::from(month > 1 && is_leap(year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_with_its_time_and_its_subject() {
        let text = "21004:S 23 Nov 2026 04:06:24.215 # Start of election delayed for 534 \
                    milliseconds (rank #0, offset 28).";
        let lines = read(text).unwrap();
        assert_eq!((lines[0].pid, lines[0].role, lines[0].about), (21004, 'S', About::Election));
        assert_eq!(lines[0].unix_ms, 1_795_406_784_215);
        assert!(lines[0].text.starts_with("Start of election delayed for 534 "));
    }

    #[test]
    fn logs_of_several_processes_are_put_in_order_and_prefixes_are_skipped() {
        let text = "node-b | 7:M 29 Feb 2024 00:00:01.000 # Cluster state changed: fail\n\
                    garbage\n\
                    2024-02-29T00:00:00Z 8:S 29 Feb 2024 00:00:00.500 # Connection with master lost.\n";
        let lines = read(text).unwrap();
        let seen: Vec<_> = lines.iter().map(|it| (it.pid, it.about)).collect();
        assert_eq!(seen, [(8, About::Replication), (7, About::Down)]);
        assert_eq!(lines[1].unix_ms - lines[0].unix_ms, 500);
    }

    #[test]
    fn what_is_no_log_is_refused() {
        assert!(read("hello\nworld").unwrap_err().contains("no line looks like"));
    }
}
