//! Clients: their connections, what they wait for, and who may say what.
//!
//! `input` turns bytes into commands, `output` replies into bytes; `monitor` shows commands to whoever
//! watches. `hold` keeps those whose command has to wait, `blocked` says which of them wait for keys,
//! `pause` says why writes wait, `pubsub` hands messages to subscribers, `slowlog` keeps what took long, `watch` and `effects` follow what commands
//! change.
//! `shutdown` ends the process, `saving` writes the data to disk.

mod blocked;
mod effects;
mod hold;
mod input;
mod monitor;
mod output;
mod pause;
mod pubsub;
mod saving;
mod shutdown;
mod slowlog;
mod state;
mod stats;
mod watch;

pub(crate) use blocked::Blocked;
pub(crate) use hold::Wait;
pub(crate) use pause::{PauseMode, PauseReason};
pub(crate) use pubsub::Topic;
pub(crate) use shutdown::ShutdownFlags;
pub(crate) use state::{Client, Multi, ReplyMode};

use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::SocketAddrV4;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::Time;
use crate::event::Role;
use crate::io::{ConnId, Output};
use crate::log::Level;
use crate::node::Node;
use crate::resp::reply::Reply;
use crate::timer::{Timer, TimerKind};
use blocked::BlockedKeys;
use effects::Effects;
use pause::Pause;
use pubsub::PubSub;
use saving::Saving;
use shutdown::Shutdown;
use slowlog::Slowlog;
use stats::Stats;

/// All clients of a node.
#[derive(Debug, Default, BorshSerialize, BorshDeserialize)]
pub(crate) struct Clients {
    #[borsh(deserialize_with = "crate::gathered::read")]
    by_conn: BTreeMap<ConnId, Client>,
    /// How many clients there ever were; their ids follow from it.
    accepted: u64,
    /// Who watches which key.
    #[borsh(deserialize_with = "crate::gathered::read")]
    watchers: BTreeMap<Vec<u8>, BTreeSet<ConnId>>,
    #[borsh(deserialize_with = "crate::gathered::read")]
    pauses: BTreeMap<PauseReason, Pause>,
    /// Clients that a pause holds, in the order in which they came.
    postponed: Vec<ConnId>,
    /// Clients that wait in WAIT or for keys, with the end of their time.
    #[borsh(deserialize_with = "crate::gathered::read")]
    waiting: BTreeMap<ConnId, Option<Time>>,
    pub(crate) blocked_keys: BlockedKeys,
    /// Clients whose input is to be looked at before the next sleep, since they were held.
    resumed: VecDeque<ConnId>,
    /// Clients with replies that were not yet sent.
    unsent: Vec<ConnId>,
    /// Clients to be closed once their replies are sent.
    closing: Vec<ConnId>,
    shutdown: Option<Shutdown>,
    pub(crate) saving: Saving,
    pub(crate) effects: Effects,
    pub(crate) stats: Stats,
    /// A client that closes itself, once it was answered.
    pub(crate) kill_caller: Option<ConnId>,
    pub(crate) pubsub: PubSub,
    /// Clients in MONITOR.
    #[borsh(deserialize_with = "crate::gathered::read")]
    pub(crate) monitors: BTreeSet<ConnId>,
    /// Commands that were executed, as monitors are to be told.
    seen: Vec<String>,
    pub(crate) slowlog: Slowlog,
    /// Whose command is under way.
    pub(crate) executing: Option<ConnId>,
    /// Messages that its own command brought it.
    pub(crate) pushed_to_caller: Vec<Reply>,
    /// Whether EXEC is under way, in which nothing blocks.
    pub(crate) in_exec: bool,
    /// Whether the command under way is our master's.
    pub(crate) obeying: bool,
}

impl Clients {
    /// A client by its connection.
    pub(crate) fn get(&self, conn: ConnId) -> Option<&Client> {
        self.by_conn.get(&conn)
    }

    /// A client by its connection, to be changed.
    pub(crate) fn get_mut(&mut self, conn: ConnId) -> Option<&mut Client> {
        self.by_conn.get_mut(&conn)
    }

    /// All clients, in the order in which they came.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (ConnId, &Client)> {
        self.by_conn.iter().map(|(&conn, client)| (conn, client))
    }

    /// How many clients wait for something other than input.
    pub(crate) fn blocked(&self) -> usize {
        self.by_conn.values().filter(|client| client.held.is_some()).count()
    }

    /// How many clients watch keys.
    pub(crate) fn watching(&self) -> usize {
        self.by_conn.values().filter(|client| !client.watching.is_empty()).count()
    }

    /// How many clients subscribe to anything.
    pub(crate) fn subscribers(&self) -> usize {
        self.by_conn.values().filter(|client| client.is_subscriber()).count()
    }

    /// How many keys are watched.
    pub(crate) fn watched_keys(&self) -> usize {
        self.watchers.len()
    }

    /// How many clients wait for a limited time.
    pub(crate) fn with_timeout(&self) -> usize {
        self.waiting.values().flatten().count()
    }
}

impl Node {
    pub(crate) fn client_accepted(
        &mut self,
        conn: ConnId,
        local: SocketAddrV4,
        peer: SocketAddrV4,
    ) {
        self.log(Level::Verbose, format!("Accepted {peer}"));
        if self.clients.by_conn.len() as u64 + self.conns.bus_links() as u64
            >= self.config.maxclients
        {
            self.clients.stats.rejected += 1;
            let bytes = b"-ERR max number of clients reached\r\n".to_vec();
            self.emit(Output::Send { conn, bytes });
            return self.close(conn);
        }
        let id = self.clients.accepted + FIRST_ID;
        self.clients.accepted += 1;
        self.clients.stats.connections += 1;
        let mut client = Client::new(id, local, peer, self.now);
        client.passed_auth = self.config.requirepass.is_empty();
        self.clients.by_conn.insert(conn, client);
    }

    pub(crate) fn client_closed(&mut self, conn: ConnId) {
        if self.clients.get(conn).is_some() {
            self.log(
                Level::Verbose,
                format!("Client closed connection {}", self.describe_client(conn)),
            );
        }
        self.forget_client(conn);
    }

    /// Connected clients, replicas not counted.
    pub(crate) fn normal_clients(&self) -> usize {
        self.clients.iter().filter(|&(conn, _)| !self.is_replica_client(conn)).count()
    }

    /// The peer's end of a client connection.
    pub(crate) fn client_peer(&self, conn: ConnId) -> Option<SocketAddrV4> {
        self.clients.get(conn).map(|client| client.peer)
    }

    /// Closes a client's connection from our side and forgets the client (a replica that must
    /// synchronise anew). `replica_closed` follows, as for every client that goes.
    pub(crate) fn free_client(&mut self, conn: ConnId) {
        self.close(conn);
        self.forget_client(conn);
    }

    fn forget_client(&mut self, conn: ConnId) {
        self.unwatch_all(conn);
        self.leave_keys(conn);
        self.drop_subscriptions(conn);
        self.clients.monitors.remove(&conn);
        self.clients.by_conn.remove(&conn);
        self.clients.postponed.retain(|&it| it != conn);
        self.clients.waiting.remove(&conn);
        self.clients.resumed.retain(|&it| it != conn);
        self.clients.unsent.retain(|&it| it != conn);
        self.clients.closing.retain(|&it| it != conn);
        self.replica_closed(conn);
    }

    /// When [`Node::clients_cron`] has something to do: expiry, pauses, blocked clients, shutdown.
    pub(crate) fn clients_due(&self) -> Option<Time> {
        if self.shutdown_ready() || self.has_lost_causes() {
            return Some(self.now);
        }
        let clients = &self.clients;
        let pause = clients.pauses.values().filter_map(|pause| pause.until).min();
        let wait = clients.waiting.values().flatten().min().copied();
        let shutdown = clients.shutdown.as_ref().and_then(|it| it.deadline);
        [pause, wait, shutdown, self.expiry_due(), self.save_due()].into_iter().flatten().min()
    }

    /// When the first key is to be removed: a millisecond after its time, since Redis serves it
    /// during the last one.
    fn expiry_due(&self) -> Option<Time> {
        let (at, _) = self.db.first_expiring()?;
        let ours = self.role() == Role::Master && !self.writes_paused();
        let us = (at + 1).saturating_mul(1000).saturating_sub(self.unix_us_at_zero);
        ours.then_some(Time(us.min(FAR)))
    }

    pub(crate) fn clients_cron(&mut self) {
        self.expire_cycle();
        self.end_due_pauses();
        self.redirect_blocked();
        self.shutdown_cron();
        if !self.exited {
            self.save_cron();
        }
    }

    pub(crate) fn clients_before_sleep(&mut self) {
        self.end_lost_subscriptions();
        self.serve_waiting();
        self.resume_clients();
        self.send_replies();
    }

    pub(crate) fn client_timers(&self, timers: &mut Vec<Timer>) {
        let pauses = self.clients.pauses.values().filter_map(|pause| {
            Some(Timer {
                kind: TimerKind::ClientPause,
                about: None,
                armed: pause.since,
                due: pause.until?,
            })
        });
        timers.extend(pauses);
        if let Some(shutdown) = &self.clients.shutdown
            && let Some(due) = shutdown.deadline
        {
            timers.push(Timer {
                kind: TimerKind::Shutdown,
                about: None,
                armed: shutdown.since,
                due,
            });
        }
    }
}

/// The id of a process's first client: Redis gives the ones before it to clients of its own.
const FIRST_ID: u64 = 3;

/// A time that nobody lives to see, with room for sums: 100,000 years, in microseconds.
const FAR: u64 = 100_000 * 365 * 86400 * 1_000_000;
