//! What is wrong in an exercise's file.

use bridge::workshop::Fault;
use yew::prelude::*;

use crate::t;

/// A file of one's own by its name.
fn shown(file: &str) -> String {
    let own = file.strip_prefix("own-").and_then(|it| it.strip_suffix("/en.md"));
    own.map_or_else(|| file.to_owned(), |name| format!("{name}.md"))
}

/// Each fault with its place and what to do.
pub fn faults(faults: &[Fault]) -> Html {
    if faults.is_empty() {
        return Html::default();
    }
    let fault = |fault: &Fault| {
        let Fault { file, line, column, what, remedy } = fault;
        html! {
            <li>
                <code>{ format!("{}:{line}:{column}", shown(file)) }</code>
                // What is wrong is said in the language of the format.
                <span lang="en">{ what }{ "; " }<b>{ remedy }</b></span>
            </li>
        }
    };
    html! {
        <div class="faulty" role="alert">
            <p>{ t!("workshop-faults", count = faults.len()) }</p>
            <ul>{ for faults.iter().map(fault) }</ul>
        </div>
    }
}
