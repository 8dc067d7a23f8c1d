//! One message in a line, in the protocol's own words.

use bus::{Body, Gossip, NodeFlags, NodeId, Packet, decode};

use crate::kind::Kind;
use crate::names::Names;
use crate::resp::{self, Piece};

/// Requests or replies shown.
const PIECES_MAX: usize = 8;
/// Characters shown.
const LENGTH_MAX: usize = 160;

/// What a message says.
pub(crate) fn info(kind: Kind, bytes: &[u8], names: &Names) -> String {
    match kind {
        Kind::Bus(_) => decode(bytes).map_or_else(|why| format!("{why:?}"), |it| bus(&it, names)),
        Kind::Replication | Kind::Client => shorten(talk(bytes)),
        Kind::Connection => String::new(),
    }
}

/// Whom a message speaks of, besides its sender.
pub(crate) fn about(packet: &Packet) -> Vec<NodeId> {
    match &packet.body {
        Body::Ping(gossip, _) | Body::Pong(gossip, _) | Body::Meet(gossip, _) => {
            gossip.iter().map(|it| it.node).collect()
        }
        Body::Fail(node) | Body::Update { node, .. } => vec![*node],
        Body::FailoverAuthRequest => packet.header.master.into_iter().collect(),
        _ => Vec::new(),
    }
}

fn bus(packet: &Packet, names: &Names) -> String {
    let header = &packet.header;
    let epoch = format!("currentEpoch {}", header.current_epoch);
    match &packet.body {
        Body::Ping(gossip, _) | Body::Pong(gossip, _) | Body::Meet(gossip, _) => {
            format!("{epoch}, configEpoch {}{}", header.config_epoch, gossiped(gossip, names))
        }
        Body::Fail(node) => names.name(node),
        Body::Publish { channel, message } | Body::PublishShard { channel, message } => {
            shorten(format!("{} {}", resp::word(channel), resp::word(message)))
        }
        Body::FailoverAuthRequest => {
            let master = header.master.as_ref().map(|it| names.name(it)).unwrap_or_default();
            format!("{epoch}, master {master}, offset {}", header.offset)
        }
        Body::FailoverAuthAck => epoch,
        Body::Update { config_epoch, node, slots } => {
            format!("{} configEpoch {config_epoch}, {} slots", names.name(node), slots.len())
        }
        Body::MfStart => format!("offset {}", header.offset),
        Body::Module { payload, .. } => format!("{} bytes", payload.len()),
        Body::Unknown(kind, body) => format!("type {kind}, {} bytes", body.len()),
    }
}

/// How many others are spoken of, and who of them is doubted.
fn gossiped(gossip: &[Gossip], names: &Names) -> String {
    let doubt = |flags: NodeFlags| {
        if flags.has(NodeFlags::FAIL) {
            Some("fail")
        } else {
            flags.has(NodeFlags::PFAIL).then_some("fail?")
        }
    };
    let doubted = gossip.iter().filter_map(|it| Some((it, doubt(it.flags)?)));
    let doubted: String =
        doubted.map(|(it, doubt)| format!(", {} {doubt}", names.name(&it.node))).collect();
    format!(", gossip {}{doubted}", gossip.len())
}

/// Requests or replies, one after another.
fn talk(bytes: &[u8]) -> String {
    let text = |piece: &Piece| match piece {
        Piece::Value(value) => value.text(bytes),
        Piece::Newline(_) => "\\n".to_owned(),
        Piece::Rdb(at) => format!("RDB ({} bytes)", at.len()),
        Piece::Rest(at) => format!("({} bytes)", at.len()),
    };
    let pieces = resp::pieces(bytes);
    pieces.iter().take(PIECES_MAX).map(text).collect::<Vec<_>>().join(" · ")
}

fn shorten(text: String) -> String {
    match text.char_indices().nth(LENGTH_MAX) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_requests_are_parted_and_what_is_no_resp_is_counted() {
        let ping = b"*1\r\n$4\r\nPING\r\n";
        let both = [&ping[..], &ping[..]].concat();
        assert_eq!(info(Kind::Client, &both, &Names::default()), "PING · PING");
        assert_eq!(info(Kind::Replication, b"\n", &Names::default()), "\\n");
        let rdb = info(Kind::Replication, b"$90\r\nREDIS0009", &Names::default());
        assert_eq!(rdb, "RDB (14 bytes)");
        let late = info(Kind::Replication, b"\n+FULLRESYNC x 0\r\n", &Names::default());
        assert_eq!(late, "\\n · FULLRESYNC x 0");
    }

    #[test]
    fn a_long_line_is_shortened_between_characters() {
        let long = format!("+{}\r\n", "ä".repeat(500));
        let text = info(Kind::Client, long.as_bytes(), &Names::default());
        assert_eq!(text.chars().count(), LENGTH_MAX + 1);
    }
}
