//! Firefox, driven by WebDriver BiDi.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::Result;
use super::bidi::{Bidi, plain};
use super::driver::{Driver, Worker};
use super::keyboard::{Key, Press};
use super::process::{Process, Profile, find};

const NAMES: [&str; 2] = ["firefox-esr", "firefox"];
/// With access to the browser's own window: preferences change there, and the focus returns from there.
const FLAGS: [&str; 5] = [
    "--headless",
    "--no-remote",
    "--remote-allow-system-access",
    "--remote-debugging-port=0",
    "--profile",
];
const SAYS: &str = "WebDriver BiDi listening on ws://";
/// How long it may take until it listens.
const LISTENS_WITHIN: Duration = Duration::from_secs(120);
/// As WebDriver writes it.
const ENTER: char = '\u{E006}';
const EVENTS: [&str; 4] = [
    "log.entryAdded",
    "network.beforeRequestSent",
    "network.responseCompleted",
    "network.fetchError",
];

/// A headless browser with a profile of its own and one page; it ends when this is dropped.
pub struct Firefox {
    process: Process,
    bidi: Bidi,
    page: String,
}

impl Firefox {
    /// Starts the browser.
    pub fn launch() -> Result<Self> {
        let program = find(&NAMES)?;
        let profile = Profile::new()?;
        let settings = profile.folder().join("user.js");
        fs::write(settings, settings_for(&profile)).map_err(|why| why.to_string())?;
        let mut command = Command::new(program);
        command
            .args(FLAGS)
            .arg(profile.folder())
            .arg("about:blank")
            .env("HOME", profile.folder())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut process = Process::start(&mut command, profile)?;
        let stderr = process.child.stderr.take().ok_or("no stderr")?;
        let bidi = Bidi::connect(&address(stderr)?)?;
        bidi.call("session.new", json!({ "capabilities": {} }))?;
        bidi.call("session.subscribe", json!({ "events": EVENTS }))?;
        // In the tab that is there from the start, the keyboard is in the address field: no element of
        // the page would have the focus.
        let tree = bidi.call("browsingContext.getTree", json!({}))?;
        let tab = bidi.call("browsingContext.create", json!({ "type": "tab" }))?;
        let first = json!({ "context": tree["contexts"][0]["context"] });
        bidi.call("browsingContext.close", first)?;
        let page = tab["context"].as_str().ok_or("no page")?.to_owned();
        Ok(Self { process, bidi, page })
    }

    fn evaluate(&self, context: &Value, script: &str) -> Result<Value> {
        let params = json!({ "expression": script, "awaitPromise": true, "userActivation": true,
            "target": { "context": context }, "serializationOptions": { "maxDomDepth": 0 } });
        let answer = self.bidi.call("script.evaluate", params)?;
        match answer.get("exceptionDetails") {
            Some(details) => Err(format!("{script}: {}", details["text"])),
            None => Ok(plain(&answer["result"])),
        }
    }

    /// Runs a script in the browser's own window, around the page.
    fn in_window(&self, script: &str) -> Result<()> {
        let windows =
            self.bidi.call("browsingContext.getTree", json!({ "moz:scope": "chrome" }))?;
        self.evaluate(&windows["contexts"][0]["context"], script).map(drop)
    }

    fn perform(&self, source: Value) -> Result<()> {
        let params = json!({ "context": self.page, "actions": [source] });
        self.bidi.call("input.performActions", params).map(drop)
    }

    fn type_keys(&self, actions: &[Value]) -> Result<()> {
        self.perform(json!({ "type": "key", "id": "keyboard", "actions": actions }))
    }
}

fn settings_for(profile: &Profile) -> String {
    let settings = [
        ("browser.download.dir", json!(profile.downloads())),
        ("browser.download.folderList", json!(2)),
        // It would take the focus from the page.
        ("browser.download.alwaysOpenPanel", json!(false)),
    ];
    settings.map(|(name, value)| format!("user_pref(\"{name}\", {value});\n")).concat()
}

/// Waits until it says where it listens.
fn address(stderr: impl Read + Send + 'static) -> Result<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        // It goes on to say things: read to the end, so that nobody is kept waiting.
        for line in BufReader::new(stderr).lines().map_while(std::result::Result::ok) {
            if let Some((_, address)) = line.split_once(SAYS) {
                let _ = sender.send(address.trim().to_owned());
            }
        }
    });
    receiver.recv_timeout(LISTENS_WITHIN).map_err(|why| format!("Firefox does not listen: {why}"))
}

fn key(kind: &str, key: char) -> Value {
    json!({ "type": kind, "value": key })
}

impl Driver for Firefox {
    fn resize(&self, width: u32, height: u32) -> Result<()> {
        let size = json!({ "width": width, "height": height });
        let scale = if width < 600 { 2.0 } else { 1.0 };
        let params = json!({ "context": self.page, "viewport": size, "devicePixelRatio": scale });
        self.bidi.call("browsingContext.setViewport", params).map(drop)
    }

    fn prefer_dark(&self, dark: bool) -> Result<()> {
        let theme = if dark { 0 } else { 1 };
        let name = "layout.css.prefers-color-scheme.content-override";
        self.in_window(&format!("Services.prefs.setIntPref('{name}', {theme})"))
    }

    fn before_each_document(&self, script: &str) -> Result<()> {
        let declaration = json!({ "functionDeclaration": format!("() => {{ {script} }}") });
        self.bidi.call("script.addPreloadScript", declaration).map(drop)
    }

    fn go(&self, url: &str) -> Result<()> {
        let go = json!({ "context": self.page, "url": url, "wait": "interactive" });
        self.bidi.call("browsingContext.navigate", go).map(drop)
    }

    fn eval(&self, script: &str) -> Result<Value> {
        self.evaluate(&json!(self.page), script)
    }

    fn insert(&self, text: &str) -> Result<()> {
        let press = |it: char| {
            let it = if it == '\n' { ENTER } else { it };
            [key("keyDown", it), key("keyUp", it)]
        };
        self.type_keys(&text.chars().flat_map(press).collect::<Vec<_>>())
    }

    fn press(&self, Press { held, key: pressed }: &Press) -> Result<()> {
        let held = held.as_ref().map(|Key { webdriver, .. }| *webdriver);
        let down = held.map(|it| key("keyDown", it));
        let up = held.map(|it| key("keyUp", it));
        let press = ["keyDown", "keyUp"].map(|kind| key(kind, pressed.webdriver));
        self.type_keys(&down.into_iter().chain(press).chain(up).collect::<Vec<_>>())?;
        if pressed.name == "Tab" && self.eval("document.hasFocus()")? == false {
            // Behind the last control of the page come those of the browser; keys would reach the page,
            // and press nothing there. This goes past them all, to where the page begins.
            self.in_window("gBrowser.selectedBrowser.focus()")?;
        }
        Ok(())
    }

    fn click_at(&self, x: f64, y: f64) -> Result<()> {
        let actions = json!([
            { "type": "pointerMove", "x": x.round(), "y": y.round() },
            { "type": "pointerDown", "button": 0 },
            { "type": "pointerUp", "button": 0 },
        ]);
        self.perform(json!({ "type": "pointer", "id": "mouse", "actions": actions }))
    }

    fn screenshot(&self) -> Result<String> {
        let context = json!({ "context": self.page });
        let answer = self.bidi.call("browsingContext.captureScreenshot", context)?;
        Ok(answer["data"].as_str().ok_or("no picture")?.to_owned())
    }

    fn choose_file(&self, selector: &str, file: &Path) -> Result<()> {
        let locator = json!({ "type": "css", "value": selector });
        let find = json!({ "context": self.page, "locator": locator, "maxNodeCount": 1 });
        let found = self.bidi.call("browsingContext.locateNodes", find)?;
        let field = json!({ "sharedId": found["nodes"][0]["sharedId"] });
        let choose = json!({ "context": self.page, "element": field, "files": [file] });
        self.bidi.call("input.setFiles", choose).map(drop)
    }

    fn downloads(&self) -> PathBuf {
        self.process.profile().downloads()
    }

    fn workers(&self) -> Vec<Worker> {
        let realms = self.bidi.call("script.getRealms", json!({})).unwrap_or_default();
        let realms = realms["realms"].as_array().into_iter().flatten();
        let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
        realms
            .filter(|it| it["type"] == "dedicated-worker")
            .map(|it| Worker { session: text(&it["realm"]), url: text(&it["origin"]) })
            .collect()
    }

    fn errors(&self) -> Vec<String> {
        self.bidi.errors()
    }

    fn forget_errors(&self) {
        self.bidi.forget_errors();
    }

    fn requests(&self) -> Vec<String> {
        self.bidi.requests()
    }
}

impl Drop for Firefox {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.bidi.call("browser.close", json!({}));
    }
}
