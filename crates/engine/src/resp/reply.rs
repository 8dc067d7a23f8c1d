//! Replies, as values until they are written in the client's protocol.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};

/// Which form replies take on a client's connection. `HELLO` changes it.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(crate) enum Protocol {
    /// What every connection begins with: strings, integers and arrays.
    #[default]
    Resp2,
    /// Maps, sets, doubles, booleans and pushes have forms of their own.
    Resp3,
}

impl Protocol {
    /// `2` or `3`, as HELLO and CLIENT LIST tell it.
    pub(crate) const fn version(self) -> i64 {
        match self {
            Self::Resp2 => 2,
            Self::Resp3 => 3,
        }
    }
}

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
    /// Distinct items in no order: a list in RESP2.
    Set(Vec<Reply>),
    /// Pairs: a flat list of keys and values in RESP2.
    Map(Vec<(Reply, Reply)>),
    /// A list of pairs: a flat list in RESP2, a list of lists of two in RESP3.
    Pairs(Vec<(Reply, Reply)>),
    /// A floating point number, as Redis prints it: a string in RESP2.
    Double(String),
    /// An integer of any size, in decimal digits: a string in RESP2.
    BigNumber(String),
    /// 1 or 0 in RESP2.
    Bool(bool),
    /// What a client did not ask for at this moment, which RESP3 marks; a list in RESP2.
    Push(Vec<Reply>),
    /// What RESP3 tells beside the reply that follows; nothing in RESP2.
    Attribute(Vec<(Reply, Reply)>),
    /// Several replies after each other, as one command gives them (SUBSCRIBE).
    Many(Vec<Reply>),
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

    /// `WRONGTYPE ...`: the key holds a value of another type.
    pub(crate) fn wrong_type() -> Self {
        Self::error("WRONGTYPE Operation against a key holding the wrong kind of value")
    }

    /// The error where there is one.
    pub(crate) fn merged(result: Result<Self, Self>) -> Self {
        result.unwrap_or_else(|refusal| refusal)
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

    /// `ERR unknown subcommand or wrong number of arguments for '...'. Try COMMAND HELP.`; `command` in
    /// upper case, the subcommand as it was typed.
    pub(crate) fn bad_subcommand(command: &str, typed: &[u8]) -> Self {
        let typed = String::from_utf8_lossy(&typed[..typed.len().min(128)]);
        Self::Error(format!(
            "ERR unknown subcommand or wrong number of arguments for '{typed}'. Try {command} HELP."
        ))
    }

    /// The parts that a client hears even if it asked not to be answered.
    pub(crate) fn pushes(&self) -> impl Iterator<Item = &Self> {
        let parts = match self {
            Self::Many(parts) => parts.as_slice(),
            other => core::slice::from_ref(other),
        };
        parts.iter().filter(|part| matches!(part, Self::Push(_)))
    }

    /// What HELP answers: a status line for each line, the subcommands between two fixed parts.
    pub(crate) fn help(command: &str, lines: &[&str]) -> Self {
        let title = format!("{command} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
        let own = lines.iter().map(|&line| Self::simple(line));
        let tail = ["HELP", "    Prints this help."].map(Self::simple);
        Self::Array(core::iter::once(Self::Simple(title)).chain(own).chain(tail).collect())
    }

    /// Writes the reply as a client of this protocol expects it.
    pub(crate) fn write(&self, out: &mut Vec<u8>, protocol: Protocol) {
        let resp3 = protocol == Protocol::Resp3;
        match self {
            Self::Ok => out.extend_from_slice(b"+OK\r\n"),
            Self::Simple(text) => write_line(out, b'+', text),
            Self::Error(text) => write_line(out, b'-', text),
            Self::Int(value) => write_head(out, b':', *value),
            Self::Bulk(bytes) => write_bulk(out, bytes),
            Self::Nil | Self::NilArray if resp3 => out.extend_from_slice(b"_\r\n"),
            Self::Nil => out.extend_from_slice(b"$-1\r\n"),
            Self::NilArray => out.extend_from_slice(b"*-1\r\n"),
            Self::Verbatim(text) if resp3 => {
                write_head(out, b'=', text.len() as i64 + 4);
                out.extend_from_slice(b"txt:");
                out.extend_from_slice(text.as_bytes());
                out.extend_from_slice(b"\r\n");
            }
            Self::Double(text) if resp3 => write_line(out, b',', text),
            Self::BigNumber(digits) if resp3 => write_line(out, b'(', digits),
            Self::Verbatim(text) | Self::Double(text) | Self::BigNumber(text) => {
                write_bulk(out, text.as_bytes());
            }
            Self::Bool(value) if resp3 => {
                out.extend_from_slice(if *value { b"#t\r\n" } else { b"#f\r\n" });
            }
            Self::Bool(value) => write_head(out, b':', (*value).into()),
            Self::Array(items) => write_items(out, b'*', items, protocol),
            Self::Set(items) => write_items(out, if resp3 { b'~' } else { b'*' }, items, protocol),
            Self::Push(items) => write_items(out, if resp3 { b'>' } else { b'*' }, items, protocol),
            Self::Map(pairs) if resp3 => write_pairs(out, b'%', pairs, 1, protocol),
            Self::Pairs(pairs) if resp3 => {
                write_head(out, b'*', pairs.len() as i64);
                for pair in pairs {
                    write_pairs(out, b'*', core::slice::from_ref(pair), 2, protocol);
                }
            }
            Self::Attribute(pairs) if resp3 => write_pairs(out, b'|', pairs, 1, protocol),
            Self::Map(pairs) | Self::Pairs(pairs) => write_pairs(out, b'*', pairs, 2, protocol),
            Self::Many(replies) => replies.iter().for_each(|reply| reply.write(out, protocol)),
            Self::Attribute(_) | Self::None => {}
        }
    }
}

fn write_items(out: &mut Vec<u8>, mark: u8, items: &[Reply], protocol: Protocol) {
    write_head(out, mark, items.len() as i64);
    for item in items {
        item.write(out, protocol);
    }
}

/// `each`: what one pair counts for in the length that is announced.
fn write_pairs(
    out: &mut Vec<u8>,
    mark: u8,
    pairs: &[(Reply, Reply)],
    each: i64,
    protocol: Protocol,
) {
    write_head(out, mark, pairs.len() as i64 * each);
    for (key, value) in pairs {
        key.write(out, protocol);
        value.write(out, protocol);
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

    fn written(reply: &Reply, protocol: Protocol) -> Vec<u8> {
        let mut out = Vec::new();
        reply.write(&mut out, protocol);
        out
    }

    fn one_of_each() -> Reply {
        Reply::Array(vec![
            Reply::Ok,
            Reply::simple("QUEUED"),
            Reply::error("ERR no\r\nway"),
            Reply::Int(-7),
            Reply::bulk("a\r\nb"),
            Reply::Nil,
            Reply::NilArray,
            Reply::Map(vec![(Reply::bulk("k"), Reply::Array(vec![]))]),
            Reply::Pairs(vec![(Reply::Int(1), Reply::Int(2)), (Reply::Int(3), Reply::Int(4))]),
            Reply::Set(vec![Reply::Bool(true), Reply::Bool(false)]),
            Reply::Double("3.141".into()),
            Reply::BigNumber("12345678901234567890".into()),
            Reply::Verbatim("a\n".into()),
            Reply::Many(vec![Reply::Push(vec![Reply::Int(1)]), Reply::None]),
        ])
    }

    #[test]
    fn every_kind_of_reply_has_its_resp2_form() {
        let expected = "*14\r\n+OK\r\n+QUEUED\r\n-ERR no  way\r\n:-7\r\n$4\r\na\r\nb\r\n$-1\r\n*-1\r\n\
                        *2\r\n$1\r\nk\r\n*0\r\n*4\r\n:1\r\n:2\r\n:3\r\n:4\r\n*2\r\n:1\r\n:0\r\n\
                        $5\r\n3.141\r\n$20\r\n12345678901234567890\r\n$2\r\na\n\r\n*1\r\n:1\r\n";
        let written = written(&one_of_each(), Protocol::Resp2);
        assert_eq!(alloc::string::String::from_utf8_lossy(&written), expected);
    }

    #[test]
    fn every_kind_of_reply_has_its_resp3_form() {
        let expected = "*14\r\n+OK\r\n+QUEUED\r\n-ERR no  way\r\n:-7\r\n$4\r\na\r\nb\r\n_\r\n_\r\n\
                        %1\r\n$1\r\nk\r\n*0\r\n*2\r\n*2\r\n:1\r\n:2\r\n*2\r\n:3\r\n:4\r\n~2\r\n#t\r\n#f\r\n\
                        ,3.141\r\n(12345678901234567890\r\n=6\r\ntxt:a\n\r\n>1\r\n:1\r\n";
        let written = written(&one_of_each(), Protocol::Resp3);
        assert_eq!(alloc::string::String::from_utf8_lossy(&written), expected);
    }
}
