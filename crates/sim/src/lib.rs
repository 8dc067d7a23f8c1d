//! Many processes on hosts, in virtual time, over a network of streams.
//!
//! [`World`] owns the clock, the event queue, the hosts with their disks, and the network. It runs
//! no process itself: [`World::next_window`] hands out work, whoever hosts the processes does it
//! (inline or in workers), and [`World::finish`] takes what came out. All work of one window is
//! independent: within the smallest latency of any link, no process can hear of another. So the
//! order in which hosts do it cannot matter, and the same seed and actions give the same trace.
//!
//! Nor can it matter where one window ends and the next begins (a paced host cuts them shorter than
//! one that runs at full speed): whatever the network and the kernels do takes place in the order
//! of time, when a window is finished. See `schedule`.
//!
//! Layout:
//!
//! - `world`: what may be done to a world, and what may be asked of it.
//! - `schedule`: windows out, results in. `queue`: what happens when. `window`: the types of both.
//! - `process`, `host`: who runs where, and what a host keeps for them.
//! - `net`: streams as TCP gives them. `link`: what lies between two hosts. `rule`: aimed faults.
//! - `trace`: the running hash and the records. `carry`: what debug builds check on the wire.
//!
//! Invariant: this crate knows bytes, links, processes and time. Nothing in it matches on a role.

#[cfg(debug_assertions)]
mod carry;
mod host;
mod link;
mod net;
mod process;
mod queue;
mod rule;
mod schedule;
mod trace;
mod window;
mod world;

pub use host::{HostId, LOG_FILE};
pub use link::{Direction, LinkSettings};
pub use net::{Flight, Passage, SegmentKind};
pub use process::{Pid, ProcessKind, ProcessState};
pub use rule::{LastingRule, Rule, RuleId};
pub use trace::{Record, What};
pub use window::{Done, Window, Work};
pub use world::World;
