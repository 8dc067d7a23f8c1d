//! One run of an exercise in a simulated lab.

use std::io::{self, Write};

use engine::time::Span;
use scenario::Scenario;
use workshop::Judge;
use workshop::exercise::Exercise;
use workshop::progress::{Mark, Progress};

use crate::Failure;
use crate::play::{Consoles, play};
use crate::session::{Session, Told};

/// How long an exercise that nobody touches is watched.
const UNTOUCHED: Span = Span::from_secs(180);
/// How long something may still come true after the last line.
const AFTERWARDS: Span = Span::from_secs(60);
/// How often that is looked at.
const LOOK: Span = Span::from_millis(500);

/// What came of a run.
#[derive(Debug)]
pub struct Outcome {
    /// How long it took, virtual time.
    pub took: Span,
    /// Why it is not as it should be.
    pub wrong: Option<String>,
}

/// Leaves the exercise alone: it must not be solved.
///
/// # Errors
/// When its lab does not open, or a line of `prepare` is never done.
pub fn untouched(exercise: &Exercise, seed: u64) -> Result<Outcome, Failure> {
    run(exercise, seed, None, &mut io::sink())
}

/// Plays the solution: it must be solved.
///
/// # Errors
/// When its lab does not open, or a line is never done.
pub fn solved(
    exercise: &Exercise,
    solution: &str,
    seed: u64,
    out: &mut dyn Write,
) -> Result<Outcome, Failure> {
    run(exercise, seed, Some(solution), out)
}

fn run(
    exercise: &Exercise,
    seed: u64,
    solution: Option<&str>,
    out: &mut dyn Write,
) -> Result<Outcome, Failure> {
    let scenario = Scenario::open(&exercise.head.lab).map_err(Failure)?;
    let mut nowhere = io::sink();
    let told = Told { exercise: Some(exercise), ..Told::default() };
    let mut session = Session::open(&scenario, seed, &mut nowhere, told)?;
    let prepared = play(&exercise.head.prepare, &mut session, &mut io::sink());
    let prepared = prepared.map_err(|Failure(why)| Failure(format!("prepare, {why}")))?;
    let mut wrong = prepared.failed.map(|(line, why)| format!("prepare, line {line}: {why}"));
    session.begin_exercise();
    let began = session.now();
    if let Some(solution) = solution {
        let named = |Failure(why)| Failure(format!("solution.session, {why}"));
        let played = play(solution, &mut session, out).map_err(named)?;
        let failed = played.failed.map(|(line, why)| format!("solution.session:{line}: {why}"));
        wrong = wrong.or(failed);
    }
    let end = session.now() + if solution.is_some() { AFTERWARDS } else { UNTOUCHED };
    while !is_solved(&session) && session.now() < end {
        session.pass(LOOK)?;
    }
    let solved = session.judge().and_then(|judge| judge.progress().solved);
    let took = solved.unwrap_or_else(|| session.now()).since(began);
    if solution.is_none() && solved.is_some() {
        let seconds = took.as_secs();
        wrong = wrong.or_else(|| Some(format!("it solves itself within {seconds} s")));
    } else if solution.is_some() && solved.is_none() {
        let state = session.judge().map(|judge| state(exercise, judge.progress()));
        // What is open says more than a line that did not come to what was expected.
        wrong = Some(match (state.unwrap_or_default(), wrong) {
            (state, Some(why)) => format!("{state}; {why}"),
            (state, None) => state,
        });
    }
    session.close()?;
    Ok(Outcome { took, wrong })
}

fn is_solved(session: &Session<'_>) -> bool {
    session.judge().is_some_and(|judge: &Judge| judge.progress().solved.is_some())
}

/// The present step, and which of its checks are open or missed.
#[must_use]
pub fn state(exercise: &Exercise, progress: &Progress) -> String {
    let (Some(step), Some(now)) =
        (exercise.steps.get(progress.step), progress.steps.get(progress.step))
    else {
        return "it is solved".into();
    };
    let mut text = format!("step {} \"{}\"", progress.step + 1, step.id);
    let marks = step.checks.iter().zip(&now.checks);
    let mut told = false;
    for (check, mark) in marks {
        let word = match mark {
            Mark::Missed(at) => format!("missed after {} ms", at.since(now.began).as_millis()),
            Mark::Open if is_asked(&check.rule) => "open".into(),
            _ => continue,
        };
        text += &format!(
            "{} check \"{}\" is {word} ({})",
            if told { "," } else { ":" },
            check.id,
            check.text
        );
        told = true;
    }
    text
}

const fn is_asked(rule: &workshop::exercise::Rule) -> bool {
    use workshop::exercise::Rule;
    matches!(rule, Rule::When { .. } | Rule::Still(_))
}
