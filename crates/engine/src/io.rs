//! The doors of a node: everything that goes in and everything that comes out.

use alloc::string::String;
use alloc::vec::Vec;
use core::net::SocketAddrV4;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::Event;

/// A connection of one process. Those that the process opens carry odd numbers of its own choice,
/// those that it accepts carry even numbers chosen by the host; none is ever used twice.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
pub struct ConnId(pub u32);

/// What a process hears.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Input {
    /// The time asked for by [`crate::Node::deadline`] has come.
    Wake,
    /// A peer connected to one of the listening ports.
    Accepted {
        /// The new connection.
        conn: ConnId,
        /// Our end: tells which port was dialled, and our own address.
        local: SocketAddrV4,
        /// The peer's end.
        peer: SocketAddrV4,
    },
    /// A connection asked for by [`Output::Connect`] stands.
    Connected {
        /// The connection.
        conn: ConnId,
        /// Our end.
        local: SocketAddrV4,
    },
    /// A connection asked for by [`Output::Connect`] failed; its id is gone.
    ConnectFailed {
        /// The connection.
        conn: ConnId,
        /// Why.
        why: ConnectError,
    },
    /// Bytes arrived.
    Received {
        /// The connection.
        conn: ConnId,
        /// At least one byte, cut anywhere.
        bytes: Vec<u8>,
    },
    /// The peer closed or reset the connection; its id is gone.
    Closed {
        /// The connection.
        conn: ConnId,
    },
    /// A signal that the process can handle.
    Signal(Signal),
    /// The host's clock was set. It is no turn of the loop: the process sees it when it looks next.
    Clock {
        /// What the clock has as Unix time at [`crate::Time::ZERO`] from here on, microseconds.
        unix_us_at_zero: u64,
    },
    /// The host's disk is full from here on, or has room again. This, too, the process sees only
    /// when it writes.
    Disk {
        /// Whether nothing can be written.
        full: bool,
    },
}

/// Why a connection could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum ConnectError {
    /// The host answered, but nothing listens there.
    Refused,
    /// Nothing answered for as long as the kernel kept trying.
    TimedOut,
    /// There is no such host.
    Unreachable,
}

/// The signals that reach a process (SIGKILL, SIGSTOP and SIGCONT are the host's affair).
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Signal {
    /// SIGTERM
    Term,
    /// SIGINT
    Int,
}

/// What a process does to the world.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Output {
    /// Accept connections on a port from here on.
    Listen {
        /// The port.
        port: u16,
    },
    /// Open a connection; [`Input::Connected`] or [`Input::ConnectFailed`] answers.
    Connect {
        /// The id under which the answer comes.
        conn: ConnId,
        /// Whom to dial.
        to: SocketAddrV4,
        /// `TCP_NODELAY`: small amounts leave at once, even while earlier ones are not acknowledged.
        nodelay: bool,
    },
    /// Send bytes, after all that were sent before on this connection.
    Send {
        /// The connection.
        conn: ConnId,
        /// At least one byte.
        bytes: Vec<u8>,
    },
    /// Close a connection (or give up opening it). No input about it follows.
    Close {
        /// The connection.
        conn: ConnId,
    },
    /// Replace a file of the working directory, in one step and durably.
    WriteFile {
        /// The file's name.
        name: String,
        /// Its new content.
        bytes: Vec<u8>,
    },
    /// A line for the log, complete but for its line end.
    Log(String),
    /// A fact, for whoever watches.
    Event(Event),
    /// The process has ended; nothing follows.
    Exit {
        /// The exit status.
        code: i32,
    },
}
