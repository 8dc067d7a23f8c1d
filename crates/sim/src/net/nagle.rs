//! Nagle's algorithm and delayed acknowledgements, where `TCP_NODELAY` is not set.
//!
//! A sender with unacknowledged bytes on their way lets more bytes wait for the acknowledgement. The
//! receiver's kernel sends that along with the next bytes of its process, or by itself after 40 ms.
//! So a process that answers is sent the next message at once, and one that only listens hears two
//! messages in a row 40 ms apart.

use engine::Time;
use engine::time::Span;

use super::lane::{SegmentKind, rto};
use super::stream::{EndState, Way};
use super::{Net, StreamRef};
use crate::queue::{Event, Queue};

/// How long a kernel waits for bytes that could carry its acknowledgement (`TCP_DELACK_MIN`).
const DELAYED_ACK: Span = Span::from_millis(40);

/// What one direction of a stream holds back.
#[derive(Debug, Default, Clone)]
pub(super) struct Nagle {
    /// Whether anything ever is.
    pub(super) on: bool,
    /// When the last bytes that were sent are acknowledged, as far as is known.
    acked_at: Time,
    /// How often the acknowledgement was waited for in vain.
    retries: u32,
    /// The bytes that wait.
    waiting: Vec<u8>,
}

impl Net {
    /// Lets bytes wait, if they have to; returns them if not.
    pub(super) fn hold_small(
        &mut self,
        queue: &mut Queue,
        at: Time,
        (stream, way): (StreamRef, Way),
        bytes: Vec<u8>,
    ) -> Option<Vec<u8>> {
        let back_is_blocked = self.is_blocked(at, (stream, way.back()));
        let nagle = &mut self.lane(stream, way).nagle;
        if !nagle.on {
            return Some(bytes);
        }
        if nagle.waiting.is_empty() {
            let unanswered = back_is_blocked && nagle.acked_at > Time::ZERO;
            if nagle.acked_at <= at && !unanswered {
                return Some(bytes);
            }
            nagle.retries = 0;
            queue.push(nagle.acked_at.max(at), Event::Acknowledged(stream, way));
        }
        nagle.waiting.extend_from_slice(&bytes);
        None
    }

    /// What waited goes now, as it does when its process closes the connection.
    pub(super) fn push_small(&mut self, queue: &mut Queue, at: Time, to: (StreamRef, Way)) {
        let waiting = std::mem::take(&mut self.lane(to.0, to.1).nagle.waiting);
        if !waiting.is_empty() {
            self.transmit(queue, at, to, (SegmentKind::Data, waiting));
        }
    }

    /// An acknowledgement may have come; if so, what waited for it goes.
    pub(super) fn acknowledged(
        &mut self,
        queue: &mut Queue,
        at: Time,
        (stream, way): (StreamRef, Way),
    ) {
        let sender = self.streams[stream.index as usize].ends[way.sender()].state;
        let nagle = &mut self.lane(stream, way).nagle;
        if sender != EndState::Open {
            nagle.waiting.clear();
        }
        if nagle.waiting.is_empty() || nagle.acked_at > at {
            return;
        }
        let back = self.link_under(stream, way.back());
        if self.loses_ack(at, (stream, way.back())) {
            let nagle = &mut self.lane(stream, way).nagle;
            nagle.acked_at = at + rto(back, nagle.retries);
            nagle.retries += 1;
            return queue.push(nagle.acked_at, Event::Acknowledged(stream, way));
        }
        self.push_small(queue, at, (stream, way));
    }

    /// Notes that bytes were put on the wire, to arrive at `due`: they are acknowledged some time
    /// later, and take along the acknowledgement of what came the other way.
    pub(super) fn note_launch(
        &mut self,
        queue: &mut Queue,
        at: Time,
        (stream, way): (StreamRef, Way),
        due: Time,
    ) {
        let back = way.back();
        if self.lane(stream, way).nagle.on {
            let latency = self.link_under(stream, back).latency;
            self.lane(stream, way).nagle.acked_at = due + DELAYED_ACK + latency;
        }
        let lane = self.lane(stream, back);
        let (arrived, nagle) = (lane.last_due <= at, &mut lane.nagle);
        if nagle.on && arrived && nagle.acked_at > due {
            nagle.acked_at = due;
            if !nagle.waiting.is_empty() {
                queue.push(due, Event::Acknowledged(stream, back));
            }
        }
    }
}
