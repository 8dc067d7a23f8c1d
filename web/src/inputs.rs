//! What a person chose in a select or typed into a field.

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// Sends what an event comes to, if it comes to something.
pub fn when<T: 'static>(
    send: &Callback<T>,
    meaning: impl Fn(Event) -> Option<T> + 'static,
) -> Callback<Event> {
    let send = send.clone();
    Callback::from(move |event| {
        if let Some(it) = meaning(event) {
            send.emit(it);
        }
    })
}

/// The value of the option that was chosen.
pub fn choice(event: &Event) -> Option<String> {
    Some(event.target_dyn_into::<HtmlSelectElement>()?.value())
}

/// The number that the chosen option stands for; none for an empty one.
pub fn number(event: &Event) -> Option<usize> {
    choice(event)?.parse().ok()
}

/// The number in a field, when it is one.
pub fn amount(event: &Event) -> Option<f64> {
    let value = event.target_dyn_into::<HtmlInputElement>()?.value_as_number();
    value.is_finite().then_some(value)
}

/// Whether a box is ticked.
pub fn ticked(event: &Event) -> Option<bool> {
    Some(event.target_dyn_into::<HtmlInputElement>()?.checked())
}

/// Properties of [`Amount`].
#[derive(Properties, PartialEq)]
pub struct AmountProps {
    /// What it is called in the document.
    pub id: AttrValue,
    /// How it is read out, where no words stand beside it.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    /// The number, until another one is typed.
    pub value: f64,
    /// The person has typed one.
    pub onchange: Callback<Event>,
}

/// A field for a number. What is being typed stays, however often the page is drawn meanwhile.
#[component]
pub fn Amount(props: &AmountProps) -> Html {
    let field = use_node_ref();
    let place = field.clone();
    use_effect_with(props.value, move |value| {
        if let Some(field) = place.cast::<HtmlInputElement>() {
            field.set_value(&value.to_string());
        }
    });
    html! {
        <input ref={field} id={props.id.clone()} type="number" min="0" step="any"
            aria-label={props.label.clone()} onchange={props.onchange.clone()} />
    }
}
