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
    /// Takes note of a record, if it bears on failovers. What is told again, because a part of the
    /// past was run again, is known already.
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
        let mut same = self.notes[..place].iter().rev().take_while(|it| it.at == note.at);
        if same.any(|it| *it == note) {
            return;
        }
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
            | Event::Configured { .. }
            | Event::ShuttingDown { .. }
    )
}

#[cfg(test)]
mod tests {
    use bus::NodeId;

    use super::*;

    fn record(at: u64, pid: u32, event: Event) -> Record {
        let what = What::Output(Output::Event(event));
        Record { at: Time(at), host: HostId(0), pid: Some(Pid(pid)), what }
    }

    const NAMED: Event = Event::Named { id: NodeId([b'a'; 40]) };

    #[test]
    fn what_is_told_again_is_known_already() {
        let mut chronicle = Chronicle::default();
        for _ in 0..2 {
            chronicle.take(&record(1, 7, NAMED));
            chronicle.take(&record(5, 7, Event::ClusterState { ok: true }));
            chronicle.take(&record(3, 7, Event::ClusterState { ok: false }));
        }
        let times: Vec<_> = chronicle.notes.iter().map(|it| it.at.0).collect();
        assert_eq!(times, [1, 3, 5]);
    }

    #[test]
    fn programs_leave_no_trace() {
        let mut chronicle = Chronicle::default();
        let what = What::Output(Output::Exit { code: 0 });
        chronicle.take(&Record { at: Time(1), host: HostId(0), pid: Some(Pid(3)), what });
        assert!(chronicle.notes.is_empty());
    }

    #[test]
    fn names_outlive_what_is_dropped() {
        let mut chronicle = Chronicle::default();
        chronicle.take(&record(0, 7, NAMED));
        for at in 1..=NOTES_MAX as u64 {
            chronicle.take(&record(at, 7, Event::ClusterState { ok: at % 2 == 0 }));
        }
        assert!(chronicle.notes.len() <= NOTES_MAX / 2 + 2);
        assert!(matches!(chronicle.notes[0].what, Noted::Event(Event::Named { .. })));
    }
}
