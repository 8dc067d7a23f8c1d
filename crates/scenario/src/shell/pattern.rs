//! The patterns of `grep`: `.`, `*`, `[...]`, `^`, `$` and alternatives.

/// One alternative.
struct Branch {
    anchored: bool,
    /// What each character must be, and whether it may repeat.
    items: Vec<(Item, bool)>,
    to_end: bool,
}

/// What one character must be.
enum Item {
    Any,
    One(char),
    Set { negated: bool, ranges: Vec<(char, char)> },
}

/// A pattern.
pub(super) struct Pattern {
    branches: Vec<Branch>,
    ignore_case: bool,
}

impl Pattern {
    /// Reads a pattern: extended (`a|b`), fixed, or basic (`a\|b`).
    pub(super) fn new(text: &str, extended: bool, fixed: bool, ignore_case: bool) -> Self {
        let text = if ignore_case { text.to_lowercase() } else { text.to_owned() };
        let branches = if fixed {
            let items = text.chars().map(|it| (Item::One(it), false)).collect();
            vec![Branch { anchored: false, items, to_end: false }]
        } else {
            text.split(if extended { "|" } else { "\\|" }).map(Branch::parse).collect()
        };
        Self { branches, ignore_case }
    }

    /// Whether some part of `line` matches.
    pub(super) fn matches(&self, line: &str) -> bool {
        let line = if self.ignore_case { line.to_lowercase() } else { line.to_owned() };
        let letters: Vec<char> = line.chars().collect();
        self.branches.iter().any(|branch| {
            let last = if branch.anchored { 0 } else { letters.len() };
            (0..=last).any(|from| branch.fits(0, &letters[from..]))
        })
    }
}

impl Branch {
    fn parse(text: &str) -> Self {
        let (anchored, text) = match text.strip_prefix('^') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (to_end, text) = match text.strip_suffix('$') {
            Some(rest) if !rest.ends_with('\\') => (true, rest),
            _ => (false, text),
        };
        let mut items: Vec<(Item, bool)> = Vec::new();
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            let item = match letter {
                '*' if !items.is_empty() => {
                    if let Some(last) = items.last_mut() {
                        last.1 = true;
                    }
                    continue;
                }
                '.' => Item::Any,
                '[' => set(&mut letters),
                '\\' => Item::One(letters.next().unwrap_or('\\')),
                _ => Item::One(letter),
            };
            items.push((item, false));
        }
        Self { anchored, items, to_end }
    }

    fn fits(&self, at: usize, letters: &[char]) -> bool {
        let Some((item, repeated)) = self.items.get(at) else {
            return !self.to_end || letters.is_empty();
        };
        let first = letters.first().is_some_and(|&it| item.takes(it));
        if *repeated {
            return self.fits(at + 1, letters) || (first && self.fits(at, &letters[1..]));
        }
        first && self.fits(at + 1, &letters[1..])
    }
}

fn set(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Item {
    let negated = letters.next_if_eq(&'^').is_some();
    let mut ranges: Vec<(char, char)> = Vec::new();
    while let Some(letter) = letters.next() {
        match letter {
            ']' if !ranges.is_empty() => break,
            '-' if !ranges.is_empty() && letters.peek().is_some_and(|&it| it != ']') => {
                let end = letters.next().unwrap_or('-');
                if let Some(last) = ranges.last_mut() {
                    last.1 = end;
                }
            }
            _ => ranges.push((letter, letter)),
        }
    }
    Item::Set { negated, ranges }
}

impl Item {
    fn takes(&self, letter: char) -> bool {
        match self {
            Self::Any => true,
            Self::One(it) => *it == letter,
            Self::Set { negated, ranges } => {
                ranges.iter().any(|&(from, to)| (from..=to).contains(&letter)) != *negated
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, line: &str) -> bool {
        Pattern::new(pattern, false, false, false).matches(line)
    }

    #[test]
    fn patterns_match_what_grep_matches() {
        assert!(matches("master", "myself,master -"));
        assert!(matches("^role:.*er$", "role:master"));
        assert!(!matches("^role", "the role"));
        assert!(matches("fail\\|pfail", "master,fail"));
        assert!(matches("port=[0-9]*,", "port=6379,"));
        assert!(!matches("[^a-z]", "abc"));
        assert!(matches("a\\.b", "a.b"));
        assert!(!matches("a\\.b", "axb"));
        assert!(Pattern::new("a|B", true, false, true).matches("xb"));
        assert!(Pattern::new("a.*", false, true, false).matches("a.*"));
        assert!(matches("", "anything"));
    }
}
