//! Failovers.

use bridge::{
    Answer, BallotFrame, BarFrame, FailoverFrame, FailoverOutcome, Mark, MarkFrame, VoiceFrame,
};
use engine::Time;
use engine::event::FailoverMode;
use scenario::failovers::{Attempt, Bar, Chronicle, End, Failover, Outcome, Phase};
use sim::HostId;

use super::{ms, safe, verdict};

/// How many failovers the page is told, the last ones.
const TOLD: usize = 12;

/// The last failovers as they stood at a moment.
pub(crate) fn failovers(chronicle: &Chronicle, until: Time) -> Vec<FailoverFrame> {
    let all = chronicle.failovers(until);
    let first = all.len().saturating_sub(TOLD);
    all.iter().enumerate().skip(first).map(|(number, it)| failover(number, it)).collect()
}

fn host(host: HostId) -> usize {
    host.0.into()
}

fn failover(number: usize, failover: &Failover) -> FailoverFrame {
    let mode = failover.manual.map(|it| match it.mode {
        FailoverMode::Default => "",
        FailoverMode::Force => "FORCE",
        FailoverMode::Takeover => "TAKEOVER",
    });
    FailoverFrame {
        number,
        master: failover.master_host.map(host),
        mode: mode.map(str::to_owned),
        began_ms: ms(failover.began),
        down_ms: failover.down.map(ms),
        promoted: failover.promoted.map(|(_, it)| host(it)),
        outcome: match failover.outcome {
            Outcome::Open => FailoverOutcome::Open,
            Outcome::Promoted => FailoverOutcome::Promoted,
            Outcome::Answered(_) => FailoverOutcome::Answered,
            Outcome::TimedOut(_) => FailoverOutcome::TimedOut,
            Outcome::Renewed(_) => FailoverOutcome::Renewed,
        },
        over: failover.is_over(),
        unmoved: failover.unmoved.iter().copied().map(host).collect(),
        bars: failover.bars().iter().map(|it| bar(it, failover)).collect(),
        ballots: failover.attempts.iter().map(ballot).collect(),
    }
}

fn bar(bar: &Bar, failover: &Failover) -> BarFrame {
    let mut marks = marks(bar, failover);
    marks.sort_by(|a, b| a.at_ms.total_cmp(&b.at_ms));
    BarFrame {
        phase: phase(bar.phase),
        host: host(bar.host),
        from_ms: ms(bar.from),
        to_ms: bar.to.map(ms),
        marks,
    }
}

/// What happened within a span.
fn marks(bar: &Bar, failover: &Failover) -> Vec<MarkFrame> {
    let mark = |at, by: Option<HostId>, mark| MarkFrame { at_ms: ms(at), host: by.map(host), mark };
    let within = |at: Time| at >= bar.from && bar.to.is_none_or(|to| at <= to);
    let seen = |it: &(Time, HostId)| mark(it.0, Some(it.1), Mark::Seen);
    match bar.phase {
        Phase::Reports => {
            let doubts = failover.suspicions.iter().filter(|it| it.by != bar.host && within(it.at));
            let doubts = doubts.map(|it| mark(it.at, Some(it.by), Mark::Suspected));
            let reports = failover.reports.iter().filter(|it| it.to == bar.host && within(it.at));
            let reports = reports.map(|it| mark(it.at, it.by, Mark::Report(it.reports, it.needed)));
            doubts.chain(reports).collect()
        }
        Phase::Votes => {
            let its = |it: &&Attempt| {
                it.host == bar.host && it.requested.is_some_and(|(at, _)| at == bar.from)
            };
            let Some(attempt) = failover.attempts.iter().find(its) else { return Vec::new() };
            let votes = attempt.votes.iter().filter(|it| it.needed > 0);
            let votes = votes.map(|it| mark(it.at, it.from, Mark::Vote(it.votes, it.needed)));
            let refused = attempt.refusals.iter();
            votes.chain(refused.map(|it| mark(it.0, Some(it.1), Mark::Refused))).collect()
        }
        Phase::Slots => failover.moved.iter().map(seen).collect(),
        Phase::StateOk => failover.state_ok.iter().map(seen).collect(),
        _ => Vec::new(),
    }
}

fn ballot(attempt: &Attempt) -> BallotFrame {
    let vote = |it: &scenario::failovers::Vote| VoiceFrame {
        voter: it.from.map(host),
        at_ms: ms(it.given.unwrap_or(it.at)),
        answer: Answer::Granted((it.needed > 0).then(|| (ms(it.at), it.votes, it.needed))),
    };
    let refused = |it: &(Time, HostId, engine::event::Refusal)| VoiceFrame {
        voter: Some(host(it.1)),
        at_ms: ms(it.0),
        answer: Answer::Refused(verdict::refusal(it.2)),
    };
    let mut voices: Vec<_> =
        attempt.votes.iter().map(vote).chain(attempt.refusals.iter().map(refused)).collect();
    voices.sort_by(|a, b| a.at_ms.total_cmp(&b.at_ms));
    BallotFrame {
        candidate: host(attempt.host),
        epoch: attempt.requested.map(|(_, epoch)| safe(epoch)),
        at_ms: ms(attempt.requested.map_or(attempt.planned, |(at, _)| at)),
        won: attempt.ended.map(|(_, end)| end == End::Won),
        voices,
    }
}

fn phase(phase: Phase) -> bridge::Phase {
    use bridge::Phase as To;
    match phase {
        Phase::NextPing => To::NextPing,
        Phase::NodeTimeout => To::NodeTimeout,
        Phase::Cron => To::Cron,
        Phase::Reports => To::Reports,
        Phase::FailSpreads => To::FailSpreads,
        Phase::FixedDelay => To::FixedDelay,
        Phase::RandomDelay => To::RandomDelay,
        Phase::RankDelay => To::RankDelay,
        Phase::Votes => To::Votes,
        Phase::Retry => To::Retry,
        Phase::Promotion => To::Promotion,
        Phase::Slots => To::Slots,
        Phase::StateOk => To::StateOk,
        Phase::MfStart => To::MfStart,
        Phase::Offset => To::Offset,
        Phase::CatchUp => To::CatchUp,
        Phase::WritesHeld => To::WritesHeld,
    }
}
