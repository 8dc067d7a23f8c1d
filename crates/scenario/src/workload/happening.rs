//! What happens to a client's requests.

use std::net::SocketAddrV4;

use engine::Time;
use engine::time::Span;

/// Something that a client met with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Happening {
    pub(super) at: Time,
    pub(super) what: What,
}

/// What it met with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A connection stands, with this end of ours.
    Opened { local: SocketAddrV4 },
    /// A connection is gone.
    Closed { local: SocketAddrV4 },
    /// A write was done and, if that is asked for, confirmed by enough replicas.
    Acknowledged { local: SocketAddrV4, number: u64, key: u32, slot: u16, latency: Span },
    /// A write was done, but too few replicas confirmed it in time.
    Short { local: SocketAddrV4 },
    /// A read was answered.
    Read { latency: Span },
    /// A request waits for its answer for long.
    Held,
    /// MOVED or ASK.
    Redirected,
    /// An error, or no server to send the request to.
    Refused { why: &'static str },
    /// The connection broke or was silent too long: nobody knows whether it was done.
    Lost,
    /// The connection has as many requests as it may.
    Unsent,
}
