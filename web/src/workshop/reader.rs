//! The worker that reads exercises. Its program is fetched when it is asked for the first time.

use std::cell::RefCell;
use std::rc::Rc;

use bridge::workshop::{FromReader, ToReader};
use wasm_bindgen::prelude::*;
use web_sys::{Event, MessageEvent, Worker};
use yew::prelude::*;

use crate::nodes::start_worker;
use crate::shared::Shared;
use crate::state::Action;
use crate::state::workshop::{Workshop, WorkshopAction};

/// The worker and the closures that it calls.
struct Reader {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

/// The one that runs, if one does.
type Slot = Rc<RefCell<Option<Reader>>>;

impl Reader {
    fn start(slot: &Slot, send: &Callback<Action>) -> Result<Self, JsValue> {
        let worker = start_worker("./boot-reader.js", "reader")?;
        let (heard, lost) = (send.clone(), lost(slot, send));
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            // What is no answer is the last word of a broken worker.
            match serde_wasm_bindgen::from_value::<FromReader>(event.data()) {
                Ok(answer) => heard.emit(Action::Workshop(WorkshopAction::Read(answer))),
                Err(_) => lost.emit(()),
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let lost = self::lost(slot, send);
        let on_error = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            event.prevent_default();
            lost.emit(());
        });
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self { worker, _on_message: on_message, _on_error: on_error })
    }
}

/// Ends the worker; the next question starts another.
fn lost(slot: &Slot, send: &Callback<Action>) -> Callback<()> {
    let (slot, send) = (Rc::clone(slot), send.clone());
    Callback::from(move |()| {
        slot.replace(None);
        send.emit(Action::Workshop(WorkshopAction::Unread));
    })
}

fn post(slot: &Slot, asked: &ToReader, send: &Callback<Action>) -> Result<(), JsValue> {
    let mut running = slot.borrow_mut();
    let reader = match &mut *running {
        Some(reader) => reader,
        none => none.insert(Reader::start(slot, send)?),
    };
    reader.worker.post_message(&serde_wasm_bindgen::to_value(asked)?)
}

/// Asks the reader what the state wants to know.
#[hook]
pub fn use_reader(workshop: &Shared<Workshop>, send: &Callback<Action>) {
    let slot = use_mut_ref(|| None::<Reader>);
    let posted = use_mut_ref(|| 0);
    let newest = workshop.asked.last().map(|(number, _)| *number);
    let (asked, send) = (workshop.asked.clone(), send.clone());
    use_effect_with(newest, move |_| {
        let last = posted.replace_with(|it| newest.unwrap_or(*it));
        for (_, asked) in asked.iter().filter(|(number, _)| *number > last) {
            if post(&slot, asked, &send).is_err() {
                send.emit(Action::Workshop(WorkshopAction::Unread));
            }
        }
    });
}
