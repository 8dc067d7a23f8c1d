//! What a node believes: about itself, its replication, its peers, and what it waits for.

use bridge::{NodeFrame, PeerFrame, TimerFrame};
use yew::prelude::*;

use crate::format::{short_id, slot_ranges, span};
use crate::names::Names;
use crate::state::State;
use crate::{t, words};

/// What a node believes.
pub fn beliefs(state: &State, host: usize) -> Html {
    let Some(node) = state.beliefs.get(host).and_then(Option::as_ref) else {
        return html! { <p class="none">{ t!("inspector-unseen") }</p> };
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
                    <p class="none">{ t!("inspector-gone") }</p>
                }
            </div>
        </>
    }
}

fn itself(node: &NodeFrame, names: &Names, runs: bool) -> Html {
    let master = node.master_id.as_deref().map(|id| {
        let master = called(id, names);
        match &node.link {
            Some(state) => t!("self-link", master = master, state = state),
            None => t!("self-no-link", master = master),
        }
    });
    let slots = if node.slots.is_empty() { t!("self-no-slots") } else { slot_ranges(&node.slots) };
    let replica = |it: &bridge::ReplicaFrame| {
        let name = names.host_at(&it.addr).map_or(it.addr.as_str(), |host| names.short(host));
        match it.lag_bytes {
            0 => format!("{name} {}", it.state),
            lag => t!("self-replica-behind", replica = name, state = &it.state, bytes = lag),
        }
    };
    let replicas: Vec<_> = node.replicas.iter().map(replica).collect();
    html! {
        <dl class={classes!("facts", (!runs).then_some("past"))}>
            { entry(t!("self-id"), html! { <span title={node.id.clone()}>{ format!("{}…", short_id(&node.id)) }</span> }) }
            { entry(t!("self-slots"), html! { { slots } }) }
            { entry(t!("self-config-epoch"), html! { { node.config_epoch } }) }
            { entry(t!("self-current-epoch"), html! { { node.current_epoch } }) }
            { entry(t!("self-last-vote"), html! { { node.last_vote_epoch } }) }
            { entry(t!("self-state"), html! { { if node.state_ok { "ok" } else { "fail" } } }) }
            { entry(t!("self-offset"), html! { { node.offset } }) }
            { entry(t!("self-replid"), html! { <span title={node.replid.clone()}>{ format!("{}…", short_id(&node.replid)) }</span> }) }
            if let Some(master) = master {
                { entry(t!("self-follows"), html! { { master } }) }
            }
            if !replicas.is_empty() {
                { entry(t!("self-replicas"), html! { { replicas.join(", ") } }) }
            }
            { entry(t!("self-keys"), html! { { node.keys } }) }
            { entry(t!("self-clients"), html! { { clients(node) } }) }
        </dl>
    }
}

fn clients(node: &NodeFrame) -> String {
    match node.blocked_clients {
        0 => node.clients.to_string(),
        held => t!("self-clients-held", count = node.clients, held = held),
    }
}

fn entry(name: String, value: Html) -> Html {
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
            t!("peers-reports", hosts = reports.join(", "))
        };
        html! {
            <tr key={peer.id.clone()} class={classes!(bad.then_some("bad"))} title={reports}>
                <th scope="row">{ names.host(&peer.id).map_or(short_id(&peer.id), |it| names.short(it)).to_owned() }</th>
                <td>{ peer.flags.join(",") }</td>
                <td>{ peer.config_epoch }</td>
                <td>{ slot_ranges(&peer.slots) }</td>
                <td>{ if peer.connected { t!("peers-up") } else { t!("peers-down") } }</td>
            </tr>
        }
    };
    html! {
        <table class="peers">
            <caption>{ t!("peers") }</caption>
            <thead>
                <tr>
                    <th scope="col">{ t!("peers-node") }</th>
                    <th scope="col">{ t!("peers-flags") }</th>
                    <th scope="col">{ t!("peers-epoch") }</th>
                    <th scope="col">{ t!("peers-slots") }</th>
                    <th scope="col">{ t!("peers-link") }</th>
                </tr>
            </thead>
            <tbody>{ for node.peers.iter().map(row) }</tbody>
        </table>
    }
}

fn timers(node: &NodeFrame, names: &Names, now: f64) -> Html {
    let row = |timer: &TimerFrame| {
        let whole = (timer.due_ms - timer.armed_ms).max(0.001);
        let about = timer.about.as_deref().map(|id| called(id, names)).unwrap_or_default();
        let what = words::timer(timer.kind, &about);
        html! {
            <li>
                <span>{ what.clone() }</span>
                <progress aria-label={what} max={whole.to_string()} value={(now - timer.armed_ms).clamp(0.0, whole).to_string()} />
                <b>{ span(timer.due_ms - now) }</b>
            </li>
        }
    };
    html! {
        <div class="timers">
            <h3>{ t!("timers") }</h3>
            <ul>{ for node.timers.iter().map(row) }</ul>
        </div>
    }
}
