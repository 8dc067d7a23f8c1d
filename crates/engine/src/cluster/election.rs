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
use crate::verdict::Verdict;

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
        if self.is_master() { None } else { self.reason_to_stand().ok() }
    }

    /// For which master a replica is to stand, or why for none.
    fn reason_to_stand(&self) -> Result<Ix, Verdict> {
        let master = self.cluster.my_master().ok_or(Verdict::MasterUnknown)?;
        let peer = &self.cluster.nodes[master];
        if !self.cluster.manual.may_start() {
            if !peer.failed() {
                return Err(self.manual_verdict(peer.link.is_some()).unwrap_or(Verdict::MasterUp));
            }
            if self.config.cluster_replica_no_failover {
                return Err(Verdict::NoFailover);
            }
        }
        if peer.slot_count() == 0 {
            return Err(Verdict::MasterWithoutSlots);
        }
        Ok(master)
    }

    /// Where a replica's failover stands: what its next step does, or what keeps it; none on a
    /// master. Steps act on it, and views show it.
    pub(super) fn verdict(&self) -> Option<Verdict> {
        if self.is_master() {
            return None;
        }
        let verdict = self.reason_to_stand().err();
        Some(verdict.or_else(|| self.too_old()).unwrap_or_else(|| self.progress()))
    }

    /// Where a replica that is to stand is.
    fn progress(&self) -> Verdict {
        let now = self.ms();
        let election = &self.cluster.election;
        let (timeout, retry) = self.election_limits();
        let age = now.saturating_sub(election.starts);
        if age > retry {
            return Verdict::Plans;
        }
        let (rank, starts) = self.present_rank();
        if now < starts {
            return Verdict::Waits { starts: self.time_of(starts), rank };
        }
        if age > timeout {
            return Verdict::Expired { retry: self.time_of(election.starts + retry) };
        }
        if !election.asked {
            return Verdict::Asks;
        }
        let (votes, needed) = (election.votes, self.cluster.quorum());
        if votes >= needed {
            return Verdict::Wins;
        }
        let reachable = self.reachable_masters();
        let until = self.time_of(election.starts + timeout);
        Verdict::WaitsForVotes { votes, needed, reachable, until }
    }

    /// One step: plans an election, starts it, or checks whether it is won.
    pub(super) fn step_election(&mut self) {
        self.cluster.todo.take_failover();
        let verdict = self.verdict();
        if matches!(verdict, Some(Verdict::Waits { .. } | Verdict::Expired { .. } | Verdict::Asks))
        {
            self.update_rank();
        }
        match verdict {
            None
            | Some(
                Verdict::MasterUnknown
                | Verdict::MasterUp
                | Verdict::ManualOffset { .. }
                | Verdict::ManualStream { .. }
                | Verdict::NoFailover
                | Verdict::MasterWithoutSlots,
            ) => self.cluster.election.stall = None,
            Some(Verdict::DataTooOld { .. }) => self.tell_stall(Stall::DataAge),
            Some(Verdict::Plans) => self.plan_election(self.ms()),
            Some(Verdict::Waits { .. }) => self.tell_stall(Stall::WaitingDelay),
            Some(Verdict::Expired { .. }) => self.tell_stall(Stall::Expired),
            Some(Verdict::Asks) => self.start_election(),
            Some(Verdict::WaitsForVotes { .. }) => self.tell_stall(Stall::WaitingVotes),
            Some(Verdict::Wins) => self.win_election(),
        }
    }

    /// Whether the data is older than `cluster-replica-validity-factor` allows, in whole seconds.
    /// Who asks for a failover by hand does not mind.
    fn too_old(&self) -> Option<Verdict> {
        let factor = self.config.cluster_replica_validity_factor;
        if factor == 0 || self.cluster.manual.may_start() {
            return None;
        }
        let seconds = |us: u64| us / 1_000_000;
        let heard = self.master_last_heard();
        let heard = heard.map_or(0, |at| seconds(self.unix_us_at_zero + at.0));
        // The clock may have been set back since.
        let age = seconds(self.unix_us()).saturating_sub(heard) * 1000;
        // The time that it took to find the master failing does not count.
        let age_ms = if age > self.node_timeout() { age - self.node_timeout() } else { age };
        let limit_ms = self.config.repl_ping_replica_period * 1000 + self.node_timeout() * factor;
        (age_ms > limit_ms).then_some(Verdict::DataTooOld { age_ms, limit_ms })
    }

    fn plan_election(&mut self, now: Ms) {
        let Some(master) = self.cluster.my_master() else { return };
        let (mut fixed_ms, mut random_ms) = (FIXED_DELAY, self.rng.below(RANDOM_DELAY));
        let mut rank = self.replica_rank();
        if self.cluster.manual.is_running() {
            (fixed_ms, random_ms, rank) = (0, 0, 0);
            self.cluster.todo.failover();
        }
        let starts = now + fixed_ms + random_ms + RANK_DELAY * Ms::from(rank);
        let election = &mut self.cluster.election;
        (election.planned, election.starts, election.rank) = (now, starts, rank);
        (election.votes, election.asked) = (0, false);
        let (delay_ms, offset) = (starts - now, self.repl_offset());
        let line = format!(
            "Start of election delayed for {delay_ms} milliseconds (rank #{rank}, offset {offset})."
        );
        self.log(self.demoted(), line);
        let master = self.cluster.nodes[master].id;
        let event =
            Event::ElectionScheduled { master, delay_ms, fixed_ms, random_ms, rank, offset };
        self.event(event);
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

    /// The rank and the start of the election as siblings' offsets have them by now; a rank only
    /// gets worse, and not once votes were asked for.
    fn present_rank(&self) -> (u32, Ms) {
        let election = &self.cluster.election;
        if election.asked || self.cluster.manual.is_running() {
            return (election.rank, election.starts);
        }
        let rank = self.replica_rank().max(election.rank);
        (rank, election.starts + RANK_DELAY * Ms::from(rank - election.rank))
    }

    fn update_rank(&mut self) {
        let (rank, starts) = self.present_rank();
        let election = &mut self.cluster.election;
        if rank == election.rank {
            return;
        }
        let added_ms = starts - election.starts;
        (election.rank, election.starts) = (rank, starts);
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
        let told_ago = now.saturating_sub(election.stall_told);
        if election.stall == Some(stall) && told_ago < repeat {
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

#[cfg(test)]
mod tests {
    use bus::NodeFlags;

    use super::super::testing::{add_master, add_replica, lone_node, said};
    use super::*;
    use crate::time::Span;

    /// We are the replica of `m`, which fails, among three masters with slots.
    fn replica_of_failing_master() -> (Node, Ix) {
        let mut node = lone_node(Compat::V8_2);
        let master = add_master(&mut node, b'm', 5, [0, 99]);
        add_master(&mut node, b'x', 6, [100, 199]);
        add_master(&mut node, b'y', 7, [200, 299]);
        node.cluster.me_mut().flags.clear(NodeFlags::MASTER);
        node.cluster.me_mut().flags.set(NodeFlags::REPLICA);
        node.cluster.nodes.set_master(ME, Some(master));
        node.cluster.nodes[master].flags.set(NodeFlags::FAIL);
        // It never heard its master: its data is of no age.
        node.config.cluster_replica_validity_factor = 0;
        (node, master)
    }

    fn pass(node: &mut Node, ms: u64) {
        node.now = node.now + Span::from_millis(ms);
    }

    #[test]
    fn an_election_goes_through_its_verdicts_one_by_one() {
        let (mut node, _) = replica_of_failing_master();
        assert_eq!(node.verdict(), Some(Verdict::Plans));
        node.step_election();
        let starts = node.time_of(node.cluster.election.starts);
        assert_eq!(node.verdict(), Some(Verdict::Waits { starts, rank: 0 }));
        pass(&mut node, 1000);
        assert_eq!(node.verdict(), Some(Verdict::Asks));
        node.step_election();
        let until = starts + Span::from_millis(10_000);
        let waits = |votes| Verdict::WaitsForVotes { votes, needed: 2, reachable: 2, until };
        assert_eq!(node.verdict(), Some(waits(0)));
        node.cluster.election.votes = 1;
        assert_eq!(node.verdict(), Some(waits(1)));
        node.cluster.election.votes = 2;
        assert_eq!(node.verdict(), Some(Verdict::Wins));
        node.step_election();
        assert_eq!(node.verdict(), None, "it is a master");
    }

    #[test]
    fn an_election_without_a_majority_expires_and_is_planned_anew() {
        let (mut node, _) = replica_of_failing_master();
        node.step_election();
        pass(&mut node, 1000);
        node.step_election();
        let starts = node.time_of(node.cluster.election.starts);
        pass(&mut node, 10_000);
        let retry = starts + Span::from_millis(20_000);
        assert_eq!(node.verdict(), Some(Verdict::Expired { retry }));
        pass(&mut node, 10_001);
        assert_eq!(node.verdict(), Some(Verdict::Plans));
    }

    #[test]
    fn the_parts_of_the_delay_are_told() {
        let (mut node, master) = replica_of_failing_master();
        let sibling = add_replica(&mut node, b'r', master);
        node.cluster.nodes[sibling].repl_offset = 10;
        node.step_election();
        let (_, events) = said(&mut node);
        let told = events.iter().find_map(|event| match *event {
            Event::ElectionScheduled { delay_ms, fixed_ms, random_ms, rank, .. } => {
                Some((delay_ms - fixed_ms - random_ms, fixed_ms, rank))
            }
            _ => None,
        });
        assert_eq!(told, Some((1000, 500, 1)));
    }

    #[test]
    fn a_worse_rank_is_part_of_the_verdict_before_it_is_acted_upon() {
        let (mut node, master) = replica_of_failing_master();
        node.step_election();
        let starts = node.time_of(node.cluster.election.starts);
        let sibling = add_replica(&mut node, b'r', master);
        node.cluster.nodes[sibling].repl_offset = 10;
        pass(&mut node, 1000);
        let starts = starts + Span::from_millis(1000);
        let waits = Some(Verdict::Waits { starts, rank: 1 });
        assert_eq!(node.verdict(), waits);
        node.step_election();
        assert_eq!(node.verdict(), waits);
        assert!(!node.cluster.election.asked);
    }

    #[test]
    fn reasons_not_to_stand_come_in_redis_order() {
        let (mut node, master) = replica_of_failing_master();
        node.config.cluster_replica_validity_factor = 10;
        assert!(matches!(node.verdict(), Some(Verdict::DataTooOld { limit_ms: 60_000, .. })));
        node.cluster.nodes.release_all(master);
        assert_eq!(node.verdict(), Some(Verdict::MasterWithoutSlots));
        node.config.cluster_replica_no_failover = true;
        assert_eq!(node.verdict(), Some(Verdict::NoFailover));
        node.cluster.nodes[master].flags.clear(NodeFlags::FAIL);
        assert_eq!(node.verdict(), Some(Verdict::MasterUp));
        node.start_manual_failover(crate::event::FailoverMode::Default, master);
        assert_eq!(node.verdict(), Some(Verdict::ManualOffset { linked: false }));
        node.take_paused_offset(7);
        assert_eq!(node.verdict(), Some(Verdict::ManualStream { applied: 0, wanted: 7 }));
        node.cluster.nodes.set_master(ME, None);
        assert_eq!(node.verdict(), Some(Verdict::MasterUnknown));
    }

    #[test]
    fn nobody_stands_while_its_verdict_is_against_it() {
        let (mut node, master) = replica_of_failing_master();
        node.config.cluster_replica_no_failover = true;
        node.step_election();
        assert_eq!(node.cluster.election.starts, 0);
        assert_eq!(node.master_to_replace(), None);
        node.config.cluster_replica_no_failover = false;
        assert_eq!(node.master_to_replace(), Some(master));
    }
}
