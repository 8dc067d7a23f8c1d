//! The layout of the wire, and where its messages end. All integers are big-endian.

/// The first four bytes of every message.
pub(crate) const SIGNATURE: [u8; 4] = *b"RCmb";
/// The version of the protocol that Redis speaks since 3.0.
pub(crate) const VERSION: u16 = 1;
/// The fixed head of every message.
pub(crate) const HEADER_LEN: usize = 2256;
/// The bitmap of all slots.
pub(crate) const BITMAP_LEN: usize = crate::SLOTS / 8;
/// One entry of the gossip section.
pub(crate) const GOSSIP_LEN: usize = 104;
/// The head of a ping extension: its length, its type and two unused bytes.
pub(crate) const EXTENSION_HEAD_LEN: usize = 8;
/// What the bodies of PUBLISH and PUBLISHSHARD start with: the lengths of channel and message.
pub(crate) const PUBLISH_HEAD_LEN: usize = 8;
/// What the body of MODULE starts with: the module's id, the payload's length and its type.
pub(crate) const MODULE_HEAD_LEN: usize = 13;
/// The body of UPDATE: an epoch, a node and its slots.
pub(crate) const UPDATE_LEN: usize = 8 + 40 + BITMAP_LEN;

/// The type numbers of ping extensions.
pub(crate) mod extension {
    pub(crate) const HOSTNAME: u16 = 0;
    pub(crate) const HUMAN_NODENAME: u16 = 1;
    pub(crate) const FORGOTTEN_NODE: u16 = 2;
    pub(crate) const SHARD_ID: u16 = 3;
}

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
/// [`FrameError`] when the stream can not be a cluster bus. As in Redis, that is judged as soon as
/// the first eight bytes are there, and not before.
pub fn frame(bytes: &[u8]) -> Result<Frame, FrameError> {
    let Some((&[s0, s1, s2, s3, l0, l1, l2, l3], _)) = bytes.split_first_chunk::<8>() else {
        return Ok(Frame::Incomplete);
    };
    let len = u32::from_be_bytes([l0, l1, l2, l3]) as usize;
    if [s0, s1, s2, s3] != SIGNATURE || len < HEADER_LEN {
        return Err(FrameError);
    }
    Ok(if bytes.len() < len { Frame::Incomplete } else { Frame::Complete(len) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_judged_by_its_first_eight_bytes() {
        assert_eq!(frame(b"HTTP/1."), Ok(Frame::Incomplete));
        assert_eq!(frame(b"HTTP/1.1"), Err(FrameError));
        assert_eq!(frame(b"RCmb\x00\x00\x08\xcf"), Err(FrameError));
        assert_eq!(frame(b"RCmb\x00\x00\x08\xd0"), Ok(Frame::Incomplete));
    }

    #[test]
    fn a_message_is_complete_with_its_last_byte() {
        let mut bytes = [0; HEADER_LEN + 1];
        bytes[..8].copy_from_slice(b"RCmb\x00\x00\x08\xd0");
        assert_eq!(frame(&bytes[..HEADER_LEN - 1]), Ok(Frame::Incomplete));
        assert_eq!(frame(&bytes[..HEADER_LEN]), Ok(Frame::Complete(HEADER_LEN)));
        assert_eq!(frame(&bytes), Ok(Frame::Complete(HEADER_LEN)));
    }
}
