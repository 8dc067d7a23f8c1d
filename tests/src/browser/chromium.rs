//! Chromium, driven by its own protocol.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};

use super::Result;
use super::driver::{Driver, Worker};
use super::keyboard::Press;
use super::pipe::Pipe;
use super::process::{Process, Profile, find};
use super::seen::{Seen, watch};

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];
const FLAGS: [&str; 11] = [
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--no-first-run",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
];

/// A headless browser with a profile of its own and one page; it ends when this is dropped.
pub struct Chromium {
    process: Process,
    pipe: Pipe,
    session: String,
    seen: Arc<Mutex<Seen>>,
}

impl Chromium {
    /// Starts the browser.
    pub fn launch() -> Result<Self> {
        let program = find(&NAMES)?;
        let profile = Profile::new()?;
        let log =
            File::create(profile.folder().join("stderr.log")).map_err(|why| why.to_string())?;
        // The browser reads commands from descriptor 3 and answers on 4.
        let mut command = Command::new("sh");
        command
            .args(["-c", "exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null", "sh"])
            .arg(program)
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", profile.folder().display()))
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log);
        let mut process = Process::start(&mut command, profile)?;
        let (out, input) = (process.child.stdin.take(), process.child.stdout.take());
        let (out, input) = out.zip(input).ok_or("the browser has no pipes")?;
        let seen = Arc::new(Mutex::new(Seen::default()));
        let watching = Arc::clone(&seen);
        let pipe = Pipe::new(out, input, move |pipe, told| {
            watching.lock().expect("no thread panics").take(pipe, told);
        });
        let mut chromium = Self { process, pipe, session: String::new(), seen };
        chromium.session = chromium.open()?;
        watch(&chromium.pipe, &chromium.session);
        chromium.call("Page.enable", json!({}))?;
        let folder = chromium.downloads();
        let allow = json!({ "behavior": "allow", "downloadPath": folder });
        chromium.call("Page.setDownloadBehavior", allow)?;
        Ok(chromium)
    }

    /// Opens an empty page and returns its session.
    fn open(&self) -> Result<String> {
        let target = json!({ "url": "about:blank" });
        let created = self.pipe.call("", "Target.createTarget", target)?;
        let attach = json!({ "targetId": created["targetId"], "flatten": true });
        let attached = self.pipe.call("", "Target.attachToTarget", attach)?;
        Ok(attached["sessionId"].as_str().ok_or("no session")?.to_owned())
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().expect("no thread panics")
    }

    fn evaluate(&self, session: &str, script: &str) -> Result<Value> {
        let params = json!({ "expression": script, "awaitPromise": true, "returnByValue": true,
            "userGesture": true });
        let mut answer = self.pipe.call(session, "Runtime.evaluate", params)?;
        match answer.get("exceptionDetails") {
            Some(details) => Err(format!("{script}: {details}")),
            None => Ok(answer["result"]["value"].take()),
        }
    }
}

impl Driver for Chromium {
    fn resize(&self, width: u32, height: u32) -> Result<()> {
        let phone = width < 600;
        let scale = if phone { 2 } else { 1 };
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": scale,
            "mobile": phone });
        self.call("Emulation.setDeviceMetricsOverride", size).map(drop)
    }

    fn prefer_dark(&self, dark: bool) -> Result<()> {
        let value = if dark { "dark" } else { "light" };
        let feature = json!({ "name": "prefers-color-scheme", "value": value });
        self.call("Emulation.setEmulatedMedia", json!({ "features": [feature] })).map(drop)
    }

    fn before_each_document(&self, script: &str) -> Result<()> {
        self.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).map(drop)
    }

    fn go(&self, url: &str) -> Result<()> {
        let answer = self.call("Page.navigate", json!({ "url": url }))?;
        match answer["errorText"].as_str() {
            Some(why) => Err(format!("{url}: {why}")),
            None => Ok(()),
        }
    }

    fn eval(&self, script: &str) -> Result<Value> {
        self.evaluate(&self.session, script)
    }

    fn eval_in(&self, worker: &Worker, script: &str) -> Result<Value> {
        self.evaluate(&worker.session, script)
    }

    fn insert(&self, text: &str) -> Result<()> {
        self.call("Input.insertText", json!({ "text": text })).map(drop)
    }

    fn press(&self, Press { held, key }: &Press) -> Result<()> {
        let modifiers = match held.as_ref().map(|it| it.name.as_str()) {
            Some("Shift") => 8,
            Some("Control") => 2,
            _ => 0,
        };
        let name = if key.name == "Space" { " " } else { &key.name };
        for kind in ["keyDown", "keyUp"] {
            let mut event = json!({ "type": kind, "key": name, "code": key.name,
                "windowsVirtualKeyCode": key.windows, "modifiers": modifiers });
            if kind == "keyDown" && modifiers != 2 && !key.text.is_empty() {
                event["text"] = key.text.clone().into();
            }
            self.call("Input.dispatchKeyEvent", event)?;
        }
        Ok(())
    }

    fn click_at(&self, x: f64, y: f64) -> Result<()> {
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({ "type": kind, "x": x, "y": y, "button": "left",
                "clickCount": 1 });
            self.call("Input.dispatchMouseEvent", event)?;
        }
        Ok(())
    }

    fn screenshot(&self) -> Result<String> {
        let answer = self.call("Page.captureScreenshot", json!({ "format": "png" }))?;
        Ok(answer["data"].as_str().ok_or("no picture")?.to_owned())
    }

    fn choose_file(&self, selector: &str, file: &Path) -> Result<()> {
        let root = self.call("DOM.getDocument", json!({}))?;
        let field = json!({ "nodeId": root["root"]["nodeId"], "selector": selector });
        let field = self.call("DOM.querySelector", field)?;
        let files = json!({ "files": [file], "nodeId": field["nodeId"] });
        self.call("DOM.setFileInputFiles", files).map(drop)
    }

    fn downloads(&self) -> PathBuf {
        self.process.profile().downloads()
    }

    fn workers(&self) -> Vec<Worker> {
        self.seen().workers.clone()
    }

    fn errors(&self) -> Vec<String> {
        self.seen().errors.clone()
    }

    fn forget_errors(&self) {
        self.seen().errors.clear();
    }

    fn requests(&self) -> Vec<String> {
        self.seen().urls()
    }

    fn call(&self, method: &str, params: Value) -> Result<Value> {
        self.pipe.call(&self.session, method, params)
    }

    /// None where the system does not tell.
    fn memory(&self) -> Option<u64> {
        let profile = self.process.profile().folder().display().to_string();
        let mut sum = None;
        for entry in fs::read_dir("/proc").ok()?.flatten() {
            let read = |name: &str| fs::read_to_string(entry.path().join(name)).unwrap_or_default();
            let line = read("cmdline");
            if line.contains("--type=renderer") && line.contains(&profile) {
                let status = read("status");
                let held = status.lines().find_map(|it| it.strip_prefix("RssAnon:"));
                let kb = held.and_then(|it| it.trim().trim_end_matches(" kB").parse::<u64>().ok());
                sum = Some(sum.unwrap_or(0) + kb? * 1024);
            }
        }
        sum
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        self.pipe.tell("", "Browser.close", json!({}));
    }
}
