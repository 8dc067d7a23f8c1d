//! The codec's pair assertion: every bus message that the network carries is decoded and encoded
//! again, and must come out the same. Only in debug builds.

use bus::{Frame, decode, encode, frame};

/// Checks the complete bus messages at the start of `bytes`.
///
/// # Panics
/// When a message that decodes is encoded differently.
pub(crate) fn check_bus_messages(mut bytes: &[u8]) {
    while bytes.starts_with(b"RCmb")
        && let Ok(Frame::Complete(length)) = frame(bytes)
        && let Some((message, rest)) = bytes.split_at_checked(length)
    {
        if let Ok(packet) = decode(message) {
            assert!(encode(&packet) == message, "the codec does not agree with itself: {packet:?}");
        }
        bytes = rest;
    }
}
