//! Why and how long writes wait.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::Time;
use crate::event::Event;
use crate::node::Node;

/// Why writes are held back. Each reason ends on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub(crate) enum PauseReason {
    /// CLIENT PAUSE
    Command,
    /// SHUTDOWN waits for replicas.
    Shutdown,
    /// A manual failover.
    Failover,
}

/// What is held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub(crate) enum PauseMode {
    /// What may change data.
    Write,
    /// Every command.
    All,
}

/// One reason's pause.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
pub(super) struct Pause {
    pub mode: PauseMode,
    pub since: Time,
    /// None: for as long as it takes.
    pub until: Option<Time>,
}

impl Node {
    /// Holds all writes back until `until`, for `reason`.
    pub(crate) fn pause_writes(&mut self, reason: PauseReason, until: Time) {
        self.pause(reason, PauseMode::Write, Some(until));
    }

    /// Holds clients back. A pause that stands already for the same reason gets neither milder nor
    /// shorter.
    pub(crate) fn pause(&mut self, reason: PauseReason, mode: PauseMode, until: Option<Time>) {
        let since = self.now;
        let pause = self.clients.pauses.entry(reason).or_insert(Pause { mode, since, until });
        pause.mode = pause.mode.max(mode);
        pause.until = match (pause.until, until) {
            (Some(old), Some(new)) => Some(old.max(new)),
            _ => None,
        };
        let until = pause.until.map_or(Time(u64::MAX), |until| until);
        self.event(Event::ClientsPaused { for_ms: until.since(self.now).as_millis() });
    }

    /// Ends the pause of one reason.
    pub(crate) fn unpause(&mut self, reason: PauseReason) {
        if self.clients.pauses.remove(&reason).is_some() {
            self.pause_ended();
        }
    }

    /// Ends the pauses whose time is over.
    pub(super) fn end_due_pauses(&mut self) {
        let now = self.now;
        let before = self.clients.pauses.len();
        self.clients.pauses.retain(|_, pause| pause.until.is_none_or(|until| now <= until));
        if self.clients.pauses.len() < before {
            self.pause_ended();
        }
    }

    /// Looks at the held commands anew when nothing holds them any more. As in Redis, those that a
    /// remaining pause still holds are simply held again.
    fn pause_ended(&mut self) {
        let postponed = core::mem::take(&mut self.clients.postponed);
        self.clients.resumed.extend(postponed);
        if self.clients.pauses.is_empty() {
            self.event(Event::ClientsUnpaused);
        }
    }

    /// Whether writes are held back (replication PINGs, GETACKs and expiry rest too).
    pub(crate) fn writes_paused(&self) -> bool {
        !self.clients.pauses.is_empty()
    }

    /// The strictest of the pauses.
    pub(crate) fn pause_mode(&self) -> Option<PauseMode> {
        self.clients.pauses.values().map(|pause| pause.mode).max()
    }
}
