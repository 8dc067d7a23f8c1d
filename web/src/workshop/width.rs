//! How wide the column of exercises is: a handle to drag, and keys.

use web_sys::{Element, PointerEvent};
use yew::prelude::*;

use crate::browser;
use crate::i18n::use_lang;
use crate::t;

/// The least, what is usual, and the most, pixels.
const RANGE: (f64, f64, f64) = (280.0, 372.0, 760.0);
/// What an arrow key changes, pixels.
const STEP: f64 = 24.0;
/// What the page remembers.
const MEMORY: &str = "exercise-width";

/// The width at the last visit, pixels.
pub fn remembered() -> f64 {
    let width = browser::recall(MEMORY).and_then(|it| it.parse().ok());
    width.map_or(RANGE.1, |it: f64| it.clamp(RANGE.0, RANGE.2))
}

/// Properties of [`Width`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What it is, pixels.
    pub width: f64,
    /// Changes it.
    pub set: Callback<f64>,
}

/// The handle at the column's side.
#[component]
pub fn Width(props: &Props) -> Html {
    use_lang();
    let width = props.width;
    let set = props.set.reform(|width: f64| {
        let width = width.clamp(RANGE.0, RANGE.2);
        browser::remember(MEMORY, &width.to_string());
        width
    });
    let onpointerdown = Callback::from(|event: PointerEvent| {
        if let Some(handle) = event.target_dyn_into::<Element>() {
            let _ = handle.set_pointer_capture(event.pointer_id());
        }
        event.prevent_default();
    });
    let onpointermove = {
        let set = set.clone();
        Callback::from(move |event: PointerEvent| {
            let Some(handle) = event.target_dyn_into::<Element>() else { return };
            let Ok(Some(column)) = handle.closest(".player") else { return };
            if handle.has_pointer_capture(event.pointer_id()) {
                set.emit(f64::from(event.client_x()) - column.get_bounding_client_rect().left());
            }
        })
    };
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        let to = match event.key().as_str() {
            "ArrowRight" => width + STEP,
            "ArrowLeft" => width - STEP,
            "Home" => RANGE.0,
            "End" => RANGE.2,
            _ => return,
        };
        event.prevent_default();
        set.emit(to);
    });
    html! {
        <div class="width-handle" role="separator" tabindex="0" aria-orientation="vertical"
            aria-label={t!("workshop-resize")} title={t!("workshop-resize")}
            aria-valuenow={format!("{width:.0}")} aria-valuemin={RANGE.0.to_string()} aria-valuemax={RANGE.2.to_string()}
            {onpointerdown} {onpointermove} {onkeydown}></div>
    }
}
