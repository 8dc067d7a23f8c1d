//! A border between two parts of the page that can be moved: by dragging, and by keys.

use web_sys::{Element, PointerEvent};
use yew::prelude::*;

use crate::browser;

/// A border, as it never changes.
pub struct Border {
    /// What the page remembers it by.
    pub memory: &'static str,
    /// The class of its handle.
    pub class: &'static str,
    /// As `aria-orientation` has it.
    pub orientation: &'static str,
    /// The least, what is usual, and the most.
    pub range: (f64, f64, f64),
    /// What an arrow key changes.
    pub step: f64,
    /// The keys for less and for more.
    pub keys: [&'static str; 2],
    /// What the handle is dragged to.
    pub dragged: fn(&Element, &PointerEvent) -> Option<f64>,
}

impl Border {
    /// Where it was at the last visit.
    pub fn remembered(&self) -> f64 {
        let value = browser::recall(self.memory).and_then(|it| it.parse().ok());
        value.map_or(self.range.1, |it: f64| self.within(it))
    }

    fn within(&self, value: f64) -> f64 {
        value.clamp(self.range.0, self.range.2)
    }

    /// Its handle when it is at `value`; `set` hears where it goes, which is remembered.
    pub fn handle(&'static self, value: f64, set: &Callback<f64>) -> Handle {
        let set = set.reform(|value: f64| {
            let value = self.within(value);
            browser::remember(self.memory, &value.to_string());
            value
        });
        Handle { border: self, value, set }
    }
}

/// A border's handle.
pub struct Handle {
    border: &'static Border,
    value: f64,
    /// Moves the border.
    pub set: Callback<f64>,
}

impl Handle {
    /// The handle itself.
    pub fn draw(&self, name: &str, said: Option<String>) -> Html {
        let (border, value) = (self.border, self.value);
        let onpointerdown = Callback::from(|event: PointerEvent| {
            if let Some(handle) = event.target_dyn_into::<Element>() {
                let _ = handle.set_pointer_capture(event.pointer_id());
            }
            event.prevent_default();
        });
        let set = self.set.clone();
        let onpointermove = Callback::from(move |event: PointerEvent| {
            let handle = event.target_dyn_into::<Element>();
            let held = handle.filter(|it| it.has_pointer_capture(event.pointer_id()));
            if let Some(to) = held.and_then(|it| (border.dragged)(&it, &event)) {
                set.emit(to);
            }
        });
        let set = self.set.clone();
        let onkeydown = Callback::from(move |event: KeyboardEvent| {
            let to = match event.key() {
                key if key == border.keys[0] => value - border.step,
                key if key == border.keys[1] => value + border.step,
                key if key == "Home" => border.range.0,
                key if key == "End" => border.range.2,
                _ => return,
            };
            event.prevent_default();
            set.emit(to);
        });
        html! {
            <div class={border.class} role="separator" tabindex="0" aria-orientation={border.orientation}
                aria-label={name.to_owned()} title={name.to_owned()} aria-valuetext={said}
                aria-valuenow={format!("{value:.0}")} aria-valuemin={border.range.0.to_string()}
                aria-valuemax={border.range.2.to_string()} {onpointerdown} {onpointermove} {onkeydown}></div>
        }
    }
}
