//! The facts that failovers are put together from.

use std::collections::BTreeSet;

use engine::{Event, Output, Time};
use sim::{HostId, Pid, Record, What};

use super::Failover;
use super::derive::Derivation;

/// Facts that are kept; the oldest half goes when there are more.
const NOTES_MAX: usize = 40_000;

/// What bears on a failover, in the order of time.
#[derive(Debug, Clone, Default)]
pub struct Chronicle {
    notes: Vec<Note>,
    /// Programs come and go without a trace here.
    servers: BTreeSet<Pid>,
}

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Note {
    pub(super) at: Time,
    pub(super) host: HostId,
    pub(super) pid: Pid,
    pub(super) what: Noted,
}

/// What a fact is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Noted {
    /// A node decided something.
    Event(Event),
    /// A process ended.
    Ended,
    /// A process was frozen.
    Frozen,
}

impl Chronicle {
    /// Takes note of a record, if it bears on failovers.
    pub fn take(&mut self, record: &Record) {
        let what = match &record.what {
            What::Output(Output::Event(event)) if bears(event) => Noted::Event(event.clone()),
            What::Output(Output::Exit { .. }) | What::Killed => Noted::Ended,
            What::Stopped => Noted::Frozen,
            _ => return,
        };
        let Some(pid) = record.pid else { return };
        if let Noted::Event(Event::Named { .. }) = what {
            self.servers.insert(pid);
        }
        if !self.servers.contains(&pid) {
            return;
        }
        let note = Note { at: record.at, host: record.host, pid, what };
        // Records of a window come one process after the other.
        let place = self.notes.partition_point(|it| it.at <= note.at);
        self.notes.insert(place, note);
        if self.notes.len() > NOTES_MAX {
            self.drop_half();
        }
    }

    /// Names stay: who a process is must be known whatever else is dropped.
    fn drop_half(&mut self) {
        let old = self.notes.drain(..NOTES_MAX / 2);
        let names: Vec<_> = old
            .filter(|it| matches!(it.what, Noted::Event(Event::Named { .. }) | Noted::Ended))
            .collect();
        self.notes.splice(0..0, names);
    }

    /// Forgets everything after a moment: from there on another history is told.
    pub fn cut(&mut self, at: Time) {
        let kept = self.notes.partition_point(|it| it.at <= at);
        self.notes.truncate(kept);
    }

    /// All failovers as they stood at a moment, the oldest first.
    #[must_use]
    pub fn failovers(&self, until: Time) -> Vec<Failover> {
        let mut derivation = Derivation::default();
        for note in self.notes.iter().take_while(|it| it.at <= until) {
            derivation.take(note);
        }
        derivation.failovers
    }
}

/// Whether an event bears on failovers.
const fn bears(event: &Event) -> bool {
    !matches!(
        event,
        Event::Ready
            | Event::PeerAdded { .. }
            | Event::PeerRemoved { .. }
            | Event::MasterLinkUp { .. }
            | Event::MasterLinkDown
            | Event::ReplicaSynced { .. }
            | Event::ReplicaLost { .. }
            | Event::ClientsPaused { .. }
            | Event::ConfigEpoch { .. }
            | Event::ShuttingDown { .. }
    )
}
