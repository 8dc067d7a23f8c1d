//! Writing the data to disk: SAVE, BGSAVE and the save points.

use alloc::format;
use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::Time;
use crate::io::Output;
use crate::log::Level;
use crate::node::Node;
use crate::time::Span;

/// What was saved, and when.
#[derive(Debug, Default, BorshSerialize, BorshDeserialize)]
pub(crate) struct Saving {
    /// When the data was last written; the start of the process at first.
    last: Time,
    /// How many changes there were since the start when it was written.
    dirty: u64,
    /// How often it was written.
    pub count: u64,
    /// When BGSAVE last failed, if it never succeeded since.
    failed: Option<Time>,
}

/// How many seconds must have passed since a save that failed before the next one.
const RETRY_S: u64 = 5;
/// From this size on an RDB is written before it is flushed.
const BUFFER: usize = 4096;

impl Node {
    /// The process starts.
    pub(crate) const fn note_start(&mut self) {
        self.clients.saving.last = self.now;
    }

    /// When the data was last written, the start of the process at first.
    pub(crate) const fn last_save(&self) -> Time {
        self.clients.saving.last
    }

    /// `rdb_changes_since_last_save`
    pub(crate) fn unsaved_changes(&self) -> u64 {
        self.clients.effects.dirty - self.clients.saving.dirty
    }

    /// Writes the data to disk. Returns whether that was possible.
    pub(crate) fn save_data(&mut self) -> bool {
        let bytes = self.rdb();
        if self.machine.disk_full {
            self.log(Level::Warning, no_room(&bytes));
            return false;
        }
        self.emit(Output::WriteFile { name: self.config.dbfilename.clone(), bytes });
        self.log(Level::Notice, "DB saved on disk");
        self.note_saved();
        true
    }

    /// Writes an RDB as a child of the process does. Returns whether that was possible.
    pub(crate) fn save_as_child(&mut self, child: u32, bytes: Vec<u8>) -> bool {
        self.log(Level::Notice, format!("Background saving started by pid {child}"));
        if self.machine.disk_full {
            self.log_child(child, Level::Warning, &no_room(&bytes));
            self.log(Level::Warning, "Background saving error");
            self.clients.saving.failed = Some(self.now);
            return false;
        }
        self.emit(Output::WriteFile { name: self.config.dbfilename.clone(), bytes });
        self.log_child(child, Level::Notice, "DB saved on disk");
        self.log_fork(child);
        self.note_saved();
        self.log(Level::Notice, "Background saving terminated with success");
        true
    }

    /// `rdb_last_bgsave_status`
    pub(crate) const fn last_save_worked(&self) -> bool {
        self.clients.saving.failed.is_none()
    }

    /// Whether writes are refused because the data cannot be saved (`stop-writes-on-bgsave-error`).
    pub(crate) const fn refuses_writes(&self) -> bool {
        self.config.stop_writes_on_bgsave_error
            && !self.config.save.is_empty()
            && !self.last_save_worked()
    }

    /// Notes that the data is on disk.
    fn note_saved(&mut self) {
        self.clients.saving.failed = None;
        self.clients.saving.dirty = self.clients.effects.dirty;
        self.clients.saving.last = self.now;
        self.clients.saving.count += 1;
    }

    /// When the first save point whose number of changes is reached is due. Redis saves once more
    /// than its seconds have passed, in whole seconds.
    pub(super) fn save_due(&self) -> Option<Time> {
        let changes = self.unsaved_changes();
        let reached = self.config.save.iter().filter(|&&(_, least)| changes >= least);
        let first = reached.map(|&(seconds, _)| seconds).min()?;
        let last_second = self.unix_ms_at(self.last_save()) / 1000;
        let retry = self.clients.saving.failed.map_or(0, |at| self.unix_ms_at(at) / 1000 + RETRY_S);
        let due_us = ((last_second + first).max(retry) + 1) * 1_000_000;
        Some(Time(due_us.saturating_sub(self.unix_us_at_zero)))
    }

    pub(super) fn save_cron(&mut self) {
        if self.save_due().is_none_or(|due| self.now < due) {
            return;
        }
        let changes = self.unsaved_changes();
        let waited = self.now.since(self.last_save());
        let points = self.config.save.iter();
        let hit = points
            .copied()
            .find(|&(seconds, least)| changes >= least && waited > Span::from_secs(seconds));
        if let Some((seconds, least)) = hit {
            self.log(Level::Notice, format!("{least} changes in {seconds} seconds. Saving..."));
            self.save_in_child();
        }
    }
}

fn no_room(rdb: &[u8]) -> alloc::string::String {
    let step = if rdb.len() < BUFFER { "fflush" } else { "rdbSaveRio" };
    format!("Write error saving DB on disk({step}): No space left on device")
}
