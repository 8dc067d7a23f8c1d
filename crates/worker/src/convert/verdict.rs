//! What a node's own checks come to.

use engine::event::Refusal;
use engine::{Suspicion, Verdict};

use super::{ms, safe};

/// Where a replica's failover stands.
pub(crate) fn verdict(verdict: &Verdict) -> bridge::Verdict {
    use bridge::Verdict as To;
    match *verdict {
        Verdict::MasterUnknown => To::MasterUnknown,
        Verdict::MasterUp => To::MasterUp,
        Verdict::ManualOffset { linked } => To::ManualOffset { linked },
        Verdict::ManualStream { applied, wanted } => {
            To::ManualStream { applied: safe(applied), wanted: safe(wanted) }
        }
        Verdict::NoFailover => To::NoFailover,
        Verdict::MasterWithoutSlots => To::MasterWithoutSlots,
        Verdict::DataTooOld { age_ms, limit_ms } => {
            To::DataTooOld { age_ms: safe(age_ms), limit_ms: safe(limit_ms) }
        }
        Verdict::Plans => To::Plans,
        Verdict::Waits { starts, rank } => To::Waits { starts_ms: ms(starts), rank },
        Verdict::Expired { retry } => To::Expired { retry_ms: ms(retry) },
        Verdict::Asks => To::Asks,
        Verdict::WaitsForVotes { votes, needed, reachable, until } => {
            To::WaitsForVotes { votes, needed, reachable, until_ms: ms(until) }
        }
        Verdict::Wins => To::Wins,
    }
}

/// What is lacking for FAIL.
pub(crate) fn suspicion(suspicion: &Suspicion) -> bridge::Suspicion {
    let Suspicion { reports, needed, own, able } = *suspicion;
    bridge::Suspicion { reports, needed, own, able }
}

/// Why a vote was refused.
pub(crate) fn refusal(why: Refusal) -> bridge::Refusal {
    use bridge::Refusal as To;
    match why {
        Refusal::StaleEpoch { request, current } => {
            To::StaleEpoch { request: safe(request), current: safe(current) }
        }
        Refusal::AlreadyVoted { epoch } => To::AlreadyVoted { epoch: safe(epoch) },
        Refusal::CandidateIsMaster => To::CandidateIsMaster,
        Refusal::MasterUnknown => To::MasterUnknown,
        Refusal::MasterUp => To::MasterUp,
        Refusal::VotedRecently { wait_ms } => To::VotedRecently { wait_ms: safe(wait_ms) },
        Refusal::SlotEpoch { slot, owner, request } => {
            To::SlotEpoch { slot, owner: safe(owner), request: safe(request) }
        }
    }
}
