//! Light messages: pub/sub with a head of 16 bytes that says nothing about its sender.
//!
//! Valkey 8 sends them to nodes that announce [`crate::NodeFlags::LIGHT_HEADER_SUPPORTED`], over links
//! on which they have heard of each other before; the link says who speaks.

use alloc::vec::Vec;

use crate::codec::{
    DecodeError, Frame, FrameError, HEADER_LEN, PUBLISH_HEAD_LEN, SIGNATURE, VERSION, frame,
};
use crate::decode::{length_error, u16_at, u32_at};
use crate::encode::{put_u16, put_u32};
use crate::{Body, PacketKind};

/// The bit of the type field that makes a message a light one.
const LIGHT: u16 = 0x8000;
/// Signature, length, version, unused, type, unused.
const LIGHT_HEADER_LEN: usize = 16;
/// How many bytes tell whether a message is a light one.
const TYPE_END: usize = 14;

/// Whether a message, as [`frame_with_light`] cuts it, is a light one.
#[must_use]
pub fn is_light(message: &[u8]) -> bool {
    message.len() >= TYPE_END && u16_at(message, 12) & LIGHT != 0
}

/// As [`frame`], on a link whose messages may be light.
///
/// # Errors
/// As [`frame`]; a short message is judged when its type is there.
pub fn frame_with_light(bytes: &[u8]) -> Result<Frame, FrameError> {
    let Some(head) = bytes.first_chunk::<8>() else { return Ok(Frame::Incomplete) };
    let len = u32_at(head, 4) as usize;
    if head[..4] != SIGNATURE || !(LIGHT_HEADER_LEN..HEADER_LEN).contains(&len) {
        return frame(bytes);
    }
    if bytes.len() >= TYPE_END && !is_light(bytes) {
        return Err(FrameError);
    }
    Ok(if bytes.len() < len { Frame::Incomplete } else { Frame::Complete(len) })
}

/// Encodes PUBLISH or PUBLISHSHARD as a light message; no other body has such a form.
#[must_use]
pub fn encode_light(body: &Body) -> Option<Vec<u8>> {
    let (Body::Publish { channel, message } | Body::PublishShard { channel, message }) = body
    else {
        return None;
    };
    let len = LIGHT_HEADER_LEN + PUBLISH_HEAD_LEN + channel.len() + message.len();
    let mut out = Vec::with_capacity(len);
    out.extend_from_slice(&SIGNATURE);
    put_u32(&mut out, len as u32);
    put_u16(&mut out, VERSION);
    put_u16(&mut out, 0);
    put_u16(&mut out, body.kind().wire() | LIGHT);
    put_u16(&mut out, 0);
    put_u32(&mut out, channel.len() as u32);
    put_u32(&mut out, message.len() as u32);
    out.extend_from_slice(channel);
    out.extend_from_slice(message);
    Some(out)
}

/// Decodes a light message. A type that has no light form is [`Body::Unknown`].
///
/// # Errors
/// [`DecodeError`] as of [`crate::decode`].
pub fn decode_light(bytes: &[u8]) -> Result<Body, DecodeError> {
    let least = LIGHT_HEADER_LEN + PUBLISH_HEAD_LEN;
    let Some((head, rest)) = bytes.split_at_checked(LIGHT_HEADER_LEN) else {
        return Err(length_error(bytes.len(), least as u64));
    };
    let announced = u32_at(head, 4) as usize;
    if announced != bytes.len() {
        return Err(length_error(announced, bytes.len() as u64));
    }
    match u16_at(head, 8) {
        VERSION => {}
        other => return Err(DecodeError::Version(other)),
    }
    let kind = PacketKind::from_wire(u16_at(head, 12) & !LIGHT);
    if !matches!(kind, PacketKind::Publish | PacketKind::PublishShard) {
        return Ok(Body::Unknown(u16_at(head, 12), rest.to_vec()));
    }
    let Some((lengths, text)) = rest.split_at_checked(PUBLISH_HEAD_LEN) else {
        return Err(length_error(bytes.len(), least as u64));
    };
    let (channel, message) = (u32_at(lengths, 0), u32_at(lengths, 4));
    let text_len = u64::from(channel) + u64::from(message);
    if text_len != text.len() as u64 {
        return Err(length_error(bytes.len(), least as u64 + text_len));
    }
    let (channel, message) = text.split_at(channel as usize);
    let (channel, message) = (channel.to_vec(), message.to_vec());
    Ok(match kind {
        PacketKind::Publish => Body::Publish { channel, message },
        _ => Body::PublishShard { channel, message },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Vec<u8> {
        let body = Body::PublishShard { channel: b"news".to_vec(), message: b"hello".to_vec() };
        encode_light(&body).expect("it has a light form")
    }

    #[test]
    fn a_light_message_is_33_bytes_where_a_full_one_is_2273() {
        let bytes = message();
        let head = b"RCmb\x00\x00\x00\x21\x00\x01\x00\x00\x80\x0a\x00\x00";
        assert_eq!(bytes[..16], head[..]);
        assert_eq!(bytes[16..], b"\x00\x00\x00\x04\x00\x00\x00\x05newshello"[..]);
        assert_eq!(frame_with_light(&bytes), Ok(Frame::Complete(33)));
        assert_eq!(frame_with_light(&bytes[..20]), Ok(Frame::Incomplete));
        assert_eq!(frame(&bytes), Err(FrameError));
        let body = decode_light(&bytes).expect("a good message");
        assert_eq!(encode_light(&body).as_deref(), Some(&bytes[..]));
        assert_eq!(PacketKind::peek(&bytes), Some(PacketKind::PublishShard));
    }

    #[test]
    fn a_short_message_of_another_type_is_no_bus() {
        let mut bytes = message();
        bytes[12] = 0;
        assert_eq!(frame_with_light(&bytes[..13]), Ok(Frame::Incomplete));
        assert_eq!(frame_with_light(&bytes[..14]), Err(FrameError));
        assert_eq!(frame_with_light(b"RCmb\x00\x00\x00\x0f"), Err(FrameError));
        assert_eq!(frame_with_light(b"HTTP/1.1"), Err(FrameError));
    }

    #[test]
    fn damaged_light_messages_are_dropped() {
        let mut bytes = message();
        bytes[19] = 5;
        assert!(matches!(decode_light(&bytes), Err(DecodeError::Length { expected: 34, .. })));
        bytes[9] = 2;
        assert_eq!(decode_light(&bytes), Err(DecodeError::Version(2)));
        let mut other = message();
        other[13] = 9;
        assert!(matches!(decode_light(&other), Ok(Body::Unknown(0x8009, _))));
        assert!(matches!(decode_light(&message()[..16]), Err(DecodeError::Length { .. })));
        assert_eq!(encode_light(&Body::MfStart), None);
    }
}
