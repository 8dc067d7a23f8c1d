//! Writing the data to disk: SAVE, BGSAVE and the save points.

use alloc::format;

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
    last: Option<Time>,
    /// How many changes there were since the start when it was written.
    dirty: u64,
    /// How often it was written.
    pub count: u64,
}

impl Node {
    /// When the data was last written, the start of the process at first.
    pub(crate) fn last_save(&self) -> Time {
        self.clients.saving.last.unwrap_or(self.started)
    }

    /// `rdb_changes_since_last_save`
    pub(crate) fn unsaved_changes(&self) -> u64 {
        self.clients.effects.dirty - self.clients.saving.dirty
    }

    /// Writes the data to disk.
    pub(crate) fn save_data(&mut self) {
        let bytes = self.rdb();
        self.emit(Output::WriteFile { name: self.config.dbfilename.clone(), bytes });
        self.log(Level::Notice, "DB saved on disk");
        self.note_saved();
    }

    /// Notes that the data is on disk.
    pub(crate) fn note_saved(&mut self) {
        self.clients.saving.dirty = self.clients.effects.dirty;
        self.clients.saving.last = Some(self.now);
        self.clients.saving.count += 1;
    }

    /// When the first save point whose number of changes is reached is due. Redis saves once more
    /// than its seconds have passed, in whole seconds.
    pub(super) fn save_due(&self) -> Option<Time> {
        let changes = self.unsaved_changes();
        let reached = self.config.save.iter().filter(|&&(_, least)| changes >= least);
        let first = reached.map(|&(seconds, _)| seconds).min()?;
        let last_second = self.unix_ms_at(self.last_save()) / 1000;
        let due_us = (last_second + first + 1) * 1_000_000;
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
