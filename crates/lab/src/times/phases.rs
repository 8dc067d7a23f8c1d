//! The phases of one failover, read off what the nodes told.

use engine::Time;
use scenario::failovers::{Attempt, End, Failover};
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
    /// The phases of a failover, counted from when its master was killed.
    pub(super) fn of(failover: Option<&Failover>, killed: Time, node_timeout: u64) -> Self {
        let after = |at: Time| (at.since(killed).0 + 500) / 1000;
        let attempts = failover.map_or(&[][..], |it| &it.attempts);
        let requests: Vec<_> = attempts.iter().filter_map(|it| it.requested).collect();
        let won = |it: &Attempt| it.ended.filter(|&(_, end)| end == End::Won).map(|(at, _)| at);
        let last_ok = |it: &Failover| it.state_ok.iter().map(|&(at, _)| at).max();
        Self {
            kind: "auto",
            node_timeout,
            won: attempts.iter().find_map(won).map(after),
            fail_marked: failover.and_then(Failover::marked).map(|it| after(it.at)),
            state_fail: failover.and_then(|it| it.state_fail).map(after),
            state_ok_last: failover.and_then(last_ok).map(after),
            election_scheduled: attempts.first().map(|it| after(it.planned)),
            delay: attempts.first().map(|it| it.delay_ms),
            election_started: requests.last().map(|&(at, _)| after(at)),
            elections: Some(requests.len() as u64).filter(|&count| count > 0),
        }
    }
}
