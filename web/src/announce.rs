//! What changes in the picture, said to those who do not see it.

use yew::prelude::*;

use crate::names::Names;
use crate::state::log::Log;
use crate::t;
use crate::words;

/// Regions that screen readers read out when they change; they are not seen. What is said of the exercise
/// comes with a number, so that the same is said again.
pub fn announcer(log: &Log, names: &Names, exercise: &(String, usize)) -> Html {
    let said = log.newest().take(12).filter(|row| words::is_announced(&row.fact)).take(3);
    let mut said: Vec<String> = said
        .map(|row| {
            let hosts: Vec<_> = row.hosts.iter().map(|&host| names.ip(host)).collect();
            let fact = words::plain(&words::fact(&row.fact, names), names);
            t!("fact-said", hosts = hosts.join(", "), fact = fact)
        })
        .collect();
    said.reverse();
    html! {
        <>
            <p id="announcer" class="unseen" aria-live="polite">{ said.join(" ") }</p>
            <div id="exercise-announcer" class="unseen" aria-live="polite">
                <p key={exercise.1}>{ exercise.0.clone() }</p>
            </div>
        </>
    }
}
