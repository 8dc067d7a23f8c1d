//! Exercises beside the graph and the console: the list, the one that is open, and what belongs to
//! them.
//!
//! - `catalogue`, `instructor`: the list. `exercise`, `step`: the one that is open. `blocks`, `lines`,
//!   `quiz`: its text. `card`: what one gets at the end. `handout`: paper. `faults`: a file that can not
//!   be read.
//! - `fetch`: where the files come from. `reader`: what reads them. `light`: what a step talks about. `offer`: the way in.

mod blocks;
mod card;
mod catalogue;
mod exercise;
mod faults;
mod fetch;
mod handout;
mod instructor;
mod light;
mod lines;
mod offer;
mod quiz;
mod reader;
mod step;
mod width;

use web_sys::DragEvent;
use yew::prelude::*;

use crate::browser::{self, Listener};
use crate::hub;
use crate::i18n::Lang;
use crate::icons::Icon;
use crate::names::Names;
use crate::shared::Shared;
use crate::state::workshop::{Workshop, WorkshopAction};
use crate::state::{Action, Page};
use crate::t;
use catalogue::Catalogue;
use exercise::{ExerciseView, use_remote};
use handout::Paper;
use offer::Offer;
use reader::use_reader;
use width::{WIDTH, Width};

pub use light::use_light;
pub use lines::is_for_shell;

/// The button in the page's bar.
pub fn button(state: &Page) -> Html {
    let shown = state.workshop.shown;
    let send = sender(state);
    let onclick = send.reform(move |_: MouseEvent| Action::Workshop(WorkshopAction::Show(!shown)));
    html! {
        <button id="exercises" class="exercises" aria-pressed={shown.to_string()} title={t!("workshop-why")} {onclick}>
            { Icon::Exercise.draw() }<span>{ t!("workshop") }</span>
        </button>
    }
}

/// The offer to whoever is new here.
pub fn offer(state: &Page) -> Html {
    if state.embed.is_some() {
        return Html::default();
    }
    html! { <Offer workshop={state.workshop.clone()} send={sender(state)} /> }
}

/// What is printed.
pub fn paper(state: &Page) -> Html {
    html! { <Paper workshop={state.workshop.clone()} /> }
}

/// The column, when it is shown.
pub fn player(state: &Page) -> Html {
    html! {
        <Player workshop={state.workshop.clone()} names={state.names.clone()} lang={state.lang} send={sender(state)} />
    }
}

fn sender(state: &Page) -> Callback<Action> {
    let dispatcher = state.dispatcher();
    Callback::from(move |action| dispatcher.dispatch(action))
}

#[derive(Properties, PartialEq)]
struct Props {
    workshop: Shared<Workshop>,
    names: Shared<Names>,
    lang: Lang,
    send: Callback<Action>,
}

#[component]
fn Player(props: &Props) -> Html {
    let Props { workshop, names, lang, send } = props;
    use_files(workshop, *lang, send);
    use_reader(workshop, send);
    use_address(workshop, send);
    use_remote(workshop);
    let width = use_state_eq(|| WIDTH.remembered());
    let root = use_node_ref();
    use_effect_with((root.clone(), *width, workshop.shown), |(root, width, _)| {
        browser::set_property(root, "--width", &format!("{width:.0}px"));
    });
    if !workshop.shown {
        return Html::default();
    }
    let close = send.reform(|_: MouseEvent| Action::Workshop(WorkshopAction::Show(false)));
    let ondragover = Callback::from(|event: DragEvent| event.prevent_default());
    let ondrop = {
        let send = send.clone();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            let files = event.data_transfer().and_then(|it| it.files());
            if let Some(file) = files.and_then(|it| it.get(0)) {
                instructor::read(file, send.clone(), |name, text| {
                    WorkshopAction::Own(instructor::own_texts(&name, text))
                });
            }
        })
    };
    let open = workshop.open.is_some() && !workshop.list;
    let opening = !open && workshop.wanted.is_some();
    let set_width = {
        let width = width.clone();
        Callback::from(move |to| width.set(to))
    };
    html! {
        <section id="player" ref={root} aria-label={t!("workshop")} {ondragover} {ondrop}
            class={classes!("player", workshop.presenting.then_some("presenting"))}>
            <button id="player-close" class="quiet" title={t!("workshop-close")} aria-label={t!("workshop-close")} onclick={close}>
                { Icon::Close.draw() }
            </button>
            if opening {
                <p class="none" role="status">{ t!("workshop-loading") }</p>
            } else if open {
                <ExerciseView workshop={workshop.clone()} names={names.clone()} send={send.clone()} />
            } else {
                <Catalogue workshop={workshop.clone()} send={send.clone()} />
            }
            <Width width={*width} set={set_width} />
        </section>
    }
}

/// Fetches the files that are wanted.
#[hook]
fn use_files(workshop: &Shared<Workshop>, lang: Lang, send: &Callback<Action>) {
    let wants = workshop.shown || workshop.wanted.is_some();
    let catalogue = wants && workshop.order.is_none() && !workshop.unfetched;
    {
        let send = send.clone();
        use_effect_with(catalogue, move |wanted| {
            if *wanted {
                wasm_bindgen_futures::spawn_local(async move {
                    let ids = fetch::catalogue().await;
                    let action = ids.map_or(WorkshopAction::Unfetched, WorkshopAction::Catalogue);
                    send.emit(Action::Workshop(action));
                });
            }
        });
    }
    let order = workshop.order.clone();
    // The one that is to be begun, or read in another language; it comes before the list.
    let foreign = workshop.open.as_ref().filter(|it| !it.is_own() && it.texts_lang() != lang.tag());
    let one = workshop.wanted.clone().or_else(|| foreign.map(|it| it.texts.id.clone()));
    {
        let (send, order) = (send.clone(), order.clone());
        let ready = order.is_some();
        use_effect_with((one.clone(), lang, ready), move |(one, lang, _)| {
            let (Some(id), Some(order), lang) = (one.clone(), order, *lang) else { return };
            wasm_bindgen_futures::spawn_local(async move {
                let texts = fetch::exercise(&id, lang, &order).await;
                let action = texts.map_or(WorkshopAction::Unfetched, WorkshopAction::Fetched);
                send.emit(Action::Workshop(action));
            });
        });
    }
    let list =
        order.is_some() && one.is_none() && workshop.shown && workshop.listed != Some(lang.tag());
    let send = send.clone();
    use_effect_with((list, lang), move |&(list, lang)| {
        let Some(order) = order.filter(|_| list) else { return };
        wasm_bindgen_futures::spawn_local(async move {
            let mut all = Vec::new();
            for id in &order {
                all.extend(fetch::exercise(id, lang, &order).await);
            }
            send.emit(Action::Workshop(WorkshopAction::Listed(all)));
        });
    });
}

/// Keeps the address in step with what is open, and follows it.
#[hook]
fn use_address(workshop: &Shared<Workshop>, send: &Callback<Action>) {
    let open = workshop.open.as_ref().filter(|it| !it.is_own()).map(|it| it.texts.id.clone());
    let wanted = workshop.wanted.is_some();
    let latest = use_mut_ref(|| None::<String>);
    latest.borrow_mut().clone_from(&open);
    use_effect_with((open, workshop.only.clone(), wanted), |(open, only, wanted)| {
        if !wanted {
            hub::show_exercise(open.as_deref(), only.as_deref());
        }
    });
    let send = send.clone();
    use_effect_with((), move |()| {
        let listener = Listener::on_window("hashchange", move |_| {
            if let Some(ids) = hub::workshop() {
                send.emit(Action::Workshop(WorkshopAction::Follow(ids)));
            }
            let asked = hub::exercise().filter(|it| latest.borrow().as_ref() != Some(it));
            if let Some(id) = asked {
                send.emit(Action::Workshop(WorkshopAction::Choose(id)));
            }
        });
        move || drop(listener)
    });
}
