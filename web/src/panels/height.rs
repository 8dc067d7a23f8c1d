//! How much of the page's height the panels take, percent: a handle, and a button.

use web_sys::{Element, PointerEvent};
use yew::prelude::*;

use crate::border::Border;
use crate::icons::Icon;
use crate::state::{Action, State};
use crate::t;

/// What the panels take unless somebody wants it otherwise, and with more room, percent.
const USUAL: f64 = 36.0;
const WIDE: f64 = 66.0;

/// The border between the graph and the panels.
pub static HEIGHT: Border = Border {
    memory: "panels-share",
    class: "handle",
    orientation: "horizontal",
    range: (20.0, USUAL, 80.0),
    step: 4.0,
    keys: ["ArrowDown", "ArrowUp"],
    dragged,
};

fn dragged(handle: &Element, event: &PointerEvent) -> Option<f64> {
    let whole = handle.closest("main").ok()??.get_bounding_client_rect();
    Some((whole.bottom() - f64::from(event.client_y())) / whole.height() * 100.0)
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
    let dispatcher = props.state.dispatcher();
    let set = Callback::from(move |share: f64| dispatcher.dispatch(Action::Share(share)));
    let handle = HEIGHT.handle(share, &set);
    let wide = share > (USUAL + WIDE) / 2.0;
    let toggle = handle.set.reform(move |_: MouseEvent| if wide { USUAL } else { WIDE });
    let (icon, name) = match wide {
        true => (Icon::Down, t!("panels-narrow")),
        false => (Icon::Up, t!("panels-widen")),
    };
    let said = t!("panels-share", size = format!("{share:.0}%"));
    html! {
        <>
            { handle.draw(&t!("panels-resize"), Some(said)) }
            <button id="panels-room" class="quiet" title={name.clone()} aria-label={name} onclick={toggle}>
                { icon.draw() }
            </button>
        </>
    }
}
