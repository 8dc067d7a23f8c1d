//! What the colours of moving dots mean.

use yew::prelude::*;

/// What the colours of moving dots mean.
/// `stretched`: packets are drawn slower than they fly.
pub fn legend(stretched: bool) -> Html {
    let kinds = [
        ("beat", "heartbeat"),
        ("data", "replication"),
        ("vote", "failover"),
        ("fail", "failure"),
        ("client", "client"),
    ];
    let item = |(class, name): &(&'static str, &'static str)| {
        html! { <li class={*class}>{ *name }</li> }
    };
    html! {
        <>
            <ul class="legend" aria-label="Colours of packets">{ for kinds.iter().map(item) }</ul>
            if stretched {
                <p class="sampled" title="At this speed a packet's flight is too short to be seen. \
                    Choose 0.001× to watch it as it is.">
                    { "packets: a sample, slowed down" }
                </p>
            }
        </>
    }
}
