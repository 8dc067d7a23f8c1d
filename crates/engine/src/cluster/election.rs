//! A replica stands for its failing master: when it may, when it starts, when it has won.
//!
//! The variables of an election survive it, as in Redis 7: who was elected and fails over again
//! within a few node timeouts finds its old votes, or must wait.

use alloc::format;

use borsh::{BorshDeserialize, BorshSerialize};
use bus::Epoch;

use super::node_table::{Ix, ME, Ms};
use crate::config::Compat;
use crate::event::Event;
use crate::log::Level;
use crate::node::Node;

/// Lets the FAIL message spread before votes are asked for.
const FIXED_DELAY: Ms = 500;
/// A random part keeps replicas from standing at the same moment.
const RANDOM_DELAY: Ms = 500;
/// For every sibling with more data.
const RANK_DELAY: Ms = 1000;
/// Votes count for two node timeouts, at least for so long.
const LEAST_AUTH_TIMEOUT: Ms = 2000;
/// Nothing is said about a stalled failover for so long after the node timeout.
const STALL_GRACE: Ms = 5000;

/// Why a replica that should stand does not get on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
enum Stall {
    DataAge,
    WaitingDelay,
    Expired,
    WaitingVotes,
}

impl Stall {
    const fn text(self) -> &'static str {
        match self {
            Self::DataAge => {
                "Disconnected from master for longer than allowed. Please check the \
                 'cluster-replica-validity-factor' configuration option."
            }
            Self::WaitingDelay => "Waiting the delay before I can start a new failover.",
            Self::Expired => "Failover attempt expired.",
            Self::WaitingVotes => "Waiting for votes, but majority still not reached.",
        }
    }
}

/// The state of the present or the last election.
#[derive(Debug, Default, Clone, BorshSerialize, BorshDeserialize)]
pub(crate) struct Election {
    /// When it was planned.
    pub planned: Ms,
    /// When it starts; 0 before the first one.
    pub starts: Ms,
    pub votes: u32,
    /// Whether votes were asked for.
    pub asked: bool,
    pub rank: u32,
    pub epoch: Epoch,
    stall: Option<Stall>,
    /// Unix second of the last line about a stall.
    stall_told: u64,
}

impl Election {
    /// Whether a cron without reasons to fail over has something to clear.
    pub(super) const fn is_stalled(&self) -> bool {
        self.stall.is_some()
    }
}

impl Node {
    /// For how long votes count, and after how long another election may be planned.
    pub(super) fn election_limits(&self) -> (Ms, Ms) {
        let timeout = (self.node_timeout() * 2).max(LEAST_AUTH_TIMEOUT);
        (timeout, timeout * 2)
    }

    /// Whether there is reason to stand, and for whom.
    pub(super) fn master_to_replace(&self) -> Option<Ix> {
        let master = self.cluster.my_master().filter(|_| !self.is_master())?;
        let peer = &self.cluster.nodes[master];
        let manual = self.cluster.manual.may_start();
        let allowed = manual || (peer.failed() && !self.config.cluster_replica_no_failover);
        (allowed && peer.slot_count() > 0).then_some(master)
    }

    /// One step: plans an election, starts it, or checks whether it is won.
    pub(super) fn step_election(&mut self) {
        self.cluster.todo.take_failover();
        if self.master_to_replace().is_none() {
            self.cluster.election.stall = None;
            return;
        }
        if self.data_too_old() && !self.cluster.manual.may_start() {
            return self.tell_stall(Stall::DataAge);
        }
        let now = self.ms();
        let (timeout, retry) = self.election_limits();
        let age = now.saturating_sub(self.cluster.election.starts);
        if age > retry {
            return self.plan_election(now);
        }
        if !self.cluster.election.asked && !self.cluster.manual.is_running() {
            self.update_rank();
        }
        if now < self.cluster.election.starts {
            return self.tell_stall(Stall::WaitingDelay);
        }
        if age > timeout {
            return self.tell_stall(Stall::Expired);
        }
        if !self.cluster.election.asked {
            return self.start_election();
        }
        if self.cluster.election.votes >= self.cluster.quorum() {
            self.win_election();
        } else {
            self.tell_stall(Stall::WaitingVotes);
        }
    }

    /// Whether the data is older than `cluster-replica-validity-factor` allows, in whole seconds.
    fn data_too_old(&self) -> bool {
        let factor = self.config.cluster_replica_validity_factor;
        let seconds = |us: u64| us / 1_000_000;
        let heard = self.master_last_heard();
        let heard = heard.map_or(0, |at| seconds(self.unix_us_at_zero + at.0));
        let age = (seconds(self.unix_us()) - heard) * 1000;
        // The time that it took to find the master failing does not count.
        let age = if age > self.node_timeout() { age - self.node_timeout() } else { age };
        let limit = self.config.repl_ping_replica_period * 1000 + self.node_timeout() * factor;
        factor != 0 && age > limit
    }

    fn plan_election(&mut self, now: Ms) {
        let random = self.rng.below(RANDOM_DELAY);
        let mut rank = self.replica_rank();
        let mut starts = now + FIXED_DELAY + random + RANK_DELAY * Ms::from(rank);
        if self.cluster.manual.is_running() {
            (starts, rank) = (now, 0);
            self.cluster.todo.failover();
        }
        let election = &mut self.cluster.election;
        (election.planned, election.starts, election.rank) = (now, starts, rank);
        (election.votes, election.asked) = (0, false);
        let (delay_ms, offset) = (starts - now, self.repl_offset());
        let line = format!(
            "Start of election delayed for {delay_ms} milliseconds (rank #{rank}, offset {offset})."
        );
        self.log(self.demoted(), line);
        self.event(Event::ElectionScheduled { delay_ms, rank, offset });
        // Siblings learn our offset, and may find their rank worse than they thought.
        self.broadcast_pong(true);
    }

    /// How many siblings that may stand announced a greater offset.
    fn replica_rank(&self) -> u32 {
        let Some(master) = self.cluster.my_master() else { return 0 };
        let offset = self.repl_offset();
        let better = self.cluster.nodes.replicas_of(master).filter(|&ix| {
            let peer = &self.cluster.nodes[ix];
            ix != ME && !peer.is(bus::NodeFlags::NO_FAILOVER) && peer.repl_offset > offset
        });
        better.count() as u32
    }

    fn update_rank(&mut self) {
        let rank = self.replica_rank();
        let election = &mut self.cluster.election;
        if rank <= election.rank {
            return;
        }
        let added_ms = RANK_DELAY * Ms::from(rank - election.rank);
        election.starts += added_ms;
        election.rank = rank;
        let line =
            format!("Replica rank updated to #{rank}, added {added_ms} milliseconds of delay.");
        self.log(self.demoted(), line);
        self.event(Event::ElectionRank { rank, added_ms });
    }

    fn start_election(&mut self) {
        self.cluster.current_epoch += 1;
        let epoch = self.cluster.current_epoch;
        self.cluster.election.epoch = epoch;
        self.log(self.demoted(), format!("Starting a failover election for epoch {epoch}."));
        self.event(Event::ElectionStarted { epoch });
        self.send_vote_request();
        self.cluster.election.asked = true;
        self.cluster.todo.save();
        self.cluster.todo.update_state();
    }

    /// A vote: counted when a master with slots gives it in our epoch or a later one.
    pub(super) fn count_vote(&mut self, voter: Ix, epoch: Epoch) {
        let peer = &self.cluster.nodes[voter];
        if !peer.is_master() || peer.slot_count() == 0 || epoch < self.cluster.election.epoch {
            return;
        }
        let from = peer.id;
        self.cluster.election.votes += 1;
        self.cluster.todo.failover();
        let (votes, needed) = (self.cluster.election.votes, self.cluster.quorum());
        self.event(Event::VoteReceived { from, votes, needed });
    }

    fn win_election(&mut self) {
        let epoch = self.cluster.election.epoch;
        self.log(self.demoted(), "Failover election won: I'm the new master.");
        self.event(Event::ElectionWon { epoch });
        if self.cluster.me().config_epoch < epoch {
            self.set_own_epoch(epoch);
            let line = format!("configEpoch set to {epoch} after successful failover");
            self.log(self.demoted(), line);
        }
        self.replace_master();
    }

    /// Becomes the master in the place of ours, with all its slots, and tells everybody.
    pub(super) fn replace_master(&mut self) {
        let Some(old) = self.cluster.my_master().filter(|_| !self.is_master()) else { return };
        self.set_as_master(ME);
        self.stop_replicating();
        let count = self.cluster.nodes.move_all(old, ME);
        self.tell_slots_moved(count, Some(ME));
        self.update_state();
        self.save_config();
        self.broadcast_pong(false);
        self.reset_manual_failover();
    }

    /// Says why the failover does not get on, unless it was just said or it is early days.
    fn tell_stall(&mut self, stall: Stall) {
        let now = self.unix_us() / 1_000_000;
        let repeat = match self.compat {
            Compat::V7_0 => 300,
            Compat::V8_2 => 10,
        };
        let election = &self.cluster.election;
        if election.stall == Some(stall) && now - election.stall_told < repeat {
            return;
        }
        if stall == Stall::Expired && election.stall != Some(stall) && election.asked {
            let epoch = election.epoch;
            self.event(Event::ElectionExpired { epoch });
        }
        self.cluster.election.stall = Some(stall);
        let grace = self.node_timeout() + STALL_GRACE;
        let recent = self.cluster.my_master().is_some_and(|ix| {
            let master = &self.cluster.nodes[ix];
            master.failed() && self.ms().saturating_sub(master.fail_time) < grace
        });
        if recent {
            return;
        }
        self.cluster.election.stall_told = now;
        let level = self.demoted();
        self.log(level, format!("Currently unable to failover: {}", stall.text()));
        if self.compat == Compat::V8_2 && matches!(stall, Stall::Expired | Stall::WaitingVotes) {
            let (needed, votes) = (self.cluster.quorum(), self.cluster.election.votes);
            let line = format!("Needed quorum: {needed}. Number of votes received so far: {votes}");
            self.log(Level::Notice, line);
        }
    }
}
