//! What there is to say about the past and about links, in a line below the bar.

use bridge::{Arrival, LinkFault, ToHub};
use yew::prelude::*;

use crate::format::moment;
use crate::icons::Icon;
use crate::state::travel::links::{self, LinkNotice, Saved};
use crate::state::travel::{Notice, TravelAction};
use crate::state::workshop::WorkshopAction;
use crate::state::{Action, Page};
use crate::t;

/// The line, when there is something to say.
pub fn notice(state: &Page) -> Html {
    if let Some(until) = state.past.links.following {
        return following(state, until);
    }
    let Some(notice) = &state.past.notice else { return Html::default() };
    let (kind, text) = words(notice);
    let remembered = matches!(notice, Notice::Link(LinkNotice::Remembered { .. }));
    let dismiss = act(state, move || {
        if remembered {
            links::forget();
        }
        Action::Travel(TravelAction::Dismiss)
    });
    let offer = match notice {
        Notice::Link(LinkNotice::Remembered { left, exercise, .. }) => {
            let (left, id) = (left.clone(), exercise.clone());
            let again = move || match id.clone() {
                Some(id) => Action::Workshop(WorkshopAction::GoOnWith(id, left.clone())),
                None => Action::Travel(TravelAction::Follow(left.link.clone())),
            };
            let name = if exercise.is_some() { t!("travel-go-on") } else { t!("travel-restore") };
            Some(("restore", name, act(state, again)))
        }
        Notice::Forked(_) => {
            let parent = state.past.branches.get(state.past.live).and_then(|it| it.parent);
            parent.map(|parent| {
                let back = move || Action::Travel(TravelAction::Switch(parent));
                ("fork-back", t!("travel-fork-back"), act(state, back))
            })
        }
        Notice::Link(_) => None,
    };
    let offer = offer.map(|(id, name, onclick)| {
        html! { <button {id} class="offer" {onclick}>{ name }</button> }
    });
    html! {
        <div id="travel-notice" class={classes!("travel-notice", kind)} role={if kind == "bad" { "alert" } else { "status" }}>
            <p>{ text }</p>
            { for offer }
            <button id="dismiss" class="quiet" title={t!("travel-dismiss")} aria-label={t!("travel-dismiss")}
                onclick={dismiss}>{ Icon::Close.draw() }</button>
        </div>
    }
}

fn act(state: &Page, action: impl Fn() -> Action + 'static) -> Callback<MouseEvent> {
    let dispatcher = state.dispatcher();
    Callback::from(move |_| dispatcher.dispatch(action()))
}

/// A link is followed: how far, and the way to stop.
fn following(state: &Page, until: f64) -> Html {
    let now = state.frame.as_ref().map_or(0.0, |it| it.now_ms);
    let dispatcher = state.dispatcher();
    let stop = Callback::from(move |_: MouseEvent| {
        dispatcher.dispatch(Action::Tell(ToHub::Run(false)));
    });
    let part = now / until.max(1.0);
    html! {
        <div id="travel-notice" class="travel-notice" role="status">
            <p>{ t!("travel-following", at = moment(now), until = moment(until)) }</p>
            <progress max="1" value={format!("{part:.3}")} aria-label={t!("travel-following-label")} />
            <button id="stop-following" class="offer" onclick={stop}>{ t!("travel-stop") }</button>
        </div>
    }
}

fn words(notice: &Notice) -> (&'static str, String) {
    match notice {
        Notice::Forked(at) => ("good", t!("travel-forked", at = moment(*at))),
        Notice::Link(LinkNotice::Saved(Saved::Copied { on_clipboard })) => {
            ("good", if *on_clipboard { t!("travel-copied") } else { t!("travel-linked") })
        }
        Notice::Link(LinkNotice::Saved(Saved::File)) => ("good", t!("travel-filed")),
        Notice::Link(LinkNotice::Saved(Saved::Report)) => ("good", t!("travel-reported")),
        Notice::Link(LinkNotice::Saved(Saved::TakenAway)) => ("good", t!("travel-taken-away")),
        Notice::Link(LinkNotice::Refused(fault)) => ("bad", refused(*fault)),
        Notice::Link(LinkNotice::Arrived(arrival)) => arrived(arrival),
        Notice::Link(LinkNotice::Remembered { about: (now, actions), exercise: None, .. }) => {
            ("", t!("travel-remembered", at = moment(*now), actions = *actions))
        }
        Notice::Link(LinkNotice::Remembered { about: (now, _), exercise: Some(id), .. }) => {
            ("", t!("travel-left-exercise", id = id.clone(), at = moment(*now)))
        }
    }
}

fn refused(fault: LinkFault) -> String {
    match fault {
        LinkFault::Damaged => t!("travel-damaged"),
        LinkFault::TooLarge => t!("travel-too-large"),
        LinkFault::Newer => t!("travel-newer"),
        LinkFault::NoScenario => t!("travel-no-scenario"),
    }
}

fn arrived(arrival: &Arrival) -> (&'static str, String) {
    let Arrival { stopped, hash_there, hash_here, engine_there, engine_here } = arrival;
    let same_engine = engine_there == engine_here;
    let (there, here) = (engine_there.clone(), engine_here.clone());
    match (stopped, hash_there == hash_here) {
        (true, _) => ("", t!("travel-stopped")),
        (false, true) if same_engine => ("good", t!("travel-arrived", hash = hash_here.clone())),
        (false, true) => ("good", t!("travel-arrived-elsewhere", there = there, here = here)),
        (false, false) if same_engine => {
            let (there, here) = (hash_there.clone(), hash_here.clone());
            ("bad", t!("travel-mismatch", there = there, here = here))
        }
        (false, false) => ("bad", t!("travel-other-engine", there = there, here = here)),
    }
}
