//! Why nobody marks a master FAIL: what each node that runs holds it for, and what is lacking.

use bridge::{HostFrame, NodeFrame, Suspicion, TimerFrame, TimerKind};
use yew::prelude::*;

use crate::format::span;
use crate::i18n::{self, Part};
use crate::names::Names;
use crate::panels::pieces::{chip, sentence};
use crate::state::Page;
use crate::state::belief::Opinion;
use crate::state::standing::{Life, Standing};
use crate::t;

/// A master in trouble, in the eyes of each node that runs.
pub fn master(host: usize, standing: &Standing, state: &Page) -> Html {
    let Some(frame) = &state.frame else { return Html::default() };
    let what = match standing.life {
        Life::Frozen => t!("why-master-frozen"),
        Life::Dead | Life::Crashed | Life::Removed => t!("why-master-dead"),
        Life::Running if standing.cut => t!("why-master-cut"),
        Life::Running => t!("why-master-runs"),
    };
    let speaks = |(observer, now): &(usize, &HostFrame)| {
        *observer != host && now.pid.is_some() && !now.stopped && now.node.is_some()
    };
    let (mut failed, mut well, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for (observer, now) in frame.hosts.iter().enumerate().filter(speaks) {
        let Some(node) = &now.node else { continue };
        match held(node, host, &state.names) {
            Some(Held::Failed) => failed.push(observer),
            Some(Held::Well) => well.push(observer),
            Some(held) => others.push(one(observer, &held, node, frame.now_ms, state)),
            None => {}
        }
    }
    html! {
        <>
            <h3>{ chip(host, state) }{ " " }{ what }</h3>
            <ul class="holders">
                { together("why-holds-fail", "fail", &failed, state) }
                { for others }
                { together("why-holds-well", "well", &well, state) }
            </ul>
        </>
    }
}

/// What a node holds the master for.
enum Held<'a> {
    Failed,
    /// PFAIL, and what is lacking for FAIL.
    Suspected(Suspicion),
    /// A PING is unanswered.
    Waits(&'a TimerFrame),
    Well,
}

fn held<'a>(node: &'a NodeFrame, host: usize, names: &Names) -> Option<Held<'a>> {
    let peer = node.peers.iter().find(|it| names.knows(&it.id, host))?;
    let its =
        |it: &&TimerFrame| it.kind == TimerKind::NodeTimeout && it.about.as_ref() == Some(&peer.id);
    match (Opinion::of(peer), peer.suspicion) {
        (Opinion::Fail, _) => Some(Held::Failed),
        (Opinion::Pfail, Some(suspicion)) => Some(Held::Suspected(suspicion)),
        (Opinion::Reachable, _) => {
            Some(node.timers.iter().find(its).map_or(Held::Well, Held::Waits))
        }
        _ => None,
    }
}

/// All who hold it for the same, in one line.
fn together(key: &str, class: &'static str, hosts: &[usize], state: &Page) -> Html {
    if hosts.is_empty() {
        return Html::default();
    }
    let mut who = Vec::new();
    for &host in hosts {
        who.extend([Part::Host(host), Part::text(" ")]);
    }
    who.pop();
    let parts = i18n::parts(key, &[("who", i18n::value(&who))]);
    html! { <li {class}>{ sentence(&parts, state) }</li> }
}

fn one(observer: usize, held: &Held<'_>, node: &NodeFrame, now_ms: f64, state: &Page) -> Html {
    let who = ("who", Part::Host(observer));
    let (class, parts) = match held {
        Held::Suspected(suspicion) => ("pfail", lacking(*suspicion, who)),
        Held::Waits(timer) => {
            let left = ("left", Part::text(span(timer.due_ms - now_ms)));
            let timeout = ("timeout", Part::text(node.node_timeout_ms));
            ("waits", i18n::parts("why-holds-waiting", &[who, left, timeout]))
        }
        Held::Failed | Held::Well => return Html::default(),
    };
    html! {
        <li key={observer} {class} data-observer={state.names.ip(observer).to_owned()}>
            { sentence(&parts, state) }
        </li>
    }
}

/// PFAIL, and what is lacking for FAIL.
fn lacking(suspicion: Suspicion, who: (&'static str, Part)) -> Vec<Part> {
    let Suspicion { reports, needed, own, able } = suspicion;
    let key = match own {
        _ if reports >= needed => "why-lacks-gossip",
        _ if able < needed => "why-lacks-masters",
        true => "why-lacks-reports",
        false => "why-lacks-reports-replica",
    };
    let number = |it: u32| Part::text(it);
    let values =
        [who, ("reports", number(reports)), ("needed", number(needed)), ("able", number(able))];
    i18n::parts(key, &values)
}
