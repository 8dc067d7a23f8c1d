//! A fixed part of the judged runs; `cargo lab fuzz --seeds A..B` judges as many as one likes.

use std::sync::atomic::AtomicBool;

use engine::time::Span;
use lab::fuzz::judge_all;
use scenario::judge::Settings;

/// Ten virtual minutes each.
const SEEDS: std::ops::Range<u64> = 0..200;

#[test]
fn no_schedule_of_faults_breaks_a_promise() {
    let settings = Settings { nodes: None, replicas: None, span: Span::from_secs(600) };
    let summary = judge_all(&settings, SEEDS, &AtomicBool::new(false), |_| {});
    println!("judged runs: {} seeds, {}", summary.judged, summary.speed());
    for verdict in &summary.failed {
        println!("cargo lab fuzz --seeds {} --minutes 10: {:?}", verdict.seed, verdict.broken);
    }
    assert!(summary.failed.is_empty() && summary.judged == SEEDS.end);
}
