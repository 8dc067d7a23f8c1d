//! All nodes as one of them believes them, beside what is true.

use yew::prelude::*;

use crate::panels::pieces::chip;
use crate::state::Page;
use crate::state::belief::{Cell, Opinion, Row, rows};
use crate::state::standing::Life;
use crate::t;

/// All nodes as `observer` believes them; what is not true is marked, with the truth below.
pub fn table(observer: usize, state: &Page) -> Html {
    let rows = rows(state, observer);
    if rows.is_empty() {
        return html! { <p class="none">{ t!("beliefs-never-seen", host = state.names.ip(observer)) }</p> };
    }
    let runs = state.frame.as_ref().is_some_and(|it| it.hosts[observer].pid.is_some());
    let wrong = rows.iter().filter(|it| it.differs()).count();
    let host = state.names.ip(observer);
    let caption = match (runs, wrong) {
        (false, _) => t!("beliefs-last", host = host),
        (_, 0) => t!("beliefs-all-true", host = host),
        _ => t!("beliefs-wrong", host = host, count = wrong),
    };
    html! {
        <table class="tally seen" data-observer={host.to_owned()}>
            <caption>{ caption }</caption>
            <thead><tr>
                <th scope="col">{ t!("beliefs-node") }</th>
                <th scope="col">{ t!("beliefs-held-for") }</th>
                <th scope="col">{ t!("beliefs-role") }</th>
                <th scope="col">{ t!("beliefs-epoch") }</th>
                <th scope="col">{ t!("beliefs-slots") }</th>
            </tr></thead>
            <tbody>{ for rows.iter().map(|row| draw(row, state)) }</tbody>
        </table>
    }
}

fn draw(row: &Row, state: &Page) -> Html {
    let role = |master: bool, follows: Option<usize>| match follows {
        _ if master => t!("beliefs-master"),
        Some(host) => t!("beliefs-replica-of", host = state.names.short(host)),
        None => t!("beliefs-replica"),
    };
    let believed = row.master.believed.map(|it| role(it, row.follows.believed.flatten()));
    let duty = Cell { believed, truth: role(row.master.truth, row.follows.truth) };
    let epoch = |it: u64| if it == 0 { "–".to_owned() } else { it.to_string() };
    let epochs = Cell { believed: row.epoch.believed.map(epoch), truth: epoch(row.epoch.truth) };
    let none = |text: &String| if text.is_empty() { "–".to_owned() } else { text.clone() };
    let slots =
        Cell { believed: row.slots.believed.as_ref().map(none), truth: none(&row.slots.truth) };
    html! {
        <tr key={row.host} data-node={state.names.ip(row.host).to_owned()}>
            <th scope="row">{ chip(row.host, state) }</th>
            <td class={classes!(opinion_class(row.opinion), row.misjudged().then_some("differs"))}>
                { opinion_word(row.opinion) }
                if row.misjudged() { { truth(&life_word(row)) } }
            </td>
            { cell(&duty) }
            { cell(&epochs) }
            { cell(&slots) }
        </tr>
    }
}

fn cell(cell: &Cell<String>) -> Html {
    let wrong = cell.differs();
    html! {
        <td class={classes!(wrong.then_some("differs"))}>
            { cell.believed.clone().unwrap_or_else(|| "?".to_owned()) }
            if wrong { { truth(&cell.truth) } }
        </td>
    }
}

fn truth(text: &str) -> Html {
    html! { <small>{ t!("beliefs-in-truth", what = text) }</small> }
}

fn opinion_word(opinion: Opinion) -> String {
    match opinion {
        Opinion::Itself => t!("beliefs-itself"),
        Opinion::Unknown => t!("beliefs-unknown"),
        Opinion::Reachable => t!("beliefs-reachable"),
        Opinion::Pfail => "PFAIL".to_owned(),
        Opinion::Fail => "FAIL".to_owned(),
    }
}

/// The class of an opinion in tables.
pub fn opinion_class(opinion: Opinion) -> Option<&'static str> {
    match opinion {
        Opinion::Pfail => Some("pfail"),
        Opinion::Fail => Some("fail"),
        Opinion::Itself | Opinion::Unknown => Some("faint"),
        Opinion::Reachable => None,
    }
}

fn life_word(row: &Row) -> String {
    match row.life {
        Life::Frozen => t!("beliefs-frozen"),
        Life::Dead | Life::Crashed | Life::Removed => t!("beliefs-dead"),
        Life::Running if row.cut => t!("beliefs-cut"),
        Life::Running => t!("beliefs-alive"),
    }
}
