//! What each node believes of the others, beside what is true, and how it voted.

mod matrix;
mod table;

use yew::prelude::*;

use super::ballots::ballots;
use super::pieces::chooser;
use crate::state::belief::Action as Choice;
use crate::state::{Action, Page};
use crate::t;
use matrix::matrix;
use table::table;

/// As seen by one node; who holds whom for what; the last elections.
pub fn beliefs(state: &Page) -> Html {
    let seen_by = state.belief.seen_by;
    let choose = {
        let dispatcher = state.dispatcher();
        Callback::from(move |host: Option<usize>| {
            dispatcher.dispatch(Action::Belief(Choice::SeeAs(host)));
        })
    };
    let truth = (t!("beliefs-truth"), choose.reform(|_: MouseEvent| None));
    // Elections of the last failover in which somebody stood.
    let last = state.belief.failovers.iter().rev().find(|it| !it.ballots.is_empty());
    html! {
        <section class="beliefs" aria-label={t!("panel-beliefs")}>
            { chooser(t!("beliefs-as-seen-by"), seen_by, Some(truth), &choose.reform(Some), state) }
            <div class="abreast">
                if let Some(observer) = seen_by {
                    { table(observer, state) }
                }
                { matrix(state) }
                if let Some(failover) = last {
                    { ballots(failover, state) }
                }
            </div>
        </section>
    }
}
