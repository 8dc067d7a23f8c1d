//! Clients at work: what they do, what became of their requests and of the writes they were
//! promised.

mod chart;
mod compare;
mod controls;
mod ledger;
mod numbers;

use yew::prelude::*;

use crate::i18n;
use crate::names::Names;
use crate::shared::Shared;
use crate::state::clients::Clients;
use crate::state::{Action, Page, State};
use crate::t;

/// The panel.
pub fn clients(state: &Page) -> Html {
    html! {
        <View clients={state.clients.clone()} names={state.names.clone()} dispatcher={state.dispatcher()} />
    }
}

#[derive(Properties, PartialEq)]
struct Props {
    clients: Shared<Clients>,
    names: Shared<Names>,
    dispatcher: UseReducerDispatcher<State>,
}

#[component]
fn View(props: &Props) -> Html {
    i18n::use_lang();
    let Props { clients, names, dispatcher } = props;
    let send = {
        let dispatcher = dispatcher.clone();
        Callback::from(move |action: Action| dispatcher.dispatch(action))
    };
    let act = send.reform(Action::Clients);
    let running = clients.frame.as_ref().is_some_and(|it| it.settings.is_some());
    let used = clients.frame.as_ref().filter(|it| it.used);
    html! {
        <div class="clients" data-running={running.to_string()}>
            { controls::controls(clients, &act) }
            if let Some(frame) = used {
                <div class="came">
                    { numbers::counts(frame) }
                    { chart::chart(frame) }
                    { numbers::shards(frame, names, &send) }
                </div>
                <div class="became">
                    { ledger::ledger(frame, clients.filter, names, &send) }
                    { compare::compare(&clients.comparisons, &act) }
                </div>
            } else {
                <p class="none about">{ t!("clients-about") }</p>
            }
        </div>
    }
}

/// Milliseconds of a latency.
fn latency(ms: f64) -> String {
    match ms {
        _ if ms < 10.0 => format!("{ms:.2}"),
        _ if ms < 100.0 => format!("{ms:.1}"),
        _ => format!("{ms:.0}"),
    }
}
