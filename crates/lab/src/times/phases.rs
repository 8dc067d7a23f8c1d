//! The phases of one failover, read off what the nodes told.

use bus::NodeId;
use engine::{Event, Time};
use serde::Serialize;

/// The phases of one failover in milliseconds after the master was killed. Names and meaning are
/// those of the measurements on real servers in `failover-times-auto-5000.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Phases {
    /// `auto`: the master was killed.
    pub kind: &'static str,
    /// `cluster-node-timeout` in milliseconds.
    pub node_timeout: u64,
    /// The replica won its election; none when it did not.
    pub won: Option<u64>,
    /// The first node counted a majority and marked the master FAIL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fail_marked: Option<u64>,
    /// The first node saw the cluster as failing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_fail: Option<u64>,
    /// The last node saw the cluster as ok again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_ok_last: Option<u64>,
    /// The replica first planned an election.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub election_scheduled: Option<u64>,
    /// How far ahead it planned it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay: Option<u64>,
    /// The replica last asked for votes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub election_started: Option<u64>,
    /// How often it asked for votes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elections: Option<u64>,
}

impl Phases {
    /// Nothing has happened yet.
    pub(super) const fn new(node_timeout: u64) -> Self {
        Self {
            kind: "auto",
            node_timeout,
            won: None,
            fail_marked: None,
            state_fail: None,
            state_ok_last: None,
            election_scheduled: None,
            delay: None,
            election_started: None,
            elections: None,
        }
    }

    /// Takes an event of a node that lives.
    pub(super) fn take(&mut self, event: &Event, after: Millis, victim: NodeId, by_replica: bool) {
        let Millis(ms) = after;
        match *event {
            Event::MarkedFailed { peer, told_by: None } if peer == victim => {
                first(&mut self.fail_marked, ms);
            }
            Event::ClusterState { ok: false } => {
                first(&mut self.state_fail, ms);
            }
            Event::ClusterState { ok: true } => {
                self.state_ok_last = self.state_ok_last.max(Some(ms));
            }
            Event::ElectionScheduled { delay_ms, .. } if by_replica => {
                self.election_scheduled.get_or_insert(ms);
                self.delay.get_or_insert(delay_ms);
            }
            Event::ElectionStarted { .. } if by_replica => {
                self.election_started = Some(ms);
                self.elections = Some(self.elections.unwrap_or(0) + 1);
            }
            Event::ElectionWon { .. } if by_replica => {
                self.won.get_or_insert(ms);
            }
            _ => {}
        }
    }
}

fn first(phase: &mut Option<u64>, ms: u64) {
    *phase = Some(phase.map_or(ms, |earlier| earlier.min(ms)));
}

/// Milliseconds after the kill, rounded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Millis(u64);

impl Millis {
    pub(super) const fn between(kill: Time, at: Time) -> Self {
        Self((at.since(kill).0 + 500) / 1000)
    }
}
