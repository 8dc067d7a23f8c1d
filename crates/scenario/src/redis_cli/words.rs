//! A line of the interactive mode cut into arguments.

/// Arguments as redis-cli reads them: double quotes with escapes, single quotes without.
///
/// Returns none when quotes are not balanced, or not followed by a blank.
pub(crate) fn split(line: &str) -> Option<Vec<Vec<u8>>> {
    let mut rest = line.as_bytes();
    let mut words = Vec::new();
    loop {
        rest = rest.trim_ascii_start();
        if rest.is_empty() {
            return Some(words);
        }
        let mut word = Vec::new();
        while let Some((&byte, after)) = rest.split_first() {
            rest = after;
            match byte {
                b' ' | b'\n' | b'\r' | b'\t' | 0 => break,
                b'"' => {
                    rest = double_quoted(rest, &mut word)?;
                    ends_here(rest)?;
                }
                b'\'' => {
                    rest = single_quoted(rest, &mut word)?;
                    ends_here(rest)?;
                }
                _ => word.push(byte),
            }
        }
        words.push(word);
    }
}

/// A closing quote must be the end of its word.
fn ends_here(rest: &[u8]) -> Option<()> {
    rest.first().is_none_or(u8::is_ascii_whitespace).then_some(())
}

fn double_quoted<'a>(mut rest: &'a [u8], word: &mut Vec<u8>) -> Option<&'a [u8]> {
    loop {
        match *rest {
            [b'"', ref after @ ..] => return Some(after),
            [b'\\', b'x', high, low, ref after @ ..]
                if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
            {
                let digit = |it: u8| char::from(it).to_digit(16).unwrap_or(0) as u8;
                word.push(digit(high) * 16 + digit(low));
                rest = after;
            }
            [b'\\', escape, ref after @ ..] => {
                word.push(match escape {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'b' => 0x08,
                    b'a' => 0x07,
                    _ => escape,
                });
                rest = after;
            }
            [byte, ref after @ ..] => {
                word.push(byte);
                rest = after;
            }
            [] => return None,
        }
    }
}

fn single_quoted<'a>(mut rest: &'a [u8], word: &mut Vec<u8>) -> Option<&'a [u8]> {
    loop {
        match *rest {
            [b'\'', ref after @ ..] => return Some(after),
            [b'\\', b'\'', ref after @ ..] => {
                word.push(b'\'');
                rest = after;
            }
            [byte, ref after @ ..] => {
                word.push(byte);
                rest = after;
            }
            [] => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_count_only_between_double_quotes() {
        let words = split(r#" SET "a\"b\n\x01" 'it\'s \n' x\y "" "#).unwrap();
        let expected: [&[u8]; 5] = [b"SET", b"a\"b\n\x01", b"it's \\n", b"x\\y", b""];
        assert_eq!(words, expected);
    }

    #[test]
    fn unbalanced_quotes_are_refused() {
        assert_eq!(split("unbalanced \"quote"), None);
        assert_eq!(split("\"a\"b"), None);
        assert_eq!(split("  "), Some(vec![]));
    }
}
