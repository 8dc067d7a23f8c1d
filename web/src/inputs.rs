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

/// Properties of [`NumberField`].
#[derive(Properties, PartialEq)]
pub struct NumberProps {
    /// The element's id.
    pub id: AttrValue,
    /// Its name, where no label says it.
    #[prop_or_default]
    pub aria_label: Option<AttrValue>,
    /// What it holds, until somebody types.
    pub value: AttrValue,
    /// Called when it was left with another number.
    pub onchange: Callback<Event>,
}

/// A field for a number that is at least zero. It is written when its value changes and not each time
/// that the page is drawn: what is half typed stays.
#[component]
pub fn NumberField(props: &NumberProps) -> Html {
    let NumberProps { id, aria_label, value, onchange } = props;
    let field = use_node_ref();
    use_effect_with((field.clone(), value.clone()), |(field, value)| {
        if let Some(field) = field.cast::<HtmlInputElement>() {
            field.set_value(value);
        }
    });
    html! {
        <input ref={field} {id} type="number" min="0" step="any" aria-label={aria_label.clone()} {onchange} />
    }
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
