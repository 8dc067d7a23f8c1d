//! How wide the column of exercises is, pixels.

use web_sys::{Element, PointerEvent};
use yew::prelude::*;

use crate::border::Border;
use crate::i18n::use_lang;
use crate::t;

/// The border between the column and the lab.
pub static WIDTH: Border = Border {
    memory: "exercise-width",
    class: "width-handle",
    orientation: "vertical",
    range: (280.0, 372.0, 760.0),
    step: 24.0,
    keys: ["ArrowLeft", "ArrowRight"],
    dragged,
};

fn dragged(handle: &Element, event: &PointerEvent) -> Option<f64> {
    let column = handle.closest(".player").ok()??;
    Some(f64::from(event.client_x()) - column.get_bounding_client_rect().left())
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
    WIDTH.handle(props.width, &props.set).draw(&t!("workshop-resize"), None)
}
