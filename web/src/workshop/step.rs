//! A step: its text, what is checked, and the way back to where it began.

use bridge::workshop::{Check, Outcome, Rule, Step};
use yew::prelude::*;

use super::blocks::{Place, blocks};
use crate::i18n::use_lang;
use crate::icons::Icon;
use crate::names::Names;
use crate::shared::Shared;
use crate::state::Action;
use crate::state::workshop::{Look, Workshop, WorkshopAction, is_free};
use crate::t;

/// Properties of [`StepView`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Its number, from 0.
    pub number: usize,
    /// Exercises.
    pub workshop: Shared<Workshop>,
    /// How hosts are called.
    pub names: Shared<Names>,
    /// What clicks do.
    pub send: Callback<Action>,
}

/// A step.
#[component]
pub fn StepView(props: &Props) -> Html {
    let lang = use_lang();
    let hints = use_state_eq(|| 0);
    let Props { number, workshop, send, .. } = props;
    let Some(open) = &workshop.open else { return Html::default() };
    let Some(step) = open.exercise.steps.get(*number) else { return Html::default() };
    let open_next = {
        let (hints, send) = (hints.clone(), send.clone());
        Callback::from(move |()| {
            hints.set(*hints + 1);
            send.emit(Action::Workshop(WorkshopAction::Hinted));
        })
    };
    let place =
        Place::Page { names: props.names.clone(), send: send.clone(), open: *hints, open_next };
    let english = (step.untranslated && lang.tag() != "en").then_some("en");
    html! {
        <section class="step" aria-labelledby="step-title" lang={english}>
            <h3 id="step-title" tabindex="-1">{ t!("workshop-step-title", number = *number + 1, title = &step.title) }</h3>
            if english.is_some() {
                <p class="fallback" lang={lang.tag()}>{ t!("workshop-fallback") }</p>
            }
            <div class="prose">{ blocks(&step.blocks, &place) }</div>
            { checks(step, &marks(workshop, *number)) }
            if workshop.presenting && !step.notes.is_empty() {
                <aside class="notes" aria-label={t!("workshop-notes")}>
                    <h4>{ t!("workshop-notes") }</h4>
                    <div class="prose">{ blocks(&step.notes, &place) }</div>
                </aside>
            }
        </section>
    }
}

fn marks(workshop: &Workshop, step: usize) -> Vec<Outcome> {
    let known = workshop.open.as_ref().and_then(|it| it.known(step));
    known.map(|it| it.checks.clone()).unwrap_or_default()
}

/// What is checked: what must come true, then what must not.
fn checks(step: &Step, marks: &[Outcome]) -> Html {
    let mark = |at: usize| marks.get(at).copied().unwrap_or(Outcome::Open);
    let listed = step.checks.iter().enumerate().filter(|(_, it)| it.rule != Rule::Wrong);
    let (asked, barred): (Vec<_>, Vec<_>) = listed.partition(|(_, it)| it.rule != Rule::Never);
    let item = |(at, check): (usize, &Check)| {
        let (class, icon, said) = match (check.rule, mark(at)) {
            (_, Outcome::Missed(_)) => ("missed", Icon::Close, t!("workshop-missed")),
            (Rule::Never, _) => ("barred", Icon::Bar, t!("workshop-barred")),
            (_, Outcome::Met(_)) => ("met", Icon::Tick, t!("workshop-met")),
            _ => ("open", Icon::Ring, t!("workshop-open")),
        };
        html! {
            <li {class} data-check={check.id.clone()}>
                { icon.draw() }<span class="unseen">{ said }</span><span>{ &check.text }</span>
            </li>
        }
    };
    if asked.is_empty() && barred.is_empty() {
        return Html::default();
    }
    html! {
        <div class="checks">
            <h4>{ t!("workshop-checks") }</h4>
            <ul>{ for asked.into_iter().chain(barred).map(item) }</ul>
        </div>
    }
}

/// What became of the step: wrong turns, why it is lost, or that it is done. It stands below the text,
/// where it is seen however far one has read.
pub fn outcome(workshop: &Workshop, number: usize, send: &Callback<Action>) -> Html {
    let Some(open) = &workshop.open else { return Html::default() };
    let Some(step) = open.exercise.steps.get(number) else { return Html::default() };
    let marks = marks(workshop, number);
    let taken =
        |it: &(&Check, &Outcome)| it.0.rule == Rule::Wrong && matches!(it.1, Outcome::Missed(_));
    let done = open.known(number).is_some_and(|it| it.done_us.is_some());
    let wrong = step.checks.iter().zip(&marks).filter(taken).filter(|_| !done).map(|(check, _)| {
        html! {
            <p class="wrong-turn" data-wrong={check.id.clone()}>
                <b>{ t!("workshop-wrong") }</b>{ " " }{ check.hint.as_ref().unwrap_or(&check.text) }
            </p>
        }
    });
    let lost = open.lost(number).and_then(|it| step.checks.get(it)).map(|check| {
        html! {
            <div class="step-lost" data-lost={check.id.clone()}>
                <p><b>{ t!("workshop-lost") }</b>{ " " }{ check.hint.as_ref().unwrap_or(&check.text) }</p>
                { again(send, "lost-again") }
            </div>
        }
    });
    let act = |action: WorkshopAction| {
        let send = send.clone();
        Callback::from(move |_: MouseEvent| send.emit(Action::Workshop(action.clone())))
    };
    let free = is_free(step) && open.present() == Some(number);
    let last = number + 1 == open.exercise.steps.len();
    let next = if last { Look::Closing } else { Look::Step(number + 1) };
    html! {
        <div class="verdict">
            { for wrong }
            { for lost }
            if free {
                <div class="step-done">
                    <button id="go-on" class="go" onclick={act(WorkshopAction::GoOn)}>{ t!("workshop-go-on") }</button>
                </div>
            }
            if done {
                <div class="step-done">
                    <p>{ Icon::Tick.draw() }<b>{ t!("workshop-step-done") }</b></p>
                    <button id="next-step" class="go" onclick={act(WorkshopAction::Look(next))}>
                        { if last { t!("workshop-to-closing") } else { t!("workshop-next-step") } }
                    </button>
                </div>
            }
        </div>
    }
}

/// The button that leads back to where the present step began.
pub fn again(send: &Callback<Action>, id: &'static str) -> Html {
    let onclick = send.reform(|_: MouseEvent| Action::Workshop(WorkshopAction::StepAgain));
    html! {
        <button {id} class="ask" title={t!("workshop-step-again-why")} {onclick}>{ Icon::Reset.draw() }{ t!("workshop-step-again") }</button>
    }
}
