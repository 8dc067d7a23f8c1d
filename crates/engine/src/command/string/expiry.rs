//! The options by which SET and GETEX give a key its time.

use alloc::format;

use crate::command::Call;
use crate::node::Node;
use crate::resp::number::parse_i64;
use crate::resp::reply::Reply;

/// What becomes of a key's expiry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expiry {
    /// Nothing was said.
    Unsaid,
    /// `KEEPTTL`
    Keep,
    /// `PERSIST`
    Persist,
    /// `EX`, `PX`, `EXAT`, `PXAT`: unix milliseconds.
    At(u64),
}

/// How a time is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit {
    /// Seconds rather than milliseconds.
    pub seconds: bool,
    /// Counted from 1970 rather than from this moment.
    pub absolute: bool,
}

impl Unit {
    /// The unit of an option's name.
    pub(super) fn of(call: &Call<'_>, at: usize) -> Option<Self> {
        let names = [("ex", true, false), ("px", false, false), ("exat", true, true)];
        names
            .into_iter()
            .chain([("pxat", false, true)])
            .find(|(name, ..)| call.is(at, name))
            .map(|(_, seconds, absolute)| Self { seconds, absolute })
    }

    /// The moment that `text` names, in unix milliseconds.
    ///
    /// # Errors
    /// When it is no positive integer, or too large.
    pub(super) fn moment(self, text: &[u8], node: &Node, command: &str) -> Result<u64, Reply> {
        let number = parse_i64(text).ok_or_else(Reply::not_an_integer)?;
        let invalid = || Reply::Error(format!("ERR invalid expire time in '{command}' command"));
        let number = u64::try_from(number).ok().filter(|&it| it > 0).ok_or_else(invalid)?;
        let ms = if self.seconds { number.checked_mul(1000) } else { Some(number) };
        let base = if self.absolute { 0 } else { node.unix_ms() };
        ms.and_then(|ms| ms.checked_add(base))
            .filter(|&ms| ms <= i64::MAX as u64)
            .ok_or_else(invalid)
    }
}
