//! A lab out of what real nodes answered.

use bridge::ToHub;
use yew::prelude::*;

use super::form::{area, field, version};
use crate::i18n;
use crate::state::{Action, State};
use crate::t;

/// Properties of [`Pasted`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Where wishes go.
    pub dispatcher: UseReducerDispatcher<State>,
}

const HINT: &str = "07c37df... 127.0.0.1:30004@31004 slave e7d1eec... 0 1426238317239 4 connected";

/// A place for the answers, and the button that rebuilds the cluster.
#[component]
pub fn Pasted(props: &Props) -> Html {
    i18n::use_lang();
    let nodes = use_state_eq(String::new);
    let timeout = use_state_eq(|| "15000".to_owned());
    let speaks = use_state_eq(|| "8.2".to_owned());
    let set = |state: &UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |value| state.set(value))
    };
    let onsubmit = {
        let dispatcher = props.dispatcher.clone();
        let (nodes, timeout, speaks) = (nodes.clone(), timeout.clone(), speaks.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let message = ToHub::OpenPasted {
                nodes: (*nodes).clone(),
                version: (*speaks).clone(),
                node_timeout_ms: timeout.trim().parse().unwrap_or(15_000),
            };
            dispatcher.dispatch(Action::Tell(message));
        })
    };
    html! {
        <form class="pasted" {onsubmit}>
            <p>{ t!("design-pasted-about") }</p>
            <div class="fields">
                { area("nodes", t!("design-pasted-nodes"), HINT, &nodes, set(&nodes)) }
                { field("timeout", t!("design-node-timeout"), &timeout, set(&timeout)) }
                { version(&speaks, set(&speaks)) }
            </div>
            <footer>
                <span>{ t!("design-pasted-still") }</span>
                <button id="design-rebuild" class="go">{ t!("design-rebuild") }</button>
            </footer>
        </form>
    }
}
