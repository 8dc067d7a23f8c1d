//! Commands: the table, and the path that each takes from arity to reply.
//!
//! A file a family. Those of the cluster stand in `cluster`, those of replication in `replication`.

pub mod about;
mod acl;
mod blocking;
mod client;
mod config;
mod connection;
mod counted;
mod dispatch;
mod dump;
mod expire;
mod function;
mod hash;
mod info;
mod key;
mod list;
mod migrate;
mod monitoring;
mod pubsub;
mod server;
mod set;
mod sha256;
mod spec;
mod string;
mod table;
mod transaction;
mod zset;

pub(crate) use spec::{Flags, Keys, Spec, run};

pub(crate) use about::is_shown_to_monitors;
pub(crate) use blocking::Pop;
pub(crate) use migrate::Migrate;

use alloc::vec::Vec;

use crate::io::ConnId;

/// Who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    /// A client.
    Client(ConnId),
    /// Our master's stream.
    Master,
}

/// One invocation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call<'a> {
    /// Who calls.
    pub caller: Caller,
    /// Name and arguments, as they came.
    pub argv: &'a [Vec<u8>],
}

impl Call<'_> {
    /// The calling client's connection; none for the master's stream.
    pub(crate) const fn conn(&self) -> Option<ConnId> {
        match self.caller {
            Caller::Client(conn) => Some(conn),
            Caller::Master => None,
        }
    }

    /// Whether argument `index` is this word, in whatever case.
    pub(crate) fn is(&self, index: usize, word: &str) -> bool {
        self.argv.get(index).is_some_and(|arg| arg.eq_ignore_ascii_case(word.as_bytes()))
    }
}
