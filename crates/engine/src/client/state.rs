//! One client.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::SocketAddrV4;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::Time;
use crate::client::hold::Held;
use crate::command::Flags;
use crate::resp::reply::Protocol;

/// One client's connection and what it said so far.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
pub(crate) struct Client {
    /// `CLIENT ID`
    pub id: u64,
    /// Our end.
    pub local: SocketAddrV4,
    /// Its end.
    pub peer: SocketAddrV4,
    /// When it connected.
    pub since: Time,
    /// When it last sent anything.
    pub last: Time,
    /// `CLIENT SETNAME`
    pub name: Vec<u8>,
    /// `CLIENT SETINFO LIB-NAME`
    pub lib_name: Vec<u8>,
    /// `CLIENT SETINFO LIB-VER`
    pub lib_version: Vec<u8>,
    /// The full name of its last command.
    pub command: Option<String>,
    /// Received, not yet executed.
    pub query: Vec<u8>,
    /// Answered, not yet sent.
    pub out: Vec<u8>,
    /// The form of its replies.
    pub protocol: Protocol,
    /// May say more than AUTH.
    pub passed_auth: bool,
    /// `READONLY`
    pub readonly: bool,
    /// `ASKING`, until the next command is done.
    pub asking: bool,
    /// `CLIENT NO-EVICT`
    pub no_evict: bool,
    /// `CLIENT NO-TOUCH`
    pub no_touch: bool,
    /// `CLIENT REPLY`
    pub reply: ReplyMode,
    /// What it subscribes to: channels, patterns, shard channels.
    pub subscriptions: [BTreeSet<Vec<u8>>; 3],
    /// The transaction being queued.
    pub multi: Option<Multi>,
    /// Watched keys, and whether each was expired already when the watch began.
    pub watching: Vec<(Vec<u8>, bool)>,
    /// A watched key was changed.
    pub watch_broken: bool,
    /// It waits for something other than input.
    pub held: Option<Held>,
    /// It is to be closed as soon as its replies are sent, and says nothing more.
    pub closing: bool,
    /// The offset after its last command, for WAIT.
    pub done_at: u64,
    /// Bytes it sent.
    pub bytes_in: u64,
    /// Bytes it was sent.
    pub bytes_out: u64,
    /// Commands it had executed.
    pub commands: u64,
}

/// `CLIENT REPLY`
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(crate) enum ReplyMode {
    /// Every command is answered.
    On,
    /// None is.
    Off,
    /// The next one is not.
    SkipNext,
    /// This one is not.
    Skip,
}

/// A transaction while it is queued.
#[derive(Debug, Default, BorshSerialize, BorshDeserialize)]
pub(crate) struct Multi {
    /// The commands.
    pub queue: Vec<Vec<Vec<u8>>>,
    /// One of them was refused.
    pub broken: bool,
    /// The flags that any of them has.
    pub flags: Flags,
}

impl Client {
    /// A client that has just connected.
    pub(crate) const fn new(id: u64, local: SocketAddrV4, peer: SocketAddrV4, now: Time) -> Self {
        Self {
            id,
            local,
            peer,
            since: now,
            last: now,
            name: Vec::new(),
            lib_name: Vec::new(),
            lib_version: Vec::new(),
            command: None,
            query: Vec::new(),
            out: Vec::new(),
            protocol: Protocol::Resp2,
            passed_auth: false,
            readonly: false,
            asking: false,
            no_evict: false,
            no_touch: false,
            reply: ReplyMode::On,
            subscriptions: [BTreeSet::new(), BTreeSet::new(), BTreeSet::new()],
            multi: None,
            watching: Vec::new(),
            watch_broken: false,
            held: None,
            closing: false,
            done_at: 0,
            bytes_in: 0,
            bytes_out: 0,
            commands: 0,
        }
    }

    /// Whether it subscribes to anything.
    pub(crate) fn is_subscriber(&self) -> bool {
        self.subscriptions.iter().any(|names| !names.is_empty())
    }

    /// Whether it can tell messages from replies only by saying little: a subscriber in RESP2.
    pub(crate) fn may_only_subscribe(&self) -> bool {
        self.protocol == Protocol::Resp2 && self.is_subscriber()
    }

    /// Whether a pause holds its command.
    pub(crate) const fn is_postponed(&self) -> bool {
        matches!(self.held, Some(Held::Postponed(_)))
    }
}
