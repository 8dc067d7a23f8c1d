//! The numbers and the ledger as text.

use std::net::Ipv4Addr;

use engine::Time;
use engine::time::Span;
use sim::{HostId, World};

use super::{
    Availability, Counts, End, Entry, Interval, Numbers, Outcome, Rule, Settings, Sums, Workload,
    key_name, value_of,
};

/// What is reported.
pub(super) struct Report<'a> {
    pub(super) settings: Option<&'a Settings>,
    pub(super) was_used: bool,
    pub(super) sums: Sums,
    pub(super) numbers: &'a Numbers,
    pub(super) availability: &'a Availability,
}

/// All numbers, one a line.
#[must_use]
pub fn status(world: &World, workload: &Workload) -> String {
    let report = Report {
        settings: workload.settings(),
        was_used: workload.was_used(),
        sums: workload.ledger.sums,
        numbers: &workload.numbers,
        availability: &workload.availability,
    };
    let owner = |slot| workload.owner(slot).map(|host| name(world, host));
    text(&report, world.now(), &owner)
}

pub(super) fn text(
    report: &Report<'_>,
    now: Time,
    owner: &dyn Fn(u16) -> Option<String>,
) -> String {
    let mut text = match report.settings {
        Some(settings) => format!("running: {settings}\n"),
        None if report.was_used => "stopped\n".into(),
        None => return "no workload was started yet\n".into(),
    };
    let Report { sums, numbers, availability, .. } = report;
    let Counts { read, held, redirected, refused, lost, short, unsent, .. } = numbers.total;
    text += &format!("acknowledged: {}\n", sums.acknowledged);
    text += &format!("  kept: {}\n  open: {}\n", sums.kept, sums.open());
    text += &format!("  lost: {}\n  rolled back: {}\n", sums.lost, sums.rolled_back);
    text += &format!("too few replicas: {short}\nreads: {read}\nheld: {held}\n");
    text += &format!("redirected: {redirected}\nrefused: {refused}\n");
    for (why, count) in &numbers.refusals {
        text += &format!("  {why}: {count}\n");
    }
    text += &format!("broken or timed out: {lost}\nnot sent: {unsent}\n");
    text += &format!("latency of all: {}\n", latency(numbers.latency.summary()));
    text += &format!("latency lately: {}\n", latency(numbers.lately().summary()));
    for shard in &availability.shards {
        let owner = shard.slots.first().and_then(|&(slot, _)| owner(slot));
        text += &format!(
            "slots {}, now at {}: {} writes, none for {}, longest gap {}, unavailable {}\n",
            slots(&shard.slots),
            owner.unwrap_or_else(|| "nobody".into()),
            shard.acknowledged,
            seconds(availability.without(shard, now)),
            seconds(availability.longest(shard, now)),
            seconds(availability.unavailable(shard, now)),
        );
    }
    text
}

/// An interval in one line.
#[must_use]
pub fn interval(interval: &Interval) -> String {
    let Counts { written, read, held, redirected, refused, lost, short, unsent } = interval.counts;
    let mut text = format!("{:>7} written {written}, read {read}", moment(interval.from));
    let others = [
        ("too few replicas", short),
        ("held", held),
        ("redirected", redirected),
        ("refused", refused),
        ("broken or timed out", lost),
        ("not sent", unsent),
    ];
    for (what, count) in others.into_iter().filter(|&(_, count)| count > 0) {
        text += &format!(", {what} {count}");
    }
    format!("{text}, {}\n", latency(interval.latency))
}

/// Which entries of the ledger are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Lost and rolled back.
    Gone,
    /// Lost.
    Lost,
    /// Rolled back.
    RolledBack,
    /// Not decided.
    Open,
}

impl Which {
    /// Entries of this kind with what became of them, newest first.
    pub fn entries(
        self,
        workload: &Workload,
    ) -> Box<dyn Iterator<Item = (Option<Outcome>, &Entry)> + '_> {
        let ledger = &workload.ledger;
        let of = move |outcome: Option<Outcome>| {
            let gone = ledger.gone().iter().rev();
            gone.filter(move |it| outcome.is_none_or(|outcome| it.0 == outcome))
                .map(|(outcome, entry)| (Some(*outcome), entry))
        };
        match self {
            Self::Gone => Box::new(of(None)),
            Self::Lost => Box::new(of(Some(Outcome::Lost))),
            Self::RolledBack => Box::new(of(Some(Outcome::RolledBack))),
            Self::Open => Box::new(ledger.open().rev().map(|entry| (None, entry))),
        }
    }
}

/// Entries of the ledger, newest first, at most `limit`.
#[must_use]
pub fn ledger(world: &World, workload: &Workload, which: Which, limit: usize) -> String {
    let lines = which.entries(workload).take(limit).map(|(outcome, it)| entry(world, outcome, it));
    let text: String = lines.collect();
    if text.is_empty() { "none\n".into() } else { text }
}

fn entry(world: &World, outcome: Option<Outcome>, entry: &Entry) -> String {
    let word = match outcome {
        Some(Outcome::Lost) => "lost",
        Some(Outcome::RolledBack) => "rolled back",
        None => "open",
    };
    let mut text = format!(
        "{word}: {} = {}, acknowledged at {} by {} (offset {})",
        key_name(entry.key),
        value_of(entry.number),
        moment(entry.at),
        name(world, entry.host),
        entry.offset,
    );
    if let Some(ruling) = &entry.ruling {
        let (host, at) = (name(world, ruling.host), moment(ruling.at));
        text += &match ruling.how {
            Rule::Promotion { epoch, offset } => {
                format!("; {host} was promoted at {at} with epoch {epoch} and data up to {offset}")
            }
            Rule::Restart => format!("; {host} started without it at {at}"),
            Rule::Assignment { epoch } => {
                format!("; {host} was given the slot without it at {at}, epoch {epoch}")
            }
        };
    }
    if let Some(ending) = &entry.ending {
        let (host, at) = (name(world, ending.host), moment(ending.at));
        text += &match ending.how {
            End::Process => format!("; the last copy went with the process on {host} at {at}"),
            End::Synchronisation => {
                format!("; {host} gave up the last copy in a full synchronisation at {at}")
            }
            End::Reset => format!("; {host} gave up the last copy in a CLUSTER RESET at {at}"),
        };
    }
    text + "\n"
}

fn name(world: &World, host: HostId) -> String {
    let ip: Option<Ipv4Addr> = world.hosts().nth(host.0.into()).map(|(_, ip)| ip);
    ip.map_or_else(|| "?".into(), |ip| ip.to_string())
}

fn moment(at: Time) -> String {
    seconds(Span(at.0))
}

fn seconds(span: Span) -> String {
    format!("{}.{:03} s", span.0 / 1_000_000, span.0 / 1000 % 1000)
}

fn latency([half, most, max]: [u64; 3]) -> String {
    let ms = |us: u64| format!("{}.{:02}", us / 1000, us / 10 % 100);
    format!("p50 {} p99 {} max {} ms", ms(half), ms(most), ms(max))
}

fn slots(ranges: &[(u16, u16)]) -> String {
    let range = |&(first, last): &(u16, u16)| {
        if first == last { first.to_string() } else { format!("{first}-{last}") }
    };
    ranges.iter().map(range).collect::<Vec<_>>().join(",")
}
