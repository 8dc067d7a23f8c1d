//! The log of a real server, pasted: what it tells about a failover, on a timeline.

mod lanes;

use bridge::{LogAbout, LogLine, ToHub};
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use crate::format::{span, wall};
use crate::i18n::use_lang;
use crate::shared::Shared;
use crate::state::{Action, Page, State};
use crate::t;
use lanes::lanes;

/// Lines drawn at most.
const SHOWN: usize = 2000;

const HINT: &str = "21004:S 23 Nov 2026 04:06:24.215 # Start of election delayed for 534 milliseconds (rank #0, offset 28).";

/// A place to paste, or what was pasted.
pub fn server_log(state: &Page) -> Html {
    match &state.server_log {
        Some(lines) => html! { <Told lines={lines.clone()} dispatcher={state.dispatcher()} /> },
        None => html! { <Paste refused={state.refused.clone()} dispatcher={state.dispatcher()} /> },
    }
}

#[derive(Properties, PartialEq)]
struct PasteProps {
    refused: Option<String>,
    dispatcher: UseReducerDispatcher<State>,
}

#[component]
fn Paste(props: &PasteProps) -> Html {
    use_lang();
    let area = use_node_ref();
    let onsubmit = {
        let (area, dispatcher) = (area.clone(), props.dispatcher.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let text = area.cast::<HtmlTextAreaElement>().map(|it| it.value());
            dispatcher.dispatch(Action::Tell(ToHub::ReadLog { text: text.unwrap_or_default() }));
        })
    };
    html! {
        <form class="server-log" {onsubmit}>
            <label for="server-log-text">{ t!("server-log-about") }</label>
            <textarea id="server-log-text" ref={area} rows="5" placeholder={HINT} spellcheck="false" />
            <footer>
                <p class="refused" role="alert">{ for props.refused.clone() }</p>
                <button id="server-log-read" class="go">{ t!("server-log-read") }</button>
            </footer>
        </form>
    }
}

#[derive(Properties, PartialEq)]
struct ToldProps {
    lines: Shared<Vec<LogLine>>,
    dispatcher: UseReducerDispatcher<State>,
}

#[component]
fn Told(props: &ToldProps) -> Html {
    use_lang();
    let all = use_state_eq(|| false);
    let onchange = {
        let all = all.clone();
        Callback::from(move |_: Event| all.set(!*all))
    };
    let another = {
        let dispatcher = props.dispatcher.clone();
        Callback::from(move |_: MouseEvent| dispatcher.dispatch(Action::ForgetLog))
    };
    let lines = &props.lines;
    let telling: Vec<&LogLine> =
        lines.iter().filter(|it| *all || it.about != LogAbout::Other).collect();
    let mut pids: Vec<u32> = telling.iter().map(|it| it.pid).collect();
    pids.sort_unstable();
    pids.dedup();
    let many = pids.len() > 1;
    let before = std::iter::once(None).chain(telling.iter().copied().map(Some));
    let rows = telling.iter().zip(before).take(SHOWN).map(|(line, before)| row(line, before, many));
    html! {
        <section class="server-log" aria-label={t!("panel-server-log")}>
            <div class="choice">
                <label><input type="checkbox" checked={*all} {onchange} />{ " " }{ t!("server-log-all") }</label>
                <span>{ t!("server-log-count", shown = telling.len(), all = lines.len()) }</span>
                <button id="server-log-another" class="link" onclick={another}>{ t!("server-log-another") }</button>
            </div>
            { lanes(&telling, &pids) }
            <table>
                <caption class="unseen">{ t!("panel-server-log") }</caption>
                <thead class="unseen"><tr>
                    <th scope="col">{ t!("server-log-time") }</th>
                    <th scope="col">{ t!("server-log-after") }</th>
                    if many { <th scope="col">{ t!("server-log-process") }</th> }
                    <th scope="col">{ t!("server-log-line") }</th>
                </tr></thead>
                <tbody>{ for rows }</tbody>
            </table>
        </section>
    }
}

fn row(line: &LogLine, before: Option<&LogLine>, many: bool) -> Html {
    let after = before.map(|before| line.at_ms - before.at_ms).filter(|&after| after >= 1.0);
    let time = wall(line.at_ms);
    let time = time.get(11..).unwrap_or_default().to_owned();
    html! {
        <tr class={tone(line.about)}>
            <td><time>{ format!("{time}.{:03}", line.at_ms as u64 % 1000) }</time></td>
            <td>{ for after.map(|after| format!("+{}", span(after))) }</td>
            if many { <td>{ line.pid }</td> }
            <td><p>{ line.text.clone() }</p></td>
        </tr>
    }
}

/// The class that colours what is about this.
fn tone(about: LogAbout) -> &'static str {
    match about {
        LogAbout::Failure | LogAbout::Down => "failure",
        LogAbout::Election | LogAbout::Manual | LogAbout::Configuration => "decision",
        LogAbout::Replication => "data",
        LogAbout::Well => "good",
        LogAbout::Process => "process",
        LogAbout::Other => "plain",
    }
}
