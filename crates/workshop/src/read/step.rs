//! What belongs to a step: its own block, and its checks.

use super::chunk::Chunk;
use super::fault::one_of;
use super::markdown::Reader;
use super::table::Table;
use super::words;
use crate::condition::All;
use crate::exercise::Rule;

const RULES: [&str; 4] = ["when", "still", "never", "wrong"];
const PARTS: [&str; 7] =
    ["console", "graph", "inspector", "pace", "timeline", "node:ADDRESS", "panel:NAME"];
const PANELS: [&str; 10] = [
    "events",
    "timeline",
    "beliefs",
    "why-not",
    "failovers",
    "timers",
    "packets",
    "clients",
    "faults",
    "server-log",
];

/// A name, and where it stands.
pub(super) type Named = Option<(String, usize)>;

/// A check as it was read: in a translation it has words only.
pub(super) struct RawCheck {
    pub(super) id: Named,
    pub(super) text: Option<String>,
    pub(super) hint: Option<String>,
    pub(super) rule: Option<Rule>,
}

impl Reader<'_, '_> {
    /// Reads a `step` block: its id and what it lights.
    pub(super) fn step(&mut self, chunk: &Chunk, translation: bool) -> (Named, Vec<String>) {
        let mut table = Table::read(chunk, self.faults);
        let id = self.id(&mut table);
        if translation {
            table.finish_words_only("id", self.faults);
            return (id, Vec::new());
        }
        let light = table.strings("light", false, self.faults).unwrap_or_default();
        table.finish("a step", self.faults);
        for part in &light {
            self.light(part);
        }
        (id, light.into_iter().map(|it| it.text).collect())
    }

    fn id(&mut self, table: &mut Table<'_>) -> Named {
        let id = table.required("id", self.faults)?;
        let at = id.start();
        let is_word = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
        if !id.text.chars().all(is_word) {
            let what = format!("the id \"{}\" is no word", id.text);
            self.faults.add(at, what, "write it of a to z, 0 to 9 and -");
        }
        Some((id.text, at))
    }

    fn light(&mut self, part: &Chunk) {
        let at = part.start();
        match part.text.split_once(':') {
            Some(("node", ip)) => drop(self.host(ip, at + "node:".len())),
            Some(("panel", name)) if !PANELS.contains(&name) => {
                self.faults.unknown(at + "panel:".len(), "panel", name, &PANELS);
            }
            Some(("panel", _)) => {}
            None if PARTS.contains(&part.text.as_str()) => {}
            _ => self.faults.unknown(at, "part of the page", &part.text, &PARTS),
        }
    }

    /// Reads a `check` block.
    pub(super) fn check(&mut self, chunk: &Chunk, translation: bool) -> RawCheck {
        let mut table = Table::read(chunk, self.faults);
        let id = self.id(&mut table);
        if translation {
            let [text, hint] = ["text", "hint"].map(|key| table.string(key, self.faults));
            table.finish_words_only("id, text and hint", self.faults);
            let [text, hint] = [text, hint].map(|it| it.map(|it| it.text));
            return RawCheck { id, text, hint, rule: None };
        }
        let text = table.required("text", self.faults).map(|it| it.text);
        let hint = table.string("hint", self.faults).map(|it| it.text);
        let rule = self.rule(&mut table, hint.is_some());
        table.finish("a check", self.faults);
        RawCheck { id, text, hint, rule }
    }

    fn rule(&mut self, table: &mut Table<'_>, has_hint: bool) -> Option<Rule> {
        let at = table.at;
        let given: Vec<_> = RULES.into_iter().filter(|key| table.has(key)).collect();
        let all: Vec<Option<All>> =
            RULES.into_iter().map(|key| self.conditions(table, key)).collect();
        let timed = ["within", "since", "lasting"].into_iter().find(|key| table.has(key));
        let has_within = table.has("within") || table.has_like(&["within"]);
        let within = table.span("within", self.faults);
        let since = self.conditions(table, "since");
        let lasting = table.span("lasting", self.faults);
        let [rule] = given[..] else {
            match given.is_empty() {
                true if table.has_like(&RULES) => {}
                true => {
                    let remedy = format!("add one of {}", one_of(&RULES));
                    self.faults.add(at, "the check asks for nothing", remedy);
                }
                false => {
                    let what = format!("the check has {}", given.join(" and "));
                    self.faults.add(at, what, "make a check of each");
                }
            }
            return None;
        };
        if let Some(timed) = timed.filter(|_| rule != "when") {
            let what = format!("`{timed}` belongs to `when`, and the check has `{rule}`");
            self.faults.add(at, what, format!("leave out {timed}"));
        }
        if since.is_some() && !has_within {
            self.faults.add(at, "`since` without `within` says nothing", "add within = \"10s\"");
        }
        if !has_hint && matches!(rule, "never" | "wrong") {
            let what = format!("a check with `{rule}` has no hint");
            self.faults.add(at, what, "add hint = \"...\": it says what went wrong");
        }
        let all = all.into_iter().flatten().next()?;
        Some(match rule {
            "when" => Rule::When { all, within, since, lasting },
            "still" => Rule::Still(all),
            "never" => Rule::Never(all),
            _ => Rule::Wrong(all),
        })
    }

    fn conditions(&mut self, table: &mut Table<'_>, key: &'static str) -> Option<All> {
        let at = table.at;
        let lines = table.strings(key, true, self.faults)?;
        if lines.is_empty() {
            self.faults.add(at, format!("`{key}` is an empty list"), "write a condition");
        }
        let hosts = self.hosts;
        let read = lines.iter().map(|line| words::condition(line, hosts, self.faults));
        let read: Vec<_> = read.collect();
        read.into_iter().collect()
    }
}
