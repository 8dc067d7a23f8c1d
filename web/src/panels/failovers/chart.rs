//! One failover as bars: what took the time, how long, and the setting behind it.

use bridge::{BarFrame, FailoverFrame, Mark, MarkFrame};
use yew::prelude::*;

use super::words::{behind, name, tone};
use crate::format::{moment, span};
use crate::panels::pieces::chip;
use crate::state::Page;
use crate::t;

/// Units across a chart.
const WIDTH: f64 = 1000.0;
/// The least that can be seen.
const LEAST: f64 = 5.0;

/// The bars of a failover, from `zero` on, `longest` milliseconds across.
pub fn chart(failover: &FailoverFrame, zero: f64, longest: f64, now_ms: f64, state: &Page) -> Html {
    let x = |at_ms: f64| ((at_ms - zero) / longest * WIDTH).clamp(0.0, WIDTH);
    let row = |(place, bar): (usize, &BarFrame)| {
        let open = bar.to_ms.is_none();
        let to_ms = bar.to_ms.unwrap_or(if failover.over { bar.from_ms } else { now_ms });
        let lasts = span(to_ms - bar.from_ms);
        let at = format!("{} – {}", moment(bar.from_ms), moment(to_ms));
        html! {
            <tr key={place} data-phase={format!("{:?}", bar.phase)} class={classes!(open.then_some("open"))}>
                <th scope="row">
                    { t!(name(bar.phase)) }{ " " }{ chip(bar.host, state) }{ " " }
                    <span class="behind">{ t!(behind(bar.phase)) }</span>
                    { words(bar, state) }
                </th>
                <td class="when" title={at}>
                    <svg viewBox="0 0 1000 14" preserveAspectRatio="none" aria-hidden="true">
                        { rect(x(bar.from_ms), x(to_ms), tone(bar.phase)) }
                        { for bar.marks.iter().map(|it| tick(x(it.at_ms), it.mark)) }
                    </svg>
                </td>
                <td class="ms">{ if open { format!("{lasts} …") } else { lasts } }</td>
            </tr>
        }
    };
    html! {
        <table class="waterfall">
            <caption class="unseen">{ t!("failovers-caption") }</caption>
            <thead><tr>
                <th scope="col">{ t!("failovers-phase") }{ " " }<span class="behind">{ t!("failovers-behind") }</span></th>
                <th scope="col">{ t!("failovers-span") }</th>
                <th scope="col" class="ms">{ t!("failovers-took") }</th>
            </tr></thead>
            <tbody>{ for failover.bars.iter().enumerate().map(row) }</tbody>
        </table>
    }
}

fn rect(from: f64, to: f64, tone: &'static str) -> Html {
    let width = (to - from).max(LEAST);
    let x = from.min(WIDTH - width);
    html! { <rect class={tone} x={px(x)} y="2" width={px(width)} height="10" /> }
}

fn tick(x: f64, mark: Mark) -> Html {
    let class = if mark == Mark::Refused { "tick denied" } else { "tick" };
    html! { <rect {class} x={px(x.min(WIDTH - 2.0))} y="0" width="2" height="14" /> }
}

fn px(value: f64) -> String {
    format!("{value:.1}")
}

/// What happened within a bar, in words.
fn words(bar: &BarFrame, state: &Page) -> Html {
    if bar.marks.is_empty() {
        return Html::default();
    }
    let word = |mark: &MarkFrame| {
        let after = span(mark.at_ms - bar.from_ms);
        let host = mark.host.map_or("?", |it| state.names.short(it));
        let what = match mark.mark {
            Mark::Suspected => "PFAIL".to_owned(),
            Mark::Report(so_far, needed) | Mark::Vote(so_far, needed) => {
                format!("{so_far}/{needed}")
            }
            Mark::Refused => t!("failovers-refused"),
            Mark::Seen => return format!("{host} +{after}"),
        };
        format!("{host} {what} +{after}")
    };
    let words: Vec<_> = bar.marks.iter().map(word).collect();
    html! { <small>{ words.join(" · ") }</small> }
}
