//! Bytes to packets.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::codec::{
    BITMAP_LEN, DecodeError, EXTENSION_HEAD_LEN, GOSSIP_LEN, HEADER_LEN, MODULE_HEAD_LEN,
    PUBLISH_HEAD_LEN, UPDATE_LEN, VERSION, extension,
};
use crate::{
    Body, Extension, Gossip, Header, IpText, MessageFlags, NodeFlags, NodeId, Packet, PacketKind,
    SlotSet,
};

/// Decodes exactly one message, as [`crate::frame`] cuts it. Never panics.
///
/// The signature is not looked at: a stream that has lost it is no bus any more, which
/// [`crate::frame`] tells.
///
/// # Errors
/// [`DecodeError`] when Redis would drop the message. Where Redis would read past the end of the
/// message before dropping it, it is dropped for its length.
pub fn decode(bytes: &[u8]) -> Result<Packet, DecodeError> {
    let Some((head, body)) = bytes.split_at_checked(HEADER_LEN) else {
        return Err(length_error(bytes.len(), HEADER_LEN as u64));
    };
    let announced = u32_at(head, 4) as usize;
    if announced != bytes.len() {
        return Err(length_error(announced, bytes.len() as u64));
    }
    match u16_at(head, 8) {
        VERSION => {}
        other => return Err(DecodeError::Version(other)),
    }
    let body = decode_body(head, body)?;
    Ok(Packet { header: decode_header(head), body })
}

pub(crate) fn length_error(announced: usize, expected: u64) -> DecodeError {
    let clamp = |len: u64| u32::try_from(len).unwrap_or(u32::MAX);
    DecodeError::Length { announced: clamp(announced as u64), expected: clamp(expected) }
}

fn decode_header(head: &[u8]) -> Header {
    let master = NodeId(array_at(head, 2128));
    Header {
        port: u16_at(head, 10),
        current_epoch: u64_at(head, 16),
        config_epoch: u64_at(head, 24),
        offset: u64_at(head, 32),
        sender: NodeId(array_at(head, 40)),
        slots: slots_at(head, 80),
        master: (master.0 != [0; 40]).then_some(master),
        ip: IpText(array_at(head, 2168)),
        pport: u16_at(head, 2246),
        cport: u16_at(head, 2248),
        flags: NodeFlags(u16_at(head, 2250)),
        state_fail: head[2252] != 0,
        message_flags: MessageFlags(head[2253]),
    }
}

fn decode_body(head: &[u8], body: &[u8]) -> Result<Body, DecodeError> {
    let fits = |expected: u64| {
        let ok = body.len() as u64 == expected;
        if ok { Ok(()) } else { Err(length_error(bytes_of(body), HEADER_LEN as u64 + expected)) }
    };
    Ok(match PacketKind::from_wire(u16_at(head, 12)) {
        PacketKind::Ping => ping_family(head, body, Body::Ping)?,
        PacketKind::Pong => ping_family(head, body, Body::Pong)?,
        PacketKind::Meet => ping_family(head, body, Body::Meet)?,
        PacketKind::Fail => {
            fits(40)?;
            Body::Fail(NodeId(array_at(body, 0)))
        }
        PacketKind::Publish => {
            let (channel, message) = publish(body)?;
            Body::Publish { channel, message }
        }
        PacketKind::PublishShard => {
            let (channel, message) = publish(body)?;
            Body::PublishShard { channel, message }
        }
        PacketKind::FailoverAuthRequest => fits(0).map(|()| Body::FailoverAuthRequest)?,
        PacketKind::FailoverAuthAck => fits(0).map(|()| Body::FailoverAuthAck)?,
        PacketKind::MfStart => fits(0).map(|()| Body::MfStart)?,
        PacketKind::Update => {
            fits(UPDATE_LEN as u64)?;
            Body::Update {
                config_epoch: u64_at(body, 0),
                node: NodeId(array_at(body, 8)),
                slots: Box::new(slots_at(body, 48)),
            }
        }
        PacketKind::Module => module(body)?,
        PacketKind::Unknown(kind) => Body::Unknown(kind, body.to_vec()),
    })
}

/// The length of the whole message that `body` ends.
fn bytes_of(body: &[u8]) -> usize {
    HEADER_LEN + body.len()
}

fn ping_family(
    head: &[u8],
    body: &[u8],
    kind: fn(Vec<Gossip>, Vec<Extension>) -> Body,
) -> Result<Body, DecodeError> {
    let gossip_len = usize::from(u16_at(head, 14)) * GOSSIP_LEN;
    let Some((gossip, rest)) = body.split_at_checked(gossip_len) else {
        return Err(length_error(bytes_of(body), (HEADER_LEN + gossip_len) as u64));
    };
    // Without the flag the number of extensions means nothing, and none may follow.
    let has_extensions = MessageFlags(head[2253]).has(MessageFlags::EXT_DATA);
    let count = if has_extensions { u16_at(head, 2214) } else { 0 };
    let (extensions, rest) = decode_extensions(count, rest)?;
    if !rest.is_empty() {
        let expected = bytes_of(body) - rest.len();
        return Err(length_error(bytes_of(body), expected as u64));
    }
    Ok(kind(gossip.chunks_exact(GOSSIP_LEN).map(decode_gossip).collect(), extensions))
}

fn decode_gossip(entry: &[u8]) -> Gossip {
    Gossip {
        node: NodeId(array_at(entry, 0)),
        ping_sent: u32_at(entry, 40),
        pong_received: u32_at(entry, 44),
        ip: IpText(array_at(entry, 48)),
        port: u16_at(entry, 94),
        cport: u16_at(entry, 96),
        flags: NodeFlags(u16_at(entry, 98)),
        pport: u16_at(entry, 100),
    }
}

fn decode_extensions(count: u16, bytes: &[u8]) -> Result<(Vec<Extension>, &[u8]), DecodeError> {
    let mut rest = bytes;
    let mut extensions = Vec::new();
    for _ in 0..count {
        if rest.len() < EXTENSION_HEAD_LEN {
            return Err(DecodeError::Extension);
        }
        let len = u32_at(rest, 0) as usize;
        // A length of zero passes Redis's own checks for this extension, but can never add up to
        // the message's length: the next head would be the same one.
        if len < EXTENSION_HEAD_LEN || !len.is_multiple_of(8) || len > rest.len() {
            return Err(DecodeError::Extension);
        }
        let (extension, after) = rest.split_at(len);
        extensions.push(decode_extension(u16_at(extension, 4), &extension[EXTENSION_HEAD_LEN..]));
        rest = after;
    }
    Ok((extensions, rest))
}

/// An extension whose data is too short for its type is kept as unknown.
fn decode_extension(kind: u16, data: &[u8]) -> Extension {
    match (kind, data.len()) {
        (extension::HOSTNAME, _) => Extension::Hostname(until_nul(data)),
        (extension::HUMAN_NODENAME, _) => Extension::HumanNodename(until_nul(data)),
        (extension::FORGOTTEN_NODE, 48..) => {
            Extension::ForgottenNode(NodeId(array_at(data, 0)), u64_at(data, 40))
        }
        (extension::SHARD_ID, 40..) => Extension::ShardId(NodeId(array_at(data, 0))),
        _ => Extension::Unknown(kind, data.to_vec()),
    }
}

fn until_nul(data: &[u8]) -> Vec<u8> {
    data.split(|&byte| byte == 0).next().unwrap_or_default().to_vec()
}

/// Channel and message.
fn publish(body: &[u8]) -> Result<(Vec<u8>, Vec<u8>), DecodeError> {
    let least = (HEADER_LEN + PUBLISH_HEAD_LEN) as u64;
    let Some((head, text)) = body.split_at_checked(PUBLISH_HEAD_LEN) else {
        return Err(length_error(bytes_of(body), least));
    };
    let (channel_len, message_len) = (u32_at(head, 0), u32_at(head, 4));
    let text_len = u64::from(channel_len) + u64::from(message_len);
    if text_len != text.len() as u64 {
        return Err(length_error(bytes_of(body), least + text_len));
    }
    let (channel, message) = text.split_at(channel_len as usize);
    Ok((channel.to_vec(), message.to_vec()))
}

fn module(body: &[u8]) -> Result<Body, DecodeError> {
    let least = (HEADER_LEN + MODULE_HEAD_LEN) as u64;
    let Some((head, payload)) = body.split_at_checked(MODULE_HEAD_LEN) else {
        return Err(length_error(bytes_of(body), least));
    };
    let payload_len = u64::from(u32_at(head, 8));
    if payload_len != payload.len() as u64 {
        return Err(length_error(bytes_of(body), least + payload_len));
    }
    Ok(Body::Module { module_id: array_at(head, 0), kind: head[12], payload: payload.to_vec() })
}

/// The bytes of a field. Callers have checked that the field is inside `bytes`.
fn array_at<const N: usize>(bytes: &[u8], offset: usize) -> [u8; N] {
    *bytes[offset..].first_chunk().expect("lengths are checked before fields are read")
}

fn slots_at(bytes: &[u8], offset: usize) -> SlotSet {
    let bitmap: &[u8; BITMAP_LEN] =
        bytes[offset..].first_chunk().expect("lengths are checked before fields are read");
    SlotSet::from_wire(bitmap)
}

pub(crate) fn u16_at(bytes: &[u8], offset: usize) -> u16 {
    u16::from_be_bytes(array_at(bytes, offset))
}

pub(crate) fn u32_at(bytes: &[u8], offset: usize) -> u32 {
    u32::from_be_bytes(array_at(bytes, offset))
}

fn u64_at(bytes: &[u8], offset: usize) -> u64 {
    u64::from_be_bytes(array_at(bytes, offset))
}
