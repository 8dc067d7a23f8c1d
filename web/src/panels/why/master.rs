//! Why nobody marks a master FAIL: what each node that runs holds it for, and what is lacking.

use bridge::{HostFrame, Suspicion, TimerFrame, TimerKind};
use yew::prelude::*;

use crate::format::span;
use crate::i18n::{self, Part};
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
        Life::Dead | Life::Crashed => t!("why-master-dead"),
        Life::Running if standing.cut => t!("why-master-cut"),
        Life::Running => t!("why-master-runs"),
    };
    let speaks = |(observer, now): &(usize, &HostFrame)| {
        *observer != host && now.pid.is_some() && !now.stopped && now.node.is_some()
    };
    let hosts = frame.hosts.iter().enumerate().filter(speaks);
    html! {
        <>
            <h3>{ chip(host, state) }{ " " }{ what }</h3>
            <ul class="holders">
                { for hosts.filter_map(|(observer, now)| holder(observer, now, host, frame.now_ms, state)) }
            </ul>
        </>
    }
}

fn holder(
    observer: usize,
    now: &HostFrame,
    host: usize,
    now_ms: f64,
    state: &Page,
) -> Option<Html> {
    let node = now.node.as_ref()?;
    let peer = node.peers.iter().find(|it| state.names.knows(&it.id, host))?;
    let its =
        |it: &&TimerFrame| it.kind == TimerKind::NodeTimeout && it.about.as_ref() == Some(&peer.id);
    let timer = node.timers.iter().find(its);
    let who = ("who", Part::Host(observer));
    let timeout = Part::text(node.node_timeout_ms);
    let (class, parts) = match (Opinion::of(peer), peer.suspicion, timer) {
        (Opinion::Fail, ..) => ("fail", i18n::parts("why-holds-fail", &[who])),
        (Opinion::Pfail, Some(it), _) => ("pfail", lacking(it, who)),
        (Opinion::Reachable, _, Some(timer)) => {
            let left = Part::text(span(timer.due_ms - now_ms));
            let values = [who, ("left", left), ("timeout", timeout)];
            ("waits", i18n::parts("why-holds-waiting", &values))
        }
        (Opinion::Reachable, ..) => {
            let last = peer.pong_received_ms.map_or_else(|| "?".to_owned(), |at| span(now_ms - at));
            ("", i18n::parts("why-holds-well", &[who, ("last", Part::text(last))]))
        }
        _ => return None,
    };
    Some(
        html! { <li key={observer} {class} data-observer={state.names.ip(observer).to_owned()}>{ sentence(&parts, state) }</li> },
    )
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
