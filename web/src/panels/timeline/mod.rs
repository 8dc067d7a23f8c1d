//! The timeline: a lane a node, one for the slots that are served, one for clients; zoom, scrub,
//! and another branch below for comparison.

mod lanes;
mod requests;

use web_sys::{HtmlSelectElement, PointerEvent};
use yew::prelude::*;

use crate::format::moment;
use crate::graph::size::use_size;
use crate::state::travel::TravelAction;
use crate::state::travel::chronicle::Chronicle;
use crate::state::{Action, Page};
use crate::t;
use crate::travel::{branch_name, track_keys};
use lanes::{Lane, Lanes, lanes};
use requests::Requests;

/// How far one can zoom in: the whole is this many times as wide.
const ZOOM_MAX: f64 = 4096.0;
/// Labels closer than this to the one before are left out, pixels.
const LABEL_GAP: f64 = 34.0;

/// The timeline.
pub fn timeline(state: &Page) -> Html {
    html! { <Timeline state={state.clone()} /> }
}

/// Properties of [`Timeline`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The page's state.
    pub state: Page,
}

/// Which part of time is shown, over how many pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Window {
    from: f64,
    to: f64,
    width: f64,
}

impl Window {
    /// A part of `0..end` around `at`.
    fn around(at: f64, end: f64, zoom: f64, width: f64) -> Self {
        let span = (end / zoom).max(1.0);
        let from = (at - span / 2.0).min(end - span).max(0.0);
        Self { from, to: from + span, width }
    }

    fn x(&self, at: f64) -> f64 {
        ((at - self.from) / (self.to - self.from) * self.width).clamp(-20.0, self.width + 20.0)
    }

    fn shows(&self, from: f64, to: f64) -> bool {
        to >= self.from && from <= self.to
    }
}

#[component]
fn Timeline(props: &Props) -> Html {
    let state = &props.state;
    let place = use_node_ref();
    let (width, _) = use_size(&place);
    let zoom = use_state_eq(|| 1.0_f64);
    let compared = state.past.compared.and_then(|it| Some((it, state.past.others.get(&it)?)));
    let other_end = state.past.compared.and_then(|it| state.past.branches.get(it));
    let end = state.end_ms().max(other_end.map_or(0.0, |it| it.end_ms));
    let now = state.shown_ms();
    let window = Window::around(now, end, *zoom, width.max(100.0));
    let branch = |chronicle: &Chronicle| {
        (lanes(chronicle, state.hosts(), &state.names), Requests::of(chronicle, window))
    };
    let own = branch(&state.past.chronicle);
    let other = compared.map(|(number, chronicle)| (number, branch(chronicle)));
    let spoken = requests::spoken(&state.past.chronicle, now);
    let spoken = spoken.map_or(moment(now), |what| format!("{}, {what}", moment(now)));
    let zoom_by = {
        let zoom = zoom.clone();
        Callback::from(move |by: f64| zoom.set((*zoom * by).clamp(1.0, ZOOM_MAX)))
    };
    let visit = {
        let dispatcher = state.dispatcher();
        Callback::from(move |action: TravelAction| dispatcher.dispatch(Action::Travel(action)))
    };
    let onpointerdown = {
        let (visit, place) = (visit.clone(), place.clone());
        Callback::from(move |event: PointerEvent| {
            let Some(area) = place.cast::<web_sys::Element>() else { return };
            let x = f64::from(event.client_x()) - area.get_bounding_client_rect().left();
            let at = window.from + x / window.width * (window.to - window.from);
            visit.emit(TravelAction::Visit(at));
        })
    };
    let onkeydown = {
        let (visit, zoom_by) = (visit.clone(), zoom_by.clone());
        let end = state.end_ms();
        Callback::from(move |event: KeyboardEvent| {
            match event.key().as_str() {
                "+" | "=" => zoom_by.emit(2.0),
                "-" => zoom_by.emit(0.5),
                _ => match track_keys(&event, now, end) {
                    Some(action) => visit.emit(action),
                    None => return,
                },
            }
            event.prevent_default();
        })
    };
    html! {
        <section class="lanes" aria-label={t!("timeline")}>
            { bar(state, &zoom_by, *zoom, window) }
            <div class="lanes-body">
                <div class="lane-names" aria-hidden="true">
                    { names(state, own.1.as_ref()) }
                    if let Some((number, (_, requests))) = &other {
                        <span class="branch-name">{ branch_name(state, *number) }</span>
                        { names(state, requests.as_ref()) }
                    }
                </div>
                <div id="lanes" class="lanes-area" ref={place} role="slider" tabindex="0" aria-label={t!("timeline")}
                    aria-valuemin="0" aria-valuemax={format!("{end:.0}")} aria-valuenow={format!("{now:.0}")}
                    aria-valuetext={spoken} {onpointerdown} {onkeydown}>
                    { draw(&own, window, now, state.end_ms()) }
                    if let Some((number, branch)) = &other {
                        <span class="branch-name" />
                        { draw(branch, window, now, state.past.branches.get(*number).map_or(0.0, |it| it.end_ms)) }
                    }
                </div>
            </div>
        </section>
    }
}

fn bar(state: &Page, zoom_by: &Callback<f64>, zoom: f64, window: Window) -> Html {
    let by = |factor: f64| zoom_by.reform(move |_: MouseEvent| factor);
    let (from, to) = (moment(window.from), moment(window.to));
    html! {
        <div class="lanes-bar">
            <div role="group" aria-label={t!("timeline-zoom")}>
                <button id="zoom-out" title={t!("timeline-zoom-out")} aria-label={t!("timeline-zoom-out")}
                    disabled={zoom <= 1.0} onclick={by(0.5)}>{ "−" }</button>
                <button id="zoom-in" title={t!("timeline-zoom-in")} aria-label={t!("timeline-zoom-in")}
                    onclick={by(2.0)}>{ "+" }</button>
                <button id="zoom-whole" disabled={zoom <= 1.0} onclick={by(0.0)}>{ t!("timeline-whole") }</button>
            </div>
            <span class="range">{ format!("{from} – {to}") }</span>
            { legend() }
            { compare(state) }
        </div>
    }
}

fn legend() -> Html {
    let key = |class: &'static str, text: String| html! { <span class={classes!("key", class)}>{ text }</span> };
    html! {
        <span class="lanes-legend">
            { key("master", t!("timeline-master")) }
            { key("replica", t!("timeline-replica")) }
            { key("frozen", t!("timeline-frozen")) }
            { key("failed", t!("timeline-failed")) }
            { key("cut", t!("timeline-cut")) }
        </span>
    }
}

/// The choice of a branch to compare with.
fn compare(state: &Page) -> Html {
    if state.past.branches.len() < 2 {
        return Html::default();
    }
    let dispatcher = state.dispatcher();
    let onchange = Callback::from(move |event: Event| {
        let value = event.target_dyn_into::<HtmlSelectElement>().map(|it| it.value());
        let branch = value.and_then(|it| it.parse().ok());
        dispatcher.dispatch(Action::Travel(TravelAction::Compare(branch)));
    });
    let option = |number: usize| {
        let chosen = state.past.compared == Some(number);
        html! { <option value={number.to_string()} selected={chosen}>{ branch_name(state, number) }</option> }
    };
    let others = (0..state.past.branches.len()).filter(|&it| it != state.past.live);
    html! {
        <label class="compare">
            { t!("timeline-compare") }{ " " }
            <select id="compare" {onchange}>
                <option value="" selected={state.past.compared.is_none()}>{ t!("timeline-compare-none") }</option>
                { for others.map(option) }
            </select>
        </label>
    }
}

/// With more hosts than this, the lanes of the whole cluster come first.
const MANY: usize = 12;

fn names(state: &Page, requests: Option<&Requests>) -> Html {
    let name = |host: usize| html! { <span>{ state.names.ip(host).to_owned() }</span> };
    let nodes = (0..state.hosts()).map(name).collect();
    let clients =
        requests.map_or_else(|| html! { <span>{ t!("timeline-clients") }</span> }, Requests::names);
    let all = html! { <><span>{ t!("timeline-slots") }</span>{ clients }</> };
    in_order(state.hosts(), nodes, all)
}

fn in_order(hosts: usize, nodes: Html, all: Html) -> Html {
    let (first, then) = if hosts > MANY { (all, nodes) } else { (nodes, all) };
    html! { <>{ first }{ then }</> }
}

fn draw((lanes, requests): &(Lanes, Option<Requests>), window: Window, now: f64, end: f64) -> Html {
    let clients = match requests {
        Some(requests) => requests.draw(window, now, &stretches(&lanes.clients, window, end)),
        None => strip(window, now, stretches(&lanes.clients, window, end)),
    };
    let lane = |it: &Lane| {
        strip(window, now, html! { <>{ stretches(it, window, end) }{ marks(it, window) }</> })
    };
    let nodes = lanes.nodes.iter().map(lane).collect();
    let all = html! { <>{ strip(window, now, covered(lanes, window, end)) }{ clients }</> };
    in_order(lanes.nodes.len(), nodes, all)
}

/// How high a lane of a node is, pixels.
const HEIGHT: f64 = 16.0;

/// One lane's strip, with the line of the moment that is shown.
fn strip(window: Window, now: f64, inside: Html) -> Html {
    strip_of(classes!("lane"), HEIGHT, (window, now), inside)
}

fn strip_of(class: Classes, height: f64, (window, now): (Window, f64), inside: Html) -> Html {
    let (x, height) = (format!("{:.1}", window.x(now)), height.to_string());
    html! {
        <svg {class} width="100%" height={height.clone()} aria-hidden="true">
            { inside }
            <line class="now" x1={x.clone()} x2={x} y1="0" y2={height} />
        </svg>
    }
}

fn stretches(lane: &Lane, window: Window, end: f64) -> Html {
    let shown = lane.stretches.iter().filter(|it| window.shows(it.from, it.to.unwrap_or(end)));
    let rect = |it: &lanes::Stretch| {
        let (from, to) = (window.x(it.from), window.x(it.to.unwrap_or(end)));
        let (y, height) = match it.class {
            "failed" => ("13", "3"),
            "cut" => ("0", "2"),
            _ => ("3", "10"),
        };
        let (x, width) = (format!("{from:.1}"), format!("{:.1}", (to - from).max(0.5)));
        html! { <rect class={classes!("stretch", it.class)} {x} {y} {width} {height} /> }
    };
    shown.map(rect).collect()
}

fn marks(lane: &Lane, window: Window) -> Html {
    let mut free_from = f64::NEG_INFINITY;
    let shown = lane.marks.iter().filter(|it| window.shows(it.at, it.at));
    let mark = |it: &lanes::Mark| {
        let x = window.x(it.at);
        let label = it.label.as_ref().filter(|_| x >= free_from && x < window.width - LABEL_GAP);
        if label.is_some() {
            free_from = x + LABEL_GAP;
        }
        let label = label.map(|label| {
            html! { <text x={format!("{:.1}", x + 3.0)} y="12">{ label }</text> }
        });
        let x = format!("{x:.1}");
        html! {
            <g class={classes!("lane-mark", it.class)}>
                <line class={classes!("mark", it.class)} x1={x.clone()} x2={x} y1="1" y2="15"><title>{ &it.title }</title></line>
                { for label }
            </g>
        }
    };
    shown.map(mark).collect()
}

/// Slots that have a reachable master: the higher the more.
fn covered(lanes: &Lanes, window: Window, end: f64) -> Html {
    let mut pieces = Vec::new();
    for (at, &(from, part)) in lanes.covered.iter().enumerate() {
        let to = lanes.covered.get(at + 1).map_or(end, |it| it.0);
        if !window.shows(from, to) {
            continue;
        }
        let (left, right) = (window.x(from), window.x(to));
        let width = format!("{:.1}", (right - left).max(0.5));
        let (top, class) = (15.0 - 13.0 * part, if part < 1.0 { "missing" } else { "whole" });
        let missing = (part < 1.0).then(|| {
            html! { <rect class="hole" x={format!("{left:.1}")} y="2" width={width.clone()} height={format!("{:.1}", top - 2.0)} /> }
        });
        pieces.push(html! {
            <>
                <rect class={classes!("slots", class)} x={format!("{left:.1}")} y={format!("{top:.1}")}
                    {width} height={format!("{:.1}", 15.0 - top)} />
                { for missing }
            </>
        });
    }
    pieces.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_stays_within_what_was_lived() {
        let window = Window::around(10.0, 1000.0, 4.0, 500.0);
        assert_eq!((window.from, window.to), (0.0, 250.0));
        let window = Window::around(990.0, 1000.0, 4.0, 500.0);
        assert_eq!((window.from, window.to), (750.0, 1000.0));
        assert_eq!(window.x(875.0), 250.0);
    }
}
