//! The form for a link, beside the graph: the one of the panel for faults.

use yew::prelude::*;

use super::seats::Seats;
use crate::browser;
use crate::icons::Icon;
use crate::panels::faults::draft;
use crate::state::faults::FaultsAction;
use crate::state::{Action, Page};
use crate::t;

/// The editor, while it is open.
pub fn link_editor(state: &Page, seats: &Seats) -> Html {
    let Some(opened) = state.faults.editing else { return Html::default() };
    // It leaves the edge in view.
    let at = seats.hosts.get(state.faults.link.from);
    let low = at.is_some_and(|at| at.y < seats.height / 2.0);
    html! { <LinkEditor key={opened} state={state.clone()} {low} /> }
}

/// Properties of [`LinkEditor`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The page's state.
    pub state: Page,
    /// It stands at the bottom.
    pub low: bool,
}

#[component]
fn LinkEditor(props: &Props) -> Html {
    let state = &props.state;
    let link = &state.faults.link;
    use_effect_with((), |()| browser::focus("link-latency"));
    let dispatcher = state.dispatcher();
    let send =
        Callback::from(move |action: FaultsAction| dispatcher.dispatch(Action::Faults(action)));
    let close = {
        let (send, from, edge) = (send.clone(), link.from, edge_id(link.from, link.to));
        Callback::from(move |()| {
            send.emit(FaultsAction::CloseLink);
            // The keyboard goes back to the edge, or to a node where there is none.
            browser::focus(&format!("node-{from}"));
            browser::focus(&edge);
        })
    };
    let onclick = close.reform(|_: MouseEvent| ());
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            event.stop_propagation();
            close.emit(());
        }
    });
    html! {
        <div id="link-editor" class={classes!("link-editor", props.low.then_some("low"))} {onkeydown}>
            <header>
                <h2>{ t!("faults-link") }</h2>
                <button id="link-close" class="quiet" title={t!("faults-close")} aria-label={t!("faults-close")}
                    {onclick}>{ Icon::Close.draw() }</button>
            </header>
            { draft::link(state, &send) }
        </div>
    }
}

/// What the edge between two hosts is called in the document.
pub fn edge_id(from: usize, to: usize) -> String {
    format!("edge-{}-{}", from.min(to), from.max(to))
}
