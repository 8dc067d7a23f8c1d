//! The offer to begin with the first exercise, made once to whoever is new here.

use yew::prelude::*;

use crate::i18n::use_lang;
use crate::icons::Icon;
use crate::shared::Shared;
use crate::state::Action;
use crate::state::workshop::{Workshop, WorkshopAction, is_new_here, remember_offer};
use crate::t;

/// The exercise that is offered.
const FIRST: &str = "meet-the-cluster";

/// Properties of [`Offer`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Exercises.
    pub workshop: Shared<Workshop>,
    /// What clicks do.
    pub send: Callback<Action>,
}

/// The offer.
#[component]
pub fn Offer(props: &Props) -> Html {
    use_lang();
    let answered = use_state_eq(|| !is_new_here());
    let Props { workshop, send } = props;
    {
        let answered = answered.clone();
        use_effect_with(workshop.shown, move |shown| {
            if *shown {
                remember_offer();
                answered.set(true);
            }
        });
    }
    if *answered || workshop.shown || !workshop.record.is_empty() {
        return Html::default();
    }
    let begin = send.reform(|_: MouseEvent| Action::Workshop(WorkshopAction::Choose(FIRST.into())));
    let list = send.reform(|_: MouseEvent| Action::Workshop(WorkshopAction::Show(true)));
    let close = Callback::from(move |_: MouseEvent| {
        remember_offer();
        answered.set(true);
    });
    html! {
        <section class="first-offer" aria-label={t!("workshop")}>
            <p><b>{ t!("workshop-new-here") }</b>{ " " }{ t!("workshop-offer") }</p>
            <button id="offer-first" class="go" onclick={begin}>{ t!("workshop-offer-begin") }</button>
            <button class="ask" onclick={list}>{ t!("workshop-list") }</button>
            <button id="offer-close" class="quiet" title={t!("workshop-offer-close")} aria-label={t!("workshop-offer-close")}
                onclick={close}>{ Icon::Close.draw() }</button>
        </section>
    }
}
