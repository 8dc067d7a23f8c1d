//! The exercise that is open: one page at a time, the way through its pages below the title.

use yew::prelude::*;

use super::blocks::{Place, blocks};
use super::card::CompletionCard;
use super::catalogue::{english, level};
use super::step::{StepView, again, outcome};
use crate::browser;
use crate::i18n::use_lang;
use crate::icons::Icon;
use crate::names::Names;
use crate::shared::Shared;
use crate::state::Action;
use crate::state::workshop::{Look, Open, Workshop, WorkshopAction};
use crate::t;

/// Properties of [`ExerciseView`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Exercises.
    pub workshop: Shared<Workshop>,
    /// How hosts are called.
    pub names: Shared<Names>,
    /// What clicks do.
    pub send: Callback<Action>,
}

/// The exercise.
#[component]
pub fn ExerciseView(props: &Props) -> Html {
    use_lang();
    let Props { workshop, names, send } = props;
    let look = workshop.open.as_ref().map(|it| it.look);
    let place = use_node_ref();
    {
        let place = place.clone();
        use_effect_with(look, move |look| {
            if let Some(page) = place.cast::<web_sys::Element>() {
                page.set_scroll_top(0);
            }
            // The button that was pressed is gone: the keyboard goes to the new page's heading.
            match look {
                Some(Look::Step(_)) => browser::focus("step-title"),
                Some(Look::Closing) => browser::focus("closing"),
                Some(Look::Intro) | None => {}
            }
        });
    }
    let Some(open) = &workshop.open else { return Html::default() };
    let text = |text: &[bridge::workshop::Block]| {
        let place = Place::Page {
            names: names.clone(),
            send: send.clone(),
            open: 0,
            open_next: Callback::from(|()| ()),
        };
        html! { <div class="prose">{ blocks(text, &place) }</div> }
    };
    let page = match open.look {
        Look::Intro => html! {
            <>
                <p class="about">{ about(open) }</p>
                { text(&open.exercise.intro) }
                <button id="begin" class="go" disabled={open.progress.is_none()} onclick={act(send, WorkshopAction::Look(Look::Step(0)))}>
                    { if open.progress.is_none() { t!("workshop-preparing") } else { t!("workshop-begin") } }
                </button>
            </>
        },
        Look::Step(number) => html! {
            <StepView key={format!("{} {number}", open.texts.id)} {number} workshop={workshop.clone()}
                names={names.clone()} send={send.clone()} />
        },
        Look::Closing => html! {
            <div class="closing">
                <h3 id="closing" tabindex="-1">{ t!("workshop-closing") }</h3>
                if open.is_solved() {
                    <CompletionCard title={open.exercise.head.title.clone()}
                        done={workshop.record.of(&open.texts.id).cloned()} steps={open.exercise.steps.len()} />
                }
                { text(&open.exercise.closing) }
                { next(workshop, open, send) }
            </div>
        },
    };
    html! {
        <>
            <header class="exercise-head">
                <button id="to-list" class="back" onclick={act(send, WorkshopAction::List)}>
                    { Icon::Back.draw() }{ t!("workshop-list") }
                </button>
                { tools(workshop, open, send) }
                <h2 lang={english(open.exercise.incomplete && open.exercise.language == "en")}>{ &open.exercise.head.title }</h2>
                { pages(open, workshop.presenting, send) }
            </header>
            <div class="page-of" ref={place}>
                { page }
                { elsewhere(open, send) }
            </div>
            if let Look::Step(number) = open.look {
                { outcome(workshop, number, send) }
            }
            { foot(open, workshop.presenting, send) }
        </>
    }
}

pub(super) fn act(send: &Callback<Action>, action: WorkshopAction) -> Callback<MouseEvent> {
    send.reform(move |_: MouseEvent| Action::Workshop(action.clone()))
}

fn about(open: &Open) -> String {
    let head = &open.exercise.head;
    let steps = open.exercise.steps.len();
    t!("workshop-about", level = level(head.level), minutes = head.minutes, steps = steps)
}

/// Presenter mode, and what can be printed.
fn tools(workshop: &Workshop, open: &Open, send: &Callback<Action>) -> Html {
    let presenting = workshop.presenting;
    let present = if presenting { t!("workshop-present-end") } else { t!("workshop-present") };
    let print = |solutions: bool, id: &'static str, name: String| {
        let (send, open) = (send.clone(), open.texts.id.clone());
        let count = workshop.handout.as_ref().map_or(0, |it| it.count) + 1;
        let own = !workshop.order.iter().flatten().any(|it| *it == open);
        let onclick = Callback::from(move |_: MouseEvent| {
            super::handout::ask(&send, (!own).then(|| open.clone()), solutions, count);
        });
        html! { <button {id} class="quiet" title={name.clone()} aria-label={name} {onclick}>
            { if solutions { Icon::PrintAll.draw() } else { Icon::Print.draw() } }
        </button> }
    };
    html! {
        <div class="tools" role="group" aria-label={t!("workshop-tools")}>
            { print(false, "handout", t!("workshop-handout")) }
            { print(true, "handout-solutions", t!("workshop-handout-solutions")) }
            <button id="present" class="quiet" title={present.clone()} aria-label={present}
                aria-pressed={presenting.to_string()} onclick={act(send, WorkshopAction::Present(!presenting))}>
                { Icon::Present.draw() }
            </button>
        </div>
    }
}

/// The pages: introduction, steps, closing. A learner opens those that were begun, a presenter all.
fn pages(open: &Open, all: bool, send: &Callback<Action>) -> Html {
    let begun =
        if all { usize::MAX } else { open.progress.as_ref().map_or(0, |it| it.steps.len()) };
    let page = |look: Look, class: Classes, text: Html, name: String, open_to: bool| {
        let current = (open.look == look).then_some("step");
        html! {
            <li><button {class} aria-current={current} disabled={!open_to} aria-label={name.clone()} title={name}
                onclick={act(send, WorkshopAction::Look(look))}>{ text }</button></li>
        }
    };
    let step = |(number, step): (usize, &bridge::workshop::Step)| {
        let done = open.known(number).is_some_and(|it| it.done_us.is_some());
        let lost = open.lost(number).is_some();
        let state = match (done, lost, open.present() == Some(number)) {
            (true, ..) => ("done", t!("workshop-page-done")),
            (_, true, _) => ("lost", t!("workshop-page-lost")),
            (_, _, true) => ("present", t!("workshop-page-present")),
            _ => ("", t!("workshop-page-later")),
        };
        let text = match state.0 {
            "done" => Icon::Tick.draw(),
            "lost" => Icon::Close.draw(),
            _ => html! { { number + 1 } },
        };
        let name = t!("workshop-page", number = number + 1, title = &step.title, state = state.1);
        page(
            Look::Step(number),
            classes!((!state.0.is_empty()).then(|| format!("is-{}", state.0))),
            text,
            name,
            number < begun.max(1),
        )
    };
    html! {
        <nav class="pages" aria-label={t!("workshop-pages")}>
            <ol>
                { page(Look::Intro, classes!("word"), Html::from(t!("workshop-intro")), t!("workshop-intro"), true) }
                { for open.exercise.steps.iter().enumerate().map(step) }
                { page(Look::Closing, classes!("word"), Html::from(t!("workshop-end")), t!("workshop-end"), all || open.is_solved()) }
            </ol>
        </nav>
    }
}

/// What is going on in the present step while another page is looked at.
fn elsewhere(open: &Open, send: &Callback<Action>) -> Html {
    let Some(present) = open.present().filter(|&it| open.look != Look::Step(it)) else {
        return Html::default();
    };
    let lost = open.lost(present).is_some();
    let shown = lost
        || matches!(open.look, Look::Step(it) if open.known(it).is_none_or(|it| it.done_us.is_none()));
    if !shown {
        return Html::default();
    }
    let said = match lost {
        true => t!("workshop-elsewhere-lost", number = present + 1),
        false => t!("workshop-elsewhere", number = present + 1),
    };
    html! {
        <p class="elsewhere">
            { said }{ " " }
            <button class="link" onclick={act(send, WorkshopAction::Look(Look::Step(present)))}>{ t!("workshop-there") }</button>
        </p>
    }
}

/// The ways back, and on.
fn foot(open: &Open, presenting: bool, send: &Callback<Action>) -> Html {
    let steps = open.exercise.steps.len();
    let beside = |by: isize| {
        let at = match open.look {
            Look::Intro => 0,
            Look::Step(number) => number + 1,
            Look::Closing => steps + 1,
        };
        let to = at.checked_add_signed(by).filter(|&it| it <= steps + 1)?;
        Some(match to {
            0 => Look::Intro,
            to if to > steps => Look::Closing,
            to => Look::Step(to - 1),
        })
    };
    let turn = |by: isize, id: &'static str, icon: Icon, name: String| {
        let to = beside(by);
        let onclick = act(send, WorkshopAction::Look(to.unwrap_or(open.look)));
        html! { <button {id} class="quiet" title={name.clone()} aria-label={name} disabled={to.is_none()} {onclick}>{ icon.draw() }</button> }
    };
    html! {
        <footer class="exercise-foot">
            if open.present().is_some() && matches!(open.look, Look::Step(_)) {
                { again(send, "step-again") }
            }
            <button id="exercise-again" class="ask" title={t!("workshop-again-why")} onclick={act(send, WorkshopAction::Again)}>
                { t!("workshop-again") }
            </button>
            if presenting {
                <span class="turns">
                    { turn(-1, "page-before", Icon::Back, t!("workshop-page-before")) }
                    { turn(1, "page-after", Icon::Forward, t!("workshop-page-after")) }
                </span>
            }
        </footer>
    }
}

/// What to do next.
fn next(workshop: &Workshop, open: &Open, send: &Callback<Action>) -> Html {
    let next = workshop.next(&open.texts.id);
    let title = |id: &str| {
        let card = workshop.cards.iter().find(|it| it.head.id == id);
        card.map_or_else(|| id.to_owned(), |it| it.head.title.clone())
    };
    html! {
        <p class="what-next">
            if let Some(id) = next {
                <button id="next-exercise" class="go" onclick={act(send, WorkshopAction::Choose(id.to_owned()))}>
                    { t!("workshop-next-exercise", title = title(id)) }
                </button>
            }
            <button class="ask" onclick={act(send, WorkshopAction::List)}>{ t!("workshop-list") }</button>
        </p>
    }
}

/// The keys of a presenter's remote control.
#[hook]
pub fn use_remote(workshop: &Shared<Workshop>) {
    let latest = use_mut_ref(|| workshop.clone());
    *latest.borrow_mut() = workshop.clone();
    use_effect_with((), move |()| {
        let listener = browser::Listener::on_window("keydown", move |event| {
            use wasm_bindgen::JsCast;
            let Some(key) = event.dyn_ref::<web_sys::KeyboardEvent>().map(|it| it.key()) else {
                return;
            };
            let presenting = latest.borrow().presenting && !latest.borrow().list;
            let button = match key.as_str() {
                "PageDown" => "page-after",
                "PageUp" => "page-before",
                _ => return,
            };
            if presenting && !browser::is_typing(&event) {
                event.prevent_default();
                browser::click(button);
            }
        });
        move || drop(listener)
    });
}
