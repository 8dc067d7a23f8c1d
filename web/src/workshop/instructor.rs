//! What an instructor needs: one link to several exercises, files of one's own, progress as a file.

use bridge::workshop::Texts;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

use super::exercise::act;
use crate::browser;
use crate::hub;
use crate::i18n::use_lang;
use crate::state::Action;
use crate::state::workshop::WorkshopAction;
use crate::state::workshop::record::Record;
use crate::t;

/// Files larger than this are no exercise, bytes.
const FILE_MAX: f64 = 400_000.0;

/// Properties of [`Instructor`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What was done before.
    pub record: Record,
    /// The exercises that are ticked, in the order in which they were.
    pub chosen: Vec<String>,
    /// Exercises are being ticked.
    pub choosing: bool,
    /// Ticks exercises, or does not any more.
    pub set_choosing: Callback<bool>,
    /// What clicks do.
    pub send: Callback<Action>,
}

/// Everything below the list.
#[component]
pub fn Instructor(props: &Props) -> Html {
    use_lang();
    let copied = use_state_eq(|| None::<(String, bool)>);
    let Props { record, chosen, choosing, send, .. } = props;
    let choosing = *choosing;
    let choose = props.set_choosing.reform(move |_: MouseEvent| !choosing);
    let copy = {
        let (ids, copied) = (chosen.join(","), copied.clone());
        Callback::from(move |_: MouseEvent| {
            let link = hub::address_with(&format!("workshop={ids}"));
            let copied = copied.clone();
            browser::copy(&link.clone(), move |done| copied.set(Some((link, done))));
        })
    };
    let export = {
        let text = record.text();
        Callback::from(move |_: MouseEvent| {
            browser::save_file("failover-lab-exercises.txt", "text/plain", &text);
        })
    };
    let own = file(send, |name, text| WorkshopAction::Own(own_texts(&name, text)));
    let import = file(send, |_, text| WorkshopAction::Import(text));
    html! {
        <section class="instructor" aria-labelledby="instructor-title">
            <h3 id="instructor-title">{ t!("workshop-instructor") }</h3>
            <p class="row">
                <button id="choose-workshop" class="ask" aria-pressed={choosing.to_string()} onclick={choose}>
                    { t!("workshop-choose") }
                </button>
                if choosing {
                    <button id="copy-workshop" class="ask" disabled={chosen.is_empty()} onclick={copy}>
                        { t!("workshop-copy-link", count = chosen.len()) }
                    </button>
                    <button class="ask" disabled={chosen.is_empty()} onclick={act(send, WorkshopAction::Only(Some(chosen.clone())))}>
                        { t!("workshop-show-chosen") }
                    </button>
                }
            </p>
            if let Some((link, done)) = &*copied {
                <p class="row" role="status">{ if *done { t!("workshop-link-copied") } else { t!("workshop-link") } }{ " " }<code id="workshop-link">{ link }</code></p>
            }
            <p class="row">
                <label class="ask file">{ t!("workshop-open-file") }
                    <input id="exercise-file" type="file" accept=".md,text/markdown,text/plain" onchange={own} /></label>
            </p>
            <h3>{ t!("workshop-progress") }</h3>
            <p class="row">
                <button id="export-progress" class="ask" disabled={record.is_empty()} onclick={export}>{ t!("workshop-export") }</button>
                <label class="ask file">{ t!("workshop-import") }
                    <input id="progress-file" type="file" accept=".txt,text/plain" onchange={import} /></label>
            </p>
            <p class="small">{ t!("workshop-progress-about") }</p>
        </section>
    }
}

/// The files of an exercise of one's own: English, or whatever it is written in.
pub fn own_texts(name: &str, text: String) -> Texts {
    let id = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let id = id.strip_suffix(".md").unwrap_or(id);
    let fits = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit();
    let id: String = id.to_lowercase().chars().map(|it| if fits(it) { it } else { '-' }).collect();
    Texts { id: format!("own-{id}"), english: text, translation: None, catalogue: Vec::new() }
}

/// Reads the file that is chosen, and sends what it comes to.
fn file(
    send: &Callback<Action>,
    meaning: impl Fn(String, String) -> WorkshopAction + Copy + 'static,
) -> Callback<Event> {
    let send = send.clone();
    Callback::from(move |event: Event| {
        let Some(field) = event.target_dyn_into::<HtmlInputElement>() else { return };
        let Some(file) = field.files().and_then(|it| it.get(0)) else { return };
        // So that the same file can be chosen again.
        field.set_value("");
        read(file, send.clone(), meaning);
    })
}

/// Reads a file.
pub fn read(
    file: File,
    send: Callback<Action>,
    meaning: impl Fn(String, String) -> WorkshopAction + 'static,
) {
    wasm_bindgen_futures::spawn_local(async move {
        let text = match file.size() > FILE_MAX {
            true => String::new(),
            false => {
                let text = JsFuture::from(file.text()).await;
                text.ok().and_then(|it| it.as_string()).unwrap_or_default()
            }
        };
        send.emit(Action::Workshop(meaning(file.name(), text)));
    });
}
