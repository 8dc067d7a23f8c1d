//! Two transcripts side by side.

use std::io::Write;

use super::normal::{self, Line};
use crate::Failure;
use crate::play::{Exchange, Played};

/// How wide the left column may be, characters.
const WIDTH_MAX: usize = 100;

/// A row of the comparison: a line of the left, of the right, or the same of both.
type Row<'a> = (Option<&'a Line>, Option<&'a Line>);

/// Prints both transcripts and, as the last line, the verdict. True when they are the same and
/// both hold what the script expects.
///
/// # Errors
/// When the output can not be written.
pub fn print(
    simulated: &Played,
    real: &Played,
    ids: &[String],
    version: &str,
    out: &mut dyn Write,
) -> Result<bool, Failure> {
    writeln!(out, "left: the simulated cluster; right: redis-server {version}")?;
    writeln!(out, "`|` the two differ, `~` they may (`>varies`); marks hide times and offsets")?;
    let mut differing = Vec::new();
    let mut varying = 0;
    let mut host = None;
    for (left, right) in simulated.exchanges.iter().zip(&real.exchanges) {
        if host.replace(left.host) != Some(left.host) {
            writeln!(out, "@{}", left.host)?;
        }
        let varies = left.varies.is_some();
        varying += usize::from(varies);
        if !exchange(left, right, ids, varies, out)? && !varies {
            differing.push(left.number);
        }
    }
    let failures = [("simulated", simulated), ("real", real)];
    for (world, played) in failures {
        if let Some((number, why)) = &played.failed {
            writeln!(out, "line {number}, in the {world} world: {why}")?;
        }
    }
    let same = differing.is_empty() && super::held(simulated, real);
    let lines = simulated.exchanges.len();
    let verdict = match (same, differing.as_slice()) {
        (true, _) => format!("same: {lines} lines typed, {varying} of them may vary"),
        (false, []) => "an expectation does not hold".to_owned(),
        (false, numbers) => {
            let numbers: Vec<_> = numbers.iter().map(usize::to_string).collect();
            format!("differs: line {}", numbers.join(", "))
        }
    };
    writeln!(out, "verdict ({version}): {verdict}")?;
    Ok(same)
}

/// Prints one exchange of both worlds; true when they are the same.
fn exchange(
    left: &Exchange,
    right: &Exchange,
    ids: &[String],
    varies: bool,
    out: &mut dyn Write,
) -> Result<bool, Failure> {
    let prompt = |it: &Exchange| it.shown.prompt.replace("127.0.0.1", &it.host.to_string());
    let same_prompt = prompt(left) == prompt(right);
    let (here, there) = (normal::lines(left, ids), normal::lines(right, ids));
    let rows = aligned(&here, &there);
    let mark = |same: bool| match (same, varies) {
        (true, _) => ' ',
        (false, true) => '~',
        (false, false) => '|',
    };
    let typed = format!("{}{}", left.shown.prompt, left.line);
    if same_prompt {
        writeln!(out, "{typed}")?;
    } else {
        writeln!(out, "{typed} {} {}{}", mark(false), right.shown.prompt, right.line)?;
    }
    let width = here.iter().map(|it| it.shown.chars().count()).max().unwrap_or(0).min(WIDTH_MAX);
    let mut same = same_prompt;
    for (left, right) in rows {
        let equal = left.is_some() && right.is_some();
        same &= equal;
        let text = |line: Option<&Line>| line.map_or(String::new(), |it| it.shown.clone());
        let row = format!("{:width$} {} {}", text(left), mark(equal), text(right));
        writeln!(out, "{}", row.trim_end())?;
    }
    Ok(same)
}

/// The longest common subsequence in the middle, what is in one alone on its side.
fn aligned<'a>(left: &'a [Line], right: &'a [Line]) -> Vec<Row<'a>> {
    let (rows, columns) = (left.len(), right.len());
    let mut longest = vec![vec![0_usize; columns + 1]; rows + 1];
    for i in (0..rows).rev() {
        for j in (0..columns).rev() {
            longest[i][j] = if left[i].normal == right[j].normal {
                longest[i + 1][j + 1] + 1
            } else {
                longest[i + 1][j].max(longest[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut aligned = Vec::new();
    while i < rows || j < columns {
        let both = i < rows && j < columns;
        if both && left[i].normal == right[j].normal {
            aligned.push((Some(&left[i]), Some(&right[j])));
            (i, j) = (i + 1, j + 1);
        } else if i < rows && (j == columns || longest[i + 1][j] >= longest[i][j + 1]) {
            aligned.push((Some(&left[i]), None));
            i += 1;
        } else {
            aligned.push((None, Some(&right[j])));
            j += 1;
        }
    }
    aligned
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::play::Shown;

    fn played(printed: &str, varies: bool) -> Played {
        let exchange = Exchange {
            number: 3,
            host: Ipv4Addr::new(10, 0, 0, 1),
            line: "look".into(),
            shown: Shown { prompt: "$ ".into(), printed: printed.into() },
            varies: varies.then(|| "it is so".into()),
        };
        Played { exchanges: vec![exchange], failed: None }
    }

    fn printed(left: &Played, right: &Played) -> (bool, String) {
        let mut out = Vec::new();
        let same = print(left, right, &[], "7.0.15", &mut out).unwrap();
        (same, String::from_utf8(out).unwrap())
    }

    #[test]
    fn what_differs_is_marked_and_named() {
        let (same, text) = printed(&played("a\nb\nc\n", false), &played("a\nx\nc\n", false));
        assert!(!same);
        assert!(text.contains("\n$ look\na   a\nb |\n  | x\nc   c\n"), "{text}");
        assert!(text.ends_with("verdict (7.0.15): differs: line 3\n"), "{text}");
    }

    #[test]
    fn what_may_vary_is_shown_but_no_difference() {
        let (same, text) = printed(&played("a\n", true), &played("b\n", true));
        assert!(same && text.contains("a ~\n  ~ b\n"), "{text}");
    }

    #[test]
    fn an_expectation_that_fails_in_one_world_is_no_parity() {
        let mut real = played("a\n", false);
        real.failed = Some((4, "no line is like 'x'".into()));
        let (same, text) = printed(&played("a\n", false), &real);
        assert!(!same && text.contains("line 4, in the real world: no line"), "{text}");
    }
}
