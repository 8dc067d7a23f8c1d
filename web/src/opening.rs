//! What is seen before the lab is open, and when it cannot be.

use yew::prelude::*;

use crate::state::{Phase, State};

/// What is seen before the lab is open.
pub fn opening(state: &State) -> Html {
    match &state.phase {
        Phase::Open => Html::default(),
        Phase::Failed(why) => html! {
            <div class="notice" role="alert" id="failed">
                <h2>{ "The lab cannot go on" }</h2>
                <p>{ why }</p>
                <p><a href="">{ "Load the page again" }</a></p>
            </div>
        },
        Phase::Starting => loading("Starting the simulator", None),
        Phase::Opening(progress) => {
            loading("Six servers start, and redis-cli --cluster create joins them", Some(*progress))
        }
    }
}

fn loading(what: &str, progress: Option<f64>) -> Html {
    html! {
        <div class="notice loading" role="status">
            <p>{ what }</p>
            <progress max="1" value={progress.map(|it| it.to_string())} aria-label={what.to_owned()} />
        </div>
    }
}
