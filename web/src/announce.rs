//! What changes in the picture, said to those who do not see it.

use yew::prelude::*;

use crate::names::Names;
use crate::state::log::Log;
use crate::t;
use crate::words;

/// A region that screen readers read out when it changes; it is not seen.
pub fn announcer(log: &Log, names: &Names) -> Html {
    let said = log.newest().take(12).filter(|row| words::is_announced(&row.fact)).take(3);
    let mut said: Vec<String> = said
        .map(|row| {
            let hosts: Vec<_> = row.hosts.iter().map(|&host| names.ip(host)).collect();
            let fact = words::plain(&words::fact(&row.fact, names), names);
            t!("fact-said", hosts = hosts.join(", "), fact = fact)
        })
        .collect();
    said.reverse();
    html! { <p id="announcer" class="unseen" aria-live="polite">{ said.join(" ") }</p> }
}
