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

/// A number with a fraction of at most 17 digits, as INCRBYFLOAT prints it. Sums are exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decimal {
    /// In units of 10^-17.
    units: i128,
}

/// Digits of the fraction.
const SCALE: i32 = 17;

impl Decimal {
    pub(crate) const ZERO: Self = Self { units: 0 };

    /// Reads `-12.5`, `.5`, `3e2`. None for anything else, and for numbers beyond 10^21.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let (mantissa, exponent) = match text.iter().position(|b| b.eq_ignore_ascii_case(&b'e')) {
            Some(at) => {
                let exponent = &text[at + 1..];
                let exponent = exponent.strip_prefix(b"+").unwrap_or(exponent);
                (&text[..at], core::str::from_utf8(exponent).ok()?.parse::<i32>().ok()?)
            }
            None => (text, 0),
        };
        let (negative, digits) = match mantissa {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, mantissa),
        };
        let point = digits.iter().position(|&b| b == b'.').unwrap_or(digits.len());
        let whole = &digits[..point];
        let fraction = digits.get(point + 1..).unwrap_or_default();
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let mut units = 0i128;
        for (at, &digit) in whole.iter().chain(fraction).enumerate() {
            let digit = i128::from(digit.is_ascii_digit().then(|| digit - b'0')?);
            let power = (point as i32 - 1 - at as i32).checked_add(exponent)?.checked_add(SCALE)?;
            if digit != 0 && power >= 0 {
                let value = 10i128.checked_pow(power as u32)?.checked_mul(digit)?;
                units = units.checked_add(value)?;
            }
        }
        Some(Self { units: if negative { -units } else { units } })
    }

    /// The number times a million, as a whole number; 0 for negative numbers.
    pub(crate) fn micros(self) -> u64 {
        u64::try_from(self.units / 10i128.pow(SCALE as u32 - 6)).unwrap_or(0)
    }

    /// The sum; none when it is too large.
    pub(crate) fn checked_add(self, other: Self) -> Option<Self> {
        self.units.checked_add(other.units).map(|units| Self { units })
    }
}

impl core::fmt::Display for Decimal {
    /// Without the zeros at the end of the fraction.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let one = 10u128.pow(SCALE as u32);
        let size = self.units.unsigned_abs();
        if self.units < 0 {
            f.write_str("-")?;
        }
        let (whole, fraction) = (size / one, size % one);
        write!(f, "{whole}")?;
        if fraction != 0 {
            let digits = alloc::format!("{fraction:017}");
            write!(f, ".{}", digits.trim_end_matches('0'))?;
        }
        Ok(())
    }
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

    #[test]
    fn decimals_add_without_rounding() {
        let sum = |a: &str, b: &str| {
            let (a, b) = (Decimal::parse(a.as_bytes())?, Decimal::parse(b.as_bytes())?);
            Some(alloc::string::ToString::to_string(&a.checked_add(b)?))
        };
        assert_eq!(sum("10.5", "0.1").as_deref(), Some("10.6"));
        assert_eq!(sum("5.0e3", "2.0e2").as_deref(), Some("5200"));
        assert_eq!(sum("-0.5", ".25").as_deref(), Some("-0.25"));
        assert_eq!(sum("1.5", "-1.5").as_deref(), Some("0"));
        for text in ["", ".", "1.2.3", "abc", "1e", " 1", "1 ", "--1", "inf"] {
            assert_eq!(Decimal::parse(text.as_bytes()), None, "{text}");
        }
    }
}
