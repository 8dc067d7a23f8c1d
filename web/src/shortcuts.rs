//! The list of keys, under `?`.

use yew::prelude::*;

use crate::browser;
use crate::icons::Icon;
use crate::t;

const ID: &str = "shortcuts";

/// Groups of keys: the message of the group, then keys and the message of what they do.
const GROUPS: [(&str, &[(&str, &str)]); 4] = [
    (
        "keys-anywhere",
        &[
            ("space", "keys-run"),
            (".", "keys-step"),
            ("N", "keys-next"),
            ("[ ]", "keys-speed"),
            ("1–9", "keys-host"),
            ("/", "keys-console"),
            ("Tab", "keys-tab"),
            ("Esc", "keys-escape"),
            ("PgUp PgDn", "keys-present"),
            ("?", "keys-list"),
        ],
    ),
    (
        "keys-in-console",
        &[
            ("Enter", "keys-enter"),
            ("Tab", "keys-complete"),
            ("↑ ↓", "keys-history"),
            ("Ctrl C", "keys-interrupt"),
            ("Ctrl D", "keys-leave"),
            ("Ctrl L", "keys-clear"),
            ("Ctrl A E U K", "keys-edit"),
            ("Shift Tab", "keys-out"),
        ],
    ),
    ("keys-in-tabs", &[("← →", "keys-beside"), ("Home End", "keys-ends")]),
    ("keys-in-graph", &[("Enter", "keys-inspect"), ("↑ ↓", "keys-resize")]),
];

/// Shows the list.
pub fn open() {
    browser::open_dialog(ID);
}

/// The button that shows the list.
pub fn button() -> Html {
    let onclick = Callback::from(|_: MouseEvent| open());
    html! {
        <button id="help" class="quiet" title={t!("keys-button")} aria-label={t!("keys")} aria-haspopup="dialog"
            {onclick}>{ Icon::Keys.draw() }</button>
    }
}

/// The list, closed until it is asked for. The browser keeps the keyboard in it, closes it with
/// Esc and gives the keyboard back.
pub fn dialog() -> Html {
    let group = |(name, keys): &(&'static str, &'static [(&str, &str)])| {
        html! {
            <section>
                <h3>{ t!(name) }</h3>
                <dl>{ for keys.iter().map(row) }</dl>
            </section>
        }
    };
    html! {
        <dialog id={ID} class="shortcuts" aria-labelledby="shortcuts-title">
            <form method="dialog">
                <h2 id="shortcuts-title">{ t!("keys") }</h2>
                <button class="quiet" title={t!("keys-close")} aria-label={t!("keys-close")}>{ Icon::Close.draw() }</button>
            </form>
            <div class="groups">{ for GROUPS.iter().map(group) }</div>
        </dialog>
    }
}

fn row((keys, what): &(&'static str, &'static str)) -> Html {
    let key = |key: &'static str| {
        let name = if key == "space" { t!("key-space") } else { key.to_owned() };
        html! { <kbd>{ name }</kbd> }
    };
    html! {
        <div>
            <dt>{ for keys.split(' ').map(key) }</dt>
            <dd>{ t!(what) }</dd>
        </div>
    }
}
