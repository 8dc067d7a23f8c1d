//! What is seen before the lab is open, and when it cannot be.

use yew::prelude::*;

use crate::state::{Phase, State, Trouble};
use crate::t;

/// What is seen before the lab is open.
pub fn opening(state: &State) -> Html {
    match &state.phase {
        Phase::Open => Html::default(),
        Phase::Failed(trouble) => html! {
            <div class="notice" role="alert" id="failed">
                <h2>{ t!("trouble") }</h2>
                <p>{ explain(trouble) }</p>
                <p><a href="">{ t!("trouble-reload") }</a></p>
            </div>
        },
        Phase::Starting => loading(t!("page-starting"), None),
        Phase::Opening(progress) => loading(t!("page-opening"), Some(*progress)),
    }
}

fn explain(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Builds { page, hub } => t!("trouble-builds", page = *page, hub = *hub),
        Trouble::Broke(why) => t!("trouble-broke", why = why),
        Trouble::Odd(why) => t!("trouble-odd", why = why),
        Trouble::Unloaded(why) => t!("trouble-unloaded", why = why),
        Trouble::NoWorker => t!("trouble-worker"),
        Trouble::Told(message) => message.clone(),
    }
}

fn loading(what: String, progress: Option<f64>) -> Html {
    html! {
        <div class="notice loading" role="status">
            <p>{ what.clone() }</p>
            <progress max="1" value={progress.map(|it| it.to_string())} aria-label={what} />
        </div>
    }
}
