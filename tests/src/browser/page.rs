//! One page, its workers, and what went wrong in any of them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::pipe::{Pipe, Told};
use super::{Firefox, Result};

/// How often a condition is looked at while it is waited for.
const POLL: Duration = Duration::from_millis(20);

/// What was seen of a browser since it started.
#[derive(Default)]
pub struct Seen {
    /// Live workers by their sessions, nested ones included.
    workers: BTreeMap<String, Worker>,
    /// Errors on any console, exceptions, failed requests.
    errors: Vec<String>,
    /// What was fetched: URL, and bytes once they are all there.
    requests: BTreeMap<String, (String, f64)>,
}

/// A live web worker.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Worker {
    /// Its session.
    pub session: String,
    /// Its script.
    pub url: String,
}

impl Seen {
    /// Takes note of what the browser tells.
    pub fn take(&mut self, pipe: &Pipe, told: Told) {
        let Told { session, method, params } = told;
        match method.as_str() {
            "Target.attachedToTarget" => self.attached(pipe, &params),
            "Target.detachedFromTarget" => {
                self.workers.remove(params["sessionId"].as_str().unwrap_or_default());
            }
            "Runtime.consoleAPICalled" if params["type"] == "error" => {
                self.errors.push(format!("console: {}", arguments(&params["args"])));
            }
            "Runtime.exceptionThrown" => {
                self.errors.push(format!("exception: {}", params["exceptionDetails"]));
            }
            "Log.entryAdded" if params["entry"]["level"] == "error" => {
                let entry = &params["entry"];
                self.errors.push(format!("log: {} {}", entry["text"], entry["url"]));
            }
            "Network.requestWillBeSent" => {
                let url = text(&params["request"]["url"]);
                self.requests.insert(key(&session, &params), (url, 0.0));
            }
            "Network.responseReceived" => {
                let response = &params["response"];
                if response["status"].as_u64().is_some_and(|status| status >= 400) {
                    self.errors.push(format!("{}: {}", response["status"], response["url"]));
                }
            }
            "Network.loadingFinished" => {
                if let Some((_, bytes)) = self.requests.get_mut(&key(&session, &params)) {
                    *bytes = params["encodedDataLength"].as_f64().unwrap_or_default();
                }
            }
            "Network.loadingFailed" => {
                let asked = self.requests.get(&key(&session, &params));
                let url = asked.map_or("?", |(url, _)| url.as_str());
                self.errors.push(format!("failed: {url}: {}", params["errorText"]));
            }
            _ => {}
        }
    }

    fn attached(&mut self, pipe: &Pipe, params: &Value) {
        let session = text(&params["sessionId"]);
        let target = &params["targetInfo"];
        if target["type"] == "worker" {
            let url = text(&target["url"]);
            self.workers.insert(session.clone(), Worker { session: session.clone(), url });
            watch(pipe, &session);
        }
        // Service workers stop at their start, too.
        pipe.tell(&session, "Runtime.runIfWaitingForDebugger", json!({}));
    }
}

/// Asks to be told about a session's console, requests and workers.
fn watch(pipe: &Pipe, session: &str) {
    for domain in ["Runtime.enable", "Log.enable", "Network.enable"] {
        pipe.tell(session, domain, json!({}));
    }
    // Stopped at the start, so that nothing is missed.
    let attach = json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true });
    pipe.tell(session, "Target.setAutoAttach", attach);
}

fn key(session: &str, params: &Value) -> String {
    format!("{session}/{}", params["requestId"])
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn arguments(args: &Value) -> String {
    let args = args.as_array().into_iter().flatten();
    let words = args.map(|arg| arg.get("value").unwrap_or(&arg["description"]).to_string());
    words.collect::<Vec<_>>().join(" ")
}

/// Whatever shows the page.
enum Driver {
    Chromium { pipe: Pipe, session: String, seen: Arc<Mutex<Seen>> },
    Firefox(Box<Firefox>),
}

/// A page, in either browser.
pub struct Page(Driver);

impl Page {
    pub(super) fn open(
        pipe: Pipe,
        session: String,
        seen: Arc<Mutex<Seen>>,
        width: u32,
        height: u32,
    ) -> Result<Self> {
        watch(&pipe, &session);
        let page = Self(Driver::Chromium { pipe, session, seen });
        page.call("Page.enable", json!({}))?;
        page.resize(width, height)?;
        Ok(page)
    }

    /// The page of a Firefox, which ends with it.
    #[must_use]
    pub fn in_firefox(firefox: Firefox) -> Self {
        Self(Driver::Firefox(Box::new(firefox)))
    }

    pub(super) fn firefox(&self) -> Option<&Firefox> {
        match &self.0 {
            Driver::Chromium { .. } => None,
            Driver::Firefox(firefox) => Some(firefox),
        }
    }

    fn seen(&self) -> Option<MutexGuard<'_, Seen>> {
        match &self.0 {
            Driver::Chromium { seen, .. } => Some(seen.lock().expect("no thread panics")),
            Driver::Firefox(_) => None,
        }
    }

    /// Any command of Chromium's protocol.
    ///
    /// # Errors
    /// What the browser says against it; in Firefox always.
    pub fn call(&self, method: &str, params: Value) -> Result<Value> {
        match &self.0 {
            Driver::Chromium { pipe, session, .. } => pipe.call(session, method, params),
            Driver::Firefox(_) => Err(format!("{method}: a command of Chromium alone")),
        }
    }

    /// Gives the page a size in CSS pixels; narrow ones are phones.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn resize(&self, width: u32, height: u32) -> Result<()> {
        if let Some(firefox) = self.firefox() {
            return firefox.resize(width, height);
        }
        let phone = width < 600;
        let scale = if phone { 2 } else { 1 };
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": scale,
            "mobile": phone });
        self.call("Emulation.setDeviceMetricsOverride", size).map(drop)
    }

    /// Prefers dark or light colours.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn prefer_dark(&self, dark: bool) -> Result<()> {
        let value = if dark { "dark" } else { "light" };
        let feature = json!({ "name": "prefers-color-scheme", "value": value });
        self.call("Emulation.setEmulatedMedia", json!({ "features": [feature] })).map(drop)
    }

    /// Runs a script in every document before its own scripts.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn before_each_document(&self, script: &str) -> Result<()> {
        if let Some(firefox) = self.firefox() {
            return firefox.before_each_document(script);
        }
        self.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).map(drop)
    }

    /// Goes to a URL, and returns as soon as the browser is on its way.
    ///
    /// # Errors
    /// When it can not go there.
    pub fn go(&self, url: &str) -> Result<()> {
        if let Some(firefox) = self.firefox() {
            return firefox.go(url);
        }
        let answer = self.call("Page.navigate", json!({ "url": url }))?;
        match answer["errorText"].as_str() {
            Some(why) => Err(format!("{url}: {why}")),
            None => Ok(()),
        }
    }

    /// The value of a JavaScript expression; promises are waited for.
    ///
    /// # Errors
    /// What it throws.
    pub fn eval(&self, script: &str) -> Result<Value> {
        match &self.0 {
            Driver::Chromium { session, .. } => self.eval_in(session, script),
            Driver::Firefox(firefox) => firefox.eval(script),
        }
    }

    /// The value of an expression in a worker.
    ///
    /// # Errors
    /// What it throws; in Firefox always.
    pub fn eval_in(&self, session: &str, script: &str) -> Result<Value> {
        let Driver::Chromium { pipe, .. } = &self.0 else {
            return Err("Firefox shows no worker from within".to_owned());
        };
        let params = json!({ "expression": script, "awaitPromise": true, "returnByValue": true,
            "userGesture": true });
        let mut answer = pipe.call(session, "Runtime.evaluate", params)?;
        match answer.get("exceptionDetails") {
            Some(details) => Err(format!("{script}: {details}")),
            None => Ok(answer["result"]["value"].take()),
        }
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

    /// Types text into whatever has the focus, then Enter.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn type_line(&self, line: &str) -> Result<()> {
        self.insert(line)?;
        self.press("Enter", 13, "\r")
    }

    /// Writes text into whatever has the focus.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn insert(&self, text: &str) -> Result<()> {
        match self.firefox() {
            Some(firefox) => firefox.press(text),
            None => self.call("Input.insertText", json!({ "text": text })).map(drop),
        }
    }

    /// Clicks with the mouse at a place of the page.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn click_at(&self, place: &Value) -> Result<()> {
        let (x, y) = (&place[0], &place[1]);
        if let Some(firefox) = self.firefox() {
            return firefox.click_at(x, y);
        }
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({ "type": kind, "x": x, "y": y, "button": "left",
                "clickCount": 1 });
            self.call("Input.dispatchMouseEvent", event)?;
        }
        Ok(())
    }

    /// Presses and releases a key.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn press(&self, key: &str, code: u32, text: &str) -> Result<()> {
        if let Some(firefox) = self.firefox() {
            return firefox.press_key(key);
        }
        for kind in ["keyDown", "keyUp"] {
            let mut event = json!({ "type": kind, "key": key, "code": key,
                "windowsVirtualKeyCode": code });
            if kind == "keyDown" && !text.is_empty() {
                event["text"] = text.into();
            }
            self.call("Input.dispatchKeyEvent", event)?;
        }
        Ok(())
    }

    /// Saves what the page shows as a PNG file.
    ///
    /// # Errors
    /// When there is nothing to save, or no place for it.
    pub fn screenshot(&self, file: &Path) -> Result<()> {
        let answer = match self.firefox() {
            Some(firefox) => firefox.screenshot()?,
            None => self.call("Page.captureScreenshot", json!({ "format": "png" }))?,
        };
        let data = answer["data"].as_str().ok_or("no picture")?;
        let bytes = base64(data).ok_or("not base64")?;
        std::fs::write(file, bytes).map_err(|why| format!("{}: {why}", file.display()))
    }

    /// The live workers, nested ones included; Firefox tells of none.
    #[must_use]
    pub fn workers(&self) -> Vec<Worker> {
        self.seen().map(|seen| seen.workers.values().cloned().collect()).unwrap_or_default()
    }

    /// Every error so far: on consoles, uncaught, or of requests.
    #[must_use]
    pub fn errors(&self) -> Vec<String> {
        match &self.0 {
            Driver::Chromium { seen, .. } => seen.lock().expect("no thread panics").errors.clone(),
            Driver::Firefox(firefox) => firefox.errors(),
        }
    }

    /// Forgets the errors so far, those that a test caused on purpose.
    pub fn forget_errors(&self) {
        match &self.0 {
            Driver::Chromium { seen, .. } => seen.lock().expect("no thread panics").errors.clear(),
            Driver::Firefox(firefox) => firefox.forget_errors(),
        }
    }

    /// Every URL asked for so far; Firefox tells of none.
    #[must_use]
    pub fn requests(&self) -> Vec<String> {
        let urls = |seen: MutexGuard<'_, Seen>| {
            seen.requests.values().map(|(url, _)| url.clone()).collect()
        };
        self.seen().map(urls).unwrap_or_default()
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        if let Driver::Chromium { pipe, session, .. } = &self.0 {
            pipe.tell(session, "Page.close", json!({}));
        }
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
