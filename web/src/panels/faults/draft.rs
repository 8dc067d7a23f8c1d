//! The fault that the person is about to set.

use bridge::{LinkState, Loss, Ports};
use yew::prelude::*;

use super::command;
use crate::inputs::{NumberField, amount as amount_of, number, ticked, when};
use crate::panels::pieces::option;
use crate::state::State;
use crate::state::faults::{End, FaultsAction, LinkDraft};
use crate::t;

/// The kinds that can be aimed at, one or several at once.
const KINDS: [&[&str]; 10] = [
    &["PING", "PONG"],
    &["PING"],
    &["PONG"],
    &["MEET"],
    &["FAIL"],
    &["FAILOVER_AUTH_REQUEST"],
    &["FAILOVER_AUTH_ACK"],
    &["UPDATE"],
    &["MFSTART"],
    &["PUBLISH", "PUBLISHSHARD"],
];
const PORTS: [Ports; 3] = [Ports::Any, Ports::Client, Ports::Bus];

/// What is to be lost.
pub fn loss(state: &State, send: &Callback<FaultsAction>) -> Html {
    let draft = &state.faults.draft;
    let change = |change: fn(&mut Loss, Option<usize>)| {
        send.reform(move |event: Event| FaultsAction::Draft(change, number(&event)))
    };
    let kinds = change(|draft, at| {
        let chosen = at.and_then(|at| KINDS.get(at)).copied().unwrap_or_default();
        draft.kinds = chosen.iter().map(|it| (*it).to_owned()).collect();
    });
    let ports = change(|draft, at| draft.ports = at.map_or(Ports::Any, |at| PORTS[at]));
    let nowhere = draft.from.is_some() && draft.from == draft.to;
    let typed = format!("fault {}", command(&state.faults.loss(), &state.names));
    html! {
        <form class="draft" aria-label={t!("faults-lose")}
            onsubmit={submit(send, FaultsAction::Lose)}>
            <h3>{ t!("faults-lose") }</h3>
            <label>{ t!("faults-what") }
                <select id="fault-kind" onchange={kinds}>
                    <option value="" selected={draft.kinds.is_empty()}>{ t!("faults-everything") }</option>
                    { for KINDS.iter().enumerate().map(|(at, kinds)| html! {
                        <option value={at.to_string()} selected={draft.kinds == *kinds}>{ kinds.join(", ") }</option>
                    }) }
                </select>
            </label>
            <label>{ t!("faults-from") }
                <select id="fault-from" onchange={change(|draft, host| draft.from = host)}>
                    { anyone(state, draft.from) }
                </select>
            </label>
            <label>{ t!("faults-to") }
                <select id="fault-to" onchange={change(|draft, host| draft.to = host)}>
                    { anyone(state, draft.to) }
                </select>
            </label>
            <label>{ t!("faults-port") }
                <select id="fault-port" onchange={ports}>
                    { for PORTS.iter().enumerate().map(|(at, ports)| html! {
                        <option value={at.to_string()} selected={draft.ports == *ports}>{ port_name(*ports) }</option>
                    }) }
                </select>
            </label>
            { ends(state.faults.ends, send) }
            <button id="fault-lose" class="command strong" disabled={nowhere}>{ t!("faults-set") }</button>
            <code class="as">{ typed }</code>
        </form>
    }
}

fn port_name(ports: Ports) -> String {
    match ports {
        Ports::Any => t!("faults-any-port"),
        Ports::Client => t!("faults-client-port"),
        Ports::Bus => t!("faults-bus-port"),
        Ports::One(port) => port.to_string(),
    }
}

fn ends(ends: End, send: &Callback<FaultsAction>) -> Html {
    let (chosen, amount) = match ends {
        End::Never => (0, None),
        End::After(seconds) => (1, Some(seconds)),
        End::Count(count) => (2, Some(f64::from(count))),
    };
    let names = [t!("faults-endless"), t!("faults-seconds"), t!("faults-packets")];
    let onchange = send.reform(|event: Event| {
        FaultsAction::Ends(match number(&event) {
            Some(1) => End::After(30.0),
            Some(2) => End::Count(1),
            _ => End::Never,
        })
    });
    let set_amount = when(send, move |event: Event| {
        let value = amount_of(&event).filter(|it| *it > 0.0)?;
        Some(FaultsAction::Ends(if chosen == 1 {
            End::After(value)
        } else {
            End::Count(value.max(1.0) as u32)
        }))
    });
    html! {
        <label>{ t!("faults-ends") }
            <span class="amount">
                if let Some(amount) = amount {
                    <NumberField id="fault-amount" aria_label={t!("faults-amount")} value={amount.to_string()}
                        onchange={set_amount} />
                }
                <select id="fault-ends" aria-label={t!("faults-ends")} {onchange}>
                    { for names.into_iter().enumerate().map(|(at, name)| html! {
                        <option value={at.to_string()} selected={at == chosen}>{ name }</option>
                    }) }
                </select>
            </span>
        </label>
    }
}

/// A change of a link that is about to be changed, with what was chosen.
type LinkChange = fn(&mut LinkDraft, LinkState, f64);

/// What is to become of a link.
pub fn link(state: &State, send: &Callback<FaultsAction>) -> Html {
    let draft = &state.faults.link;
    let Some(link) = state.faults.link_state() else { return html! {} };
    let field = |id: &'static str, name: String, value: f64, change: LinkChange| {
        let onchange = when(send, move |event: Event| {
            let value = amount_of(&event).filter(|it| *it >= 0.0)?;
            Some(FaultsAction::DraftLink(change, value))
        });
        html! {
            <label>{ name }
                <NumberField {id} value={value.to_string()} {onchange} />
            </label>
        }
    };
    let end = |change: LinkChange| {
        when(send, move |event: Event| {
            Some(FaultsAction::DraftLink(change, number(&event)? as f64))
        })
    };
    let tick = |change: LinkChange| {
        when(send, move |event: Event| {
            Some(FaultsAction::DraftLink(change, f64::from(u8::from(ticked(&event)?))))
        })
    };
    let blocked = tick(|it, link, on| it.state = Some(LinkState { blocked: on > 0.0, ..link }));
    let both = tick(|it, _, on| it.both = on > 0.0);
    let latency: LinkChange =
        |it, link, latency_ms| it.state = Some(LinkState { latency_ms, ..link });
    let jitter: LinkChange = |it, link, jitter_ms| it.state = Some(LinkState { jitter_ms, ..link });
    let loss: LinkChange =
        |it, link, loss| it.state = Some(LinkState { loss: loss.min(100.0), ..link });
    html! {
        <form class="draft" aria-label={t!("faults-link")} onsubmit={submit(send, FaultsAction::Link)}>
            <label>{ t!("faults-from") }
                <select id="link-from" onchange={end(|it, _, host| it.from = host as usize)}>{ for options(state, Some(draft.from)) }</select>
            </label>
            <label>{ t!("faults-to") }
                <select id="link-to" onchange={end(|it, _, host| it.to = host as usize)}>{ for options(state, Some(draft.to)) }</select>
            </label>
            { field("link-latency", t!("faults-latency"), link.latency_ms, latency) }
            { field("link-jitter", t!("faults-jitter"), link.jitter_ms, jitter) }
            { field("link-loss", t!("faults-loss"), link.loss, loss) }
            <label class="check"><input id="link-blocked" type="checkbox" checked={link.blocked} onchange={blocked} />{ t!("faults-blocked") }</label>
            <label class="check"><input id="link-both" type="checkbox" checked={draft.both} onchange={both} />{ t!("faults-both") }</label>
            <button id="link-set" class="command strong" disabled={draft.from == draft.to}>{ t!("faults-change") }</button>
            <button id="link-usual" type="button" class="command" disabled={draft.from == draft.to}
                onclick={send.reform(|_: MouseEvent| FaultsAction::Usual)}>{ t!("faults-usual") }</button>
        </form>
    }
}

fn anyone(state: &State, chosen: Option<usize>) -> Html {
    html! {
        <>
            <option value="" selected={chosen.is_none()}>{ t!("faults-anyone") }</option>
            { for options(state, chosen) }
        </>
    }
}

fn options(state: &State, chosen: Option<usize>) -> Vec<Html> {
    state.present().map(|host| option(host, chosen, "", &state.names)).collect()
}

fn submit(send: &Callback<FaultsAction>, action: FaultsAction) -> Callback<SubmitEvent> {
    send.reform(move |event: SubmitEvent| {
        event.prevent_default();
        action.clone()
    })
}
