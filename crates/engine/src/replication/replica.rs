//! One replica, as the master that serves it knows it.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::net::SocketAddrV4;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::Time;
use crate::io::ConnId;

/// What a client said about itself with REPLCONF.
#[derive(Debug, Clone, BorshSerialize, BorshDeserialize)]
pub(super) struct Applicant {
    pub conn: ConnId,
    /// Its end of the connection.
    pub peer: SocketAddrV4,
    /// `listening-port`
    pub port: u16,
    /// `ip-address`
    pub announced_ip: Option<String>,
    /// It finds the end of a streamed RDB by its mark.
    pub capa_eof: bool,
    /// It follows a change of the replication id.
    pub capa_psync2: bool,
    /// It wants the RDB and nothing after it.
    pub rdb_only: bool,
}

/// How far a replica is. The RDB is written within one turn of the loop, so Redis's states between
/// waiting and online are never seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) enum ReplicaState {
    /// Waits for a full synchronisation to start.
    WaitBgsave,
    /// Has the data set.
    Online,
}

impl ReplicaState {
    /// As INFO names it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::WaitBgsave => "wait_bgsave",
            Self::Online => "online",
        }
    }
}

/// A client that synchronises from us.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
pub(super) struct Replica {
    pub conn: ConnId,
    pub about: Applicant,
    pub state: ReplicaState,
    /// It came with SYNC, not PSYNC, and acknowledges nothing.
    pub pre_psync: bool,
    /// When it asked for the stream.
    pub asked: Time,
    /// The offset that it acknowledged last.
    pub acked: u64,
    /// When it acknowledged last.
    pub acked_at: Time,
    /// The stream since its RDB, held until the first acknowledgement says that it has loaded it.
    pub held: Option<Vec<u8>>,
    /// Written, to be sent before the next sleep.
    pub out: Vec<u8>,
}

impl Applicant {
    /// A client that has said nothing yet.
    pub(super) const fn new(conn: ConnId, peer: SocketAddrV4) -> Self {
        Self {
            conn,
            peer,
            port: 0,
            announced_ip: None,
            capa_eof: false,
            capa_psync2: false,
            rdb_only: false,
        }
    }

    /// The address to reach it: announced, or where it comes from.
    pub(super) fn ip(&self) -> String {
        self.announced_ip.clone().unwrap_or_else(|| self.peer.ip().to_string())
    }

    /// As log lines name it.
    pub(super) fn name(&self) -> String {
        match self.port {
            0 => format!("{}:<unknown-replica-port>", self.ip()),
            port => format!("{}:{port}", self.ip()),
        }
    }
}

impl Replica {
    /// One that asked for the stream at `asked`.
    pub(super) const fn new(about: Applicant, asked: Time, state: ReplicaState) -> Self {
        Self {
            conn: about.conn,
            about,
            state,
            pre_psync: false,
            asked,
            acked: 0,
            acked_at: asked,
            held: None,
            out: Vec::new(),
        }
    }

    pub(super) fn is_online(&self) -> bool {
        self.state == ReplicaState::Online
    }

    pub(super) fn is_waiting(&self) -> bool {
        self.state == ReplicaState::WaitBgsave
    }

    /// Its announced address, for whoever watches.
    pub(super) fn address(&self) -> SocketAddrV4 {
        let ip = self.about.announced_ip.as_ref().and_then(|ip| ip.parse().ok());
        SocketAddrV4::new(ip.unwrap_or(*self.about.peer.ip()), self.about.port)
    }

    /// Takes bytes of the stream, unless its RDB, which will contain them, is still to come.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        if self.is_online() && !self.about.rdb_only {
            self.held.as_mut().unwrap_or(&mut self.out).extend_from_slice(bytes);
        }
    }
}
