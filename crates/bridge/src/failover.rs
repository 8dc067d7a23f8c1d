//! Failovers, as the hub puts them together from what the nodes told.

use serde::{Deserialize, Serialize};

use crate::Refusal;

/// One failover. Hosts are indexes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FailoverFrame {
    /// Its place among all failovers of the lab.
    pub number: usize,
    /// Where the master ran that is, or was, to be replaced.
    pub master: Option<usize>,
    /// Asked for by hand: `""`, `FORCE` or `TAKEOVER`.
    pub mode: Option<String>,
    /// When it began, virtual milliseconds.
    pub began_ms: f64,
    /// When the master's process ended or was frozen, virtual milliseconds.
    pub down_ms: Option<f64>,
    /// Which host took over.
    pub promoted: Option<usize>,
    /// What came of it.
    pub outcome: FailoverOutcome,
    /// Whether nothing more is to be expected of it.
    pub over: bool,
    /// Which living nodes have not seen the slots with the new master yet.
    pub unmoved: Vec<usize>,
    /// Where its time went.
    pub bars: Vec<BarFrame>,
    /// The elections with their votes.
    pub ballots: Vec<BallotFrame>,
}

/// What came of a failover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FailoverOutcome {
    /// Nothing yet.
    Open,
    /// A replica took over.
    Promoted,
    /// The master answers again.
    Answered,
    /// The five seconds of a manual failover were over.
    TimedOut,
    /// It was asked for again.
    Renewed,
}

/// A span of a failover.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BarFrame {
    /// What took the time.
    pub phase: Phase,
    /// Whose step it was.
    pub host: usize,
    /// Virtual milliseconds.
    pub from_ms: f64,
    /// Virtual milliseconds; none while it lasts.
    pub to_ms: Option<f64>,
    /// What happened meanwhile.
    pub marks: Vec<MarkFrame>,
}

/// What takes time in a failover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Phase {
    /// From the last PONG to the next PING.
    NextPing,
    /// The PING stays unanswered.
    NodeTimeout,
    /// Until the next turn of the cron.
    Cron,
    /// Reports gather up to the majority.
    Reports,
    /// The FAIL message is on its way.
    FailSpreads,
    /// The fixed part of an election's delay.
    FixedDelay,
    /// The random part.
    RandomDelay,
    /// The rank's part.
    RankDelay,
    /// From the request to the majority of votes.
    Votes,
    /// After an expired election, until the next is planned.
    Retry,
    /// The winner takes over the slots.
    Promotion,
    /// Until the last living node sees the slots with the new master.
    Slots,
    /// Until the last living node sees the cluster as ok.
    StateOk,
    /// MFSTART is on its way.
    MfStart,
    /// The paused master's offset is on its way.
    Offset,
    /// The replica processes the rest of the stream.
    CatchUp,
    /// The master holds writes back.
    WritesHeld,
}

/// Something that happened within a span.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MarkFrame {
    /// Virtual milliseconds.
    pub at_ms: f64,
    /// Whose word it is, if that is known.
    pub host: Option<usize>,
    /// What.
    pub mark: Mark,
}

/// What a [`MarkFrame`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mark {
    /// It, too, marked the master PFAIL.
    Suspected,
    /// Its report came in: so many of so many.
    Report(u32, u32),
    /// Its vote came in: so many of so many.
    Vote(u32, u32),
    /// It refused its vote.
    Refused,
    /// It sees the slots with the new master, or the cluster as ok.
    Seen,
}

/// One election.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BallotFrame {
    /// Who stands.
    pub candidate: usize,
    /// In which epoch; none before it asked for votes.
    pub epoch: Option<u64>,
    /// When it asked, or when it planned to, virtual milliseconds.
    pub at_ms: f64,
    /// How it ended: with a majority, or without.
    pub won: Option<bool>,
    /// What each voter said, in the order of time.
    pub voices: Vec<VoiceFrame>,
}

/// What one voter said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VoiceFrame {
    /// Who, if it is known.
    pub voter: Option<usize>,
    /// When it spoke, virtual milliseconds.
    pub at_ms: f64,
    /// What.
    pub answer: Answer,
}

/// A vote, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// It voted; when the vote came in (virtual milliseconds), the how manieth it was, of how many.
    Granted(Option<(f64, u32, u32)>),
    /// It refused.
    Refused(Refusal),
}
