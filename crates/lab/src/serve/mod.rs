//! `lab serve`: nodes on TCP, for real clients and beside real servers.
//!
//! - [`options`]: redis-server's command line and redis.conf, and what of them is the host's affair.
//! - `host`: the loop that feeds one node. `socket`: its connections. `disk`: its directory.
//!
//! Everything runs in one thread: a node is as single-threaded as redis-server is.

mod disk;
mod host;
mod log;
pub mod options;
pub(crate) mod socket;

use std::time::Instant;

use engine::Time;
use tokio::task::LocalSet;

use crate::Failure;
use host::Host;
use options::Setup;

/// The wall clock: virtual time begins when the process does.
#[derive(Debug, Clone, Copy)]
struct Clock {
    began: Instant,
    unix_us_at_zero: u64,
}

impl Clock {
    fn start() -> Self {
        let unix = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
        Self { began: Instant::now(), unix_us_at_zero: unix.as_micros() as u64 }
    }

    fn now(self) -> Time {
        Time(self.began.elapsed().as_micros() as u64)
    }

    fn instant(self, at: Time) -> tokio::time::Instant {
        (self.began + std::time::Duration::from_micros(at.0)).into()
    }
}

/// Runs the nodes until they end; returns the exit status of the first that failed, 0 otherwise. What
/// goes wrong is told as redis-server tells it, wrong options included.
///
/// # Errors
/// When there can be no event loop.
pub fn serve(args: &[String]) -> Result<i32, Failure> {
    let setup = match Setup::parse(args) {
        Ok(setup) => setup,
        Err(complaint) => {
            eprintln!("{complaint}");
            return Ok(1);
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure(format!("no event loop: {error}")))?;
    let clock = Clock::start();
    LocalSet::new().block_on(&runtime, async {
        let mut hosts = Vec::new();
        for node in setup.nodes() {
            match Host::open(node, clock) {
                Ok(host) => hosts.push(host),
                Err(status) => return Ok(status),
            }
        }
        let running: Vec<_> =
            hosts.into_iter().map(|host| tokio::task::spawn_local(host.run())).collect();
        let mut status = 0;
        for task in running {
            let ended = task.await.unwrap_or(1);
            status = if status == 0 { ended } else { status };
        }
        Ok(status)
    })
}
