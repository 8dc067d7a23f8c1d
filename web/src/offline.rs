//! The copy of the page that the browser keeps, so that it opens without a network. A newer version
//! is offered, never forced: the person may be in the middle of something.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ServiceWorkerRegistration, ServiceWorkerState};
use yew::prelude::*;

use crate::browser;
use crate::t;

/// The build writes here where the service worker lies; without it there is none.
const SCRIPT: &str = "meta[name='offline']";
/// What a waiting service worker understands as "take over".
const TAKE_OVER: &str = "take over";

#[derive(Properties, PartialEq)]
pub struct Props {
    /// A lab is open, or none will be: nobody waits for what else is fetched.
    pub settled: bool,
}

/// Keeps a copy of the page, and offers a newer one when there is one.
#[component]
pub fn Offline(props: &Props) -> Html {
    let newer = use_state(|| None::<ServiceWorkerRegistration>);
    // Once is enough: labs that are opened later change nothing.
    let settled = use_mut_ref(|| false);
    *settled.borrow_mut() |= props.settled;
    {
        let (newer, settled) = (newer.clone(), *settled.borrow());
        use_effect_with(settled, move |&settled| {
            if !settled {
                return;
            }
            wasm_bindgen_futures::spawn_local(async move {
                // A browser may refuse, in a private window say. Then the network it is.
                let _ = keep(Callback::from(move |it| newer.set(Some(it)))).await;
            });
        });
    }
    let Some(registration) = (*newer).clone() else { return Html::default() };
    let dismiss = Callback::from(move |_: MouseEvent| newer.set(None));
    let update = Callback::from(move |_: MouseEvent| take_over(&registration));
    html! {
        <div class="update" role="status">
            <p>{ t!("update") }</p>
            <button id="update" class="link" onclick={update}>{ t!("update-now") }</button>
            <button id="update-later" class="link" onclick={dismiss}>{ t!("update-later") }</button>
        </div>
    }
}

/// Registers the service worker; calls when a newer one waits beside the one that serves this page.
async fn keep(found: Callback<ServiceWorkerRegistration>) -> Result<(), JsValue> {
    let window = browser::window();
    let meta = window.document().and_then(|it| it.query_selector(SCRIPT).ok().flatten());
    let Some(script) = meta.and_then(|it| it.get_attribute("content")) else { return Ok(()) };
    let workers = window.navigator().service_worker();
    if workers.is_undefined() {
        return Ok(());
    }
    let registration = JsFuture::from(workers.register(&script)).await?;
    let registration: ServiceWorkerRegistration = registration.dyn_into()?;
    if registration.waiting().is_some() && workers.controller().is_some() {
        found.emit(registration.clone());
    }
    let watched = registration.clone();
    let on_found = Closure::<dyn FnMut()>::new(move || {
        if let Some(worker) = watched.installing() {
            let (found, watched, same) = (found.clone(), watched.clone(), worker.clone());
            let changed = Closure::<dyn FnMut()>::new(move || {
                let first = browser::window().navigator().service_worker().controller().is_none();
                if same.state() == ServiceWorkerState::Installed && !first {
                    found.emit(watched.clone());
                }
            });
            worker.set_onstatechange(Some(changed.as_ref().unchecked_ref()));
            changed.forget();
        }
    });
    registration.set_onupdatefound(Some(on_found.as_ref().unchecked_ref()));
    on_found.forget();
    Ok(())
}

/// Lets the newer version serve this page, and loads it.
fn take_over(registration: &ServiceWorkerRegistration) {
    let Some(waiting) = registration.waiting() else { return };
    let done = Rc::new(Cell::new(false));
    let reload = Closure::<dyn FnMut()>::new(move || {
        if !done.replace(true) {
            let _ = browser::window().location().reload();
        }
    });
    let workers = browser::window().navigator().service_worker();
    workers.set_oncontrollerchange(Some(reload.as_ref().unchecked_ref()));
    reload.forget();
    let _ = waiting.post_message(&TAKE_OVER.into());
}
