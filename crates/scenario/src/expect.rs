//! What a script expects of the line above: the same text for a simulated and a real cluster.
//!
//! ```text
//! redis-cli SET foo bar
//! > OK
//! redis-cli CLUSTER NODES
//! > * 192.168.0.161:6379@16379 *master - * connected 0-5460
//! >! *fail*
//! redis-cli CLUSTER INFO
//! >within 10s cluster_state:ok
//! redis-cli ROLE
//! >varies the offset depends on when one looks
//! ```
//!
//! - `> PATTERN`: a line that was printed is like this. Several may follow; their order is free,
//!   since Redis lists nodes in the order of a hash table.
//! - `>! PATTERN`: no line is.
//! - `>within SPAN PATTERN`: the line above is typed again and again until a line of what it prints
//!   is like this, for SPAN at most (`500ms`, `10s`). What follows is about the last attempt.
//! - `>varies REASON`: what is printed need not be the same in both worlds, only as expected.
//!
//! In a pattern `*` stands for anything, nothing included; the rest is literal.

use borsh::{BorshDeserialize, BorshSerialize};
use engine::time::Span;

use crate::scenario::span;

/// One expectation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expect {
    /// Some line is like the pattern.
    Line(Pattern),
    /// No line is.
    NoLine(Pattern),
    /// Some line is, after trying again for a while.
    Within(Span, Pattern),
    /// The text may differ between two runs, for the reason given.
    Varies(String),
}

/// A line with `*` for what may vary.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Pattern(String);

impl Expect {
    /// Reads a line that starts with `>`.
    ///
    /// # Errors
    /// One line that says what is wrong with it.
    pub fn parse(line: &str) -> Result<Self, String> {
        let rest = line.strip_prefix('>').ok_or("an expectation starts with >")?;
        let (word, text) = match rest.split_once(' ') {
            Some((word, text)) => (word, text.trim()),
            None => (rest, ""),
        };
        match word {
            "" => Ok(Self::Line(Pattern(text.into()))),
            "!" => Ok(Self::NoLine(Pattern(text.into()))),
            "within" => {
                let (limit, pattern) = text.split_once(' ').unwrap_or((text, ""));
                Ok(Self::Within(span(limit)?, Pattern(pattern.trim().into())))
            }
            "varies" if !text.is_empty() => Ok(Self::Varies(text.into())),
            "varies" => Err("say why it varies: `>varies REASON`".into()),
            _ => Err(format!(
                "'>{word}' is no expectation: write `> PATTERN`, `>! PATTERN`, \
                 `>within SPAN PATTERN` or `>varies REASON`"
            )),
        }
    }

    /// Whether what was printed is as expected.
    ///
    /// # Errors
    /// A sentence that names the pattern.
    pub fn check(&self, printed: &str) -> Result<(), String> {
        match self {
            Self::Line(pattern) if !pattern.is_in(printed) => {
                Err(format!("no line is like '{}'", pattern.0))
            }
            Self::NoLine(pattern) if pattern.is_in(printed) => {
                Err(format!("a line is like '{}'", pattern.0))
            }
            Self::Within(limit, pattern) if !pattern.is_in(printed) => {
                Err(format!("no line was like '{}' within {} ms", pattern.0, limit.as_millis()))
            }
            _ => Ok(()),
        }
    }
}

impl Pattern {
    /// A pattern from its text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The same for text in lower case.
    #[must_use]
    pub fn lowered(&self) -> Self {
        Self(self.0.to_lowercase())
    }

    /// Whether a line of the text is like this. Blanks at its end do not count.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        text.lines().any(|line| self.fits(line.trim_end()))
    }

    /// Whether the whole line is like this.
    #[must_use]
    pub fn fits(&self, line: &str) -> bool {
        let mut parts = self.0.split('*');
        let first = parts.next().unwrap_or("");
        let Some(mut rest) = line.strip_prefix(first) else { return false };
        let Some(last) = self.0.rsplit_once('*').map(|(_, last)| last) else {
            return rest.is_empty();
        };
        let middle = self.0.matches('*').count() - 1;
        for part in parts.take(middle) {
            let Some(at) = rest.find(part) else { return false };
            rest = &rest[at + part.len()..];
        }
        rest.ends_with(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything_and_the_rest_is_literal() {
        for (pattern, line, fits) in [
            ("OK", "OK", true),
            ("OK", "OK ", false),
            ("role:*", "role:master", true),
            ("*fail?*", "a master,fail? -", true),
            ("*fail?*", "a master,fail -", false),
            ("a*b*c", "a b b c", true),
            ("a*b*c", "a c b", false),
            ("ab*ba", "aba", false),
            ("*", "", true),
            ("", "", true),
            ("**x", "x", true),
        ] {
            assert_eq!(Pattern::new(pattern).fits(line), fits, "{pattern} on {line}");
        }
    }

    #[test]
    fn an_expectation_that_does_not_hold_is_named() {
        let check = |line, printed| Expect::parse(line).unwrap().check(printed);
        assert_eq!(check("> b*", "a\nbc \n"), Ok(()));
        assert_eq!(check("> x", "a\n"), Err("no line is like 'x'".into()));
        assert_eq!(check(">! a", "a\n"), Err("a line is like 'a'".into()));
        assert_eq!(check(">! x", "a\n"), Ok(()));
        assert_eq!(check(">within 2s a", "b"), Err("no line was like 'a' within 2000 ms".into()));
        assert_eq!(check(">varies it is a time", "b"), Ok(()));
    }

    #[test]
    fn what_is_no_expectation_is_refused_with_what_is() {
        for line in [">within soon x", ">varies", ">maybe x", ">=3"] {
            assert!(Expect::parse(line).is_err(), "{line}");
        }
    }
}
