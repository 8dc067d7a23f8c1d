//! Keys that work anywhere but in a text field.

use bridge::ToHub;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;
use yew::prelude::*;

use crate::browser::{self, Listener};
use crate::controls::beside;
use crate::shortcuts;
use crate::state::{Action, State};

/// Listens for the page's keys.
#[hook]
pub fn use_keys(state: &UseReducerHandle<State>) {
    let latest = use_mut_ref(|| state.clone());
    *latest.borrow_mut() = state.clone();
    use_effect_with((), move |()| {
        let listener = Listener::on_window("keydown", move |event| {
            let state = latest.borrow().clone();
            let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
            if let Some(action) = action(&state, key) {
                event.prevent_default();
                state.dispatch(action);
            }
        });
        move || drop(listener)
    });
}

fn action(state: &State, event: &KeyboardEvent) -> Option<Action> {
    // A dialog has its own keys.
    if browser::is_in_dialog()
        || event.ctrl_key()
        || event.alt_key()
        || event.meta_key()
        || event.default_prevented()
    {
        return None;
    }
    let key = event.key();
    if key == "Escape" && state.selected.is_some() {
        return Some(Action::Select(None));
    }
    if browser::is_typing(event) {
        return None;
    }
    match key.as_str() {
        " " if !on_button(event) => Some(Action::Tell(ToHub::Run(!state.running()))),
        "." => Some(Action::Tell(ToHub::Step)),
        "n" => Some(Action::Tell(ToHub::NextEvent)),
        "]" | "+" => Some(Action::Tell(ToHub::Speed(beside(state.speed(), 1)))),
        "[" | "-" => Some(Action::Tell(ToHub::Speed(beside(state.speed(), -1)))),
        "?" => {
            shortcuts::open();
            event.prevent_default();
            None
        }
        "/" | "`" => Some(Action::ToConsole),
        _ => {
            let host = key.parse::<usize>().ok()?.checked_sub(1)?;
            (host < state.consoles.len()).then_some(Action::Tab(host))
        }
    }
}

/// Space presses the button that has the keyboard.
fn on_button(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|it| {
        it.tag_name() == "BUTTON" || it.get_attribute("role").as_deref() == Some("button")
    })
}
