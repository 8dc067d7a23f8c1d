//! The hub's worker, as the page holds it.

use std::cell::RefCell;
use std::rc::Rc;

use bridge::{FromHub, ToHub};
use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::Callback;

use crate::browser;
use crate::state::{Action, Trouble};

/// Seeds stay below this, so that a JavaScript number holds them.
const SEEDS: u64 = 1 << 52;

/// The seed in the address (`#seed=7`); none there leaves it to the scenario.
pub fn seed() -> Option<u64> {
    let hash = browser::window().location().hash().unwrap_or_default();
    let named = hash.trim_start_matches('#').split('&').find_map(|it| it.strip_prefix("seed="));
    named.and_then(|it| it.parse::<u64>().ok()).filter(|&seed| seed < SEEDS)
}

/// A seed by chance, short enough to be read aloud.
pub fn random_seed() -> u64 {
    getrandom::u64().map_or(0, |chance| chance % 1_000_000)
}

/// Puts the seed into the address, so that a copied link opens the same lab.
pub fn show_seed(seed: u64) {
    let _ = browser::window().location().replace(&format!("#seed={seed}"));
}

/// The hub's worker and the closures that it calls.
struct Link {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

/// The way to the hub; messages posted before it exists are dropped, so wait for `Ready`.
#[derive(Clone, Default)]
pub struct Hub(Rc<RefCell<Option<Link>>>);

impl Hub {
    /// Compiles the worker's code once and starts the hub with it.
    pub fn start(&self, heard: Callback<Action>) {
        let slot = Rc::clone(&self.0);
        wasm_bindgen_futures::spawn_local(async move {
            match Link::open(heard.clone()).await {
                Ok(link) => *slot.borrow_mut() = Some(link),
                Err(why) => heard.emit(Action::Broken(Trouble::Unloaded(explain(&why)))),
            }
        });
    }

    /// Sends a message.
    pub fn send(&self, message: &ToHub) {
        if let (Some(link), Ok(value)) =
            (self.0.borrow().as_ref(), serde_wasm_bindgen::to_value(message))
        {
            let _ = link.worker.post_message(&value);
        }
    }
}

impl Link {
    async fn open(heard: Callback<Action>) -> Result<Self, JsValue> {
        let code = browser::window().fetch_with_str("./worker_bg.wasm");
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name("hub");
        let worker = Worker::new_with_options("./boot.js", &options)?;
        let link = Self::listen(worker, heard);
        let module = JsFuture::from(js_sys::WebAssembly::compile_streaming(&code)).await?;
        let boot = Object::new();
        Reflect::set(&boot, &"module".into(), &module)?;
        link.worker.post_message(&boot)?;
        Ok(link)
    }

    fn listen(worker: Worker, heard: Callback<Action>) -> Self {
        let broken = heard.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            // A broken worker's last word is plain text.
            if let Some(why) = event.data().as_string() {
                return heard.emit(Action::Broken(Trouble::Broke(why)));
            }
            match serde_wasm_bindgen::from_value::<FromHub>(event.data()) {
                Ok(message) => heard.emit(Action::Heard(Box::new(message), browser::now())),
                Err(why) => heard.emit(Action::Broken(Trouble::Odd(why.to_string()))),
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
            event.prevent_default();
            // A worker whose file is missing or refused reports an error without a message.
            let message = Reflect::get(&event, &"message".into()).ok();
            let message = message.and_then(|it| it.as_string());
            broken.emit(Action::Broken(message.map_or(Trouble::NoWorker, Trouble::Broke)));
        });
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Self { worker, _on_message: on_message, _on_error: on_error }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

fn explain(why: &JsValue) -> String {
    let message = Reflect::get(why, &"message".into()).ok().and_then(|it| it.as_string());
    message.unwrap_or_else(|| format!("{why:?}"))
}
