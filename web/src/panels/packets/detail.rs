//! One packet opened: its fields, and its bytes.

use bridge::{PacketDetail, PacketField};
use yew::prelude::*;

use super::list::elapsed_us;
use crate::format::span;
use crate::icons::Icon;
use crate::names::Names;
use crate::shared::Shared;
use crate::state::packets::PacketsAction;
use crate::t;
use crate::words::flight_tone;

/// Bytes in a line.
const LINE: usize = 16;

/// Properties of [`Detail`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The packet.
    pub packet: Shared<PacketDetail>,
    /// How hosts are called.
    pub names: Shared<Names>,
    /// The field whose bytes are marked.
    pub field: Option<usize>,
    /// What the person does.
    pub send: Callback<PacketsAction>,
}

/// A packet opened.
#[component]
pub fn Detail(props: &Props) -> Html {
    let Props { packet, names, field, send } = props;
    let row = &packet.row;
    let close = send.reform(|_: MouseEvent| PacketsAction::Close);
    let marked = field.and_then(|at| packet.fields.get(at));
    let marked = marked.map(|it| (it.from as usize, it.end as usize));
    html! {
        <article class="packet-detail" aria-label={t!("packets-opened", name = row.name.clone())}>
            <header>
                <h3 class={flight_tone(row.kind)}>{ row.name.clone() }</h3>
                <p>
                    <span>{ format!("{} → {}", packet.from, packet.to) }</span>
                    <span>
                        { elapsed_us(row.sent_ms) }
                        if row.lost.is_none() { { format!(" + {}", span(row.due_ms - row.sent_ms)) } }
                    </span>
                    if let Some(fault) = row.lost {
                        <strong>{ t!("packets-lost", fault = fault) }</strong>
                    }
                </p>
                <button id="packet-close" class="quiet" title={t!("packets-close")}
                    aria-label={t!("packets-close")} onclick={close}>{ Icon::Close.draw() }</button>
            </header>
            <div class="both">
                <ol class="fields" aria-label={t!("packets-fields")}>
                    { for packet.fields.iter().enumerate().map(|(at, it)| draw(at, it, *field, send)) }
                    if packet.fields.is_empty() {
                        <li class="none">{ format!("{} → {} {}", names.short(row.from), names.short(row.to), row.info) }</li>
                    }
                </ol>
                if !packet.bytes.is_empty() {
                    <pre class="hex" tabindex="0" aria-label={t!("packets-bytes")}>
                        { for lines(&packet.bytes, marked) }
                        if (row.size as usize) > packet.bytes.len() {
                            { t!("packets-more", count = row.size as usize - packet.bytes.len()) }
                        }
                    </pre>
                }
            </div>
        </article>
    }
}

fn draw(
    at: usize,
    field: &PacketField,
    chosen: Option<usize>,
    send: &Callback<PacketsAction>,
) -> Html {
    let pressed = chosen == Some(at);
    let onclick = send.reform(move |_: MouseEvent| PacketsAction::Field((!pressed).then_some(at)));
    html! {
        <li class={(field.depth > 0).then_some("inner")}>
            <button aria-pressed={pressed.to_string()} {onclick}>
                <b>{ field.name.clone() }</b>{ " " }<span>{ field.value.clone() }</span>
            </button>
        </li>
    }
}

/// Lines of bytes as hexadecimal and as characters; equal lines that follow one another are told
/// once, unless marked.
fn lines(bytes: &[u8], marked: Option<(usize, usize)>) -> Vec<Html> {
    let mut lines = Vec::new();
    let mut last: Option<&[u8]> = None;
    let mut skipping = false;
    for (number, line) in bytes.chunks(LINE).enumerate() {
        let at = number * LINE;
        let touches = marked.is_some_and(|(from, end)| from < at + line.len() && at < end);
        if last == Some(line) && !touches {
            if !skipping {
                lines.push(html! { { "*\n" } });
            }
            skipping = true;
            continue;
        }
        (last, skipping) = ((!touches).then_some(line), false);
        let (from, end) = marked.unwrap_or((0, 0));
        let part = |place: usize| (from..end).contains(&(at + place));
        lines.push(html! { { format!("{at:04x}  ") } });
        lines.extend(runs(line.len(), part).into_iter().map(|(places, is_marked)| {
            let text: String = places.clone().map(|it| format!("{:02x} ", line[it])).collect();
            piece(text, is_marked)
        }));
        let gap = " ".repeat(3 * (LINE - line.len()) + 1);
        lines.push(html! { { gap } });
        lines.extend(runs(line.len(), part).into_iter().map(|(places, is_marked)| {
            piece(places.map(|it| character(line[it])).collect(), is_marked)
        }));
        lines.push(html! { { "\n" } });
    }
    lines
}

fn piece(text: String, is_marked: bool) -> Html {
    if is_marked {
        html! { <mark>{ text }</mark> }
    } else {
        html! { { text } }
    }
}

fn character(byte: u8) -> char {
    if byte.is_ascii_graphic() || byte == b' ' { char::from(byte) } else { '·' }
}

/// Runs of places that are marked, and of such that are not.
fn runs(length: usize, part: impl Fn(usize) -> bool) -> Vec<(std::ops::Range<usize>, bool)> {
    let mut runs: Vec<(std::ops::Range<usize>, bool)> = Vec::new();
    for place in 0..length {
        match runs.last_mut() {
            Some((range, is_marked)) if *is_marked == part(place) => range.end = place + 1,
            _ => runs.push((place..place + 1, part(place))),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_in_the_middle_of_a_line_parts_it_in_three() {
        let runs = runs(16, |it| (4..8).contains(&it));
        assert_eq!(runs, [(0..4, false), (4..8, true), (8..16, false)]);
    }

    #[test]
    fn equal_lines_are_told_once_unless_they_are_marked() {
        // A line is an offset, hexadecimal, a gap, characters, an end.
        assert_eq!(lines(&[0; 160], None).len(), 5 + 1);
        assert_eq!(lines(&[0; 160], Some((32, 48))).len(), 5 + 1 + 5 + 5 + 1);
    }
}
