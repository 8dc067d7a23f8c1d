//! How long failovers take, beside how long they take on real servers.
//!
//! `data/failover-times-auto-5000.jsonl` has 200 failovers of Redis 7.0.15 at a node timeout of
//! 5000 ms: three masters and three replicas on one machine, a random master killed by SIGKILL,
//! times in milliseconds after the kill as the nodes' logs tell them.

use engine::Compat;
use lab::times::{Settings, trial};
use serde_json::Value;

const REFERENCE: &str = include_str!("../data/failover-times-auto-5000.jsonl");

/// The phases in the order in which they are reached. `delay` is a span, the others are moments.
const PHASES: [&str; 7] = [
    "fail_marked",
    "state_fail",
    "election_scheduled",
    "delay",
    "election_started",
    "won",
    "state_ok_last",
];

/// How far a median may be from the reference, in percent.
const TOLERANCE_PERCENT: u64 = 10;

fn measured(compat: Compat, node_timeout_ms: u64, seeds: std::ops::Range<u64>) -> Vec<Value> {
    let settings = Settings { node_timeout_ms, compat, latency: None };
    let trial = |seed| trial(&settings, seed).unwrap_or_else(|why| panic!("seed {seed}: {why}"));
    seeds.map(|seed| serde_json::to_value(trial(seed)).expect("plain fields")).collect()
}

/// The values of one phase in ascending order.
fn sorted(trials: &[Value], phase: &str) -> Vec<u64> {
    let mut values: Vec<u64> = trials.iter().filter_map(|trial| trial[phase].as_u64()).collect();
    values.sort_unstable();
    values
}

/// The value that `percent` of the sorted values do not exceed, to the nearest rank.
fn quantile(sorted: &[u64], percent: usize) -> u64 {
    sorted[((sorted.len() - 1) * percent + 50) / 100]
}

fn mean(values: &[u64]) -> u64 {
    values.iter().sum::<u64>() / values.len() as u64
}

#[test]
fn phases_lie_where_those_of_real_servers_lie() {
    compare_with_real_servers(Compat::V7_0);
}

#[test]
fn phases_of_version_8_2_lie_there_too() {
    compare_with_real_servers(Compat::V8_2);
}

fn compare_with_real_servers(compat: Compat) {
    let real: Vec<Value> =
        REFERENCE.lines().map(|line| serde_json::from_str(line).expect("JSON lines")).collect();
    let ours = measured(compat, 5000, 1..201);
    let mut table =
        format!("{:20}{:>24}{:>24}\n", "", "real p10/p50/p90 ms", "ours p10/p50/p90 ms");
    let mut off = Vec::new();
    for phase in PHASES {
        let (real, ours) = (sorted(&real, phase), sorted(&ours, phase));
        assert_eq!(ours.len(), 200, "{phase} is reached in every trial");
        let row = |values: &[u64]| {
            [10, 50, 90].map(|percent| format!("{:>8}", quantile(values, percent))).concat()
        };
        table += &format!("{phase:20}{}{}\n", row(&real), row(&ours));
        let (wanted, got) = (quantile(&real, 50), quantile(&ours, 50));
        if wanted.abs_diff(got) * 100 > wanted * TOLERANCE_PERCENT {
            off.push(format!("{phase}: real median {wanted} ms, ours {got} ms"));
        }
    }
    println!("{compat:?}\n{table}");
    assert!(off.is_empty(), "medians more than {TOLERANCE_PERCENT} percent off: {off:?}");
    assert!(ours.iter().all(|trial| trial["elections"] == 1), "one election decides");
}

/// Recorded means of 7 runs at 2000 ms: FAIL after 2890 ms, a new master after 3690 ms. That few
/// runs tell the mean to about 15 percent.
#[test]
fn at_a_node_timeout_of_2000_ms_means_are_those_of_the_recorded_runs() {
    let ours = measured(Compat::V7_0, 2000, 1..61);
    for (phase, recorded) in [("fail_marked", 2890), ("won", 3690)] {
        let values = sorted(&ours, phase);
        let mean = mean(&values);
        println!("{phase} at 2000 ms: recorded mean {recorded} ms, ours {mean} ms");
        assert_eq!(values.len(), 60, "{phase} is reached in every trial");
        assert!(mean.abs_diff(recorded) * 100 <= recorded * 15, "{phase}: {mean} ms");
    }
}

/// One recorded run at 15000 ms: FAIL after 20.7 s, a new master after 21.6 s.
#[test]
fn at_a_node_timeout_of_15000_ms_the_recorded_run_is_an_ordinary_one() {
    let ours = measured(Compat::V7_0, 15000, 1..61);
    for (phase, recorded) in [("fail_marked", 20_700), ("won", 21_600)] {
        let values = sorted(&ours, phase);
        let (low, high) = (quantile(&values, 10), quantile(&values, 90));
        println!("{phase} at 15000 ms: recorded {recorded} ms, ours {low} to {high} ms");
        assert_eq!(values.len(), 60, "{phase} is reached in every trial");
        assert!((low..=high).contains(&recorded), "{phase}: {low} to {high} ms");
    }
}

#[test]
fn failures_are_never_marked_before_the_node_timeout() {
    for node_timeout in [1000, 2000, 5000] {
        let ours = measured(Compat::V8_2, node_timeout, 300..320);
        let marked = sorted(&ours, "fail_marked");
        assert!(marked[0] >= node_timeout, "{} ms at {node_timeout} ms", marked[0]);
    }
}
