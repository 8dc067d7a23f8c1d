//! What became of clients' requests over time: a strip of bars for each kind of outcome.

use bridge::{RequestCounts, RequestSecond};
use yew::prelude::*;

use super::{Window, strip_of};
use crate::format::{count, moment};
use crate::state::travel::chronicle::Chronicle;
use crate::t;

/// How many seconds one bar may stand for.
const SPANS: [f64; 9] = [1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0];
/// No bar is narrower, pixels.
const NARROWEST: f64 = 4.0;
/// A strip's height, and the least of a bar, pixels.
const HEIGHT: f64 = 14.0;
const LOWEST: f64 = 2.0;

/// What can become of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Answered.
    Served,
    /// Waited long for its answer.
    Held,
    /// MOVED or ASK.
    Redirected,
    /// An error, or no server.
    Refused,
    /// No answer.
    Lost,
}

/// In the order of their strips.
pub const OUTCOMES: [Outcome; 5] =
    [Outcome::Served, Outcome::Held, Outcome::Redirected, Outcome::Refused, Outcome::Lost];

impl Outcome {
    const fn class(self) -> &'static str {
        match self {
            Self::Served => "served",
            Self::Held => "held",
            Self::Redirected => "redirected",
            Self::Refused => "refused",
            Self::Lost => "lost",
        }
    }

    fn name(self) -> String {
        match self {
            Self::Served => t!("clients-served"),
            Self::Held => t!("clients-held"),
            Self::Redirected => t!("clients-redirected"),
            Self::Refused => t!("clients-refused"),
            Self::Lost => t!("clients-timeouts"),
        }
    }

    fn about(self) -> String {
        match self {
            Self::Served => t!("clients-served-about"),
            Self::Held => t!("clients-held-about"),
            Self::Redirected => t!("clients-redirected-about"),
            Self::Refused => t!("timeline-refused-about"),
            Self::Lost => t!("clients-timeouts-about"),
        }
    }

    const fn of(self, counts: &RequestCounts) -> f64 {
        match self {
            Self::Served => counts.written + counts.read,
            Self::Held => counts.held,
            Self::Redirected => counts.redirected,
            Self::Refused => counts.refused,
            Self::Lost => counts.lost,
        }
    }
}

/// What a bar stands for.
#[derive(Debug, Clone, PartialEq)]
struct Bar {
    from_ms: f64,
    numbers: [f64; OUTCOMES.len()],
}

/// The requests of one branch within a window.
#[derive(Debug, Clone, PartialEq)]
pub struct Requests {
    /// Milliseconds that a bar stands for.
    span_ms: f64,
    bars: Vec<Bar>,
}

impl Requests {
    /// None when nothing ever came in this branch.
    pub fn of(chronicle: &Chronicle, window: Window) -> Option<Self> {
        chronicle.requests().next()?;
        Some(Self::gather(chronicle.requests(), window))
    }

    fn gather<'a>(seconds: impl Iterator<Item = &'a RequestSecond>, window: Window) -> Self {
        let wide =
            |&&it: &&f64| it * 1000.0 / (window.to - window.from) * window.width >= NARROWEST;
        let span_ms = SPANS.iter().find(wide).or(SPANS.last()).map_or(0.0, |it| it * 1000.0);
        let mut bars: Vec<Bar> = Vec::new();
        for second in seconds {
            let from_ms = (second.from_ms / span_ms).floor() * span_ms;
            if !window.shows(from_ms, from_ms + span_ms) {
                continue;
            }
            if bars.last().is_none_or(|it| it.from_ms < from_ms) {
                bars.push(Bar { from_ms, numbers: [0.0; OUTCOMES.len()] });
            }
            if let Some(bar) = bars.last_mut() {
                let counts = OUTCOMES.map(|it| it.of(&second.counts));
                bar.numbers.iter_mut().zip(counts).for_each(|(sum, it)| *sum += it);
            }
        }
        Self { span_ms, bars }
    }

    /// The most of one outcome in one bar.
    fn most(&self) -> f64 {
        self.bars.iter().flat_map(|it| it.numbers).fold(0.0, f64::max)
    }

    /// The names of the strips, each with how much came in what is shown.
    pub fn names(&self) -> Html {
        let name = |(at, outcome): (usize, Outcome)| {
            let sum = self.bars.iter().map(|it| it.numbers[at]).sum();
            html! {
                <span class="outcome" title={outcome.about()}>{ outcome.name() }<b data-outcome={outcome.class()}>{ count(sum) }</b></span>
            }
        };
        html! {
            <>
                <span class="outcomes">{ t!("timeline-requests") }</span>
                { for OUTCOMES.into_iter().enumerate().map(name) }
            </>
        }
    }

    /// The strips; `held` is what servers hold back by a pause of clients.
    pub fn draw(&self, window: Window, now: f64, held: &Html) -> Html {
        let most = self.most();
        let strip = |(at, outcome): (usize, Outcome)| {
            let some = self.bars.iter().filter(|it| it.numbers[at] > 0.0);
            let bars: Html = some.map(|bar| self.bar(bar, at, most, window)).collect();
            let held = (outcome == Outcome::Held).then(|| held.clone());
            let class = classes!("lane", "outcome", outcome.class());
            strip_of(class, HEIGHT, (window, now), html! { <>{ for held }{ bars }</> })
        };
        let scale =
            t!("timeline-scale", most = count(most), seconds = (self.span_ms / 1000.0) as i64);
        html! {
            <>
                <span class="outcomes scale">{ scale }</span>
                { for OUTCOMES.into_iter().enumerate().map(strip) }
            </>
        }
    }

    fn bar(&self, bar: &Bar, at: usize, most: f64, window: Window) -> Html {
        let (from, to) = (bar.from_ms, bar.from_ms + self.span_ms);
        let (left, right) = (window.x(from), window.x(to));
        let height = (bar.numbers[at] / most * HEIGHT).max(LOWEST);
        let name = OUTCOMES[at].name();
        let number = count(bar.numbers[at]);
        let title = t!(
            "timeline-outcome",
            name = name,
            number = number,
            from = moment(from),
            to = moment(to)
        );
        html! {
            <rect class="bar" x={format!("{left:.1}")} y={format!("{:.1}", HEIGHT - height)}
                width={format!("{:.1}", (right - left - 0.6).max(1.0))} height={format!("{height:.1}")}>
                <title>{ title }</title>
            </rect>
        }
    }
}

/// What became of requests in the second of a moment, in words; none when nothing came.
pub fn spoken(chronicle: &Chronicle, at_ms: f64) -> Option<String> {
    let then = |it: &&RequestSecond| it.from_ms <= at_ms && at_ms < it.from_ms + 1000.0;
    let second = chronicle.requests().rev().find(then)?;
    let some = OUTCOMES.into_iter().filter(|it| it.of(&second.counts) > 0.0);
    let words = some.map(|it| format!("{} {}", it.name(), count(it.of(&second.counts))));
    Some(words.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(from_ms: f64, written: f64, lost: f64) -> RequestSecond {
        RequestSecond {
            from_ms,
            counts: RequestCounts { written, lost, ..RequestCounts::default() },
        }
    }

    #[test]
    fn bars_are_wide_enough_to_be_seen_and_nothing_is_left_out() {
        let seconds: Vec<_> = (0..100).map(|it| second(f64::from(it) * 1000.0, 3.0, 1.0)).collect();
        let near = Window { from: 0.0, to: 100_000.0, width: 500.0 };
        let requests = Requests::gather(seconds.iter(), near);
        assert_eq!((requests.span_ms, requests.bars.len(), requests.most()), (1000.0, 100, 3.0));
        let far = Window { from: 0.0, to: 600_000.0, width: 500.0 };
        let requests = Requests::gather(seconds.iter(), far);
        assert_eq!((requests.span_ms, requests.bars.len(), requests.most()), (5000.0, 20, 15.0));
        let sum: f64 = requests.bars.iter().map(|it| it.numbers[0] + it.numbers[4]).sum();
        assert_eq!(sum, 400.0);
    }

    #[test]
    fn what_is_outside_the_window_is_not_counted() {
        let seconds: Vec<_> = (0..100).map(|it| second(f64::from(it) * 1000.0, 3.0, 0.0)).collect();
        let window = Window { from: 10_500.0, to: 20_500.0, width: 500.0 };
        let requests = Requests::gather(seconds.iter(), window);
        assert_eq!(requests.bars.first().map(|it| it.from_ms), Some(10_000.0));
        assert_eq!(requests.bars.last().map(|it| it.from_ms), Some(20_000.0));
    }
}
