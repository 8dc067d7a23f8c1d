//! One connection: its two ends, and what they hear.

use std::net::SocketAddrV4;

use engine::{ConnId, ConnectError, Input};

use super::lane::{Lane, Segment, SegmentKind};
use crate::host::HostId;
use crate::process::Pid;

/// One of a stream's two directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// From the one who dialled.
    ToServer,
    /// To the one who dialled.
    ToClient,
}

impl Way {
    /// Where the sender stands in [`Stream::ends`], and the lane in [`Stream::lanes`].
    pub(super) const fn sender(self) -> usize {
        self as usize
    }

    /// Where the receiver stands in [`Stream::ends`].
    pub(super) const fn receiver(self) -> usize {
        1 - self as usize
    }

    pub(super) const fn back(self) -> Self {
        match self {
            Self::ToServer => Self::ToClient,
            Self::ToClient => Self::ToServer,
        }
    }
}

/// The end of the one who dialled, in [`Stream::ends`].
pub(super) const CLIENT: usize = 0;
/// The end of the one who was dialled, in [`Stream::ends`].
pub(super) const SERVER: usize = 1;

/// Where an end's kernel stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EndState {
    /// The server's, until the first SYN comes.
    Idle,
    /// The client's, until it is answered.
    Connecting,
    /// The server's, until the third segment comes.
    HalfOpen,
    /// Bytes may flow.
    Open,
    /// Closed, reset, or its process is dead.
    Gone,
}

/// What an end's process was told. It is told before the kernels act (see `schedule`), so within a
/// window this is ahead of [`EndState`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    Nothing,
    Open,
    Closed,
}

/// One end of a stream.
#[derive(Debug, Clone)]
pub(super) struct End {
    pub(super) host: HostId,
    pub(super) addr: SocketAddrV4,
    /// Its process; the server's is known after the first SYN.
    pub(super) pid: Option<Pid>,
    pub(super) id: ConnId,
    pub(super) state: EndState,
    pub(super) told: Told,
}

/// A connection, from the first SYN to the moment when both ends are gone and the wire is empty.
#[derive(Debug, Clone)]
pub(crate) struct Stream {
    pub(super) generation: u32,
    pub(super) live: bool,
    pub(super) ends: [End; 2],
    pub(super) lanes: [Lane; 2],
}

impl Stream {
    /// A stream that `pid` dials under the name `id`.
    pub(super) fn dial(
        pid: Pid,
        id: ConnId,
        from: (HostId, SocketAddrV4),
        to: (HostId, SocketAddrV4),
    ) -> Self {
        let end =
            |(host, addr), pid, id, state| End { host, addr, pid, id, state, told: Told::Nothing };
        Self {
            generation: 0,
            live: true,
            ends: [
                end(from, Some(pid), id, EndState::Connecting),
                end(to, None, ConnId(0), EndState::Idle),
            ],
            lanes: [Lane::default(), Lane::default()],
        }
    }

    /// What the receiver's process hears when a segment arrives.
    pub(crate) fn hear(&mut self, way: Way, segment: Segment) -> Option<(Pid, Input)> {
        let peer = self.ends[way.sender()].addr;
        let end = &mut self.ends[way.receiver()];
        let (conn, local) = (end.id, end.addr);
        let (told, input) = match (segment.kind, end.told) {
            (SegmentKind::SynAck, Told::Nothing) if end.state == EndState::Connecting => {
                (Told::Open, Some(Input::Connected { conn, local }))
            }
            (SegmentKind::Ack, Told::Nothing) if end.state == EndState::HalfOpen => {
                (Told::Open, Some(Input::Accepted { conn, local, peer }))
            }
            (SegmentKind::Data, Told::Open) => {
                (Told::Open, Some(Input::Received { conn, bytes: segment.bytes }))
            }
            (SegmentKind::Fin | SegmentKind::Reset, Told::Open) => {
                (Told::Closed, Some(Input::Closed { conn }))
            }
            (SegmentKind::Reset, Told::Nothing) => {
                let refused = Input::ConnectFailed { conn, why: ConnectError::Refused };
                (Told::Closed, (end.state == EndState::Connecting).then_some(refused))
            }
            (_, told) => (told, None),
        };
        end.told = told;
        Some((end.pid?, input?))
    }

    /// What the client hears when its kernel gives up connecting.
    pub(crate) fn hear_failure(&mut self, why: ConnectError) -> Option<(Pid, Input)> {
        let end = &mut self.ends[CLIENT];
        if end.told != Told::Nothing || end.state != EndState::Connecting {
            return None;
        }
        end.told = Told::Closed;
        Some((end.pid?, Input::ConnectFailed { conn: end.id, why }))
    }

    /// What the sender hears when its kernel is about to give up repeating itself.
    pub(crate) fn hear_give_up(&mut self, way: Way) -> Option<(Pid, Input)> {
        let end = &mut self.ends[way.sender()];
        if end.told != Told::Open || !self.lanes[way.sender()].gives_up(true) {
            return None;
        }
        end.told = Told::Closed;
        Some((end.pid?, Input::Closed { conn: end.id }))
    }

    /// Takes the segment that arrives from the wire.
    pub(crate) fn take_arrival(&mut self, way: Way) -> Option<Segment> {
        self.lanes[way.sender()].wire.pop_front()
    }

    /// Whether nothing can happen any more.
    pub(super) fn is_over(&self) -> bool {
        self.ends.iter().all(|end| matches!(end.state, EndState::Gone | EndState::Idle))
            && self.lanes.iter().all(|lane| lane.wire.is_empty())
    }
}
