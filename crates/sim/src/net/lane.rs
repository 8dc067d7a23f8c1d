//! One direction of a stream: sending, losing, sending again.

use std::collections::VecDeque;

use engine::Time;
use engine::time::Span;

use super::nagle::Nagle;
use super::stream::{EndState, SERVER, Way};
use super::{Net, Passage, StreamRef};
use crate::link::LinkSettings;
use crate::queue::{Event, Queue};
use crate::rule::Path;

/// The first pause before lost bytes are sent again, on top of the round trip: Linux's least.
const RTO_MIN: Span = Span::from_millis(200);
/// The longest pause.
const RTO_MAX: Span = Span::from_secs(120);
/// How often a socket repeats itself before it gives up, after about 15 minutes (`tcp_retries2`).
const RETRIES: u32 = 15;
/// The same for a socket that no process holds any more, about 100 s (`tcp_orphan_retries`).
const ORPHAN_RETRIES: u32 = 8;
/// How many bytes a packet carries; each is lost by itself.
const SEGMENT_SIZE: usize = 1460;

/// What a segment on the wire is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SegmentKind {
    /// Asks for a connection.
    Syn,
    /// Grants it.
    SynAck,
    /// Completes it.
    Ack,
    /// Carries bytes.
    Data,
    /// Nothing more will come.
    Fin,
    /// There is no such connection, or nobody listens.
    Reset,
}

/// A segment on the wire.
#[derive(Debug, Clone)]
pub(crate) struct Segment {
    pub(super) id: u64,
    pub(super) kind: SegmentKind,
    pub(super) bytes: Vec<u8>,
    pub(super) sent: Time,
    pub(super) due: Time,
}

impl Segment {
    pub(crate) const fn kind(&self) -> SegmentKind {
        self.kind
    }
}

/// A segment that was lost or waits behind one that was.
#[derive(Debug, Clone)]
struct Held {
    kind: SegmentKind,
    bytes: Vec<u8>,
    lost: bool,
}

/// One direction of a stream.
#[derive(Debug, Default, Clone)]
pub(crate) struct Lane {
    /// What is on its way, in the order of arrival.
    pub(super) wire: VecDeque<Segment>,
    /// What waits for its retransmission.
    held: VecDeque<Held>,
    /// When the last segment arrives: none may overtake it.
    pub(super) last_due: Time,
    /// How often the head of `held` has been repeated in vain.
    retries: u32,
    /// How far the sender's sequence has come, as TCP counts.
    pub(super) seq: u64,
    /// A FIN or a reset has been put on the wire.
    pub(super) ended: bool,
    pub(super) nagle: Nagle,
}

impl Lane {
    /// Whether the next retransmission does not take place. `held_by_process`: some process still
    /// has the sending socket.
    pub(super) fn gives_up(&self, held_by_process: bool) -> bool {
        let limit = if held_by_process { RETRIES } else { ORPHAN_RETRIES };
        !self.held.is_empty() && self.retries >= limit
    }

    /// About how many bytes hang on it.
    pub(super) fn size(&self) -> usize {
        let wire = self.wire.iter().map(|it| size_of::<Segment>() + it.bytes.len());
        let held = self.held.iter().map(|it| size_of::<Held>() + it.bytes.len());
        wire.sum::<usize>() + held.sum::<usize>()
    }

    /// Forgets what waits for its retransmission.
    pub(super) fn drop_held(&mut self) {
        self.held.clear();
    }
}

/// The pause before the next retransmission.
pub(super) fn rto(link: LinkSettings, retries: u32) -> Span {
    let first = RTO_MIN.0 + 2 * link.latency.0;
    Span(first.checked_shl(retries.min(20)).unwrap_or(u64::MAX).min(RTO_MAX.0.max(first)))
}

impl Net {
    /// The link under one direction of a stream.
    pub(super) fn link_under(&self, stream: StreamRef, way: Way) -> LinkSettings {
        let ends = &self.streams[stream.index as usize].ends;
        self.links.get(ends[way.sender()].host, ends[way.receiver()].host)
    }

    /// Sends a segment that TCP guarantees.
    pub(super) fn send(
        &mut self,
        queue: &mut Queue,
        at: Time,
        to: (StreamRef, Way),
        (kind, bytes): (SegmentKind, Vec<u8>),
    ) {
        if kind != SegmentKind::Data {
            self.push_small(queue, at, to);
            self.transmit(queue, at, to, (kind, bytes));
        } else if let Some(bytes) = self.hold_small(queue, at, to, bytes) {
            self.transmit(queue, at, to, (kind, bytes));
        }
    }

    /// Puts a segment on the wire; when it is lost, or another before it, it is held.
    pub(super) fn transmit(
        &mut self,
        queue: &mut Queue,
        at: Time,
        (stream, way): (StreamRef, Way),
        (kind, bytes): (SegmentKind, Vec<u8>),
    ) {
        let link = self.link_under(stream, way);
        let lost = self.loses(at, (stream, way), bytes.len());
        let lane = &mut self.streams[stream.index as usize].lanes[way.sender()];
        if !lost && lane.held.is_empty() {
            return self.launch(queue, at, (stream, way), link, (kind, bytes));
        }
        if lane.held.is_empty() {
            lane.retries = 0;
            queue.push(at + rto(link, 0), Event::Retransmit(stream, way));
        }
        lane.held.push_back(Held { kind, bytes, lost });
    }

    /// Sends a segment that nobody repeats here.
    pub(super) fn shout(
        &mut self,
        queue: &mut Queue,
        at: Time,
        (stream, way): (StreamRef, Way),
        kind: SegmentKind,
    ) {
        let link = self.link_under(stream, way);
        if !self.loses(at, (stream, way), 0) {
            self.launch(queue, at, (stream, way), link, (kind, Vec::new()));
        }
    }

    /// Sends what was held again, as far as it gets through. Returns whether the sender gives up.
    pub(super) fn retransmit(
        &mut self,
        queue: &mut Queue,
        at: Time,
        (stream, way): (StreamRef, Way),
    ) -> bool {
        let link = self.link_under(stream, way);
        let state = self.streams[stream.index as usize].ends[way.sender()].state;
        let lane = self.lane(stream, way);
        if lane.gives_up(state != EndState::Gone) {
            lane.held.clear();
            return true;
        }
        let mut progress = false;
        while let Some(head) = self.lane(stream, way).held.pop_front() {
            // What was not lost itself has only waited at the receiver for what was.
            if (head.lost || !progress) && self.loses(at, (stream, way), head.bytes.len()) {
                self.lane(stream, way).held.push_front(Held { lost: true, ..head });
                break;
            }
            progress = true;
            self.launch(queue, at, (stream, way), link, (head.kind, head.bytes));
        }
        let lane = self.lane(stream, way);
        lane.retries = if progress { 0 } else { lane.retries + 1 };
        if !lane.held.is_empty() {
            queue.push(at + rto(link, lane.retries), Event::Retransmit(stream, way));
        }
        false
    }

    pub(super) fn lane(&mut self, stream: StreamRef, way: Way) -> &mut Lane {
        &mut self.streams[stream.index as usize].lanes[way.sender()]
    }

    /// Puts a segment on the wire, or what rules leave of it.
    fn launch(
        &mut self,
        queue: &mut Queue,
        at: Time,
        (stream, way): (StreamRef, Way),
        link: LinkSettings,
        (kind, mut bytes): (SegmentKind, Vec<u8>),
    ) {
        if kind == SegmentKind::Data && self.sift(at, (stream, way), &mut bytes) {
            return;
        }
        let jitter = if link.jitter.0 == 0 { 0 } else { self.rng.below(link.jitter.0 + 1) };
        let id = self.next_id();
        let lane = self.lane(stream, way);
        let due = (at + link.latency + Span(jitter)).max(lane.last_due);
        lane.last_due = due;
        lane.ended |= matches!(kind, SegmentKind::Fin | SegmentKind::Reset);
        self.overhear((stream, way), (id, kind), (at, due), &bytes);
        let lane = self.lane(stream, way);
        match kind {
            SegmentKind::Syn | SegmentKind::SynAck => lane.seq = 1,
            SegmentKind::Fin => lane.seq += 1,
            SegmentKind::Data => lane.seq += bytes.len() as u64,
            SegmentKind::Ack | SegmentKind::Reset => {}
        }
        lane.wire.push_back(Segment { id, kind, bytes, sent: at, due });
        queue.push(due, Event::Arrive(stream, way));
        if kind == SegmentKind::Data {
            self.note_launch(queue, at, (stream, way), due);
        }
    }

    fn next_id(&mut self) -> u64 {
        self.launched += 1;
        self.launched - 1
    }

    /// Takes out of `bytes` what rules aim at; tells whether nothing is left.
    fn sift(&mut self, at: Time, to: (StreamRef, Way), bytes: &mut Vec<u8>) -> bool {
        let path = self.path_under(to);
        for (rule, bytes) in self.rules.sift(at, &path, bytes) {
            let id = self.next_id();
            if let Some(tap) = &mut self.tap {
                let it = &self.streams[to.0.index as usize];
                let passage = it.passage(to, (id, SegmentKind::Data), (at, at));
                tap.push(Passage { bytes, lost: Some(rule), ..passage });
            }
        }
        bytes.is_empty()
    }

    /// Tells the tap.
    fn overhear(
        &mut self,
        to: (StreamRef, Way),
        segment: (u64, SegmentKind),
        times: (Time, Time),
        bytes: &[u8],
    ) {
        if let Some(tap) = &mut self.tap {
            let passage = self.streams[to.0.index as usize].passage(to, segment, times);
            tap.push(Passage { bytes: bytes.to_vec(), ..passage });
        }
    }

    /// One direction of a stream, as rules see it.
    pub(super) fn path_under(&self, (stream, way): (StreamRef, Way)) -> Path {
        let ends = &self.streams[stream.index as usize].ends;
        Path::new(ends[way.sender()].host, ends[way.receiver()].host, ends[SERVER].addr)
    }

    /// Whether one of the packets that `size` bytes take is lost.
    fn loses(&mut self, at: Time, to: (StreamRef, Way), size: usize) -> bool {
        let link = self.link_under(to.0, to.1);
        if link.blocked {
            return true;
        }
        let path = self.path_under(to);
        self.rules.take_segment(at, &path) || self.link_loses(link, size)
    }

    /// Whether an acknowledgement is lost. It does not count as a packet of a rule.
    pub(super) fn loses_ack(&mut self, at: Time, to: (StreamRef, Way)) -> bool {
        let link = self.link_under(to.0, to.1);
        self.is_blocked(at, to) || self.link_loses(link, 0)
    }

    /// Whether nothing passes.
    pub(super) fn is_blocked(&self, at: Time, to: (StreamRef, Way)) -> bool {
        self.link_under(to.0, to.1).blocked || self.rules.block(at, &self.path_under(to))
    }

    fn link_loses(&mut self, link: LinkSettings, size: usize) -> bool {
        if link.loss_ppm == 0 {
            return false;
        }
        let packets = size.div_ceil(SEGMENT_SIZE).max(1);
        (0..packets).any(|_| self.rng.below(1_000_000) < u64::from(link.loss_ppm))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_two_minutes_and_end_after_a_quarter_of_an_hour() {
        let link = LinkSettings { latency: Span(1), ..LinkSettings::LAN };
        let pauses = (0..=RETRIES).map(|retries| rto(link, retries));
        assert_eq!(pauses.clone().map(Span::as_secs).max(), Some(120));
        let total: u64 = pauses.map(|pause| pause.0).sum();
        assert_eq!(total / 100_000, 9246);
    }
}
