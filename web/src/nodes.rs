//! The nodes' workers. The hub asks for them and talks to them; the page starts and ends them,
//! since a worker of Firefox that starts workers can hang for good: while it waits for the new
//! one to be registered, the new one may take the signal that was meant for it.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, MessagePort, Worker, WorkerOptions, WorkerType};

/// The script of the hub and the nodes.
pub const BOOT: &str = "./boot.js";

/// Starts a worker.
pub fn start_worker(script: &str, name: &str) -> Result<Worker, JsValue> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    options.set_name(name);
    Worker::new_with_options(script, &options)
}

/// What the hub asks for: a worker of this name.
pub struct Wish {
    name: String,
    /// The way between hub and worker; it is the worker's.
    work: MessagePort,
    /// The way between hub and page: what the worker broke of goes there, and whatever comes from
    /// there ends it.
    care: MessagePort,
}

impl Wish {
    /// Reads what the hub posted; none when it is something else.
    pub fn read(data: &JsValue) -> Option<Self> {
        let part = |name: &str| Reflect::get(data, &name.into()).ok();
        let name = part("start")?.as_string()?;
        let [work, care] = [part("work")?.dyn_into().ok()?, part("care")?.dyn_into().ok()?];
        Some(Self { name, work, care })
    }
}

/// A worker and the closures that it calls.
struct Node {
    worker: Worker,
    care: MessagePort,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
    _on_care: Closure<dyn FnMut(MessageEvent)>,
}

impl Drop for Node {
    fn drop(&mut self) {
        self.worker.terminate();
        self.care.close();
    }
}

/// All workers of nodes; dropping it ends them.
#[derive(Default)]
pub struct Nodes {
    /// The workers' program, compiled.
    pub module: OnceCell<JsValue>,
    all: Rc<RefCell<BTreeMap<u32, Node>>>,
    last: Cell<u32>,
}

impl Nodes {
    /// Starts what the hub asks for.
    pub fn start(&self, wish: &Wish) {
        if let Err(why) = self.try_start(wish) {
            let _ = wish.care.post_message(&format!("its worker did not start: {why:?}").into());
        }
    }

    /// Ends all of them.
    pub fn end(&self) {
        self.all.borrow_mut().clear();
    }

    fn try_start(&self, wish: &Wish) -> Result<(), JsValue> {
        let worker = start_worker(BOOT, &wish.name)?;
        let boot = Object::new();
        Reflect::set(&boot, &"module".into(), self.module.get().unwrap_or(&JsValue::NULL))?;
        Reflect::set(&boot, &"port".into(), &wish.work)?;
        worker.post_message_with_transfer(&boot, &Array::of1(&wish.work))?;
        let id = self.last.get() + 1;
        self.last.set(id);
        let (care, all) = (wish.care.clone(), Rc::clone(&self.all));
        let on_care = Closure::new(move |_| drop(all.borrow_mut().remove(&id)));
        care.set_onmessage(Some(on_care.as_ref().unchecked_ref()));
        // A panic's text.
        let told = care.clone();
        let on_message = Closure::new(move |event: MessageEvent| {
            let _ = told.post_message(&event.data());
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let failed = care.clone();
        let on_error = Closure::new(move |event: ErrorEvent| {
            event.prevent_default();
            // A worker whose file is missing reports an error without a message.
            let message = Reflect::get(&event, &"message".into()).unwrap_or_default();
            let _ = failed.post_message(&message);
        });
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let node =
            Node { worker, care, _on_message: on_message, _on_error: on_error, _on_care: on_care };
        self.all.borrow_mut().insert(id, node);
        Ok(())
    }
}
