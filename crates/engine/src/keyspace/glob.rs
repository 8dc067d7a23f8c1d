//! Glob patterns as Redis matches them.

/// Whether `text` matches `pattern`: `*` any run, `?` any byte, `[a-c]`, `[^a]`, and a backslash
/// before a byte that stands for itself.
pub(crate) fn matches(pattern: &[u8], text: &[u8], ignore_case: bool) -> bool {
    let fold = |byte: u8| if ignore_case { byte.to_ascii_lowercase() } else { byte };
    let (mut pattern, mut text) = (pattern, text);
    // Where to go on when a later part does not fit: the last star swallows one byte more.
    let mut retry: Option<(&[u8], &[u8])> = None;
    loop {
        let step = match pattern {
            [] if text.is_empty() => return true,
            [] => None,
            [b'*', rest @ ..] => {
                retry = Some((rest, text));
                Some((rest, text))
            }
            _ => match_one(pattern, text.first().copied(), fold)
                .map(|rest| (rest, text.get(1..).unwrap_or_default())),
        };
        match (step, retry) {
            (Some((next, left)), _) => (pattern, text) = (next, left),
            (None, Some((after_star, [_, left @ ..]))) => {
                retry = Some((after_star, left));
                (pattern, text) = (after_star, left);
            }
            (None, _) => return false,
        }
    }
}

/// Matches one byte against the element that `pattern` starts with; returns the pattern after it.
fn match_one(pattern: &[u8], byte: Option<u8>, fold: impl Fn(u8) -> u8) -> Option<&[u8]> {
    let byte = fold(byte?);
    match pattern {
        [b'?', rest @ ..] => Some(rest),
        [b'[', rest @ ..] => {
            let (fits, rest) = match_class(rest, byte, fold);
            fits.then_some(rest)
        }
        [b'\\', literal, rest @ ..] | [literal, rest @ ..] => {
            (fold(*literal) == byte).then_some(rest)
        }
        [] => None,
    }
}

/// Matches a byte against a class, whose opening bracket was read. A class that is never closed
/// ends with the pattern.
fn match_class(class: &[u8], byte: u8, fold: impl Fn(u8) -> u8) -> (bool, &[u8]) {
    let (negated, mut rest) = match class {
        [b'^', rest @ ..] => (true, rest),
        _ => (false, class),
    };
    let mut fits = false;
    loop {
        rest = match rest {
            [] => return (fits != negated, rest),
            [b']', after @ ..] => return (fits != negated, after),
            [b'\\', literal, after @ ..] => {
                fits |= fold(*literal) == byte;
                after
            }
            [from, b'-', to, after @ ..] => {
                let (from, to) = (fold(*from), fold(*to));
                fits |= (from.min(to)..=from.max(to)).contains(&byte);
                after
            }
            [literal, after @ ..] => {
                fits |= fold(*literal) == byte;
                after
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_redis() {
        let cases: [(&str, &str, bool); 17] = [
            ("*", "", true),
            ("h?llo", "hello", true),
            ("h?llo", "hllo", false),
            ("h*llo", "heeeello", true),
            ("h*llo*", "hllo", true),
            ("h[ae]llo", "hallo", true),
            ("h[^e]llo", "hello", false),
            ("h[a-c]llo", "hbllo", true),
            ("h[c-a]llo", "hbllo", true),
            ("a\\*b", "a*b", true),
            ("a\\*b", "axb", false),
            ("*a*b*c", "xxaxxbxxbcc", true),
            ("*a*b*c", "xxaxxbxxbcd", false),
            ("a[", "a", false),
            ("", "", true),
            ("?", "", false),
            ("[\\]]", "]", true),
        ];
        for (pattern, text, expected) in cases {
            let found = matches(pattern.as_bytes(), text.as_bytes(), false);
            assert_eq!(found, expected, "{pattern} {text}");
        }
        assert!(matches(b"MAX*", b"maxmemory", true));
        assert!(!matches(b"MAX*", b"maxmemory", false));
    }
}
