//! Floating point numbers as Redis reads and prints them.

use alloc::format;
use alloc::string::{String, ToString};

use crate::config::Compat;

/// The number that `text` is; none for NaN and for anything else.
pub(crate) fn parse_f64(text: &[u8]) -> Option<f64> {
    let number: f64 = core::str::from_utf8(text).ok()?.parse().ok()?;
    (!number.is_nan()).then_some(number)
}

/// The number as replies have it: with 17 digits, or since 7.2 with as few as name it.
pub(crate) fn print_f64(number: f64, compat: Compat) -> String {
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.into();
    }
    let text = match compat {
        Compat::V7_0 => format!("{number:.16e}"),
        Compat::V8_2 => format!("{number:e}"),
    };
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let sign = if mantissa.starts_with('-') { "-" } else { "" };
    let mut digits = mantissa.replace(['-', '.'], "");
    digits.truncate(digits.trim_end_matches('0').len().max(1));
    format!("{sign}{}", place_point(&digits, exponent))
}

/// As C prints `%.17g`: the exponent is written where it is below -4 or beyond the digits.
fn place_point(digits: &str, exponent: i32) -> String {
    let len = digits.len() as i32;
    if !(-4..17).contains(&exponent) {
        let (first, rest) = digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{first}{point}{rest}e{sign}{:02}", exponent.unsigned_abs());
    }
    if exponent < 0 {
        return format!("0.{}{digits}", "0".repeat((-exponent - 1) as usize));
    }
    if len <= exponent + 1 {
        return digits.to_string() + &"0".repeat((exponent + 1 - len) as usize);
    }
    let (whole, fraction) = digits.split_at((exponent + 1) as usize);
    format!("{whole}.{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_printed_as_a_real_server_does() {
        for (number, wanted) in [
            (3.0, "3"),
            (-0.0, "-0"),
            (0.1, "0.10000000000000001"),
            (-1.5, "-1.5"),
            (1e16, "10000000000000000"),
            (1e17, "1e+17"),
            (0.0001, "0.0001"),
            (0.00001, "1.0000000000000001e-05"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(print_f64(number, Compat::V7_0), wanted);
        }
        assert_eq!(print_f64(0.1, Compat::V8_2), "0.1");
        assert_eq!(parse_f64(b"nan"), None);
        assert_eq!(parse_f64(b"-inf"), Some(f64::NEG_INFINITY));
    }
}
