//! Replication: PSYNC on both sides, the stream with its offsets and backlog, RDB.
//!
//! `master` serves replicas, `link` reaches a master and `receive` takes what it sends, `feed` is
//! the stream that both sides write on, `role` changes sides, `cron` is the job of every second.

use alloc::string::String;
use alloc::vec::Vec;
use core::net::SocketAddrV4;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::Time;
use crate::config::Compat;
use crate::event::{Data, Event};
use crate::io::ConnId;
use crate::log::Level;
use crate::node::Node;
use crate::rng::Rng;
use crate::view::{MasterLinkView, ReplicaView};

mod backlog;
mod command;
mod cron;
mod disk;
mod feed;
mod ids;
mod info;
mod link;
mod master;
mod rdb;
mod receive;
mod replica;
mod role;
mod stream;

pub(crate) use command::COMMANDS;
pub(crate) use rdb::{Damaged, dump, seal, undump, unseal};
pub(crate) use stream::command as stream_command;

use backlog::Backlog;
use ids::History;
use link::{Cached, Link, LinkState};
use master::SyncCounts;
use replica::{Applicant, Replica};

/// The replication state of a node, whatever its role.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
pub(crate) struct Replication {
    history: History,
    /// `master_repl_offset`: bytes of the stream so far.
    offset: u64,
    backlog: Option<Backlog>,
    /// The stream's next data command needs a SELECT before it.
    select_due: bool,
    /// Asked for by [`Node::request_acks`], not sent yet.
    getack_due: bool,
    /// In the order in which they asked.
    replicas: Vec<Replica>,
    /// Clients that announced themselves with REPLCONF and did not ask for the stream yet.
    applicants: Vec<Applicant>,
    /// Since when there are no replicas, if there were any.
    no_replicas_since: Option<Time>,
    /// Our link to the master that we follow; none on a master.
    link: Option<Link>,
    /// Where a lost master, or our own stream as a master, can be continued.
    cached: Option<Cached>,
    /// Since when the link to the master is down; none if it is up or never was.
    down_since: Option<Time>,
    /// Whole seconds without the master, up to the last time the link came up again.
    disconnected_secs: u64,
    /// Attempts to reach a master, since the link was lost and in all.
    attempts: (u64, u64),
    counts: SyncCounts,
    /// Children that wrote an RDB so far; they get the process ids after ours.
    children: u32,
}

impl Replication {
    /// A master without replicas and with a random replication id.
    pub(crate) fn new(rng: &mut Rng) -> Self {
        Self {
            history: History::new(rng),
            offset: 0,
            backlog: None,
            select_due: true,
            getack_due: false,
            replicas: Vec::new(),
            applicants: Vec::new(),
            no_replicas_since: None,
            link: None,
            cached: None,
            down_since: None,
            disconnected_secs: 0,
            attempts: (0, 0),
            counts: SyncCounts::default(),
            children: 0,
        }
    }

    fn replica(&self, conn: ConnId) -> Option<&Replica> {
        self.replicas.iter().find(|replica| replica.conn == conn)
    }

    fn replica_mut(&mut self, conn: ConnId) -> Option<&mut Replica> {
        self.replicas.iter_mut().find(|replica| replica.conn == conn)
    }
}

impl Node {
    /// The address that we replicate from.
    pub(crate) fn replicating_from(&self) -> Option<core::net::SocketAddrV4> {
        self.repl.link.as_ref().map(|link| link.to)
    }

    /// Whether the link to the master stands and is in sync.
    pub(crate) fn master_link_up(&self) -> bool {
        self.repl.link.as_ref().is_some_and(|link| link.stream().is_some())
    }

    /// Tells observers which history our data is on, and how far it has it.
    pub(crate) fn tell_history(&mut self, data: Data) {
        let (id, offset) = (self.repl.history.id().into(), self.repl_offset());
        self.event(Event::HistoryChanged { id, offset, data });
    }

    /// For the data age of an election: when the master last spoke while the link stands, or since
    /// when it is down; none if it never stood.
    pub(crate) fn master_last_heard(&self) -> Option<Time> {
        match &self.repl.link {
            Some(link) if link.stream().is_some() => Some(link.last_io),
            _ => self.repl.down_since,
        }
    }

    /// What this node announces as its offset: `master_repl_offset`, or what a replica has processed.
    pub(crate) fn repl_offset(&self) -> u64 {
        let Some(link) = &self.repl.link else { return self.repl.offset };
        let cached = || self.repl.cached.as_ref().map(|cached| cached.offset);
        link.stream().map(|stream| stream.applied).or_else(cached).unwrap_or(0)
    }

    /// Whether this client is a replica that synchronises from us.
    pub(crate) fn is_replica_client(&self, conn: ConnId) -> bool {
        self.repl.replica(conn).is_some()
    }

    /// Whether every replica acknowledged `master_repl_offset` (SHUTDOWN waits for it).
    pub(crate) fn replicas_in_sync(&self) -> bool {
        self.repl.replicas.iter().all(|replica| replica.acked == self.repl.offset)
    }

    /// How many replicas acknowledged at least `offset`.
    pub(crate) fn replicas_acked(&self, offset: u64) -> usize {
        self.acknowledged(offset).count()
    }

    /// The addresses of those replicas.
    pub(crate) fn acknowledged(&self, offset: u64) -> impl Iterator<Item = SocketAddrV4> {
        let acked = move |it: &&Replica| it.is_online() && it.acked >= offset;
        self.repl.replicas.iter().filter(acked).map(Replica::address)
    }

    /// How many replicas are online and lag no more than `min-replicas-max-lag`.
    pub(crate) fn good_replicas(&self) -> usize {
        let good = |replica: &&Replica| {
            replica.is_online()
                && self.secs_since(replica.acked_at) <= self.config.min_replicas_max_lag
        };
        self.repl.replicas.iter().filter(good).count()
    }

    /// `sync_full`, `sync_partial_ok` and `sync_partial_err` of INFO stats.
    pub(crate) fn sync_stats(&self) -> (u64, u64, u64) {
        let counts = &self.repl.counts;
        (counts.full, counts.partial_ok, counts.partial_err)
    }

    /// The replication id of the history we are on.
    pub(crate) fn replid(&self) -> &str {
        self.repl.history.id()
    }

    pub(crate) fn master_link_view(&self) -> Option<MasterLinkView> {
        let link = self.repl.link.as_ref()?;
        let last_io = (!matches!(link.state, LinkState::Connect)).then_some(link.last_io);
        Some(MasterLinkView { to: link.to, state: link.state.name().into(), last_io })
    }

    pub(crate) fn replica_views(&self) -> Vec<ReplicaView> {
        let view = |replica: &Replica| ReplicaView {
            addr: replica.address(),
            state: replica.state.name().into(),
            acked: replica.acked,
            acked_at: replica.acked_at,
        };
        self.repl.replicas.iter().map(view).collect()
    }

    /// Whole seconds of unix time between a moment and now, as Redis counts them: the difference of
    /// two clocks that only know seconds.
    fn secs_since(&self, then: Time) -> u64 {
        let unix_s = |at| self.unix_ms_at(at) / 1000;
        unix_s(self.now).saturating_sub(unix_s(then))
    }

    /// The level of lines that Redis 7.2 made milder.
    pub(crate) fn demoted(&self) -> Level {
        match self.compat {
            Compat::V7_0 => Level::Warning,
            Compat::V8_2 => Level::Notice,
        }
    }
}

/// A host and port as log lines have them.
fn host_port(addr: core::net::SocketAddrV4) -> String {
    alloc::format!("{}:{}", addr.ip(), addr.port())
}
