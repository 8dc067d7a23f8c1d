//! Aimed faults: what is to be lost or slowed down, what lasts, and a way to undo it.

pub mod draft;

use bridge::{Faults, LinkState, Loss, Ports};
use yew::prelude::*;

use crate::format::{moment, span};
use crate::names::Names;
use crate::state::faults::FaultsAction;
use crate::state::{Action, Page};
use crate::t;

/// The panel.
pub fn faults(state: &Page) -> Html {
    let send = {
        let dispatcher = state.dispatcher();
        Callback::from(move |action: FaultsAction| dispatcher.dispatch(Action::Faults(action)))
    };
    html! {
        <section class="faults" aria-label={t!("panel-faults")}>
            <div class="drafts">
                { draft::loss(state, &send) }
                // Beside the graph it is the same form.
                if state.faults.editing.is_none() {
                    <div class="draft"><h3>{ t!("faults-link") }</h3></div>
                    { draft::link(state, &send) }
                }
            </div>
            { lasting(state, &send) }
        </section>
    }
}

fn lasting(state: &Page, send: &Callback<FaultsAction>) -> Html {
    let faults = state.faults.lasting.as_ref();
    let Some(faults) = faults.filter(|it| !is_empty(it)) else {
        return html! {
            <div class="lasting">
                <h3>{ t!("faults-lasting") }</h3>
                <p class="none">{ t!("faults-none") }</p>
            </div>
        };
    };
    let names = &state.names;
    let item = |id: String, tone: &'static str, what: String, more: String, end: FaultsAction| {
        let onclick = send.reform(move |_: MouseEvent| end.clone());
        let undo = t!("faults-undo-what", what = what.clone());
        html! {
            <li key={id.clone()} data-fault={id} class={tone}>
                <code>{ what }</code>
                <span>{ more }</span>
                <button class="command" aria-label={undo} {onclick}>{ t!("faults-undo") }</button>
            </li>
        }
    };
    let losses = faults.losses.iter().map(|it| {
        let end = match (it.until_ms, it.loss.count) {
            (Some(until), _) => t!("faults-until", when = moment(until)),
            (None, Some(count)) => t!("faults-left", count = count.saturating_sub(it.lost)),
            (None, None) => t!("faults-endless"),
        };
        let more = format!("{} · {end}", t!("faults-lost", count = it.lost));
        let what = command(&it.loss, names);
        item(format!("loss-{}", it.id), "fail", what, more, FaultsAction::EndLoss(it.id))
    });
    let cuts = faults.cut.iter().map(|&host| {
        let what = t!("faults-cut", host = names.ip(host));
        item(format!("cut-{host}"), "fail", what, String::new(), FaultsAction::EndCut(host))
    });
    let links = faults.links.iter().map(|it| {
        let what = format!("link from {} to {}", names.ip(it.from), names.ip(it.to));
        let id = format!("link-{}-{}", it.from, it.to);
        let end = FaultsAction::EndLink(it.from, it.to);
        item(id, "doubt", what, link_words(&it.state, &it.usual), end)
    });
    html! {
        <div class="lasting">
            <header>
                <h3>{ t!("faults-lasting") }</h3>
                <button id="faults-end-all" class="command"
                    onclick={send.reform(|_: MouseEvent| FaultsAction::EndAll)}>{ t!("faults-undo-all") }</button>
            </header>
            <ul>
                { for losses }
                { for cuts }
                { for links }
            </ul>
        </div>
    }
}

fn is_empty(faults: &Faults) -> bool {
    faults.losses.is_empty() && faults.links.is_empty() && faults.cut.is_empty()
}

/// A loss in the words of the shell.
pub fn command(loss: &Loss, names: &Names) -> String {
    let kinds = if loss.kinds.is_empty() { "all".to_owned() } else { loss.kinds.join(",") };
    let mut text = format!("drop {kinds}");
    for (word, host) in [("from", loss.from), ("to", loss.to)] {
        if let Some(host) = host {
            text += &format!(" {word} {}", names.ip(host));
        }
    }
    match loss.ports {
        Ports::Any => {}
        Ports::Client => text += " port client",
        Ports::Bus => text += " port bus",
        Ports::One(port) => text += &format!(" port {port}"),
    }
    if let Some(ms) = loss.for_ms {
        text += &format!(" for {}s", (ms / 10.0).round() / 100.0);
    }
    if let Some(count) = loss.count {
        text += &format!(" count {count}");
    }
    text
}

/// What is not as usual.
pub fn link_words(state: &LinkState, usual: &LinkState) -> String {
    let mut words = Vec::new();
    if state.blocked {
        words.push(t!("faults-blocked"));
    }
    if state.latency_ms != usual.latency_ms {
        words.push(t!("faults-latency-is", span = span(state.latency_ms)));
    }
    if state.jitter_ms != usual.jitter_ms {
        words.push(t!("faults-jitter-is", span = span(state.jitter_ms)));
    }
    if state.loss != usual.loss {
        words.push(t!("faults-loss-is", percent = format!("{}%", state.loss)));
    }
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use bridge::HostInfo;

    use super::*;

    #[test]
    fn a_loss_is_worded_as_the_shell_takes_it() {
        let host = |n: u8| HostInfo { ip: format!("10.0.0.{n}"), port: 6379 };
        let names = Names::new(&[host(1), host(2)]);
        let loss = Loss {
            from: Some(0),
            to: Some(1),
            ports: Ports::Bus,
            kinds: vec!["PING".into(), "PONG".into()],
            for_ms: Some(1_500.0),
            count: None,
        };
        let text = command(&loss, &names);
        assert_eq!(text, "drop PING,PONG from 10.0.0.1 to 10.0.0.2 port bus for 1.5s");
    }
}
