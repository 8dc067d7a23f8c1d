//! One message opened: every field with its value and where it stands.

use std::ops::Range;

use crate::kind::Kind;
use crate::names::Names;

mod bus;
mod talk;

/// A field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// How deep inside others.
    pub depth: u8,
    /// As the protocol calls it.
    pub name: String,
    /// What stands there.
    pub value: String,
    /// Which bytes.
    pub at: Range<usize>,
}

/// All fields of a message, in the order of their bytes.
#[must_use]
pub fn fields(kind: Kind, bytes: &[u8], names: &Names) -> Vec<Field> {
    match kind {
        Kind::Bus(_) => bus::fields(bytes, names),
        Kind::Replication | Kind::Client => talk::fields(bytes),
        Kind::Connection => Vec::new(),
    }
}

fn field(depth: u8, name: &str, value: impl ToString, at: Range<usize>) -> Field {
    Field { depth, name: name.to_owned(), value: value.to_string(), at }
}
