//! The few things that the page asks of the browser itself.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, Storage, Window};

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

/// Moves the keyboard to an element.
pub fn focus(id: &str) {
    if let Some(element) = element(id).and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
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

/// Gives the panels this part of the height, percent. Not as a `style` attribute: the page's policy
/// forbids those.
pub fn show_share(share: f64) {
    let root = window().document().and_then(|it| it.document_element());
    if let Some(root) = root.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        let _ = root.style().set_property("--panels-share", &format!("{share:.1}"));
    }
}

/// Whether text is selected, so that a copy has something to copy.
pub fn has_selection() -> bool {
    window().get_selection().ok().flatten().is_some_and(|it| !it.is_collapsed())
}

/// Puts text on the clipboard; the browser may refuse.
pub fn copy(text: &str) {
    let _ = window().navigator().clipboard().write_text(text);
}

/// Hands a text to the person as a file.
pub fn save_file(name: &str, kind: &str, text: &str) {
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    let bag = web_sys::BlobPropertyBag::new();
    bag.set_type(kind);
    let Ok(blob) = web_sys::Blob::new_with_str_sequence_and_options(&parts, &bag) else { return };
    let Ok(url) = web_sys::Url::create_object_url_with_blob(&blob) else { return };
    let anchor = window().document().and_then(|it| it.create_element("a").ok());
    if let Some(anchor) = anchor.and_then(|it| it.dyn_into::<web_sys::HtmlAnchorElement>().ok()) {
        anchor.set_href(&url);
        anchor.set_download(name);
        anchor.click();
    }
    let _ = web_sys::Url::revoke_object_url(&url);
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
