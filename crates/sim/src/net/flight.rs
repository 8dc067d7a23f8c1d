//! The wire, for whoever watches.

use std::net::SocketAddrV4;

use engine::Time;

use super::lane::SegmentKind;
use super::stream::{SERVER, Way};
use crate::World;

/// A segment on its way.
#[derive(Debug)]
pub struct Flight<'a> {
    /// From which socket.
    pub from: SocketAddrV4,
    /// To which socket.
    pub to: SocketAddrV4,
    /// Stays the same while they fly, and is never used again.
    pub id: u64,
    /// What kind of segment.
    pub kind: SegmentKind,
    /// Which port the connection was opened to: tells client, bus and replication traffic apart.
    pub service: u16,
    /// When they left.
    pub sent: Time,
    /// When they arrive.
    pub due: Time,
    /// The bytes, none but for [`SegmentKind::Data`].
    pub bytes: &'a [u8],
}

impl World {
    /// What is on the wire now, stream by stream. Between [`World::next_window`] and
    /// [`World::finish`], what arrives in the open window is not on it any more.
    pub fn flights(&self) -> impl Iterator<Item = Flight<'_>> + '_ {
        let streams = self.net.streams.iter().filter(|stream| stream.live);
        streams.flat_map(|stream| {
            [Way::ToServer, Way::ToClient].into_iter().flat_map(move |way| {
                let from = stream.ends[way.sender()].addr;
                let to = stream.ends[way.receiver()].addr;
                let service = stream.ends[SERVER].addr.port();
                stream.lanes[way.sender()].wire.iter().map(move |segment| Flight {
                    from,
                    to,
                    id: segment.id,
                    kind: segment.kind,
                    service,
                    sent: segment.sent,
                    due: segment.due,
                    bytes: &segment.bytes,
                })
            })
        })
    }
}
