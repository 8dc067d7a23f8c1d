//! The keyboard, as a person without a mouse uses it.

use serde_json::json;

use super::{Page, Result};

/// How often Tab is pressed before giving up: more than a page has controls.
const TABS: usize = 200;

/// Keys by the names that the web gives them: as WebDriver writes them, their codes on Windows, and
/// what they type.
const NAMED: [(&str, char, u32, &str); 14] = [
    ("Tab", '\u{E004}', 9, ""),
    ("Enter", '\u{E006}', 13, "\r"),
    ("Shift", '\u{E008}', 16, ""),
    ("Control", '\u{E009}', 17, ""),
    ("Escape", '\u{E00C}', 27, ""),
    ("Space", ' ', 32, " "),
    ("PageUp", '\u{E00E}', 33, ""),
    ("PageDown", '\u{E00F}', 34, ""),
    ("End", '\u{E010}', 35, ""),
    ("Home", '\u{E011}', 36, ""),
    ("ArrowLeft", '\u{E012}', 37, ""),
    ("ArrowUp", '\u{E013}', 38, ""),
    ("ArrowRight", '\u{E014}', 39, ""),
    ("ArrowDown", '\u{E015}', 40, ""),
];

/// A key.
pub struct Key {
    /// Its name.
    pub name: String,
    /// As WebDriver writes it.
    pub webdriver: char,
    /// Its code on Windows.
    pub windows: u32,
    /// What it types.
    pub text: String,
}

/// A key that is pressed, and the one that is held meanwhile.
pub struct Press {
    /// Shift or Control.
    pub held: Option<Key>,
    /// The key.
    pub key: Key,
}

impl Key {
    fn named(name: &str) -> Self {
        let letter = name.chars().next().unwrap_or_default();
        let plain = ("", letter, letter.to_ascii_uppercase() as u32, name);
        let known = NAMED.into_iter().find(|it| it.0 == name);
        let (_, webdriver, windows, text) = known.unwrap_or(plain);
        Self { name: name.to_owned(), webdriver, windows, text: text.to_owned() }
    }
}

impl Press {
    /// Reads `Enter`, `a`, `Shift+Tab`, `Control+c`.
    fn named(name: &str) -> Self {
        match name.split_once('+') {
            Some((held, name)) if !name.is_empty() => {
                Self { held: Some(Key::named(held)), key: Key::named(name) }
            }
            _ => Self { held: None, key: Key::named(name) },
        }
    }
}

impl Page {
    /// Presses keys one after another: letters, `Tab`, `Shift+Tab`, `Enter`, `Escape`, `Space`,
    /// `ArrowUp`, `Control+c` ...
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn keys(&self, names: &str) -> Result<()> {
        names.split_whitespace().try_for_each(|name| self.press(&Press::named(name)))
    }

    /// Types text into whatever has the focus, then Enter.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn type_line(&self, line: &str) -> Result<()> {
        self.insert(line)?;
        self.keys("Enter")
    }

    /// Moves the keyboard to what a selector finds, without the way there.
    ///
    /// # Errors
    /// When it finds nothing.
    pub fn focus(&self, selector: &str) -> Result<()> {
        self.eval(&format!("document.querySelector({}).focus()", json!(selector))).map(drop)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_with_what_is_held_meanwhile() {
        let press = Press::named("Shift+Tab");
        assert_eq!(press.held.map(|it| it.name).as_deref(), Some("Shift"));
        assert_eq!((press.key.windows, press.key.text.as_str()), (9, ""));
        let plus = Press::named("+");
        assert!(plus.held.is_none());
        assert_eq!((plus.key.webdriver, plus.key.text.as_str()), ('+', "+"));
        assert_eq!(Press::named("c").key.windows, 67);
    }
}
