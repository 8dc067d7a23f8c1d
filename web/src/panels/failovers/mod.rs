//! Failovers as charts of where their time went, one beside the other.

mod chart;
mod words;

use bridge::{FailoverFrame, FailoverOutcome};
use yew::prelude::*;

use super::pieces::{sentence, who};
use crate::format::{moment, span};
use crate::i18n::{self, Part};
use crate::state::belief::Action as Choice;
use crate::state::{Action, Page};
use crate::t;
use chart::chart;

/// The chosen failovers. Those by hand share one scale, and those that came by themselves another:
/// milliseconds beside seconds would not be seen.
pub fn failovers(state: &Page) -> Html {
    let belief = &state.belief;
    if belief.failovers.is_empty() {
        return html! { <p class="none">{ t!("failovers-none") }</p> };
    }
    let shown: Vec<&FailoverFrame> = belief.shown().collect();
    let now_ms = state.frame.as_ref().map_or(0.0, |it| it.now_ms);
    let longest = |like: &FailoverFrame| {
        let alike = shown.iter().filter(|it| it.mode.is_some() == like.mode.is_some());
        alike.map(|it| took(it, now_ms)).fold(1.0, f64::max)
    };
    let tab = |failover: &FailoverFrame| {
        let (dispatcher, number) = (state.dispatcher(), failover.number);
        let onclick = Callback::from(move |_: MouseEvent| {
            dispatcher.dispatch(Action::Belief(Choice::Failover(number)));
        });
        let pressed = shown.iter().any(|it| it.number == number);
        let master = failover.master.map_or("?", |host| state.names.short(host));
        html! {
            <button aria-pressed={pressed.to_string()} data-failover={number.to_string()} {onclick}>
                { t!("failovers-tab", host = master, at = moment(failover.began_ms)) }
            </button>
        }
    };
    html! {
        <section class="failovers" aria-label={t!("panel-failovers")}>
            <div class="chooser" role="group" aria-label={t!("failovers-which")}>
                <span>{ t!("failovers-which") }</span>
                { for belief.failovers.iter().map(tab) }
            </div>
            <div class="abreast charts">
                { for shown.iter().map(|it| card(it, longest(it), now_ms, state)) }
            </div>
        </section>
    }
}

/// When the first bar begins.
fn zero(failover: &FailoverFrame) -> f64 {
    failover.bars.iter().map(|it| it.from_ms).fold(failover.began_ms, f64::min)
}

/// How long a failover takes, or has taken so far.
fn took(failover: &FailoverFrame, now_ms: f64) -> f64 {
    let open = if failover.over { failover.began_ms } else { now_ms };
    let end = failover.bars.iter().map(|it| it.to_ms.unwrap_or(open)).fold(open, f64::max);
    end - zero(failover)
}

fn card(failover: &FailoverFrame, longest: f64, now_ms: f64, state: &Page) -> Html {
    let headline = i18n::parts(
        outcome(failover),
        &[("master", who(failover.master, state)), ("new", who(failover.promoted, state))],
    );
    let kind = match failover.mode.as_deref() {
        None => t!("failovers-automatic"),
        Some(mode) => format!("CLUSTER FAILOVER {mode}"),
    };
    let down = failover.down_ms.filter(|&at| at >= zero(failover) - 60_000.0);
    let down = down.map(|at| t!("failovers-down", ago = span((failover.began_ms - at).max(0.0))));
    let waits: Vec<Part> = failover.unmoved.iter().map(|&host| Part::Host(host)).collect();
    html! {
        <article class="failover" data-number={failover.number.to_string()}
            data-over={failover.over.to_string()}>
            <h3>{ sentence(&headline, state) }</h3>
            <p class="sub">
                { kind.trim_end().to_owned() }{ " · " }<b>{ span(took(failover, now_ms)) }</b>
                if let Some(down) = down { { " · " }{ down } }
            </p>
            { chart(failover, zero(failover), longest, now_ms, state) }
            if !waits.is_empty() && failover.promoted.is_some() {
                <p class="sub">{ t!("failovers-unmoved") }{ " " }{ sentence(&waits, state) }</p>
            }
        </article>
    }
}

fn outcome(failover: &FailoverFrame) -> &'static str {
    match failover.outcome {
        FailoverOutcome::Open => "failovers-open",
        FailoverOutcome::Promoted => "failovers-promoted",
        FailoverOutcome::Answered => "failovers-answered",
        FailoverOutcome::TimedOut => "failovers-timed-out",
        FailoverOutcome::Renewed => "failovers-renewed",
    }
}
