//! Identities and addresses as the wire carries them.

use core::fmt;
use core::str::FromStr;

use borsh::{BorshDeserialize, BorshSerialize};

/// A node's name: 40 characters, lower-case hexadecimal by habit, `a-z0-9` by rule.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize)]
pub struct NodeId(pub [u8; 40]);

impl NodeId {
    /// The name as text. Forty question marks when it is not UTF-8: the wire carries any bytes,
    /// and Redis does not reject a message for them.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or("????????????????????????????????????????")
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.as_str())
    }
}

/// The text is not 40 characters of `a-z0-9`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidNodeId;

impl FromStr for NodeId {
    type Err = InvalidNodeId;

    fn from_str(text: &str) -> Result<Self, InvalidNodeId> {
        let bytes: [u8; 40] = text.as_bytes().try_into().map_err(|_| InvalidNodeId)?;
        let allowed = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        if bytes.iter().all(allowed) { Ok(Self(bytes)) } else { Err(InvalidNodeId) }
    }
}

/// An address field of the wire: up to 46 bytes of text, padded with NUL; empty for "unknown".
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub struct IpText(pub [u8; 46]);

impl IpText {
    /// No address.
    pub const EMPTY: Self = Self([0; 46]);

    /// The text up to the first NUL; empty when it is not UTF-8.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let end = self.0.iter().position(|&b| b == 0).unwrap_or(self.0.len());
        core::str::from_utf8(&self.0[..end]).unwrap_or("")
    }

    /// Whether no address is given.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0[0] == 0
    }

    /// The first 45 bytes of `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut field = [0; 46];
        let len = text.len().min(45);
        field[..len].copy_from_slice(&text.as_bytes()[..len]);
        Self(field)
    }
}

impl fmt::Debug for IpText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

impl fmt::Display for IpText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
