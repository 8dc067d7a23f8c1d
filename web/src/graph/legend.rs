//! What the colours of moving dots mean.

use yew::prelude::*;

use crate::t;

/// What the colours of moving dots mean.
/// `stretched`: packets are drawn slower than they fly.
pub fn legend(stretched: bool) -> Html {
    let kinds = ["beat", "data", "vote", "fail", "client"];
    let item = |kind: &&'static str| {
        html! { <li class={*kind}>{ t!(&format!("legend-{kind}")) }</li> }
    };
    html! {
        <>
            <ul class="legend" aria-label={t!("legend")}>{ for kinds.iter().map(item) }</ul>
            if stretched {
                <p class="sampled" title={t!("legend-sample-why")}>{ t!("legend-sample") }</p>
            }
        </>
    }
}
