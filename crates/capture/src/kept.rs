//! The newest segments, and what is asked of them.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::rc::Rc;

use bus::{Frame, decode, frame};
use engine::Time;
use sim::{Passage, RuleId, SegmentKind};

use crate::fields::{Field, fields};
use crate::info;
use crate::kind::{Classifier, Kind};
use crate::names::Names;

/// How many bytes are kept at most; the oldest segments go first.
pub const BYTES_MAX: usize = 16 << 20;
/// What a segment costs besides its bytes.
const SEGMENT_COST: usize = 160;

/// What is wanted of all that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Only what this host sent.
    pub from: Option<Ipv4Addr>,
    /// Only what was sent to this host.
    pub to: Option<Ipv4Addr>,
    /// Only bus messages that speak of this host's node.
    pub about: Option<Ipv4Addr>,
    /// Sent at this moment or later.
    pub since: Time,
    /// Sent before this moment.
    pub until: Time,
}

impl Default for Filter {
    fn default() -> Self {
        Self { from: None, to: None, about: None, since: Time::ZERO, until: Time(u64::MAX) }
    }
}

/// One message, or a segment that carries no bus messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The segment.
    pub id: u64,
    /// Which of its messages.
    pub part: u32,
    /// From which socket.
    pub from: SocketAddrV4,
    /// To which socket.
    pub to: SocketAddrV4,
    /// What it is.
    pub kind: Kind,
    /// For [`Kind::Connection`], which segment.
    pub segment: SegmentKind,
    /// When it left.
    pub sent: Time,
    /// When it arrives.
    pub due: Time,
    /// How many bytes.
    pub size: usize,
    /// The rule that took it out.
    pub lost: Option<RuleId>,
    /// What it says.
    pub info: String,
}

#[derive(Debug)]
struct Kept {
    kind: Kind,
    passage: Passage,
}

impl Kept {
    /// Bytes that it takes.
    fn cost(&self) -> usize {
        self.passage.bytes.len() + SEGMENT_COST
    }
}

/// The newest segments.
#[derive(Debug, Clone, Default)]
pub struct Capture {
    kept: VecDeque<Rc<Kept>>,
    bytes: usize,
    classifier: Classifier,
    names: Names,
}

impl Capture {
    /// Keeps what passed, and forgets the oldest beyond [`BYTES_MAX`]. What it has already is not
    /// kept twice.
    pub fn take(&mut self, passages: Vec<Passage>) {
        let newest = self.kept.back().map(|it| it.passage.id);
        for passage in passages.into_iter().filter(|it| newest.is_none_or(|id| it.id > id)) {
            let Passage { from, to, service, kind, .. } = passage;
            let kind = self.classifier.kind((from, to), service, kind, &passage.bytes);
            if let Kind::Bus(_) = kind {
                self.names.learn(&passage.bytes, *from.ip());
            }
            let kept = Kept { kind, passage };
            self.bytes += kept.cost();
            self.kept.push_back(Rc::new(kept));
        }
        while self.bytes > BYTES_MAX
            && let Some(oldest) = self.kept.pop_front()
        {
            self.bytes -= oldest.cost();
        }
    }

    /// What was sent before a moment, for a lab that goes on from there. The segments are shared.
    #[must_use]
    pub fn before(&self, at: Time) -> Self {
        let end = self.kept.partition_point(|it| it.passage.sent < at);
        let kept: VecDeque<_> = self.kept.range(..end).cloned().collect();
        let bytes = kept.iter().map(|it| it.cost()).sum();
        Self { kept, bytes, classifier: self.classifier.clone(), names: self.names.clone() }
    }

    /// When the oldest that is kept was sent.
    #[must_use]
    pub fn since(&self) -> Option<Time> {
        self.kept.front().map(|it| it.passage.sent)
    }

    /// Whose node ids are known.
    #[must_use]
    pub const fn names(&self) -> &Names {
        &self.names
    }

    /// The newest `limit` messages that are wanted, newest first, and how many are wanted in all.
    pub fn rows(
        &self,
        filter: &Filter,
        wanted: impl Fn(Kind) -> bool,
        limit: usize,
    ) -> (Vec<Row>, usize) {
        let about = filter.about.map(|ip| self.names.ids_of(ip));
        let mut rows = Vec::new();
        let mut count = 0;
        for kept in self.within(filter).rev() {
            for (part, (kind, bytes)) in messages(kept).into_iter().enumerate().rev() {
                let named = |ids: &Vec<_>| {
                    decode(bytes).is_ok_and(|it| info::about(&it).iter().any(|id| ids.contains(id)))
                };
                if !wanted(kind) || !about.as_ref().is_none_or(named) {
                    continue;
                }
                count += 1;
                if rows.len() < limit {
                    rows.push(self.row(kept, part, kind, bytes));
                }
            }
        }
        (rows, count)
    }

    /// One message by its place: the row, its fields and its bytes.
    #[must_use]
    pub fn open(&self, id: u64, part: u32) -> Option<(Row, Vec<Field>, Vec<u8>)> {
        let at = self.kept.binary_search_by_key(&id, |it| it.passage.id).ok()?;
        let kept = self.kept.get(at)?;
        let (kind, bytes) = messages(kept).into_iter().nth(part as usize)?;
        let row = self.row(kept, part as usize, kind, bytes);
        Some((row, fields(kind, bytes, &self.names), bytes.to_vec()))
    }

    /// The segments of a span in the order of time.
    pub fn passages(&self, filter: &Filter) -> impl Iterator<Item = &Passage> + '_ {
        self.within(filter).map(|it| &it.passage)
    }

    fn within(&self, filter: &Filter) -> impl DoubleEndedIterator<Item = &Kept> + '_ {
        let Filter { from, to, since, until, .. } = filter.clone();
        let first = self.kept.partition_point(|it| it.passage.sent < since);
        let end = self.kept.partition_point(|it| it.passage.sent < until);
        self.kept.range(first..end.max(first)).map(Rc::as_ref).filter(move |it| {
            from.is_none_or(|ip| ip == *it.passage.from.ip())
                && to.is_none_or(|ip| ip == *it.passage.to.ip())
        })
    }

    fn row(&self, kept: &Kept, part: usize, kind: Kind, bytes: &[u8]) -> Row {
        let Passage { id, from, to, sent, due, lost, kind: segment, .. } = kept.passage;
        let info = match segment {
            SegmentKind::Data => info::info(kind, bytes, &self.names),
            _ => flags(segment).to_owned(),
        };
        let part = part as u32;
        Row { id, part, from, to, kind, segment, sent, due, size: bytes.len(), lost, info }
    }
}

/// What a segment without bytes is for, by its flags.
const fn flags(segment: SegmentKind) -> &'static str {
    match segment {
        SegmentKind::Syn => "SYN",
        SegmentKind::SynAck => "SYN, ACK",
        SegmentKind::Ack => "ACK",
        SegmentKind::Fin => "FIN, ACK",
        SegmentKind::Reset => "RST",
        SegmentKind::Data => "PSH, ACK",
    }
}

/// The bus messages of a segment, or all of it.
fn messages(kept: &Kept) -> Vec<(Kind, &[u8])> {
    let mut rest = kept.passage.bytes.as_slice();
    let mut messages = Vec::new();
    if let Kind::Bus(_) = kept.kind {
        while let Some(kind) = bus::PacketKind::peek(rest)
            && let Ok(Frame::Complete(length)) = frame(rest)
        {
            let (message, after) = rest.split_at(length);
            messages.push((Kind::Bus(kind), message));
            rest = after;
        }
    }
    if messages.is_empty() || !rest.is_empty() {
        messages.push((kept.kind, rest));
    }
    messages
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage(id: u64, sent: u64, bytes: Vec<u8>) -> Passage {
        Passage {
            id,
            stream: 1,
            from: "10.0.0.2:40000".parse().expect("an address"),
            to: "10.0.0.1:6379".parse().expect("an address"),
            service: 6379,
            kind: SegmentKind::Data,
            sent: Time(sent),
            due: Time(sent + 250),
            seq: 1,
            back: 1,
            bytes,
            lost: None,
        }
    }

    #[test]
    fn the_oldest_go_when_the_bound_is_reached() {
        let mut capture = Capture::default();
        for id in 0..40 {
            capture.take(vec![passage(id, id, vec![b'x'; 1 << 20])]);
        }
        assert!(capture.bytes <= BYTES_MAX);
        assert!(capture.open(0, 0).is_none() && capture.open(39, 0).is_some());
        let (rows, count) = capture.rows(&Filter::default(), |_| true, 3);
        assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [39, 38, 37]);
        assert_eq!(count, 15);
    }

    #[test]
    fn a_lab_of_the_past_has_what_was_sent_before_and_takes_nothing_twice() {
        let all: Vec<_> = (0..10).map(|id| passage(id, id * 10, b"+OK\r\n".to_vec())).collect();
        let mut capture = Capture::default();
        capture.take(all.clone());
        let mut past = capture.before(Time(50));
        assert_eq!(past.rows(&Filter::default(), |_| true, 9).1, 5);
        past.take(all[3..8].to_vec());
        let sent: Vec<_> = past.passages(&Filter::default()).map(|it| it.sent.0).collect();
        assert_eq!(sent, [0, 10, 20, 30, 40, 50, 60, 70]);
        past.take(all[8..].to_vec());
        assert_eq!(past.bytes, capture.bytes);
    }

    #[test]
    fn a_span_has_its_first_moment_and_not_its_last() {
        let mut capture = Capture::default();
        capture.take((0..10).map(|id| passage(id, id * 10, b"+OK\r\n".to_vec())).collect());
        let filter = Filter { since: Time(20), until: Time(50), ..Filter::default() };
        let (rows, _) = capture.rows(&filter, |kind| kind == Kind::Client, 9);
        assert_eq!(rows.iter().map(|row| row.sent.0).collect::<Vec<_>>(), [40, 30, 20]);
        let nobody = Filter { from: Some(Ipv4Addr::LOCALHOST), ..filter };
        assert_eq!(capture.rows(&nobody, |_| true, 9).1, 0);
    }
}
