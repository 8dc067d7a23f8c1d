//! Failovers, put together from what the nodes told: who suspected whom, who stood, who voted, and
//! where the time went.
//!
//! A [`Chronicle`] keeps the facts. [`Chronicle::failovers`] derives from it all failovers up to a
//! moment, so that the past can be asked for like the present. [`Failover::bars`] lays one out as
//! spans of time, each with the setting or the constant behind it.

mod bars;
mod chronicle;
mod derive;

use bus::{Epoch, NodeId};
use engine::Time;
use engine::event::{FailoverMode, Refusal};
use sim::HostId;

pub use bars::{Bar, Phase};
pub use chronicle::Chronicle;

/// One failover: all that was done to replace one master, from the first doubt about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failover {
    /// The master that is, or was, to be replaced.
    pub master: NodeId,
    /// Where it ran.
    pub master_host: Option<HostId>,
    /// When it was first doubted, or when somebody asked for the failover.
    pub began: Time,
    /// When its process ended or was frozen, if it was before the first doubt.
    pub down: Option<Time>,
    /// Who doubted it (PFAIL), the first one first.
    pub suspicions: Vec<Suspected>,
    /// Reports of masters, as each node counted them.
    pub reports: Vec<Reported>,
    /// Who held it for failed (FAIL).
    pub failed: Vec<Failed>,
    /// When the first node saw the cluster as failing.
    pub state_fail: Option<Time>,
    /// What was asked for by hand.
    pub manual: Option<Manual>,
    /// The elections.
    pub attempts: Vec<Attempt>,
    /// When, and where, a replica took over.
    pub promoted: Option<(Time, HostId)>,
    /// Which nodes saw the slots with the new master, and when.
    pub moved: Vec<(Time, HostId)>,
    /// Which living nodes have not seen it yet.
    pub unmoved: Vec<HostId>,
    /// Which nodes saw the cluster as ok again, and when.
    pub state_ok: Vec<(Time, HostId)>,
    /// Which living nodes still see it as failing.
    pub state_down: Vec<HostId>,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a failover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing yet.
    Open,
    /// A replica took over.
    Promoted,
    /// The master answers again.
    Answered(Time),
    /// The five seconds of a manual failover were over.
    TimedOut(Time),
    /// It was asked for again.
    Renewed(Time),
}

/// A node marked the master PFAIL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suspected {
    /// When.
    pub at: Time,
    /// Which node.
    pub by: HostId,
    /// When the last PONG of the master had come there.
    pub last_pong: Option<Time>,
    /// Since when it counted as silent there.
    pub silent_since: Time,
    /// The node timeout there, milliseconds.
    pub timeout_ms: u64,
}

/// A node heard a master's report, a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reported {
    /// When.
    pub at: Time,
    /// Which node heard it.
    pub to: HostId,
    /// Whose report it is.
    pub by: Option<HostId>,
    /// Live reports there, its own doubt included if it counts.
    pub reports: u32,
    /// The majority that is needed.
    pub needed: u32,
}

/// A node marked the master FAIL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failed {
    /// When.
    pub at: Time,
    /// Which node.
    pub by: HostId,
    /// It was told so; else it counted a majority.
    pub told: bool,
}

/// A failover by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manual {
    /// In which form.
    pub mode: FailoverMode,
    /// When it was accepted.
    pub asked: Time,
    /// By which replica.
    pub host: HostId,
    /// When the master paused.
    pub paused: Option<Time>,
    /// When the replica learned the master's offset.
    pub offset: Option<Time>,
    /// When the replica had caught up.
    pub ready: Option<Time>,
    /// When the master let its clients go on.
    pub released: Option<Time>,
    /// When it was given up.
    pub timed_out: Option<Time>,
}

/// One election of one replica.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Who stands.
    pub host: HostId,
    /// Its name.
    pub id: NodeId,
    /// When it was planned.
    pub planned: Time,
    /// The whole delay, the ranks that came later included, milliseconds.
    pub delay_ms: u64,
    /// The fixed part of it.
    pub fixed_ms: u64,
    /// The random part of it.
    pub random_ms: u64,
    /// Siblings with more data.
    pub rank: u32,
    /// The offset that it announced.
    pub offset: u64,
    /// When votes were asked for, and in which epoch.
    pub requested: Option<(Time, Epoch)>,
    /// The votes that came in.
    pub votes: Vec<Vote>,
    /// The votes that were refused.
    pub refusals: Vec<(Time, HostId, Refusal)>,
    /// When it was over, and how.
    pub ended: Option<(Time, End)>,
}

/// How an election ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// With a majority.
    Won,
    /// Without one in time.
    Expired,
}

/// A vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vote {
    /// When it was given.
    pub given: Option<Time>,
    /// When it came in.
    pub at: Time,
    /// From whom.
    pub from: Option<HostId>,
    /// Votes so far.
    pub votes: u32,
    /// The majority that is needed.
    pub needed: u32,
}

impl Failover {
    /// The first node that counted a majority and marked the master FAIL.
    #[must_use]
    pub fn marked(&self) -> Option<Failed> {
        self.failed.iter().find(|it| !it.told).copied()
    }

    /// When the last living node saw the slots with the new master; none until it does.
    #[must_use]
    pub fn converged(&self) -> Option<Time> {
        self.promoted?;
        let last = self.moved.iter().map(|&(at, _)| at).max();
        last.filter(|_| self.unmoved.is_empty())
    }

    /// Whether nothing more is to be expected of it.
    #[must_use]
    pub fn is_over(&self) -> bool {
        match self.outcome {
            Outcome::Open => false,
            Outcome::Promoted => self.unmoved.is_empty() && self.state_down.is_empty(),
            _ => true,
        }
    }
}
