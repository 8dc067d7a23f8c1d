//! A failover as spans of time.

use engine::Time;
use engine::time::Span;
use sim::HostId;

use super::{Attempt, End, Failover, Manual, Suspected};

/// A span of a failover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar {
    /// What took the time.
    pub phase: Phase,
    /// Whose step it was.
    pub host: HostId,
    /// From when.
    pub from: Time,
    /// Until when; none while it lasts.
    pub to: Option<Time>,
}

/// What takes time in a failover. Each names the setting or the constant behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// From the last PONG to the next PING: a node is pinged when its PONG is older than half the
    /// node timeout, and now and then by chance.
    NextPing,
    /// The PING stays unanswered: `cluster-node-timeout`.
    NodeTimeout,
    /// Until the next turn of the cron, every 100 ms.
    Cron,
    /// Reports of masters gather, carried by gossip, up to the majority.
    Reports,
    /// The FAIL message is on its way: the links' latency.
    FailSpreads,
    /// The fixed part of an election's delay: 500 ms.
    FixedDelay,
    /// The random part: up to 500 ms.
    RandomDelay,
    /// A second for each sibling with more data.
    RankDelay,
    /// From the request to the majority of votes, or to their expiry.
    Votes,
    /// After an expired election, until the next one is planned: four node timeouts.
    Retry,
    /// The winner takes over the slots, in the same turn.
    Promotion,
    /// Until the last living node sees the slots with the new master: the links' latency.
    Slots,
    /// Until the last living node sees the cluster as ok.
    StateOk,
    /// MFSTART is on its way to the master: the link's latency.
    MfStart,
    /// The paused master's PING with its offset is on its way.
    Offset,
    /// The replica processes the rest of the stream.
    CatchUp,
    /// The master holds writes back: ten seconds at most.
    WritesHeld,
}

impl Failover {
    /// Where its time went, in the order of time.
    #[must_use]
    pub fn bars(&self) -> Vec<Bar> {
        let mut bars = Vec::new();
        self.detection(&mut bars);
        if let Some(manual) = &self.manual {
            self.manual_bars(manual, &mut bars);
        }
        for (at, attempt) in self.attempts.iter().enumerate() {
            let again = self.attempts[at + 1..].iter().find(|it| it.host == attempt.host);
            self.election(attempt, again.map(|it| it.planned), &mut bars);
        }
        self.aftermath(&mut bars);
        bars
    }

    /// Who counted the majority; until somebody did, who doubted first.
    fn witness(&self) -> Option<&Suspected> {
        let marked = self.marked();
        let its = |it: &&Suspected| marked.is_some_and(|failed| failed.by == it.by);
        self.suspicions.iter().rev().find(its).or_else(|| self.suspicions.first())
    }

    /// From the last sign of life to FAIL at whoever stands.
    fn detection(&self, bars: &mut Vec<Bar>) {
        let Some(seen) = self.witness() else { return };
        let mut add = |phase, host, from, to| bars.push(Bar { phase, host, from, to });
        let due = (seen.silent_since + Span::from_millis(seen.timeout_ms)).min(seen.at);
        if let Some(pong) = seen.last_pong.filter(|&it| it < seen.silent_since) {
            add(Phase::NextPing, seen.by, pong, Some(seen.silent_since));
        }
        add(Phase::NodeTimeout, seen.by, seen.silent_since, Some(due));
        add(Phase::Cron, seen.by, due, Some(seen.at));
        let marked = self.marked().map(|it| it.at);
        add(Phase::Reports, seen.by, seen.at, marked.or(self.given_up()));
        let Some(marked) = marked else { return };
        let Some(first) = self.attempts.iter().find(|it| it.planned >= marked) else { return };
        let told = self.failed.iter().find(|it| it.by == first.host && it.at <= first.planned);
        let told = told.map_or(first.planned, |it| it.at.max(marked));
        if told > marked {
            add(Phase::FailSpreads, first.host, marked, Some(told));
        }
        add(Phase::Cron, first.host, told, Some(first.planned));
    }

    /// When it came to an end without a promotion.
    const fn given_up(&self) -> Option<Time> {
        use super::Outcome::{Answered, Open, Promoted, Renewed, TimedOut};
        match self.outcome {
            Open | Promoted => None,
            Answered(at) | TimedOut(at) | Renewed(at) => Some(at),
        }
    }

    fn manual_bars(&self, manual: &Manual, bars: &mut Vec<Bar>) {
        use engine::event::FailoverMode;
        if manual.mode != FailoverMode::Default {
            return;
        }
        let over = manual.timed_out.or_else(|| self.given_up());
        let mut add = |phase, host, from, to| bars.push(Bar { phase, host, from, to });
        let master = self.master_host.unwrap_or(manual.host);
        add(Phase::MfStart, master, manual.asked, manual.paused.or(over));
        let Some(paused) = manual.paused else { return };
        add(Phase::WritesHeld, master, paused, manual.released);
        add(Phase::Offset, manual.host, paused, manual.offset.or(over));
        if let Some(offset) = manual.offset {
            add(Phase::CatchUp, manual.host, offset, manual.ready.or(over));
        }
    }

    fn election(&self, attempt: &Attempt, again: Option<Time>, bars: &mut Vec<Bar>) {
        let mut add = |phase, from, to| bars.push(Bar { phase, host: attempt.host, from, to });
        let over = self.promoted.map(|(at, _)| at).or_else(|| self.given_up());
        // Starts are kept in whole milliseconds: a request may come a little before.
        let requested = attempt.requested.map(|(at, _)| at);
        let end = requested.or(over.filter(|_| attempt.ended.is_none()));
        let limit = |at: Time| end.map_or(at, |end| at.min(end));
        let mut from = attempt.planned;
        let rank_ms = attempt.delay_ms - attempt.fixed_ms - attempt.random_ms;
        for (phase, ms) in [
            (Phase::FixedDelay, attempt.fixed_ms),
            (Phase::RandomDelay, attempt.random_ms),
            (Phase::RankDelay, rank_ms),
        ] {
            let to = limit(from + Span::from_millis(ms));
            if ms > 0 && to > from {
                add(phase, from, Some(to));
            }
            from = to;
        }
        if attempt.delay_ms > 0 && requested.is_some() {
            add(Phase::Cron, from, requested);
        }
        let Some(requested) = requested else { return };
        let ended = attempt.ended.map(|(at, _)| at);
        add(Phase::Votes, requested, ended.or(over));
        if let Some((at, End::Expired)) = attempt.ended {
            add(Phase::Retry, at, again.or(over));
        }
    }

    fn aftermath(&self, bars: &mut Vec<Bar>) {
        let Some((at, host)) = self.promoted else { return };
        let mut add = |phase, to| bars.push(Bar { phase, host, from: at, to });
        add(Phase::Promotion, Some(at));
        add(Phase::Slots, self.converged());
        if !self.state_ok.is_empty() || !self.state_down.is_empty() {
            let last = self.state_ok.iter().map(|&(at, _)| at).max();
            add(Phase::StateOk, last.filter(|_| self.state_down.is_empty()));
        }
    }
}
