//! What was printed, kept at its end unless the person scrolled up.

use web_sys::Element;
use yew::prelude::*;

use crate::i18n::use_lang;
use crate::shared::Shared;
use crate::state::console::{Console, Kind, Line};
use crate::t;

/// Properties of [`Output`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The console.
    pub console: Shared<Console>,
    /// Whose it is.
    pub host: usize,
    /// What follows the output: the input line.
    pub children: Html,
}

/// Pixels from the end that still count as the end.
const NEAR: i32 = 24;

/// What was printed.
#[component]
pub fn Output(props: &Props) -> Html {
    use_lang();
    let place = use_node_ref();
    let follow = use_mut_ref(|| true);
    let onscroll = {
        let follow = follow.clone();
        Callback::from(move |event: Event| {
            if let Some(element) = event.target_dyn_into::<Element>() {
                let end = element.scroll_height() - element.client_height();
                *follow.borrow_mut() = end - element.scroll_top() < NEAR;
            }
        })
    };
    {
        let (place, fresh) = (place.clone(), follow.clone());
        use_effect_with(props.host, move |_| *fresh.borrow_mut() = true);
        use_effect_with((props.console.clone(), props.host), move |_| {
            if let Some(element) = place.cast::<Element>().filter(|_| *follow.borrow()) {
                element.set_scroll_top(element.scroll_height());
            }
        });
    }
    let block = |(number, lines): &(usize, Shared<Vec<Line>>)| {
        html! { <Block key={*number} lines={lines.clone()} /> }
    };
    html! {
        <div class="scroll" ref={place} {onscroll}>
            <div id="console-output" role="log" aria-live="off" aria-label={t!("console-output")} tabindex="0">
                { for props.console.blocks.iter().map(block) }
            </div>
            { props.children.clone() }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct BlockProps {
    lines: Shared<Vec<Line>>,
}

#[component]
fn Block(props: &BlockProps) -> Html {
    html! { <>{ for props.lines.iter().map(line) }</> }
}

fn line(line: &Line) -> Html {
    let text = line.text.as_str();
    match line.kind {
        Kind::Input { prompt } => {
            let (prompt, typed) = text.split_at(prompt);
            html! {
                <div class="line typed"><span class="prompt">{ prompt }</span>{ typed }</div>
            }
        }
        Kind::Note => html! { <div class="line note">{ text }</div> },
        Kind::Output if text.is_empty() => html! { <div class="line">{ "\n" }</div> },
        Kind::Output => html! {
            <div class={classes!("line", text.starts_with("(error)").then_some("error"))}>{ text }</div>
        },
    }
}
