//! TOML with places: each key is taken once, what is left over is unknown.

use std::ops::Range;

use engine::time::Span;
use toml::de::{DeTable, DeValue};

use super::chunk::Chunk;
use super::fault::{Faults, nearest, unknown};

/// A table of a block.
pub(super) struct Table<'t> {
    chunk: &'t Chunk,
    /// Where it begins in the file: what is missing is missed there.
    pub(super) at: usize,
    entries: Vec<Entry<'t>>,
    /// Keys that were asked for.
    known: Vec<&'static str>,
    /// It could not be read in whole, so nobody knows what is missing.
    is_partial: bool,
}

struct Entry<'t> {
    key: String,
    at: usize,
    value: DeValue<'t>,
    span: Range<usize>,
}

impl<'t> Table<'t> {
    /// Reads a block.
    pub(super) fn read(chunk: &'t Chunk, faults: &mut Faults<'_>) -> Self {
        let (table, errors) = DeTable::parse_recoverable(&chunk.text);
        let is_partial = !errors.is_empty();
        for error in errors {
            let at = chunk.at(error.span().map_or(0, |span| span.start));
            let what = error.message().lines().collect::<Vec<_>>().join(", ");
            faults.add(at, format!("this is no TOML: {what}"), remedy(&what));
        }
        Self { is_partial, ..Self::of(chunk, chunk.start(), table.into_inner()) }
    }

    fn of(chunk: &'t Chunk, at: usize, table: DeTable<'t>) -> Self {
        let entry = |(key, value): (toml::Spanned<_>, toml::Spanned<DeValue<'t>>)| {
            let (at, span) = (chunk.at(key.span().start), value.span());
            let key: std::borrow::Cow<'_, str> = key.into_inner();
            Entry { key: key.into_owned(), at, value: value.into_inner(), span }
        };
        let entries = table.into_iter().map(entry).collect();
        Self { chunk, at, entries, known: Vec::new(), is_partial: false }
    }

    fn take(&mut self, key: &'static str) -> Option<Entry<'t>> {
        self.known.push(key);
        let at = self.entries.iter().position(|it| it.key == key)?;
        Some(self.entries.remove(at))
    }

    /// Whether the key is there still.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|it| it.key == key)
    }

    /// A string.
    pub(super) fn string(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<Chunk> {
        let entry = self.take(key)?;
        let chunk = self.text(&entry.value, &entry.span);
        if chunk.is_none() {
            wrong(faults, &entry, self.chunk, "a text", "in quotes");
        }
        chunk
    }

    /// Says that a key is missing, if it is, and not just misspelt.
    pub(super) fn must_have(&mut self, key: &'static str, value: &str, faults: &mut Faults<'_>) {
        if !self.has(key) && !self.is_partial && !self.has_like(&[key]) {
            faults.add(self.at, format!("`{key}` is missing"), format!("add {key} = {value}"));
        }
    }

    /// Whether there is a key that is almost one of these.
    pub(super) fn has_like(&self, keys: &[&str]) -> bool {
        self.entries.iter().any(|it| nearest(&it.key, keys).is_some())
    }

    /// A string that must be there, and not empty.
    pub(super) fn required(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<Chunk> {
        self.must_have(key, "\"...\"", faults);
        let text = self.string(key, faults)?;
        if text.text.trim().is_empty() {
            faults.add(text.start(), format!("`{key}` is empty"), "write something");
        }
        Some(text)
    }

    /// A whole number, and where it is.
    pub(super) fn number(
        &mut self,
        key: &'static str,
        faults: &mut Faults<'_>,
    ) -> Option<(u64, usize)> {
        let entry = self.take(key)?;
        let number = match &entry.value {
            DeValue::Integer(it) => u64::from_str_radix(it.as_str(), it.radix()).ok(),
            _ => None,
        };
        if number.is_none() {
            wrong(faults, &entry, self.chunk, "a whole number", "without quotes, as in 5");
        }
        number.zip(Some(self.chunk.at(entry.span.start)))
    }

    /// `true` or `false`.
    pub(super) fn truth(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<bool> {
        let entry = self.take(key)?;
        let truth = entry.value.as_bool();
        if truth.is_none() {
            wrong(faults, &entry, self.chunk, "true or false", "without quotes");
        }
        truth
    }

    /// A list of strings; with `single` also one string alone.
    pub(super) fn strings(
        &mut self,
        key: &'static str,
        single: bool,
        faults: &mut Faults<'_>,
    ) -> Option<Vec<Chunk>> {
        let entry = self.take(key)?;
        if let Some(one) = self.text(&entry.value, &entry.span).filter(|_| single) {
            return Some(vec![one]);
        }
        let (is, how) = match single {
            true => ("a text or a list of texts", "\"...\" or [\"...\", \"...\"]"),
            false => ("a list of texts", "[\"...\", \"...\"]"),
        };
        let Some(array) = entry.value.as_array() else {
            wrong(faults, &entry, self.chunk, is, how);
            return None;
        };
        let mut texts = Vec::new();
        for it in array {
            match self.text(it.get_ref(), &it.span()) {
                Some(text) => texts.push(text),
                None => {
                    let what = format!("`{key}` has {} in it", kind(it.get_ref()));
                    faults.add(self.chunk.at(it.span().start), what, "put each text in quotes");
                }
            }
        }
        (texts.len() == array.len()).then_some(texts)
    }

    /// A time such as `"10s"`.
    pub(super) fn span(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<Span> {
        let text = self.string(key, faults)?;
        let span = span(&text.text);
        if span.is_none() {
            let what = format!("`{key} = \"{}\"` is no time", text.text);
            faults.add(text.start(), what, "write a number and ms, s or m, as in \"10s\"");
        }
        span
    }

    /// The tables of `[[key]]`.
    pub(super) fn tables(
        &mut self,
        key: &'static str,
        faults: &mut Faults<'_>,
    ) -> Option<Vec<Self>> {
        let entry = self.take(key)?;
        let at = self.chunk.at(entry.span.start);
        if !matches!(&entry.value, DeValue::Array(all) if all.iter().all(|it| it.get_ref().is_table()))
        {
            wrong(faults, &entry, self.chunk, "a list of tables", &format!("[[{key}]]"));
            return None;
        }
        let DeValue::Array(all) = entry.value else { return None };
        let table = |it: toml::Spanned<DeValue<'t>>| {
            let at = if it.span().is_empty() { at } else { self.chunk.at(it.span().start) };
            match it.into_inner() {
                DeValue::Table(table) => Some(Self::of(self.chunk, at, table)),
                _ => None,
            }
        };
        Some(all.into_iter().filter_map(table).collect())
    }

    /// Says of every key that nobody asked for that it is unknown.
    pub(super) fn finish(self, what: &str, faults: &mut Faults<'_>) {
        for entry in &self.entries {
            let (what, remedy) = unknown(&format!("key of {what}"), &entry.key, &self.known);
            faults.add(entry.at, what, remedy);
        }
    }

    /// Says of every key that nobody asked for why it is not written here.
    pub(super) fn finish_words_only(self, only: &str, faults: &mut Faults<'_>) {
        for entry in &self.entries {
            let what = format!("`{}` is not written in a translation", entry.key);
            faults.add(entry.at, what, format!("keep {only} only; the rest is taken from en.md"));
        }
    }

    fn text(&self, value: &DeValue<'t>, span: &Range<usize>) -> Option<Chunk> {
        value.as_str().map(|text| self.chunk.value(text, span.start, span.end))
    }
}

fn wrong(faults: &mut Faults<'_>, entry: &Entry<'_>, chunk: &Chunk, is: &str, how: &str) {
    let what = format!("`{}` is {is}, not {}", entry.key, kind(&entry.value));
    faults.add(chunk.at(entry.span.start), what, format!("write it {how}"));
}

const fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// What usually helps when the text is no TOML.
fn remedy(what: &str) -> &'static str {
    if what.contains("duplicate key") {
        "write each key once"
    } else if what.contains("quoted") {
        "put the text in quotes"
    } else {
        "write key = \"value\", one a line"
    }
}

/// `500ms`, `2s`, `3m`
pub(super) fn span(text: &str) -> Option<Span> {
    let unit = text.trim_start_matches(|it: char| it.is_ascii_digit());
    let number: u64 = text[..text.len() - unit.len()].parse().ok()?;
    let us = match unit {
        "us" => 1,
        "ms" => 1000,
        "s" => 1_000_000,
        "m" => 60_000_000,
        _ => return None,
    };
    number.checked_mul(us).map(Span)
}
