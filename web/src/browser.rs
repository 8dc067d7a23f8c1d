//! The few things that the page asks of the browser itself.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Blob, BlobPropertyBag, Element, HtmlAnchorElement, HtmlDialogElement, HtmlElement, Storage,
    Url, Window,
};
use yew::NodeRef;

use crate::i18n::Lang;

/// The window.
///
/// # Panics
/// Outside of a page, where none of this runs.
pub fn window() -> Window {
    web_sys::window().expect("the page runs in a window")
}

/// An element by its id.
pub fn element(id: &str) -> Option<Element> {
    window().document()?.get_element_by_id(id)
}

/// The first element that a selector finds.
pub fn find(selector: &str) -> Option<Element> {
    window().document()?.query_selector(selector).ok().flatten()
}

/// All elements that a selector finds.
pub fn all(selector: &str) -> Vec<Element> {
    let found = window().document().and_then(|it| it.query_selector_all(selector).ok());
    let Some(found) = found else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect()
}

/// Presses a button by its id.
pub fn click(id: &str) {
    if let Some(button) = element(id).and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        button.click();
    }
}

/// Moves the keyboard to an element.
pub fn focus(id: &str) {
    let Some(element) = element(id) else { return };
    // What is drawn takes the keyboard as HTML does, by a method of the same name.
    let _ = element.unchecked_into::<HtmlElement>().focus();
}

/// Sets a custom property of an element: the page's policy refuses style attributes.
pub fn set_property(place: &NodeRef, name: &str, value: &str) {
    if let Some(element) = place.cast::<HtmlElement>() {
        let _ = element.style().set_property(name, value);
    }
}

/// Opens a `<dialog>`: it holds the keyboard until it is closed, and then gives it back.
pub fn open_dialog(id: &str) {
    let dialog = element(id).and_then(|it| it.dyn_into::<HtmlDialogElement>().ok());
    if let Some(dialog) = dialog.filter(|it| !it.open()) {
        let _ = dialog.show_modal();
    }
}

/// Whether a key press is meant for an open dialog.
pub fn is_in_dialog() -> bool {
    let open = window().document().and_then(|it| it.query_selector("dialog[open]").ok());
    open.flatten().is_some()
}

/// Whether the keyboard is on nothing in particular.
pub fn is_nowhere() -> bool {
    let active = window().document().and_then(|it| it.active_element());
    active.is_none_or(|it| it.tag_name() == "BODY")
}

/// Milliseconds since the page was opened.
pub fn now() -> f64 {
    window().performance().map_or(0.0, |it| it.now())
}

/// Leaves a mark for those who measure the start.
pub fn mark(name: &str) {
    if let Some(performance) = window().performance() {
        let _ = performance.mark(name);
    }
}

/// Whether a media query holds.
pub fn matches(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|it| it.matches())
}

/// Whether the person asked for less motion.
pub fn reduced_motion() -> bool {
    matches("(prefers-reduced-motion: reduce)")
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// Reads what the page remembers between visits.
pub fn recall(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

/// Remembers something until the next visit, if the browser allows.
pub fn remember(key: &str, value: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(key, value);
    }
}

/// The language that the person chose here before, or the first of theirs that the page speaks.
pub fn language() -> Lang {
    if let Some(lang) = recall("lang").and_then(|tag| Lang::from_tag(&tag)) {
        return lang;
    }
    let spoken = window().navigator().languages();
    let mut spoken = spoken.iter().filter_map(|tag| Lang::from_tag(&tag.as_string()?));
    spoken.next().unwrap_or_default()
}

/// Tells the browser which language the page is in, for whoever reads it aloud.
pub fn show_language(lang: Lang) {
    let root = window().document().and_then(|it| it.document_element());
    if let Some(root) = root {
        let _ = root.set_attribute("lang", lang.tag());
    }
}

/// Whether text is selected, so that a copy has something to copy.
pub fn has_selection() -> bool {
    window().get_selection().ok().flatten().is_some_and(|it| !it.is_collapsed())
}

/// Puts text on the clipboard, then tells whether it is there: the browser may refuse, and a page
/// that did not come by HTTPS has no clipboard.
pub fn copy(text: &str, then: impl FnOnce(bool) + 'static) {
    let clipboard = window().navigator().clipboard();
    if clipboard.is_undefined() {
        return then(false);
    }
    let written = JsFuture::from(clipboard.write_text(text));
    spawn_local(async move { then(written.await.is_ok()) });
}

/// Hands a text to the person as a file.
pub fn save_file(name: &str, kind: &str, text: &str) {
    save(name, kind, text.as_bytes());
}

/// Offers bytes as a file to save.
pub fn save(name: &str, mime: &str, bytes: &[u8]) {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options);
    let Some(url) = blob.ok().and_then(|it| Url::create_object_url_with_blob(&it).ok()) else {
        return;
    };
    let link = window().document().and_then(|it| it.create_element("a").ok());
    if let Some(link) = link.and_then(|it| it.dyn_into::<HtmlAnchorElement>().ok()) {
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    // The download holds on to the blob by itself.
    let _ = Url::revoke_object_url(&url);
}

/// The value of a CSS variable of the page.
pub fn css_variable(name: &str) -> String {
    let root = window().document().and_then(|it| it.document_element());
    let style = root.and_then(|it| window().get_computed_style(&it).ok().flatten());
    style.and_then(|it| it.get_property_value(name).ok()).unwrap_or_default()
}

/// Says in plain words that the page cannot go on; the markup waits in `index.html`.
pub fn show_broken(why: &str) {
    if let Some(place) = element("broken-why") {
        place.set_text_content(Some(why));
    }
    if let Some(place) = element("broken") {
        let _ = place.remove_attribute("hidden");
    }
}

/// Whether a key press is meant for a text field.
pub fn is_typing(event: &web_sys::Event) -> bool {
    event
        .target()
        .and_then(|it| it.dyn_into::<Element>().ok())
        .is_some_and(|it| matches!(it.tag_name().as_str(), "INPUT" | "SELECT" | "TEXTAREA"))
}

/// Calls something once, later, unless it is dropped before.
pub struct Timer {
    handle: i32,
    _closure: Closure<dyn FnMut()>,
}

impl Timer {
    /// Calls in `ms` milliseconds.
    pub fn after(ms: i32, call: impl FnOnce() + 'static) -> Self {
        let closure = Closure::once(call);
        let function = closure.as_ref().unchecked_ref();
        let handle = window().set_timeout_with_callback_and_timeout_and_arguments_0(function, ms);
        Self { handle: handle.unwrap_or_default(), _closure: closure }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        window().clear_timeout_with_handle(self.handle);
    }
}

/// A listener on the window that lasts as long as this value.
pub struct Listener {
    name: &'static str,
    closure: Closure<dyn FnMut(web_sys::Event)>,
}

impl Listener {
    /// Calls `hear` at each event of that name.
    pub fn on_window(name: &'static str, hear: impl FnMut(web_sys::Event) + 'static) -> Self {
        let closure = Closure::<dyn FnMut(web_sys::Event)>::new(hear);
        let _ = window().add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
        Self { name, closure }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = window()
            .remove_event_listener_with_callback(self.name, self.closure.as_ref().unchecked_ref());
    }
}
