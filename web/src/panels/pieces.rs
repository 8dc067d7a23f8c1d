//! What several panels are made of.

use yew::prelude::*;

use crate::i18n::Part;
use crate::inputs::{number, when};
use crate::names::Names;
use crate::state::{Action, Page};
use crate::t;

/// A host by its short name; a click opens its inspector.
pub fn chip(host: usize, state: &Page) -> Html {
    let dispatcher = state.dispatcher();
    let onclick =
        Callback::from(move |_: MouseEvent| dispatcher.dispatch(Action::Select(Some(host))));
    html! {
        <button class="called" title={state.names.ip(host).to_owned()} {onclick}>
            { state.names.short(host).to_owned() }
        </button>
    }
}

/// The same for who knows no more than names.
pub fn named_chip(host: usize, names: &Names, send: &Callback<Action>) -> Html {
    let onclick = send.reform(move |_: MouseEvent| Action::Select(Some(host)));
    html! {
        <button class="host" title={names.ip(host).to_owned()} {onclick}>
            { names.short(host).to_owned() }
        </button>
    }
}

/// A host by its short name, or a word for somebody unknown.
pub fn who(host: Option<usize>, state: &Page) -> Part {
    host.filter(|&it| it < state.consoles.len()).map_or_else(|| Part::text("?"), Part::Host)
}

/// A sentence in which hosts are chips.
pub fn sentence(parts: &[Part], state: &Page) -> Html {
    let part = |part: &Part| match part {
        Part::Text(text) => html! { { text } },
        Part::Host(host) => chip(*host, state),
    };
    parts.iter().map(part).collect()
}

/// A button that types a command into a host's console.
pub fn command(host: usize, command: &str, state: &Page) -> Html {
    let (dispatcher, typed) = (state.dispatcher(), command.to_owned());
    let onclick = Callback::from(move |_: MouseEvent| {
        dispatcher.dispatch(Action::Shell(host, typed.clone()));
    });
    let title = t!("why-type", host = state.names.ip(host));
    html! { <button class="remedy" {title} {onclick}><code>{ command.to_owned() }</code></button> }
}

/// With more hosts than this, they are chosen from a list.
const ROW: usize = 24;

/// A row of buttons, one a host, of which one is pressed; a list where hosts are many.
pub fn chooser(
    label: String,
    chosen: Option<usize>,
    first: Option<(String, Callback<MouseEvent>)>,
    choose: &Callback<usize>,
    state: &Page,
) -> Html {
    let button = |host: usize| {
        let onclick = choose.reform(move |_: MouseEvent| host);
        let pressed = (chosen == Some(host)).to_string();
        html! {
            <button aria-pressed={pressed} data-choose={state.names.ip(host).to_owned()}
                title={state.names.ip(host).to_owned()} {onclick}>
                { state.names.short(host).to_owned() }
            </button>
        }
    };
    html! {
        <div class="chooser" role="group" aria-label={label.clone()}>
            <span>{ label.clone() }</span>
            if let Some((name, onclick)) = first {
                <button aria-pressed={chosen.is_none().to_string()} data-choose="truth" {onclick}>{ name }</button>
            }
            if state.consoles.len() > ROW {
                { list(label, chosen, choose, state) }
            } else {
                { for (0..state.consoles.len()).map(button) }
            }
        </div>
    }
}

/// A host in a list to choose from, under its address with words before it.
pub fn option(host: usize, chosen: Option<usize>, before: &str, names: &Names) -> Html {
    let name = format!("{before}{}", names.ip(host));
    html! { <option value={host.to_string()} selected={chosen == Some(host)}>{ name }</option> }
}

fn list(label: String, chosen: Option<usize>, choose: &Callback<usize>, state: &Page) -> Html {
    let option = |host: usize| option(host, chosen, "", &state.names);
    html! {
        <select aria-label={label} onchange={when(choose, |event| number(&event))}>
            if chosen.is_none() {
                <option value="" selected=true>{ "–" }</option>
            }
            { for (0..state.consoles.len()).map(option) }
        </select>
    }
}
