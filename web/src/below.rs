//! What a phone shows below the graph: there is room for one thing.

use yew::prelude::*;

use crate::browser;
use crate::state::State;
use crate::t;

/// Remembers what it was.
const MEMORY: &str = "panels-first";

/// What is shown below the graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Below {
    /// The console.
    Console,
    /// The panels.
    Panels,
    /// The exercise, or the list of them.
    Player,
}

impl Below {
    /// The page's class for it.
    pub const fn class(self) -> Option<&'static str> {
        match self {
            Self::Console => None,
            Self::Panels => Some("panels-first"),
            Self::Player => Some("player-first"),
        }
    }
}

/// What is shown, and the way to change it. Exercises come to the front when they are asked for, and the
/// console when lines of their text are run.
#[hook]
pub fn use_below(state: &State) -> (Below, Callback<Below>) {
    let below = use_state_eq(|| match browser::recall(MEMORY).as_deref() {
        Some("yes") => Below::Panels,
        _ => Below::Console,
    });
    let choose = {
        let below = below.clone();
        Callback::from(move |to: Below| {
            browser::remember(MEMORY, if to == Below::Panels { "yes" } else { "no" });
            below.set(to);
        })
    };
    {
        let below = below.clone();
        use_effect_with(state.workshop.shown, move |shown| match *shown {
            true => below.set(Below::Player),
            false if *below == Below::Player => below.set(Below::Console),
            false => {}
        });
    }
    {
        let below = below.clone();
        use_effect_with(state.workshop.ran, move |ran| {
            if *ran > 0 {
                below.set(Below::Console);
            }
        });
    }
    (*below, choose)
}

/// The buttons that choose it.
pub fn panes(state: &State, below: Below, choose: &Callback<Below>) -> Html {
    let button = |to: Below, name: String| {
        let class = (to == Below::Player).then_some("for-player");
        let pane = match to {
            Below::Console => "console",
            Below::Panels => "panels",
            Below::Player => "player",
        };
        let onclick = choose.reform(move |_: MouseEvent| to);
        html! { <button {class} data-pane={pane} aria-pressed={(below == to).to_string()} {onclick}>{ name }</button> }
    };
    let workshop = &state.workshop;
    let exercise = match &workshop.open {
        Some(open) => {
            let done = open.progress.as_ref().map_or(0, |it| it.step);
            t!("workshop-pane", done = done, of = open.exercise.steps.len())
        }
        None => t!("workshop"),
    };
    html! {
        <div class="panes" role="group" aria-label={t!("page-below")}>
            { button(Below::Console, t!("page-console")) }
            { button(Below::Panels, t!("page-panels")) }
            if workshop.shown {
                { button(Below::Player, exercise) }
            }
        </div>
    }
}
