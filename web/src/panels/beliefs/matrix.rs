//! Who holds whom for reachable, PFAIL or FAIL.

use bridge::Suspicion;
use yew::prelude::*;

use super::table::opinion_class;
use crate::i18n::use_lang;
use crate::names::Names;
use crate::shared::Shared;
use crate::state::Page;
use crate::state::belief::{Opinion, opinions};
use crate::t;

/// What one node holds each other for.
#[derive(Debug, Clone, PartialEq)]
struct Line {
    observer: usize,
    /// Its process runs: else this is what it last knew.
    runs: bool,
    cells: Vec<(Opinion, Option<Suspicion>)>,
}

/// Who holds whom for what.
pub fn matrix(state: &Page) -> Html {
    let Some(frame) = &state.frame else { return Html::default() };
    let hosts = frame.hosts.len();
    let line = |observer: usize| {
        let node = state.beliefs.get(observer)?.as_ref()?;
        let held = opinions(node, hosts, &state.names).into_iter();
        let runs = frame.hosts[observer].pid.is_some();
        Some(Line {
            observer,
            runs,
            cells: held.map(|(held, peer)| (held, peer.and_then(|it| it.suspicion))).collect(),
        })
    };
    let lines: Vec<Line> = (0..hosts).filter_map(line).collect();
    html! { <Matrix {lines} names={state.names.clone()} /> }
}

#[derive(Properties, PartialEq)]
struct Props {
    lines: Vec<Line>,
    names: Shared<Names>,
}

/// Drawn anew only when an opinion changed.
#[component]
fn Matrix(props: &Props) -> Html {
    use_lang();
    let Props { lines, names } = props;
    let hosts = lines.first().map_or(0, |it| it.cells.len());
    let head = |host: usize| html! { <th scope="col">{ names.short(host).to_owned() }</th> };
    let row = |line: &Line| {
        let class = classes!((!line.runs).then_some("past"));
        html! {
            <tr key={line.observer} {class} data-observer={names.ip(line.observer).to_owned()}>
                <th scope="row">{ names.short(line.observer).to_owned() }</th>
                { for line.cells.iter().enumerate().map(|(host, it)| cell(host, it, names)) }
            </tr>
        }
    };
    html! {
        <table class="tally matrix opinions">
            <caption>{ t!("beliefs-matrix") }</caption>
            <thead><tr><th scope="col">{ t!("beliefs-matrix-corner") }</th>{ for (0..hosts).map(head) }</tr></thead>
            <tbody>{ for lines.iter().map(row) }</tbody>
        </table>
    }
}

fn cell(host: usize, &(opinion, suspicion): &(Opinion, Option<Suspicion>), names: &Names) -> Html {
    let (text, title) = match (opinion, suspicion) {
        (Opinion::Itself, _) => ("–".to_owned(), t!("beliefs-itself")),
        (Opinion::Unknown, _) => ("?".to_owned(), t!("beliefs-unknown")),
        (Opinion::Reachable, _) => ("·".to_owned(), t!("beliefs-reachable")),
        (Opinion::Fail, _) => ("FAIL".to_owned(), "FAIL".to_owned()),
        (Opinion::Pfail, None) => ("PFAIL".to_owned(), "PFAIL".to_owned()),
        (Opinion::Pfail, Some(it)) => {
            let text = format!("PFAIL {}/{}", it.reports, it.needed);
            (text, t!("beliefs-reports", reports = it.reports, needed = it.needed))
        }
    };
    html! {
        <td class={classes!(opinion_class(opinion))} data-about={names.ip(host).to_owned()} {title}>{ text }</td>
    }
}
