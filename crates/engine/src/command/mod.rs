//! Commands: the table, and the path that each takes from arity to reply.
//!
//! A file a family. Those of the cluster stand in `cluster::command`, those of replication in
//! `replication::command`.

use alloc::vec::Vec;

use crate::io::ConnId;
use crate::node::Node;
use crate::resp::reply::Reply;

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

/// What a command is allowed and what it does, for redirects, pauses, READONLY and MULTI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flags {
    /// Changes data.
    pub write: bool,
    /// Only reads data.
    pub readonly: bool,
    /// Needs no AUTH.
    pub no_auth: bool,
    /// Not inside MULTI.
    pub no_multi: bool,
}

/// Where the keys stand in the arguments: first, last (negative: from the end), step. 0 for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Keys(pub i32, pub i32, pub i32);

/// One command.
#[derive(Debug)]
pub(crate) struct Spec {
    /// Lower case.
    pub name: &'static str,
    /// Number of arguments with the name; negative: at least that many.
    pub arity: i32,
    /// What it is allowed and what it does.
    pub flags: Flags,
    /// Where its keys stand.
    pub keys: Keys,
    /// Does it.
    pub run: fn(&mut Node, &Call<'_>) -> Reply,
}
