//! The cost of real servers.

use std::thread::sleep;
use std::time::{Duration, Instant};

use failover_tests::servers::{Program, Result, Servers};

use crate::process;

/// What handshakes and first synchronisations are given to end.
const SETTLE: Duration = Duration::from_secs(15);

/// CPU milliseconds per second of `nodes` processes together, while nobody asks them anything.
pub fn cost(nodes: u16, node_timeout_ms: u64, watched: Duration) -> Result<f64> {
    let cluster =
        Servers::start(&vec![Program::Redis; usize::from(nodes)], 27000, node_timeout_ms)?;
    sleep(SETTLE + Duration::from_millis(200) * u32::from(nodes));
    let spent = || cluster.pids().map(process::cpu).sum::<Duration>();
    let (before, begun) = (spent(), Instant::now());
    sleep(watched);
    let (after, took) = (spent(), begun.elapsed());
    Ok((after - before).as_secs_f64() * 1000.0 / took.as_secs_f64())
}
