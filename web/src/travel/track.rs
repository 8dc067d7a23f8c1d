//! The line of time: a slider with marks where something turned.

use bridge::Fact;
use web_sys::{Element, PointerEvent};
use yew::prelude::*;

use crate::format::moment;
use crate::shared::Shared;
use crate::state::travel::TravelAction;
use crate::state::travel::chronicle::{Chronicle, acted_ms};
use crate::state::{Action, Page};
use crate::t;
use crate::words;

/// The track's inner width: marks are put on so many places.
const WIDTH: f64 = 1000.0;
/// What the keys move by, virtual milliseconds.
const STEP: f64 = 1_000.0;
const PAGE: f64 = 10_000.0;

/// Properties of [`Track`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The page's state.
    pub state: Page,
}

/// The line of time.
#[component]
pub fn Track(props: &Props) -> Html {
    let state = &props.state;
    let (end, now) = (state.end_ms(), state.shown_ms());
    let at = if state.in_past() { now } else { end };
    let visit = {
        let dispatcher = state.dispatcher();
        Callback::from(move |at: f64| {
            dispatcher.dispatch(Action::Travel(TravelAction::Visit(at)));
        })
    };
    let onpointerdown = {
        let visit = visit.clone();
        Callback::from(move |event: PointerEvent| {
            let Some(track) = track_of(&event) else { return };
            let _ = track.set_pointer_capture(event.pointer_id());
            visit.emit(pointed(&track, &event, end));
        })
    };
    let onpointermove = {
        let visit = visit.clone();
        Callback::from(move |event: PointerEvent| {
            let Some(track) = track_of(&event) else { return };
            if track.has_pointer_capture(event.pointer_id()) {
                visit.emit(pointed(&track, &event, end));
            }
        })
    };
    let onkeydown = {
        let dispatcher = state.dispatcher();
        Callback::from(move |event: KeyboardEvent| {
            if let Some(action) = keys(&event, at, end) {
                event.prevent_default();
                dispatcher.dispatch(Action::Travel(action));
            }
        })
    };
    let said = match state.in_past() {
        true => t!("travel-at-past", at = moment(now), end = moment(end)),
        false => t!("travel-at-present", at = moment(end)),
    };
    html! {
        <div id="track" class="track" role="slider" tabindex="0" aria-label={t!("travel-track")}
            title={t!("travel-track-about")} aria-valuemin="0" aria-valuemax={format!("{end:.0}")}
            aria-valuenow={format!("{at:.0}")} aria-valuetext={said} data-at-ms={at.to_string()}
            {onpointerdown} {onpointermove} {onkeydown}>
            <svg viewBox="0 0 1000 22" preserveAspectRatio="none" aria-hidden="true">
                <line class="rail" x1="0" x2="1000" y1="11" y2="11" />
                <line class="lived" x1="0" x2={place(at, end)} y1="11" y2="11" />
                <Marks chronicle={Shared::new(state.past.chronicle.clone())}
                    revision={state.past.chronicle.revision()} end={scale(end)} />
                <line class="thumb" x1={place(at, end)} x2={place(at, end)} y1="1" y2="21" />
            </svg>
        </div>
    }
}

/// What a key asks for on a line of time that ends at `end`.
pub fn keys(event: &KeyboardEvent, at: f64, end: f64) -> Option<TravelAction> {
    if event.ctrl_key() || event.alt_key() || event.meta_key() {
        return None;
    }
    let step = if event.shift_key() { STEP / 10.0 } else { STEP };
    Some(match event.key().as_str() {
        "ArrowLeft" | "ArrowDown" => TravelAction::Visit(at - step),
        "ArrowRight" | "ArrowUp" => TravelAction::Visit(at + step),
        "PageDown" => TravelAction::Visit(at - PAGE),
        "PageUp" => TravelAction::Visit(at + PAGE),
        "Home" => TravelAction::Visit(0.0),
        "End" => TravelAction::Visit(end),
        "," => TravelAction::Previous,
        "." => TravelAction::Following,
        "Escape" => TravelAction::Return,
        _ => return None,
    })
}

fn track_of(event: &PointerEvent) -> Option<Element> {
    event.current_target().and_then(|it| wasm_bindgen::JsCast::dyn_into::<Element>(it).ok())
}

fn pointed(track: &Element, event: &PointerEvent, end: f64) -> f64 {
    let line = track.get_bounding_client_rect();
    let part = (f64::from(event.client_x()) - line.left()) / line.width().max(1.0);
    part.clamp(0.0, 1.0) * end
}

fn place(at: f64, end: f64) -> String {
    format!("{:.1}", at / end.max(1.0) * WIDTH)
}

/// The end for which marks are placed: while time passes they move now and then, not always.
fn scale(end: f64) -> f64 {
    let step = (end / 400.0).max(1.0);
    (end / step).ceil() * step
}

/// A class for what a mark is about.
pub fn tone_class(fact: &Fact) -> &'static str {
    words::tone(fact).class()
}

#[derive(Properties)]
struct MarksProps {
    chronicle: Shared<Chronicle>,
    revision: usize,
    end: f64,
}

impl PartialEq for MarksProps {
    fn eq(&self, other: &Self) -> bool {
        (self.revision, self.end) == (other.revision, other.end)
    }
}

/// Where something turned, and below the line where somebody did something.
#[component]
fn Marks(props: &MarksProps) -> Html {
    let MarksProps { chronicle, end, .. } = props;
    let turned = |fact: &Fact| words::is_turning_point(fact) || matches!(fact, Fact::Started);
    let mut last = (String::new(), "");
    let events = chronicle.events().filter(|it| turned(&it.fact)).filter_map(|event| {
        let x = place(event.at_ms, *end);
        let mark = (x.clone(), tone_class(&event.fact));
        let class = classes!("mark", mark.1);
        let same = last == mark;
        last = mark;
        (!same).then(|| html! { <line {class} x1={x.clone()} x2={x} y1="3" y2="11" /> })
    });
    let events: Vec<Html> = events.collect();
    let acted = chronicle.acted().map(|it| place(acted_ms(it), *end)).map(|x| {
        html! { <line class="mark acted" x1={x.clone()} x2={x} y1="12" y2="18" /> }
    });
    html! { <>{ events }{ for acted }</> }
}
