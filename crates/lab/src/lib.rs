//! The native CLI, as a library: the tests measure with the same code as `lab times`.
//!
//! - [`args`]: what may stand on the command line. [`run`]: what each command does.
//! - [`session`]: lines typed into a lab, and the transcript of what a terminal would show.
//! - [`play`]: a session file at the consoles of a cluster, with what it expects.
//! - [`check`]: proves exercises.
//! - `against`: the same session file against real servers.
//! - [`trace`]: what happened, as JSON lines.
//! - [`serve`]: nodes on TCP. [`fuzz`]: judged runs.
//! - [`times`]: how long failovers take, phase by phase. [`bench`]: how fast virtual time passes.

#[cfg(target_os = "linux")]
pub mod against;
pub mod args;
pub mod bench;
pub mod check;
pub mod fuzz;
pub mod play;
pub mod run;
pub mod serve;
pub mod session;
pub mod times;
pub mod trace;

use std::fmt;

/// Why a command could not be carried out, in one line that says what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure(pub String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self(format!("the output cannot be written: {error}"))
    }
}
