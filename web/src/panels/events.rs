//! The log of decisions across nodes.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::format::moment;
use crate::i18n::use_lang;
use crate::names::Names;
use crate::panels::pieces::{named_chip, option};
use crate::shared::Shared;
use crate::state::log::{Log, Row};
use crate::state::{Action, Page, State};
use crate::t;
use crate::words::{self, Part};

/// Rows drawn.
const SHOWN: usize = 120;

/// The log of decisions, newest first.
pub fn events(state: &Page) -> Html {
    let dispatcher = state.dispatcher();
    let onchange = Callback::from(move |event: Event| {
        let value = event.target_dyn_into::<HtmlSelectElement>().map(|it| it.value());
        dispatcher.dispatch(Action::Filter(value.and_then(|it| it.parse().ok())));
    });
    let host = |host: usize| option(host, state.filter, "", &state.names);
    html! {
        <section class="events" aria-label={t!("events")}>
            <div class="choice">
                <select aria-label={t!("events-of")} {onchange}>
                    <option value="" selected={state.filter.is_none()}>{ t!("events-of-all") }</option>
                    { for (0..state.consoles.len()).map(host) }
                </select>
            </div>
            <Rows log={state.log.clone()} names={state.names.clone()} filter={state.filter}
                dispatcher={state.dispatcher()} />
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct RowsProps {
    log: Shared<Log>,
    names: Shared<Names>,
    filter: Option<usize>,
    dispatcher: UseReducerDispatcher<State>,
}

#[component]
fn Rows(props: &RowsProps) -> Html {
    let RowsProps { log, names, filter, dispatcher } = props;
    use_lang();
    let dispatcher = dispatcher.clone();
    let send = Callback::from(move |action| dispatcher.dispatch(action));
    let wanted = |row: &&Row| filter.is_none_or(|host| row.hosts.contains(&host));
    let rows: Vec<&Row> = log.newest().filter(wanted).take(SHOWN).collect();
    if rows.is_empty() {
        return html! {
            <p class="none">{ t!("events-none") }</p>
        };
    }
    html! { <ol>{ for rows.iter().map(|row| draw(row, names, &send)) }</ol> }
}

fn draw(row: &Row, names: &Names, send: &Callback<Action>) -> Html {
    let weight = words::is_turning_point(&row.fact).then_some("turning");
    let parts = words::line(&row.hosts, &row.fact, names);
    let part = |part: &Part| match part {
        Part::Text(text) => html! { { text } },
        Part::Host(host) => named_chip(*host, names, send),
    };
    html! {
        <li key={row.number} class={classes!("event", words::tone(&row.fact).class(), weight)}>
            <time>{ moment(row.at_ms) }</time>
            <p>{ for parts.iter().map(part) }</p>
        </li>
    }
}
