//! The hub's worker, as the page holds it.

use std::cell::RefCell;
use std::rc::Rc;

use bridge::{FromHub, ToHub};
use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ErrorEvent, MessageEvent, Worker};
use yew::Callback;

use crate::browser;
use crate::nodes::{BOOT, Nodes, Wish, start_worker};
use crate::state::{Action, Trouble};

/// Seeds stay below this, so that a JavaScript number holds them.
const SEEDS: u64 = 1 << 52;

/// The seed in the address (`#seed=7`); none there leaves it to the scenario.
fn seed() -> Option<u64> {
    named("seed=").and_then(|it| it.parse::<u64>().ok()).filter(|&seed| seed < SEEDS)
}

/// The link to a moment of a lab in the address (`#lab=...`).
pub fn link() -> Option<String> {
    named("lab=")
}

/// What the address asks for.
pub struct Address {
    /// The seed.
    pub seed: Option<u64>,
    /// A link to a moment.
    pub link: Option<String>,
    /// What the page is reduced to inside another one (`#embed=graph,timeline`): the parts that are
    /// shown.
    pub embed: Option<Vec<String>>,
    /// Time stands when the lab opens (`play=0`).
    pub halted: bool,
    /// An exercise to open (`#exercise=ID`).
    pub exercise: Option<String>,
    /// The exercises of a workshop (`#workshop=ID,ID`).
    pub workshop: Option<Vec<String>>,
}

impl Address {
    /// What it says now.
    pub fn now() -> Self {
        let embed = named("embed=").map(|it| it.split(',').map(str::to_owned).collect());
        let halted = named("play=").is_some_and(|it| it == "0");
        let (exercise, workshop) = (exercise(), workshop());
        Self { seed: seed(), link: link(), embed, halted, exercise, workshop }
    }
}

/// The exercise in the address.
pub fn exercise() -> Option<String> {
    named("exercise=").filter(|it| is_id(it))
}

/// The exercises of a workshop in the address.
pub fn workshop() -> Option<Vec<String>> {
    let ids: Vec<String> = named("workshop=")?.split(',').map(str::to_owned).collect();
    ids.iter().all(|it| is_id(it)).then_some(ids)
}

/// Whether a word can be the name of an exercise's folder.
fn is_id(word: &str) -> bool {
    let fits = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
    !word.is_empty() && word.len() <= 60 && word.chars().all(fits)
}

/// What the address says after a name.
fn named(name: &str) -> Option<String> {
    let hash = browser::window().location().hash().unwrap_or_default();
    let mut parts = hash.trim_start_matches('#').split('&');
    parts.find_map(|it| it.strip_prefix(name)).map(str::to_owned)
}

/// The address of the page with a link to a moment.
pub fn address_of(link: &str) -> String {
    address_with(&format!("lab={link}"))
}

/// The address of the page with something else behind its `#`.
pub fn address_with(fragment: &str) -> String {
    let address = browser::window().location().href().unwrap_or_default();
    let page = address.split('#').next().unwrap_or_default();
    format!("{page}#{fragment}")
}

/// Puts the exercise that is open and the exercises of a workshop into the address, or takes them out.
pub fn show_exercise(exercise: Option<&str>, workshop: Option<&[String]>) {
    let hash = browser::window().location().hash().unwrap_or_default();
    let ours = |it: &&str| it.starts_with("exercise=") || it.starts_with("workshop=");
    let parts = hash.trim_start_matches('#').split('&').filter(|it| !it.is_empty());
    let mut parts: Vec<String> = parts.filter(|it| !ours(it)).map(str::to_owned).collect();
    parts.extend(workshop.map(|ids| format!("workshop={}", ids.join(","))));
    parts.extend(exercise.map(|id| format!("exercise={id}")));
    let wanted = format!("#{}", parts.join("&"));
    if wanted != hash && (wanted != "#" || !hash.is_empty()) {
        let _ = browser::window().location().replace(&wanted);
    }
}

/// Puts a link to a moment into the address.
pub fn show_link(link: &str) {
    let _ = browser::window().location().replace(&format!("#lab={link}{}", kept()));
}

/// What stays in the address whatever else it says.
fn kept() -> String {
    let embed = named("embed=").map(|it| format!("&embed={it}")).unwrap_or_default();
    let play = named("play=").map(|it| format!("&play={it}")).unwrap_or_default();
    embed + &play
}

/// The exercises that the address names.
fn exercises() -> String {
    let part = |name: &str| named(name).map(|it| format!("&{name}{it}")).unwrap_or_default();
    part("workshop=") + &part("exercise=")
}

/// A seed by chance, short enough to be read aloud.
pub fn random_seed() -> u64 {
    getrandom::u64().map_or(0, |chance| chance % 1_000_000)
}

/// Puts the seed into the address, so that a copied link opens the same lab.
pub fn show_seed(seed: u64) {
    let _ = browser::window().location().replace(&format!("#seed={seed}{}{}", kept(), exercises()));
}

/// The hub's worker and the closures that it calls.
struct Link {
    worker: Worker,
    nodes: Rc<Nodes>,
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
        let link = Self::listen(start_worker(BOOT, "hub")?, heard);
        let module = JsFuture::from(js_sys::WebAssembly::compile_streaming(&code)).await?;
        let boot = Object::new();
        Reflect::set(&boot, &"module".into(), &module)?;
        link.worker.post_message(&boot)?;
        // The hub asks for no node before it runs.
        let _ = link.nodes.module.set(module);
        Ok(link)
    }

    fn listen(worker: Worker, heard: Callback<Action>) -> Self {
        let broken = heard.clone();
        let nodes = Rc::new(Nodes::default());
        let started = Rc::clone(&nodes);
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(wish) = Wish::read(&event.data()) {
                return started.start(&wish);
            }
            // A broken worker's last word is plain text.
            if let Some(why) = event.data().as_string() {
                started.end();
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
        Self { worker, nodes, _on_message: on_message, _on_error: on_error }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.worker.terminate();
        self.nodes.end();
    }
}

fn explain(why: &JsValue) -> String {
    let message = Reflect::get(why, &"message".into()).ok().and_then(|it| it.as_string());
    message.unwrap_or_else(|| format!("{why:?}"))
}
