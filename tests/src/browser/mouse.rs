//! The mouse, as a person uses it: on what can be seen.

use serde_json::json;

use super::{PATIENCE, Page, Result};

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
        let place = format!(
            "(() => {{ const it = document.querySelector({});
            if (!it) return null;
            it.scrollIntoView({{ block: 'nearest', inline: 'nearest' }});
            const {{ left, top, width, height }} = it.getBoundingClientRect();
            const [x, y] = [left + width * {part}, top + height / 2];
            return it.contains(document.elementFromPoint(x, y)) ? [x, y] : null; }})()",
            json!(selector)
        );
        let place = self.wait(&place, PATIENCE).map_err(|why| format!("{selector}: {why}"))?;
        let [x, y] = [0, 1].map(|at| place[at].as_f64().unwrap_or_default());
        self.click_at(x, y)
    }
}
