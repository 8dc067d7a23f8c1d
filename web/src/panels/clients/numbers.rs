//! Counts, latency, and how available each shard is for writes.

use bridge::{ShardFrame, WorkloadFrame};
use yew::prelude::*;

use super::latency;
use crate::format::{count, span};
use crate::names::Names;
use crate::panels::pieces::named_chip;
use crate::state::Action;
use crate::t;

/// What became of requests.
pub fn counts(frame: &WorkloadFrame) -> Html {
    let it = &frame.counts;
    let [half, most, max] = frame.latency_ms;
    let item = |id: &'static str, label: String, number: f64, title: String| {
        let some = (number > 0.0).then_some("some");
        html! {
            <div class={classes!(id, some)} {title}>
                <dt>{ label }</dt>
                <dd id={format!("clients-count-{id}")}>{ count(number) }</dd>
            </div>
        }
    };
    let mut reasons = frame.refusals.iter().map(|(why, number)| format!("{why}: {number:.0}"));
    let first = reasons.next().unwrap_or_default();
    let refused = reasons.fold(first, |text, reason| text + "\n" + &reason);
    html! {
        <dl class="counts" aria-label={t!("clients-requests")}>
            { item("served", t!("clients-served"), it.written + it.read, t!("clients-served-about")) }
            { item("held", t!("clients-held"), it.held, t!("clients-held-about")) }
            { item("redirected", t!("clients-redirected"), it.redirected, t!("clients-redirected-about")) }
            { item("refused", t!("clients-refused"), it.refused, refused) }
            { item("timeouts", t!("clients-timeouts"), it.lost, t!("clients-timeouts-about")) }
            if it.short > 0.0 {
                { item("short", t!("clients-short"), it.short, t!("clients-short-about")) }
            }
            if it.unsent > 0.0 {
                { item("unsent", t!("clients-unsent"), it.unsent, t!("clients-unsent-about")) }
            }
            <div class="latency" title={t!("clients-latency-about")}>
                <dt>{ t!("clients-latency") }</dt>
                <dd>{ t!("clients-ms", times = [half, most, max].map(latency).join(" / ")) }</dd>
            </div>
        </dl>
    }
}

/// Since when which shard took no write.
pub fn shards(frame: &WorkloadFrame, names: &Names, send: &Callback<Action>) -> Html {
    let row = |shard: &ShardFrame| {
        let down = shard.down && frame.settings.is_some();
        html! {
            <tr class={classes!(down.then_some("down"))}>
                <th scope="row">{ shard.slots.replace('-', "–") }</th>
                <td>{ for shard.host.map(|host| named_chip(host, names, send)) }</td>
                <td class="without">{ span(shard.without_ms) }</td>
                <td>{ span(shard.longest_ms) }</td>
                <td class="unavailable">{ span(shard.unavailable_ms) }</td>
            </tr>
        }
    };
    html! {
        <table class="shards">
            <caption>{ t!("clients-shards") }</caption>
            <thead>
                <tr>
                    <th scope="col">{ t!("clients-slots") }</th>
                    <th scope="col">{ t!("clients-master") }</th>
                    <th scope="col">{ t!("clients-without") }</th>
                    <th scope="col">{ t!("clients-longest") }</th>
                    <th scope="col">{ t!("clients-unavailable") }</th>
                </tr>
            </thead>
            <tbody>{ for frame.shards.iter().map(row) }</tbody>
        </table>
    }
}
