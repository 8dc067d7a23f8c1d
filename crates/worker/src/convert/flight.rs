//! What is on the wire.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use bridge::{FLIGHTS_MAX, Flight, FlightKind};
use capture::Classifier;

use super::ms;
use super::packet::flight_kind;

/// Everything that flew since the last frame.
#[derive(Debug, Default)]
pub(crate) struct Flights {
    seen: BTreeMap<u64, Flight>,
    classifier: Classifier,
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
            let sim::Flight { from: speaker, to: hearer, service, kind, bytes, .. } = flight;
            let kind = self.classifier.kind((speaker, hearer), service, kind, bytes);
            let kind = flight_kind(kind);
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
    use std::net::SocketAddrV4;

    use engine::Time;
    use sim::SegmentKind;

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
