//! The exercise on paper, with solutions or without.

use bridge::workshop::{Check, Rule, Step};
use yew::prelude::*;

use super::blocks::{Place, blocks};
use super::catalogue::level;
use super::fetch;
use crate::browser;
use crate::i18n::use_lang;
use crate::shared::Shared;
use crate::state::Action;
use crate::state::workshop::{Handout, Workshop, WorkshopAction};
use crate::t;

/// Asks for the exercise on paper; the solution of one of the catalogue is fetched.
pub fn ask(send: &Callback<Action>, id: Option<String>, solutions: bool, count: usize) {
    let send = send.clone();
    wasm_bindgen_futures::spawn_local(async move {
        let session = match id.filter(|_| solutions) {
            Some(id) => fetch::text(&format!("./exercises/{id}/solution.session")).await,
            None => None,
        };
        let handout = Handout { solutions, session, count };
        send.emit(Action::Workshop(WorkshopAction::Handout(Some(handout))));
    });
}

/// Properties of [`Paper`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Exercises.
    pub workshop: Shared<Workshop>,
}

/// What is printed; it is not seen on the page.
#[component]
pub fn Paper(props: &Props) -> Html {
    use_lang();
    let handout = props.workshop.handout.clone();
    use_effect_with(handout.as_ref().map(|it| it.count), |asked| {
        if asked.is_some() {
            let _ = browser::window().print();
        }
    });
    let (Some(handout), Some(open)) = (handout, &props.workshop.open) else {
        return Html::default();
    };
    let (exercise, solutions) = (&open.exercise, handout.solutions);
    let head = &exercise.head;
    let place = Place::Paper { solutions };
    html! {
        <article class="handout" data-solutions={solutions.to_string()} aria-hidden="true">
            <h1>{ &head.title }</h1>
            <p class="about">
                { t!("workshop-about", level = level(head.level), minutes = head.minutes, steps = exercise.steps.len()) }
                { " · " }{ hub_address(&open.texts.id) }
            </p>
            { blocks(&exercise.intro, &place) }
            { for exercise.steps.iter().enumerate().map(|(number, it)| step(number, it, &place, solutions)) }
            if solutions {
                <section>
                    <h2>{ t!("workshop-end") }</h2>
                    { blocks(&exercise.closing, &place) }
                </section>
                if let Some(session) = &handout.session {
                    <section><h2>{ t!("workshop-solution") }</h2><pre>{ session }</pre></section>
                }
            }
        </article>
    }
}

fn hub_address(id: &str) -> String {
    crate::hub::address_with(&format!("exercise={id}"))
}

fn step(number: usize, step: &Step, place: &Place, solutions: bool) -> Html {
    let check = |check: &Check| {
        html! {
            <li>
                { &check.text }
                if solutions && let Some(hint) = &check.hint { <span class="because">{ hint }</span> }
            </li>
        }
    };
    let shown = |it: &&Check| solutions || it.rule != Rule::Wrong;
    html! {
        <section>
            <h2>{ t!("workshop-step-title", number = number + 1, title = &step.title) }</h2>
            { blocks(&step.blocks, place) }
            if step.checks.iter().any(|it| shown(&it)) {
                <ul class="boxes">{ for step.checks.iter().filter(shown).map(check) }</ul>
            }
            if solutions && !step.notes.is_empty() {
                <div class="hint"><h4>{ t!("workshop-notes") }</h4>{ blocks(&step.notes, place) }</div>
            }
        </section>
    }
}
