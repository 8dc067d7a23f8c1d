//! What is wrong in a file: where, what, and what to do about it.

use std::fmt;

/// Something that is wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file, as in `manual-failover/en.md`.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, what, remedy } = self;
        write!(f, "{file}:{line}:{column}: {what}; {remedy}")
    }
}

/// What is wrong in one file.
#[derive(Debug)]
pub(super) struct Faults<'a> {
    file: String,
    text: &'a str,
    list: Vec<(usize, Fault)>,
}

impl<'a> Faults<'a> {
    pub(super) const fn new(file: String, text: &'a str) -> Self {
        Self { file, text, list: Vec::new() }
    }

    /// Takes note of a fault at this byte of the file.
    pub(super) fn add(&mut self, at: usize, what: impl Into<String>, remedy: impl Into<String>) {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let before = &self.text[..at];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        let (what, remedy) = (what.into(), remedy.into());
        self.list.push((at, Fault { file: self.file.clone(), line, column, what, remedy }));
    }

    /// Takes note of a word that is none of those that are known.
    pub(super) fn unknown(&mut self, at: usize, kind: &str, word: &str, known: &[&str]) {
        let (what, remedy) = unknown(kind, word, known);
        self.add(at, what, remedy);
    }

    /// How many there are.
    pub(super) const fn count(&self) -> usize {
        self.list.len()
    }

    /// All of them, in the order of the file.
    pub(super) fn into_list(mut self) -> Vec<Fault> {
        self.list.sort_by_key(|&(at, _)| at);
        self.list.into_iter().map(|(_, fault)| fault).collect()
    }
}

/// What to say about a word that is none of those that are known: the nearest one, or all.
pub(super) fn unknown(kind: &str, word: &str, known: &[&str]) -> (String, String) {
    let what = format!("there is no {kind} \"{word}\"");
    let remedy = match nearest(word, known) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => format!("use {}", one_of(known)),
    };
    (what, remedy)
}

/// `a, b or c`
pub(super) fn one_of(known: &[&str]) -> String {
    match known {
        [] => "none".into(),
        [only] => (*only).into(),
        [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
    }
}

/// The word that is most like this one, if any is.
pub(super) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let word = word.to_lowercase();
    let close = known.iter().map(|&it| (distance(&word, &it.to_lowercase()), it));
    let (distance, best) = close.min_by_key(|&(distance, _)| distance)?;
    (distance <= (best.chars().count() / 3).max(1)).then_some(best)
}

/// How many letters must be put in, left out, changed or swapped with the next.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let mut best = change.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    best = best.min(rows[i - 2][j - 2] + 1);
                }
                best
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_suggested_and_else_all_are_named() {
        let known = ["basic", "intermediate", "advanced"];
        assert_eq!(nearest("baisc", &known), Some("basic"));
        assert_eq!(nearest("Intermediat", &known), Some("intermediate"));
        assert_eq!(nearest("hard", &known), None);
        assert_eq!(
            unknown("level", "hard", &known),
            ("there is no level \"hard\"".into(), "use basic, intermediate or advanced".into())
        );
    }

    #[test]
    fn a_place_is_a_line_and_a_character() {
        let mut faults = Faults::new("a/ko.md".into(), "페일\n오버 x\n");
        faults.add("페일\n오버 ".len(), "no x", "write y");
        assert_eq!(faults.into_list()[0].to_string(), "a/ko.md:2:4: no x; write y");
    }
}
