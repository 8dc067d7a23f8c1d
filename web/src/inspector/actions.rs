//! What can be done to a node. Each button shows the command it stands for, and types it into that
//! host's console.

use bridge::ToHub;
use yew::prelude::*;

use crate::state::faults::FaultsAction;
use crate::state::{Action, Page};
use crate::t;

/// What can be done to a node.
pub fn actions(state: &Page, host: usize) -> Html {
    let Some(now) = state.frame.as_ref().and_then(|it| it.hosts.get(host)).cloned() else {
        return Html::default();
    };
    let shell = |name: &'static str, what: String, command: String| {
        let dispatcher = state.dispatcher();
        let typed = command.clone();
        let onclick = Callback::from(move |_: MouseEvent| {
            dispatcher.dispatch(Action::Shell(host, typed.clone()));
        });
        button(name, what, command, onclick)
    };
    let cut = {
        let (dispatcher, cut) = (state.dispatcher(), !now.cut);
        let onclick = Callback::from(move |_: MouseEvent| {
            dispatcher.dispatch(Action::Tell(ToHub::Cut { host, cut }));
        });
        match cut {
            true => button("cut", t!("act-cut"), t!("act-cut-how"), onclick),
            false => button("reconnect", t!("act-reconnect"), t!("act-reconnect-how"), onclick),
        }
    };
    if now.gone {
        return html! { <p class="none">{ t!("act-gone") }</p> };
    }
    let links = {
        let (dispatcher, near) = (state.dispatcher(), usize::from(host == 0));
        let to = state.beliefs.get(host).and_then(Option::as_ref);
        let to = to.and_then(|it| state.names.host(it.master_id.as_deref()?)).unwrap_or(near);
        let onclick = Callback::from(move |_: MouseEvent| {
            dispatcher.dispatch(Action::Faults(FaultsAction::EditLink(host, to)));
        });
        button("links", t!("act-links"), t!("act-links-how"), onclick)
    };
    let there = state.present().count();
    html! {
        <div class="actions">
            if let Some(pid) = now.pid {
                { shell("kill", t!("act-kill"), format!("kill -9 {pid}")) }
                { shell("shutdown", t!("act-shutdown"), "redis-cli shutdown".into()) }
                if now.stopped {
                    { shell("continue", t!("act-continue"), format!("kill -CONT {pid}")) }
                } else {
                    { shell("freeze", t!("act-freeze"), format!("kill -STOP {pid}")) }
                }
            } else {
                { shell("restart", t!("act-restart"), "redis-server redis.conf".into()) }
            }
            { cut }
            if now.node.as_ref().is_some_and(|it| !it.master) && !now.stopped {
                { shell("failover", t!("act-failover"), "redis-cli cluster failover".into()) }
            }
            if there > 1 {
                { links }
            }
            { shell("add", t!("act-add"), "host add".into()) }
            if there > 1 {
                { shell("remove", t!("act-remove"), format!("host remove {}", state.names.ip(host))) }
            }
        </div>
    }
}

fn button(
    name: &'static str,
    what: String,
    command: String,
    onclick: Callback<MouseEvent>,
) -> Html {
    html! {
        <button data-action={name} {onclick}><b>{ what }</b><code>{ command }</code></button>
    }
}
