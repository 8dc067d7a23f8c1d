//! What a segment is.

use std::collections::BTreeSet;
use std::net::SocketAddrV4;

use bus::PacketKind;
use sim::SegmentKind;

/// The cluster bus listens above this port, clients are served at or below it.
const CLIENT_PORT_MAX: u16 = 10_000;
/// Sockets of replicas that are remembered; more than a lab has.
const REPLICAS_MAX: usize = 1000;

/// What kind of bytes a segment carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A message of the cluster bus.
    Bus(PacketKind),
    /// The replication stream, either way.
    Replication,
    /// A client's requests, or replies to them.
    Client,
    /// Set-up or end of a connection, or bytes on the bus that begin no message.
    Connection,
}

/// Tells kinds apart. It has to see every segment of a connection, since a master's stream and
/// replies to clients come from the same port.
#[derive(Debug, Clone, Default)]
pub struct Classifier {
    /// The dialling ends of connections on which a replica spoke.
    replicas: BTreeSet<SocketAddrV4>,
}

impl Classifier {
    /// The kind of a segment on a connection to the port `service`.
    pub fn kind(
        &mut self,
        (from, to): (SocketAddrV4, SocketAddrV4),
        service: u16,
        kind: SegmentKind,
        bytes: &[u8],
    ) -> Kind {
        let to_service = to.port() == service;
        let dialler = if to_service { from } else { to };
        if kind != SegmentKind::Data {
            if kind == SegmentKind::Syn {
                self.replicas.remove(&dialler);
            }
            return Kind::Connection;
        }
        if service > CLIENT_PORT_MAX {
            return PacketKind::peek(bytes).map_or(Kind::Connection, Kind::Bus);
        }
        if to_service && speaks_as_replica(bytes) && self.replicas.len() < REPLICAS_MAX {
            self.replicas.insert(dialler);
        }
        if self.replicas.contains(&dialler) { Kind::Replication } else { Kind::Client }
    }
}

/// Whether this is a REPLCONF or a PSYNC.
fn speaks_as_replica(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(24)];
    head.windows(8).any(|it| it == b"REPLCONF") || head.windows(5).any(|it| it == b"PSYNC")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masters_stream_is_told_from_replies_to_clients() {
        let replica: SocketAddrV4 = "10.0.0.2:40000".parse().expect("an address");
        let client: SocketAddrV4 = "10.0.0.2:40001".parse().expect("an address");
        let server: SocketAddrV4 = "10.0.0.1:6379".parse().expect("an address");
        let mut classifier = Classifier::default();
        let mut kind =
            |from, to, bytes: &[u8]| classifier.kind((from, to), 6379, SegmentKind::Data, bytes);
        let ack = b"*3\r\n$8\r\nREPLCONF\r\n$3\r\nACK\r\n$1\r\n0\r\n";
        assert_eq!(kind(replica, server, ack), Kind::Replication);
        assert_eq!(kind(server, replica, b"*1\r\n$4\r\nPING\r\n"), Kind::Replication);
        assert_eq!(kind(server, client, b"+PONG\r\n"), Kind::Client);
    }

    #[test]
    fn a_port_that_is_dialled_from_again_is_no_replica_yet() {
        let replica: SocketAddrV4 = "10.0.0.2:40000".parse().expect("an address");
        let server: SocketAddrV4 = "10.0.0.1:6379".parse().expect("an address");
        let mut classifier = Classifier::default();
        let psync = b"*3\r\n$5\r\nPSYNC\r\n";
        classifier.kind((replica, server), 6379, SegmentKind::Data, psync);
        classifier.kind((replica, server), 6379, SegmentKind::Syn, b"");
        let kind = classifier.kind((replica, server), 6379, SegmentKind::Data, b"PING\r\n");
        assert_eq!(kind, Kind::Client);
    }
}
