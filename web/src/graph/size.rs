//! The size of an element, kept up to date.

use wasm_bindgen::prelude::*;
use web_sys::{Element, ResizeObserver};
use yew::prelude::*;

/// Width and height of an element in pixels; zero before the first layout.
#[hook]
pub fn use_size(place: &NodeRef) -> (f64, f64) {
    let size = use_state_eq(|| (0.0, 0.0));
    let setter = size.setter();
    use_effect_with(place.clone(), move |place| {
        let watched = place.cast::<Element>();
        let element = watched.clone();
        let measure = Closure::<dyn FnMut()>::new(move || {
            if let Some(element) = &element {
                setter.set((f64::from(element.client_width()), f64::from(element.client_height())));
            }
        });
        let observer = ResizeObserver::new(measure.as_ref().unchecked_ref()).ok();
        if let (Some(observer), Some(element)) = (&observer, &watched) {
            observer.observe(element);
        }
        move || {
            if let Some(observer) = observer {
                observer.disconnect();
            }
            drop(measure);
        }
    });
    *size
}
