//! Waiting in a worker: for a message, for a moment, or only for the others to have their turn.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use wasm_bindgen::prelude::*;
use web_sys::MessageChannel;

use crate::scope::scope;

/// Rings when something came that its one listener may want to look at. Like a doorbell it does
/// not tell what: whoever hears it looks at everything it waits for.
#[derive(Clone, Default)]
pub(crate) struct Bell(Rc<Inner>);

#[derive(Default)]
struct Inner {
    rung: Cell<bool>,
    listener: RefCell<Option<Waker>>,
}

impl Bell {
    /// Wakes the listener, the next one if there is none.
    pub(crate) fn ring(&self) {
        self.0.rung.set(true);
        if let Some(listener) = self.0.listener.borrow_mut().take() {
            listener.wake();
        }
    }

    /// Waits until it rings; at once when it rang since the last time.
    pub(crate) async fn heard(&self) {
        poll_fn(|context| {
            if self.0.rung.take() {
                return Poll::Ready(());
            }
            *self.0.listener.borrow_mut() = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

/// Rings a bell later.
pub(crate) struct Alarm {
    ring: Closure<dyn FnMut()>,
    channel: MessageChannel,
    timer: Cell<Option<i32>>,
}

impl Alarm {
    /// An alarm for this bell.
    pub(crate) fn new(bell: &Bell) -> Self {
        let bell = bell.clone();
        let ring = Closure::<dyn FnMut()>::new(move || bell.ring());
        let channel = MessageChannel::new().expect("a worker has message channels");
        channel.port1().set_onmessage(Some(ring.as_ref().unchecked_ref()));
        Self { ring, channel, timer: Cell::new(None) }
    }

    /// Rings as soon as everything that is waiting in the worker's queue had its turn: some ten
    /// microseconds, where a timer would take four milliseconds.
    pub(crate) fn soon(&self) {
        self.cancel();
        let _ = self.channel.port2().post_message(&JsValue::NULL);
    }

    /// Rings in `ms` milliseconds; what was set before is forgotten.
    pub(crate) fn after(&self, ms: f64) {
        self.cancel();
        let ring = self.ring.as_ref().unchecked_ref();
        let ms = ms.clamp(0.0, 60_000.0) as i32;
        let timer = scope().set_timeout_with_callback_and_timeout_and_arguments_0(ring, ms);
        self.timer.set(timer.ok());
    }

    fn cancel(&self) {
        if let Some(timer) = self.timer.take() {
            scope().clear_timeout_with_handle(timer);
        }
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        self.cancel();
        self.channel.port1().set_onmessage(None);
        self.channel.port1().close();
    }
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::scope::wall_ms;

    #[wasm_bindgen_test]
    async fn a_bell_that_rang_before_is_heard_at_once() {
        let bell = Bell::default();
        bell.ring();
        bell.heard().await;
    }

    #[wasm_bindgen_test]
    async fn giving_way_takes_less_than_a_timer() {
        let bell = Bell::default();
        let alarm = Alarm::new(&bell);
        let began = wall_ms();
        for _ in 0..200 {
            alarm.soon();
            bell.heard().await;
        }
        let took = wall_ms() - began;
        assert!(took < 400.0, "200 turns took {took} ms");
    }

    #[wasm_bindgen_test]
    async fn an_alarm_rings_when_its_time_has_come() {
        let bell = Bell::default();
        let alarm = Alarm::new(&bell);
        let began = wall_ms();
        alarm.after(5000.0);
        alarm.after(30.0);
        bell.heard().await;
        let took = wall_ms() - began;
        assert!((29.0..4000.0).contains(&took), "rang after {took} ms");
    }
}
