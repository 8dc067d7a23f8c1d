//! How much of the page's height the panels take: a handle to drag, keys, and a button.

use web_sys::{Element, PointerEvent};
use yew::prelude::*;

use crate::browser;
use crate::icons::Icon;
use crate::state::{Action, State};
use crate::t;

/// The least and the most, percent.
const RANGE: (f64, f64) = (20.0, 80.0);
/// What the panels take unless somebody wants it otherwise, and with more room, percent.
const USUAL: f64 = 36.0;
const WIDE: f64 = 66.0;
/// What an arrow key changes, percent.
const STEP: f64 = 4.0;

/// What the panels took at the last visit, percent.
pub fn remembered() -> f64 {
    let share = browser::recall("panels-share").and_then(|it| it.parse().ok());
    share.map_or(USUAL, |it: f64| it.clamp(RANGE.0, RANGE.1))
}

/// Properties of [`Height`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The page's state.
    pub state: UseReducerHandle<State>,
}

/// The handle above the panels, and the button that gives them more room.
#[component]
pub fn Height(props: &Props) -> Html {
    let share = props.state.share;
    let set = {
        let dispatcher = props.state.dispatcher();
        Callback::from(move |share: f64| {
            let share = share.clamp(RANGE.0, RANGE.1);
            browser::remember("panels-share", &share.to_string());
            dispatcher.dispatch(Action::Share(share));
        })
    };
    let onpointerdown = Callback::from(|event: PointerEvent| {
        if let Some(handle) = event.target_dyn_into::<Element>() {
            let _ = handle.set_pointer_capture(event.pointer_id());
        }
        event.prevent_default();
    });
    let onpointermove = {
        let set = set.clone();
        Callback::from(move |event: PointerEvent| {
            if let Some(share) = dragged(&event) {
                set.emit(share);
            }
        })
    };
    let onkeydown = {
        let set = set.clone();
        Callback::from(move |event: KeyboardEvent| {
            let to = match event.key().as_str() {
                "ArrowUp" => share + STEP,
                "ArrowDown" => share - STEP,
                "Home" => RANGE.0,
                "End" => RANGE.1,
                _ => return,
            };
            event.prevent_default();
            set.emit(to);
        })
    };
    let wide = share > (USUAL + WIDE) / 2.0;
    let toggle = set.reform(move |_: MouseEvent| if wide { USUAL } else { WIDE });
    let (icon, name) = match wide {
        true => (Icon::Down, t!("panels-narrow")),
        false => (Icon::Up, t!("panels-widen")),
    };
    let now = format!("{share:.0}");
    html! {
        <>
            <div class="handle" role="separator" tabindex="0" aria-orientation="horizontal"
                aria-label={t!("panels-resize")} title={t!("panels-resize")}
                aria-valuenow={now.clone()} aria-valuemin={RANGE.0.to_string()} aria-valuemax={RANGE.1.to_string()}
                aria-valuetext={t!("panels-share", size = format!("{now}%"))}
                {onpointerdown} {onpointermove} {onkeydown}></div>
            <button id="panels-room" class="quiet" title={name.clone()} aria-label={name} onclick={toggle}>
                { icon.draw() }
            </button>
        </>
    }
}

/// What the panels take when the handle is dragged to here, percent.
fn dragged(event: &PointerEvent) -> Option<f64> {
    let handle = event.target_dyn_into::<Element>()?;
    if !handle.has_pointer_capture(event.pointer_id()) {
        return None;
    }
    let whole = handle.closest("main").ok()??.get_bounding_client_rect();
    Some((whole.bottom() - f64::from(event.client_y())) / whole.height() * 100.0)
}
