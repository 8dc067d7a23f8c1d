//! The card that says that an exercise is solved; it can be saved as a picture.

use web_sys::{HtmlInputElement, XmlSerializer};
use yew::prelude::*;

use crate::browser;
use crate::i18n::use_lang;
use crate::icons::Icon;
use crate::state::workshop::record::Done;
use crate::t;

/// Its size.
const SIZE: (u32, u32) = (480, 250);
/// The colours that it uses.
const COLOURS: [&str; 6] = ["--paper", "--line-strong", "--ink", "--ink-2", "--own", "--vote"];
/// Its looks, in the page's colours; in a file of its own the colours are written before them.
const STYLE: &str = include_str!("../../../static/card.css");

/// Properties of [`CompletionCard`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The exercise.
    pub title: String,
    /// What was done.
    pub done: Option<Done>,
    /// How many steps it has.
    pub steps: usize,
}

/// The card, a field for a name, and the button that saves it.
#[component]
pub fn CompletionCard(props: &Props) -> Html {
    use_lang();
    let name = use_state_eq(|| browser::recall("card-name").unwrap_or_default());
    let oninput = {
        let name = name.clone();
        Callback::from(move |event: InputEvent| {
            let Some(field) = event.target_dyn_into::<HtmlInputElement>() else { return };
            browser::remember("card-name", &field.value());
            name.set(field.value());
        })
    };
    let save = Callback::from(|_: MouseEvent| save());
    let when = props.done.as_ref().and_then(|it| it.solved.clone()).unwrap_or_default();
    let (hints, again) = props.done.as_ref().map_or((0, 0), |it| it.counts);
    let title = broken(&props.title);
    let line = |(at, line): (usize, String)| {
        html! { <text class="title" x="32" y={(104 + 30 * at).to_string()}>{ line }</text> }
    };
    let size = format!("0 0 {} {}", SIZE.0, SIZE.1);
    html! {
        <div class="completion">
            <svg id="completion-card" class="card" viewBox={size} role="img"
                aria-label={t!("workshop-card-label", title = &props.title)} xmlns="http://www.w3.org/2000/svg">
                <rect class="frame" x="1" y="1" width="478" height="248" rx="14" />
                <g class="sign" transform="translate(32 28) scale(1.6)">
                    <path class="rest" d="M10 2.5a7.5 7.5 0 1 1-6.5 3.75" />
                    <path class="part" d="M4.7 4.7A7.5 7.5 0 0 1 8 2.77" />
                    <circle cx="10" cy="10" r="2.6" />
                </g>
                <text class="lab" x="76" y="50">{ "Failover Lab" }</text>
                { for title.into_iter().enumerate().map(line) }
                <text class="name" x="32" y="176">{ (*name).clone() }</text>
                <text class="facts" x="32" y="202">{ t!("workshop-card-facts", steps = props.steps, hints = hints, again = again) }</text>
                <text class="facts" x="32" y="222">{ when.replace('T', " ") }</text>
                <path class="tick" d="M412 176l14 14 26-32" />
            </svg>
            <p class="row">
                <label>{ t!("workshop-card-name") }{ " " }
                    <input id="card-name" type="text" maxlength="40" autocomplete="name" value={(*name).clone()} {oninput} /></label>
                <button id="save-card" class="ask" onclick={save}>{ Icon::Save.draw() }{ t!("workshop-card-save") }</button>
            </p>
        </div>
    }
}

/// A title in at most two lines.
fn broken(title: &str) -> Vec<String> {
    const WIDE: usize = 30;
    let width =
        |text: &str| text.chars().map(|it| if it.is_ascii() { 1 } else { 2 }).sum::<usize>();
    if width(title) <= WIDE {
        return vec![title.to_owned()];
    }
    let mut first = String::new();
    let mut rest = title.split(' ').peekable();
    while let Some(word) = rest.next_if(|it| first.is_empty() || width(&first) + width(it) < WIDE) {
        if !first.is_empty() {
            first.push(' ');
        }
        first.push_str(word);
    }
    let second: Vec<&str> = rest.collect();
    let lines = [first, second.join(" ")];
    lines.into_iter().filter(|it| !it.is_empty()).collect()
}

fn save() {
    let card = browser::element("completion-card");
    let text = card.and_then(|it| XmlSerializer::new().ok()?.serialize_to_string(&it).ok());
    let Some((head, rest)) = text.as_ref().and_then(|it| it.split_once('>')) else { return };
    let colours = COLOURS.map(|name| format!("{name}:{};", browser::css_variable(name)));
    let style = format!(".card{{{}}}\n{STYLE}", colours.concat());
    let sized = format!("{head} width=\"{}\" height=\"{}\"", SIZE.0 * 2, SIZE.1 * 2);
    let whole = format!("{sized}><style>{style}</style>{rest}");
    browser::save("failover-lab-card.svg", "image/svg+xml", whole.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_titles_take_two_lines() {
        assert_eq!(broken("Split brain"), ["Split brain"]);
        assert_eq!(
            broken("A manual failover of one shard after another"),
            ["A manual failover of one shard", "after another"]
        );
    }
}
