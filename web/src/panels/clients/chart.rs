//! The last two minutes of virtual time: what became of requests, second by second, and how long
//! answers took.

use bridge::{INTERVALS_MAX, RequestInterval, WorkloadFrame};
use yew::prelude::*;

use super::latency;
use crate::format::moment;
use crate::t;

/// The drawing's own units.
const WIDTH: f64 = 480.0;
const BARS: f64 = 74.0;
const LATENCY: f64 = 30.0;
const GAP: f64 = 8.0;

/// The chart.
pub fn chart(frame: &WorkloadFrame) -> Html {
    let all = &frame.intervals;
    let most = all.iter().map(total).fold(1.0, f64::max);
    let slowest = all.iter().map(|it| it.latency_ms[1]).fold(1.0, f64::max);
    let step = WIDTH / INTERVALS_MAX as f64;
    let from = INTERVALS_MAX - all.len().min(INTERVALS_MAX);
    let at = |index: usize| (from + index) as f64 * step;
    let bars = all.iter().enumerate().map(|(index, it)| bars(it, at(index), step, most));
    let point = |(index, it): (usize, &RequestInterval)| {
        let answered = it.counts.written + it.counts.read > 0.0;
        let y = BARS + GAP + LATENCY * (1.0 - it.latency_ms[1] / slowest);
        answered.then(|| format!("{:.1},{y:.1}", at(index) + step / 2.0))
    };
    let line: Vec<_> = all.iter().enumerate().filter_map(point).collect();
    let last = all.last().map_or(0.0, |it| it.from_ms);
    let first = all.first().map_or(0.0, |it| it.from_ms);
    let height = BARS + GAP + LATENCY;
    html! {
        <figure class="chart">
            <svg viewBox={format!("0 0 {WIDTH} {height}")} preserveAspectRatio="none" role="img"
                aria-label={t!("clients-chart", from = moment(first), to = moment(last), most = format!("{most:.0}"))}>
                { for bars }
                <line class="base" x1="0" x2={WIDTH.to_string()} y1={BARS.to_string()} y2={BARS.to_string()} />
                <polyline class="p99" points={line.join(" ")} />
            </svg>
            <figcaption>
                <span class="served">{ t!("clients-served") }</span>
                <span class="held">{ t!("clients-held") }</span>
                <span class="refused">{ t!("clients-refused") }</span>
                <span class="timeouts">{ t!("clients-timeouts") }</span>
                <span class="scale">{ t!("clients-scale", most = format!("{most:.0}"), slowest = latency(slowest)) }</span>
            </figcaption>
        </figure>
    }
}

/// All requests of an interval that ended in it. Those that are held end some day.
fn total(it: &RequestInterval) -> f64 {
    let counts = &it.counts;
    counts.written + counts.read + counts.short + counts.refused + counts.lost + counts.unsent
}

/// One second: what was served from below, what was not above it; held ones as a mark at the foot.
fn bars(it: &RequestInterval, x: f64, step: f64, most: f64) -> Html {
    let counts = &it.counts;
    let stack = [
        ("served", counts.written + counts.read),
        ("refused", counts.refused + counts.short + counts.unsent),
        ("timeouts", counts.lost),
    ];
    let mut y = BARS;
    let mut bar = |class: &'static str, number: f64| {
        let height = number / most * BARS;
        y -= height;
        (number > 0.0).then(|| rect(class, x, y, step, height))
    };
    let bars: Vec<Html> = stack.into_iter().filter_map(|(class, it)| bar(class, it)).collect();
    let held = (counts.held > 0.0)
        .then(|| rect("held", x, BARS, step, (counts.held / most * BARS).clamp(2.0, GAP)));
    html! { <>{ for bars }{ for held }</> }
}

fn rect(class: &'static str, x: f64, y: f64, width: f64, height: f64) -> Html {
    html! {
        <rect {class} x={format!("{x:.2}")} y={format!("{y:.2}")} width={format!("{:.2}", width - 0.4)}
            height={format!("{height:.2}")} />
    }
}
