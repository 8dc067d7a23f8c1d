//! What either browser can be asked for.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::Result;
use super::keyboard::Press;

/// A live web worker.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Worker {
    /// The browser's name for it, as long as it lives.
    pub session: String,
    /// Its script.
    pub url: String,
}

/// A browser with one page.
pub trait Driver {
    /// Gives the page a size in CSS pixels.
    fn resize(&self, width: u32, height: u32) -> Result<()>;

    /// Prefers dark or light colours.
    fn prefer_dark(&self, dark: bool) -> Result<()>;

    /// Runs a script in every document before its own scripts.
    fn before_each_document(&self, script: &str) -> Result<()>;

    /// Goes to a URL; what is asked for next is asked of the document there.
    fn go(&self, url: &str) -> Result<()>;

    /// What a script comes to, as with a person's click before it; promises are waited for.
    fn eval(&self, script: &str) -> Result<Value>;

    /// Writes text into whatever has the focus.
    fn insert(&self, text: &str) -> Result<()>;

    /// Presses and releases a key.
    fn press(&self, press: &Press) -> Result<()>;

    /// Clicks with the mouse.
    fn click_at(&self, x: f64, y: f64) -> Result<()>;

    /// What the page shows, as PNG in base64.
    fn screenshot(&self) -> Result<String>;

    /// Chooses a file in a file field.
    fn choose_file(&self, selector: &str, file: &Path) -> Result<()>;

    /// Where the files are that the page saved.
    fn downloads(&self) -> PathBuf;

    /// The live dedicated workers, the oldest first.
    fn workers(&self) -> Vec<Worker>;

    /// Every error so far.
    fn errors(&self) -> Vec<String>;

    /// Forgets the errors so far.
    fn forget_errors(&self);

    /// Every URL asked for so far.
    fn requests(&self) -> Vec<String>;

    /// A command of Chromium's protocol.
    fn call(&self, method: &str, _params: Value) -> Result<Value> {
        Err(format!("{method}: a command of Chromium alone"))
    }

    /// The value of an expression in a worker.
    fn eval_in(&self, _worker: &Worker, _script: &str) -> Result<Value> {
        Err("this browser shows no worker from within".to_owned())
    }

    /// The memory of the processes that run the page and its workers, bytes; none when that is not known.
    fn memory(&self) -> Option<u64> {
        None
    }
}
