//! The past and its branches, as the page shows them.
//!
//! While a moment of the past is shown, the fields of [`State`] that panels read hold that moment,
//! and what they held of the present waits here. So every panel shows the past without knowing it.

pub mod chronicle;
pub mod links;

use std::collections::BTreeMap;

use bridge::{Branch, BranchCause, Frame, NodeFrame, ToHub, Travel, Travelled};

use super::State;
use super::console::Console;
use super::log::Log;
use super::votes::Votes;
use crate::shared::Shared;
use chronicle::Chronicle;
use links::{LinkNotice, Links, Saved};

/// Events and pieces of console output that are gone through to show a moment of the past.
const EVENTS_MAX: usize = 3000;
const PRINTED_MAX: usize = 4000;

/// What a person wants of the past.
#[derive(Debug, Clone)]
pub enum TravelAction {
    /// To this moment, virtual milliseconds.
    Visit(f64),
    /// To the decision before the moment that is shown.
    Previous,
    /// To the one after it.
    Following,
    /// To the present.
    Return,
    /// Act from the moment that is shown.
    Fork,
    /// Go on with another branch.
    Switch(usize),
    /// Compare with another branch, or with none.
    Compare(Option<usize>),
    /// A link was made, and this became of it.
    Saved(Saved),
    /// Follow a link, or a file's text.
    Follow(String),
    /// The notice was read.
    Dismiss,
}

/// Something to say about the past, until it was read.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// A branch was made, at this virtual millisecond.
    Forked(f64),
    /// What became of a link.
    Link(LinkNotice),
}

/// What the fields of the page's state held of the present.
#[derive(Debug, Clone)]
struct Present {
    frame: Option<Shared<Frame>>,
    frame_at: f64,
    beliefs: Shared<Vec<Option<NodeFrame>>>,
    consoles: Vec<Shared<Console>>,
    log: Shared<Log>,
    votes: Shared<Votes>,
}

/// The past and its branches.
#[derive(Debug, Clone, Default)]
pub struct Past {
    /// What happened in the branch that is alive.
    pub chronicle: Chronicle,
    /// All branches.
    pub branches: Vec<Branch>,
    /// The number of the one that is alive.
    pub live: usize,
    /// What happened in the others.
    pub others: BTreeMap<usize, Chronicle>,
    /// The one that the live one is compared with.
    pub compared: Option<usize>,
    /// Something to say.
    pub notice: Option<Notice>,
    /// Links.
    pub links: Links,
    present: Option<Box<Present>>,
    /// How much of the chronicle is shown: events and pieces of output.
    shown: (usize, usize),
}

impl Past {
    /// Nothing has happened; an earlier visit may have left something.
    pub(super) fn remembered(link: Option<String>, embedded: bool) -> Self {
        if link.is_some() {
            let links = Links { waiting: link.clone(), in_address: link, ..Links::default() };
            return Self { links, ..Self::default() };
        }
        let known = links::remembered().filter(|_| !embedded);
        Self { notice: known.map(Notice::Link), ..Self::default() }
    }

    /// Whether the page offers to go on with this exercise.
    pub(super) fn is_left_in(&self, id: &str) -> bool {
        let Some(Notice::Link(LinkNotice::Remembered { exercise, .. })) = &self.notice else {
            return false;
        };
        exercise.as_deref() == Some(id)
    }

    /// Whether a moment of it is shown.
    pub(super) fn is_shown(&self) -> bool {
        self.present.is_some()
    }

    /// What stays when another lab is opened.
    pub(super) fn opened(&mut self) -> Self {
        let links = Links { in_address: self.links.in_address.take(), ..Links::default() };
        Self { notice: self.notice.take(), links, ..Self::default() }
    }
}

impl State {
    /// Whether a moment of the past is shown.
    pub fn in_past(&self) -> bool {
        self.past.present.is_some()
    }

    /// The moment that is shown, virtual milliseconds; where a visit leads counts at once.
    pub fn shown_ms(&self) -> f64 {
        let wish = self.outbox.iter().rev().find_map(|(_, message)| match message {
            ToHub::Travel(Travel::Visit { at_us }) => Some(*at_us as f64 / 1000.0),
            _ => None,
        });
        wish.unwrap_or_else(|| self.frame.as_ref().map_or(0.0, |it| it.now_ms))
    }

    /// How far the live branch has come, virtual milliseconds.
    pub fn end_ms(&self) -> f64 {
        let present = self.past.present.as_ref().map(|it| &it.frame);
        present.unwrap_or(&self.frame).as_ref().map_or(0.0, |it| it.now_ms)
    }

    pub(super) fn travel(&mut self, action: TravelAction) {
        match action {
            TravelAction::Visit(at_ms) => self.visit(at_ms),
            TravelAction::Previous => {
                if let Some(at_ms) = self.past.chronicle.decisions_beside(self.shown_ms()).0 {
                    self.visit(at_ms);
                }
            }
            TravelAction::Following => {
                if let Some(at_ms) = self.past.chronicle.decisions_beside(self.shown_ms()).1 {
                    self.visit(at_ms);
                }
            }
            TravelAction::Return => self.send(ToHub::Travel(Travel::Return)),
            TravelAction::Fork => self.send(ToHub::Travel(Travel::Fork)),
            TravelAction::Switch(branch) => self.send(ToHub::Travel(Travel::Switch(branch))),
            TravelAction::Compare(branch) => self.past.compared = branch,
            TravelAction::Saved(saved) => self.saved(saved),
            TravelAction::Follow(link) => self.follow(link),
            TravelAction::Dismiss => self.past.notice = None,
        }
    }

    fn visit(&mut self, at_ms: f64) {
        let at_ms = at_ms.clamp(0.0, self.end_ms());
        // A visit that the hub has not heard of is replaced: only the last one counts.
        let at_us = (at_ms * 1000.0).round() as u64;
        self.send(ToHub::Travel(Travel::Visit { at_us }));
    }

    pub(super) fn hear_travelled(&mut self, told: Travelled) {
        match told {
            Travelled::Branches { live, branches, cause } => self.branch(live, branches, cause),
            told => self.hear_of_link(told),
        }
    }

    fn branch(&mut self, live: usize, branches: Vec<Branch>, cause: BranchCause) {
        let before = self.past.live;
        self.past.branches = branches;
        self.past.live = live;
        self.past.compared = self.past.compared.filter(|&it| it != live);
        match cause {
            BranchCause::Opened => {}
            BranchCause::Forked { at_us, .. } => {
                let at_ms = at_us as f64 / 1000.0;
                let fork = self.past.chronicle.until(at_ms);
                let old = std::mem::replace(&mut self.past.chronicle, fork);
                self.past.others.insert(before, old);
                // What is shown of the past is the present from here on; of a moment that was never shown,
                // what had happened by then.
                if self.past.present.take().is_none() {
                    self.past.shown = (usize::MAX, usize::MAX);
                    self.retell(at_ms);
                }
                let again = self.workshop.begins_step_again();
                self.past.notice = (!again).then_some(Notice::Forked(at_ms));
            }
            BranchCause::Switched => {
                let next = self.past.others.remove(&live).unwrap_or_default();
                let old = std::mem::replace(&mut self.past.chronicle, next);
                self.past.others.insert(before, old);
                self.past.present = None;
                self.past.notice = None;
                // Equal counts of another branch are not the same.
                self.past.shown = (usize::MAX, usize::MAX);
                self.retell(f64::INFINITY);
            }
        }
    }

    /// Makes ready for a frame of the past, or of the present.
    pub(super) fn turn_to(&mut self, frame: &Frame) {
        if !frame.past {
            if let Some(present) = self.past.present.take() {
                let Present { frame, frame_at, beliefs, consoles, log, votes } = *present;
                (self.frame, self.frame_at, self.beliefs) = (frame, frame_at, beliefs);
                (self.consoles, self.log, self.votes) = (consoles, log, votes);
            }
            self.fit(frame.hosts.len());
            let gone = self.gone_since(frame);
            self.past.chronicle.take(frame, gone);
            return;
        }
        if self.past.present.is_none() {
            self.past.shown = (usize::MAX, usize::MAX);
            self.past.present = Some(Box::new(Present {
                frame: self.frame.clone(),
                frame_at: self.frame_at,
                beliefs: self.beliefs.clone(),
                consoles: self.consoles.clone(),
                log: self.log.clone(),
                votes: self.votes.clone(),
            }));
        }
        self.fit(frame.hosts.len());
        // What a server that does not run believed last may be known from later only.
        for host in (0..frame.hosts.len()).filter(|&host| frame.hosts[host].node.is_none()) {
            let last = self.past.chronicle.last_belief(host, frame.now_ms).cloned();
            if let Some(belief) = self.beliefs.edit().get_mut(host) {
                *belief = last;
            }
        }
        self.retell(frame.now_ms);
    }

    /// What servers believed that ran at the last frame and do not any more.
    fn gone_since(&self, frame: &Frame) -> Vec<(usize, f64, NodeFrame)> {
        let Some(last) = &self.frame else { return Vec::new() };
        let hosts = last.hosts.iter().zip(&frame.hosts).enumerate();
        let gone = hosts.filter(|(_, (then, now))| then.node.is_some() && now.node.is_none());
        let seen = |host: usize| Some((host, last.now_ms, self.beliefs.get(host)?.clone()?));
        gone.filter_map(|(host, _)| seen(host)).collect()
    }

    /// Shows what had happened by `at_ms`: the log, the votes, the consoles.
    fn retell(&mut self, at_ms: f64) {
        let chronicle = self.past.chronicle.clone();
        let events: Vec<_> = chronicle.events().take_while(|it| it.at_ms <= at_ms).collect();
        let printed: Vec<_> = chronicle.printed().take_while(|it| it.at_ms <= at_ms).collect();
        let shown = (events.len(), printed.len());
        if std::mem::replace(&mut self.past.shown, shown) == shown {
            return;
        }
        let (mut log, mut votes) = (Log::default(), Votes::default());
        for event in events.iter().skip(events.len().saturating_sub(EVENTS_MAX)) {
            log.add(event);
            votes.hear(event);
        }
        (self.log, self.votes) = (Shared::new(log), Shared::new(votes));
        let known = self.consoles.iter().map(|it| it.emptied());
        let mut consoles: Vec<Console> = known.collect();
        // Another branch may have more hosts than are shown now.
        let hosts = printed.iter().map(|it| it.host + 1).max().unwrap_or(0);
        consoles.resize_with(hosts.max(consoles.len()), Console::default);
        for piece in printed.iter().skip(printed.len().saturating_sub(PRINTED_MAX)) {
            if let Some(console) = consoles.get_mut(piece.host) {
                console.reprint(&piece.text, piece.echo);
            }
        }
        self.consoles = consoles.into_iter().map(Shared::new).collect();
    }
}

#[cfg(test)]
mod tests {
    use bridge::{Fact, HostFrame, HostInfo, LabInfo, NodeEvent, Printed};

    use super::*;
    use crate::state::Action;
    use bridge::FromHub;

    fn open() -> State {
        let mut state = State::new(Some(1));
        let host = HostInfo { ip: "10.0.0.1".into(), port: 6379 };
        state.apply(Action::Heard(
            Box::new(FromHub::Opened(LabInfo {
                scenario: "walkthrough".into(),
                seed: 1,
                unix_ms_at_zero: 0.0,
                hosts: vec![host],
            })),
            0.0,
        ));
        state
    }

    fn hear(state: &mut State, now_ms: f64, past: bool, happened: Option<&str>) {
        hear_of(state, (now_ms, past), happened, 1);
    }

    fn hear_of(state: &mut State, when: (f64, bool), happened: Option<&str>, hosts: usize) {
        let (now_ms, past) = when;
        let host = HostFrame {
            gone: false,
            pid: None,
            stopped: false,
            cut: false,
            prompt: Some("redis@10.0.0.1:~$ ".into()),
            at_shell: true,
            crash: None,
            node: None,
        };
        let printed = happened.map(|text| Printed {
            at_ms: now_ms,
            host: hosts - 1,
            echo: false,
            text: format!("{text}\n"),
        });
        let event = happened.map(|_| NodeEvent { at_ms: now_ms, host: 0, fact: Fact::Started });
        let frame = Frame {
            heard: u64::MAX,
            busy: false,
            now_ms,
            past,
            running: false,
            speed: 1.0,
            pace: 0.0,
            workers: 0,
            hash: String::new(),
            hosts: vec![host; hosts],
            partial: Vec::new(),
            flights: Vec::new(),
            acted: Vec::new(),
            covered: Vec::new(),
            requests: Vec::new(),
            printed: printed.into_iter().collect(),
            events: event.into_iter().collect(),
        };
        state.apply(Action::Heard(Box::new(FromHub::Frame(Box::new(frame))), 0.0));
    }

    fn shown(state: &State) -> (String, usize) {
        (state.consoles[0].text(), state.log.newest().count())
    }

    fn branches(live: usize, cause: BranchCause) -> Action {
        let told = Travelled::Branches { live, branches: Vec::new(), cause };
        Action::Heard(Box::new(FromHub::Travel(told)), 0.0)
    }

    #[test]
    fn the_past_shows_what_had_happened_by_then_and_the_present_comes_back() {
        let mut state = open();
        for (at, what) in [(1.0, "one"), (2.0, "two"), (3.0, "three")] {
            hear(&mut state, at, false, Some(what));
        }
        hear(&mut state, 2.0, true, None);
        assert!(state.in_past());
        assert_eq!(shown(&state), ("one\ntwo\n".into(), 2));
        assert_eq!(state.end_ms(), 3.0);
        hear(&mut state, 0.5, true, None);
        assert_eq!(shown(&state), (String::new(), 0));
        hear(&mut state, 3.0, false, None);
        assert_eq!(shown(&state), ("one\ntwo\nthree\n".into(), 3));
        assert!(!state.in_past());
    }

    #[test]
    fn the_past_before_a_host_was_added_does_not_show_it() {
        let mut state = open();
        hear(&mut state, 1.0, false, Some("one"));
        let host = |n: u8| HostInfo { ip: format!("10.0.0.{n}"), port: 6379 };
        let two = FromHub::Hosts(vec![host(1), host(2)]);
        state.apply(Action::Heard(Box::new(two), 0.0));
        hear_of(&mut state, (2.0, false), Some("two"), 2);
        state.apply(Action::Tab(1));
        assert_eq!((state.consoles.len(), state.names.ip(1)), (2, "10.0.0.2"));
        hear(&mut state, 1.5, true, None);
        assert_eq!((state.consoles.len(), state.beliefs.len(), state.tab), (1, 1, 0));
        assert_eq!(state.hosts(), 2, "it comes later");
        hear_of(&mut state, (2.0, true), None, 2);
        assert_eq!(state.consoles[1].text(), "two\n");
        hear(&mut state, 1.5, true, None);
        // In a branch without it, and back in the one that has it.
        state.apply(branches(1, BranchCause::Forked { at_us: 1500, by_action: false }));
        state.apply(Action::Heard(Box::new(FromHub::Hosts(vec![host(1)])), 0.0));
        hear(&mut state, 1.6, false, None);
        assert_eq!((state.consoles.len(), state.hosts()), (1, 1));
        state.apply(branches(0, BranchCause::Switched));
        hear_of(&mut state, (2.0, false), None, 2);
        assert_eq!(state.consoles[1].text(), "two\n");
    }

    #[test]
    fn a_fork_from_a_moment_that_was_never_shown_shows_what_had_happened_by_then() {
        let mut state = open();
        for (at, what) in [(1.0, "one"), (2.0, "two"), (3.0, "three")] {
            hear(&mut state, at, false, Some(what));
        }
        state.apply(branches(1, BranchCause::Forked { at_us: 2000, by_action: false }));
        hear(&mut state, 2.5, false, None);
        assert_eq!(shown(&state), ("one\ntwo\n".into(), 2));
    }

    #[test]
    fn a_fork_goes_on_from_what_is_shown_and_the_old_future_can_be_had_again() {
        let mut state = open();
        for (at, what) in [(1.0, "one"), (2.0, "two"), (3.0, "three")] {
            hear(&mut state, at, false, Some(what));
        }
        hear(&mut state, 2.0, true, None);
        state.apply(branches(1, BranchCause::Forked { at_us: 2000, by_action: true }));
        hear(&mut state, 4.0, false, Some("other"));
        assert_eq!(shown(&state), ("one\ntwo\nother\n".into(), 3));
        assert_eq!(state.past.chronicle.events().count(), 3);
        state.apply(branches(0, BranchCause::Switched));
        assert_eq!(shown(&state), ("one\ntwo\nthree\n".into(), 3));
        state.apply(branches(1, BranchCause::Switched));
        assert_eq!(shown(&state), ("one\ntwo\nother\n".into(), 3));
    }
}
