//! A tap on the wire: everything that goes onto it, for whoever asked. It changes nothing.

use std::net::SocketAddrV4;

use engine::Time;

use super::StreamRef;
use super::lane::SegmentKind;
use super::stream::{SERVER, Stream, Way};
use crate::World;
use crate::rule::RuleId;

/// Something that went onto the wire, or would have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// Never used again; as [`Flight::id`](super::Flight::id).
    pub id: u64,
    /// Which connection, never used again.
    pub stream: u64,
    /// From which socket.
    pub from: SocketAddrV4,
    /// To which socket.
    pub to: SocketAddrV4,
    /// Which port the connection was opened to.
    pub service: u16,
    /// What kind of segment.
    pub kind: SegmentKind,
    /// When it left.
    pub sent: Time,
    /// When it arrives.
    pub due: Time,
    /// Where it stands in the sender's sequence, as TCP counts: SYN is 0, the first byte 1.
    pub seq: u64,
    /// Where the receiver's own sequence stood.
    pub back: u64,
    /// The bytes, none but for [`SegmentKind::Data`].
    pub bytes: Vec<u8>,
    /// The rule that took it out, when it never arrives.
    pub lost: Option<RuleId>,
}

/// What is kept until it is taken; none when nobody asked.
pub(super) type Tap = Option<Vec<Passage>>;

impl Stream {
    /// What a tap tells of a segment of this stream, without its bytes.
    pub(super) fn passage(
        &self,
        (stream, way): (StreamRef, Way),
        (id, kind): (u64, SegmentKind),
        (sent, due): (Time, Time),
    ) -> Passage {
        Passage {
            id,
            stream: u64::from(stream.generation) << 32 | u64::from(stream.index),
            from: self.ends[way.sender()].addr,
            to: self.ends[way.receiver()].addr,
            service: self.ends[SERVER].addr.port(),
            kind,
            sent,
            due,
            seq: self.lanes[way.sender()].seq,
            back: self.lanes[way.receiver()].seq,
            bytes: Vec::new(),
            lost: None,
        }
    }
}

impl World {
    /// Whether what goes onto the wire is kept for [`World::take_passages`].
    pub fn tap(&mut self, on: bool) {
        self.net.tap = on.then(|| self.net.tap.take().unwrap_or_default());
    }

    /// What went onto the wire since the last call, in the order of time.
    pub fn take_passages(&mut self) -> Vec<Passage> {
        self.net.tap.as_mut().map(std::mem::take).unwrap_or_default()
    }
}
