//! What the clients are to do.

use bridge::WorkloadSettings;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::state::clients::{Action, Clients};
use crate::t;

/// A change of the settings.
type Set = fn(&mut WorkloadSettings, u32);

/// Presets, fields, and what starts, changes and ends it.
pub fn controls(clients: &Clients, act: &Callback<Action>) -> Html {
    let draft = &clients.draft;
    let present = clients.frame.as_ref().and_then(|it| it.settings.as_ref());
    let changed = present.is_some_and(|it| it != draft);
    let onsubmit = act.reform(|event: SubmitEvent| {
        event.prevent_default();
        Action::Start
    });
    let stop = act.reform(|_: MouseEvent| Action::Stop);
    let field = |id, label, value, max, set| number(id, label, value, max, set, draft, act);
    html! {
        <form class="settings" aria-label={t!("clients-settings")} {onsubmit}>
            <div class="presets" role="group" aria-label={t!("clients-presets")}>
                { for presets().map(|(id, label, preset)| choice(id, label, preset, draft, act)) }
            </div>
            <div class="numbers">
                { field("writes", t!("clients-writes"), draft.writes, 10_000, |it, value| it.writes = value) }
                { field("reads", t!("clients-reads"), draft.reads, 10_000, |it, value| it.reads = value) }
                { field("keys", t!("clients-keys"), draft.keys, 1_000_000, |it, value| it.keys = value) }
                { field("count", t!("clients-count"), draft.clients.into(), 64, |it, value| it.clients = small(value).max(1)) }
                { field("pipeline", t!("clients-pipeline"), draft.pipeline.into(), 256, |it, value| it.pipeline = small(value).max(1)) }
                { field("timeout", t!("clients-timeout"), draft.timeout_ms, 600_000, |it, value| it.timeout_ms = value) }
                { field("wait", t!("clients-wait"), draft.wait.into(), 9, |it, value| it.wait = value.min(9) as u8) }
                { field("wait-timeout", t!("clients-wait-timeout"), draft.wait_timeout_ms, 600_000, |it, value| it.wait_timeout_ms = value) }
            </div>
            <div class="checks">
                { check("cluster", t!("clients-cluster"), draft.cluster, |it, on| it.cluster = on, draft, act) }
                { check("sequential", t!("clients-sequential"), draft.sequential, |it, on| it.sequential = on, draft, act) }
            </div>
            <footer>
                if present.is_none() {
                    <button id="clients-start" class="go">{ t!("clients-start") }</button>
                } else {
                    <button id="clients-change" class="go" disabled={!changed}>{ t!("clients-change") }</button>
                    <button id="clients-stop" type="button" class="stop" onclick={stop}>{ t!("clients-stop") }</button>
                }
            </footer>
        </form>
    }
}

fn small(value: u32) -> u16 {
    u16::try_from(value).unwrap_or(u16::MAX)
}

fn presets() -> [(&'static str, String, WorkloadSettings); 4] {
    let plain = WorkloadSettings::default;
    [
        ("usual", t!("clients-preset-usual"), plain()),
        (
            "writers",
            t!("clients-preset-writers"),
            WorkloadSettings { writes: 300, reads: 0, ..plain() },
        ),
        (
            "careful",
            t!("clients-preset-careful"),
            WorkloadSettings { wait: 1, wait_timeout_ms: 200, ..plain() },
        ),
        ("plain", t!("clients-preset-plain"), WorkloadSettings { cluster: false, ..plain() }),
    ]
}

fn choice(
    id: &'static str,
    label: String,
    preset: WorkloadSettings,
    draft: &WorkloadSettings,
    act: &Callback<Action>,
) -> Html {
    let chosen = *draft == preset;
    let onclick = act.reform(move |_: MouseEvent| Action::Draft(preset.clone()));
    html! {
        <button type="button" id={format!("clients-preset-{id}")} aria-pressed={chosen.to_string()} {onclick}>
            { label }
        </button>
    }
}

fn number(
    id: &'static str,
    label: String,
    value: u32,
    max: u32,
    set: Set,
    draft: &WorkloadSettings,
    act: &Callback<Action>,
) -> Html {
    let (draft, act) = (draft.clone(), act.clone());
    let oninput = Callback::from(move |event: InputEvent| {
        let text = event.target_dyn_into::<HtmlInputElement>().map(|it| it.value());
        if let Some(value) = text.and_then(|it| it.trim().parse::<u32>().ok()) {
            let mut next = draft.clone();
            set(&mut next, value.min(max));
            act.emit(Action::Draft(next));
        }
    });
    html! {
        <label>
            <span>{ label }</span>
            <input id={format!("clients-{id}")} type="number" inputmode="numeric" min="0" max={max.to_string()}
                value={value.to_string()} {oninput} autocomplete="off" />
        </label>
    }
}

fn check(
    id: &'static str,
    label: String,
    on: bool,
    set: fn(&mut WorkloadSettings, bool),
    draft: &WorkloadSettings,
    act: &Callback<Action>,
) -> Html {
    let draft = draft.clone();
    let onchange = act.reform(move |_: Event| {
        let mut next = draft.clone();
        set(&mut next, !on);
        Action::Draft(next)
    });
    html! {
        <label>
            <input id={format!("clients-{id}")} type="checkbox" checked={on} {onchange} />
            <span>{ label }</span>
        </label>
    }
}
