//! One node's worker, as the hub holds it.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::bell::Bell;
use crate::wire::{FromNode, ToNode};

/// A worker of its own for one `redis-server` process. Dropping it terminates the worker: the
/// memory of the process is gone.
pub(crate) struct Berth {
    worker: Worker,
    mail: Rc<Mail>,
    _hear: Closure<dyn FnMut(MessageEvent)>,
    _fail: Closure<dyn FnMut(ErrorEvent)>,
}

/// What came from the worker and was not looked at.
#[derive(Default)]
struct Mail {
    ready: Cell<bool>,
    letters: RefCell<VecDeque<FromNode>>,
    /// What it died of.
    death: RefCell<Option<String>>,
}

impl Berth {
    /// Starts a worker; the bell rings for everything that comes from it. Messages may be sent at
    /// once.
    pub(crate) fn open(name: &str, bell: &Bell) -> Result<Self, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name(name);
        let worker = Worker::new_with_options("./boot.js", &options)?;
        let mail = Rc::new(Mail::default());
        let hear = hear(Rc::clone(&mail), bell.clone());
        let fail = fail(Rc::clone(&mail), bell.clone());
        worker.set_onmessage(Some(hear.as_ref().unchecked_ref()));
        worker.set_onerror(Some(fail.as_ref().unchecked_ref()));
        let boot = Object::new();
        // Compiled once, by the page: the hub runs the same module.
        Reflect::set(&boot, &"module".into(), &wasm_bindgen::module())?;
        worker.post_message(&boot)?;
        Ok(Self { worker, mail, _hear: hear, _fail: fail })
    }

    /// Sends a message.
    pub(crate) fn send(&self, message: &ToNode) {
        let bytes = borsh::to_vec(message).expect("writing to memory does not fail");
        let buffer = Uint8Array::new_from_slice(&bytes).buffer();
        let moved = Array::of1(&buffer);
        self.worker.post_message_with_transfer(&buffer, &moved).expect("a buffer can be posted");
    }

    /// Whether the worker runs.
    pub(crate) fn is_ready(&self) -> bool {
        self.mail.ready.get()
    }

    /// The next answer, if it is there.
    pub(crate) fn letter(&self) -> Option<FromNode> {
        self.mail.letters.borrow_mut().pop_front()
    }

    /// Takes the worker for dead.
    pub(crate) fn condemn(&self, why: &str) {
        self.mail.death.borrow_mut().get_or_insert_with(|| why.to_owned());
    }

    /// What the worker died of, if it did.
    pub(crate) fn death(&self) -> Option<String> {
        self.mail.death.borrow().clone()
    }
}

impl Drop for Berth {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

fn hear(mail: Rc<Mail>, bell: Bell) -> Closure<dyn FnMut(MessageEvent)> {
    Closure::new(move |event: MessageEvent| {
        let data = event.data();
        if let Some(text) = data.as_string() {
            *mail.death.borrow_mut() = Some(text);
        } else if let Some(buffer) = data.dyn_ref::<ArrayBuffer>() {
            match borsh::from_slice(&Uint8Array::new(buffer).to_vec()) {
                Ok(FromNode::Ready) => mail.ready.set(true),
                Ok(letter) => mail.letters.borrow_mut().push_back(letter),
                Err(why) => *mail.death.borrow_mut() = Some(format!("it spoke oddly: {why}")),
            }
        }
        bell.ring();
    })
}

fn fail(mail: Rc<Mail>, bell: Bell) -> Closure<dyn FnMut(ErrorEvent)> {
    Closure::new(move |event: ErrorEvent| {
        event.prevent_default();
        // A worker whose file is missing reports an error without a message; after a panic the
        // text came first, and tells more.
        let message = Reflect::get(&event, &"message".into()).ok().and_then(|it| it.as_string());
        let message = message.unwrap_or_else(|| "its worker did not start".to_owned());
        mail.death.borrow_mut().get_or_insert(message);
        bell.ring();
    })
}
