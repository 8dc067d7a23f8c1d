//! The words of another language in the place of the English ones. What has none stays.

use super::fault::{Faults, unknown};
use super::{Body, RawCheck, RawStep};
use crate::exercise::{Block, Exercise, Quiz, Step};

/// The exercise with the words of a translation.
pub(super) fn translate(
    english: Exercise,
    language: &str,
    [title, summary]: [Option<String>; 2],
    body: Body,
    faults: &mut Faults<'_>,
) -> Exercise {
    let mut exercise = english;
    exercise.language = language.into();
    exercise.incomplete |= !put(&mut exercise.head.title, title);
    exercise.incomplete |= !put(&mut exercise.head.summary, summary);
    exercise.incomplete |= !put_blocks(&mut exercise.intro, body.intro);
    exercise.incomplete |= !put_blocks(&mut exercise.closing, body.closing.unwrap_or_default());
    let mut found = vec![false; exercise.steps.len()];
    let mut last = None;
    for raw in body.steps {
        let Some(at) = place(&exercise.steps, &raw, faults) else { continue };
        if std::mem::replace(&mut found[at], true) {
            faults.add(
                raw.at,
                format!("the step \"{}\" is there twice", exercise.steps[at].id),
                "leave one out",
            );
            continue;
        }
        if last > Some(at) {
            let what =
                format!("the step \"{}\" is not where it is in en.md", exercise.steps[at].id);
            faults.add(raw.at, what, "keep the order of en.md");
        }
        last = last.max(Some(at));
        step(&mut exercise.steps[at], raw, faults);
    }
    for (step, found) in exercise.steps.iter_mut().zip(found) {
        step.untranslated |= !found;
        exercise.incomplete |= step.untranslated;
    }
    exercise
}

/// Which step a translated one is.
fn place(steps: &[Step], raw: &RawStep, faults: &mut Faults<'_>) -> Option<usize> {
    let Some((id, at)) = &raw.id else {
        if !raw.has_block {
            let remedy = "add a ```step block with the id of the step in en.md";
            faults.add(raw.at, format!("the step \"{}\" has no id", raw.title), remedy);
        }
        return None;
    };
    let found = steps.iter().position(|it| it.id == *id);
    if found.is_none() {
        let ids: Vec<_> = steps.iter().map(|it| it.id.as_str()).collect();
        let (what, remedy) = unknown("step in en.md", id, &ids);
        faults.add(*at, what, remedy);
    }
    found
}

fn step(step: &mut Step, raw: RawStep, faults: &mut Faults<'_>) {
    step.title = raw.title;
    let quizzes = [quizzes(&step.blocks), quizzes(&raw.blocks)];
    if let [there, here] = &quizzes
        && there.iter().zip(here).any(|(there, here)| right(there) != right(here))
    {
        let what = "the right answers of a quiz are not those of en.md";
        faults.add(raw.at, what, "keep the answers, and their order");
    }
    let (blocks, whole) = blocks(std::mem::take(&mut step.blocks), raw.blocks, raw.at, faults);
    step.blocks = blocks;
    step.untranslated |= !whole;
    if !step.notes.is_empty() {
        step.untranslated |= !put_blocks(&mut step.notes, raw.notes);
    }
    let ids: Vec<_> = step.checks.iter().map(|it| it.id.clone()).collect();
    let ids: Vec<_> = ids.iter().map(String::as_str).collect();
    let mut open: Vec<_> = ids.clone();
    for RawCheck { id, text, hint, .. } in raw.checks {
        let Some((id, at)) = id else { continue };
        let Some(check) = step.checks.iter_mut().find(|it| it.id == id) else {
            faults.unknown(at, "check of this step in en.md", &id, &ids);
            continue;
        };
        open.retain(|it| *it != id);
        step.untranslated |= !put(&mut check.text, text);
        match (&mut check.hint, hint) {
            (Some(there), hint) => step.untranslated |= !put(there, hint),
            (None, None) => {}
            (None, Some(_)) => {
                let what = format!("the check \"{id}\" has no hint in en.md");
                faults.add(at, what, "leave the hint out, or add it there");
            }
        }
    }
    step.untranslated |= !open.is_empty();
}

/// The blocks of a step; what the translation lacks of quizzes, hints and consoles follows in English.
fn blocks(
    english: Vec<Block>,
    translated: Vec<Block>,
    at: usize,
    faults: &mut Faults<'_>,
) -> (Vec<Block>, bool) {
    let mut whole = !translated.is_empty() || english.is_empty();
    if translated.is_empty() {
        return (english, whole);
    }
    let mut blocks = translated;
    for (kind, name) in ["console", "hint", "quiz"].into_iter().enumerate() {
        let of_kind = |block: &&Block| kind_of(block) == Some(kind);
        let here = blocks.iter().filter(of_kind).count();
        let there = english.iter().filter(of_kind).count();
        if here > there {
            let what = format!("the step has {here} {name} blocks, and {there} in en.md");
            faults.add(at, what, "keep the blocks of en.md");
        }
        whole &= here >= there;
        let missing: Vec<_> = english.iter().filter(of_kind).skip(here).cloned().collect();
        blocks.extend(missing);
    }
    (blocks, whole)
}

const fn kind_of(block: &Block) -> Option<usize> {
    match block {
        Block::Console { .. } => Some(0),
        Block::Hint { .. } => Some(1),
        Block::Quiz(_) => Some(2),
        _ => None,
    }
}

fn quizzes(blocks: &[Block]) -> Vec<Quiz> {
    let quiz = |block: &Block| match block {
        Block::Quiz(quiz) => Some(quiz.clone()),
        _ => None,
    };
    blocks.iter().filter_map(quiz).collect()
}

fn right(quiz: &Quiz) -> Vec<bool> {
    quiz.answers.iter().map(|it| it.right).collect()
}

/// Puts words in the place of others; false when there are none.
fn put(place: &mut String, words: Option<String>) -> bool {
    let words = words.filter(|it| !it.trim().is_empty());
    let is = words.is_some();
    if let Some(words) = words {
        *place = words;
    }
    is
}

/// The same for blocks. Where there are none, none are missing.
fn put_blocks(place: &mut Vec<Block>, blocks: Vec<Block>) -> bool {
    if blocks.is_empty() {
        return place.is_empty();
    }
    *place = blocks;
    true
}
