//! What the nodes wait for: the timers of one of them, and who waits how long for whom.

mod matrix;
mod words;

use bridge::TimerFrame;
use yew::prelude::*;

use super::pieces::{chooser, sentence, who};
use crate::format::{moment, span};
use crate::state::belief::Action as Choice;
use crate::state::{Action, Page};
use crate::t;
use matrix::matrix;
use words::{armed_by, fires};

/// The running timers of one node, and the node timeouts of all.
pub fn timers(state: &Page) -> Html {
    let host = state.belief.timers_of;
    let choose = {
        let dispatcher = state.dispatcher();
        Callback::from(move |host: usize| {
            dispatcher.dispatch(Action::Belief(Choice::TimersOf(host)));
        })
    };
    html! {
        <section class="timetable" aria-label={t!("panel-timers")}>
            { chooser(t!("timers-of"), Some(host), None, &choose, state) }
            <div class="abreast">
                { of(host, state) }
                { matrix(state) }
            </div>
        </section>
    }
}

fn of(host: usize, state: &Page) -> Html {
    let ip = state.names.ip(host);
    let Some(frame) = &state.frame else { return Html::default() };
    let Some(now) = frame.hosts.get(host) else { return Html::default() };
    let Some(node) = now.node.as_ref().filter(|_| now.pid.is_some()) else {
        return html! { <p class="none">{ t!("timers-none-runs", host = ip) }</p> };
    };
    let mut timers: Vec<&TimerFrame> = node.timers.iter().collect();
    timers.sort_by(|a, b| a.due_ms.total_cmp(&b.due_ms).then(a.kind.cmp(&b.kind)));
    html! {
        <table class="tally due" data-timers={ip.to_owned()}>
            <caption>{ if now.stopped { t!("timers-frozen", host = ip) } else { t!("timers-caption", host = ip) } }</caption>
            <thead><tr>
                <th scope="col">{ t!("timers-what") }</th>
                <th scope="col">{ t!("timers-left") }</th>
                <th scope="col">{ t!("timers-armed") }</th>
            </tr></thead>
            <tbody>{ for timers.iter().map(|timer| draw(timer, frame.now_ms, state)) }</tbody>
        </table>
    }
}

fn draw(timer: &TimerFrame, now_ms: f64, state: &Page) -> Html {
    let whole = (timer.due_ms - timer.armed_ms).max(0.001);
    let gone = (now_ms - timer.armed_ms).clamp(0.0, whole);
    let host = |id: &Option<String>| id.as_deref().map(|id| state.names.host(id));
    let (about, by) = (host(&timer.about), host(&timer.by));
    let mut values = Vec::new();
    values.extend(about.map(|it| ("about", who(it, state))));
    values.extend(by.map(|it| ("by", who(it, state))));
    let left = timer.due_ms - now_ms;
    let due = t!("timers-due-at", at = moment(timer.due_ms));
    let left = if left > 0.0 { span(left) } else { t!("timers-next-turn") };
    html! {
        <tr data-timer={format!("{:?}", timer.kind)}>
            <th scope="row">{ sentence(&crate::i18n::parts(fires(timer.kind), &values), state) }</th>
            <td class="left" title={due}>
                <div>
                    <progress aria-label={left.clone()} max={whole.to_string()} value={gone.to_string()} />
                    <b>{ left }</b>
                </div>
            </td>
            <td class="armed">{ t!(armed_by(timer.kind)) }{ " · " }{ moment(timer.armed_ms) }</td>
        </tr>
    }
}
