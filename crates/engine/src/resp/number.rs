//! Integers as Redis reads them: no sign but `-`, no leading zeros, no spaces.

/// The integer that `text` is the canonical form of.
pub(crate) fn parse_i64(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    match digits {
        [b'0'] if !negative => return Some(0),
        [b'1'..=b'9', ..] => {}
        _ => return None,
    }
    digits.iter().try_fold(0i64, |value, &digit| {
        let digit = i64::from(digit.is_ascii_digit().then(|| digit - b'0')?);
        let shifted = value.checked_mul(10)?;
        if negative { shifted.checked_sub(digit) } else { shifted.checked_add(digit) }
    })
}

/// As [`parse_i64`], for numbers that are not negative.
pub(crate) fn parse_u64(text: &[u8]) -> Option<u64> {
    parse_i64(text).and_then(|value| u64::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_form_of_an_integer_is_one() {
        assert_eq!(parse_i64(b"0"), Some(0));
        assert_eq!(parse_i64(b"-9223372036854775808"), Some(i64::MIN));
        assert_eq!(parse_i64(b"9223372036854775807"), Some(i64::MAX));
        let refused: [&[u8]; 8] =
            [b"", b"-", b"-0", b"01", b"+1", b" 1", b"1a", b"9223372036854775808"];
        for text in refused {
            assert_eq!(parse_i64(text), None, "{text:?}");
        }
    }
}
