//! The fields of a design.

use bridge::ToHub;
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::templates::{Fields, TEMPLATES, Template};
use crate::i18n;
use crate::state::{Action, State};
use crate::t;

/// Properties of [`DesignForm`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Where wishes go.
    pub dispatcher: UseReducerDispatcher<State>,
}

/// Templates, fields, and the button that opens the lab.
#[component]
pub fn DesignForm(props: &Props) -> Html {
    i18n::use_lang();
    let fields = use_state_eq(|| TEMPLATES[0].fields());
    let change = |change: fn(&mut Fields, String)| {
        let fields = fields.clone();
        Callback::from(move |value: String| {
            let mut next = (*fields).clone();
            change(&mut next, value);
            fields.set(next);
        })
    };
    let template = |template: &'static Template| {
        let chosen = *fields == template.fields();
        let fields = fields.clone();
        let onclick = Callback::from(move |_: MouseEvent| fields.set(template.fields()));
        html! {
            <button type="button" aria-pressed={chosen.to_string()} data-template={template.id} {onclick}>
                <b>{ t!(&format!("design-template-{}", template.id)) }</b>
                <span>{ t!(&format!("design-template-{}-about", template.id)) }</span>
            </button>
        }
    };
    let walkthrough = {
        let dispatcher = props.dispatcher.clone();
        Callback::from(move |_: MouseEvent| dispatcher.dispatch(open("walkthrough".into())))
    };
    let onsubmit = {
        let (dispatcher, source) = (props.dispatcher.clone(), fields.source());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            dispatcher.dispatch(open(source.clone()));
        })
    };
    let zoned = !fields.zones.trim().is_empty();
    html! {
        <form {onsubmit}>
            <div class="templates" role="group" aria-label={t!("design-templates")}>
                <button type="button" data-template="walkthrough" onclick={walkthrough}>
                    <b>{ t!("design-template-walkthrough") }</b>
                    <span>{ t!("design-template-walkthrough-about") }</span>
                </button>
                { for TEMPLATES.iter().map(template) }
            </div>
            <div class="fields">
                { field("masters", t!("design-masters"), &fields.masters, change(|it, value| it.masters = value)) }
                { field("replicas", t!("design-replicas"), &fields.replicas, change(|it, value| it.replicas = value)) }
                { field("node-timeout", t!("design-node-timeout"), &fields.node_timeout, change(|it, value| it.node_timeout = value)) }
                { version(&fields.version, change(|it, value| it.version = value)) }
                { field("zones", t!("design-zones"), &fields.zones, change(|it, value| it.zones = value)) }
                { field("latency", t!("design-latency"), &fields.latency, change(|it, value| it.latency = value)) }
                if zoned {
                    { field("between", t!("design-between"), &fields.between, change(|it, value| it.between = value)) }
                }
                { area("settings", t!("design-settings"), "cluster-require-full-coverage no", &fields.settings,
                    change(|it, value| it.settings = value)) }
            </div>
            <footer>
                <span>{ for fields.nodes().map(|nodes| t!("design-nodes", count = nodes)) }</span>
                <button id="design-go" class="go">{ t!("design-go") }</button>
            </footer>
        </form>
    }
}

fn open(scenario: String) -> Action {
    Action::Tell(ToHub::Open { scenario, seed: None })
}

/// A field for one line.
pub fn field(name: &'static str, label: String, value: &str, set: Callback<String>) -> Html {
    let oninput = set.reform(|event: InputEvent| {
        event.target_dyn_into::<HtmlInputElement>().map(|it| it.value()).unwrap_or_default()
    });
    html! {
        <label>
            <span>{ label }</span>
            <input id={format!("design-{name}")} {name} value={value.to_owned()} {oninput}
                autocomplete="off" spellcheck="false" />
        </label>
    }
}

/// A field for several lines.
pub fn area(
    name: &'static str,
    label: String,
    hint: &'static str,
    value: &str,
    set: Callback<String>,
) -> Html {
    let oninput = set.reform(|event: InputEvent| {
        event.target_dyn_into::<HtmlTextAreaElement>().map(|it| it.value()).unwrap_or_default()
    });
    html! {
        <label class="wide">
            <span>{ label }</span>
            <textarea id={format!("design-{name}")} {name} rows="3" placeholder={hint} value={value.to_owned()}
                {oninput} spellcheck="false" />
        </label>
    }
}

/// Which Redis.
pub fn version(value: &str, set: Callback<String>) -> Html {
    let onchange = set.reform(|event: Event| {
        event.target_dyn_into::<HtmlSelectElement>().map(|it| it.value()).unwrap_or_default()
    });
    let option = |version: &'static str| {
        html! { <option value={version} selected={version == value}>{ version }</option> }
    };
    html! {
        <label>
            <span>{ t!("design-version") }</span>
            <select id="design-version" {onchange}>{ for ["8.2", "7.0"].map(option) }</select>
        </label>
    }
}
