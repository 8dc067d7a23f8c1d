//! One script, two worlds: the simulated cluster, and real servers on this machine.
//!
//! - [`real`]: the real cluster: hosts as folders and addresses of 127.0.0.0/8. [`console`]: bash
//!   on a terminal for each. [`programs`]: what stands before the real programs. [`proxy`]: cables
//!   that can be cut. [`net`]: which address stands for which.
//! - [`exercise`]: an exercise played there. [`watch`]: what can be seen of it, by [`ask`]ing for
//!   what [`nodes`] say. [`load`]: real clients.
//! - [`normal`]: the neutral form of what was printed. [`report`]: both side by side.

mod ask;
mod console;
pub mod exercise;
mod load;
mod net;
mod nodes;
mod normal;
mod programs;
mod proxy;
mod real;
mod report;
mod watch;

use std::io::Write;
use std::path::Path;
use std::process::Command;

use scenario::Scenario;

use crate::Failure;
use crate::play::{Played, play};
use crate::session::{Session, Told};
use real::Real;

/// Plays a script in both worlds and prints both transcripts with what differs. True when both
/// hold what the script expects and show the same.
///
/// # Errors
/// When a world can not be set up, or a line is never done.
pub fn compare(
    text: &str,
    scenario: &Scenario,
    seed: u64,
    server: &str,
    out: &mut dyn Write,
) -> Result<bool, Failure> {
    let server = &real::by_path(server)?;
    let version = version(server)?;
    let mut nowhere = std::io::sink();
    let mut session = Session::open(scenario, seed, &mut nowhere, Told::default())?;
    let simulated = play(text, &mut session, &mut std::io::sink())?;
    session.close()?;
    let proxies = text.lines().any(|line| line.trim_start().starts_with("%cut "));
    let mut real = Real::open(scenario, server, proxies)?;
    let played = play(text, &mut real, &mut std::io::sink());
    drop(real);
    report::print(&simulated, &played?, &shared_ids(scenario), &version, out)
}

/// The version of a real server, such as `7.0.15`.
///
/// # Errors
/// When there is none.
fn version(server: &Path) -> Result<String, Failure> {
    let none = || Failure(format!("{} does not run as a server", server.display()));
    let output = Command::new(server).arg("--version").output().map_err(|_| none())?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = text.split_whitespace().find_map(|word| word.strip_prefix("v="));
    version.map(str::to_owned).ok_or_else(none)
}

/// The node ids that the scenario itself gives.
fn shared_ids(scenario: &Scenario) -> Vec<String> {
    let files = scenario.hosts.iter().flat_map(|host| &host.files);
    let words = files.flat_map(|(_, text)| text.split_whitespace());
    let ids = words.filter(|it| it.len() == 40 && it.bytes().all(|b| b.is_ascii_hexdigit()));
    ids.map(str::to_owned).collect()
}

/// Whether a script held everywhere.
fn held(simulated: &Played, real: &Played) -> bool {
    simulated.failed.is_none() && real.failed.is_none()
}
