//! The text of an exercise, drawn: on the page, where it can be clicked, and on paper.

use bridge::workshop::{Block, Inline};
use yew::prelude::*;

use super::lines::Lines;
use super::quiz::Quiz;
use crate::names::Names;
use crate::shared::Shared;
use crate::state::Action;
use crate::t;

/// Where text is drawn.
#[derive(Clone, PartialEq)]
pub enum Place {
    /// On the page.
    Page {
        /// How hosts are called.
        names: Shared<Names>,
        /// What clicks do.
        send: Callback<Action>,
        /// How many hints of the step are open.
        open: usize,
        /// Opens the next one.
        open_next: Callback<()>,
    },
    /// On paper.
    Paper {
        /// With hints and right answers.
        solutions: bool,
    },
}

/// Blocks one below the other.
pub fn blocks(blocks: &[Block], place: &Place) -> Html {
    let mut hints = 0;
    let draw = |block: &Block| match block {
        Block::Hint(inner) => {
            hints += 1;
            hint(inner, hints - 1, place)
        }
        other => one(other, place),
    };
    blocks.iter().map(draw).collect()
}

fn one(block: &Block, place: &Place) -> Html {
    match block {
        Block::Heading(text) => html! { <h4>{ inlines(text) }</h4> },
        Block::Paragraph(text) => html! { <p>{ inlines(text) }</p> },
        Block::List { ordered, items } => {
            let items = items.iter().map(|item| html! { <li>{ item_blocks(item, place) }</li> });
            match ordered {
                true => html! { <ol>{ for items }</ol> },
                false => html! { <ul>{ for items }</ul> },
            }
        }
        Block::Table(rows) => table(rows),
        Block::Quote(inner) => html! { <blockquote>{ blocks(inner, place) }</blockquote> },
        Block::Console { host, lines } => match place {
            Place::Page { names, send, .. } => html! {
                <Lines host={host.clone()} lines={lines.clone()} names={names.clone()} send={send.clone()} />
            },
            Place::Paper { .. } => html! {
                <figure class="lines">
                    <figcaption>{ for host.clone() }</figcaption>
                    <pre>{ lines.join("\n") }</pre>
                </figure>
            },
        },
        // Long lines are scrolled, by the keyboard too.
        Block::Code(text) => html! { <pre class="sample" tabindex="0">{ text }</pre> },
        Block::Hint(inner) => hint(inner, 0, place),
        Block::Quiz { question, answers } => match place {
            Place::Page { .. } => {
                html! { <Quiz key={question.clone()} question={question.clone()} answers={answers.clone()} /> }
            }
            Place::Paper { solutions } => {
                let answer = |it: &bridge::workshop::Answer| {
                    let right = *solutions && it.right;
                    html! {
                        <li class={right.then_some("right")}>
                            { &it.text }
                            if *solutions { <span class="because">{ &it.why }</span> }
                        </li>
                    }
                };
                html! { <div class="quiz"><p>{ question }</p><ul>{ for answers.iter().map(answer) }</ul></div> }
            }
        },
    }
}

/// An item of a list: a single paragraph stands there without one.
fn item_blocks(item: &[Block], place: &Place) -> Html {
    match item {
        [Block::Paragraph(text)] => inlines(text),
        item => blocks(item, place),
    }
}

/// A hint: shown once it was asked for; the next one can be asked for then.
fn hint(inner: &[Block], number: usize, place: &Place) -> Html {
    match place {
        Place::Paper { solutions: false } => Html::default(),
        Place::Paper { solutions: true } => html! {
            <div class="hint"><h4>{ t!("workshop-hint") }</h4>{ blocks(inner, place) }</div>
        },
        Place::Page { open, .. } if number < *open => html! {
            <div class="hint" data-hint={number.to_string()}>
                <h4>{ t!("workshop-hint") }</h4>
                { blocks(inner, place) }
            </div>
        },
        Place::Page { open, open_next, .. } if number == *open => {
            let onclick = open_next.reform(|_: MouseEvent| ());
            let name =
                if number == 0 { t!("workshop-hint-open") } else { t!("workshop-hint-more") };
            html! { <p><button class="ask" data-hint={number.to_string()} {onclick}>{ name }</button></p> }
        }
        Place::Page { .. } => Html::default(),
    }
}

fn table(rows: &[Vec<Vec<Inline>>]) -> Html {
    let Some((head, rows)) = rows.split_first() else { return Html::default() };
    let head = head.iter().map(|cell| html! { <th scope="col">{ inlines(cell) }</th> });
    let row = |row: &Vec<Vec<Inline>>| {
        let cells = row.iter().map(|cell| html! { <td>{ inlines(cell) }</td> });
        html! { <tr>{ for cells }</tr> }
    };
    html! {
        <div class="wide" tabindex="0">
            <table><thead><tr>{ for head }</tr></thead><tbody>{ for rows.iter().map(row) }</tbody></table>
        </div>
    }
}

/// Words.
pub fn inlines(text: &[Inline]) -> Html {
    let draw = |inline: &Inline| match inline {
        Inline::Text(text) => Html::from(text.clone()),
        Inline::Code(text) => html! { <code>{ text }</code> },
        Inline::Emphasis(text) => html! { <em>{ inlines(text) }</em> },
        Inline::Strong(text) => html! { <strong>{ inlines(text) }</strong> },
        Inline::Link { url, text } if is_web(url) => html! {
            <a href={url.clone()} target="_blank" rel="noopener noreferrer">{ inlines(text) }</a>
        },
        Inline::Link { text, .. } => inlines(text),
        Inline::Break => html! { <br /> },
    };
    text.iter().map(draw).collect()
}

/// Links lead to the web, and to nothing that runs here.
fn is_web(url: &str) -> bool {
    ["https://", "http://"].iter().any(|it| url.starts_with(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_that_would_run_something_are_words_only() {
        assert!(is_web("https://redis.io/docs"));
        for url in ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//host"] {
            assert!(!is_web(url), "{url}");
        }
    }
}
