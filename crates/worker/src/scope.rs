//! The worker that this program runs in.

use js_sys::Reflect;
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessagePort};

/// The worker's global scope.
pub(crate) fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// The name that its creator gave it.
pub(crate) fn name() -> String {
    scope().name()
}

/// Posts plain data to the creator.
pub(crate) fn post_message(message: &impl Serialize) {
    let value = serde_wasm_bindgen::to_value(message).expect("messages are plain data");
    scope().post_message(&value).expect("plain data can be posted");
}

/// A node's way to its hub, as `boot.js` keeps it.
pub(crate) fn port() -> MessagePort {
    let port = Reflect::get(&scope(), &"port".into()).expect("the scope is an object");
    port.unchecked_into()
}

/// Tells the creator what broke, as text, and ends the worker. Without this the creator would hear
/// only "unreachable", and the broken program would go on taking messages.
pub(crate) fn report_panics() {
    std::panic::set_hook(Box::new(|info| {
        let text = info.to_string();
        web_sys::console::error_1(&JsValue::from_str(&text));
        let _ = scope().post_message(&JsValue::from_str(&text));
        scope().close();
    }));
}

/// Milliseconds since the worker started, in steps of a tenth.
pub(crate) fn wall_ms() -> f64 {
    scope().performance().expect("a worker has a clock").now()
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use bridge::{Action, FromHub, History, PastAction, ToHub};
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn messages_survive_the_way_between_page_and_hub() {
        let there = ToHub::Open { scenario: "walkthrough".to_owned(), seed: Some((1 << 52) - 1) };
        let value = serde_wasm_bindgen::to_value(&there).expect("plain data");
        assert_eq!(serde_wasm_bindgen::from_value::<ToHub>(value).expect("the same"), there);
        let action = Action::Type { host: 3, line: "redis-cli ping".to_owned() };
        let back = FromHub::History(Box::new(History {
            scenario: "walkthrough".to_owned(),
            seed: 7,
            now_us: 3_395_000_001,
            hash: "00ff".to_owned(),
            actions: vec![PastAction { at_us: 5, action }],
        }));
        let value = serde_wasm_bindgen::to_value(&back).expect("plain data");
        assert_eq!(serde_wasm_bindgen::from_value::<FromHub>(value).expect("the same"), back);
    }
}
