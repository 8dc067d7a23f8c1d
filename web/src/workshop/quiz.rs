//! A question, with answers that say why they are right or wrong.

use bridge::workshop::Answer;
use yew::prelude::*;

use crate::i18n::use_lang;
use crate::icons::Icon;
use crate::t;

/// Properties of [`Quiz`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The question.
    pub question: String,
    /// The answers.
    pub answers: Vec<Answer>,
}

/// A question.
#[component]
pub fn Quiz(props: &Props) -> Html {
    use_lang();
    let chosen = use_state_eq(Vec::<usize>::new);
    let answer = |(number, answer): (usize, &Answer)| {
        let onclick = {
            let chosen = chosen.clone();
            Callback::from(move |_: MouseEvent| {
                let mut all = (*chosen).clone();
                all.push(number);
                chosen.set(all);
            })
        };
        let open = chosen.contains(&number);
        let class = open.then_some(if answer.right { "right" } else { "wrong" });
        let verdict = if answer.right { t!("workshop-right") } else { t!("workshop-not-right") };
        let icon = if answer.right { Icon::Tick } else { Icon::Close };
        html! {
            <li {class}>
                <button disabled={open} data-answer={number.to_string()} {onclick}>{ &answer.text }</button>
                if open {
                    <p class="because">{ icon.draw() }<span><b>{ verdict }</b>{ " " }{ &answer.why }</span></p>
                }
            </li>
        }
    };
    html! {
        <div class="quiz" role="group" aria-label={t!("workshop-quiz")}>
            <p class="question">{ &props.question }</p>
            // What an answer says is read aloud when it opens.
            <ul aria-live="polite">{ for props.answers.iter().enumerate().map(answer) }</ul>
        </div>
    }
}
