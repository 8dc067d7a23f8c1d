//! What happened in one branch, with its times: all that the page needs to show its past again.

use std::rc::Rc;

use bridge::{Frame, NodeEvent, NodeFrame, PastAction, Printed, RequestSecond};

/// What one frame brought.
#[derive(Debug, Clone, Default)]
struct Piece {
    until_ms: f64,
    events: Vec<NodeEvent>,
    printed: Vec<Printed>,
    acted: Vec<PastAction>,
    covered: Vec<(f64, u32)>,
    requests: Vec<RequestSecond>,
    /// What servers believed when they were last seen before they ended, and when that was.
    last_beliefs: Vec<(usize, f64, NodeFrame)>,
}

/// What happened in one branch, oldest first. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Chronicle {
    pieces: Rc<Vec<Rc<Piece>>>,
    /// What became of requests so far in the second that goes on.
    second: Option<RequestSecond>,
}

/// Milliseconds.
const SECOND: f64 = 1000.0;

/// Virtual milliseconds of an action.
pub fn acted_ms(action: &PastAction) -> f64 {
    action.at_us as f64 / 1000.0
}

impl Chronicle {
    /// Takes what a frame brings, and what the servers that are gone since the last one believed.
    pub fn take(&mut self, frame: &Frame, last_beliefs: Vec<(usize, f64, NodeFrame)>) {
        let over = |it: &&RequestSecond| it.from_ms + SECOND <= frame.now_ms;
        let requests: Vec<_> = frame.requests.iter().take_while(over).copied().collect();
        self.second = frame.requests.get(requests.len()).copied();
        let nothing = frame.events.is_empty()
            && frame.printed.is_empty()
            && frame.acted.is_empty()
            && frame.covered.is_empty()
            && requests.is_empty()
            && last_beliefs.is_empty();
        if nothing {
            return;
        }
        Rc::make_mut(&mut self.pieces).push(Rc::new(Piece {
            until_ms: frame.now_ms,
            events: frame.events.clone(),
            printed: frame.printed.clone(),
            acted: frame.acted.clone(),
            covered: frame.covered.clone(),
            requests,
            last_beliefs,
        }));
    }

    /// What of it happened by `at_ms`.
    pub fn until(&self, at_ms: f64) -> Self {
        let whole = self.pieces.partition_point(|it| it.until_ms <= at_ms);
        let mut pieces = self.pieces[..whole].to_vec();
        for piece in &self.pieces[whole..] {
            let mut piece = Piece { until_ms: at_ms, ..(**piece).clone() };
            piece.events.retain(|it| it.at_ms <= at_ms);
            piece.printed.retain(|it| it.at_ms <= at_ms);
            piece.acted.retain(|it| acted_ms(it) <= at_ms);
            piece.covered.retain(|it| it.0 <= at_ms);
            // The second that is cut goes on, and is told again.
            piece.requests.retain(|it| it.from_ms + SECOND <= at_ms);
            piece.last_beliefs.retain(|it| it.1 <= at_ms);
            pieces.push(Rc::new(piece));
        }
        Self { pieces: Rc::new(pieces), second: None }
    }

    /// What the server of a host believed when it was last seen before `at_ms`, and then ended.
    pub fn last_belief(&self, host: usize, at_ms: f64) -> Option<&NodeFrame> {
        let mut beliefs = self.pieces.iter().rev().flat_map(|it| it.last_beliefs.iter().rev());
        beliefs.find(|it| it.0 == host && it.1 <= at_ms).map(|it| &it.2)
    }

    /// A number that changes with every addition.
    pub fn revision(&self) -> usize {
        self.pieces.len()
    }

    /// What nodes decided.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = &NodeEvent> {
        self.pieces.iter().flat_map(|it| &it.events)
    }

    /// What appeared in consoles.
    pub fn printed(&self) -> impl DoubleEndedIterator<Item = &Printed> {
        self.pieces.iter().flat_map(|it| &it.printed)
    }

    /// What was done.
    pub fn acted(&self) -> impl DoubleEndedIterator<Item = &PastAction> {
        self.pieces.iter().flat_map(|it| &it.acted)
    }

    /// How many slots somebody served, from each time on.
    pub fn covered(&self) -> impl DoubleEndedIterator<Item = &(f64, u32)> {
        self.pieces.iter().flat_map(|it| &it.covered)
    }

    /// What became of requests, a second each; nothing of seconds in which nothing came.
    pub fn requests(&self) -> impl DoubleEndedIterator<Item = &RequestSecond> {
        self.pieces.iter().flat_map(|it| &it.requests).chain(&self.second)
    }

    /// The decision before a moment, and the one after it.
    pub fn decisions_beside(&self, at_ms: f64) -> (Option<f64>, Option<f64>) {
        // Less than a microsecond apart is the same moment.
        let before = self.events().rev().map(|it| it.at_ms).find(|&it| it < at_ms - 0.0005);
        let after = self.events().map(|it| it.at_ms).find(|&it| it > at_ms + 0.0005);
        (before, after)
    }
}

#[cfg(test)]
mod tests {
    use bridge::Fact;

    use super::*;

    fn frame(now_ms: f64, events: &[f64]) -> Frame {
        let event = |&at_ms: &f64| NodeEvent { at_ms, host: 0, fact: Fact::Started };
        Frame {
            heard: 0,
            busy: false,
            now_ms,
            past: false,
            running: true,
            speed: 1.0,
            pace: 1.0,
            workers: 0,
            hash: String::new(),
            hosts: Vec::new(),
            partial: Vec::new(),
            flights: Vec::new(),
            acted: Vec::new(),
            covered: Vec::new(),
            requests: Vec::new(),
            printed: Vec::new(),
            events: events.iter().map(event).collect(),
        }
    }

    #[test]
    fn a_cut_keeps_what_happened_by_then_and_leaves_the_rest_alone() {
        let mut all = Chronicle::default();
        all.take(&frame(10.0, &[1.0, 9.0]), Vec::new());
        all.take(&frame(20.0, &[]), Vec::new());
        all.take(&frame(30.0, &[21.0, 29.0]), Vec::new());
        let times = |it: &Chronicle| it.events().map(|it| it.at_ms).collect::<Vec<_>>();
        let mut cut = all.until(21.0);
        assert_eq!(times(&cut), [1.0, 9.0, 21.0]);
        cut.take(&frame(40.0, &[33.0]), Vec::new());
        assert_eq!(times(&cut), [1.0, 9.0, 21.0, 33.0]);
        assert_eq!(times(&all), [1.0, 9.0, 21.0, 29.0]);
    }

    #[test]
    fn a_second_that_goes_on_is_replaced_and_a_cut_one_is_told_again() {
        let second = |from_ms: f64, lost: f64| {
            let counts = bridge::RequestCounts { lost, ..bridge::RequestCounts::default() };
            RequestSecond { from_ms, counts }
        };
        let told = |now_ms: f64, requests: Vec<RequestSecond>| {
            let requests = Frame { requests, ..frame(now_ms, &[]) };
            move |it: &mut Chronicle| it.take(&requests, Vec::new())
        };
        let lost = |it: &Chronicle| -> Vec<_> {
            it.requests().map(|it| (it.from_ms, it.counts.lost)).collect()
        };
        let mut all = Chronicle::default();
        told(1400.0, vec![second(1000.0, 1.0)])(&mut all);
        told(1800.0, vec![second(1000.0, 3.0)])(&mut all);
        assert_eq!(lost(&all), [(1000.0, 3.0)]);
        told(3200.0, vec![second(1000.0, 4.0), second(2000.0, 5.0), second(3000.0, 1.0)])(&mut all);
        assert_eq!(lost(&all), [(1000.0, 4.0), (2000.0, 5.0), (3000.0, 1.0)]);
        let mut cut = all.until(2500.0);
        assert_eq!(lost(&cut), [(1000.0, 4.0)]);
        told(3100.0, vec![second(2000.0, 7.0)])(&mut cut);
        assert_eq!(lost(&cut), [(1000.0, 4.0), (2000.0, 7.0)]);
        assert_eq!(lost(&all).len(), 3);
    }

    #[test]
    fn what_a_server_believed_last_is_known_from_its_end_on_however_late_the_frame_came() {
        let belief = |id: &str| crate::state::shards::tests::node(id, &[], 1, None).unwrap();
        let mut all = Chronicle::default();
        // Seen at 10 and gone at some time before the frame of 50, then once more.
        all.take(&frame(50.0, &[12.0]), vec![(0, 10.0, belief("first"))]);
        all.take(&frame(90.0, &[85.0]), vec![(0, 80.0, belief("second"))]);
        let last = |it: &Chronicle, at: f64| it.last_belief(0, at).map(|it| it.id.clone());
        assert_eq!(last(&all, 9.0), None);
        assert_eq!(last(&all, 20.0).as_deref(), Some("first"));
        assert_eq!(last(&all, 79.0).as_deref(), Some("first"));
        assert_eq!(last(&all, 90.0).as_deref(), Some("second"));
        assert_eq!(last(&all.until(20.0), 20.0).as_deref(), Some("first"));
    }

    #[test]
    fn decisions_beside_a_moment_are_not_at_it() {
        let mut all = Chronicle::default();
        all.take(&frame(30.0, &[1.0, 9.0, 9.0, 21.0]), Vec::new());
        assert_eq!(all.decisions_beside(9.0), (Some(1.0), Some(21.0)));
        assert_eq!(all.decisions_beside(0.5), (None, Some(1.0)));
    }
}
