//! Replies, as values until they are written in the client's protocol.

use alloc::string::String;
use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};

/// What a command answers.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(crate) enum Reply {
    /// `+OK`
    Ok,
    /// A status line.
    Simple(String),
    /// An error, code first: `ERR syntax error`.
    Error(String),
    /// An integer.
    Int(i64),
    /// A binary-safe string.
    Bulk(Vec<u8>),
    /// A text that RESP3 marks as verbatim.
    Verbatim(String),
    /// The missing string.
    Nil,
    /// The missing array (an EXEC that was not executed).
    NilArray,
    /// A list.
    Array(Vec<Reply>),
    /// Pairs: a flat list of keys and values in RESP2.
    Map(Vec<(Reply, Reply)>),
    /// Nothing is answered now: the caller is blocked, gone, or must not hear.
    None,
}

impl Reply {
    /// An error with a text of one's own.
    pub(crate) fn error(text: impl Into<String>) -> Self {
        Self::Error(text.into())
    }

    /// A bulk string of text.
    pub(crate) fn bulk(text: impl Into<String>) -> Self {
        Self::Bulk(text.into().into_bytes())
    }

    /// Writes the reply in RESP2.
    pub(crate) fn write_resp2(&self, _out: &mut Vec<u8>) {
        todo!()
    }
}
