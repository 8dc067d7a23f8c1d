//! Messages of the cluster bus. The names are those of Redis's own structures.

use bus::{
    Body, Extension, Gossip, Header, MessageFlags, NodeFlags, NodeId, Packet, SlotSet, decode,
};

use super::{Field, field};
use crate::names::Names;
use crate::resp::word;

/// Where the body begins.
const BODY: usize = 2256;
/// The size of a gossip entry.
const GOSSIP: usize = 104;

/// All fields, or why there are none.
pub(super) fn fields(bytes: &[u8], names: &Names) -> Vec<Field> {
    match decode(bytes) {
        Ok(packet) => {
            let mut fields = header(&packet, bytes, names);
            body(&packet, bytes, names, &mut fields);
            fields
        }
        Err(why) => vec![field(0, "error", format!("{why:?}"), 0..bytes.len())],
    }
}

fn header(packet: &Packet, bytes: &[u8], names: &Names) -> Vec<Field> {
    let u16_at = |at: usize| u16::from_be_bytes([bytes[at], bytes[at + 1]]);
    let kind = packet.body.kind();
    let Header { port, current_epoch, config_epoch, offset, sender, slots, master, ip, .. } =
        &packet.header;
    let Header { pport, cport, flags, state_fail, message_flags, .. } = &packet.header;
    vec![
        field(0, "sig", "RCmb", 0..4),
        field(0, "totlen", bytes.len(), 4..8),
        field(0, "ver", u16_at(8), 8..10),
        field(0, "port", port, 10..12),
        field(0, "type", format!("{} ({})", kind.wire(), kind.name()), 12..14),
        field(0, "count", u16_at(14), 14..16),
        field(0, "currentEpoch", current_epoch, 16..24),
        field(0, "configEpoch", config_epoch, 24..32),
        field(0, "offset", offset, 32..40),
        field(0, "sender", names.full(sender), 40..80),
        field(0, "myslots", ranges(slots), 80..2128),
        field(
            0,
            "slaveof",
            master.map_or_else(|| "-".to_owned(), |it| names.full(&it)),
            2128..2168,
        ),
        field(0, "myip", if ip.is_empty() { "-" } else { ip.as_str() }, 2168..2214),
        field(0, "extensions", u16_at(2214), 2214..2216),
        field(0, "pport", pport, 2246..2248),
        field(0, "cport", cport, 2248..2250),
        field(0, "flags", node_flags(*flags), 2250..2252),
        field(0, "state", if *state_fail { "fail" } else { "ok" }, 2252..2253),
        field(0, "mflags", message_flags_text(*message_flags), 2253..2256),
    ]
}

fn body(packet: &Packet, bytes: &[u8], names: &Names, fields: &mut Vec<Field>) {
    let end = bytes.len();
    let id = |id: &NodeId| names.full(id);
    match &packet.body {
        Body::Ping(gossip, extensions)
        | Body::Pong(gossip, extensions)
        | Body::Meet(gossip, extensions) => {
            for (index, entry) in gossip.iter().enumerate() {
                push_gossip(entry, BODY + index * GOSSIP, names, fields);
            }
            push_extensions(extensions, BODY + gossip.len() * GOSSIP, bytes, names, fields);
        }
        Body::Fail(node) => fields.push(field(0, "nodename", id(node), BODY..BODY + 40)),
        Body::Publish { channel, message } | Body::PublishShard { channel, message } => {
            let text = BODY + 8;
            let middle = text + channel.len();
            fields.push(field(0, "channel_len", channel.len(), BODY..BODY + 4));
            fields.push(field(0, "message_len", message.len(), BODY + 4..text));
            fields.push(field(0, "channel", word(channel), text..middle));
            fields.push(field(0, "message", word(message), middle..end));
        }
        Body::Update { config_epoch, node, slots } => {
            fields.push(field(0, "configEpoch", config_epoch, BODY..BODY + 8));
            fields.push(field(0, "nodename", id(node), BODY + 8..BODY + 48));
            fields.push(field(0, "slots", ranges(slots), BODY + 48..end));
        }
        Body::Module { module_id, kind, payload } => {
            fields.push(field(0, "module_id", word(module_id), BODY..BODY + 8));
            fields.push(field(0, "len", payload.len(), BODY + 8..BODY + 12));
            fields.push(field(0, "type", kind, BODY + 12..BODY + 13));
            fields.push(field(0, "payload", word(payload), BODY + 13..end));
        }
        Body::Unknown(_, rest) => fields.push(field(0, "body", word(rest), BODY..end)),
        Body::FailoverAuthRequest | Body::FailoverAuthAck | Body::MfStart => {}
    }
}

fn push_gossip(entry: &Gossip, at: usize, names: &Names, fields: &mut Vec<Field>) {
    let title = format!("{} {}", names.name(&entry.node), node_flags(entry.flags));
    let ip = if entry.ip.is_empty() { "-" } else { entry.ip.as_str() };
    fields.extend([
        field(0, "gossip", title, at..at + GOSSIP),
        field(1, "nodename", names.full(&entry.node), at..at + 40),
        field(1, "ping_sent", entry.ping_sent, at + 40..at + 44),
        field(1, "pong_received", entry.pong_received, at + 44..at + 48),
        field(1, "ip", ip, at + 48..at + 94),
        field(1, "port", entry.port, at + 94..at + 96),
        field(1, "cport", entry.cport, at + 96..at + 98),
        field(1, "flags", node_flags(entry.flags), at + 98..at + 100),
        field(1, "pport", entry.pport, at + 100..at + 102),
    ]);
}

fn push_extensions(
    extensions: &[Extension],
    mut at: usize,
    bytes: &[u8],
    names: &Names,
    fields: &mut Vec<Field>,
) {
    for extension in extensions {
        let length = bytes.get(at..at + 4).and_then(|it| it.first_chunk());
        let length = length.map_or(0, |it| u32::from_be_bytes(*it) as usize);
        let at_all = at..(at + length).min(bytes.len());
        let (name, value) = match extension {
            Extension::Hostname(text) => ("hostname", word(text)),
            Extension::HumanNodename(text) => ("human_nodename", word(text)),
            Extension::ForgottenNode(id, ttl) => {
                ("forgotten_node", format!("{}, {ttl} s", names.full(id)))
            }
            Extension::ShardId(id) => ("shard_id", id.to_string()),
            Extension::Unknown(kind, data) => ("unknown", format!("{kind}: {}", word(data))),
        };
        fields.push(field(0, "extension", name, at_all.clone()));
        fields.push(field(1, name, value, at_all.start + 8..at_all.end.max(at_all.start + 8)));
        at += length;
    }
}

/// `0-5460 7`, or a dash for none.
fn ranges(slots: &SlotSet) -> String {
    let range = |(first, last): (u16, u16)| {
        if first == last { first.to_string() } else { format!("{first}-{last}") }
    };
    let text: Vec<_> = slots.ranges().map(range).collect();
    if text.is_empty() { "-".to_owned() } else { text.join(" ") }
}

/// The names of CLUSTER NODES.
fn node_flags(flags: NodeFlags) -> String {
    let all = [
        (NodeFlags::MYSELF, "myself"),
        (NodeFlags::MASTER, "master"),
        (NodeFlags::REPLICA, "slave"),
        (NodeFlags::PFAIL, "fail?"),
        (NodeFlags::FAIL, "fail"),
        (NodeFlags::HANDSHAKE, "handshake"),
        (NodeFlags::NO_ADDR, "noaddr"),
        (NodeFlags::NO_FAILOVER, "nofailover"),
    ];
    let names: Vec<_> = all.iter().filter(|it| flags.has(it.0)).map(|it| it.1).collect();
    if names.is_empty() { "noflags".to_owned() } else { names.join(",") }
}

fn message_flags_text(flags: MessageFlags) -> String {
    let all = [
        (MessageFlags::PAUSED, "PAUSED"),
        (MessageFlags::FORCE_ACK, "FORCEACK"),
        (MessageFlags::EXT_DATA, "EXT_DATA"),
    ];
    let names: Vec<_> = all.iter().filter(|it| flags.has(it.0)).map(|it| it.1).collect();
    if names.is_empty() { "-".to_owned() } else { names.join(",") }
}
