//! A tab for each host.

use yew::prelude::*;

use crate::browser;
use crate::state::standing::{Standing, standings};
use crate::state::{Action, Page};
use crate::t;

/// A tab for each host.
pub fn tabs(state: &Page) -> Html {
    let hosts = state.consoles.len();
    let standings = standings(state);
    let choose = {
        let dispatcher = state.dispatcher();
        Callback::from(move |host: usize| dispatcher.dispatch(Action::Tab(host)))
    };
    let onkeydown = {
        let (choose, tab) = (choose.clone(), state.tab);
        Callback::from(move |event: KeyboardEvent| {
            let to = match event.key().as_str() {
                "ArrowRight" => (tab + 1) % hosts,
                "ArrowLeft" => (tab + hosts - 1) % hosts,
                _ => return,
            };
            event.prevent_default();
            choose.emit(to);
            browser::focus(&format!("tab-{to}"));
        })
    };
    let tab = |host: usize| {
        let onclick = choose.reform(move |_: MouseEvent| host);
        let chosen = state.tab == host;
        let ip = state.names.ip(host).to_owned();
        let mark = standings.get(host).map(mark);
        html! {
            <button id={format!("tab-{host}")} role="tab" aria-selected={chosen.to_string()}
                tabindex={if chosen { "0" } else { "-1" }} data-tab={ip.clone()} title={ip.clone()} {onclick}>
                <i class={classes!("lamp", mark)} aria-hidden="true" />
                <span class="long">{ ip }</span>
                <span class="short">{ state.names.short(host).to_owned() }</span>
            </button>
        }
    };
    html! {
        <div class="tabs" role="tablist" aria-label={t!("console-hosts")} {onkeydown}>
            { for (0..hosts).map(tab) }
        </div>
    }
}

fn mark(standing: &Standing) -> Classes {
    let state = if standing.runs() { standing.role() } else { "dead" };
    classes!(state, standing.cut.then_some("cut"))
}
