//! Markdown as far as exercises have it, and fenced blocks with words of their own.

use std::net::Ipv4Addr;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::chunk::Chunk;
use super::fault::Faults;
use super::quiz;
use crate::exercise::{Block, Inline};

/// The words of fenced blocks.
const FENCES: [&str; 7] = ["console", "text", "hint", "quiz", "check", "step", "notes"];

/// A part of a file's body.
pub(super) enum Part {
    /// `#` or `##` and what it says.
    Heading { level: u8, words: String, at: usize },
    /// Something to show.
    Block(Block),
    /// What a step needs, and does not show where it stands.
    Special { word: Special, chunk: Chunk },
}

/// A fenced block that is not shown where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Special {
    Check,
    Step,
    Notes,
}

/// The file that is read, and what it may speak of.
pub(super) struct Reader<'a, 'f> {
    pub(super) faults: &'a mut Faults<'f>,
    /// The hosts of the lab; none when that is not known.
    pub(super) hosts: Option<&'a [Ipv4Addr]>,
}

type Events<'e> = std::vec::IntoIter<(Event<'e>, Range<usize>)>;

impl Reader<'_, '_> {
    /// The parts of a whole body.
    pub(super) fn parts(&mut self, chunk: &Chunk) -> Vec<Part> {
        let parser = Parser::new_ext(&chunk.text, Options::ENABLE_TABLES);
        let events: Vec<_> = parser.into_offset_iter().collect();
        self.body(chunk, &mut events.into_iter(), true)
    }

    /// Markdown that stands inside of something: a hint, say.
    pub(super) fn blocks(&mut self, chunk: &Chunk) -> Vec<Block> {
        let parser = Parser::new_ext(&chunk.text, Options::ENABLE_TABLES);
        let events: Vec<_> = parser.into_offset_iter().collect();
        self.inner(chunk, &mut events.into_iter())
    }

    fn inner(&mut self, chunk: &Chunk, events: &mut Events<'_>) -> Vec<Block> {
        let parts = self.body(chunk, events, false);
        parts
            .into_iter()
            .filter_map(|part| match part {
                Part::Block(block) => Some(block),
                _ => None,
            })
            .collect()
    }

    fn body(&mut self, chunk: &Chunk, events: &mut Events<'_>, top: bool) -> Vec<Part> {
        let mut parts = Vec::new();
        // The words of a list whose items are no paragraphs.
        let mut loose = Vec::new();
        while let Some((event, range)) = events.next() {
            let at = chunk.at(range.start);
            let part = match event {
                Event::End(_) => break,
                Event::Start(Tag::Paragraph) => {
                    Some(Part::Block(Block::Paragraph(self.inlines(chunk, events))))
                }
                Event::Start(Tag::Heading { level, .. }) => {
                    let inlines = self.inlines(chunk, events);
                    Some(self.heading(level, inlines, at, top))
                }
                Event::Start(Tag::BlockQuote(_)) => {
                    Some(Part::Block(Block::Quote(self.inner(chunk, events))))
                }
                Event::Start(Tag::List(first)) => {
                    let mut items = Vec::new();
                    while let Some((Event::Start(Tag::Item), _)) = events.next() {
                        items.push(self.inner(chunk, events));
                    }
                    Some(Part::Block(Block::List { ordered: first.is_some(), items }))
                }
                Event::Start(Tag::Table(_)) => Some(Part::Block(self.table(chunk, events))),
                Event::Start(Tag::CodeBlock(kind)) => self.code(chunk, events, &kind, range, top),
                Event::Start(Tag::HtmlBlock) => {
                    skip(events);
                    self.faults.add(at, "HTML is not shown", "write it as Markdown");
                    None
                }
                Event::Rule => {
                    self.faults.add(at, "a rule is not shown", "leave it out, or write a heading");
                    None
                }
                other => {
                    loose.extend(self.inline(chunk, events, other, at));
                    continue;
                }
            };
            flush(&mut loose, &mut parts);
            parts.extend(part);
        }
        flush(&mut loose, &mut parts);
        parts
    }

    fn heading(&mut self, level: HeadingLevel, words: Vec<Inline>, at: usize, top: bool) -> Part {
        let level = level as u8;
        if level > 2 {
            return Part::Block(Block::Heading(words));
        }
        if !top {
            let what = "a step can not begin inside of something else";
            self.faults.add(at, what, "begin its line with ##, without blanks, or write ###");
        }
        Part::Heading { level, words: plain(&words), at }
    }

    fn inlines(&mut self, chunk: &Chunk, events: &mut Events<'_>) -> Vec<Inline> {
        let mut inlines = Vec::new();
        while let Some((event, range)) = events.next() {
            if matches!(event, Event::End(_)) {
                break;
            }
            inlines.extend(self.inline(chunk, events, event, chunk.at(range.start)));
        }
        joined(inlines)
    }

    fn inline(
        &mut self,
        chunk: &Chunk,
        events: &mut Events<'_>,
        event: Event<'_>,
        at: usize,
    ) -> Option<Inline> {
        Some(match event {
            Event::Text(text) => Inline::Text(text.into_string()),
            Event::Code(text) => Inline::Code(text.into_string()),
            Event::SoftBreak => Inline::Text(" ".into()),
            Event::HardBreak => Inline::Break,
            Event::Start(Tag::Emphasis) => Inline::Emphasis(self.inlines(chunk, events)),
            Event::Start(Tag::Strong) => Inline::Strong(self.inlines(chunk, events)),
            Event::Start(Tag::Link { dest_url, .. }) => {
                let url = dest_url.into_string();
                if !url.starts_with("https://") && !url.starts_with("http://") {
                    let what = format!("the link leads to \"{url}\"");
                    self.faults.add(at, what, "write a whole address that begins with https://");
                }
                Inline::Link { url, text: self.inlines(chunk, events) }
            }
            Event::Start(Tag::Image { .. }) => {
                skip(events);
                self.faults.add(at, "images are not shown", "say it in words, or link to it");
                return None;
            }
            Event::InlineHtml(_) | Event::Html(_) => {
                self.faults.add(at, "HTML is not shown", "write it as Markdown, or in `backticks`");
                return None;
            }
            Event::Start(_) => {
                skip(events);
                return None;
            }
            _ => return None,
        })
    }

    fn table(&mut self, chunk: &Chunk, events: &mut Events<'_>) -> Block {
        let mut rows: Vec<Vec<Vec<Inline>>> = Vec::new();
        while let Some((event, _)) = events.next() {
            match event {
                Event::Start(Tag::TableHead | Tag::TableRow) => rows.push(Vec::new()),
                Event::Start(Tag::TableCell) => {
                    let cell = self.inlines(chunk, events);
                    rows.last_mut().expect("a cell is in a row").push(cell);
                }
                Event::End(TagEnd::Table) => break,
                _ => {}
            }
        }
        Block::Table(rows)
    }

    fn code(
        &mut self,
        chunk: &Chunk,
        events: &mut Events<'_>,
        kind: &CodeBlockKind<'_>,
        range: Range<usize>,
        top: bool,
    ) -> Option<Part> {
        let at = chunk.at(range.start);
        let raw = &chunk.text[range.clone()];
        // An empty block stands where its second line would.
        let first = raw.find('\n').map_or(raw.len(), |end| end + 1);
        let mut content = Chunk::new("", chunk.at(range.start + first));
        for (event, range) in events.by_ref() {
            match event {
                Event::Text(text) => content.push(&text, chunk.at(range.start)),
                _ => break,
            }
        }
        let CodeBlockKind::Fenced(info) = kind else {
            return Some(Part::Block(Block::Code(content.text)));
        };
        if !is_closed(raw) {
            let what = format!("the block ```{info} has no end");
            self.faults.add(at, what, "close it with a line of as many ` as it begins with");
            return None;
        }
        let (word, rest) = info.trim().split_once(char::is_whitespace).unwrap_or((info.trim(), ""));
        let rest = rest.trim();
        if !rest.is_empty() && word != "console" && FENCES.contains(&word) {
            let what = format!("\"{rest}\" behind {word} means nothing");
            self.faults.add(at, what, format!("write ```{word} alone"));
        }
        self.fenced(word, rest, &content, at, top)
    }

    fn fenced(
        &mut self,
        word: &str,
        rest: &str,
        content: &Chunk,
        at: usize,
        top: bool,
    ) -> Option<Part> {
        let special = match word {
            "check" => Special::Check,
            "step" => Special::Step,
            "notes" => Special::Notes,
            _ => return self.shown(word, rest, content, at).map(Part::Block),
        };
        if !top {
            let what = format!("a ```{word} block can not stand inside of something else");
            self.faults.add(at, what, "put it between the paragraphs of its step");
            return None;
        }
        Some(Part::Special { word: special, chunk: content.clone() })
    }

    fn shown(&mut self, word: &str, rest: &str, content: &Chunk, at: usize) -> Option<Block> {
        match word {
            "text" => Some(Block::Code(content.text.clone())),
            "hint" => Some(Block::Hint { blocks: self.blocks(content) }),
            "quiz" => quiz::read(content, self.faults).map(Block::Quiz),
            "console" => {
                let host = (!rest.is_empty()).then(|| rest.to_owned());
                if host.is_some() {
                    self.host(rest, at);
                }
                let lines = content.text.lines().map(str::trim_end);
                let lines: Vec<_> =
                    lines.filter(|line| !line.is_empty()).map(str::to_owned).collect();
                if lines.is_empty() {
                    self.faults.add(at, "the console block is empty", "write a line to type");
                }
                Some(Block::Console { host, lines })
            }
            "" => {
                let what = "the block has no word behind its ```";
                self.faults.add(at, what, "write ```text for something to look at");
                None
            }
            _ => {
                self.faults.unknown(at, "block", word, &FENCES);
                None
            }
        }
    }

    /// An address of a host of the lab.
    pub(super) fn host(&mut self, word: &str, at: usize) -> Option<Ipv4Addr> {
        let Ok(ip) = word.parse() else {
            let what = format!("\"{word}\" is no address");
            self.faults.add(at, what, "write one such as 192.168.0.6");
            return None;
        };
        if let Some(hosts) = self.hosts
            && !hosts.contains(&ip)
        {
            let names: Vec<_> = hosts.iter().map(Ipv4Addr::to_string).collect();
            let names: Vec<_> = names.iter().map(String::as_str).collect();
            self.faults.unknown(at, "host in the lab", word, &names);
            return None;
        }
        Some(ip)
    }
}

/// Whether a fenced block, as it is written, ends with a fence.
fn is_closed(raw: &str) -> bool {
    let mark = raw.chars().next().unwrap_or('`');
    let length = raw.chars().take_while(|&it| it == mark).count();
    let mut lines = raw.trim_end().lines();
    let (first, last) = (lines.next(), lines.next_back());
    let last = last.unwrap_or("").trim_start_matches(['>', ' ', '\t']).trim_end();
    first.is_some() && last.len() >= length && last.chars().all(|it| it == mark)
}

/// Passes over everything up to the end of what has begun.
fn skip(events: &mut Events<'_>) {
    let mut depth = 1;
    while depth > 0 {
        match events.next() {
            Some((Event::Start(_), _)) => depth += 1,
            Some((Event::End(_), _)) => depth -= 1,
            Some(_) => {}
            None => break,
        }
    }
}

fn flush(loose: &mut Vec<Inline>, parts: &mut Vec<Part>) {
    if !loose.is_empty() {
        parts.push(Part::Block(Block::Paragraph(joined(std::mem::take(loose)))));
    }
}

/// Words that follow each other as one piece.
fn joined(inlines: Vec<Inline>) -> Vec<Inline> {
    let mut joined: Vec<Inline> = Vec::new();
    for inline in inlines {
        match (joined.last_mut(), inline) {
            (Some(Inline::Text(before)), Inline::Text(more)) => before.push_str(&more),
            (_, inline) => joined.push(inline),
        }
    }
    joined
}

/// The words of a line, its marks left out.
pub(super) fn plain(inlines: &[Inline]) -> String {
    let words = inlines.iter().map(|inline| match inline {
        Inline::Text(text) | Inline::Code(text) => text.clone(),
        Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Link { text: inner, .. } => {
            plain(inner)
        }
        Inline::Break => " ".into(),
    });
    words.collect()
}
