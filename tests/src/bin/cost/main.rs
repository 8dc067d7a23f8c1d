//! What an idle cluster costs, beside real servers; what a bus packet costs; and that long runs
//! cost no more per hour than short ones.

mod packet;
mod process;
mod real;
mod simulated;

use std::time::Duration;

use engine::time::Span;
use failover_tests::servers::{Program, Result};

/// Sizes of clusters, half of the nodes masters.
const SIZES: [u8; 4] = [6, 20, 60, 100];
/// `cluster-node-timeout`, milliseconds.
const NODE_TIMEOUT: u64 = 15000;
/// How long real servers are watched.
const WATCHED: Duration = Duration::from_secs(20);

fn main() -> Result<()> {
    long_runs();
    packets();
    beside_real_servers()
}

/// First, while this process is still small.
fn long_runs() {
    println!("6 idle nodes for long: CPU seconds, and this process's memory before and after");
    for hours in [1, 10] {
        let run = simulated::long(Span::from_secs(3600 * hours));
        let (cpu, (before, after)) = (run.cpu.as_secs_f64(), run.megabytes);
        println!("{hours:>8} h{cpu:>12.3} s{before:>12.1} MB{after:>10.1} MB");
    }
}

fn packets() {
    println!("\na PING handled and answered, nanoseconds of one core");
    for nodes in SIZES {
        let (nanoseconds, bytes) = packet::cost(nodes);
        println!("{nodes:>8} nodes{nanoseconds:>10.0} ns{bytes:>8} bytes");
    }
}

fn beside_real_servers() -> Result<()> {
    let version = Program::Redis.version();
    let title = version.as_deref().unwrap_or("redis-server");
    println!(
        "\nidle clusters, node timeout {NODE_TIMEOUT} ms: CPU milliseconds per cluster second"
    );
    println!("{:>8}{:>12}{title:>24}{:>10}", "nodes", "simulated", "ratio");
    if version.is_none() {
        println!("SKIPPED: there is no redis-server to compare with");
    }
    for nodes in SIZES {
        let ours = simulated::cost(nodes);
        match version {
            Some(_) => {
                let theirs = real::cost(u16::from(nodes), NODE_TIMEOUT, WATCHED)?;
                println!("{nodes:>8}{ours:>12.3}{theirs:>24.1}{:>10}", ratio(theirs / ours));
            }
            None => println!("{nodes:>8}{ours:>12.3}{:>24}{:>10}", "-", "-"),
        }
    }
    Ok(())
}

fn ratio(times: f64) -> String {
    format!("1/{times:.0}")
}
