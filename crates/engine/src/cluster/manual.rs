//! Manual failover: the master pauses, the replica catches up and stands without delay.

use alloc::format;

use borsh::{BorshDeserialize, BorshSerialize};
use bus::Body;

use super::node_table::{Ix, ME, Ms};
use crate::client::PauseReason;
use crate::event::{Event, FailoverMode};
use crate::io::ConnId;
use crate::log::Level;
use crate::node::Node;
use crate::time::Span;
use crate::verdict::Verdict;

/// Either side gives up after so long.
const LIMIT: Ms = 5000;
/// The master's pause ends by itself after so long, should nobody end it before.
const PAUSE_LIMIT: Ms = LIMIT * 2;

/// A manual failover under way, on either side.
#[derive(Debug, Default, Clone, BorshSerialize, BorshDeserialize)]
pub(crate) struct ManualFailover {
    /// When it is given up; 0 while there is none.
    end: Ms,
    /// On the master: the replica that asked.
    replica: Option<Ix>,
    /// On the replica: where the paused master stands, once it said so.
    master_offset: Option<u64>,
    /// On the replica: the election may start.
    can_start: bool,
}

impl ManualFailover {
    pub(super) const fn is_running(&self) -> bool {
        self.end != 0
    }

    /// Whether the replica may stand now.
    pub(super) const fn may_start(&self) -> bool {
        self.is_running() && self.can_start
    }

    /// Whether the master must ping `ix` at every tick, for it to hear of the pause.
    pub(super) fn is_asked_by(&self, ix: Ix) -> bool {
        self.is_running() && self.replica == Some(ix)
    }

    /// When it began and when it is given up.
    pub(super) fn limits(&self) -> Option<(Ms, Ms)> {
        self.is_running().then(|| (self.end - LIMIT, self.end))
    }

    /// A node is dropped.
    pub(super) fn forget(&mut self, ix: Ix) {
        if self.replica == Some(ix) {
            self.replica = None;
        }
    }
}

impl Node {
    /// Whether a manual failover is under way here, on either side.
    pub(crate) const fn manual_failover_runs(&self) -> bool {
        self.cluster.manual.is_running()
    }

    /// CLUSTER FAILOVER on a replica, after its checks.
    pub(super) fn start_manual_failover(&mut self, mode: FailoverMode, master: Ix) {
        self.reset_manual_failover();
        self.cluster.manual.end = self.ms() + LIMIT;
        let line = match mode {
            FailoverMode::Default => "Manual failover user request accepted.",
            FailoverMode::Force => "Forced failover user request accepted.",
            FailoverMode::Takeover => "Taking over the master (user request).",
        };
        self.log(self.demoted(), line);
        let id = self.cluster.nodes[master].id;
        self.event(Event::ManualFailoverRequested { mode, master: id });
        match mode {
            FailoverMode::Default => self.send_to(master, Body::MfStart),
            FailoverMode::Force => self.cluster.manual.can_start = true,
            FailoverMode::Takeover => {
                self.bump_epoch();
                self.replace_master();
            }
        }
    }

    /// MFSTART on the master: holds writes back and tells the replica its offset at once.
    pub(super) fn pause_for_manual_failover(&mut self, conn: ConnId, replica: Ix) {
        if self.cluster.nodes[replica].master != Some(ME) {
            return;
        }
        self.reset_manual_failover();
        let now = self.ms();
        self.cluster.manual.end = now + LIMIT;
        self.cluster.manual.replica = Some(replica);
        self.pause_writes(PauseReason::Failover, self.now + Span::from_millis(PAUSE_LIMIT));
        let line = format!("Manual failover requested by replica {}.", self.named(replica));
        self.log(self.demoted(), line);
        let id = self.cluster.nodes[replica].id;
        self.event(Event::ManualFailoverPaused { replica: id });
        self.send_ping(conn);
    }

    /// The replica hears where its paused master stands; the first word counts.
    pub(super) fn take_paused_offset(&mut self, offset: u64) {
        let manual = &mut self.cluster.manual;
        if !manual.is_running() || manual.master_offset.is_some() {
            return;
        }
        manual.master_offset = Some(offset);
        self.cluster.todo.manual_failover();
        let line =
            format!("Received replication offset for paused master manual failover: {offset}");
        self.log(self.demoted(), line);
        self.event(Event::ManualFailoverOffset { offset });
    }

    /// Lets the election start once everything that the master wrote is applied.
    pub(super) fn step_manual_failover(&mut self) {
        let manual = &self.cluster.manual;
        if !manual.is_running() || manual.can_start {
            return;
        }
        let Some(offset) = manual.master_offset else { return };
        if offset != self.repl_offset() {
            // Looked at again after the next input.
            return self.cluster.todo.manual_failover();
        }
        self.cluster.manual.can_start = true;
        self.log(
            self.demoted(),
            "All master replication stream processed, manual failover can start.",
        );
        self.event(Event::ManualFailoverReady);
        self.cluster.todo.failover();
    }

    /// What a replica's manual failover waits for before the election may start.
    pub(super) fn manual_verdict(&self, linked: bool) -> Option<Verdict> {
        let manual = &self.cluster.manual;
        if !manual.is_running() || manual.can_start {
            return None;
        }
        let applied = self.repl_offset();
        Some(match manual.master_offset {
            None => Verdict::ManualOffset { linked },
            Some(wanted) => Verdict::ManualStream { applied, wanted },
        })
    }

    pub(super) fn check_manual_failover_timeout(&mut self) {
        let end = self.cluster.manual.end;
        if end != 0 && end < self.ms() {
            self.log(Level::Warning, "Manual failover timed out.");
            self.event(Event::ManualFailoverTimedOut);
            self.reset_manual_failover();
        }
    }

    /// Ends a manual failover, whatever its state; a master lets its clients go on.
    pub(super) fn reset_manual_failover(&mut self) {
        if self.cluster.manual.replica.is_some() {
            self.unpause(PauseReason::Failover);
        }
        self.cluster.manual = ManualFailover::default();
    }
}
