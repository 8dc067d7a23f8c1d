//! The quoting of inline requests, of redis.conf and of what people are shown.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// A string as C would write it, in double quotes: [`split_words`] reads it back.
#[must_use]
pub fn quoted(bytes: &[u8]) -> String {
    let mut text = String::from("\"");
    for &byte in bytes {
        match byte {
            b'\\' | b'"' => text.extend(['\\', char::from(byte)]),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            7 => text.push_str("\\a"),
            8 => text.push_str("\\b"),
            b' '..=b'~' => text.push(char::from(byte)),
            _ => text += &format!("\\x{byte:02x}"),
        }
    }
    text.push('"');
    text
}

/// Splits a line into words. A word may be quoted: within double quotes `\n \r \t \b \a`, `\xHH` and
/// a backslash before any other character are understood, within single quotes only `\'`. A closing
/// quote must end its word. None when the quotes do not balance.
pub(crate) fn split_words(line: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut words = Vec::new();
    let mut rest = line.trim_ascii_start();
    while !ended(rest) {
        let mut word = Vec::new();
        rest = take_word(rest, &mut word)?.trim_ascii_start();
        words.push(word);
    }
    Some(words)
}

/// A NUL ends a line as its end does, since Redis handles lines as C strings.
const fn ended(rest: &[u8]) -> bool {
    matches!(rest, [] | [0, ..])
}

/// Moves the word that `rest` starts with to `word`; returns what follows it.
fn take_word<'a>(mut rest: &'a [u8], word: &mut Vec<u8>) -> Option<&'a [u8]> {
    loop {
        match rest {
            [] | [0, ..] => return Some(rest),
            [b'"', inside @ ..] => return take_double_quoted(inside, word),
            [b'\'', inside @ ..] => return take_single_quoted(inside, word),
            [byte, after @ ..] if byte.is_ascii_whitespace() => return Some(after),
            [byte, after @ ..] => {
                word.push(*byte);
                rest = after;
            }
        }
    }
}

fn take_double_quoted<'a>(mut rest: &'a [u8], word: &mut Vec<u8>) -> Option<&'a [u8]> {
    loop {
        let (byte, after) = match rest {
            [] | [0, ..] => return None,
            [b'"', after @ ..] => return word_ends(after),
            [b'\\', b'x', high, low, after @ ..]
                if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
            {
                (hex(*high) << 4 | hex(*low), after)
            }
            [b'\\', escaped, after @ ..] => (unescape(*escaped), after),
            [byte, after @ ..] => (*byte, after),
        };
        word.push(byte);
        rest = after;
    }
}

fn take_single_quoted<'a>(mut rest: &'a [u8], word: &mut Vec<u8>) -> Option<&'a [u8]> {
    loop {
        let (byte, after) = match rest {
            [] | [0, ..] => return None,
            [b'\'', after @ ..] => return word_ends(after),
            [b'\\', b'\'', after @ ..] => (b'\'', after),
            [byte, after @ ..] => (*byte, after),
        };
        word.push(byte);
        rest = after;
    }
}

fn word_ends(after: &[u8]) -> Option<&[u8]> {
    (ended(after) || after[0].is_ascii_whitespace()).then_some(after)
}

const fn unescape(escaped: u8) -> u8 {
    match escaped {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'a' => 7,
        other => other,
    }
}

const fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Option<Vec<Vec<u8>>> {
        split_words(line.as_bytes())
    }

    #[test]
    fn what_is_quoted_is_read_back() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(split_words(quoted(&all).as_bytes()), Some(Vec::from([all])));
    }

    #[test]
    fn quotes_group_and_escape() {
        assert_eq!(words("  set  k \"a b\"\t'c d' ").unwrap(), [&b"set"[..], b"k", b"a b", b"c d"]);
        assert_eq!(words(r#""\x41\n\q\"" '\'\n'"#).unwrap(), [&b"A\nq\""[..], b"'\\n"]);
        assert_eq!(words("ab\"cd\" ''").unwrap(), [&b"abcd"[..], b""]);
        assert_eq!(words(" \r\n").unwrap(), Vec::<Vec<u8>>::new());
    }

    #[test]
    fn a_quote_that_does_not_end_its_word_is_refused() {
        for line in ["\"open", "'open", "\"a\"b", "'a'b", "\"a\\"] {
            assert_eq!(words(line), None, "{line}");
        }
    }
}
