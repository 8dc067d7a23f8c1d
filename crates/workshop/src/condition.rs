//! What a check asks for, in terms of what an operator can see.
//!
//! A condition is one line. HOST is an address, `any` (one host at least) or `all` (every host whose server
//! runs; for `server` every host, for `link` every replica, for `sees` everybody but the one that is seen).
//! PATTERN is in quotes; `*` stands for anything. Times are `500ms`, `2s`, `3m`.
//!
//! ```text
//! role HOST is master|replica            what INFO replication says
//! HOST replicates HOST                   the first is a replica of the second
//! link HOST is up|down                   master_link_status of a replica
//! server HOST is running|frozen|stopped  its process
//! state HOST is ok|fail                  its cluster_state
//! HOST sees HOST as ok|pfail|fail        what CLUSTER NODES of the first says about the second
//! epoch HOST is|at least|at most N       its config epoch, of a replica that of its master
//! slots HOST is|at least|at most N       how many slots it has, in its own eyes
//! slot N at HOST                         the host has the slot, in its own eyes
//! typed "PATTERN" [at HOST]              a line was typed at a console since the step began
//! command "PATTERN" [to HOST]            a Redis command was given to a host's server, by redis-cli, in whatever form
//! reply "PATTERN" [to "PATTERN"] [at HOST]
//!                                        a line that was printed (below a typed line like the second)
//! log HOST "PATTERN"                     a line of the server's log since the step began
//! clients are running|stopped            the workload
//! clients NUMBER is|at least|at most N   NUMBER: acknowledged, lost, rolled-back, refused, redirected, held
//! clients unavailable at least|at most SPAN
//!                                        the longest time without an acknowledged write in any shard, since the workload began
//! A or B                                 one of them
//! not A                                  the opposite
//! ```

use std::net::Ipv4Addr;

use borsh::{BorshDeserialize, BorshSerialize};
pub use engine::time::Span;
use scenario::expect::Pattern;

/// Conditions that must hold at the same time.
pub type All = Vec<Condition>;

/// A condition.
#[derive(Debug, Clone, PartialEq, BorshSerialize, BorshDeserialize)]
pub enum Condition {
    /// `role HOST is master|replica`
    Role(Host, Role),
    /// `HOST replicates HOST`
    Replicates(Host, Ipv4Addr),
    /// `link HOST is up|down`
    Link(Host, bool),
    /// `server HOST is running|frozen|stopped`
    Server(Host, Server),
    /// `state HOST is ok|fail`
    State(Host, bool),
    /// `HOST sees HOST as ok|pfail|fail`
    Sees(Host, Ipv4Addr, Health),
    /// `epoch HOST is N`
    Epoch(Host, Amount),
    /// `slots HOST is N`
    Slots(Host, Amount),
    /// `slot N at HOST`
    Slot(u16, Ipv4Addr),
    /// `typed "PATTERN" at HOST`
    Typed(Pattern, Host),
    /// `command "PATTERN" to HOST`
    Command(Pattern, Host),
    /// `reply "PATTERN" to "PATTERN" at HOST`
    Reply(Pattern, Option<Pattern>, Host),
    /// `log HOST "PATTERN"`
    Log(Host, Pattern),
    /// `clients are running|stopped`
    Clients(bool),
    /// `clients NUMBER is N`
    Count(Count, Amount),
    /// `clients unavailable at most SPAN`: microseconds.
    Unavailable(Amount),
    /// `A or B`
    Or(Vec<Condition>),
    /// `not A`
    Not(Box<Condition>),
}

/// Which host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Host {
    /// This one.
    Is(Ipv4Addr),
    /// One at least.
    Any,
    /// Every one whose server runs; for `server`, `link` and `sees` as said above.
    All,
}

/// Master or replica.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Role {
    /// A master.
    Master,
    /// A replica.
    Replica,
}

/// How a process is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Server {
    /// It works.
    Running,
    /// It is stopped by a signal.
    Frozen,
    /// There is none.
    Stopped,
}

/// How a node takes another to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Health {
    /// Neither of the others.
    Ok,
    /// `fail?`
    Pfail,
    /// `fail`
    Fail,
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Amount {
    /// Exactly.
    Is(u64),
    /// Not less.
    AtLeast(u64),
    /// Not more.
    AtMost(u64),
}

/// A number of the workload's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Count {
    /// Writes that were acknowledged.
    Acknowledged,
    /// Acknowledged writes that are lost.
    Lost,
    /// Acknowledged writes that were rolled back.
    RolledBack,
    /// Requests that were answered with an error.
    Refused,
    /// Requests that were redirected.
    Redirected,
    /// Requests that had to wait.
    Held,
}
