//! From exercises as they are read to exercises as the page shows them.

use bridge::workshop as to;
use workshop::exercise::{Answer, Block, Check, Exercise, Head, Inline, Level, Quiz, Rule, Step};
use workshop::read::{self, Fault};

/// Reads the files of an exercise.
pub(super) fn read(texts: &to::Texts) -> Result<Exercise, Vec<to::Fault>> {
    let catalogue: Vec<&str> = texts.catalogue.iter().map(String::as_str).collect();
    let translation = texts.translation.as_ref().map(|(tag, text)| (tag.as_str(), text.as_str()));
    let files =
        read::Texts { id: &texts.id, english: &texts.english, translation, catalogue: &catalogue };
    read::read(&files).map_err(|faults| faults.into_iter().map(fault).collect())
}

/// An exercise as a list shows it.
pub(super) fn card(texts: &to::Texts) -> to::Card {
    match read(texts) {
        Ok(exercise) => to::Card {
            steps: exercise.steps.len(),
            incomplete: exercise.incomplete,
            head: head(exercise.head),
            faults: Vec::new(),
        },
        Err(faults) => to::Card {
            head: to::Head {
                id: texts.id.clone(),
                title: texts.id.clone(),
                summary: String::new(),
                level: to::Level::Basic,
                minutes: 0,
                after: Vec::new(),
                not_real: None,
            },
            steps: 0,
            incomplete: false,
            faults,
        },
    }
}

/// An exercise as the page shows it.
pub(super) fn exercise(exercise: Exercise) -> to::Exercise {
    to::Exercise {
        head: head(exercise.head),
        intro: blocks(exercise.intro),
        steps: exercise.steps.into_iter().map(step).collect(),
        closing: blocks(exercise.closing),
        language: exercise.language,
        incomplete: exercise.incomplete,
    }
}

fn fault(fault: Fault) -> to::Fault {
    let Fault { file, line, column, what, remedy } = fault;
    to::Fault { file, line, column, what, remedy }
}

fn head(head: Head) -> to::Head {
    to::Head {
        id: head.id,
        title: head.title,
        summary: head.summary,
        level: match head.level {
            Level::Basic => to::Level::Basic,
            Level::Intermediate => to::Level::Intermediate,
            Level::Advanced => to::Level::Advanced,
        },
        minutes: head.minutes,
        after: head.after,
        not_real: head.not_real,
    }
}

fn step(step: Step) -> to::Step {
    to::Step {
        id: step.id,
        title: step.title,
        blocks: blocks(step.blocks),
        checks: step.checks.into_iter().map(check).collect(),
        light: step.light,
        notes: blocks(step.notes),
        untranslated: step.untranslated,
    }
}

fn check(check: Check) -> to::Check {
    let Check { id, text, rule, hint } = check;
    let rule = match rule {
        Rule::When { .. } => to::Rule::When,
        Rule::Still(_) => to::Rule::Still,
        Rule::Never(_) => to::Rule::Never,
        Rule::Wrong(_) => to::Rule::Wrong,
    };
    to::Check { id, text, rule, hint }
}

fn blocks(blocks: Vec<Block>) -> Vec<to::Block> {
    blocks.into_iter().map(block).collect()
}

fn block(block: Block) -> to::Block {
    match block {
        Block::Heading(text) => to::Block::Heading(inlines(text)),
        Block::Paragraph(text) => to::Block::Paragraph(inlines(text)),
        Block::List { ordered, items } => {
            to::Block::List { ordered, items: items.into_iter().map(blocks).collect() }
        }
        Block::Table(rows) => {
            let row = |row: Vec<Vec<Inline>>| row.into_iter().map(inlines).collect();
            to::Block::Table(rows.into_iter().map(row).collect())
        }
        Block::Quote(inner) => to::Block::Quote(blocks(inner)),
        Block::Console { host, lines } => to::Block::Console { host, lines },
        Block::Code(text) => to::Block::Code(text),
        Block::Hint { blocks: inner } => to::Block::Hint(blocks(inner)),
        Block::Quiz(Quiz { question, answers }) => {
            let answer = |Answer { text, right, why }: Answer| to::Answer { text, right, why };
            to::Block::Quiz { question, answers: answers.into_iter().map(answer).collect() }
        }
    }
}

fn inlines(text: Vec<Inline>) -> Vec<to::Inline> {
    text.into_iter().map(inline).collect()
}

fn inline(inline: Inline) -> to::Inline {
    match inline {
        Inline::Text(text) => to::Inline::Text(text),
        Inline::Code(text) => to::Inline::Code(text),
        Inline::Emphasis(text) => to::Inline::Emphasis(inlines(text)),
        Inline::Strong(text) => to::Inline::Strong(inlines(text)),
        Inline::Link { url, text } => to::Inline::Link { url, text: inlines(text) },
        Inline::Break => to::Inline::Break,
    }
}
