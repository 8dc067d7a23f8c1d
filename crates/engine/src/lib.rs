//! One Redis Cluster node as a pure state machine.
//!
//! Inputs go in through [`Node::handle`], outputs come out of [`Node::poll`], and
//! [`Node::deadline`] says when the node wants to be woken. Time and randomness are arguments. The
//! crate is `no_std`, so it can name no clock, no socket, no thread and no source of entropy.
//!
//! Layout, from the outside in:
//!
//! - [`io`]: the doors, what goes in and comes out. [`event`], [`timer`], [`view`]: what a host may
//!   observe beside the bytes.
//! - `node`: the event loop. `conn`: who owns which connection. `config`: redis.conf.
//! - `resp`, `client`, `command`: what clients say and hear. `keyspace`: the data.
//! - `gathered`: maps and sets of a snapshot. `replication`: PSYNC, the stream and its backlog, RDB.
//! - `cluster`: the bus, failure detection, elections, slots.
#![no_std]
// The engine's inner parts speak of one `Node`, each in its own file: documentation is owed where
// another crate can reach.
#![warn(missing_docs)]

extern crate alloc;

mod client;
mod cluster;
mod command;
pub mod config;
mod conn;
pub mod event;
mod gathered;
pub mod io;
mod keyspace;
pub mod log;
mod machine;
mod node;
mod replication;
mod resp;
pub mod rng;
pub mod time;
pub mod timer;
pub mod verdict;
pub mod view;

pub use command::about::docs;
pub use config::{Compat, Config};
pub use event::Event;
pub use io::{ConnId, ConnectError, Input, Output, Signal};
pub use node::{Node, RestoreError, Start};
pub use resp::quoting::quoted;
pub use rng::Rng;
pub use time::Time;
pub use verdict::{Suspicion, Verdict};
pub use view::View;
