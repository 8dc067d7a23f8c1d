//! A node from near: what it believes, and what can be done to it.

mod actions;
mod beliefs;

use yew::prelude::*;

use crate::browser;
use crate::icons::Icon;
use crate::state::standing::{Life, Standing, standings};
use crate::state::{Action, State};
use crate::{t, words};
use actions::actions;
use beliefs::beliefs;

/// Properties of [`Inspector`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The page's state.
    pub state: UseReducerHandle<State>,
}

/// The inspector, when a node is selected.
#[component]
pub fn Inspector(props: &Props) -> Html {
    let state = &props.state;
    use_effect_with(state.selected, |selected| {
        let host = *selected;
        if host.is_some() {
            browser::focus("inspector");
        }
        // The keyboard goes back to where it came from.
        move || {
            if let Some(host) = host.filter(|_| browser::is_nowhere()) {
                browser::focus(&format!("node-{host}"));
            }
        }
    });
    let standings = standings(state);
    let Some((host, standing)) = state.selected.and_then(|it| Some((it, standings.get(it)?)))
    else {
        return Html::default();
    };
    let close = {
        let dispatcher = state.dispatcher();
        Callback::from(move |_: MouseEvent| dispatcher.dispatch(Action::Select(None)))
    };
    let ip = state.names.ip(host).to_owned();
    html! {
        <aside id="inspector" class="inspector" aria-label={t!("inspector", ip = &ip)} tabindex="-1" data-inspects={ip.clone()}>
            <header>
                <h2>{ ip }</h2>
                <span class={classes!("role", standing.role())}>{ headline(standing) }</span>
                <button class="quiet" title={t!("inspector-close-key")} aria-label={t!("inspector-close")} onclick={close}>{ Icon::Close.draw() }</button>
            </header>
            // Without buttons it can be scrolled all the same.
            <div class="body" tabindex={(standing.life == Life::Removed).then_some("0")}>
                { crash(state, host) }
                { actions(state, host) }
                { beliefs(state, host) }
            </div>
        </aside>
    }
}

fn headline(standing: &Standing) -> String {
    let mut words = vec![words::role(standing)];
    words.extend(words::marks(standing));
    words.join(", ")
}

fn crash(state: &State, host: usize) -> Html {
    let crash = state.frame.as_ref().and_then(|it| it.hosts[host].crash.clone());
    let Some(message) = crash else { return Html::default() };
    html! {
        <div class="crash" role="alert">
            <p>{ t!("inspector-crash") }</p>
            <pre>{ message }</pre>
        </div>
    }
}
