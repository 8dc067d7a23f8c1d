//! The workload's part of the hub: what a watcher is told, and comparisons under way.

use bridge::{Comparison, FromHub, LedgerFilter, Variant};
use scenario::Lab;
use scenario::workload::Rerun;

use crate::convert::{ms, workload};
use crate::scope::{post_message, wall_ms};

/// Milliseconds between two tellings.
const PAUSE_MS: f64 = 200.0;
/// How long a comparison works before the lab goes on, milliseconds.
const SLICE_MS: f64 = 10.0;

/// Who wants to know what.
#[derive(Default)]
pub(crate) struct Clients {
    filter: Option<LedgerFilter>,
    told: f64,
    /// Something changed since then.
    changed: bool,
    comparison: Option<(Box<Rerun>, Comparison)>,
}

impl Clients {
    /// Tells from here on about the workload, with these entries; or no more.
    pub(crate) fn watch(&mut self, filter: Option<LedgerFilter>) {
        self.filter = filter;
        self.hurry();
    }

    /// The page wants to be told the same that it wanted of another lab.
    pub(crate) fn listen_as(&mut self, other: &Self) {
        self.watch(other.filter);
    }

    /// The next telling is due at once.
    pub(crate) fn hurry(&mut self) {
        self.told = 0.0;
        self.changed = true;
    }

    /// The next telling differs from the last.
    pub(crate) fn changed(&mut self) {
        self.changed = true;
    }

    /// Tells whoever watches, if it is time; else when it will be, in milliseconds from now.
    pub(crate) fn tell(&mut self, lab: &mut Lab) -> Option<f64> {
        let filter = self.filter.filter(|_| self.changed)?;
        let wait = self.told + PAUSE_MS - wall_ms();
        if wait > 0.0 {
            return Some(wait);
        }
        self.told = wall_ms();
        self.changed = false;
        post_message(&FromHub::Workload(Box::new(workload::frame(lab, filter))));
        None
    }

    /// Starts to do the same again under another setting.
    pub(crate) fn compare(&mut self, lab: &mut Lab, seed: u64, variant: Variant) {
        lab.settled_workload();
        let now = lab.world.now();
        let mut rerun = Box::new(Rerun::of(lab, seed, &workload::variant(variant)));
        let comparison = Comparison {
            variant,
            until_ms: ms(now),
            progress: 0.0,
            here: workload::run_sums(lab.workload(), now),
            there: workload::run_sums(rerun.workload(), now),
        };
        self.comparison = Some((rerun, comparison));
    }

    /// Works on a comparison for a slice; tells whether there is more to do.
    pub(crate) fn work(&mut self) -> bool {
        let Some((rerun, comparison)) = &mut self.comparison else { return false };
        let slice_end = wall_ms() + SLICE_MS;
        let mut more = true;
        while more && wall_ms() < slice_end {
            more = rerun.step();
        }
        comparison.progress = if more { rerun.progress().min(0.999) } else { 1.0 };
        if !more {
            let now = rerun.lab().world.now();
            comparison.there = workload::run_sums(rerun.workload(), now);
        }
        post_message(&FromHub::Comparison(Box::new(comparison.clone())));
        if !more {
            self.comparison = None;
        }
        more
    }
}
