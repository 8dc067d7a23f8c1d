//! One page, in either browser.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::chromium::Chromium;
use super::driver::Driver;
use super::firefox::Firefox;
use super::keyboard::Press;
use super::{Result, Worker};
use crate::say;

/// How often a condition is looked at while it is waited for.
const POLL: Duration = Duration::from_millis(20);

/// Whether the tests run in Firefox (`LAB_BROWSER=firefox`).
#[must_use]
pub fn in_firefox() -> bool {
    std::env::var_os("LAB_BROWSER").is_some_and(|it| it == "firefox")
}

/// Whether a test can not run in Firefox; it says so, with what it needs.
#[must_use]
pub fn needs_chromium(what: &str) -> bool {
    if in_firefox() {
        say(&format!("SKIPPED in Firefox: it needs {what}"));
    }
    in_firefox()
}

/// A page in a browser of its own, which ends with it.
pub struct Page(Box<dyn Driver>);

impl Page {
    /// Starts the browser with an empty page of this size, in CSS pixels; narrow ones are phones.
    ///
    /// # Errors
    /// When there is no browser on `PATH`, or it does not start.
    pub fn launch(width: u32, height: u32) -> Result<Self> {
        let driver: Box<dyn Driver> =
            if in_firefox() { Box::new(Firefox::launch()?) } else { Box::new(Chromium::launch()?) };
        driver.resize(width, height)?;
        Ok(Self(driver))
    }

    /// Any command of Chromium's protocol.
    ///
    /// # Errors
    /// What the browser says against it; in Firefox always.
    pub fn call(&self, method: &str, params: Value) -> Result<Value> {
        self.0.call(method, params)
    }

    /// Gives the page a size in CSS pixels; narrow ones are phones.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn resize(&self, width: u32, height: u32) -> Result<()> {
        self.0.resize(width, height)
    }

    /// Prefers dark or light colours.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn prefer_dark(&self, dark: bool) -> Result<()> {
        self.0.prefer_dark(dark)
    }

    /// Runs a script in every document before its own scripts.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn before_each_document(&self, script: &str) -> Result<()> {
        self.0.before_each_document(script)
    }

    /// Goes to a URL; what is asked for next is asked of the document there.
    ///
    /// # Errors
    /// When it can not go there.
    pub fn go(&self, url: &str) -> Result<()> {
        self.0.go(url)
    }

    /// What a script comes to; promises are waited for.
    ///
    /// # Errors
    /// What it throws.
    pub fn eval(&self, script: &str) -> Result<Value> {
        self.0.eval(script)
    }

    /// The value of an expression in a worker.
    ///
    /// # Errors
    /// What it throws; in Firefox always.
    pub fn eval_in(&self, worker: &Worker, script: &str) -> Result<Value> {
        self.0.eval_in(worker, script)
    }

    /// Waits until an expression is neither false nor empty, and returns it.
    ///
    /// # Errors
    /// When that takes longer than `within`.
    pub fn wait(&self, script: &str, within: Duration) -> Result<Value> {
        let last = Instant::now() + within;
        loop {
            // An expression may throw while the page is on its way to what it asks for.
            let value = self.eval(script);
            match &value {
                Ok(Value::Null | Value::Bool(false)) | Err(_) => {}
                Ok(Value::String(text)) if text.is_empty() => {}
                Ok(_) => return value,
            }
            if Instant::now() > last {
                let errors = self.errors();
                return Err(format!("not in {within:?}: {script}\n{value:?}\nerrors: {errors:?}"));
            }
            thread::sleep(POLL);
        }
    }

    /// Writes text into whatever has the focus.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn insert(&self, text: &str) -> Result<()> {
        self.0.insert(text)
    }

    pub(super) fn press(&self, press: &Press) -> Result<()> {
        self.0.press(press)
    }

    pub(super) fn click_at(&self, x: f64, y: f64) -> Result<()> {
        self.0.click_at(x, y)
    }

    /// Chooses a file in the file field that a selector finds.
    ///
    /// # Errors
    /// When it finds none.
    pub fn choose_file(&self, selector: &str, file: &Path) -> Result<()> {
        self.0.choose_file(selector, file)
    }

    /// Waits for a file that the page saves, and returns where it is.
    ///
    /// # Errors
    /// When it does not come.
    pub fn saved(&self, name: &str, within: Duration) -> Result<PathBuf> {
        let file = self.0.downloads().join(name);
        let last = Instant::now() + within;
        // Browsers write under another name, or leave the right one empty, until all is there.
        while !file.metadata().is_ok_and(|it| it.len() > 0) {
            if Instant::now() > last {
                return Err(format!("{name} was not saved"));
            }
            thread::sleep(POLL);
        }
        Ok(file)
    }

    /// Saves what the page shows as a PNG file.
    ///
    /// # Errors
    /// When there is nothing to save, or no place for it.
    pub fn screenshot(&self, file: &Path) -> Result<()> {
        let bytes = base64(&self.0.screenshot()?).ok_or("not base64")?;
        std::fs::write(file, bytes).map_err(|why| format!("{}: {why}", file.display()))
    }

    /// The live workers, nested ones included, the oldest first.
    #[must_use]
    pub fn workers(&self) -> Vec<Worker> {
        self.0.workers()
    }

    /// Every error so far: on consoles, uncaught, or of requests. Firefox does not tell what workers
    /// write on their consoles.
    #[must_use]
    pub fn errors(&self) -> Vec<String> {
        self.0.errors()
    }

    /// Forgets the errors so far, those that a test caused on purpose.
    pub fn forget_errors(&self) {
        self.0.forget_errors();
    }

    /// Every URL asked for so far.
    #[must_use]
    pub fn requests(&self) -> Vec<String> {
        self.0.requests()
    }

    /// The memory that the processes which run the page and its workers hold, bytes; none where that is
    /// not known.
    #[must_use]
    pub fn memory(&self) -> Option<u64> {
        self.0.memory()
    }
}

/// Decodes base64 with padding.
fn base64(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| {
        Some(match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        })
    };
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    for group in text.trim_end_matches('=').as_bytes().chunks(4) {
        let mut bits = 0_u32;
        for &byte in group {
            bits = bits << 6 | u32::from(digit(byte)?);
        }
        bits <<= 6 * (4 - group.len());
        bytes.extend(&bits.to_be_bytes()[1..group.len()]);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_with_any_padding_is_decoded() {
        assert_eq!(base64("Zm9v").as_deref(), Some(&b"foo"[..]));
        assert_eq!(base64("Zm8=").as_deref(), Some(&b"fo"[..]));
        assert_eq!(base64("Zg==").as_deref(), Some(&b"f"[..]));
        assert_eq!(base64("Z!=="), None);
    }
}
