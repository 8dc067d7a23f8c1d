//! Requests, replies, and the replication stream.

use super::{Field, field};
use crate::resp::{self, Piece, Shape, Value};

/// Values shown of one list.
const ITEMS_MAX: usize = 64;

/// The values one after another, and what is none.
pub(super) fn fields(bytes: &[u8]) -> Vec<Field> {
    let mut fields = Vec::new();
    for piece in resp::pieces(bytes) {
        match piece {
            Piece::Value(value) => push(&value, bytes, 0, &mut fields),
            Piece::Newline(at) => fields.push(field(0, "newline", "", at)),
            Piece::Rdb(at) => fields.push(field(0, "RDB", resp::word(&bytes[at.clone()]), at)),
            Piece::Rest(at) => fields.push(field(0, "bytes", resp::word(&bytes[at.clone()]), at)),
        }
    }
    fields
}

fn push(value: &Value, bytes: &[u8], depth: u8, fields: &mut Vec<Field>) {
    let at = value.at.clone();
    match &value.shape {
        Shape::Line(kind, text) => fields.push(field(depth, line_name(*kind), text, at)),
        Shape::Bulk(_, text) => {
            fields.push(field(depth, "bulk string", resp::word(&bytes[text.clone()]), at));
        }
        Shape::Null(_) => fields.push(field(depth, "null", "", at)),
        Shape::List(kind, items) => {
            let name = match kind {
                '%' | '|' => "map",
                '~' => "set",
                '>' => "push",
                _ => "array",
            };
            fields.push(field(depth, name, items.len(), at));
            for item in items.iter().take(ITEMS_MAX) {
                push(item, bytes, depth + 1, fields);
            }
            if let Some(first) = items.get(ITEMS_MAX) {
                let rest = first.at.start..items.last().map_or(first.at.end, |it| it.at.end);
                fields.push(field(depth + 1, "...", items.len() - ITEMS_MAX, rest));
            }
        }
    }
}

const fn line_name(kind: char) -> &'static str {
    match kind {
        '+' => "simple string",
        '-' => "error",
        ':' => "integer",
        ',' => "double",
        '#' => "boolean",
        _ => "big number",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_opens_into_its_words_and_where_they_stand() {
        let bytes = b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n";
        let fields = fields(bytes);
        let shown: Vec<_> = fields.iter().map(|it| (it.depth, it.value.as_str())).collect();
        assert_eq!(shown, [(0, "2"), (1, "GET"), (1, "k")]);
        assert_eq!(&bytes[fields[2].at.clone()], b"$1\r\nk\r\n");
    }

    #[test]
    fn what_is_cut_off_is_shown_as_bytes() {
        let fields = fields(b"+OK\r\n$90\r\nHALFW");
        assert_eq!((fields[1].name.as_str(), fields[1].at.clone()), ("bytes", 5..15));
    }
}
