//! One node's worker, as the hub holds it.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{MessageChannel, MessageEvent, MessagePort};

use crate::bell::Bell;
use crate::scope::scope;
use crate::wire::{FromNode, ToNode};

/// A worker of its own for one `redis-server` process. Dropping it terminates the worker: the
/// memory of the process is gone.
pub(crate) struct Berth {
    /// The way to the worker.
    work: MessagePort,
    /// The way to the page, which started the worker and ends it.
    care: MessagePort,
    mail: Rc<Mail>,
    _hear: Closure<dyn FnMut(MessageEvent)>,
    _fail: Closure<dyn FnMut(MessageEvent)>,
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
    /// Has the page start a worker; the bell rings for everything that comes from it. Messages may
    /// be sent at once.
    pub(crate) fn open(name: &str, bell: &Bell) -> Result<Self, JsValue> {
        let (work, care) = (MessageChannel::new()?, MessageChannel::new()?);
        let mail = Rc::new(Mail::default());
        let hear = hear(Rc::clone(&mail), bell.clone());
        let fail = fail(Rc::clone(&mail), bell.clone());
        work.port1().set_onmessage(Some(hear.as_ref().unchecked_ref()));
        care.port1().set_onmessage(Some(fail.as_ref().unchecked_ref()));
        let wish = Object::new();
        Reflect::set(&wish, &"start".into(), &name.into())?;
        Reflect::set(&wish, &"work".into(), &work.port2())?;
        Reflect::set(&wish, &"care".into(), &care.port2())?;
        let moved = Array::of2(&work.port2(), &care.port2());
        scope().post_message_with_transfer(&wish, &moved)?;
        Ok(Self { work: work.port1(), care: care.port1(), mail, _hear: hear, _fail: fail })
    }

    /// Sends a message.
    pub(crate) fn send(&self, message: &ToNode) {
        let bytes = borsh::to_vec(message).expect("writing to memory does not fail");
        let buffer = Uint8Array::new_from_slice(&bytes).buffer();
        let moved = Array::of1(&buffer);
        self.work.post_message_with_transferable(&buffer, &moved).expect("a buffer can be posted");
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
        self.work.set_onmessage(None);
        self.work.close();
        // Whatever comes, the page ends the worker. This end stays open until it is collected: a
        // closed one might take the message along.
        self.care.set_onmessage(None);
        let _ = self.care.post_message(&JsValue::NULL);
    }
}

fn hear(mail: Rc<Mail>, bell: Bell) -> Closure<dyn FnMut(MessageEvent)> {
    Closure::new(move |event: MessageEvent| {
        if let Some(buffer) = event.data().dyn_ref::<ArrayBuffer>() {
            match borsh::from_slice(&Uint8Array::new(buffer).to_vec()) {
                Ok(FromNode::Ready) => mail.ready.set(true),
                Ok(letter) => mail.letters.borrow_mut().push_back(letter),
                Err(why) => *mail.death.borrow_mut() = Some(format!("it spoke oddly: {why}")),
            }
        }
        bell.ring();
    })
}

/// Hears from the page what the worker broke of: a panic's text comes first, and tells more than
/// the error after it. A worker whose file is missing reports an error without a message.
fn fail(mail: Rc<Mail>, bell: Bell) -> Closure<dyn FnMut(MessageEvent)> {
    Closure::new(move |event: MessageEvent| {
        let said = event.data().as_string();
        let said = said.unwrap_or_else(|| "its worker did not start".to_owned());
        mail.death.borrow_mut().get_or_insert(said);
        bell.ring();
    })
}
