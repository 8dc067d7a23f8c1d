//! What a node believes: about itself, its replication, its peers, and what it waits for.

use bridge::{NodeFrame, PeerFrame, TimerFrame};
use yew::prelude::*;

use crate::format::{short_id, slot_ranges, span};
use crate::names::Names;
use crate::state::State;
use crate::words;

/// What a node believes.
pub fn beliefs(state: &State, host: usize) -> Html {
    let Some(node) = state.beliefs.get(host).and_then(Option::as_ref) else {
        return html! { <p class="none">{ "Its server was never seen running." }</p> };
    };
    let frame = state.frame.as_ref();
    let runs = frame.is_some_and(|it| it.hosts[host].pid.is_some());
    let now = frame.map_or(0.0, |it| it.now_ms);
    html! {
        <>
            { itself(node, &state.names, runs) }
            <div class={classes!((!runs).then_some("past"))}>
                { peers(node, &state.names) }
                if runs {
                    { timers(node, &state.names, now) }
                } else {
                    <p class="none">{ "The process is gone. This is what it last knew." }</p>
                }
            </div>
        </>
    }
}

fn itself(node: &NodeFrame, names: &Names, runs: bool) -> Html {
    let master = node.master_id.as_deref().map(|id| called(id, names));
    let slots = if node.slots.is_empty() { "none".to_owned() } else { slot_ranges(&node.slots) };
    let replica = |it: &bridge::ReplicaFrame| {
        let name = names.host_at(&it.addr).map_or(it.addr.as_str(), |host| names.short(host));
        match it.lag_bytes {
            0 => format!("{name} {}", it.state),
            lag => format!("{name} {}, {lag} behind", it.state),
        }
    };
    let replicas: Vec<_> = node.replicas.iter().map(replica).collect();
    html! {
        <dl class={classes!("facts", (!runs).then_some("past"))}>
            { entry("node id", html! { <span title={node.id.clone()}>{ format!("{}…", short_id(&node.id)) }</span> }) }
            { entry("slots", html! { { slots } }) }
            { entry("config epoch", html! { { node.config_epoch } }) }
            { entry("current epoch", html! { { node.current_epoch } }) }
            { entry("last vote", html! { { node.last_vote_epoch } }) }
            { entry("cluster state", html! { { if node.state_ok { "ok" } else { "fail" } } }) }
            { entry("offset", html! { { node.offset } }) }
            { entry("replid", html! { <span title={node.replid.clone()}>{ format!("{}…", short_id(&node.replid)) }</span> }) }
            if let Some(master) = master {
                { entry("follows", html! { { format!("{master}, {}", node.link.as_deref().unwrap_or("no link")) } }) }
            }
            if !replicas.is_empty() {
                { entry("replicas", html! { { replicas.join(", ") } }) }
            }
            { entry("keys", html! { { node.keys } }) }
            { entry("clients", html! { { clients(node) } }) }
        </dl>
    }
}

fn clients(node: &NodeFrame) -> String {
    match node.blocked_clients {
        0 => node.clients.to_string(),
        held => format!("{}, {held} held", node.clients),
    }
}

fn entry(name: &str, value: Html) -> Html {
    html! { <><dt>{ name }</dt><dd>{ value }</dd></> }
}

fn called(id: &str, names: &Names) -> String {
    names.host(id).map_or(short_id(id), |host| names.short(host)).to_owned()
}

fn peers(node: &NodeFrame, names: &Names) -> Html {
    let row = |peer: &PeerFrame| {
        let bad = peer.flags.iter().any(|it| it.starts_with("fail"));
        let reports: Vec<_> = peer.reports.iter().map(|id| called(id, names)).collect();
        let reports = if reports.is_empty() {
            String::new()
        } else {
            format!("reported by {}", reports.join(", "))
        };
        html! {
            <tr key={peer.id.clone()} class={classes!(bad.then_some("bad"))} title={reports}>
                <th scope="row">{ names.host(&peer.id).map_or(short_id(&peer.id), |it| names.short(it)).to_owned() }</th>
                <td>{ peer.flags.join(",") }</td>
                <td>{ peer.config_epoch }</td>
                <td>{ slot_ranges(&peer.slots) }</td>
                <td>{ if peer.connected { "up" } else { "down" } }</td>
            </tr>
        }
    };
    html! {
        <table class="peers">
            <caption>{ "The others, as it sees them" }</caption>
            <thead><tr><th>{ "node" }</th><th>{ "flags" }</th><th>{ "epoch" }</th><th>{ "slots" }</th><th>{ "link" }</th></tr></thead>
            <tbody>{ for node.peers.iter().map(row) }</tbody>
        </table>
    }
}

fn timers(node: &NodeFrame, names: &Names, now: f64) -> Html {
    let row = |timer: &TimerFrame| {
        let whole = (timer.due_ms - timer.armed_ms).max(0.001);
        let about = timer.about.as_deref().map(|id| called(id, names)).unwrap_or_default();
        html! {
            <li>
                <span>{ format!("{} {about}", words::timer(timer.kind)) }</span>
                <progress max={whole.to_string()} value={(now - timer.armed_ms).clamp(0.0, whole).to_string()} />
                <b>{ span(timer.due_ms - now) }</b>
            </li>
        }
    };
    html! {
        <div class="timers">
            <h3>{ "Running timers" }</h3>
            <ul>{ for node.timers.iter().map(row) }</ul>
        </div>
    }
}
