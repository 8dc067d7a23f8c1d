//! What a person does in the lab: shells, redis-cli, faults, and the story they start from.
//!
//! Nodes are reached only as an operator reaches them: by command, by signal, by looking.
//!
//! - [`lab`]: the world with its consoles and its history. [`inline`]: all its nodes in one thread.
//! - [`server_log`]: logs of real servers, read.
//! - [`typed`]: lines at a console, read for the Redis commands in them.
//! - [`past`]: checkpoints, and the way back to any moment.
//! - [`link`]: a moment as text that fits into an address.
//! - [`scenario`], [`script`]: how a lab starts, as text. [`expect`]: what a script expects.
//! - [`chaos`]: random faults from a seed. [`judge`]: what must hold in spite of them.
//! - [`failovers`]: what the nodes told, put together to failovers, phase by phase.
//! - [`fault`]: aimed faults in words.
//! - [`program`]: straight-line async code that runs in virtual time.
//! - [`take_away`]: the same on real servers, as a folder.
//! - `agenda`: what the lab itself does between windows.
//! - `shell`: the shell of each host and its small programs. `redis_cli`, `cluster_manager`: the
//!   program that people know under the first name, with what `--cluster` does in the second.

mod agenda;
pub mod chaos;
mod cluster_manager;
pub mod expect;
pub mod failovers;
pub mod fault;
pub mod inline;
pub mod judge;
pub mod lab;
pub mod link;
pub mod past;
pub mod program;
mod redis_cli;
pub mod scenario;
pub mod script;
pub mod server_log;
mod shell;
pub mod take_away;
pub mod typed;
pub mod workload;

pub use inline::Inline;
pub use lab::{Action, Lab, Moment, Printed};
pub use link::Link;
pub use past::{Checkpoint, Past};
pub use scenario::Scenario;
pub use shell::sleep_interval;
