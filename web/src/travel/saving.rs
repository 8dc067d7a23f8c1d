//! Puts links where they were asked for: the clipboard and the address, a file, a report, the
//! browser's memory.

use bridge::{LinkPurpose, SharedMoment, ToHub, Travel};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use yew::prelude::*;

use super::report::report;
use crate::browser::{self, Listener};
use crate::format::elapsed;
use crate::hub;
use crate::state::travel::TravelAction;
use crate::state::travel::links::Saved;
use crate::state::{Action, Page, Phase};

/// How often the lab is remembered, milliseconds.
const REMEMBER_MS: i32 = 4000;

/// Does with links what they were asked for, follows the address, and remembers the lab.
#[hook]
pub fn use_saving(state: &Page) {
    let latest = use_mut_ref(|| state.clone());
    *latest.borrow_mut() = state.clone();
    {
        let state = state.clone();
        use_effect_with(state.past.links.count, move |_| {
            if let Some((purpose, moment)) = state.past.links.fresh.clone() {
                save(&state, purpose, &moment);
            }
        });
    }
    {
        let state = state.clone();
        let address = (state.seed, state.past.links.in_address.clone());
        // The address names the lab as soon as it is known, so that a copied link opens the same.
        use_effect_with(address, move |(seed, link)| match (seed, link) {
            (_, Some(link)) if !link.contains('\n') => hub::show_link(link),
            (Some(seed), _) => hub::show_seed(*seed),
            _ => {}
        });
    }
    use_effect_with((), move |()| {
        let for_address = latest.clone();
        let listener = Listener::on_window("hashchange", move |_| {
            let state = for_address.borrow().clone();
            if let Some(link) =
                hub::link().filter(|it| state.past.links.in_address.as_ref() != Some(it))
            {
                state.dispatch(Action::Travel(TravelAction::Follow(link)));
            }
        });
        let remember = Closure::<dyn FnMut()>::new(move || remember(&latest.borrow()));
        let window = browser::window();
        let timer = window.set_interval_with_callback_and_timeout_and_arguments_0(
            remember.as_ref().unchecked_ref(),
            REMEMBER_MS,
        );
        move || {
            if let Ok(timer) = timer {
                browser::window().clear_interval_with_handle(timer);
            }
            drop((listener, remember));
        }
    });
}

/// Asks for a link to remember, when there is something to remember.
fn remember(state: &Page) {
    let asked = state.outbox.iter().any(|(_, message)| *message != ToHub::Drawn);
    let calm = state.phase == Phase::Open && !state.in_past() && !asked;
    let acted = state.past.chronicle.acted().next().is_some();
    if calm && acted && state.past.links.following.is_none() {
        let purpose = LinkPurpose::Remember;
        state.dispatch(Action::Tell(ToHub::Travel(Travel::Link { purpose })));
    }
}

fn save(state: &Page, purpose: LinkPurpose, moment: &SharedMoment) {
    let name = format!("{}-{}", moment.scenario, moment.seed);
    let saved = match purpose {
        LinkPurpose::Copy => {
            let dispatcher = state.dispatcher();
            return browser::copy(&hub::address_of(&moment.link), move |on_clipboard| {
                let saved = Saved::Copied { on_clipboard };
                dispatcher.dispatch(Action::Travel(TravelAction::Saved(saved)));
            });
        }
        LinkPurpose::File => {
            browser::save_file(&format!("{name}.failover"), "text/plain", &file(moment));
            Saved::File
        }
        LinkPurpose::Report => {
            let text = report(state, moment);
            browser::save_file(&format!("{name}.md"), "text/markdown", &text);
            Saved::Report
        }
        LinkPurpose::Remember => return,
    };
    state.dispatch(Action::Travel(TravelAction::Saved(saved)));
}

/// A file's text: what it is about for people, then the link.
fn file(moment: &SharedMoment) -> String {
    format!(
        "# Failover Lab: {}, seed {}, {}, {} actions, hash {}, engine {}\n{}\n",
        moment.scenario,
        moment.seed,
        elapsed(moment.now_ms),
        moment.actions,
        moment.hash,
        moment.engine,
        moment.link
    )
}
