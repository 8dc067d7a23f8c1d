//! Fields to type into and to choose from.

use serde_json::json;

use super::{Page, Result};

impl Page {
    /// Types into a field, in the place of what it holds.
    ///
    /// # Errors
    /// When there is no such field.
    pub fn fill(&self, selector: &str, text: &str) -> Result<()> {
        self.focus(selector)?;
        self.eval("document.activeElement.select()")?;
        self.insert(text)
    }

    /// Chooses an option by its value, or by what it says.
    ///
    /// # Errors
    /// When there is no such option.
    pub fn choose(&self, selector: &str, option: &str) -> Result<()> {
        // The list itself is the browser's, and out of reach.
        let choose = format!(
            "(it => {{
                it.focus();
                const is = option => [option.value, option.text].includes({});
                it.value = [...it.options].find(is).value;
                it.dispatchEvent(new Event('change', {{ bubbles: true }}));
            }})(document.querySelector({}))",
            json!(option),
            json!(selector)
        );
        self.eval(&choose).map(drop)
    }
}
