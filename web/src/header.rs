//! The bar at the top: what this is, time, and how the lab was opened.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::browser;
use crate::controls::controls;
use crate::design;
use crate::format::{elapsed, times, wall};
use crate::hub;
use crate::i18n::Lang;
use crate::icons::Icon;
use crate::shortcuts;
use crate::state::{Action, Page, Phase, State};
use crate::t;
use crate::workshop;

/// The bar at the top.
pub fn header(state: &Page) -> Html {
    html! {
        <header class="bar">
            <h1>{ logo() }{ "Failover Lab" }</h1>
            { workshop::button(state) }
            { controls(state) }
            { clock(state) }
            { figures(state) }
            { seed(state) }
            { language(state) }
            { theme() }
            { shortcuts::button() }
        </header>
    }
}

/// The sign of the project: a ring of slots with a part that changed hands.
fn logo() -> Html {
    html! {
        <svg class="logo" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
            <path class="rest" d="M10 2.5a7.5 7.5 0 1 1-6.5 3.75" />
            <path class="part" d="M4.7 4.7A7.5 7.5 0 0 1 8 2.77" />
            <circle cx="10" cy="10" r="2.6" />
        </svg>
    }
}

fn clock(state: &State) -> Html {
    let now = state.frame.as_ref().map_or(0.0, |it| it.now_ms);
    let boot = state.lab.as_ref().map_or(0.0, |it| it.unix_ms_at_zero);
    let known = state.frame.is_some();
    html! {
        <div class={classes!("clock", (!state.running()).then_some("stopped"))}
            title={t!("time-clock")}>
            <time id="clock" data-now-ms={now.to_string()}>{ elapsed(now) }</time>
            <span id="wall">{ if known { wall(boot + now) } else { String::new() } }</span>
        </div>
    }
}

fn figures(state: &State) -> Html {
    let Some(frame) = &state.frame else { return html! { <div class="figures" /> } };
    let pace = match state.running() {
        true => t!("pace", times = times(frame.pace)),
        false => t!("pace-stopped"),
    };
    html! {
        <div class="figures">
            <span id="pace" title={t!("pace-why")}>{ pace }</span>
            <span id="workers" data-workers={frame.workers.to_string()}
                title={t!("workers-why")}>{ t!("workers", count = frame.workers) }</span>
        </div>
    }
}

fn seed(state: &Page) -> Html {
    let disabled = state.phase == Phase::Starting;
    let reopen = {
        let dispatcher = state.dispatcher();
        Callback::from(move |seed: u64| dispatcher.dispatch(Action::Reopen(seed)))
    };
    let same = state.seed;
    let other = reopen.reform(|_: MouseEvent| hub::random_seed());
    let again = Callback::from(move |_: MouseEvent| {
        if let Some(seed) = same {
            reopen.emit(seed);
        }
    });
    html! {
        <div class="seed">
            <span title={t!("seed-why")}>{ t!("seed") }{ " " }<b id="seed">{ for same }</b></span>
            { design::button(state) }
            <button id="again" class="quiet" title={t!("seed-again-why")} aria-label={t!("seed-again")} {disabled}
                onclick={again}>{ Icon::Reset.draw() }</button>
            <button class="quiet" title={t!("seed-other-why")} aria-label={t!("seed-other")} {disabled}
                onclick={other}>{ Icon::Dice.draw() }</button>
        </div>
    }
}

fn language(state: &Page) -> Html {
    let dispatcher = state.dispatcher();
    let onchange = Callback::from(move |event: Event| {
        let tag = event.target_dyn_into::<HtmlSelectElement>().map(|it| it.value());
        if let Some(lang) = tag.and_then(|tag| Lang::from_tag(&tag)) {
            browser::remember("lang", lang.tag());
            dispatcher.dispatch(Action::Speak(lang));
        }
    });
    let option = |lang: Lang| {
        let chosen = lang == state.lang;
        html! { <option value={lang.tag()} lang={lang.tag()} selected={chosen}>{ lang.name() }</option> }
    };
    html! {
        <label class="language" title={t!("language")}>
            { Icon::Language.draw() }
            <select id="language" aria-label={t!("language")} {onchange}>{ for Lang::ALL.map(option) }</select>
        </label>
    }
}

fn theme() -> Html {
    let onclick = Callback::from(|_| {
        let root = browser::window().document().and_then(|it| it.document_element());
        let Some(root) = root else { return };
        let dark = match root.get_attribute("data-theme").as_deref() {
            Some(theme) => theme == "dark",
            None => browser::matches("(prefers-color-scheme: dark)"),
        };
        let theme = if dark { "light" } else { "dark" };
        let _ = root.set_attribute("data-theme", theme);
        browser::remember("theme", theme);
    });
    html! {
        <button id="theme" class="quiet" title={t!("theme")} aria-label={t!("theme")} {onclick}>
            { Icon::Theme.draw() }
        </button>
    }
}
