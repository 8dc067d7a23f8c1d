//! The workload, as far as the page knows it: what is to be started, what runs, what came of it.

use bridge::{Comparison, LedgerFilter, ToHub, Variant, WorkloadFrame, WorkloadSettings};

use super::State;
use crate::panels::Panel;

/// What can happen to it.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// The settings in the form.
    Draft(WorkloadSettings),
    /// Starts with the settings in the form, or changes what runs to them.
    Start,
    /// Ends it.
    Stop,
    /// Shows these entries of the ledger.
    Filter(LedgerFilter),
    /// Does the same again under another setting.
    Compare(Variant),
}

/// What is known.
#[derive(Debug, Clone, Default)]
pub struct Clients {
    /// The settings in the form.
    pub draft: WorkloadSettings,
    /// What the hub told last.
    pub frame: Option<WorkloadFrame>,
    /// Which entries are wanted.
    pub filter: LedgerFilter,
    /// One for each variant, in the order in which they were asked for.
    pub comparisons: Vec<Comparison>,
}

impl Clients {
    /// Takes what the hub tells. A form that nobody touched shows what runs.
    pub fn hear(&mut self, frame: WorkloadFrame) {
        if let Some(settings) = &frame.settings
            && self.draft == WorkloadSettings::default()
        {
            self.draft = settings.clone();
        }
        self.frame = Some(frame);
    }

    /// Takes how far a comparison is.
    pub fn compared(&mut self, comparison: Comparison) {
        match self.comparisons.iter_mut().find(|it| it.variant == comparison.variant) {
            Some(old) => *old = comparison,
            None => self.comparisons.push(comparison),
        }
    }
}

impl State {
    pub(super) fn clients(&mut self, action: Action) {
        let clients = self.clients.edit();
        match action {
            Action::Draft(draft) => clients.draft = draft,
            Action::Start => {
                let settings = clients.draft.clone();
                if clients.frame.as_ref().is_none_or(|it| it.settings.is_none()) {
                    clients.comparisons.clear();
                }
                self.send(ToHub::Workload(Some(settings)));
            }
            Action::Stop => self.send(ToHub::Workload(None)),
            Action::Filter(filter) => {
                clients.filter = filter;
                self.send(ToHub::WatchWorkload(Some(filter)));
            }
            Action::Compare(variant) => self.send(ToHub::Compare(variant)),
        }
    }

    /// The hub tells about the workload while the panel is open.
    pub(super) fn watch_clients(&mut self, before: Panel) {
        if self.panel == Panel::Clients {
            let filter = self.clients.filter;
            self.send(ToHub::WatchWorkload(Some(filter)));
        } else if before == Panel::Clients {
            self.send(ToHub::WatchWorkload(None));
        }
    }
}
