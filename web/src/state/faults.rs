//! Aimed faults: those that last, and the one that the person is about to set.

use bridge::{Faults, LinkState, Loss, Ports, ToHub};

use super::State;

/// When a loss is to end by itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum End {
    /// Not at all.
    Never,
    /// After so many seconds.
    After(f64),
    /// After so many packets.
    Count(u32),
}

/// The link that the person is about to change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LinkDraft {
    /// From there.
    pub from: usize,
    /// To there.
    pub to: usize,
    /// The way back, too.
    pub both: bool,
    /// What it is to be like; none before anything was said.
    pub state: Option<LinkState>,
}

/// What can happen. Changes are made to what is there when they arrive: two may come before the page
/// is drawn again.
#[derive(Debug, Clone)]
pub enum FaultsAction {
    /// The person changed what is to be lost.
    Draft(fn(&mut Loss, Option<usize>), Option<usize>),
    /// The person changed when that ends.
    Ends(End),
    /// Lose it.
    Lose,
    /// The person changed what is to become of a link.
    DraftLink(fn(&mut LinkDraft, LinkState, f64), f64),
    /// Change it.
    Link,
    /// Lose that no more.
    EndLoss(u32),
    /// That link is to be as usual.
    EndLink(usize, usize),
    /// That host is to be reconnected.
    EndCut(usize),
    /// Everything is to be as usual.
    EndAll,
}

/// Aimed faults.
#[derive(Debug, Clone)]
pub struct FaultsView {
    /// What the hub said.
    pub lasting: Option<Faults>,
    /// What is to be lost.
    pub draft: Loss,
    /// When that ends.
    pub ends: End,
    /// What is to become of a link.
    pub link: LinkDraft,
}

impl Default for FaultsView {
    fn default() -> Self {
        let votes = vec!["FAILOVER_AUTH_ACK".to_owned()];
        Self {
            lasting: None,
            draft: Loss {
                from: None,
                to: None,
                ports: Ports::Any,
                kinds: votes,
                for_ms: None,
                count: None,
            },
            ends: End::After(30.0),
            link: LinkDraft { from: 0, to: 1, both: false, state: None },
        }
    }
}

impl FaultsView {
    /// What is to be lost, its end included.
    pub fn loss(&self) -> Loss {
        let (for_ms, count) = match self.ends {
            End::Never => (None, None),
            End::After(seconds) => (Some(seconds * 1000.0), None),
            End::Count(count) => (None, Some(count)),
        };
        Loss { for_ms, count, ..self.draft.clone() }
    }

    /// What a link is to be like.
    pub fn link_state(&self) -> Option<LinkState> {
        self.link.state.or_else(|| self.lasting.as_ref().map(|it| it.usual))
    }
}

impl State {
    pub(super) fn act_on_faults(&mut self, action: FaultsAction) {
        match action {
            FaultsAction::Draft(change, chosen) => {
                change(&mut self.faults.edit().draft, chosen);
            }
            FaultsAction::Ends(end) => self.faults.edit().ends = end,
            FaultsAction::Lose => self.send(ToHub::Lose(self.faults.loss())),
            FaultsAction::DraftLink(change, value) => {
                if let Some(state) = self.faults.link_state() {
                    change(&mut self.faults.edit().link, state, value);
                }
            }
            FaultsAction::Link => {
                let LinkDraft { from, to, both, .. } = self.faults.link;
                let state = self.faults.link_state();
                self.send(ToHub::Link { from, to, state });
                if both {
                    self.send(ToHub::Link { from: to, to: from, state });
                }
            }
            FaultsAction::EndLoss(id) => self.send(ToHub::EndLoss { id }),
            FaultsAction::EndLink(from, to) => self.send(ToHub::Link { from, to, state: None }),
            FaultsAction::EndCut(host) => self.send(ToHub::Cut { host, cut: false }),
            FaultsAction::EndAll => self.end_all_faults(),
        }
    }

    fn end_all_faults(&mut self) {
        let Some(faults) = self.faults.lasting.clone() else { return };
        for it in &faults.losses {
            self.send(ToHub::EndLoss { id: it.id });
        }
        for host in faults.cut {
            self.send(ToHub::Cut { host, cut: false });
        }
        for it in &faults.links {
            self.send(ToHub::Link { from: it.from, to: it.to, state: None });
        }
    }

    pub(super) fn hear_faults(&mut self, faults: Faults) {
        self.faults.edit().lasting = Some(faults);
    }
}
