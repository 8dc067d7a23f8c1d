//! A lane for each process, with a mark for each line that tells something.

use bridge::{LogAbout, LogLine};
use yew::prelude::*;

use super::tone;
use crate::format::span;
use crate::t;

const WIDTH: f64 = 1000.0;
const LANE: f64 = 18.0;
const LABEL: f64 = 70.0;

/// The lanes; nothing when all happened in one moment.
pub fn lanes(lines: &[&LogLine], pids: &[u32]) -> Html {
    let (Some(first), Some(last)) = (lines.first(), lines.last()) else { return Html::default() };
    let whole = last.at_ms - first.at_ms;
    if whole <= 0.0 {
        return Html::default();
    }
    let x = |at_ms: f64| LABEL + (at_ms - first.at_ms) / whole * (WIDTH - LABEL - 8.0);
    let y = |pid: u32| {
        let lane = pids.iter().position(|it| *it == pid).unwrap_or(0);
        LANE * (lane as f64 + 0.5)
    };
    let lane = |&pid: &u32| {
        let y = y(pid);
        html! {
            <g>
                <text x="0" y={(y + 4.0).to_string()}>{ pid }</text>
                <line x1={LABEL.to_string()} x2={WIDTH.to_string()} y1={y.to_string()} y2={y.to_string()} />
            </g>
        }
    };
    let mark = |line: &&LogLine| {
        let radius = if line.about == LogAbout::Other { 1.5 } else { 4.0 };
        html! {
            <circle class={tone(line.about)} cx={format!("{:.1}", x(line.at_ms))} cy={y(line.pid).to_string()}
                r={radius.to_string()}><title>{ line.text.clone() }</title></circle>
        }
    };
    let height = LANE * pids.len() as f64 + 14.0;
    html! {
        <div class="log-lanes-room"><svg class="log-lanes" viewBox={format!("0 0 {WIDTH} {height}")} role="img"
            aria-label={t!("server-log-lanes", count = pids.len(), span = span(whole))}>
            { for pids.iter().map(lane) }
            { for lines.iter().map(mark) }
            <text x={WIDTH.to_string()} y={(height - 2.0).to_string()} text-anchor="end">{ span(whole) }</text>
        </svg></div>
    }
}
