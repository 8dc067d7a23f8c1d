//! Bytes to packets and back, at the offsets that Redis uses. All integers are big-endian.

use alloc::vec::Vec;

use crate::Packet;

/// Why a complete message was dropped. The link it came on stays open, as in Redis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DecodeError {
    /// `ver` is not 1: dropped in silence.
    Version(u16),
    /// `totlen` is not what the type, `count` and the extensions add up to.
    Length {
        /// The length announced in the header.
        announced: u32,
        /// The length that the content asks for.
        expected: u32,
    },
    /// An extension's length is no multiple of 8, or it runs past the end of the message.
    Extension,
}

/// Where the first message of a byte stream ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame {
    /// More bytes are needed before the first message is complete.
    Incomplete,
    /// The first message takes this many bytes.
    Complete(usize),
}

/// A bad signature or a length below the minimum: Redis closes the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameError;

/// Looks for the end of the first message in `bytes`.
///
/// # Errors
/// [`FrameError`] when the stream can not be a cluster bus.
pub fn frame(_bytes: &[u8]) -> Result<Frame, FrameError> {
    todo!()
}

/// Decodes exactly one message. Never panics.
///
/// # Errors
/// [`DecodeError`] when Redis would drop the message.
pub fn decode(_bytes: &[u8]) -> Result<Packet, DecodeError> {
    todo!()
}

/// Encodes one message, filling in `totlen`, `count` and the number of extensions.
#[must_use]
pub fn encode(_packet: &Packet) -> Vec<u8> {
    todo!()
}
