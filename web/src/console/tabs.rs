//! A tab for each host.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::browser;
use crate::state::standing::{Life, Standing, standings};
use crate::state::{Action, Page};
use crate::{t, words};

/// With more hosts than this, one types a part of an address instead of looking for a tab.
const TABS: usize = 12;

/// A tab for each host, or a field to find one among many.
pub fn tabs(state: &Page) -> Html {
    let hosts = state.consoles.len();
    if hosts > TABS {
        return finder(state);
    }
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
        let gone = standings.get(host).is_some_and(|it| it.life == Life::Removed);
        let mark = standings.get(host).map(mark);
        html! {
            <button id={format!("tab-{host}")} class={gone.then_some("gone")} role="tab" aria-selected={chosen.to_string()}
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

/// A list of all hosts that the browser narrows down while one types.
fn finder(state: &Page) -> Html {
    let names = state.names.clone();
    let dispatcher = state.dispatcher();
    let onchange = Callback::from(move |event: Event| {
        let Some(field) = event.target_dyn_into::<HtmlInputElement>() else { return };
        let wanted = field.value();
        if let Some(host) = names.find(wanted.trim()) {
            dispatcher.dispatch(Action::Tab(host));
        }
        field.set_value("");
    });
    let standings = standings(state);
    let option = |host: usize| {
        let about = standings.get(host).map(|it| {
            let mut words = vec![words::role(it)];
            words.extend(words::marks(it));
            words.join(", ")
        });
        html! { <option value={state.names.ip(host).to_owned()} label={about} /> }
    };
    let mark = standings.get(state.tab).map(mark);
    html! {
        <div class="finder">
            <i class={classes!("lamp", mark)} aria-hidden="true" />
            <b>{ state.names.ip(state.tab).to_owned() }</b>
            <input id="host-finder" type="search" list="hosts" autocomplete="off" placeholder={t!("console-find")}
                aria-label={t!("console-find")} {onchange} />
            <datalist id="hosts">{ for (0..state.consoles.len()).map(option) }</datalist>
        </div>
    }
}

fn mark(standing: &Standing) -> Classes {
    let state = if standing.runs() { standing.role() } else { "dead" };
    classes!(state, standing.cut.then_some("cut"))
}
