//! What was done of each exercise, as the browser remembers it and as it goes into a file: a line an
//! exercise.
//!
//! ```text
//! failover-lab exercises 1
//! manual-failover 4/4 solved 2026-11-26T00:12 hints 1 again 0
//! split-brain 2/5
//! ```

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::browser;

/// Where the browser keeps it.
const MEMORY: &str = "exercises";
/// The first line.
const HEAD: &str = "failover-lab exercises 1";

/// What was done of an exercise.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Done {
    /// How many of its steps, at best.
    pub steps: usize,
    /// How many it has.
    pub of: usize,
    /// When it was solved first, as `2026-11-26T00:12`.
    pub solved: Option<String>,
    /// Hints opened and steps begun again on the way there.
    pub counts: (u32, u32),
}

/// What was done of each exercise, by id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record(BTreeMap<String, Done>);

impl Record {
    /// What the browser remembers.
    pub fn remembered() -> Self {
        browser::recall(MEMORY).and_then(|text| Self::read(&text)).unwrap_or_default()
    }

    /// What was done of an exercise.
    pub fn of(&self, id: &str) -> Option<&Done> {
        self.0.get(id)
    }

    /// How many are solved of these.
    pub fn solved<'a>(&self, ids: impl Iterator<Item = &'a str>) -> usize {
        ids.filter(|id| self.of(id).is_some_and(|it| it.solved.is_some())).count()
    }

    /// Whether nothing was done.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes note of how far somebody is, and remembers it.
    pub fn note(&mut self, id: &str, steps: usize, of: usize, counts: (u32, u32), solved: bool) {
        let before = self.0.get(id).cloned();
        let done = self.0.entry(id.to_owned()).or_default();
        done.of = of;
        done.steps = done.steps.max(steps);
        if done.solved.is_none() {
            done.counts = counts;
            done.solved = solved.then(now);
        }
        if steps == 0 && before.is_none() {
            self.0.remove(id);
        } else if before.as_ref() != self.0.get(id) {
            browser::remember(MEMORY, &self.text());
        }
    }

    /// As a file's text.
    pub fn text(&self) -> String {
        let mut text = format!("{HEAD}\n");
        for (id, done) in &self.0 {
            let _ = write!(text, "{id} {}/{}", done.steps, done.of);
            if let Some(when) = &done.solved {
                let (hints, again) = done.counts;
                let _ = write!(text, " solved {when} hints {hints} again {again}");
            }
            text.push('\n');
        }
        text
    }

    /// Takes in a file; what is better of both stays. Tells how many exercises it knew, none when it
    /// is no such file.
    pub fn import(&mut self, text: &str) -> Option<usize> {
        let other = Self::read(text)?;
        let count = other.0.len();
        for (id, theirs) in other.0 {
            let ours = self.0.entry(id).or_default();
            let sooner = match (&ours.solved, &theirs.solved) {
                (None, Some(_)) => true,
                (Some(ours), Some(theirs)) => theirs < ours,
                (_, None) => false,
            };
            let steps = ours.steps.max(theirs.steps);
            if sooner || ours.of == 0 {
                *ours = theirs;
            }
            ours.steps = steps.min(ours.of);
        }
        browser::remember(MEMORY, &self.text());
        Some(count)
    }

    fn read(text: &str) -> Option<Self> {
        let mut lines = text.lines().map(str::trim).filter(|it| !it.is_empty());
        (lines.next()? == HEAD).then_some(())?;
        lines.map(line).collect::<Option<_>>().map(Self)
    }
}

fn line(line: &str) -> Option<(String, Done)> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (steps, of) = words.get(1)?.split_once('/')?;
    let after = |name: &str| {
        let at = words.iter().position(|it| *it == name)?;
        words.get(at + 1).copied()
    };
    let number = |name: &str| after(name).and_then(|it| it.parse().ok()).unwrap_or(0);
    let (steps, of): (usize, usize) = (steps.parse().ok()?, of.parse().ok()?);
    let done = Done {
        steps: steps.min(of),
        of,
        solved: after("solved").map(str::to_owned),
        counts: (number("hints"), number("again")),
    };
    Some(((*words.first()?).to_owned(), done))
}

/// The wall clock's minute, as in `2026-11-26T00:12`.
fn now() -> String {
    let text: String = js_sys::Date::new_0().to_iso_string().into();
    text.get(..16).unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str =
        "failover-lab exercises 1\na 4/4 solved 2026-11-26T00:12 hints 1 again 2\nb 2/5\n";

    #[test]
    fn a_file_is_written_as_it_was_read() {
        assert_eq!(Record::read(FILE).map(|it| it.text()).as_deref(), Some(FILE));
    }

    #[test]
    fn what_is_no_such_file_is_refused() {
        for text in
            ["", "a 1/2", "failover-lab exercises 1\na one/2", "failover-lab exercises 1\na"]
        {
            assert_eq!(Record::read(text), None, "{text}");
        }
    }
}
