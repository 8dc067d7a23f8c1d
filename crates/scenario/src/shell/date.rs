//! `date`

use super::Context;

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `date [+FORMAT]`, in UTC; `date -s '+30 seconds'` sets the host's clock.
pub(super) async fn run(context: &Context<'_>, args: &[String]) -> i32 {
    const DEFAULT: &str = "%a %b %e %H:%M:%S UTC %Y";
    if let [option, when @ ..] = args
        && (option == "-s" || option == "--set")
    {
        let when = when.join(" ");
        let Some(by) = seconds(&when) else {
            context.err.print(&format!("date: invalid date '{when}'\n"));
            return 1;
        };
        let host = context.io.host();
        let set = move |world: &mut sim::World| {
            world.set_clock(host, world.clock_off(host).saturating_add(by * 1_000_000));
        };
        context.io.world(set).await;
        context.out.print(&format!("{}\n", text(context.io.unix_us(), DEFAULT)));
        return 0;
    }
    let format = match args.first() {
        None => DEFAULT,
        Some(arg) => match arg.strip_prefix('+') {
            Some(format) => format,
            None if arg == "-u" => DEFAULT,
            None => {
                context.err.print(&format!("date: invalid date '{arg}'\n"));
                return 1;
            }
        },
    };
    context.out.print(&format!("{}\n", text(context.io.unix_us(), format)));
    0
}

/// A number of seconds (or minutes, hours), with a sign: `+30 seconds`, `-2 min`.
fn seconds(text: &str) -> Option<i64> {
    let (number, unit) = text.split_once(' ')?;
    let factor = match unit.trim_end_matches('s') {
        "sec" | "second" => 1,
        "min" | "minute" => 60,
        "hour" => 3600,
        _ => return None,
    };
    let number: i32 = number.parse().ok().filter(|_| number.starts_with(['+', '-']))?;
    Some(i64::from(number) * factor)
}

/// The moment in the form that `format` describes, as strftime does.
fn text(unix_us: u64, format: &str) -> String {
    let seconds = unix_us / 1_000_000;
    let (year, month, day) = civil(seconds / 86400);
    let mut text = String::new();
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            text.push(letter);
            continue;
        }
        match letters.next() {
            Some('s') => text.push_str(&seconds.to_string()),
            Some('Y') => text.push_str(&year.to_string()),
            Some('m') => text.push_str(&format!("{month:02}")),
            Some('d') => text.push_str(&format!("{day:02}")),
            Some('e') => text.push_str(&format!("{day:2}")),
            Some('H') => text.push_str(&format!("{:02}", seconds / 3600 % 24)),
            Some('M') => text.push_str(&format!("{:02}", seconds / 60 % 60)),
            Some('S') => text.push_str(&format!("{:02}", seconds % 60)),
            Some('N') => text.push_str(&format!("{:09}", unix_us % 1_000_000 * 1000)),
            Some('a') => text.push_str(DAYS[(seconds / 86400 % 7) as usize]),
            Some('b') => text.push_str(MONTHS[month as usize - 1]),
            Some('F') => text.push_str(&format!("{year}-{month:02}-{day:02}")),
            Some('T') => text.push_str(&self::text(unix_us, "%H:%M:%S")),
            Some('%') => text.push('%'),
            Some(other) => text.extend(['%', other]),
            None => text.push('%'),
        }
    }
    text
}

/// Year, month and day of a day counted from 1 January 1970. Years are counted from March, so that
/// a leap day is the last day of its year.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let leaps = day_of_era / 1460 + day_of_era / 146_096;
    let year_of_era = (day_of_era + day_of_era / 36_524 - leaps) / 365;
    let day = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_walkthroughs_moment_is_a_wednesday_in_december() {
        let us = 1_765_372_569_760_000;
        assert_eq!(text(us, "%a %b %e %H:%M:%S UTC %Y"), "Wed Dec 10 13:16:09 UTC 2025");
        assert_eq!(text(us, "%F %T.%N %s %%"), "2025-12-10 13:16:09.760000000 1765372569 %");
        assert_eq!(text(951_782_400_000_000, "%F"), "2000-02-29");
    }
}
