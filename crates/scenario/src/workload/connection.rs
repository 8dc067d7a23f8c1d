//! One connection of a client and the requests that wait on it.

use std::collections::VecDeque;
use std::net::SocketAddrV4;

use engine::time::Span;
use engine::{ConnId, Time};

use crate::redis_cli::Parser;

/// A request without an answer for this long is held.
pub(super) const HELD_AFTER: Span = Span::from_millis(100);
/// The first pause before a client dials again, and the longest.
const BACKOFF: (Span, Span) = (Span::from_millis(50), Span::from_millis(1000));

/// Something that a client wants done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Op {
    /// A write, or a read.
    pub(super) write: bool,
    /// The number of a write.
    pub(super) number: u64,
    pub(super) key: u32,
    pub(super) slot: u16,
    /// When it was sent first.
    pub(super) began: Time,
    /// Redirections that it followed.
    pub(super) redirects: u8,
}

/// What a reply is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// SET or GET.
    Op(Op),
    /// WAIT after a SET.
    Wait(Op),
    /// WAIT after a SET that failed: whatever it says.
    Nothing,
    /// CLUSTER SLOTS
    Slots,
}

/// A request without an answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request {
    pub(super) about: About,
    pub(super) sent: Time,
    /// When the client gives up.
    pub(super) until: Time,
}

/// How far a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Dialled, not answered.
    Connecting(ConnId),
    /// Stands; with our end.
    Open(ConnId, SocketAddrV4),
    /// Is not to be dialled before this time.
    Down(Time),
}

/// The connection to one server.
#[derive(Debug, Clone)]
pub(super) struct Connection {
    pub(super) stage: Stage,
    pub(super) parser: Parser,
    /// In the order of their answers.
    pub(super) waiting: VecDeque<Request>,
    /// Requests made while it is being dialled.
    pub(super) unsent: Vec<u8>,
    /// How many of the first in `waiting` were told as held.
    held: usize,
    /// Failures since the last answer.
    failures: u32,
}

impl Connection {
    /// One that may be dialled.
    pub(super) fn new() -> Self {
        Self {
            stage: Stage::Down(Time::ZERO),
            parser: Parser::default(),
            waiting: VecDeque::new(),
            unsent: Vec::new(),
            held: 0,
            failures: 0,
        }
    }

    /// Its id while it stands or is dialled.
    pub(super) const fn id(&self) -> Option<ConnId> {
        match self.stage {
            Stage::Connecting(id) | Stage::Open(id, _) => Some(id),
            Stage::Down(_) => None,
        }
    }

    /// When something is to be done about it: a request is held, or waited for too long.
    pub(super) fn due(&self) -> Option<Time> {
        let held = self.waiting.get(self.held).map(|request| request.sent + HELD_AFTER);
        let until = self.waiting.front().map(|request| request.until);
        held.into_iter().chain(until).min()
    }

    /// Whether the first request was waited for too long.
    pub(super) fn is_overdue(&self, now: Time) -> bool {
        self.waiting.front().is_some_and(|request| request.until <= now)
    }

    /// The next request that has come to be held, and whether it is the next to be answered.
    pub(super) fn take_held(&mut self, now: Time) -> Option<(Request, bool)> {
        let (request, next) = (*self.waiting.get(self.held)?, self.held == 0);
        if request.sent + HELD_AFTER > now {
            return None;
        }
        self.held += 1;
        Some((request, next))
    }

    /// The request that an answer is for.
    pub(super) fn answered(&mut self) -> Option<Request> {
        self.held = self.held.saturating_sub(1);
        self.failures = 0;
        self.waiting.pop_front()
    }

    /// The connection failed: until when it is left alone is 50 ms, twice as long after each
    /// further failure, up to a second; `jitter` is a share of that, 0 to 255 for up to a half. The
    /// requests that waited are handed out.
    pub(super) fn failed(&mut self, now: Time, jitter: u8) -> VecDeque<Request> {
        let (first, longest) = BACKOFF;
        let pause = (first.0 << self.failures.min(10)).min(longest.0);
        self.failures += 1;
        let pause = pause + pause * u64::from(jitter) / 512;
        let waiting = std::mem::take(&mut self.waiting);
        let failures = self.failures;
        *self = Self { stage: Stage::Down(now + Span(pause)), failures, ..Self::new() };
        waiting
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_second() {
        let mut connection = Connection::new();
        let mut pauses = Vec::new();
        for _ in 0..7 {
            connection.failed(Time::ZERO, 0);
            let Stage::Down(until) = connection.stage else { panic!("it is up") };
            pauses.push(until.0 / 1000);
        }
        assert_eq!(pauses, [50, 100, 200, 400, 800, 1000, 1000]);
    }

    #[test]
    fn a_request_is_told_as_held_once() {
        let mut connection = Connection::new();
        let request = |sent| Request { about: About::Slots, sent, until: Time(1_000_000) };
        connection.waiting.extend([request(Time(0)), request(Time(50_000))]);
        assert_eq!(connection.due(), Some(Time(100_000)));
        assert!(connection.take_held(Time(99_999)).is_none());
        assert!(connection.take_held(Time(100_000)).is_some());
        assert!(connection.take_held(Time(100_000)).is_none());
        connection.answered();
        assert_eq!(connection.due(), Some(Time(150_000)));
    }
}
