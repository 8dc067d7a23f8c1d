//! Client libraries that nobody here wrote, in cluster mode, while masters are replaced under them.
//!
//! [`through_failovers`] runs a cluster of real processes through a manual failover, the death of a
//! master, and its return; meanwhile the library under test reads and writes. What it was told is a
//! [`Report`], and [`judge`] holds it against what real servers do.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread::{sleep, spawn};
use std::time::Duration;

use failover_tests::say;
use failover_tests::servers::{Program, Result, Servers};
use serde::Deserialize;

/// Short, so that the test is.
const NODE_TIMEOUT_MS: u64 = 2000;
/// How long each of the calm parts lasts.
const CALM: Duration = Duration::from_secs(2);
/// What a library may need to learn of the last change, before errors count as unexpected.
const LEARN: Duration = Duration::from_secs(3);

/// What an unreachable or failing cluster makes libraries say, with real servers as with ours: the
/// connection broke or could not be opened, no answer came in time, the cluster said that it is
/// down, or no node was found that serves the slot.
pub const EXPECTED: [&str; 5] = ["io", "timeout", "CLUSTERDOWN", "cluster", "MOVED"];

/// How many keys there are: every shard has some.
pub const KEYS: u64 = 100;

/// What a library was told.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
pub struct Report {
    /// Commands that were answered well.
    pub served: u64,
    /// Errors by their kind, while servers failed.
    pub errors: BTreeMap<String, u64>,
    /// Errors once all was well again, in full.
    pub late_errors: Vec<String>,
    /// Replies that can not be those to the command that was sent.
    pub strange: Vec<String>,
}

impl Report {
    /// Counts an error of one of the [`EXPECTED`] kinds, or of another.
    pub fn error(&mut self, phase: Phase, kind: &str, text: impl Into<String>) {
        *self.errors.entry(kind.into()).or_default() += 1;
        if phase == Phase::Well {
            self.late_errors.push(text.into());
        }
    }
}

/// Where in the story a load is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Masters are being replaced.
    Failing,
    /// All nodes are back and agree, for long enough for every client to know.
    Well,
    /// The load is to end.
    Over,
}

/// Tells a load where in the story it is.
#[derive(Debug, Clone, Default)]
pub struct Story(Arc<AtomicU8>);

impl Story {
    /// The present phase.
    #[must_use]
    pub fn phase(&self) -> Phase {
        match self.0.load(Ordering::Relaxed) {
            0 => Phase::Failing,
            1 => Phase::Well,
            _ => Phase::Over,
        }
    }
}

/// A key, and the value that write number `count` gives it: one that belongs to no other key.
#[must_use]
pub fn pair(count: u64) -> (String, String) {
    let key = format!("key:{}", count % KEYS);
    let value = format!("{key}={count}");
    (key, value)
}

/// Whether a value was ever written to the key.
#[must_use]
pub fn belongs(key: &str, value: &str) -> bool {
    value.split_once('=').is_some_and(|(owner, _)| owner == key)
}

/// Runs three masters and three replicas on ports from `port` on, and `load` on their ports, through
/// a manual failover, a SIGKILL of a master, its replica's promotion and its return.
///
/// # Errors
/// When the cluster does not form or does not recover.
pub fn through_failovers(
    program: Program,
    port: u16,
    load: impl FnOnce(&[u16], &Story) -> Report + Send + 'static,
) -> Result<Report> {
    let mut servers = Servers::start(&[program; 6], port, NODE_TIMEOUT_MS)?;
    let story = Story::default();
    let (ports, told) = (servers.ports().to_vec(), story.clone());
    let load = spawn(move || load(&ports, &told));
    sleep(CALM);
    servers.until("the replica takes no orders", || servers.told(3, "CLUSTER FAILOVER").is_ok())?;
    servers.until("no manual failover happens", || is_master(&servers, 3))?;
    sleep(CALM);
    servers.kill(1);
    servers.until("no automatic failover happens", || is_master(&servers, 4))?;
    sleep(CALM);
    servers.run(1)?;
    servers.until("the old master does not come back", || all_well(&servers))?;
    sleep(LEARN);
    story.0.store(1, Ordering::Relaxed);
    sleep(CALM);
    story.0.store(2, Ordering::Relaxed);
    load.join().map_err(|_| "the load panicked".to_owned())
}

fn is_master(servers: &Servers, node: usize) -> bool {
    servers.info(node, "role").as_deref() == Some("master")
}

fn all_well(servers: &Servers) -> bool {
    let says = |name, value| servers.info(1, name).as_deref() == Some(value);
    servers.all_say("cluster_state:ok") && says("role", "slave") && says("master_link_status", "up")
}

/// Runs a library against ours, and against real servers where there are some; prints what both
/// told it.
///
/// # Panics
/// When ours told it what real servers would not have.
pub fn judge(
    library: &str,
    port: u16,
    load: impl Fn(&[u16], &Story) -> Report + Send + Copy + 'static,
) {
    for program in [Program::Lab, Program::Redis] {
        let Some(version) = program.version() else {
            say(&format!("SKIPPED: {library} against a real redis-server; there is none"));
            continue;
        };
        let report = through_failovers(program, port, load).unwrap_or_else(|why| {
            panic!("{library} and {version}: {why}");
        });
        say(&format!("{library} and {version}: {report:?}"));
        assert!(report.served > 1000, "{library} got hardly anything done: {report:?}");
        assert!(report.strange.is_empty(), "{library} and {version}: {report:?}");
        assert!(report.late_errors.is_empty(), "{library} and {version}: {report:?}");
        let unexpected: Vec<_> =
            report.errors.keys().filter(|kind| !EXPECTED.contains(&kind.as_str())).collect();
        assert!(unexpected.is_empty(), "{library} and {version}: {unexpected:?}");
    }
}
