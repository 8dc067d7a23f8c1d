//! The list of exercises: what each is about, what was done of it, and what an instructor needs.

use bridge::workshop::{Card, Level};
use yew::prelude::*;

use super::exercise::act;
use super::faults::faults;
use super::instructor::Instructor;
use crate::i18n::use_lang;
use crate::icons::Icon;
use crate::shared::Shared;
use crate::state::Action;
use crate::state::workshop::{Workshop, WorkshopAction};
use crate::t;

/// Properties of [`Catalogue`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Exercises.
    pub workshop: Shared<Workshop>,
    /// What clicks do.
    pub send: Callback<Action>,
}

/// The list.
#[component]
pub fn Catalogue(props: &Props) -> Html {
    use_lang();
    let Props { workshop, send } = props;
    let chosen = use_state_eq(Vec::<String>::new);
    let choosing = use_state_eq(|| false);
    let cards = workshop.visible();
    let solved = workshop.record.solved(cards.iter().map(|it| it.head.id.as_str()));
    let toggle = {
        let chosen = chosen.clone();
        Callback::from(move |id: String| {
            let mut ids = (*chosen).clone();
            match ids.iter().position(|it| *it == id) {
                Some(at) => drop(ids.remove(at)),
                None => ids.push(id),
            }
            chosen.set(ids);
        })
    };
    let draw = |card: &&Card| {
        let ticked = choosing.then(|| chosen.contains(&card.head.id));
        view(card, workshop, send, ticked, &toggle)
    };
    html! {
        <>
            <header class="list-head">
                <h2>{ if workshop.only.is_some() { t!("workshop-own-list") } else { t!("workshop") } }</h2>
                if let Some(open) = &workshop.open {
                    <button id="to-exercise" class="ask" onclick={act(send, WorkshopAction::Look(open.look))}>
                        { t!("workshop-back-to", title = &open.exercise.head.title) }
                    </button>
                }
            </header>
            <div class="page-of">
                { faults(&workshop.faults) }
                if workshop.unfetched {
                    <p class="faulty" role="alert">{ t!("workshop-unfetched") }</p>
                }
                if workshop.only.is_some() {
                    <p class="sums">{ t!("workshop-own-list-about") }{ " " }
                        <button id="all-exercises" class="link" onclick={act(send, WorkshopAction::Only(None))}>{ t!("workshop-all") }</button>
                    </p>
                }
                if cards.is_empty() {
                    if !workshop.unfetched { <p class="none" role="status">{ t!("workshop-loading") }</p> }
                } else {
                    <p class="sums" id="solved-count">{ t!("workshop-solved-count", solved = solved, of = cards.len()) }</p>
                    <ul class="cards">{ for cards.iter().map(draw) }</ul>
                }
                <Instructor record={workshop.record.clone()} chosen={(*chosen).clone()} choosing={*choosing}
                    set_choosing={let it = choosing.clone(); Callback::from(move |to| it.set(to))} send={send.clone()} />
            </div>
        </>
    }
}

fn view(
    card: &Card,
    workshop: &Workshop,
    send: &Callback<Action>,
    ticked: Option<bool>,
    toggle: &Callback<String>,
) -> Html {
    let head = &card.head;
    let done = workshop.record.of(&head.id);
    let solved = done.is_some_and(|it| it.solved.is_some());
    let lacking =
        head.after.iter().filter(|id| workshop.record.solved(std::iter::once(id.as_str())) == 0);
    let title = |id: &String| {
        let other = workshop.cards.iter().find(|it| it.head.id == *id);
        other.map_or_else(|| id.clone(), |it| it.head.title.clone())
    };
    let lacking: Vec<String> = lacking.map(title).collect();
    let state = match done {
        _ if solved => Some(t!("workshop-card-solved")),
        Some(done) => Some(t!("workshop-card-steps", done = done.steps, of = done.of)),
        None => None,
    };
    let tick = ticked.map(|ticked| {
        let (toggle, id) = (toggle.clone(), head.id.clone());
        let onchange = Callback::from(move |_: Event| toggle.emit(id.clone()));
        html! { <input type="checkbox" checked={ticked} data-tick={head.id.clone()} aria-label={t!("workshop-tick", title = &head.title)} {onchange} /> }
    });
    let about = t!("workshop-card-about", level = level(head.level), minutes = head.minutes);
    html! {
        <li class={classes!("exercise-card", solved.then_some("solved"))}>
            { for tick }
            if card.faults.is_empty() {
                <button data-exercise={head.id.clone()} onclick={act(send, WorkshopAction::Choose(head.id.clone()))}>
                    <span class="line-1">
                        <b lang={english(card.incomplete)}>{ &head.title }</b>
                        if solved { { Icon::Tick.draw() } }
                    </span>
                    <span class="summary" lang={english(card.incomplete)}>{ &head.summary }</span>
                    <span class="small">
                        { about }
                        if let Some(state) = state { { " · " }<span class="state">{ state }</span> }
                        if card.incomplete { { " · " }{ t!("workshop-card-english") } }
                        if !lacking.is_empty() && !solved { { " · " }{ t!("workshop-card-after", titles = lacking.join(", ")) } }
                    </span>
                </button>
            } else {
                <div><b>{ &head.title }</b>{ faults(&card.faults) }</div>
            }
        </li>
    }
}

/// A level's name.
pub fn level(level: Level) -> String {
    match level {
        Level::Basic => t!("workshop-basic"),
        Level::Intermediate => t!("workshop-intermediate"),
        Level::Advanced => t!("workshop-advanced"),
    }
}

/// The language of words that were not translated.
pub fn english(untranslated: bool) -> Option<&'static str> {
    untranslated.then_some("en")
}
