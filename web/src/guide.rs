//! One quiet line on what to try first; each command types itself when clicked.

use yew::prelude::*;

use crate::browser;
use crate::i18n::sentence;
use crate::icons::Icon;
use crate::state::standing::{Standing, standings};
use crate::state::{Action, State};
use crate::t;

/// What the page remembers when the guide was closed.
const CLOSED: &str = "guide-closed";

/// Properties of [`Guide`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The page's state.
    pub state: UseReducerHandle<State>,
}

/// What to try first.
#[component]
pub fn Guide(props: &Props) -> Html {
    let state = &props.state;
    let closed = use_state(|| browser::recall(CLOSED).is_some());
    let standings = standings(state);
    let (Some(replica), Some(master)) = (find(&standings, false), find(&standings, true)) else {
        return Html::default();
    };
    if *closed {
        return Html::default();
    }
    let close = {
        let closed = closed.clone();
        Callback::from(move |_: MouseEvent| {
            browser::remember(CLOSED, "yes");
            closed.set(true);
        })
    };
    let dispatcher = state.dispatcher();
    let by_hand = Callback::from(move |_: MouseEvent| {
        dispatcher.dispatch(Action::Shell(replica, "redis-cli -c".into()));
        dispatcher.dispatch(Action::Type(replica, vec!["CLUSTER FAILOVER".into()]));
    });
    let dispatcher = state.dispatcher();
    let pid = state.frame.as_ref().and_then(|it| it.hosts[master].pid).unwrap_or_default();
    let kill = format!("kill -9 {pid}");
    let by_force = {
        let kill = kill.clone();
        Callback::from(move |_: MouseEvent| {
            dispatcher.dispatch(Action::Shell(master, kill.clone()))
        })
    };
    let failover = html! {
        <button class="command" data-try="failover" onclick={by_hand}>
            { "redis-cli -c" }<i>{ "↵" }</i>{ "CLUSTER FAILOVER" }
        </button>
    };
    html! {
        <p class="guide">
            <span>
                { sentence("guide", &[
                    ("failover", failover),
                    ("replica", html! { <b>{ state.names.short(replica).to_owned() }</b> }),
                    ("kill", html! { <button class="command" data-try="kill" onclick={by_force}>{ kill }</button> }),
                    ("master", html! { <b>{ state.names.short(master).to_owned() }</b> }),
                ]) }
            </span>
            <button class="quiet" aria-label={t!("guide-close")} title={t!("guide-close")} onclick={close}>
                { Icon::Close.draw() }
            </button>
        </p>
    }
}

/// A healthy node of that role: a replica whose master runs, or a master that has slots.
fn find(standings: &[Standing], master: bool) -> Option<usize> {
    let fits = |it: &&Standing| match it.follows {
        _ if it.master != master || !it.runs() || it.cut => false,
        Some(master) => standings.get(master).is_some_and(Standing::runs),
        None => !it.slots.is_empty(),
    };
    let found: Vec<usize> =
        standings.iter().enumerate().filter(|(_, it)| fits(it)).map(|(host, _)| host).collect();
    // A master that was not promoted a moment ago: one that a replica follows without a break.
    let followed = |&&host: &&usize| {
        let follows = |it: &Standing| it.follows == Some(host) && it.is_linked();
        standings.iter().any(follows)
    };
    match master {
        true => found.iter().rev().find(followed).or(found.last()).copied(),
        false => found.first().copied(),
    }
}
