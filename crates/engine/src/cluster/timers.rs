//! The cluster's running timers.

use alloc::vec::Vec;
use core::net::SocketAddrV4;

use bus::NodeId;

use super::failure::VALIDITY;
use super::node_table::{ME, Ms, Peer};
use crate::Time;
use crate::node::Node;
use crate::timer::{Timer, TimerKind};

impl Node {
    pub(crate) fn cluster_timers(&self, timers: &mut Vec<Timer>) {
        for (ix, peer) in self.cluster.nodes.iter() {
            if ix != ME {
                self.peer_timers(peer, timers);
            }
        }
        for (id, until) in &self.cluster.blacklist {
            let due = (until + 1) * 1000;
            if due > self.ms() {
                self.push(timers, TimerKind::Blacklist, Some(*id), due.saturating_sub(60_000), due);
            }
        }
        if let Some((armed, due)) = self.writable_delay() {
            self.push(timers, TimerKind::Writable, None, armed, due);
        }
        if let Some((armed, due)) = self.cluster.manual.limits() {
            self.push(timers, TimerKind::ManualFailover, None, armed, due);
        }
        self.election_timers(timers);
    }

    /// The node whose clients connect to `addr`.
    pub(crate) fn peer_at(&self, addr: SocketAddrV4) -> Option<NodeId> {
        let mut peers = self.cluster.nodes.iter();
        peers.find(|(_, peer)| peer.client_addr() == Some(addr)).map(|(_, peer)| peer.id)
    }

    fn push(
        &self,
        timers: &mut Vec<Timer>,
        kind: TimerKind,
        about: Option<NodeId>,
        armed: Ms,
        due: Ms,
    ) {
        let armed: Time = self.time_of(armed);
        timers.push(Timer { kind, about, armed, due: self.time_of(due) });
    }

    fn peer_timers(&self, peer: &Peer, timers: &mut Vec<Timer>) {
        let about = Some(peer.id);
        let (now, timeout) = (self.ms(), self.node_timeout());
        if peer.in_handshake() {
            let due = peer.created + self.handshake_timeout();
            return self.push(timers, TimerKind::Handshake, about, peer.created, due);
        }
        if let Some(due) = self.pfail_due(peer) {
            self.push(timers, TimerKind::NodeTimeout, about, peer.ping_sent, due);
        }
        for report in &peer.reports {
            let due = report.at + timeout * VALIDITY;
            if due >= now {
                let by = self.cluster.nodes[report.by].id;
                let kind = TimerKind::FailureReport { by };
                self.push(timers, kind, about, report.at, due);
            }
        }
        let clears = peer.fail_time + timeout * VALIDITY;
        if peer.failed() && peer.is_master() && peer.slot_count() > 0 && clears >= now {
            self.push(timers, TimerKind::FailClear, about, peer.fail_time, clears);
        }
        let votes = peer.voted_time + timeout * VALIDITY;
        if peer.voted_time != 0 && votes > now {
            self.push(timers, TimerKind::Vote, about, peer.voted_time, votes);
        }
    }

    fn election_timers(&self, timers: &mut Vec<Timer>) {
        let election = &self.cluster.election;
        if election.starts == 0 || self.master_to_replace().is_none() {
            return;
        }
        let (timeout, retry) = self.election_limits();
        let (now, starts) = (self.ms(), election.starts);
        if !election.asked && now < starts {
            self.push(timers, TimerKind::ElectionStart, None, election.planned, starts);
        }
        if election.asked && now <= starts + timeout {
            self.push(timers, TimerKind::ElectionExpiry, None, starts, starts + timeout);
        }
        if now >= starts && now <= starts + retry {
            self.push(timers, TimerKind::ElectionRetry, None, starts, starts + retry);
        }
    }
}
