//! The same seed and actions under another setting, beside this run.

use bridge::{Comparison, RunSums, Variant};
use yew::prelude::*;

use super::latency;
use crate::format::{count, moment, span};
use crate::state::clients::Action;
use crate::t;

/// The variants that are offered.
const OFFERED: [(&str, Variant); 2] =
    [("wait", Variant::Wait(1)), ("min-replicas", Variant::MinReplicas { replicas: 1, lag: 1 })];

/// A line of the table: its name, its number, and whether less of it is better.
type Line = (String, fn(&RunSums) -> f64, fn(f64) -> String);

/// Buttons, and the results side by side.
pub fn compare(comparisons: &[Comparison], act: &Callback<Action>) -> Html {
    let busy = comparisons.iter().any(|it| it.progress < 1.0);
    let button = |(id, variant): (&'static str, Variant)| {
        let onclick = act.reform(move |_: MouseEvent| Action::Compare(variant));
        html! {
            <button id={format!("compare-{id}")} disabled={busy} {onclick}>{ name(variant) }</button>
        }
    };
    html! {
        <section class="compare" aria-label={t!("compare")}>
            <div class="offers">
                <span>{ t!("compare-again") }</span>
                { for OFFERED.map(button) }
            </div>
            { for comparisons.iter().map(table) }
        </section>
    }
}

fn name(variant: Variant) -> String {
    match variant {
        Variant::Wait(replicas) => format!("WAIT {replicas}"),
        Variant::MinReplicas { replicas, .. } => format!("min-replicas-to-write {replicas}"),
    }
}

fn table(comparison: &Comparison) -> Html {
    let Comparison { variant, until_ms, progress, here, there } = comparison;
    if *progress < 1.0 {
        let done = format!("{:.0}%", progress * 100.0);
        return html! {
            <p class="doing" role="status">{ t!("compare-doing", variant = name(*variant), done = done) }</p>
        };
    }
    let lines: [Line; 9] = [
        (t!("ledger-acknowledged"), |it| it.sums.acknowledged, count),
        (t!("ledger-lost"), |it| it.sums.lost, count),
        (t!("ledger-rolled-back"), |it| it.sums.rolled_back, count),
        (t!("ledger-open"), |it| it.sums.open, count),
        (t!("clients-short"), |it| it.counts.short, count),
        (t!("clients-refused"), |it| it.counts.refused, count),
        (t!("compare-p50"), |it| it.latency_ms[0], |ms| format!("{} ms", latency(ms))),
        (t!("compare-p99"), |it| it.latency_ms[1], |ms| format!("{} ms", latency(ms))),
        (t!("clients-unavailable"), |it| it.unavailable_ms, span),
    ];
    let row = |(label, of, shown): Line| {
        let (here, there) = (of(here), of(there));
        let differs = (shown(here) != shown(there)).then_some("differs");
        html! {
            <tr class={classes!(differs)}>
                <th scope="row">{ label }</th>
                <td>{ shown(here) }</td>
                <td>{ shown(there) }</td>
            </tr>
        }
    };
    html! {
        <table data-variant={name(*variant)}>
            <caption>{ t!("compare-caption", until = moment(*until_ms)) }</caption>
            <thead>
                <tr>
                    <td></td>
                    <th scope="col">{ t!("compare-here") }</th>
                    <th scope="col">{ name(*variant) }</th>
                </tr>
            </thead>
            <tbody>{ for lines.map(row) }</tbody>
        </table>
    }
}
