//! The front matter of a file.

use std::net::Ipv4Addr;

use scenario::Scenario;
use scenario::script::{self, Entry, Step};

use super::chunk::Chunk;
use super::fault::{Faults, unknown};
use super::table::Table;
use crate::exercise::{Head, Level};

/// What stands before and behind it.
const MARK: &str = "+++";
const LEVELS: [(&str, Level); 3] =
    [("basic", Level::Basic), ("intermediate", Level::Intermediate), ("advanced", Level::Advanced)];

/// The front matter, if there is any, and the rest of a file.
pub(super) fn split(text: &str, faults: &mut Faults<'_>) -> (Option<Chunk>, Chunk) {
    let mut lines = text.split_inclusive('\n');
    if lines.next().is_none_or(|line| line.trim_end() != MARK) {
        faults.add(0, "the file does not begin with front matter", "begin it with a line +++");
        return (None, Chunk::new(text, 0));
    }
    let begin = text.find('\n').map_or(text.len(), |at| at + 1);
    let mut at = begin;
    for line in lines {
        if line.trim_end() == MARK {
            let rest = at + line.len();
            let front = Chunk::new(&text[begin..at], begin);
            return (Some(front), Chunk::new(&text[rest..], rest));
        }
        at += line.len();
    }
    faults.add(0, "the front matter has no end", "end it with a line +++");
    (None, Chunk::new("", text.len()))
}

/// The front matter of `en.md`, and the hosts of the lab that it names.
pub(super) fn english(
    id: &str,
    chunk: Option<&Chunk>,
    catalogue: &[&str],
    faults: &mut Faults<'_>,
) -> (Option<Head>, Option<Vec<Ipv4Addr>>) {
    let Some(chunk) = chunk else { return (None, None) };
    let mut table = Table::read(chunk, faults);
    let title = table.required("title", faults);
    let summary = table.required("summary", faults);
    let level = table.required("level", faults);
    let level = level.and_then(|it| level_of(&it, faults));
    let minutes = minutes(&mut table, faults);
    let after = table.strings("after", false, faults).unwrap_or_default();
    for before in after.iter().filter(|_| !catalogue.is_empty()) {
        if !catalogue.contains(&before.text.as_str()) {
            faults.unknown(before.start(), "exercise", &before.text, catalogue);
        }
    }
    let lab = table.required("lab", faults);
    let hosts = lab.as_ref().and_then(|lab| hosts_of(lab, faults));
    let seed = table.number("seed", faults).map(|it| it.0);
    let prepare = table.string("prepare", faults).unwrap_or_default();
    lines(&prepare, hosts.as_deref(), faults);
    let not_real = table.string("not-real", faults).map(|it| it.text);
    table.finish("the front matter", faults);
    let head = || {
        Some(Head {
            id: id.into(),
            title: title?.text,
            summary: summary?.text,
            level: level?,
            minutes: minutes?,
            after: after.into_iter().map(|it| it.text).collect(),
            lab: lab?.text.trim().into(),
            seed,
            prepare: prepare.text,
            not_real,
        })
    };
    (head(), hosts)
}

/// The title and the summary of a translation.
pub(super) fn translated(chunk: Option<&Chunk>, faults: &mut Faults<'_>) -> [Option<String>; 2] {
    let Some(chunk) = chunk else { return [None, None] };
    let mut table = Table::read(chunk, faults);
    let [title, summary] = ["title", "summary"].map(|key| table.string(key, faults));
    table.finish_words_only("title and summary", faults);
    [title, summary].map(|it| it.map(|it| it.text))
}

fn level_of(word: &Chunk, faults: &mut Faults<'_>) -> Option<Level> {
    let found = LEVELS.iter().find(|it| it.0 == word.text).map(|it| it.1);
    if found.is_none() {
        faults.unknown(word.start(), "level", &word.text, &LEVELS.map(|it| it.0));
    }
    found
}

fn minutes(table: &mut Table<'_>, faults: &mut Faults<'_>) -> Option<u32> {
    table.must_have("minutes", "5", faults);
    let (minutes, at) = table.number("minutes", faults)?;
    let fits = u32::try_from(minutes).ok().filter(|it| (1..=240).contains(it));
    if fits.is_none() {
        faults.add(at, format!("`minutes = {minutes}` can not be"), "write 1 to 240");
    }
    fits
}

fn hosts_of(lab: &Chunk, faults: &mut Faults<'_>) -> Option<Vec<Ipv4Addr>> {
    match Scenario::open(lab.text.trim()) {
        Ok(scenario) => Some(scenario.hosts.iter().map(|host| host.ip).collect()),
        Err(why) => {
            let names: Vec<_> = Scenario::names().chain(["design"]).collect();
            let word = lab.text.split_whitespace().next().unwrap_or("");
            let (_, near) = unknown("lab", word, &names);
            let remedy =
                if word == "design" { "write design masters=3 replicas=1".into() } else { near };
            faults.add(lab.start(), format!("the lab does not open: {why}"), remedy);
            None
        }
    }
}

/// Looks at the lines of a session: whether each is one, and names hosts of the lab.
pub(super) fn lines(session: &Chunk, hosts: Option<&[Ipv4Addr]>, faults: &mut Faults<'_>) {
    let mut offset = 0;
    for line in session.text.split_inclusive('\n') {
        let at = session.at(offset + line.len() - line.trim_start().len());
        offset += line.len();
        match script::entry(line) {
            Err(why) => {
                let (what, remedy) =
                    why.split_once(": ").unwrap_or((&why, "see docs/writing-exercises.md"));
                faults.add(at, what, remedy);
            }
            Ok(Some(Entry::Step(Step::Host(ip)))) => {
                if let Some(hosts) = hosts.filter(|hosts| !hosts.contains(&ip)) {
                    let names: Vec<_> = hosts.iter().map(Ipv4Addr::to_string).collect();
                    let names: Vec<_> = names.iter().map(String::as_str).collect();
                    faults.unknown(at, "host in the lab", &ip.to_string(), &names);
                }
            }
            Ok(_) => {}
        }
    }
}
