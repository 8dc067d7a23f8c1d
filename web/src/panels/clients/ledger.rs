//! What became of acknowledged writes, and what decided it.

use bridge::{Fate, LedgerEntry, LedgerFilter, OverruledBy, WorkloadFrame};
use yew::prelude::*;

use crate::format::{count, moment};
use crate::i18n::sentence;
use crate::names::Names;
use crate::panels::pieces::named_chip;
use crate::state::{Action, clients};
use crate::t;

/// Counts, filters and the table.
pub fn ledger(
    frame: &WorkloadFrame,
    chosen: LedgerFilter,
    names: &Names,
    send: &Callback<Action>,
) -> Html {
    let sums = &frame.sums;
    let filter = |id: &'static str, filter: LedgerFilter, label: String, number: f64| {
        let pressed = (filter == chosen).to_string();
        let some = (number > 0.0).then_some("some");
        let onclick =
            send.reform(move |_: MouseEvent| Action::Clients(clients::Action::Filter(filter)));
        html! {
            <button id={format!("ledger-{id}")} class={classes!(id, some)} aria-pressed={pressed} {onclick}>
                { label }{ " " }<b>{ count(number) }</b>
            </button>
        }
    };
    let gone = sums.lost + sums.rolled_back;
    let entries = frame.entries.iter().filter(|_| frame.filter == chosen);
    html! {
        <section class="ledger" aria-label={t!("ledger")}>
            <div class="filters">
                <span title={t!("ledger-acknowledged-about")}>
                    { t!("ledger-acknowledged") }{ " " }<b id="ledger-acknowledged">{ count(sums.acknowledged) }</b>
                </span>
                <span title={t!("ledger-kept-about")}>
                    { t!("ledger-kept") }{ " " }<b id="ledger-kept">{ count(sums.kept) }</b>
                </span>
                { filter("gone", LedgerFilter::Gone, t!("ledger-gone"), gone) }
                { filter("lost", LedgerFilter::Lost, t!("ledger-lost"), sums.lost) }
                { filter("rolled-back", LedgerFilter::RolledBack, t!("ledger-rolled-back"), sums.rolled_back) }
                { filter("open", LedgerFilter::Open, t!("ledger-open"), sums.open) }
            </div>
            if frame.entries.is_empty() {
                <p class="none">{ t!("ledger-none") }</p>
            } else {
                <table>
                    <caption>{ t!("ledger-caption") }</caption>
                    <thead>
                        <tr>
                            <th scope="col">{ t!("ledger-write") }</th>
                            <th scope="col">{ t!("ledger-promised") }</th>
                            <th scope="col">{ t!("ledger-fate") }</th>
                        </tr>
                    </thead>
                    <tbody>{ for entries.map(|entry| row(entry, names, send)) }</tbody>
                </table>
            }
        </section>
    }
}

fn row(entry: &LedgerEntry, names: &Names, send: &Callback<Action>) -> Html {
    let (class, fate) = match entry.fate {
        Fate::Open => ("open", t!("ledger-is-open")),
        Fate::Lost => ("lost", t!("ledger-is-lost")),
        Fate::RolledBack => ("rolled-back", t!("ledger-is-rolled-back")),
    };
    let offset = t!("ledger-offset", offset = entry.offset.to_string());
    html! {
        <tr key={format!("{} {}", entry.value, entry.at_ms)} {class}>
            <th scope="row"><code>{ &entry.key }</code>{ " " }<code class="value">{ &entry.value }</code></th>
            <td title={offset}>{ named_chip(entry.host, names, send) }{ " " }<time>{ moment(entry.at_ms) }</time></td>
            <td><b>{ fate }</b>{ " " }{ why(entry, names, send) }</td>
        </tr>
    }
}

/// What decided it.
fn why(entry: &LedgerEntry, names: &Names, send: &Callback<Action>) -> Html {
    let text = |text: String| html! { { text } };
    let ruled = entry.overruled.as_ref().map(|it| {
        let (host, at) = (named_chip(it.host, names, send), text(moment(it.at_ms)));
        match it.how {
            OverruledBy::Promotion { epoch, offset } => {
                let (epoch, offset) = (text(epoch.to_string()), text(offset.to_string()));
                let places = [("host", host), ("at", at), ("epoch", epoch), ("offset", offset)];
                sentence("ledger-promotion", &places)
            }
            OverruledBy::Restart => sentence("ledger-restart", &[("host", host), ("at", at)]),
            OverruledBy::Assignment => sentence("ledger-assignment", &[("host", host), ("at", at)]),
        }
    });
    let ended = entry.last_copy.as_ref().map(|it| {
        let places = [("host", named_chip(it.host, names, send)), ("at", text(moment(it.at_ms)))];
        let key = if it.with_process { "ledger-process" } else { "ledger-synchronisation" };
        sentence(key, &places)
    });
    html! { <>{ for ruled }{ " " }{ for ended }</> }
}
