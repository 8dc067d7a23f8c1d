//! The job of every second, and when it has anything to do.

use alloc::format;
use alloc::vec::Vec;

use super::host_port;
use super::link::{Link, LinkState};
use super::replica::Replica;
use crate::Time;
use crate::log::Level;
use crate::node::Node;
use crate::time::Span;
use crate::timer::{Timer, TimerKind};

/// How many ticks of the cron lie between two runs of this job.
const TICKS: u64 = 10;

impl Node {
    /// Once a second: time-outs, reconnecting, ACK, PING, starting full syncs, backlog expiry.
    pub(crate) fn repl_cron(&mut self) {
        self.check_master_link();
        if self.repl.replicas.is_empty() {
            return self.expire_backlog();
        }
        if self.repl_runs().is_multiple_of(self.ping_period()) && !self.pings_rest() {
            self.feed_ping();
        }
        for replica in self.repl.replicas.iter_mut().filter(|replica| replica.is_waiting()) {
            replica.out.push(b'\n');
        }
        self.drop_silent_replicas();
        if self.full_sync_is_due() {
            self.start_full_sync();
        }
    }

    /// A replica's part: what is overdue, dialling, the acknowledgement.
    fn check_master_link(&mut self) {
        let Some(link) = &self.repl.link else { return };
        let silent = self.secs_since(link.last_io) > self.config.repl_timeout;
        let to = link.to;
        match &link.state {
            LinkState::Connecting | LinkState::Handshake(_) if silent => {
                self.log(Level::Warning, "Timeout connecting to the MASTER...");
                self.cancel_sync(true);
            }
            LinkState::Transfer(_) if silent => {
                self.log(
                    Level::Warning,
                    "Timeout receiving bulk data from MASTER... If the problem persists try to set \
                     the 'repl-timeout' parameter in redis.conf to a larger value.",
                );
                self.cancel_sync(true);
            }
            LinkState::Connected(_) if silent => {
                self.log(Level::Warning, "MASTER timeout: no data nor PING received...");
                self.lose_master();
                self.redial_master("");
            }
            LinkState::Connect => {
                self.log(Level::Notice, format!("Connecting to MASTER {}", host_port(to)));
                self.dial_master();
            }
            LinkState::Connected(_) => self.ack_master(),
            _ => {}
        }
    }

    /// Whether the stream keeps still: its offset was told to a replica that takes over.
    fn pings_rest(&self) -> bool {
        self.manual_failover_runs() && self.writes_paused()
    }

    /// `repl-ping-replica-period`, in runs of this job.
    fn ping_period(&self) -> u64 {
        self.config.repl_ping_replica_period.max(1)
    }

    /// How many runs of this job lie behind us, counted as Redis does: the first is at the start.
    fn repl_runs(&self) -> u64 {
        self.since_start(self.now).as_secs()
    }

    /// When [`Node::repl_cron`] has something to do. It runs at every tenth tick only.
    pub(crate) fn repl_due(&self) -> Option<Time> {
        let next = self.next_tick().div_ceil(TICKS);
        let link = self.repl.link.as_ref().map(|link| self.link_due(link, next));
        let due = link.into_iter().chain(self.replicas_due(next)).min()?;
        Some(self.tick_time(due * TICKS))
    }

    /// The first run, not before `next`, that a link to a master needs.
    fn link_due(&self, link: &Link, next: u64) -> u64 {
        match link.state {
            LinkState::Connect | LinkState::Connected(_) => next,
            _ => next.max(self.run_at(link.last_io + Span::from_secs(self.config.repl_timeout))),
        }
    }

    /// The first run, not before `next`, that the replicas need, or the backlog when there are none.
    fn replicas_due(&self, next: u64) -> Option<u64> {
        if self.repl.replicas.is_empty() {
            let since = self.backlog_expires_after()?;
            let expiry = since + Span::from_secs(self.config.repl_backlog_ttl);
            return Some(next.max(self.run_at(expiry)));
        }
        if self.repl.replicas.iter().any(Replica::is_waiting) {
            return Some(next);
        }
        let timeout = Span::from_secs(self.config.repl_timeout);
        let acked = self.repl.replicas.iter().map(|replica| replica.acked_at).min()?;
        let ping = next.next_multiple_of(self.ping_period());
        Some(next.max(self.run_at(acked + timeout)).min(ping))
    }

    /// The first run at or after a moment.
    fn run_at(&self, at: Time) -> u64 {
        self.since_start(at).0.div_ceil(Span::from_secs(1).0)
    }

    pub(crate) fn repl_timers(&self, timers: &mut Vec<Timer>) {
        let master = self.replicating_from().and_then(|addr| self.peer_at(addr));
        let mut add = |kind, about, armed, due| timers.push(Timer { kind, about, armed, due });
        let second = Span::from_secs(1);
        let timeout = Span::from_secs(self.config.repl_timeout);
        let next = self.tick_time(self.next_tick().div_ceil(TICKS) * TICKS);
        if let Some(link) = &self.repl.link {
            match link.state {
                LinkState::Connect => add(TimerKind::ReplConnect, master, next - second, next),
                LinkState::Connected(_) => {
                    add(TimerKind::ReplAck, master, next - second, next);
                    add(TimerKind::ReplTimeout, master, link.last_io, link.last_io + timeout);
                }
                _ => add(TimerKind::ReplTimeout, master, link.last_io, link.last_io + timeout),
            }
        } else if !self.repl.replicas.is_empty() {
            let runs = self.next_tick().div_ceil(TICKS).next_multiple_of(self.ping_period());
            let due = self.tick_time(runs * TICKS);
            add(TimerKind::ReplPing, None, due - Span::from_secs(self.ping_period()), due);
        }
        let delay = Span::from_secs(self.config.repl_diskless_sync_delay);
        for replica in self.repl.replicas.iter().filter(|replica| replica.is_waiting()) {
            let about = self.peer_at(replica.address());
            add(TimerKind::ReplSync, about, replica.asked, replica.asked + delay);
        }
    }
}
