//! Lines to type: each is run in its host's console by a click, or all of them, or they are copied.

use yew::prelude::*;

use crate::browser;
use crate::i18n::use_lang;
use crate::icons::Icon;
use crate::names::Names;
use crate::shared::Shared;
use crate::state::Action;
use crate::t;

/// Properties of [`Lines`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The host's address; none for whichever is chosen.
    pub host: Option<String>,
    /// The lines.
    pub lines: Vec<String>,
    /// How hosts are called.
    pub names: Shared<Names>,
    /// What clicks do.
    pub send: Callback<Action>,
}

/// Lines to type.
#[component]
pub fn Lines(props: &Props) -> Html {
    use_lang();
    let copied = use_state_eq(|| false);
    let host = props.host.as_ref().and_then(|ip| props.names.find(ip));
    let run = |lines: Vec<String>| {
        let send = props.send.clone();
        Callback::from(move |_: MouseEvent| send.emit(Action::RunLines(host, lines.clone())))
    };
    let copy = {
        let (text, copied) = (props.lines.join("\n"), copied.clone());
        Callback::from(move |_: MouseEvent| {
            let copied = copied.clone();
            browser::copy(&text, move |done| copied.set(done));
        })
    };
    let line = |line: &String| {
        let name = t!("workshop-run-line", line = line);
        html! {
            <li><button class="line" data-line={line.clone()} aria-label={name.clone()} title={name}
                onclick={run(vec![line.clone()])}><code>{ line }</code></button></li>
        }
    };
    let all = match props.lines.len() {
        1 => t!("workshop-run"),
        _ => t!("workshop-run-all"),
    };
    let copy_name = if *copied { t!("workshop-copied") } else { t!("workshop-copy") };
    html! {
        <figure class="lines">
            <figcaption>
                <span>{ props.host.clone().unwrap_or_else(|| t!("workshop-any-host")) }</span>
                <button class="run" onclick={run(props.lines.clone())}>{ Icon::Play.draw() }{ all }</button>
                <button class="quiet" title={copy_name.clone()} aria-label={copy_name} onclick={copy}>
                    { if *copied { Icon::Tick.draw() } else { Icon::Copy.draw() } }
                </button>
            </figcaption>
            <ul>{ for props.lines.iter().map(line) }</ul>
        </figure>
    }
}

/// Whether a line is for a host's shell, and not for the program that runs in its console: `redis-cli`'s
/// commands are written in capitals.
pub fn is_for_shell(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default();
    let lower = first.chars().any(|it| it.is_ascii_lowercase());
    lower && !matches!(first, "exit" | "quit" | "yes" | "y" | "no")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_in_capitals_are_for_the_program_that_runs() {
        for line in ["redis-cli -c", "grep -i failover redis.log", "kill -9 7", "load stop"] {
            assert!(is_for_shell(line), "{line}");
        }
        for line in ["CLUSTER FAILOVER", "INFO REPLICATION", "exit", "yes", ""] {
            assert!(!is_for_shell(line), "{line}");
        }
    }
}
