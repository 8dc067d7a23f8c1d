//! What nodes decided and what was done to them.

use bridge::Fact;
use engine::event::{Event, FailoverMode, Refusal, Role};
use sim::What;

use super::safe;

/// A pause without an end lasts longer than this, milliseconds.
const FOREVER_MS: u64 = 1 << 50;

/// A record of the trace as a fact for the page; none for what the page does not tell.
pub(crate) fn fact(what: &What) -> Option<Fact> {
    match what {
        What::Started => Some(Fact::Started),
        What::Output(engine::Output::Event(event)) => decision(event),
        What::Output(engine::Output::Exit { code }) => Some(Fact::Ended(Some(*code))),
        What::Killed => Some(Fact::Ended(None)),
        What::Stopped => Some(Fact::Frozen(true)),
        What::Continued => Some(Fact::Frozen(false)),
        What::Output(_)
        | What::Signal(_)
        | What::Link { .. }
        | What::ClockSet { .. }
        | What::DiskFull(_)
        | What::RuleSet(..)
        | What::RuleLifted(_) => None,
        What::HostAdded(_) => Some(Fact::HostAdded),
        What::HostRemoved => Some(Fact::HostRemoved),
    }
}

/// What a node decided.
fn decision(event: &Event) -> Option<Fact> {
    let fact = match event {
        // Starting was told when it was done to the process; who knows whom is in the frame; what
        // becomes of writes is in the workload's ledger, what clients hear in the consoles.
        Event::Named { .. }
        | Event::Ready
        | Event::PeerAdded { .. }
        | Event::PeerRemoved { .. }
        | Event::HistoryChanged { .. }
        | Event::OffsetAcknowledged { .. }
        | Event::Wrote { .. }
        | Event::WaitAnswered { .. }
        | Event::Configured { .. } => return None,
        Event::MarkedPossiblyFailed { peer, .. } => Fact::PossiblyFailed(peer.to_string()),
        Event::ClearedPossiblyFailed { peer } => Fact::NotPossiblyFailed(peer.to_string()),
        Event::FailureReported { about, by, reports, needed } => Fact::FailureReported {
            about: about.to_string(),
            by: by.to_string(),
            reports: *reports,
            needed: *needed,
        },
        Event::MarkedFailed { peer, told_by } => {
            Fact::Failed { about: peer.to_string(), told_by: told_by.map(|id| id.to_string()) }
        }
        Event::ClearedFailed { peer } => Fact::NotFailed(peer.to_string()),
        Event::ClusterState { ok } => Fact::ClusterState(*ok),
        Event::ManualFailoverRequested { mode, .. } => {
            Fact::ManualFailoverRequested(mode_name(*mode).to_owned())
        }
        Event::ManualFailoverPaused { replica } => Fact::ManualFailoverPaused(replica.to_string()),
        Event::ManualFailoverOffset { offset } => Fact::ManualFailoverOffset(safe(*offset)),
        Event::ManualFailoverReady => Fact::ManualFailoverReady,
        Event::ManualFailoverTimedOut => Fact::ManualFailoverTimedOut,
        Event::RoleChanged { role, master } => Fact::RoleChanged(match role {
            Role::Master => None,
            Role::Replica => master.map(|id| id.to_string()),
        }),
        Event::ConfigEpoch { epoch } => Fact::ConfigEpoch(safe(*epoch)),
        Event::SlotsMoved { count, to } => {
            Fact::SlotsMoved { count: *count, to: to.map(|id| id.to_string()) }
        }
        Event::MasterLinkUp { partial } => Fact::MasterLinkUp(*partial),
        Event::MasterLinkDown => Fact::MasterLinkDown,
        Event::ReplicaSynced { replica, partial } => {
            Fact::ReplicaSynced { replica: replica.to_string(), partial: *partial }
        }
        Event::ReplicaLost { replica } => Fact::ReplicaLost(replica.to_string()),
        Event::ClientsPaused { for_ms } => {
            Fact::ClientsPaused(Some(*for_ms).filter(|&ms| ms < FOREVER_MS))
        }
        Event::ClientsUnpaused => Fact::ClientsUnpaused,
        Event::ShuttingDown { reason } => Fact::ShuttingDown(reason.clone()),
        election => return election_fact(election),
    };
    Some(fact)
}

fn election_fact(event: &Event) -> Option<Fact> {
    Some(match event {
        Event::ElectionScheduled { delay_ms, rank, offset, .. } => Fact::ElectionScheduled {
            delay_ms: safe(*delay_ms),
            rank: *rank,
            offset: safe(*offset),
        },
        Event::ElectionRank { rank, added_ms } => {
            Fact::ElectionRank { rank: *rank, added_ms: safe(*added_ms) }
        }
        Event::ElectionStarted { epoch } => Fact::ElectionStarted(safe(*epoch)),
        Event::VoteReceived { from, votes, needed } => {
            Fact::VoteReceived { from: from.to_string(), votes: *votes, needed: *needed }
        }
        Event::ElectionWon { epoch } => Fact::ElectionWon(safe(*epoch)),
        Event::ElectionExpired { epoch } => Fact::ElectionExpired(safe(*epoch)),
        Event::VoteGranted { candidate, epoch } => {
            Fact::VoteGranted { candidate: candidate.to_string(), epoch: safe(*epoch) }
        }
        Event::VoteRefused { candidate, why } => {
            Fact::VoteRefused { candidate: candidate.to_string(), why: refusal(*why) }
        }
        _ => return None,
    })
}

fn mode_name(mode: FailoverMode) -> &'static str {
    match mode {
        FailoverMode::Default => "",
        FailoverMode::Force => "FORCE",
        FailoverMode::Takeover => "TAKEOVER",
    }
}

/// The reason as Redis's log words it.
fn refusal(why: Refusal) -> String {
    match why {
        Refusal::StaleEpoch { request, current } => {
            format!("reqEpoch ({request}) < curEpoch({current})")
        }
        Refusal::AlreadyVoted { epoch } => format!("already voted for epoch {epoch}"),
        Refusal::CandidateIsMaster => "it is a master node".to_owned(),
        Refusal::MasterUnknown => "I don't know its master".to_owned(),
        Refusal::MasterUp => "its master is up".to_owned(),
        Refusal::VotedRecently { wait_ms } => {
            format!("can't vote about this master before {wait_ms} milliseconds")
        }
        Refusal::SlotEpoch { slot, owner, request } => {
            format!("slot {slot} epoch ({owner}) > reqEpoch ({request})")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kill_and_an_exit_end_a_process_differently() {
        assert_eq!(fact(&What::Killed), Some(Fact::Ended(None)));
        let exit = What::Output(engine::Output::Exit { code: 0 });
        assert_eq!(fact(&exit), Some(Fact::Ended(Some(0))));
    }

    #[test]
    fn a_pause_without_an_end_is_told_as_such() {
        let paused = |for_ms| decision(&Event::ClientsPaused { for_ms });
        assert_eq!(paused(500), Some(Fact::ClientsPaused(Some(500))));
        assert_eq!(paused(u64::MAX / 1000), Some(Fact::ClientsPaused(None)));
    }

    #[test]
    fn epochs_stay_within_what_the_page_can_hold() {
        let epoch = decision(&Event::ConfigEpoch { epoch: u64::MAX });
        assert_eq!(epoch, Some(Fact::ConfigEpoch((1 << 53) - 1)));
    }

    #[test]
    fn every_refusal_is_worded() {
        let why = Refusal::StaleEpoch { request: 4, current: 7 };
        assert_eq!(refusal(why), "reqEpoch (4) < curEpoch(7)");
    }
}
