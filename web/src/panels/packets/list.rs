//! Packets one below the other, the newest first.

use bridge::{PacketRow, Packets};
use yew::prelude::*;

use crate::format::elapsed;
use crate::names::Names;
use crate::shared::Shared;
use crate::state::packets::PacketsAction;
use crate::t;
use crate::words::flight_tone;

/// Properties of [`List`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What there is.
    pub found: Shared<Packets>,
    /// How hosts are called.
    pub names: Shared<Names>,
    /// The packet that is open.
    pub open: Option<(u64, u32)>,
    /// What the person does.
    pub send: Callback<PacketsAction>,
}

/// The list.
#[component]
pub fn List(props: &Props) -> Html {
    let Props { found, names, open, send } = props;
    html! {
        <div class="rows" tabindex="0" role="region" aria-label={t!("packets-list")}>
            <table>
                <caption class="unseen">{ t!("packets-caption") }</caption>
                <thead>
                    <tr>
                        <th scope="col">{ t!("packets-time") }</th>
                        <th scope="col">{ t!("packets-way") }</th>
                        <th scope="col">{ t!("packets-kind") }</th>
                        <th scope="col" class="number">{ t!("packets-size") }</th>
                        <th scope="col">{ t!("packets-info") }</th>
                    </tr>
                </thead>
                <tbody>{ for found.rows.iter().map(|row| draw(row, names, *open, send)) }</tbody>
            </table>
        </div>
    }
}

fn draw(
    row: &PacketRow,
    names: &Names,
    open: Option<(u64, u32)>,
    send: &Callback<PacketsAction>,
) -> Html {
    let (id, part) = (row.id, row.part);
    let chosen = open == Some((id, part));
    let onclick = send.reform(move |_: MouseEvent| PacketsAction::Open(id, part));
    let lost = row.lost.map(|fault| t!("packets-lost", fault = fault));
    html! {
        <tr key={format!("{id}.{part}")} data-kind={row.name.clone()} onclick={onclick}
            class={classes!(flight_tone(row.kind), chosen.then_some("chosen"), lost.is_some().then_some("lost"))}>
            <td class="time">{ elapsed_us(row.sent_ms) }</td>
            <td class="way">{ format!("{} → {}", names.short(row.from), names.short(row.to)) }</td>
            <td><button aria-pressed={chosen.to_string()}>{ row.name.clone() }</button></td>
            <td class="number">{ row.size }</td>
            <td class="info">
                if let Some(lost) = lost { <strong>{ lost }</strong>{ " " } }
                { row.info.clone() }
            </td>
        </tr>
    }
}

/// With microseconds: packets are close together.
pub fn elapsed_us(ms: f64) -> String {
    let us = (ms * 1000.0).round() as u64;
    let text = elapsed(ms.floor());
    let text = text.strip_prefix("00:").unwrap_or(&text);
    format!("{text}{:03}", us % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_have_microseconds() {
        assert_eq!(elapsed_us(61_234.567), "01:01.234567");
        assert_eq!(elapsed_us(0.25), "00:00.000250");
    }
}
