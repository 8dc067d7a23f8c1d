//! What can be done to a node. Each button shows the command it stands for, and types it into that
//! host's console.

use bridge::ToHub;
use yew::prelude::*;

use crate::state::{Action, Page};

/// What can be done to a node.
pub fn actions(state: &Page, host: usize) -> Html {
    let Some(now) = state.frame.as_ref().and_then(|it| it.hosts.get(host)).cloned() else {
        return Html::default();
    };
    let shell = |name: &'static str, what: &'static str, command: String| {
        let dispatcher = state.dispatcher();
        let typed = command.clone();
        let onclick = Callback::from(move |_: MouseEvent| {
            dispatcher.dispatch(Action::Shell(host, typed.clone()));
        });
        button(name, what, &command, onclick)
    };
    let cut = {
        let (dispatcher, cut) = (state.dispatcher(), !now.cut);
        let onclick = Callback::from(move |_: MouseEvent| {
            dispatcher.dispatch(Action::Tell(ToHub::Cut { host, cut }));
        });
        match cut {
            true => button("cut", "Cut off", "unplug the network", onclick),
            false => button("reconnect", "Reconnect", "plug it in again", onclick),
        }
    };
    html! {
        <div class="actions">
            if let Some(pid) = now.pid {
                { shell("kill", "Kill", format!("kill -9 {pid}")) }
                { shell("shutdown", "Shut down", "redis-cli shutdown".into()) }
                if now.stopped {
                    { shell("continue", "Let it go on", format!("kill -CONT {pid}")) }
                } else {
                    { shell("freeze", "Freeze", format!("kill -STOP {pid}")) }
                }
            } else {
                { shell("restart", "Start again", "redis-server redis.conf".into()) }
            }
            { cut }
            if now.node.as_ref().is_some_and(|it| !it.master) && !now.stopped {
                { shell("failover", "Promote", "redis-cli cluster failover".into()) }
            }
        </div>
    }
}

fn button(name: &'static str, what: &str, command: &str, onclick: Callback<MouseEvent>) -> Html {
    html! {
        <button data-action={name} {onclick}><b>{ what }</b><code>{ command }</code></button>
    }
}
