//! A lab of one's own: a dialog with templates, fields, and a place for what real nodes answered.

mod form;
mod pasted;
mod templates;

use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

use crate::browser;
use crate::icons::Icon;
use crate::state::{Page, Phase, State};
use crate::t;
use form::DesignForm;
use pasted::Pasted;

const ID: &str = "design";

/// The button that opens the dialog.
pub fn button(state: &Page) -> Html {
    let disabled = state.lab.is_none();
    let onclick = Callback::from(|_: MouseEvent| open());
    html! {
        <button id="new-lab" class="quiet" title={t!("design-open")} aria-label={t!("design-open")}
            {disabled} {onclick}>{ Icon::Design.draw() }</button>
    }
}

fn dialog() -> Option<HtmlDialogElement> {
    browser::element(ID)?.dyn_into().ok()
}

fn open() {
    if let Some(dialog) = dialog().filter(|it| !it.open()) {
        let _ = dialog.show_modal();
    }
}

fn close() {
    if let Some(dialog) = dialog() {
        dialog.close();
    }
}

/// Properties of [`Design`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The page's state.
    pub state: UseReducerHandle<State>,
}

/// The dialog. It closes when a lab opens, and stays with the reason when the hub refuses.
#[component]
pub fn Design(props: &Props) -> Html {
    let state = &props.state;
    let opening = matches!(state.phase, Phase::Opening(_));
    use_effect_with(opening, |opening| {
        if *opening {
            close();
        }
    });
    let from_nodes = use_state_eq(|| false);
    let tab = |pasted: bool, id: &'static str, text: String| {
        let from_nodes = from_nodes.clone();
        let chosen = *from_nodes == pasted;
        let onclick = Callback::from(move |_: MouseEvent| from_nodes.set(pasted));
        html! {
            <button type="button" {id} aria-pressed={chosen.to_string()} {onclick}>{ text }</button>
        }
    };
    let on_close = Callback::from(|_: MouseEvent| close());
    html! {
        <dialog id={ID} class="design" aria-labelledby="design-title">
            <header>
                <h2 id="design-title">{ t!("design") }</h2>
                <div class="choose" role="group" aria-label={t!("design-from")}>
                    { tab(false, "design-new", t!("design-new")) }
                    { tab(true, "design-pasted", t!("design-pasted")) }
                </div>
                <button type="button" class="quiet" aria-label={t!("close")} title={t!("close")}
                    onclick={on_close}>{ Icon::Close.draw() }</button>
            </header>
            if *from_nodes {
                <Pasted dispatcher={state.dispatcher()} />
            } else {
                <DesignForm dispatcher={state.dispatcher()} />
            }
            <p class="refused" role="alert">{ for state.refused.clone() }</p>
        </dialog>
    }
}
