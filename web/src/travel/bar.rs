//! The slim bar that is always there: where one is in time, the way to any other moment, the
//! branches, and what can be sent to somebody.

use bridge::{LinkPurpose, ToHub, Travel};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::track::Track;
use crate::format::moment;
use crate::icons::Icon;
use crate::state::travel::TravelAction;
use crate::state::{Action, Page, Phase, State};
use crate::t;

/// Files larger than this are not read, bytes: the hub takes none of them.
const FILE_MAX: f64 = (1 << 20) as f64;

/// The bar.
pub fn bar(state: &Page) -> Html {
    let open = state.phase == Phase::Open;
    html! {
        <section class={classes!("travel", state.in_past().then_some("past"))} aria-label={t!("travel")}>
            { branches(state) }
            <Track state={state.clone()} />
            { here(state) }
            { sharing(state, open) }
        </section>
    }
}

/// What can be done about the moment that is shown.
fn here(state: &Page) -> Html {
    let send = state.dispatcher();
    let act = |action: TravelAction| {
        let send = send.clone();
        Callback::from(move |_: MouseEvent| send.dispatch(Action::Travel(action.clone())))
    };
    if !state.in_past() {
        return Html::default();
    }
    html! {
        <div class="here">
            <span class="where">{ t!("travel-past", at = moment(state.shown_ms())) }</span>
            <button id="fork" title={t!("travel-fork-about")} onclick={act(TravelAction::Fork)}>
                { Icon::Fork.draw() }{ t!("travel-fork") }
            </button>
            <button id="return" title={t!("travel-return-about")} onclick={act(TravelAction::Return)}>
                { Icon::End.draw() }{ t!("travel-return") }
            </button>
        </div>
    }
}

/// The choice of a branch, when there is one.
fn branches(state: &Page) -> Html {
    let past = &state.past;
    if past.branches.len() < 2 {
        return Html::default();
    }
    let dispatcher = state.dispatcher();
    let onchange = Callback::from(move |event: Event| {
        let value = event.target_dyn_into::<HtmlSelectElement>().map(|it| it.value());
        if let Some(branch) = value.and_then(|it| it.parse().ok()) {
            dispatcher.dispatch(Action::Travel(TravelAction::Switch(branch)));
        }
    });
    let option = |number: usize| {
        let chosen = number == past.live;
        html! { <option value={number.to_string()} selected={chosen}>{ branch_name(state, number) }</option> }
    };
    html! {
        <select id="branch" aria-label={t!("travel-branch")} title={t!("travel-branch")} {onchange}>
            { for (0..past.branches.len()).map(option) }
        </select>
    }
}

/// How a branch is called.
pub fn branch_name(state: &State, number: usize) -> String {
    let Some(branch) = state.past.branches.get(number) else { return String::new() };
    match branch.parent {
        None => t!("travel-branch-first"),
        Some(_) => {
            t!(
                "travel-branch-name",
                number = (number + 1).to_string(),
                from = moment(branch.from_ms)
            )
        }
    }
}

/// Links, files and the report.
fn sharing(state: &Page, open: bool) -> Html {
    let dispatcher = state.dispatcher();
    let ask = |purpose: LinkPurpose| {
        let dispatcher = dispatcher.clone();
        let message = ToHub::Travel(Travel::Link { purpose });
        Callback::from(move |_: MouseEvent| dispatcher.dispatch(Action::Tell(message.clone())))
    };
    let button = |id: &'static str, name: String, icon: Icon, onclick: Callback<MouseEvent>| {
        html! {
            <button {id} class="quiet" title={name.clone()} aria-label={name} disabled={!open} {onclick}>
                { icon.draw() }
            </button>
        }
    };
    let onchange = {
        let dispatcher = state.dispatcher();
        Callback::from(move |event: Event| {
            if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
                read_file(&field, dispatcher.clone());
            }
        })
    };
    let load = Callback::from(|_: MouseEvent| {
        let field = crate::browser::element("file");
        if let Some(field) = field.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
            field.click();
        }
    });
    let take_away = {
        let dispatcher = dispatcher.clone();
        Callback::from(move |_: MouseEvent| dispatcher.dispatch(Action::Tell(ToHub::TakeAway)))
    };
    html! {
        <div class="sharing" role="group" aria-label={t!("travel-sharing")}>
            { button("copy-link", t!("travel-copy-link"), Icon::Link, ask(LinkPurpose::Copy)) }
            { button("save-file", t!("travel-save-file"), Icon::Save, ask(LinkPurpose::File)) }
            { button("load-file", t!("travel-load-file"), Icon::Load, load) }
            { button("save-report", t!("travel-report"), Icon::Report, ask(LinkPurpose::Report)) }
            { button("take-away", t!("travel-take-away"), Icon::Servers, take_away) }
            <input id="file" type="file" accept=".failover,text/plain" hidden={true}
                aria-label={t!("travel-load-file")} {onchange} />
        </div>
    }
}

fn read_file(field: &HtmlInputElement, dispatcher: UseReducerDispatcher<State>) {
    let Some(file) = field.files().and_then(|it| it.get(0)) else { return };
    // So that the same file can be chosen again.
    field.set_value("");
    wasm_bindgen_futures::spawn_local(async move {
        let text = if file.size() > FILE_MAX {
            // Too long for any link: the hub says so.
            "A".repeat(FILE_MAX as usize + 1)
        } else {
            let text = wasm_bindgen_futures::JsFuture::from(file.text()).await;
            text.ok().and_then(|it| it.as_string()).unwrap_or_default()
        };
        dispatcher.dispatch(Action::Travel(TravelAction::Follow(text)));
    });
}
