//! The workload, as the page is told of it.

use bridge::{
    ENTRIES_MAX, Fate, INTERVALS_MAX, LastCopy, LedgerEntry, LedgerFilter, LedgerSums, Overruled,
    OverruledBy, RequestCounts, RequestInterval, RequestSecond, RunSums, ShardFrame, WorkloadFrame,
    WorkloadSettings,
};
use engine::Time;
use engine::time::Span;
use scenario::Lab;
use scenario::workload::report::Which;
use scenario::workload::{
    Counts, End, Entry, Interval, Outcome, Rule, Settings, Sums, Variant, Workload, key_name,
    value_of,
};
use sim::{HostId, World};

use super::{ms, safe};

/// What it does, with hosts as the page numbers them.
fn settings(settings: &Settings, world: &World) -> WorkloadSettings {
    let index = |ip| world.hosts().position(|(_, it)| it == ip);
    WorkloadSettings {
        clients: settings.clients,
        writes: settings.writes,
        reads: settings.reads,
        keys: settings.keys,
        sequential: settings.sequential,
        cluster: settings.cluster,
        wait: settings.wait.unwrap_or(0),
        wait_timeout_ms: settings.wait_timeout_ms,
        pipeline: settings.pipeline,
        timeout_ms: settings.timeout_ms,
        hosts: settings.hosts.iter().copied().filter_map(index).collect(),
    }
}

/// The settings that the page asks for; each number within what `load` takes.
pub(crate) fn wanted(wish: &WorkloadSettings, world: &World) -> Settings {
    let ip = |&index: &usize| world.hosts().nth(index).map(|(_, ip)| ip);
    let writes = wish.writes.min(10_000);
    let reads = wish.reads.min(10_000);
    Settings {
        clients: wish.clients.clamp(1, 64),
        writes: if writes + reads == 0 { 1 } else { writes },
        reads,
        keys: wish.keys.clamp(1, 1_000_000),
        sequential: wish.sequential,
        cluster: wish.cluster,
        wait: Some(wish.wait).filter(|&it| it > 0),
        wait_timeout_ms: wish.wait_timeout_ms.min(600_000),
        pipeline: wish.pipeline.clamp(1, 256),
        timeout_ms: wish.timeout_ms.clamp(10, 600_000),
        hosts: wish.hosts.iter().filter_map(ip).collect(),
    }
}

/// What a comparison changes.
pub(crate) fn variant(variant: bridge::Variant) -> Variant {
    match variant {
        bridge::Variant::Wait(replicas) => {
            let flags = vec!["--wait".into(), replicas.to_string()];
            Variant { flags, config: String::new() }
        }
        bridge::Variant::MinReplicas { replicas, lag } => {
            let lines = [("min-replicas-to-write", replicas), ("min-replicas-max-lag", lag)];
            let config = lines.map(|(name, value)| format!("{name} {value}\n")).concat();
            Variant { flags: Vec::new(), config }
        }
    }
}

/// Everything about it, with the entries that are wanted.
pub(crate) fn frame(lab: &mut Lab, filter: LedgerFilter) -> WorkloadFrame {
    lab.settled_workload();
    let (world, workload) = (&lab.world, lab.workload());
    let now = world.now();
    let numbers = &workload.numbers;
    let intervals: Vec<_> = numbers.intervals().collect();
    let recent = &intervals[intervals.len().saturating_sub(INTERVALS_MAX)..];
    let interval = |it: &Interval| RequestInterval {
        from_ms: ms(it.from),
        counts: counts(&it.counts),
        latency_ms: latency(it.latency),
    };
    let which = match filter {
        LedgerFilter::Gone => Which::Gone,
        LedgerFilter::Lost => Which::Lost,
        LedgerFilter::RolledBack => Which::RolledBack,
        LedgerFilter::Open => Which::Open,
    };
    let entries = which.entries(workload).take(ENTRIES_MAX);
    WorkloadFrame {
        settings: workload.settings().map(|it| settings(it, world)),
        used: workload.was_used(),
        now_ms: ms(now),
        counts: counts(&numbers.total),
        refusals: numbers.refusals.iter().map(|(&why, &it)| (why.into(), it as f64)).collect(),
        latency_ms: latency(numbers.lately().summary()),
        histogram: numbers.latency.buckets().map(|(us, it)| (us as f64 / 1000.0, it)).collect(),
        intervals: recent.iter().map(interval).collect(),
        shards: shards(workload, now),
        sums: sums(&workload.ledger.sums),
        filter,
        entries: entries.map(|(outcome, it)| entry(outcome, it)).collect(),
    }
}

/// A second of the timeline.
pub(crate) fn second(it: &Interval) -> RequestSecond {
    RequestSecond { from_ms: ms(it.from), counts: counts(&it.counts) }
}

/// What a run came to.
pub(crate) fn run_sums(workload: &Workload, now: Time) -> RunSums {
    let shards = shards(workload, now);
    RunSums {
        counts: counts(&workload.numbers.total),
        sums: sums(&workload.ledger.sums),
        latency_ms: latency(workload.numbers.latency.summary()),
        longest_ms: shards.iter().map(|it| it.longest_ms).fold(0.0, f64::max),
        unavailable_ms: shards.iter().map(|it| it.unavailable_ms).sum(),
    }
}

fn shards(workload: &Workload, now: Time) -> Vec<ShardFrame> {
    let availability = &workload.availability;
    let span_ms = |span: Span| span.0 as f64 / 1000.0;
    let shard = |shard: &scenario::workload::Shard| {
        let without = availability.without(shard, now);
        let owner = shard.slots.first().and_then(|&(slot, _)| workload.owner(slot));
        let range = |&(first, last): &(u16, u16)| format!("{first}-{last}");
        ShardFrame {
            slots: shard.slots.iter().map(range).collect::<Vec<_>>().join(" "),
            host: owner.map(index),
            without_ms: span_ms(without),
            down: without >= availability.chance,
            longest_ms: span_ms(availability.longest(shard, now)),
            unavailable_ms: span_ms(availability.unavailable(shard, now)),
        }
    };
    availability.shards.iter().map(shard).collect()
}

fn counts(it: &Counts) -> RequestCounts {
    RequestCounts {
        written: it.written as f64,
        read: it.read as f64,
        held: it.held as f64,
        redirected: it.redirected as f64,
        refused: it.refused as f64,
        lost: it.lost as f64,
        short: it.short as f64,
        unsent: it.unsent as f64,
    }
}

fn sums(it: &Sums) -> LedgerSums {
    LedgerSums {
        acknowledged: it.acknowledged as f64,
        kept: it.kept as f64,
        open: it.open() as f64,
        lost: it.lost as f64,
        rolled_back: it.rolled_back as f64,
    }
}

fn latency(us: [u64; 3]) -> [f64; 3] {
    us.map(|us| us as f64 / 1000.0)
}

fn index(host: HostId) -> usize {
    host.0.into()
}

fn entry(outcome: Option<Outcome>, entry: &Entry) -> LedgerEntry {
    let overruled = entry.ruling.as_ref().map(|it| Overruled {
        at_ms: ms(it.at),
        host: index(it.host),
        how: match it.how {
            Rule::Promotion { epoch, offset } => {
                OverruledBy::Promotion { epoch: safe(epoch), offset: safe(offset) }
            }
            Rule::Restart => OverruledBy::Restart,
            Rule::Assignment { .. } => OverruledBy::Assignment,
        },
    });
    let last_copy = entry.ending.as_ref().map(|it| LastCopy {
        at_ms: ms(it.at),
        host: index(it.host),
        with_process: it.how == End::Process,
    });
    LedgerEntry {
        key: key_name(entry.key),
        value: value_of(entry.number),
        at_ms: ms(entry.at),
        host: index(entry.host),
        offset: safe(entry.offset),
        fate: match outcome {
            None => Fate::Open,
            Some(Outcome::Lost) => Fate::Lost,
            Some(Outcome::RolledBack) => Fate::RolledBack,
        },
        overruled,
        last_copy,
    }
}
