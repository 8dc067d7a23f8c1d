//! Numbers as people read them.

use crate::t;

/// `1:02:03.004` from milliseconds.
pub fn elapsed(ms: f64) -> String {
    let ms = ms.max(0.0) as u64;
    let (hours, minutes) = (ms / 3_600_000, ms / 60_000 % 60);
    format!("{hours:02}:{minutes:02}:{:02}.{:03}", ms / 1000 % 60, ms % 1000)
}

/// `56:35.123`, or with hours when there are some.
pub fn moment(ms: f64) -> String {
    let text = elapsed(ms);
    text.strip_prefix("00:").map_or(text.clone(), str::to_owned)
}

/// A length of time: `850 µs`, `620 ms`, `4.2 s`, `3 min`.
pub fn span(ms: f64) -> String {
    let ms = ms.max(0.0);
    match ms {
        _ if ms < 1.0 => format!("{:.0} µs", ms * 1000.0),
        _ if ms < 1000.0 => format!("{ms:.0} ms"),
        _ if ms < 100_000.0 => format!("{:.1} s", ms / 1000.0),
        _ => t!("span-minutes", count = (ms / 60_000.0).round()),
    }
}

/// A factor: `0.001×`, `98×`, `1.2k×`.
pub fn times(factor: f64) -> String {
    match factor {
        _ if factor >= 10_000.0 => format!("{:.0}k×", factor / 1000.0),
        _ if factor >= 10.0 => format!("{factor:.0}×"),
        _ if factor >= 1.0 => format!("{}×", trim(format!("{factor:.1}"))),
        _ if factor > 0.0 => {
            // Two digits that count.
            let digits = (1.0 - factor.log10().floor()) as usize;
            format!("{}×", trim(format!("{factor:.digits$}")))
        }
        _ => "0×".to_owned(),
    }
}

fn trim(text: String) -> String {
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// A whole number, thousands apart.
pub fn count(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{2009}');
        }
        text.push(digit);
    }
    text
}

/// `5461–10922`, `7`
pub fn slot_range((first, last): (u16, u16)) -> String {
    if first == last { first.to_string() } else { format!("{first}–{last}") }
}

/// All ranges, or a word for none.
pub fn slot_ranges(ranges: &[(u16, u16)]) -> String {
    let text: Vec<_> = ranges.iter().map(|&range| slot_range(range)).collect();
    text.join(", ")
}

/// The first characters of an id, enough to tell nodes apart.
pub fn short_id(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
}

/// `2025-12-10 13:16:10` (UTC) from unix milliseconds.
pub fn wall(unix_ms: f64) -> String {
    let date = js_sys::Date::new(&unix_ms.into());
    let iso = String::from(date.to_iso_string());
    iso.get(..19).unwrap_or_default().replace('T', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_keeps_only_the_digits_that_say_something() {
        let shown: Vec<_> = [0.001, 0.0994, 0.9976, 1.0, 1.25, 98.4, 2e4].map(times).into();
        assert_eq!(shown, ["0.001×", "0.099×", "1×", "1×", "1.2×", "98×", "20k×"]);
    }

    #[test]
    fn a_span_changes_its_unit_with_its_size() {
        let shown: Vec<_> = [0.25, 620.0, 15_000.0, 180_000.0].map(span).into();
        assert_eq!(shown, ["250 µs", "620 ms", "15.0 s", "3 min"]);
    }

    #[test]
    fn elapsed_time_counts_hours() {
        assert_eq!(elapsed(3_723_004.0), "01:02:03.004");
        assert_eq!(moment(5_004.9), "00:05.004");
    }
}
