//! What passed on the wire.

use std::net::Ipv4Addr;

use bridge::{FlightKind, PacketDetail, PacketField, PacketQuery, PacketRow, PacketSpan, Packets};
use bus::PacketKind;
use capture::{Capture, Filter, Kind, Row};
use engine::Time;

use super::ms;

/// Bytes of a packet that the page is shown.
const BYTES_SHOWN: usize = 8 * 1024;
/// Rows that the page is shown at most.
const ROWS_MAX: usize = 2_000;

/// The packets that are asked for.
pub(crate) fn packets(
    capture: &Capture,
    query: &PacketQuery,
    hosts: &[Ipv4Addr],
    now: Time,
) -> Packets {
    let wanted = |kind: Kind| query.kinds.is_empty() || query.kinds.contains(&flight_kind(kind));
    let filter = filter(query, hosts, now);
    let (rows, count) = capture.rows(&filter, wanted, query.limit.min(ROWS_MAX));
    Packets {
        query: query.clone(),
        rows: rows.into_iter().filter_map(|it| row(it, hosts)).collect(),
        count,
        kept_since_ms: capture.since().map(ms),
    }
}

/// One packet opened.
pub(crate) fn packet(
    capture: &Capture,
    (id, part): (u64, u32),
    hosts: &[Ipv4Addr],
) -> Option<PacketDetail> {
    let (opened, fields, mut bytes) = capture.open(id, part)?;
    let (from, to) = (opened.from.to_string(), opened.to.to_string());
    bytes.truncate(BYTES_SHOWN);
    let field = |it: capture::Field| PacketField {
        depth: it.depth,
        name: it.name,
        value: it.value,
        from: it.at.start as u32,
        end: it.at.end as u32,
    };
    let fields = fields.into_iter().map(field).collect();
    Some(PacketDetail { row: row(opened, hosts)?, from, to, fields, bytes })
}

/// What a question asks of the capture, kinds left out.
pub(crate) fn filter(query: &PacketQuery, hosts: &[Ipv4Addr], now: Time) -> Filter {
    let ip = |host: Option<usize>| host.and_then(|host| hosts.get(host).copied());
    let at = |ms: f64| Time((ms.max(0.0) * 1000.0).round() as u64);
    let (since, until) = match query.span {
        PacketSpan::All => (Time::ZERO, Time(u64::MAX)),
        PacketSpan::Last(ms) => (Time(now.0.saturating_sub(at(ms).0)), Time(u64::MAX)),
        PacketSpan::Between(from, until) => (at(from), at(until)),
    };
    Filter { from: ip(query.from), to: ip(query.to), about: ip(query.about), since, until }
}

fn row(row: Row, hosts: &[Ipv4Addr]) -> Option<PacketRow> {
    let host = |ip: &Ipv4Addr| hosts.iter().position(|it| it == ip);
    // A connection to 127.0.0.1 is told by its other end, when that has the host's own address.
    let (from, to) = (host(row.from.ip()), host(row.to.ip()));
    let name = match row.kind {
        Kind::Bus(kind) => kind.name().to_owned(),
        Kind::Replication | Kind::Client => "RESP".to_owned(),
        Kind::Connection => "TCP".to_owned(),
    };
    Some(PacketRow {
        id: row.id,
        part: row.part,
        from: from.or(to)?,
        to: to.or(from)?,
        kind: flight_kind(row.kind),
        name,
        sent_ms: ms(row.sent),
        due_ms: ms(row.due),
        size: row.size as u32,
        lost: row.lost.map(|rule| rule.0),
        info: row.info,
    })
}

/// How the page calls a kind.
pub(crate) fn flight_kind(kind: Kind) -> FlightKind {
    match kind {
        Kind::Bus(PacketKind::Ping) => FlightKind::Ping,
        Kind::Bus(PacketKind::Pong) => FlightKind::Pong,
        Kind::Bus(PacketKind::Meet) => FlightKind::Meet,
        Kind::Bus(PacketKind::Fail) => FlightKind::Fail,
        Kind::Bus(PacketKind::Publish | PacketKind::PublishShard) => FlightKind::Publish,
        Kind::Bus(PacketKind::FailoverAuthRequest) => FlightKind::AuthRequest,
        Kind::Bus(PacketKind::FailoverAuthAck) => FlightKind::AuthAck,
        Kind::Bus(PacketKind::Update) => FlightKind::Update,
        Kind::Bus(PacketKind::MfStart) => FlightKind::MfStart,
        Kind::Replication => FlightKind::Replication,
        Kind::Client => FlightKind::Client,
        Kind::Bus(PacketKind::Module | PacketKind::Unknown(_)) | Kind::Connection => {
            FlightKind::Other
        }
    }
}
