//! The console: a tab for each host, its output, and the line that is being typed.

mod input;
mod output;
mod tabs;
mod voice;

use bridge::ToHub;
use yew::prelude::*;

use crate::browser;
use crate::icons::Icon;
use crate::state::{Action, Page, Phase};
use crate::t;
use input::InputLine;
use output::Output;
use tabs::tabs;
use voice::Voice;

/// The console.
pub fn console_pane(state: &Page) -> Html {
    let host = state.tab;
    let Some(console) = state.consoles.get(host).cloned() else {
        return html! { <section class="console" aria-label={t!("console")} /> };
    };
    let send = {
        let dispatcher = state.dispatcher();
        Callback::from(move |action| dispatcher.dispatch(action))
    };
    let on_copy = {
        let console = console.clone();
        Callback::from(move |_| browser::copy(&console.text(), |_| ()))
    };
    // A click anywhere in the console goes to the input line, unless it was a selection.
    let onclick = Callback::from(|_| {
        if !browser::has_selection() {
            browser::focus("console-input");
        }
    });
    let waits = !console.is_idle() || console.prompt.is_none();
    let gone = state.is_gone(host);
    // Beside the host that is shown, or any other when that is gone.
    let near = if gone { state.present().next().unwrap_or_default() } else { host };
    let add = send.reform(move |_: MouseEvent| Action::Shell(near, "host add".into()));
    let paused = !gone && !state.running() && state.phase == Phase::Open && waits;
    let resume = send.reform(|_: MouseEvent| Action::Tell(ToHub::Run(true)));
    html! {
        <section class="console" aria-label={t!("console")}>
            <div class="console-bar">
                { tabs(state) }
                <button id="host-add" class="quiet" title={t!("console-add")} aria-label={t!("console-add")}
                    onclick={add}>{ Icon::Add.draw() }</button>
                <button class="quiet" title={t!("console-copy")} aria-label={t!("console-copy")}
                    onclick={on_copy}>{ Icon::Copy.draw() }</button>
            </div>
            <Voice console={console.clone()} {host} />
            <div class="terminal" role="tabpanel" aria-label={state.names.ip(host).to_owned()} {onclick}>
                <Output console={console.clone()} {host}>
                    if gone {
                        <p class="paused">{ t!("console-gone") }</p>
                    } else {
                        <InputLine key={host} {host} {console} {send} />
                    }
                    if paused {
                        <p class="paused">
                            { t!("console-stopped") }{ " " }
                            <button class="link" onclick={resume}>{ t!("console-run") }</button>
                        </p>
                    }
                </Output>
            </div>
        </section>
    }
}
