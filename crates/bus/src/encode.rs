//! Packets to bytes.

use alloc::vec::Vec;

use crate::codec::{
    EXTENSION_HEAD_LEN, GOSSIP_LEN, HEADER_LEN, MODULE_HEAD_LEN, PUBLISH_HEAD_LEN, SIGNATURE,
    UPDATE_LEN, VERSION, extension,
};
use crate::{Body, Extension, Gossip, Header, MessageFlags, Packet};

/// Encodes one message, filling in `totlen`, `count` and the number of extensions. A message with
/// extensions carries [`MessageFlags::EXT_DATA`], whether or not its header says so.
#[must_use]
pub fn encode(packet: &Packet) -> Vec<u8> {
    let len = HEADER_LEN + body_len(&packet.body);
    let mut out = Vec::with_capacity(len);
    put_header(&mut out, &packet.header, &packet.body, len);
    put_body(&mut out, &packet.body);
    debug_assert_eq!(out.len(), len, "the announced length is the real one");
    out
}

fn body_len(body: &Body) -> usize {
    match body {
        Body::Ping(gossip, extensions)
        | Body::Pong(gossip, extensions)
        | Body::Meet(gossip, extensions) => {
            gossip.len() * GOSSIP_LEN + extensions.iter().map(extension_len).sum::<usize>()
        }
        Body::Fail(_) => 40,
        Body::Publish { channel, message } | Body::PublishShard { channel, message } => {
            PUBLISH_HEAD_LEN + channel.len() + message.len()
        }
        Body::FailoverAuthRequest | Body::FailoverAuthAck | Body::MfStart => 0,
        Body::Update { .. } => UPDATE_LEN,
        Body::Module { payload, .. } => MODULE_HEAD_LEN + payload.len(),
        Body::Unknown(_, bytes) => bytes.len(),
    }
}

fn extension_len(extension: &Extension) -> usize {
    let data = match extension {
        Extension::Hostname(name) | Extension::HumanNodename(name) => name.len() + 1,
        Extension::ForgottenNode(..) => 48,
        Extension::ShardId(_) => 40,
        Extension::Unknown(_, data) => data.len(),
    };
    EXTENSION_HEAD_LEN + data.next_multiple_of(8)
}

fn put_header(out: &mut Vec<u8>, header: &Header, body: &Body, len: usize) {
    let (gossip, extensions) = sections(body);
    let mut message_flags = header.message_flags;
    if extensions > 0 {
        message_flags.set(MessageFlags::EXT_DATA);
    }
    out.extend_from_slice(&SIGNATURE);
    put_u32(out, len as u32);
    put_u16(out, VERSION);
    put_u16(out, header.port);
    put_u16(out, body.kind().wire());
    put_u16(out, gossip as u16);
    put_u64(out, header.current_epoch);
    put_u64(out, header.config_epoch);
    put_u64(out, header.offset);
    out.extend_from_slice(&header.sender.0);
    out.extend_from_slice(&header.slots.to_wire());
    out.extend_from_slice(&header.master.map_or([0; 40], |id| id.0));
    out.extend_from_slice(&header.ip.0);
    put_u16(out, extensions as u16);
    out.extend_from_slice(&[0; 30]);
    put_u16(out, header.pport);
    put_u16(out, header.cport);
    put_u16(out, header.flags.0);
    out.extend_from_slice(&[u8::from(header.state_fail), message_flags.0, 0, 0]);
}

/// How many gossip entries and extensions a body has.
fn sections(body: &Body) -> (usize, usize) {
    match body {
        Body::Ping(gossip, extensions)
        | Body::Pong(gossip, extensions)
        | Body::Meet(gossip, extensions) => (gossip.len(), extensions.len()),
        _ => (0, 0),
    }
}

fn put_body(out: &mut Vec<u8>, body: &Body) {
    match body {
        Body::Ping(gossip, extensions)
        | Body::Pong(gossip, extensions)
        | Body::Meet(gossip, extensions) => {
            gossip.iter().for_each(|entry| put_gossip(out, entry));
            extensions.iter().for_each(|extension| put_extension(out, extension));
        }
        Body::Fail(node) => out.extend_from_slice(&node.0),
        Body::Publish { channel, message } | Body::PublishShard { channel, message } => {
            put_u32(out, channel.len() as u32);
            put_u32(out, message.len() as u32);
            out.extend_from_slice(channel);
            out.extend_from_slice(message);
        }
        Body::FailoverAuthRequest | Body::FailoverAuthAck | Body::MfStart => {}
        Body::Update { config_epoch, node, slots } => {
            put_u64(out, *config_epoch);
            out.extend_from_slice(&node.0);
            out.extend_from_slice(&slots.to_wire());
        }
        Body::Module { module_id, kind, payload } => {
            out.extend_from_slice(module_id);
            put_u32(out, payload.len() as u32);
            out.push(*kind);
            out.extend_from_slice(payload);
        }
        Body::Unknown(_, bytes) => out.extend_from_slice(bytes),
    }
}

fn put_gossip(out: &mut Vec<u8>, entry: &Gossip) {
    out.extend_from_slice(&entry.node.0);
    put_u32(out, entry.ping_sent);
    put_u32(out, entry.pong_received);
    out.extend_from_slice(&entry.ip.0);
    put_u16(out, entry.port);
    put_u16(out, entry.cport);
    put_u16(out, entry.flags.0);
    put_u16(out, entry.pport);
    out.extend_from_slice(&[0; 2]);
}

fn put_extension(out: &mut Vec<u8>, extension: &Extension) {
    let end = out.len() + extension_len(extension);
    put_u32(out, extension_len(extension) as u32);
    put_u16(out, extension_kind(extension));
    out.extend_from_slice(&[0; 2]);
    match extension {
        Extension::Hostname(data)
        | Extension::HumanNodename(data)
        | Extension::Unknown(_, data) => out.extend_from_slice(data),
        Extension::ForgottenNode(node, ttl) => {
            out.extend_from_slice(&node.0);
            put_u64(out, *ttl);
        }
        Extension::ShardId(shard) => out.extend_from_slice(&shard.0),
    }
    out.resize(end, 0);
}

fn extension_kind(extension: &Extension) -> u16 {
    match extension {
        Extension::Hostname(_) => extension::HOSTNAME,
        Extension::HumanNodename(_) => extension::HUMAN_NODENAME,
        Extension::ForgottenNode(..) => extension::FORGOTTEN_NODE,
        Extension::ShardId(_) => extension::SHARD_ID,
        Extension::Unknown(kind, _) => *kind,
    }
}

pub(crate) fn put_u16(out: &mut Vec<u8>, value: u16) {
    out.extend_from_slice(&value.to_be_bytes());
}

pub(crate) fn put_u32(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_be_bytes());
}

fn put_u64(out: &mut Vec<u8>, value: u64) {
    out.extend_from_slice(&value.to_be_bytes());
}
