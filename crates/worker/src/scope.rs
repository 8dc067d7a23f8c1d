//! The worker that this program runs in.

use js_sys::{Array, Uint8Array};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::DedicatedWorkerGlobalScope;

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

/// Posts bytes to the creator, without a copy on the way.
pub(crate) fn post_bytes(bytes: &[u8]) {
    let buffer = Uint8Array::new_from_slice(bytes).buffer();
    let moved = Array::of1(&buffer);
    scope().post_message_with_transfer(&buffer, &moved).expect("a fresh buffer can be posted");
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
