//! Which packets are wanted.

use bridge::FlightKind;
use yew::prelude::*;

use super::{kind_name, sequence};
use crate::inputs::{NumberField, amount, choice, number, when};
use crate::panels::pieces::option;
use crate::state::State;
use crate::state::packets::{Kinds, PacketsAction, Span, last_failover};
use crate::t;

const KINDS: [FlightKind; 12] = [
    FlightKind::Ping,
    FlightKind::Pong,
    FlightKind::Meet,
    FlightKind::Fail,
    FlightKind::AuthRequest,
    FlightKind::AuthAck,
    FlightKind::Update,
    FlightKind::MfStart,
    FlightKind::Publish,
    FlightKind::Replication,
    FlightKind::Client,
    FlightKind::Other,
];
/// Offered as "the last so many seconds".
const LAST: [u32; 4] = [1, 10, 60, 600];

/// The choices above the list.
pub fn filters(state: &State, send: &Callback<PacketsAction>) -> Html {
    let view = &state.packets;
    let count = view.found.as_ref().map(|found| {
        let (shown, count) = (found.rows.len(), found.count);
        match shown < count {
            true => t!("packets-newest", shown = shown, count = count),
            false => t!("packets-count", count = count),
        }
    });
    let mode = |diagram: bool, id: &'static str, name: String| {
        let onclick = send.reform(move |_: MouseEvent| PacketsAction::Diagram(diagram));
        let pressed = (view.diagram == diagram).to_string();
        html! { <button {id} aria-pressed={pressed} {onclick}>{ name }</button> }
    };
    html! {
        <div class="choice">
            <div class="modes" role="group" aria-label={t!("packets-as")}>
                { mode(false, "packets-list", t!("packets-list")) }
                { mode(true, "packets-diagram", t!("packets-diagram")) }
            </div>
            { kinds(view.kinds, send) }
            { hosts(state, "packets-from", t!("packets-from"), view.from, send.reform(PacketsAction::From)) }
            { hosts(state, "packets-to", t!("packets-to"), view.to, send.reform(PacketsAction::To)) }
            { hosts(state, "packets-about", t!("packets-about"), view.about, send.reform(PacketsAction::About)) }
            { span(state, send) }
            <span class="count" role="status">{ count }</span>
            if view.diagram && view.found.as_ref().is_some_and(|it| !it.rows.is_empty()) {
                <button id="sequence-save" class="command" onclick={|_| sequence::save()}>{ t!("packets-svg") }</button>
            }
            <button id="packets-save" class="command" title={t!("packets-save-why")}
                onclick={send.reform(|_: MouseEvent| PacketsAction::Save)}>{ t!("packets-save") }</button>
        </div>
    }
}

fn kinds(chosen: Kinds, send: &Callback<PacketsAction>) -> Html {
    let groups = [
        (Kinds::Telling, t!("packets-telling")),
        (Kinds::Decisions, t!("packets-decisions")),
        (Kinds::All, t!("packets-all")),
    ];
    let one = |kind: &FlightKind| (Kinds::One(*kind), kind_name(*kind));
    let options: Vec<_> = groups.into_iter().chain(KINDS.iter().map(one)).collect();
    let choices: Vec<Kinds> = options.iter().map(|it| it.0).collect();
    let onchange =
        when(send, move |event: Event| Some(PacketsAction::Kinds(*choices.get(number(&event)?)?)));
    html! {
        <select id="packets-kind" aria-label={t!("packets-kind")} {onchange}>
            { for options.iter().enumerate().map(|(at, (kinds, name))| html! {
                <option value={at.to_string()} selected={*kinds == chosen}>{ name.clone() }</option>
            }) }
        </select>
    }
}

fn hosts(
    state: &State,
    id: &'static str,
    name: String,
    chosen: Option<usize>,
    send: Callback<Option<usize>>,
) -> Html {
    let onchange = send.reform(|event: Event| number(&event));
    let before = format!("{name} ");
    let option = |host: usize| option(host, chosen, &before, &state.names);
    html! {
        <select {id} aria-label={name.clone()} {onchange}>
            <option value="" selected={chosen.is_none()}>{ t!("packets-any", what = name.clone()) }</option>
            { for (0..state.consoles.len()).map(option) }
        </select>
    }
}

fn span(state: &State, send: &Callback<PacketsAction>) -> Html {
    let view = &state.packets;
    let now = state.frame.as_ref().map_or(0.0, |it| it.now_ms);
    let failover = last_failover(&state.log);
    let is_failover = matches!((view.span, failover),
        (Span::Between(from, until), Some(of)) if (from, until) == of);
    let between = matches!(view.span, Span::Between(..)) && !is_failover;
    let onchange = when(send, move |event: Event| {
        Some(match choice(&event)?.as_str() {
            "all" => PacketsAction::Span(Span::All),
            "failover" => PacketsAction::LastFailover,
            "between" => PacketsAction::Span(Span::Between((now - 10_000.0).max(0.0), now)),
            seconds => PacketsAction::Span(Span::Last(seconds.parse().ok()?)),
        })
    });
    let last = |seconds: &u32| {
        let chosen = view.span == Span::Last(*seconds);
        html! {
            <option value={seconds.to_string()} selected={chosen}>
                { t!("packets-last", seconds = *seconds) }
            </option>
        }
    };
    html! {
        <>
            <select id="packets-span" aria-label={t!("packets-span")} {onchange}>
                <option value="all" selected={view.span == Span::All}>{ t!("packets-kept") }</option>
                { for LAST.iter().map(last) }
                <option value="failover" selected={is_failover} disabled={failover.is_none()}>
                    { t!("packets-failover") }
                </option>
                <option value="between" selected={between}>{ t!("packets-between") }</option>
            </select>
            if let (true, Span::Between(from, until)) = (between, view.span) {
                { moment("packets-since", t!("packets-since"), from,
                    send.reform(move |from| PacketsAction::Span(Span::Between(from, until)))) }
                { moment("packets-until", t!("packets-until"), until,
                    send.reform(move |until| PacketsAction::Span(Span::Between(from, until)))) }
            }
        </>
    }
}

/// Seconds since the lab booted.
fn moment(id: &'static str, name: String, ms: f64, send: Callback<f64>) -> Html {
    let onchange = when(&send, |event: Event| Some(amount(&event)? * 1000.0));
    html! {
        <label class="moment">
            { name }
            <NumberField {id} value={format!("{:.3}", ms / 1000.0)} {onchange} />
        </label>
    }
}
