//! The parts of the page that a step talks about light up.

use web_sys::Element;
use yew::prelude::*;

use crate::browser;
use crate::state::workshop::Look;
use crate::state::{Page, State};

/// What is lit has this attribute.
const LIT: &str = "data-lit";

/// Lights up what the page of the exercise that is looked at talks about.
#[hook]
pub fn use_light(state: &Page) {
    let wanted = selectors(state);
    // Elements may be drawn anew at any frame.
    let drawn = (wanted, state.frame_at.to_bits());
    use_effect_with(drawn, |(wanted, _)| {
        let lit: Vec<Element> = wanted.iter().filter_map(|it| browser::find(it)).collect();
        for element in browser::all(&format!("[{LIT}]")) {
            if !lit.contains(&element) {
                let _ = element.remove_attribute(LIT);
            }
        }
        for element in lit {
            let _ = element.set_attribute(LIT, "");
        }
    });
}

fn selectors(state: &State) -> Vec<String> {
    let workshop = &state.workshop;
    let open = workshop.open.as_ref().filter(|_| workshop.shown && !workshop.list);
    let Some((open, Look::Step(step))) = open.map(|it| (it, it.look)) else { return Vec::new() };
    let step = open.exercise.steps.get(step);
    step.iter().flat_map(|it| &it.light).filter_map(|it| selector(it)).collect()
}

/// What finds a part of the page.
fn selector(part: &str) -> Option<String> {
    let fits = |it: char| it.is_ascii_alphanumeric() || it == '.' || it == '-';
    if let Some(address) = part.strip_prefix("node:").filter(|it| it.chars().all(fits)) {
        return Some(format!("[data-host='{address}']"));
    }
    if let Some(panel) = part.strip_prefix("panel:").filter(|it| it.chars().all(fits)) {
        let id = if panel == "why-not" { "why" } else { panel };
        return Some(format!("#panel-{id}"));
    }
    let found = match part {
        "console" => ".console",
        "graph" => ".stage",
        "inspector" => ".inspector",
        "pace" => ".controls",
        "timeline" => "#track",
        _ => return None,
    };
    Some(found.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_the_page_are_found_and_nothing_else() {
        assert_eq!(selector("panel:why-not").as_deref(), Some("#panel-why"));
        assert_eq!(selector("node:10.0.0.1").as_deref(), Some("[data-host='10.0.0.1']"));
        for part in ["node:'] *", "panel:a b", "everything"] {
            assert_eq!(selector(part), None, "{part}");
        }
    }
}
