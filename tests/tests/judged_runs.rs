//! A fixed part of the judged runs; `cargo lab fuzz --seeds A..B` judges as many as one likes.

use std::net::Ipv4Addr;
use std::sync::atomic::AtomicBool;

use engine::Time;
use engine::time::Span;
use failover_tests::say;
use lab::fuzz::judge_all;
use scenario::judge::{CLIENTS, Fault, Moment, Settings, judge_faults};
use sim::LinkSettings;

/// Ten virtual minutes each.
const SEEDS: std::ops::Range<u64> = 0..150;

#[test]
fn no_schedule_of_faults_breaks_a_promise() {
    let settings =
        Settings { nodes: None, replicas: None, clients: CLIENTS, span: Span::from_secs(600) };
    let summary = judge_all(&settings, SEEDS, &AtomicBool::new(false), |_| {});
    say(&format!("judged runs: {} seeds, {}", summary.judged, summary.speed()));
    for verdict in &summary.failed {
        println!("cargo lab fuzz --seeds {} --minutes 10: {:?}", verdict.seed, verdict.broken);
    }
    assert!(summary.failed.is_empty() && summary.judged == SEEDS.end);
}

/// What seed 1250 was shrunk to. A replica that had been master for some seconds heard from a node that
/// had slept through its fall, and called itself a master again.
#[test]
fn late_news_of_its_own_past_does_not_make_a_replica_master() {
    let ip = |n| Ipv4Addr::new(10, 0, 0, n);
    let t = |n, s: &str| Fault::Type(ip(n), s.into());
    let cut = LinkSettings { latency: Span(200), jitter: Span(0), loss_ppm: 0, blocked: true };
    let list = [
        (294424, Fault::Terminate(ip(3))),
        (322343, t(5, "redis-cli cluster failover")),
        (370460, Fault::Link(ip(6), ip(7), cut)),
        (377365, t(9, "redis-cli cluster failover force")),
        (390432, t(6, "redis-cli config set cluster-node-timeout 5688")),
        (391591, Fault::Start(ip(3))),
        (401738, t(6, "redis-cli -c set key:9 733")),
        (
            403181,
            Fault::Link(
                ip(6),
                ip(9),
                LinkSettings {
                    latency: Span(16328),
                    jitter: Span(13895),
                    loss_ppm: 28877,
                    blocked: false,
                },
            ),
        ),
        (408969, Fault::Link(ip(3), ip(5), cut)),
        (415506, t(6, "redis-cli config set cluster-node-timeout 5896")),
        (416416, t(1, "redis-cli cluster failover")),
        (418087, t(1, "redis-cli -c set key:12 755")),
        (422872, Fault::Freeze(ip(9))),
        (432190, t(4, "redis-cli cluster failover takeover")),
        (432754, Fault::Continue(ip(9))),
    ];
    let list: Vec<_> =
        list.into_iter().map(|(ms, fault)| Moment { at: Time(ms * 1000), fault }).collect();
    let settings = Settings { nodes: None, replicas: None, clients: 0, span: Span::from_secs(600) };
    let verdict = judge_faults(&settings, 1250, &list);
    assert_eq!(verdict.broken, None);
}

/// What seed 1150 was shrunk to. Two shards failed over in the same epoch, so one of the new masters
/// took the next; then a replica that had not heard of that said whom it follows, in which epoch.
#[test]
fn a_replica_that_is_behind_does_not_take_its_masters_epoch_back() {
    let ip = |n| Ipv4Addr::new(10, 0, 0, n);
    let t = |n, s: &str| Fault::Type(ip(n), s.into());
    let cut = LinkSettings { latency: Span(200), jitter: Span(0), loss_ppm: 0, blocked: true };
    let slow =
        LinkSettings { latency: Span(30873), jitter: Span(2046), loss_ppm: 12385, blocked: false };
    let list = [
        (87822, Fault::Freeze(ip(8))),
        (87841, Fault::Link(ip(7), ip(11), slow)),
        (99381, Fault::Kill(ip(2))),
        (124059, Fault::Freeze(ip(3))),
        (175476, t(4, "redis-cli shutdown nosave")),
        (185954, Fault::Link(ip(10), ip(2), cut)),
        (216127, Fault::Link(ip(7), ip(6), cut)),
        (216142, t(6, "redis-cli cluster failover")),
        (216169, Fault::Repair),
        (216178, t(7, "redis-cli cluster failover takeover")),
        (216188, Fault::Kill(ip(9))),
    ];
    let list: Vec<_> =
        list.into_iter().map(|(ms, fault)| Moment { at: Time(ms * 1000), fault }).collect();
    let settings = Settings { nodes: None, replicas: None, clients: 0, span: Span::from_secs(600) };
    assert_eq!(judge_faults(&settings, 1150, &list).broken, None);
}
