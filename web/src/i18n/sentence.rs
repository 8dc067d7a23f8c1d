//! Sentences with more in them than words: hosts, or elements.

use fluent_bundle::{FluentArgs, FluentValue};
use yew::Html;

use super::text;

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// Words.
    Text(String),
    /// A host, shown by its short name.
    Host(usize),
}

impl Part {
    /// Words.
    pub fn text(value: impl ToString) -> Self {
        Self::Text(value.to_string())
    }
}

/// Stand around a number, of a host say, while a sentence is put together.
const MARKS: [char; 2] = ['\u{E000}', '\u{E001}'];

fn marked(number: usize) -> String {
    format!("{}{number}{}", MARKS[0], MARKS[1])
}

impl From<Part> for FluentValue<'_> {
    fn from(part: Part) -> Self {
        value(&[part])
    }
}

/// Pieces of a sentence, to be put into a place of another.
pub fn value<'a>(parts: &[Part]) -> FluentValue<'a> {
    let text = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::Host(host) => marked(*host),
    };
    parts.iter().map(text).collect::<String>().into()
}

/// A sentence out of a message and what goes into its places, each by its name. Prefer `parts!`.
pub fn parts<'a, V>(key: &str, values: &[(&'static str, V)]) -> Vec<Part>
where
    V: Clone + Into<FluentValue<'a>>,
{
    let mut args = FluentArgs::new();
    for (name, value) in values {
        args.set(*name, value.clone());
    }
    split(&text(key, Some(&args)))
}

/// The words, and the marked numbers as hosts.
fn split(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    for piece in text.split_inclusive(MARKS) {
        let words = piece.trim_end_matches(MARKS);
        let host = if piece.ends_with(MARKS[1]) { words.parse().ok() } else { None };
        match host {
            Some(host) => parts.push(Part::Host(host)),
            None if words.is_empty() => {}
            None => parts.push(Part::Text(words.to_owned())),
        }
    }
    parts
}

/// A sentence with an element in each of its places.
pub fn sentence(key: &str, elements: &[(&'static str, Html)]) -> Html {
    let mut args = FluentArgs::new();
    for (number, (name, _)) in elements.iter().enumerate() {
        args.set(*name, marked(number));
    }
    let draw = |part: Part| match part {
        Part::Text(words) => Html::from(words),
        Part::Host(number) => elements.get(number).map(|(_, it)| it.clone()).unwrap_or_default(),
    };
    split(&text(key, Some(&args))).into_iter().map(draw).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Lang, set_lang};
    use super::*;
    use crate::parts;

    #[test]
    fn hosts_stay_hosts_wherever_a_language_puts_them() {
        let said = || parts!("fact-vote", node = Part::Host(3), votes = 1, needed = 2);
        let words = |text: &str| Part::Text(text.to_owned());
        assert_eq!(said(), [words("got the vote of "), Part::Host(3), words(": 1 of 2")]);
        set_lang(Lang::Ko);
        assert_eq!(said(), [Part::Host(3), words("의 표를 받음: 2표 중 1표")]);
        set_lang(Lang::En);
    }

    #[test]
    fn a_sentence_within_a_sentence_keeps_its_hosts() {
        let fact = parts!("fact-replica", node = Part::Host(1));
        let hosts = [Part::Host(0), Part::text(" "), Part::Host(2)];
        let said = parts!("fact-line", count = 2, hosts = value(&hosts), fact = value(&fact));
        let hosts: Vec<_> = said.iter().filter(|it| matches!(it, Part::Host(_))).collect();
        assert_eq!(hosts, [&Part::Host(0), &Part::Host(2), &Part::Host(1)]);
    }

    #[test]
    fn a_number_chooses_the_form_of_a_word() {
        let said = |count: u32| parts!("fact-slots-lost", count = count);
        assert_eq!(said(1), [Part::text("sees one slot without an owner")]);
        assert_eq!(said(7), [Part::text("sees 7 slots without an owner")]);
    }
}
