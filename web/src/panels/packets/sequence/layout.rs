//! Where everything of a sequence diagram stands.

use std::collections::BTreeSet;

use bridge::{FlightKind, PacketRow};

use crate::format::span;
use crate::names::Names;
use crate::state::log::Log;
use crate::state::packets::Span;
use crate::words::{self, Tone};

/// Distances in the picture.
pub const LEFT: f64 = 104.0;
const LANE: f64 = 156.0;
const RIGHT: f64 = 84.0;
const HEAD: f64 = 40.0;
const ROW: f64 = 21.0;
const LINE: f64 = 15.0;
/// From this pause on it is told how long it was, virtual milliseconds.
const PAUSE_MS: f64 = 20.0;
/// The same message to several nodes within this is one row, virtual milliseconds.
const TOGETHER_MS: f64 = 1.0;
/// Characters in a line of a note, and of what a packet says.
const NOTE: f64 = 420.0;
const LABEL: usize = 34;

/// The diagram.
#[derive(Debug, PartialEq)]
pub struct Layout {
    /// Its size.
    pub width: f64,
    /// Its size.
    pub height: f64,
    /// Hosts with their places, from left to right.
    pub lanes: Vec<(usize, f64)>,
    /// From the top down.
    pub items: Vec<(f64, Item)>,
}

/// Something in the diagram.
#[derive(Debug, PartialEq)]
pub enum Item {
    /// Nothing happened for so long.
    Pause(String),
    /// A message to one node or to several.
    Arrow(Arrow),
    /// What a node decided.
    Note(Note),
}

/// A message to one node or to several.
#[derive(Debug, PartialEq)]
pub struct Arrow {
    /// Virtual milliseconds.
    pub at_ms: f64,
    /// Where it begins.
    pub from: f64,
    /// Where it leads, and whether it never arrives.
    pub to: Vec<(f64, bool)>,
    /// What it is.
    pub kind: FlightKind,
    /// In a few words.
    pub label: String,
    /// The packet.
    pub packet: (u64, u32),
}

/// What a node decided.
#[derive(Debug, PartialEq)]
pub struct Note {
    /// Virtual milliseconds.
    pub at_ms: f64,
    /// The lanes that it is about.
    pub lanes: Vec<f64>,
    /// Left edge and width.
    pub place: (f64, f64),
    /// Its lines.
    pub lines: Vec<String>,
    /// What it is about.
    pub tone: Tone,
}

enum Raw<'a> {
    Packets(Vec<&'a PacketRow>),
    Note(Vec<usize>, Vec<String>, Tone),
}

/// Arranges packets (the newest first) and what was decided meanwhile.
pub fn arrange(rows: &[PacketRow], log: &Log, wanted: Span, names: &Names) -> Layout {
    let (from, until) = moments(rows, wanted);
    let mut raw = packets(rows);
    raw.extend(notes(log, (from, until), names));
    raw.sort_by(|one, other| one.0.total_cmp(&other.0));
    let hosts: BTreeSet<usize> = raw.iter().flat_map(|(_, it)| hosts(it)).collect();
    let place = |at: usize| LEFT + LANE * (at as f64 + 0.5) - LANE / 2.0 + 36.0;
    let lanes: Vec<_> = hosts.into_iter().enumerate().map(|(at, host)| (host, place(at))).collect();
    let width = place(lanes.len().saturating_sub(1)) + RIGHT;
    let mut y = HEAD;
    let mut items = Vec::new();
    let mut last = raw.first().map_or(0.0, |it| it.0);
    for (at_ms, it) in raw {
        if at_ms - last >= PAUSE_MS {
            items.push((y, Item::Pause(span(at_ms - last))));
            y += ROW;
        }
        last = at_ms;
        let (item, height) = item(at_ms, it, &lanes, width);
        items.push((y, item));
        y += height;
    }
    Layout { width, height: y + 14.0, lanes, items }
}

/// The span that the diagram covers.
fn moments(rows: &[PacketRow], wanted: Span) -> (f64, f64) {
    match wanted {
        Span::Between(from, until) => (from, until),
        _ => {
            let first = rows.last().map_or(f64::MAX, |it| it.sent_ms);
            let last = rows.first().map_or(f64::MIN, |it| it.due_ms);
            (first - 1_000.0, last + 1_000.0)
        }
    }
}

fn packets(rows: &[PacketRow]) -> Vec<(f64, Raw<'_>)> {
    let mut groups: Vec<Vec<&PacketRow>> = Vec::new();
    for row in rows.iter().rev() {
        let same = |group: &&mut Vec<&PacketRow>| {
            let first = group[0];
            (first.from, first.kind, &first.name) == (row.from, row.kind, &row.name)
                && !matches!(row.kind, FlightKind::Client | FlightKind::Replication)
                && row.sent_ms - first.sent_ms < TOGETHER_MS
                && group.iter().all(|it| it.to != row.to)
        };
        match groups.last_mut().filter(|it| same(it)) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups.into_iter().map(|group| (group[0].sent_ms, Raw::Packets(group))).collect()
}

fn notes<'a>(log: &Log, (from, until): (f64, f64), names: &Names) -> Vec<(f64, Raw<'a>)> {
    let within = log.newest().filter(|row| (from..until).contains(&row.at_ms));
    let told = within.filter(|row| words::tone(&row.fact) != Tone::Quiet);
    let note = |row: &crate::state::log::Row| {
        let who: Vec<_> = row.hosts.iter().map(|&host| names.short(host)).collect();
        let what = words::plain(&words::fact(&row.fact, names), names);
        let lines = wrap(&format!("{} {what}", who.join(" ")));
        (row.at_ms, Raw::Note(row.hosts.clone(), lines, words::tone(&row.fact)))
    };
    let mut notes: Vec<_> = told.map(note).collect();
    notes.reverse();
    notes
}

fn hosts(raw: &Raw<'_>) -> Vec<usize> {
    match raw {
        Raw::Packets(rows) => rows.iter().flat_map(|row| [row.from, row.to]).collect(),
        Raw::Note(hosts, ..) => hosts.clone(),
    }
}

fn item(at_ms: f64, raw: Raw<'_>, lanes: &[(usize, f64)], width: f64) -> (Item, f64) {
    let lane = |host: usize| lanes.iter().find(|it| it.0 == host).map_or(LEFT, |it| it.1);
    match raw {
        Raw::Packets(rows) => {
            let first = rows[0];
            let arrow = Arrow {
                at_ms,
                from: lane(first.from),
                to: rows.iter().map(|row| (lane(row.to), row.lost.is_some())).collect(),
                kind: first.kind,
                label: label(first),
                packet: (first.id, first.part),
            };
            (Item::Arrow(arrow), ROW)
        }
        Raw::Note(hosts, lines, tone) => {
            let lanes: Vec<f64> = hosts.iter().map(|&host| lane(host)).collect();
            let wide = lines.iter().map(|it| text_width(it)).fold(0.0, f64::max) + 14.0;
            let middle = lanes.first().copied().unwrap_or(LEFT);
            let left = (middle - wide / 2.0).min(width - wide - 4.0).max(LEFT + 4.0);
            let height = LINE * lines.len() as f64 + 12.0;
            (Item::Note(Note { at_ms, lanes, place: (left, wide), lines, tone }), height)
        }
    }
}

fn label(row: &PacketRow) -> String {
    let text = match row.kind {
        FlightKind::Client | FlightKind::Replication | FlightKind::Other => row.info.clone(),
        FlightKind::Fail | FlightKind::Update => format!("{} {}", row.name, row.info),
        _ => row.name.clone(),
    };
    match text.char_indices().nth(LABEL) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

/// Parts a sentence into lines that are not too long.
fn wrap(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if text_width(line) + text_width(word) < NOTE => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// About how wide a text is drawn.
fn text_width(text: &str) -> f64 {
    text.chars().map(|it| if it.is_ascii() { 5.9 } else { 11.0 }).sum()
}

#[cfg(test)]
mod tests {
    use bridge::{Fact, HostInfo, NodeEvent};

    use super::*;

    fn names() -> Names {
        let host = |n: u8| HostInfo { ip: format!("10.0.0.{n}"), port: 6379 };
        Names::new(&[host(1), host(2), host(3)])
    }

    fn row(id: u64, from: usize, to: usize, sent_ms: f64) -> PacketRow {
        PacketRow {
            id,
            part: 0,
            from,
            to,
            kind: FlightKind::AuthRequest,
            name: "FAILOVER_AUTH_REQUEST".into(),
            sent_ms,
            due_ms: sent_ms + 0.25,
            size: 2256,
            lost: None,
            info: String::new(),
        }
    }

    #[test]
    fn a_message_to_all_is_one_row_and_a_pause_is_told() {
        let rows = [row(3, 1, 0, 60.0), row(2, 0, 2, 10.1), row(1, 0, 1, 10.0)];
        let layout = arrange(&rows, &Log::default(), Span::All, &names());
        assert_eq!(layout.lanes.len(), 3);
        let kinds = layout.items.iter().map(|(_, it)| match it {
            Item::Arrow(arrow) => arrow.to.len().to_string(),
            Item::Pause(text) => text.clone(),
            Item::Note(_) => "note".into(),
        });
        assert_eq!(kinds.collect::<Vec<_>>(), ["2", "50 ms", "1"]);
        let inside = |x: f64| x > LEFT && x < layout.width;
        assert!(layout.lanes.iter().all(|it| inside(it.1)));
    }

    #[test]
    fn decisions_stand_among_the_packets_that_led_to_them() {
        let mut log = Log::default();
        log.add(&NodeEvent { at_ms: 20.0, host: 1, fact: Fact::ElectionWon(7) });
        log.add(&NodeEvent { at_ms: 9_000.0, host: 1, fact: Fact::ElectionWon(8) });
        let rows = [row(2, 1, 0, 25.0), row(1, 0, 1, 10.0)];
        let layout = arrange(&rows, &log, Span::Between(0.0, 100.0), &names());
        let notes: Vec<_> =
            layout.items.iter().map(|(_, it)| matches!(it, Item::Note(_))).collect();
        assert_eq!(notes, [false, true, false]);
        let tops: Vec<_> = layout.items.iter().map(|it| it.0).collect();
        assert!(tops.is_sorted());
    }

    #[test]
    fn long_sentences_are_parted_between_words() {
        let lines = wrap(&"word ".repeat(60));
        assert!(lines.len() > 2 && lines.iter().all(|it| text_width(it) <= NOTE + 40.0));
    }
}
