//! RESP as values that know where they stand.

use std::ops::Range;

/// Deeper nesting is not looked into.
const DEPTH_MAX: usize = 8;

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A line of its own: type, text.
    Line(char, String),
    /// A string with a length, where its bytes stand.
    Bulk(char, Range<usize>),
    /// A missing string or array.
    Null(char),
    /// An array, a map (keys and values in turn), a set, a push.
    List(char, Vec<Value>),
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) at: Range<usize>,
    pub(crate) shape: Shape,
}

/// A part of what one side says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A request, a reply, a command of the stream.
    Value(Value),
    /// A line end alone: a master's sign of life while a replica waits for its data.
    Newline(Range<usize>),
    /// The dataset as it is sent to a replica, or its beginning.
    Rdb(Range<usize>),
    /// What goes on from an earlier segment, or is cut off.
    Rest(Range<usize>),
}

/// Everything that is said, in order.
pub(crate) fn pieces(bytes: &[u8]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'\n' {
            pieces.push(Piece::Newline(at..at + 1));
            at += 1;
        } else if let Some(value) = value(bytes, at) {
            at = value.at.end;
            pieces.push(Piece::Value(value));
        } else {
            let rest = at..bytes.len();
            let is_rdb =
                bytes[at] == b'$' && bytes[at..].windows(7).take(64).any(|it| it == b"\r\nREDIS");
            pieces.push(if is_rdb { Piece::Rdb(rest) } else { Piece::Rest(rest) });
            break;
        }
    }
    pieces
}

/// The value that starts at `at`; none when it is not all there, or no RESP.
pub(crate) fn value(bytes: &[u8], at: usize) -> Option<Value> {
    parse(bytes, at, 0)
}

fn parse(bytes: &[u8], at: usize, depth: usize) -> Option<Value> {
    let kind = char::from(*bytes.get(at)?);
    let end = at + 1 + bytes.get(at + 1..)?.windows(2).position(|it| it == b"\r\n")?;
    let line = std::str::from_utf8(&bytes[at + 1..end]).ok()?;
    let after = end + 2;
    let done = |end, shape| Some(Value { at: at..end, shape });
    match kind {
        '+' | '-' | ':' | ',' | '#' | '(' => done(after, Shape::Line(kind, line.to_owned())),
        '_' => done(after, Shape::Null(kind)),
        '$' | '=' | '!' if line == "-1" => done(after, Shape::Null(kind)),
        '$' | '=' | '!' => {
            let stop = after.checked_add(line.parse().ok()?)?;
            (bytes.get(stop..stop.checked_add(2)?)? == b"\r\n").then_some(())?;
            done(stop + 2, Shape::Bulk(kind, after..stop))
        }
        '*' if line == "-1" => done(after, Shape::Null(kind)),
        '*' | '~' | '>' | '%' | '|' if depth < DEPTH_MAX => {
            let count: usize = line.parse().ok()?;
            let count = if matches!(kind, '%' | '|') { count.checked_mul(2)? } else { count };
            let mut items = Vec::new();
            let mut end = after;
            for _ in 0..count {
                let item = parse(bytes, end, depth + 1)?;
                end = item.at.end;
                items.push(item);
            }
            done(end, Shape::List(kind, items))
        }
        _ => None,
    }
}

impl Value {
    /// In a line, as a person would type or read it.
    pub(crate) fn text(&self, bytes: &[u8]) -> String {
        match &self.shape {
            Shape::Line('+', text) => text.clone(),
            Shape::Line(kind, text) => format!("{kind}{text}"),
            Shape::Bulk(_, at) => word(&bytes[at.clone()]),
            Shape::Null(_) => "(nil)".to_owned(),
            Shape::List(_, items) => {
                let items: Vec<_> = items.iter().map(|it| it.text(bytes)).collect();
                items.join(" ")
            }
        }
    }
}

/// Plain where that can be misunderstood by nobody, else quoted.
pub(crate) fn word(bytes: &[u8]) -> String {
    let plain = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
    if !bytes.is_empty() && bytes.iter().all(plain) {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    let shown = &bytes[..bytes.len().min(120)];
    let more = if shown.len() < bytes.len() { "…" } else { "" };
    format!("{}{more}", engine::quoted(shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> Option<String> {
        let value = value(bytes, 0)?;
        assert_eq!(value.at, 0..bytes.len());
        Some(value.text(bytes))
    }

    #[test]
    fn requests_and_replies_read_as_they_are_typed_and_shown() {
        let set = b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$3\r\na b\r\n";
        assert_eq!(text(set).as_deref(), Some("SET k \"a b\""));
        assert_eq!(text(b"+OK\r\n").as_deref(), Some("OK"));
        assert_eq!(text(b"-MOVED 5 10.0.0.1:1\r\n").as_deref(), Some("-MOVED 5 10.0.0.1:1"));
        assert_eq!(text(b"$-1\r\n").as_deref(), Some("(nil)"));
        assert_eq!(text(b"%1\r\n+role\r\n:7\r\n").as_deref(), Some("role :7"));
    }

    #[test]
    fn what_is_cut_off_or_no_resp_is_no_value() {
        for bytes in [
            &b"*2\r\n$1\r\na\r\n"[..],
            b"$9\r\nRED",
            b"hello\r\n",
            b"",
            b"$99999999999999999999\r\n",
        ] {
            assert_eq!(value(bytes, 0), None);
        }
        let deep = b"*1\r\n".repeat(50);
        assert_eq!(value(&deep, 0), None);
    }
}
