//! Replies, as values until they are written in the client's protocol.

use alloc::format;
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
    /// Nothing is answered at this point: the caller is blocked, gone, or must not hear.
    None,
}

impl Reply {
    /// An error with a text of one's own.
    pub(crate) fn error(text: impl Into<String>) -> Self {
        Self::Error(text.into())
    }

    /// A status line with a text of one's own.
    pub(crate) fn simple(text: impl Into<String>) -> Self {
        Self::Simple(text.into())
    }

    /// A bulk string of text.
    pub(crate) fn bulk(text: impl Into<String>) -> Self {
        Self::Bulk(text.into().into_bytes())
    }

    /// `ERR syntax error`
    pub(crate) fn syntax_error() -> Self {
        Self::error("ERR syntax error")
    }

    /// `ERR value is not an integer or out of range`
    pub(crate) fn not_an_integer() -> Self {
        Self::error("ERR value is not an integer or out of range")
    }

    /// `ERR wrong number of arguments for '...' command`; `name` in lower case, `parent|sub` for a
    /// subcommand.
    pub(crate) fn wrong_arity(name: &str) -> Self {
        Self::error(format!("ERR wrong number of arguments for '{name}' command"))
    }

    /// What HELP answers: a status line for each line, the subcommands between two fixed parts.
    pub(crate) fn help(command: &str, lines: &[&str]) -> Self {
        let title = format!("{command} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
        let own = lines.iter().map(|&line| Self::simple(line));
        let tail = ["HELP", "    Prints this help."].map(Self::simple);
        Self::Array(core::iter::once(Self::Simple(title)).chain(own).chain(tail).collect())
    }

    /// Writes the reply in RESP2.
    pub(crate) fn write_resp2(&self, out: &mut Vec<u8>) {
        match self {
            Self::Ok => out.extend_from_slice(b"+OK\r\n"),
            Self::Simple(text) => write_line(out, b'+', text),
            Self::Error(text) => write_line(out, b'-', text),
            Self::Int(value) => write_head(out, b':', *value),
            Self::Bulk(bytes) => write_bulk(out, bytes),
            Self::Verbatim(text) => write_bulk(out, text.as_bytes()),
            Self::Nil => out.extend_from_slice(b"$-1\r\n"),
            Self::NilArray => out.extend_from_slice(b"*-1\r\n"),
            Self::Array(items) => {
                write_head(out, b'*', items.len() as i64);
                for item in items {
                    item.write_resp2(out);
                }
            }
            Self::Map(pairs) => {
                write_head(out, b'*', pairs.len() as i64 * 2);
                for (key, value) in pairs {
                    key.write_resp2(out);
                    value.write_resp2(out);
                }
            }
            Self::None => {}
        }
    }
}

fn write_bulk(out: &mut Vec<u8>, bytes: &[u8]) {
    write_head(out, b'$', bytes.len() as i64);
    out.extend_from_slice(bytes);
    out.extend_from_slice(b"\r\n");
}

fn write_head(out: &mut Vec<u8>, mark: u8, number: i64) {
    use alloc::string::ToString;
    out.push(mark);
    out.extend_from_slice(number.to_string().as_bytes());
    out.extend_from_slice(b"\r\n");
}

/// A line must stay one line, so line ends within it become spaces.
fn write_line(out: &mut Vec<u8>, mark: u8, text: &str) {
    out.push(mark);
    out.extend(text.bytes().map(|b| if b == b'\r' || b == b'\n' { b' ' } else { b }));
    out.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    fn written(reply: &Reply) -> Vec<u8> {
        let mut out = Vec::new();
        reply.write_resp2(&mut out);
        out
    }

    #[test]
    fn every_kind_of_reply_has_its_resp2_form() {
        let reply = Reply::Array(vec![
            Reply::Ok,
            Reply::simple("QUEUED"),
            Reply::error("ERR no\r\nway"),
            Reply::Int(-7),
            Reply::bulk("a\r\nb"),
            Reply::Nil,
            Reply::NilArray,
            Reply::Map(vec![(Reply::bulk("k"), Reply::Array(vec![]))]),
        ]);
        let expected = "*8\r\n+OK\r\n+QUEUED\r\n-ERR no  way\r\n:-7\r\n$4\r\na\r\nb\r\n$-1\r\n*-1\r\n\
                        *2\r\n$1\r\nk\r\n*0\r\n";
        assert_eq!(written(&reply), expected.as_bytes());
        assert_eq!(written(&Reply::None), b"");
    }
}
