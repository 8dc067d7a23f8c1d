//! Aimed faults: those that last, and the one that the person is about to set.

use bridge::{Faults, LinkFrame, LinkState, Loss, Ports, ToHub};

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
#[derive(Debug, Clone, PartialEq)]
pub struct LinkDraft {
    /// From there.
    pub from: usize,
    /// To there.
    pub to: usize,
    /// The way back, too.
    pub both: bool,
    /// What it is to be like; none before anything was said.
    pub state: Option<LinkState>,
    /// What it is like.
    pub known: Option<LinkFrame>,
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
    /// It is to be as usual.
    Usual,
    /// Opens the editor beside the graph, for the link from one host to another.
    EditLink(usize, usize),
    /// Closes it.
    CloseLink,
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
    /// The editor beside the graph is open, for the how manieth time.
    pub editing: Option<u32>,
    edited: u32,
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
            link: LinkDraft { from: 0, to: 1, both: false, state: None, known: None },
            editing: None,
            edited: 0,
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
        let known = self.link.known.as_ref().map(|it| it.state);
        self.link.state.or(known).or_else(|| self.lasting.as_ref().map(|it| it.usual))
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
                    let before = (self.faults.link.from, self.faults.link.to);
                    let link = &mut self.faults.edit().link;
                    change(link, state, value);
                    if (link.from, link.to) != before {
                        self.look_at_link();
                    }
                }
            }
            FaultsAction::Link => self.set_link(self.faults.link_state()),
            FaultsAction::Usual => self.set_link(None),
            FaultsAction::EditLink(from, to) => {
                // On a phone the inspector lies over the graph.
                self.selected = None;
                let view = self.faults.edit();
                view.edited += 1;
                view.editing = Some(view.edited);
                (view.link.from, view.link.to, view.link.both) = (from, to, true);
                self.look_at_link();
            }
            FaultsAction::CloseLink => self.faults.edit().editing = None,
            FaultsAction::EndLoss(id) => self.send(ToHub::EndLoss { id }),
            FaultsAction::EndLink(from, to) => self.send(ToHub::Link { from, to, state: None }),
            FaultsAction::EndCut(host) => self.send(ToHub::Cut { host, cut: false }),
            FaultsAction::EndAll => self.end_all_faults(),
        }
    }

    fn set_link(&mut self, state: Option<LinkState>) {
        let LinkDraft { from, to, both, .. } = self.faults.link;
        self.send(ToHub::Link { from, to, state });
        if both {
            self.send(ToHub::Link { from: to, to: from, state });
        }
        self.look_at_link();
    }

    /// Whatever was said of another link, or before a change, does not hold for this one.
    fn look_at_link(&mut self) {
        let link = &mut self.faults.edit().link;
        (link.state, link.known) = (None, None);
        let (from, to) = (link.from, link.to);
        self.send(ToHub::LookAtLink { from, to });
    }

    pub(super) fn hear_link(&mut self, known: LinkFrame) {
        let link = &mut self.faults.edit().link;
        if (known.from, known.to) == (link.from, link.to) {
            link.known = Some(known);
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
