//! Exercises from their files. What is wrong in a file is said with its place and a remedy.
//!
//! - `front`: the front matter. `markdown`: the text. `step`, `quiz`: fenced blocks.
//! - `words`: conditions. `table`: TOML. `chunk`: where in the file something stands. `fault`: what
//!   is wrong. `translation`: the words of another language in the place of the English ones.

mod chunk;
mod fault;
mod front;
mod markdown;
mod quiz;
mod step;
mod table;
#[cfg(test)]
mod tests;
mod translation;
mod words;

use std::net::Ipv4Addr;

use scenario::Scenario;

use crate::exercise::{Block, Check, Exercise, Step};
use chunk::Chunk;
use fault::Faults;
use markdown::{Part, Reader, Special};
use step::{Named, RawCheck};

pub use fault::Fault;

/// The texts of an exercise.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'a> {
    /// The name of its folder.
    pub id: &'a str,
    /// `en.md`.
    pub english: &'a str,
    /// The language that is wanted and the text of its file; none for English.
    pub translation: Option<(&'a str, &'a str)>,
    /// The ids of all exercises, for what one builds upon; empty when they are not known.
    pub catalogue: &'a [&'a str],
}

/// Reads an exercise in the language of the translation, or in English.
///
/// # Errors
/// All that is wrong in the files.
pub fn read(texts: &Texts<'_>) -> Result<Exercise, Vec<Fault>> {
    let mut faults = Faults::new(format!("{}/en.md", texts.id), texts.english);
    let (front, rest) = front::split(texts.english, &mut faults);
    let (head, hosts) = front::english(texts.id, front.as_ref(), texts.catalogue, &mut faults);
    let body = Reader { faults: &mut faults, hosts: hosts.as_deref() }.file(&rest, false);
    let steps = complete(body.steps, &mut faults);
    if steps.is_empty() && front.is_some() {
        let remedy = "begin one with a line ## and its title";
        faults.add(texts.english.len(), "the exercise has no step", remedy);
    }
    let mut list = faults.into_list();
    let exercise = head.map(|head| Exercise {
        head,
        intro: body.intro,
        steps,
        closing: body.closing.unwrap_or_default(),
        language: "en".into(),
        incomplete: false,
    });
    let Some((language, text)) = texts.translation else {
        return exercise.filter(|_| list.is_empty()).ok_or(list);
    };
    let mut faults = Faults::new(format!("{}/{language}.md", texts.id), text);
    let (front, rest) = front::split(text, &mut faults);
    let words = front::translated(front.as_ref(), &mut faults);
    let body = Reader { faults: &mut faults, hosts: hosts.as_deref() }.file(&rest, true);
    // Without the English one there is nothing to compare with.
    let whole = list.is_empty();
    let translated = exercise
        .filter(|_| whole)
        .map(|exercise| translation::translate(exercise, language, words, body, &mut faults));
    list.extend(faults.into_list());
    translated.filter(|_| list.is_empty()).ok_or(list)
}

/// Looks at the lines of a session such as `solution.session`.
#[must_use]
pub fn session(file: &str, text: &str, lab: &str) -> Vec<Fault> {
    let mut faults = Faults::new(file.into(), text);
    let scenario = Scenario::open(lab).ok();
    let hosts: Option<Vec<_>> =
        scenario.map(|it| it.hosts.iter().map(|host| host.ip).collect::<Vec<Ipv4Addr>>());
    front::lines(&Chunk::new(text, 0), hosts.as_deref(), &mut faults);
    faults.into_list()
}

/// The ids that `catalogue.txt` lists: one a line, `#` begins a remark.
pub fn catalogue(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// What stands below the front matter.
#[derive(Default)]
struct Body {
    intro: Vec<Block>,
    steps: Vec<RawStep>,
    closing: Option<Vec<Block>>,
}

/// A step as it was read: in a translation it has words only.
struct RawStep {
    id: Named,
    /// Whether it has a `step` block, good or not.
    has_block: bool,
    title: String,
    at: usize,
    blocks: Vec<Block>,
    checks: Vec<RawCheck>,
    light: Vec<String>,
    notes: Vec<Block>,
}

impl Reader<'_, '_> {
    fn file(&mut self, rest: &Chunk, translation: bool) -> Body {
        let mut body = Body::default();
        for part in self.parts(rest) {
            match part {
                Part::Heading { level: 1, words, at } => {
                    self.closing(&mut body, &words, at, translation);
                }
                Part::Heading { words, at, .. } => {
                    if body.closing.is_some() {
                        let what = "a step behind the closing";
                        self.faults.add(at, what, "move it above the line that begins with #");
                    }
                    if words.is_empty() {
                        self.faults.add(at, "the step has no title", "write it behind ##");
                    }
                    body.steps.push(RawStep {
                        id: None,
                        has_block: false,
                        title: words,
                        at,
                        blocks: Vec::new(),
                        checks: Vec::new(),
                        light: Vec::new(),
                        notes: Vec::new(),
                    });
                }
                Part::Block(block) => match (&mut body.closing, body.steps.last_mut()) {
                    (Some(closing), _) => closing.push(block),
                    (None, Some(step)) => step.blocks.push(block),
                    (None, None) => body.intro.push(block),
                },
                Part::Special { word, chunk } => self.special(&mut body, word, &chunk, translation),
            }
        }
        body
    }

    fn closing(&mut self, body: &mut Body, words: &str, at: usize, translation: bool) {
        if body.closing.is_some() {
            self.faults.add(at, "the closing begins twice", "write ### for a heading inside of it");
        }
        if !translation && !words.starts_with("Closing") {
            let what = format!("\"# {words}\" is no step and no closing");
            self.faults.add(at, what, "write ## for a step, # Closing for the closing");
        }
        let own = words.split_once(':').map(|(_, own)| own.trim()).filter(|own| !own.is_empty());
        let heading =
            own.map(|own| Block::Heading(vec![crate::exercise::Inline::Text(own.into())]));
        body.closing = Some(heading.into_iter().collect());
    }

    fn special(&mut self, body: &mut Body, word: Special, chunk: &Chunk, translation: bool) {
        let step = body.steps.last_mut().filter(|_| body.closing.is_none());
        let Some(step) = step else {
            let what = "the block belongs to a step, and here is none";
            self.faults.add(chunk.start(), what, "move it below a line that begins with ##");
            return;
        };
        match word {
            Special::Notes => step.notes.extend(self.blocks(chunk)),
            Special::Check => step.checks.push(self.check(chunk, translation)),
            Special::Step => {
                if std::mem::replace(&mut step.has_block, true) {
                    let what = "the step has two ```step blocks";
                    self.faults.add(chunk.start(), what, "put all keys into one");
                }
                (step.id, step.light) = self.step(chunk, translation);
            }
        }
    }
}

/// The steps with all that they need.
fn complete(raw: Vec<RawStep>, faults: &mut Faults<'_>) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for step in raw {
        let Some((id, at)) = step.id else {
            if !step.has_block {
                let remedy = "add a ```step block with id = \"...\"";
                faults.add(step.at, format!("the step \"{}\" has no id", step.title), remedy);
            }
            continue;
        };
        if steps.iter().any(|it| it.id == id) {
            faults.add(at, format!("two steps have the id \"{id}\""), "give one another id");
        }
        let mut checks: Vec<Check> = Vec::new();
        for RawCheck { id, text, hint, rule } in step.checks {
            if let Some((id, at)) = &id
                && checks.iter().any(|it| it.id == *id)
            {
                let what = format!("two checks of the step have the id \"{id}\"");
                faults.add(*at, what, "give one another id");
            }
            if let (Some((id, _)), Some(text), Some(rule)) = (id, text, rule) {
                checks.push(Check { id, text, rule, hint });
            }
        }
        steps.push(Step {
            id,
            title: step.title,
            blocks: step.blocks,
            checks,
            light: step.light,
            notes: step.notes,
            untranslated: false,
        });
    }
    steps
}
