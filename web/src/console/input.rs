//! The line that is being typed, with the keys that a terminal has.

use bridge::ToHub;
use web_sys::{ClipboardEvent, HtmlInputElement};
use yew::prelude::*;

use crate::i18n::use_lang;
use crate::shared::Shared;
use crate::state::Action;
use crate::state::console::{Console, Offer};
use crate::t;

/// Properties of [`InputLine`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Whose console it is.
    pub host: usize,
    /// The console.
    pub console: Shared<Console>,
    /// What to do.
    pub send: Callback<Action>,
}

/// Where the person is in the history; the line that was being typed waits at its end.
#[derive(Default)]
struct Recall {
    back: usize,
    draft: String,
}

/// The line that is being typed.
#[component]
pub fn InputLine(props: &Props) -> Html {
    let Props { host, console, send } = props;
    use_lang();
    let field = use_node_ref();
    let recall = use_mut_ref(Recall::default);
    {
        let field = field.clone();
        let send = send.clone();
        use_effect_with((console.offer.clone(), *host), move |(offer, host)| {
            if let (Some(offer), Some(field)) = (offer, field.cast::<HtmlInputElement>()) {
                complete(&field, offer, &send, *host);
            }
        });
    }
    let onkeydown = {
        let (props, recall) = (props_of(props), recall.clone());
        Callback::from(move |event: KeyboardEvent| {
            if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
                let taken = key(&event, &field, &props, &mut recall.borrow_mut());
                if taken {
                    event.prevent_default();
                }
            }
        })
    };
    let onpaste = {
        let props = props_of(props);
        Callback::from(move |event: Event| paste(&event, &props))
    };
    let waiting = console.waiting().map(|line| html! { <div class="line waiting">{ line }</div> });
    html! {
        <>
            { for waiting }
            <label class={classes!("input", console.prompt.is_none().then_some("busy"))}>
                <span class="prompt" id="console-prompt">{ console.prompt.clone().unwrap_or_default() }</span>
                <input id="console-input" ref={field} aria-label={t!("console-command")} autocomplete="off"
                    autocapitalize="off" autocorrect="off" spellcheck="false" enterkeyhint="send"
                    {onkeydown} {onpaste} />
            </label>
            { options(console.offer.as_ref()) }
        </>
    }
}

/// What the key handlers need of the properties.
struct Keys {
    host: usize,
    history: Shared<Vec<String>>,
    offered: bool,
    send: Callback<Action>,
}

fn props_of(props: &Props) -> Keys {
    Keys {
        host: props.host,
        history: props.console.history.clone(),
        offered: props.console.offer.is_some(),
        send: props.send.clone(),
    }
}

/// Handles a key; true when the browser must not.
fn key(event: &KeyboardEvent, field: &HtmlInputElement, keys: &Keys, recall: &mut Recall) -> bool {
    let host = keys.host;
    if event.ctrl_key() && !event.alt_key() && !event.meta_key() {
        return control(event, field, keys, recall);
    }
    match event.key().as_str() {
        "Enter" => {
            keys.send.emit(Action::Type(host, vec![field.value()]));
            field.set_value("");
            *recall = Recall::default();
        }
        "ArrowUp" => walk(field, keys, recall, 1),
        "ArrowDown" => walk(field, keys, recall, -1),
        "Tab" if !event.shift_key() && !field.value().is_empty() => {
            let line = field.value();
            keys.send.emit(Action::Tell(ToHub::Complete { host, line }));
        }
        "Escape" if keys.offered => keys.send.emit(Action::ForgetCompletions(host)),
        _ => {
            if keys.offered && event.key().chars().count() == 1 {
                keys.send.emit(Action::ForgetCompletions(host));
            }
            return false;
        }
    }
    true
}

fn control(
    event: &KeyboardEvent,
    field: &HtmlInputElement,
    keys: &Keys,
    recall: &mut Recall,
) -> bool {
    let host = keys.host;
    let cursor = field.selection_start().ok().flatten().unwrap_or_default() as usize;
    let units: Vec<u16> = field.value().encode_utf16().collect();
    match event.key().as_str() {
        "c" if field.selection_start() != field.selection_end() => return false,
        "c" => {
            field.set_value("");
            *recall = Recall::default();
            keys.send.emit(Action::Interrupt(host));
        }
        "l" => keys.send.emit(Action::Clear(host)),
        "d" if units.is_empty() => keys.send.emit(Action::Interrupt(host)),
        "u" => set(field, &units[cursor.min(units.len())..], 0),
        "k" => set(field, &units[..cursor.min(units.len())], cursor),
        "a" => set(field, &units, 0),
        "e" => set(field, &units, units.len()),
        "p" => walk(field, keys, recall, 1),
        "n" => walk(field, keys, recall, -1),
        _ => return false,
    }
    true
}

fn set(field: &HtmlInputElement, units: &[u16], cursor: usize) {
    field.set_value(&String::from_utf16_lossy(units));
    let _ = field.set_selection_range(cursor as u32, cursor as u32);
}

fn walk(field: &HtmlInputElement, keys: &Keys, recall: &mut Recall, step: isize) {
    let history = &keys.history;
    let Some(back) = recall.back.checked_add_signed(step).filter(|&it| it <= history.len()) else {
        return;
    };
    if recall.back == 0 {
        recall.draft = field.value();
    }
    recall.back = back;
    let line = if back == 0 { &recall.draft } else { &history[history.len() - back] };
    let units: Vec<u16> = line.encode_utf16().collect();
    set(field, &units, units.len());
}

/// Several pasted lines are typed one by one; the last one stays to be finished.
fn paste(event: &Event, keys: &Keys) {
    let data = wasm_bindgen::JsCast::dyn_ref::<ClipboardEvent>(event)
        .and_then(ClipboardEvent::clipboard_data)
        .and_then(|it| it.get_data("text/plain").ok());
    let (Some(text), Some(field)) = (data, event.target_dyn_into::<HtmlInputElement>()) else {
        return;
    };
    if !text.contains('\n') {
        return;
    }
    event.prevent_default();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let rest = if text.ends_with('\n') { None } else { lines.pop() };
    if let Some(first) = lines.first_mut() {
        *first = field.value() + first;
    }
    field.set_value(rest.as_deref().unwrap_or_default());
    keys.send.emit(Action::Type(keys.host, lines));
}

/// Puts the part that all completions share into the field, if the line is still the same. The
/// only completion there is ends its word, so that the next Tab asks for what follows.
fn complete(field: &HtmlInputElement, offer: &Offer, send: &Callback<Action>, host: usize) {
    if field.value() != offer.line {
        return;
    }
    let only = offer.options.len() == 1 && !offer.options[0].ends_with(' ');
    let shared = common_start(&offer.options) + if only { " " } else { "" };
    if shared.len() > offer.line.len() {
        let units: Vec<u16> = shared.encode_utf16().collect();
        set(field, &units, units.len());
    }
    if offer.options.len() <= 1 {
        send.emit(Action::ForgetCompletions(host));
    }
}

fn common_start(options: &[String]) -> String {
    let Some((first, rest)) = options.split_first() else { return String::new() };
    let same = |(at, c): &(usize, char)| {
        rest.iter().all(|it| it.get(*at..).is_some_and(|tail| tail.starts_with(*c)))
    };
    first.char_indices().take_while(same).map(|(_, c)| c).collect()
}

/// The last words of the completions, when there are several.
fn options(offer: Option<&Offer>) -> Html {
    let Some(offer) = offer.filter(|it| it.options.len() > 1) else { return Html::default() };
    let word = |option: &String| {
        let word = option.trim_end().rsplit(' ').next().unwrap_or(option).to_owned();
        html! { <span>{ word }</span> }
    };
    html! { <div class="options" aria-live="polite">{ for offer.options.iter().map(word) }</div> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn completion_goes_as_far_as_all_options_agree() {
        let options = ["cluster nodes".to_owned(), "cluster nothing".to_owned()];
        assert_eq!(common_start(&options), "cluster no");
        assert_eq!(common_start(&[]), "");
    }
}
