//! The mouse, as a person uses it: on what can be seen.

use serde_json::json;

use super::{PATIENCE, Page, Result};

/// Where an element is: none while it moves, or while something else lies over it. What is elsewhere is
/// scrolled to.
const PLACE: &str = "(it, part) => {
    const place = () => {
        const { left, top, width, height } = it.getBoundingClientRect();
        return [left + width * part, top + height / 2];
    };
    const over = () => document.elementFromPoint(...place());
    // No further than it takes: boxes that a person can not scroll would be scrolled, too.
    for (const block of ['nearest', 'center']) {
        if (!it.contains(over())) it.scrollIntoView({ block });
    }
    const before = place();
    const look = (done) => {
        const now = place();
        const still = now.every((it, at) => it === before[at]);
        done({
            place: still && it.contains(over()) ? now : null,
            over: over()?.outerHTML.slice(0, 200) ?? 'nothing',
        });
    };
    const picture = (then) => requestAnimationFrame(then);
    return new Promise((done) => picture(() => picture(() => look(done))));
}";

impl Page {
    /// Clicks the middle of what a selector finds, once it is there.
    ///
    /// # Errors
    /// When it does not come, or something else lies over it.
    pub fn mouse(&self, selector: &str) -> Result<()> {
        self.mouse_at(selector, 0.5)
    }

    /// The same at a part of its width.
    ///
    /// # Errors
    /// When it does not come, or something else lies over it.
    pub fn mouse_at(&self, selector: &str, part: f64) -> Result<()> {
        let found = format!("document.querySelector({})", json!(selector));
        self.wait(&format!("{found} !== null"), PATIENCE)?;
        let look = format!("({PLACE})({found}, {part})");
        let place = self.wait(&format!("{look}.then(({{ place }}) => place)"), PATIENCE);
        let Ok(place) = place else {
            let over = self.eval(&format!("{look}.then(({{ over }}) => over)"))?;
            return Err(format!("in the place of {selector} is {over}"));
        };
        let [x, y] = [0, 1].map(|at: usize| place[at].as_f64().unwrap_or_default());
        self.click_at(x, y)
    }
}
