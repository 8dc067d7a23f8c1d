//! The exercise that is open: how far it is, and what of that is new.

use bridge::workshop::{Check, Exercise, Outcome, Progress, Rule, Step, StepProgress, Texts};

use crate::t;

/// A page of an exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// What is read before the first step.
    Intro,
    /// A step.
    Step(usize),
    /// What is read at the end.
    Closing,
}

/// The exercise that is open.
#[derive(Debug, Clone, PartialEq)]
pub struct Open {
    /// Its files.
    pub texts: Texts,
    /// It.
    pub exercise: Exercise,
    /// How far it is; none while its lab is being opened.
    pub progress: Option<Progress>,
    /// The page that is looked at.
    pub look: Look,
    /// How often a step was begun again.
    pub again: u32,
    /// How many hints were opened.
    pub hints: u32,
}

impl Open {
    /// The step that is the present one; none when it is solved or not begun.
    pub fn present(&self) -> Option<usize> {
        let step = self.progress.as_ref()?.step;
        (step < self.exercise.steps.len()).then_some(step)
    }

    /// Whether all its steps are done.
    pub fn is_solved(&self) -> bool {
        self.progress.as_ref().is_some_and(|it| it.solved_us.is_some())
    }

    /// What is known of a step.
    pub fn known(&self, step: usize) -> Option<&StepProgress> {
        self.progress.as_ref()?.steps.get(step)
    }

    /// The check that lost a step, if one did.
    pub fn lost(&self, step: usize) -> Option<usize> {
        let known = self.known(step).filter(|it| it.done_us.is_none())?;
        let checks = self.exercise.steps.get(step)?.checks.iter().zip(&known.checks);
        let lost = |(check, mark): (&Check, &Outcome)| {
            matches!(check.rule, Rule::When | Rule::Never) && matches!(mark, Outcome::Missed(_))
        };
        checks.map(lost).position(|it| it)
    }

    /// Where somebody goes on, to the page at which that is.
    pub(super) fn show_present(&mut self) {
        self.look = match self.present() {
            Some(0) => Look::Intro,
            Some(step) => Look::Step(step),
            None if self.is_solved() => Look::Closing,
            None => Look::Intro,
        };
    }

    /// To the page behind the one that is looked at.
    pub(super) fn turn(&mut self) {
        self.look = match self.look {
            Look::Intro => Look::Step(0),
            Look::Step(it) if it + 1 < self.exercise.steps.len() => Look::Step(it + 1),
            Look::Step(_) | Look::Closing => Look::Closing,
        };
    }

    /// The language that its files were wanted in.
    pub fn texts_lang(&self) -> &str {
        self.texts.translation.as_ref().map_or("en", |(tag, _)| tag)
    }

    /// Whether the exercise is no part of the catalogue.
    pub fn is_own(&self) -> bool {
        !self.texts.catalogue.contains(&self.texts.id)
    }
}

/// Whether a step is done when the reader goes on.
pub fn is_free(step: &Step) -> bool {
    step.checks.iter().all(|it| matches!(it.rule, Rule::Never | Rule::Wrong))
}

/// What is new, in words.
pub(super) fn news(open: &Open, before: Option<&Progress>) -> String {
    let Some(now) = &open.progress else { return String::new() };
    let known = |step: usize| before.and_then(|it| it.steps.get(step));
    let mut said = Vec::new();
    for (at, (step, told)) in
        now.steps.iter().zip(&open.exercise.steps).enumerate().map(|(at, it)| (at, (it.1, it.0)))
    {
        for (check, (text, mark)) in step.checks.iter().zip(&told.checks).enumerate() {
            let same = known(at).and_then(|it| it.checks.get(check)) == Some(mark);
            match (text.rule, mark) {
                _ if same => {}
                (Rule::When | Rule::Still, Outcome::Met(_)) => {
                    said.push(t!("workshop-met-said", text = &text.text));
                }
                (Rule::Wrong, Outcome::Missed(_)) => {
                    said.push(t!(
                        "workshop-wrong-said",
                        hint = text.hint.as_deref().unwrap_or(&text.text)
                    ));
                }
                (Rule::When | Rule::Never, Outcome::Missed(_)) => {
                    said.push(t!(
                        "workshop-lost-said",
                        hint = text.hint.as_deref().unwrap_or(&text.text)
                    ));
                }
                _ => {}
            }
        }
        if told.done_us.is_some() && known(at).is_none_or(|it| it.done_us.is_none()) {
            said.push(t!("workshop-step-done-said", title = &step.title));
        }
    }
    if now.solved_us.is_some() && before.is_none_or(|it| it.solved_us.is_none()) {
        said.push(t!("workshop-solved-said"));
    }
    said.join(" ")
}
