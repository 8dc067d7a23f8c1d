//! What an operator can see, from a simulated or a real cluster.

use std::net::Ipv4Addr;

use engine::Time;
use scenario::workload::Figures;

use crate::condition::{Health, Role, Server};

/// Something that could be seen at a time.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// When, since the lab booted.
    pub at: Time,
    /// On which host; none for the workload's.
    pub host: Option<Ipv4Addr>,
    /// What.
    pub what: Seen,
}

/// What was seen.
#[derive(Debug, Clone, PartialEq)]
pub enum Seen {
    /// The learner takes over: the first step begins.
    Began,
    /// The reader goes on from a step that asks for nothing.
    WentOn,
    /// A line was typed behind a prompt.
    Typed {
        /// The prompt.
        prompt: String,
        /// The line.
        line: String,
    },
    /// A console printed this, in whole or in part of a line.
    Printed(String),
    /// A line of the server's log: the text behind the mark.
    Log(String),
    /// The process.
    Server(Server),
    /// Its role, and the master of a replica.
    Role(Role, Option<Ipv4Addr>),
    /// A replica's link to its master.
    Link(bool),
    /// Its `cluster_state`.
    State(bool),
    /// Its config epoch.
    Epoch(u64),
    /// The slots that are its own: ranges, ends included.
    Slots(Vec<(u16, u16)>),
    /// How it takes another to be.
    Health(Ipv4Addr, Health),
    /// The workload's numbers.
    Clients(Figures),
}
