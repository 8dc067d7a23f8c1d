//! A question with answers to choose from.

use super::chunk::Chunk;
use super::fault::Faults;
use super::table::Table;
use crate::exercise::{Answer, Quiz};

/// Reads a `quiz` block.
pub(super) fn read(chunk: &Chunk, faults: &mut Faults<'_>) -> Option<Quiz> {
    let mut table = Table::read(chunk, faults);
    let question = table.required("question", faults);
    let at = table.at;
    let before = faults.count();
    let answers: Vec<_> = table.tables("answers", faults).unwrap_or_default();
    let count = answers.len();
    let answers: Vec<_> = answers.into_iter().filter_map(|it| answer(it, faults)).collect();
    table.finish("a quiz", faults);
    if faults.count() > before {
        // One at a time: what is wrong with an answer comes first.
    } else if count < 2 {
        faults.add(at, "the quiz has fewer than two answers", "add [[answers]] with text and why");
    } else if !answers.iter().any(|it| it.right) {
        faults.add(at, "the quiz has no right answer", "add right = true to one of its answers");
    } else if answers.iter().all(|it| it.right) {
        faults.add(at, "the quiz has no wrong answer", "leave out right = true at one of them");
    }
    Some(Quiz { question: question?.text, answers })
}

fn answer(mut table: Table<'_>, faults: &mut Faults<'_>) -> Option<Answer> {
    let text = table.required("text", faults);
    let why = table.required("why", faults);
    let right = table.truth("right", faults).unwrap_or(false);
    table.finish("an answer", faults);
    Some(Answer { text: text?.text, right, why: why?.text })
}
