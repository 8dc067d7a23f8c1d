//! Who waits how long for whom: the node timeout of each observer about each peer.

use bridge::{NodeFrame, TimerKind};
use yew::prelude::*;

use crate::format::span;
use crate::i18n::use_lang;
use crate::names::Names;
use crate::shared::Shared;
use crate::state::Page;
use crate::state::belief::{Opinion, opinions};
use crate::t;

/// How one node stands to another.
#[derive(Debug, Clone, PartialEq)]
enum Wait {
    /// It is itself, or does not know it.
    None,
    /// No PING is unanswered.
    Idle,
    /// A PING is unanswered; what is left, as text, and whether much of it is gone.
    Left(String, bool),
    /// The time is over.
    Over(&'static str),
}

/// The countdowns of all nodes that run.
pub fn matrix(state: &Page) -> Html {
    let Some(frame) = &state.frame else { return Html::default() };
    let hosts = frame.hosts.len();
    let line = |(observer, now): (usize, &bridge::HostFrame)| {
        let node = now.node.as_ref().filter(|_| now.pid.is_some() && !now.stopped)?;
        Some((observer, waits(node, hosts, frame.now_ms, &state.names)))
    };
    let lines: Vec<(usize, Vec<Wait>)> = frame.hosts.iter().enumerate().filter_map(line).collect();
    html! { <Countdowns {lines} names={state.names.clone()} /> }
}

fn waits(node: &NodeFrame, hosts: usize, now_ms: f64, names: &Names) -> Vec<Wait> {
    let wait = |held: Opinion| match held {
        Opinion::Itself | Opinion::Unknown => Wait::None,
        Opinion::Fail => Wait::Over("FAIL"),
        Opinion::Pfail => Wait::Over("PFAIL"),
        Opinion::Reachable => Wait::Idle,
    };
    let mut waits: Vec<_> =
        opinions(node, hosts, names).into_iter().map(|(held, _)| wait(held)).collect();
    for timer in node.timers.iter().filter(|it| it.kind == TimerKind::NodeTimeout) {
        let host = timer.about.as_deref().and_then(|id| names.host(id));
        if let Some(wait) = host.and_then(|host| waits.get_mut(host)) {
            let left = timer.due_ms - now_ms;
            let much = left < (timer.due_ms - timer.armed_ms) * 0.75;
            *wait = Wait::Left(span(left), much);
        }
    }
    waits
}

#[derive(Properties, PartialEq)]
struct Props {
    lines: Vec<(usize, Vec<Wait>)>,
    names: Shared<Names>,
}

/// Drawn anew only when a countdown changed.
#[component]
fn Countdowns(props: &Props) -> Html {
    use_lang();
    let Props { lines, names } = props;
    let hosts = lines.first().map_or(0, |(_, it)| it.len());
    let head = |host: usize| html! { <th scope="col">{ names.short(host).to_owned() }</th> };
    let row = |(observer, waits): &(usize, Vec<Wait>)| {
        html! {
            <tr key={*observer} data-observer={names.ip(*observer).to_owned()}>
                <th scope="row">{ names.short(*observer).to_owned() }</th>
                { for waits.iter().enumerate().map(|(host, it)| cell(host, it, names)) }
            </tr>
        }
    };
    html! {
        <table class="tally matrix countdowns">
            <caption>{ t!("timers-matrix") }</caption>
            <thead><tr><th scope="col">{ t!("timers-matrix-corner") }</th>{ for (0..hosts).map(head) }</tr></thead>
            <tbody>{ for lines.iter().map(row) }</tbody>
        </table>
    }
}

fn cell(host: usize, wait: &Wait, names: &Names) -> Html {
    let (class, text, title) = match wait {
        Wait::None => ("faint", "–".to_owned(), None),
        Wait::Idle => ("faint", "·".to_owned(), Some(t!("timers-idle"))),
        Wait::Left(left, much) => {
            let class = if *much { "waits much" } else { "waits" };
            (class, left.clone(), Some(t!("timers-pfail-in", left = left.as_str())))
        }
        Wait::Over(word) => {
            (if *word == "FAIL" { "fail" } else { "pfail" }, (*word).to_owned(), None)
        }
    };
    html! { <td class={class} data-about={names.ip(host).to_owned()} {title}>{ text }</td> }
}
