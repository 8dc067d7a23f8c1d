//! What is on the wire.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddrV4};

use bridge::{FLIGHTS_MAX, Flight, FlightKind};
use bus::PacketKind;
use sim::SegmentKind;

use super::ms;

/// The cluster bus listens this far above the client port.
const BUS_OFFSET: u16 = 10_000;
/// Sockets of replicas that are remembered; more than a lab has.
const REPLICAS_MAX: usize = 1000;

/// Everything that flew since the last frame.
#[derive(Debug, Default)]
pub(crate) struct Flights {
    seen: BTreeMap<u64, Flight>,
    /// The dialling ends of connections on which a replica spoke: a master's stream and a client's
    /// replies come from the same port.
    replicas: BTreeSet<SocketAddrV4>,
}

impl Flights {
    /// Takes note of what is on the wire between two hosts.
    pub(crate) fn see<'a>(
        &mut self,
        flights: impl Iterator<Item = sim::Flight<'a>>,
        host: impl Fn(Ipv4Addr) -> Option<usize>,
    ) {
        for flight in flights {
            if self.seen.contains_key(&flight.id) || flight.from.ip() == flight.to.ip() {
                continue;
            }
            let Some((from, to)) = host(*flight.from.ip()).zip(host(*flight.to.ip())) else {
                continue;
            };
            let kind = self.kind(&flight);
            let (sent_ms, due_ms) = (ms(flight.sent), ms(flight.due));
            self.seen.insert(flight.id, Flight { id: flight.id, from, to, kind, sent_ms, due_ms });
        }
    }

    /// What flew since the last call, the telling ones first.
    pub(crate) fn take(&mut self) -> Vec<Flight> {
        let mut flights: Vec<Flight> = std::mem::take(&mut self.seen).into_values().collect();
        flights.sort_by_key(|it| (rank(it.kind), std::cmp::Reverse(it.id)));
        flights.truncate(FLIGHTS_MAX);
        flights
    }

    fn kind(&mut self, flight: &sim::Flight<'_>) -> FlightKind {
        if flight.kind != SegmentKind::Data {
            return FlightKind::Other;
        }
        if flight.service > BUS_OFFSET {
            return PacketKind::peek(flight.bytes).map_or(FlightKind::Other, bus_kind);
        }
        let to_service = flight.to.port() == flight.service;
        let dialler = if to_service { flight.from } else { flight.to };
        if to_service && speaks_as_replica(flight.bytes) && self.replicas.len() < REPLICAS_MAX {
            self.replicas.insert(dialler);
        }
        if self.replicas.contains(&dialler) { FlightKind::Replication } else { FlightKind::Client }
    }
}

/// Whether this is a REPLCONF or a PSYNC.
fn speaks_as_replica(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(24)];
    head.windows(8).any(|it| it == b"REPLCONF") || head.windows(5).any(|it| it == b"PSYNC")
}

fn bus_kind(kind: PacketKind) -> FlightKind {
    match kind {
        PacketKind::Ping => FlightKind::Ping,
        PacketKind::Pong => FlightKind::Pong,
        PacketKind::Meet => FlightKind::Meet,
        PacketKind::Fail => FlightKind::Fail,
        PacketKind::Publish | PacketKind::PublishShard => FlightKind::Publish,
        PacketKind::FailoverAuthRequest => FlightKind::AuthRequest,
        PacketKind::FailoverAuthAck => FlightKind::AuthAck,
        PacketKind::Update => FlightKind::Update,
        PacketKind::MfStart => FlightKind::MfStart,
        PacketKind::Module | PacketKind::Unknown(_) => FlightKind::Other,
    }
}

/// Decisions, then data, then heartbeats, then connections.
fn rank(kind: FlightKind) -> u8 {
    match kind {
        FlightKind::Fail
        | FlightKind::AuthRequest
        | FlightKind::AuthAck
        | FlightKind::Update
        | FlightKind::MfStart => 0,
        FlightKind::Client | FlightKind::Replication | FlightKind::Publish => 1,
        FlightKind::Ping | FlightKind::Pong | FlightKind::Meet => 2,
        FlightKind::Other => 3,
    }
}

#[cfg(test)]
mod tests {
    use engine::Time;

    use super::*;

    fn flight(id: u64, from: &str, to: &str, bytes: &'static [u8]) -> sim::Flight<'static> {
        let (from, to): (SocketAddrV4, SocketAddrV4) =
            (from.parse().expect("an address"), to.parse().expect("an address"));
        let service = from.port().min(to.port());
        let kind = SegmentKind::Data;
        sim::Flight { from, to, id, kind, service, sent: Time(0), due: Time(250), bytes }
    }

    fn kinds(seen: Vec<sim::Flight<'static>>) -> Vec<FlightKind> {
        let mut flights = Flights::default();
        flights.see(seen.into_iter(), |ip| Some(usize::from(ip.octets()[3])));
        flights.take().iter().map(|it| it.kind).collect()
    }

    #[test]
    fn a_masters_stream_is_told_from_replies_to_clients() {
        let ack = b"*3\r\n$8\r\nREPLCONF\r\n$3\r\nACK\r\n$1\r\n0\r\n";
        let seen = vec![
            flight(1, "10.0.0.2:40000", "10.0.0.1:6379", ack),
            flight(2, "10.0.0.1:6379", "10.0.0.2:40000", b"*1\r\n$4\r\nPING\r\n"),
            flight(3, "10.0.0.1:6379", "10.0.0.2:40001", b"+PONG\r\n"),
        ];
        let expected = [FlightKind::Client, FlightKind::Replication, FlightKind::Replication];
        assert_eq!(kinds(seen), expected);
    }

    #[test]
    fn decisions_come_before_heartbeats() {
        let seen = vec![
            flight(1, "10.0.0.2:40000", "10.0.0.1:16379", b"RCmb\0\0\0\0\0\0\0\0\0\0"),
            flight(2, "10.0.0.2:40000", "10.0.0.1:16379", b"RCmb\0\0\0\0\0\0\0\0\0\x05"),
        ];
        assert_eq!(kinds(seen), [FlightKind::AuthRequest, FlightKind::Ping]);
    }

    #[test]
    fn what_stays_on_a_host_does_not_fly() {
        assert_eq!(kinds(vec![flight(1, "10.0.0.1:40000", "10.0.0.1:6379", b"x")]), []);
    }
}
