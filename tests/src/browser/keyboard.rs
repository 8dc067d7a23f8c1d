//! The keyboard, as a person without a mouse uses it.

use serde_json::json;

use super::{Page, Result};

/// How often Tab is pressed before giving up: more than a page has controls.
const TABS: usize = 200;

impl Page {
    /// Presses keys one after another: letters, `Tab`, `Shift+Tab`, `Enter`, `Escape`, `Space`,
    /// `ArrowUp`, `Control+c` ...
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn keys(&self, names: &str) -> Result<()> {
        for name in names.split_whitespace() {
            if let Some(firefox) = self.firefox() {
                firefox.press_key(name)?;
                continue;
            }
            let (modifiers, name) = match name.split_once('+') {
                Some(("Shift", name)) => (8, name),
                Some(("Control", name)) => (2, name),
                _ => (0, name),
            };
            let (key, code, text) = meaning(name);
            for kind in ["keyDown", "keyUp"] {
                let mut event = json!({ "type": kind, "key": key, "code": name,
                    "windowsVirtualKeyCode": code, "modifiers": modifiers });
                if kind == "keyDown" && modifiers != 2 && !text.is_empty() {
                    event["text"] = text.clone().into();
                }
                self.call("Input.dispatchKeyEvent", event)?;
            }
        }
        Ok(())
    }

    /// Presses Tab until the keyboard is on what a selector finds.
    ///
    /// # Errors
    /// When it never comes there.
    pub fn tab_to(&self, selector: &str) -> Result<()> {
        let there = format!("document.activeElement?.matches({})", json!(selector));
        for _ in 0..TABS {
            if self.eval(&there)? == true {
                return Ok(());
            }
            self.keys("Tab")?;
        }
        let at = self.eval("document.activeElement?.outerHTML.slice(0, 200)")?;
        Err(format!("Tab does not lead to {selector}; it is at {at}"))
    }
}

/// The key, its code on Windows, and what it types.
fn meaning(name: &str) -> (String, u32, String) {
    let plain = |code: u32| (name.to_owned(), code, String::new());
    match name {
        "Tab" => plain(9),
        "Enter" => ("Enter".to_owned(), 13, "\r".to_owned()),
        "Escape" => plain(27),
        "Space" => (" ".to_owned(), 32, " ".to_owned()),
        "ArrowLeft" => plain(37),
        "ArrowUp" => plain(38),
        "ArrowRight" => plain(39),
        "ArrowDown" => plain(40),
        letter => {
            let code = letter.chars().next().map_or(0, |it| it.to_ascii_uppercase() as u32);
            (letter.to_owned(), code, letter.to_owned())
        }
    }
}
