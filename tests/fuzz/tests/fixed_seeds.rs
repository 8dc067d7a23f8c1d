//! Every target with the same damaged inputs each time.
//!
//! A failure prints how to see it again; `DAMAGED=A..B cargo test --release -p fuzz` looks further.

use std::io::Write;
use std::time::Instant;

use engine::Rng;
use fuzz::{NODES_CONF, PACKETS, RDB, REQUESTS, Target, damaged};

/// Seeds for each target.
const SEEDS: std::ops::Range<u64> = 0..50_000;

/// Says how to see a failure again.
struct Case(u64);

impl Drop for Case {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let next = self.0 + 1;
            eprintln!("to see it again: DAMAGED={}..{next} cargo test -p fuzz", self.0);
        }
    }
}

fn wanted() -> std::ops::Range<u64> {
    let wanted = std::env::var("DAMAGED").ok();
    let wanted = wanted.as_ref().and_then(|text| text.split_once(".."));
    let wanted = wanted.and_then(|(from, to)| Some(from.parse().ok()?..to.parse().ok()?));
    wanted.unwrap_or(SEEDS)
}

/// Damages the good inputs of a target once for each seed.
fn damage(target: &Target) {
    let began = Instant::now();
    let seeds = (target.seeds)();
    seeds.iter().for_each(|seed| (target.try_it)(seed));
    let mut tried = seeds.len();
    for seed in wanted() {
        let _case = Case(seed);
        let mut rng = Rng::new(seed);
        let valid = &seeds[rng.below(seeds.len() as u64) as usize];
        (target.try_it)(&damaged(valid, &mut rng));
        tried += 1;
    }
    let seconds = began.elapsed().as_secs_f64();
    // Past the test harness, which would keep it to itself.
    let line = format!("fuzz {}: {tried} inputs tried in {seconds:.1} s\n", target.name);
    std::io::stderr().write_all(line.as_bytes()).expect("stderr");
}

#[test]
fn damaged_requests_do_not_hurt_a_node() {
    damage(&REQUESTS);
}

#[test]
fn damaged_bus_packets_do_not_hurt_a_node() {
    damage(&PACKETS);
}

#[test]
fn a_damaged_rdb_is_loaded_or_refused() {
    damage(&RDB);
}

#[test]
fn a_damaged_nodes_conf_is_loaded_or_refused() {
    damage(&NODES_CONF);
}
