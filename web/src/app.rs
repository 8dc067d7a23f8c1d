//! The page as a whole: the hub, the state, and where everything stands.

use yew::prelude::*;

use crate::announce::announcer;
use crate::below;
use crate::browser;
use crate::console::console_pane;
use crate::design::Design;
use crate::graph::Graph;
use crate::guide::Guide;
use crate::header::header;
use crate::hub::{self, Hub};
use crate::i18n::{self, Lang};
use crate::inspector::Inspector;
use crate::keys::use_keys;
use crate::offline::Offline;
use crate::opening::opening;
use crate::panels::panels;
use crate::shortcuts;
use crate::state::{Action, Phase, State};
use crate::t;
use crate::travel;
use crate::workshop;

/// The page.
#[component]
pub fn App() -> Html {
    let state = use_reducer(|| State::remembered(hub::Address::now()));
    use_hub(&state);
    travel::use_saving(&state);
    use_keys(&state);
    use_effect_with(state.lang, |lang| browser::show_language(*lang));
    // Effects run when everything is drawn: the line is that of the host chosen a moment ago.
    use_effect_with(state.to_console, |wanted| {
        if *wanted > 0 {
            browser::focus("console-input");
        }
    });
    // Before anything is drawn, whoever chose the language.
    i18n::set_lang(state.lang);
    let main = use_node_ref();
    use_effect_with((main.clone(), state.share), |(main, share)| {
        browser::set_property(main, "--panels-share", &format!("{share:.1}"));
    });
    workshop::use_light(&state);
    let (below, choose) = below::use_below(&state);
    html! {
        <ContextProvider<Lang> context={state.lang}>
        <div class={classes!("page", below.class(), state.workshop.shown.then_some("with-player"), embedded(&state))} data-started=""
            data-phase={phase(&state.phase)}>
            { header(&state) }
            { travel::bar(&state) }
            { travel::notice(&state) }
            { workshop::offer(&state) }
            <main ref={main}>
                { workshop::player(&state) }
                <div class="stage">
                    <Graph state={state.clone()} />
                    { opening(&state) }
                </div>
                { below::panes(&state, below, &choose) }
                { panels(&state) }
                <Inspector state={state.clone()} />
                <div class="side">
                    if state.workshop.open.is_none() {
                        <Guide state={state.clone()} />
                    }
                    { console_pane(&state) }
                </div>
            </main>
            { footer() }
            <Design state={state.clone()} />
            <Offline settled={!matches!(state.phase, Phase::Starting | Phase::Opening(_))} />
            { shortcuts::dialog() }
            { announcer(&state.log, &state.names, &state.workshop.said) }
            { workshop::paper(&state) }
        </div>
        </ContextProvider<Lang>>
    }
}

fn footer() -> Html {
    let key = |key: &str, what: &str| html! { <><kbd>{ key }</kbd>{ " " }{ t!(what) }</> };
    html! {
        <footer>
            <span>{ t!("page-about") }</span>
            <span class="keys">
                { key(&t!("key-space"), "key-run") }
                { key(".", "key-step") }
                { key("N", "key-next") }
                { key("[ ]", "key-speed") }
                { key("1–6", "key-host") }
                { key("/", "key-console") }
                { key("?", "key-list") }
            </span>
        </footer>
    }
}

/// Classes for the parts that are left of the page inside another one.
fn embedded(state: &State) -> Vec<String> {
    let Some(parts) = &state.embed else { return Vec::new() };
    let panel = parts.iter().any(|it| it == state.panel.id());
    let has = |part: &str| parts.iter().any(|it| it == part);
    let classes = [("graph", has("graph")), ("console", has("console")), ("panels", panel)];
    let classes = classes.into_iter().filter(|it| it.1).map(|it| format!("with-{}", it.0));
    std::iter::once("embed".to_owned()).chain(classes).collect()
}

fn phase(phase: &Phase) -> &'static str {
    match phase {
        Phase::Starting => "starting",
        Phase::Opening(_) => "opening",
        Phase::Open => "open",
        Phase::Failed(_) => "failed",
    }
}

/// Starts the hub, and sends what the state wants sent.
#[hook]
fn use_hub(state: &UseReducerHandle<State>) {
    let hub = use_memo((), |()| Hub::default());
    {
        let (hub, dispatcher) = (hub.clone(), state.dispatcher());
        use_effect_with((), move |()| {
            hub.start(Callback::from(move |action: Action| dispatcher.dispatch(action)));
        });
    }
    let posted = use_mut_ref(|| 0);
    let newest = state.outbox.last().map(|(number, _)| *number);
    {
        let outbox = state.outbox.clone();
        use_effect_with(newest, move |_| {
            let last = posted.replace_with(|it| newest.unwrap_or(*it));
            for (_, message) in outbox.iter().filter(|(number, _)| *number > last) {
                hub.send(message);
            }
        });
    }
    let answers = state.phase == Phase::Open && state.frame.is_some();
    use_effect_with(answers, |answers| {
        if *answers {
            browser::mark("answering");
        }
    });
}
