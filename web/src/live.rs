//! Virtual time between two frames, for what moves.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use yew::prelude::*;

use crate::browser;
use crate::state::State;

/// How long the page goes on by itself when no frame comes, milliseconds of its own clock.
const TRUST_MS: f64 = 120.0;

/// Where virtual time stood, and how fast it went.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Clock {
    /// Virtual milliseconds at `at`.
    pub now_ms: f64,
    /// The page's clock.
    pub at: f64,
    /// Virtual milliseconds per millisecond; 0 while time stands.
    pub pace: f64,
    /// The lab does not reach the speed that was asked for.
    pub behind: bool,
}

impl Clock {
    /// The clock of the last frame.
    pub fn of(state: &State) -> Self {
        let Some(frame) = &state.frame else { return Self::default() };
        let pace = if frame.running { frame.pace.min(frame.speed) } else { 0.0 };
        let behind = frame.running && frame.pace < frame.speed * 0.9;
        Self { now_ms: frame.now_ms, at: state.frame_at, pace, behind }
    }

    /// Virtual milliseconds at a moment of the page's clock.
    pub fn at(&self, page_now: f64) -> f64 {
        self.now_ms + (page_now - self.at).clamp(0.0, TRUST_MS) * self.pace
    }
}

/// Calls something at each animation frame for as long as this value lives.
pub struct Ticker {
    handle: Rc<Cell<i32>>,
    #[expect(clippy::type_complexity, reason = "a closure that requests itself")]
    _closure: Rc<RefCell<Option<Closure<dyn FnMut(f64)>>>>,
}

impl Ticker {
    /// Starts calling; the argument is the page's clock.
    pub fn start(mut tick: impl FnMut(f64) + 'static) -> Self {
        let handle = Rc::new(Cell::new(0));
        let closure = Rc::new(RefCell::new(None));
        let (again, same) = (Rc::downgrade(&closure), Rc::clone(&handle));
        *closure.borrow_mut() = Some(Closure::<dyn FnMut(f64)>::new(move |now| {
            tick(now);
            if let Some(closure) = again.upgrade() {
                same.set(request(&closure));
            }
        }));
        handle.set(request(&closure));
        Self { handle, _closure: closure }
    }
}

#[expect(clippy::type_complexity, reason = "a closure that requests itself")]
fn request(closure: &Rc<RefCell<Option<Closure<dyn FnMut(f64)>>>>) -> i32 {
    let closure = closure.borrow();
    let callback = closure.as_ref().map(|it| it.as_ref().unchecked_ref());
    callback.and_then(|it| browser::window().request_animation_frame(it).ok()).unwrap_or_default()
}

impl Drop for Ticker {
    fn drop(&mut self) {
        let _ = browser::window().cancel_animation_frame(self.handle.get());
    }
}

/// Milliseconds between two pictures while the lab is behind: it needs the processor more.
const PATIENT_MS: f64 = 30.0;

/// The page's clock, renewed at each animation frame while `active`.
#[hook]
pub fn use_page_clock(clock: Clock, active: bool) -> f64 {
    let now = use_state(browser::now);
    let setter = now.setter();
    let gap = if clock.behind { PATIENT_MS } else { 0.0 };
    use_effect_with((active, gap), move |&(active, gap)| {
        let mut last = 0.0;
        let ticker = active.then(|| {
            Ticker::start(move |at| {
                if at - last >= gap {
                    last = at;
                    setter.set(at);
                }
            })
        });
        move || drop(ticker)
    });
    // After a pause the value is as old as the pause: the present counts then.
    if active { *now } else { browser::now() }
}
