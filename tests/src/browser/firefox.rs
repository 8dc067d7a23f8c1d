//! Firefox, driven by WebDriver BiDi.

use std::cell::{Cell, RefCell};
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

use super::Result;

const NAMES: [&str; 2] = ["firefox-esr", "firefox"];
const SAYS: &str = "WebDriver BiDi listening on ws://";
const POLL: Duration = Duration::from_millis(50);
/// Keys that type nothing, as WebDriver writes them.
const KEYS: [(&str, char); 14] = [
    ("Tab", '\u{E004}'),
    ("Enter", '\u{E006}'),
    ("Shift", '\u{E008}'),
    ("Control", '\u{E009}'),
    ("Escape", '\u{E00C}'),
    ("Space", ' '),
    ("PageUp", '\u{E00E}'),
    ("PageDown", '\u{E00F}'),
    ("End", '\u{E010}'),
    ("Home", '\u{E011}'),
    ("ArrowLeft", '\u{E012}'),
    ("ArrowUp", '\u{E013}'),
    ("ArrowRight", '\u{E014}'),
    ("ArrowDown", '\u{E015}'),
];

/// A headless browser with a profile of its own and one page; it ends when this is dropped.
pub struct Firefox {
    child: Child,
    profile: PathBuf,
    socket: RefCell<WebSocket<TcpStream>>,
    calls: Cell<u64>,
    page: String,
    errors: RefCell<Vec<String>>,
}

impl Firefox {
    /// Whether there is one on `PATH`.
    #[must_use]
    pub fn is_there() -> bool {
        find().is_some()
    }

    /// Starts the browser, with a page of this size.
    ///
    /// # Errors
    /// When there is none on `PATH`, or it does not start.
    pub fn launch(width: u32, height: u32) -> Result<Self> {
        let program = find().ok_or("no Firefox on PATH")?;
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("failover-lab-ff-{}-{number}", std::process::id());
        let profile = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&profile);
        fs::create_dir_all(&profile).map_err(|why| why.to_string())?;
        let mut child = Command::new(program)
            .args(["--headless", "--no-remote", "--remote-debugging-port=0", "--profile"])
            .arg(&profile)
            .arg("about:blank")
            .env("HOME", &profile)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|why| format!("can not start Firefox: {why}"))?;
        let mut lines = BufReader::new(child.stderr.take().ok_or("no stderr")?).lines();
        let address = lines
            .by_ref()
            .map_while(std::result::Result::ok)
            .find_map(|line| line.split_once(SAYS).map(|(_, it)| it.trim().to_owned()))
            .ok_or("Firefox ended before it listened")?;
        // It may go on to say things; nobody must be kept waiting.
        thread::spawn(move || lines.for_each(drop));
        let stream = TcpStream::connect(&address).map_err(|why| why.to_string())?;
        stream.set_read_timeout(Some(Duration::from_secs(60))).map_err(|why| why.to_string())?;
        let url = format!("ws://{address}/session");
        let (socket, _) = tungstenite::client(url, stream).map_err(|why| why.to_string())?;
        let mut firefox = Self {
            child,
            profile,
            socket: RefCell::new(socket),
            calls: Cell::new(0),
            page: String::new(),
            errors: RefCell::default(),
        };
        firefox.call("session.new", json!({ "capabilities": {} }))?;
        let tree = firefox.call("browsingContext.getTree", json!({}))?;
        let page = tree["contexts"][0]["context"].as_str().ok_or("no page")?;
        firefox.page = page.to_owned();
        firefox.call("session.subscribe", json!({ "events": ["log.entryAdded"] }))?;
        firefox.resize(width, height)?;
        Ok(firefox)
    }

    /// Gives the page a size in CSS pixels.
    pub(super) fn resize(&self, width: u32, height: u32) -> Result<()> {
        let size = json!({ "width": width, "height": height });
        let viewport = json!({ "context": self.page, "viewport": size });
        self.call("browsingContext.setViewport", viewport).map(drop)
    }

    /// Runs a script in every document before its own scripts.
    pub(super) fn before_each_document(&self, script: &str) -> Result<()> {
        let declaration = json!({ "functionDeclaration": format!("() => {{ {script} }}") });
        self.call("script.addPreloadScript", declaration).map(drop)
    }

    /// Goes to a URL, and returns as soon as the browser is on its way.
    pub(super) fn go(&self, url: &str) -> Result<()> {
        let go = json!({ "context": self.page, "url": url, "wait": "none" });
        self.call("browsingContext.navigate", go).map(drop)
    }

    /// Any command of the protocol.
    ///
    /// # Errors
    /// What the browser says against it.
    pub fn call(&self, method: &str, params: Value) -> Result<Value> {
        let id = self.calls.get() + 1;
        self.calls.set(id);
        let text = json!({ "id": id, "method": method, "params": params }).to_string();
        let mut socket = self.socket.borrow_mut();
        socket.send(Message::text(text)).map_err(|why| why.to_string())?;
        loop {
            let message = socket.read().map_err(|why| format!("{method}: {why}"))?;
            let Message::Text(text) = message else { continue };
            let mut said: Value = serde_json::from_str(&text).map_err(|why| why.to_string())?;
            if said["method"] == "log.entryAdded" && said["params"]["level"] == "error" {
                self.errors.borrow_mut().push(said["params"]["text"].to_string());
            }
            if said["id"] == id {
                return match said["type"].as_str() {
                    Some("error") => Err(format!("{method}: {}", said["message"])),
                    _ => Ok(said["result"].take()),
                };
            }
        }
    }

    /// The value of a JavaScript expression; promises are waited for.
    ///
    /// # Errors
    /// What it throws.
    pub fn eval(&self, script: &str) -> Result<Value> {
        // As text: the protocol has a notation of its own for values.
        let script = format!("Promise.resolve({script}).then((it) => JSON.stringify(it ?? null))");
        let params = json!({ "expression": script, "awaitPromise": true,
            "target": { "context": self.page } });
        let answer = self.call("script.evaluate", params)?;
        match answer["result"]["value"].as_str() {
            Some(text) => serde_json::from_str(text).map_err(|why| why.to_string()),
            None => Err(format!("{script}: {}", answer["exceptionDetails"]["text"])),
        }
    }

    /// Presses the keys of a text, one after another.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn press(&self, text: &str) -> Result<()> {
        let key = |key: char| {
            ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key.to_string() }))
        };
        let keys: Vec<Value> = text.chars().flat_map(key).collect();
        self.perform(json!({ "type": "key", "id": "keyboard", "actions": keys }))
    }

    /// Presses and releases a key, named as the web names it, with `Shift+` or `Control+` before it.
    pub(super) fn press_key(&self, name: &str) -> Result<()> {
        let (held, name) = match name.split_once('+') {
            Some((held, name)) if !name.is_empty() => (Some(held), name),
            _ => (None, name),
        };
        let code = |name: &str| {
            let known = KEYS.iter().find(|(it, _)| *it == name);
            known.map_or_else(|| name.to_owned(), |(_, code)| code.to_string())
        };
        let key = |kind: &str, name: &str| json!({ "type": kind, "value": code(name) });
        let mut keys = vec![key("keyDown", name), key("keyUp", name)];
        if let Some(held) = held {
            keys.insert(0, key("keyDown", held));
            keys.push(key("keyUp", held));
        }
        self.perform(json!({ "type": "key", "id": "keyboard", "actions": keys }))
    }

    /// Clicks with the mouse.
    pub(super) fn click_at(&self, x: &Value, y: &Value) -> Result<()> {
        let whole = |it: &Value| it.as_f64().unwrap_or_default().round();
        let actions = json!([
            { "type": "pointerMove", "x": whole(x), "y": whole(y) },
            { "type": "pointerDown", "button": 0 },
            { "type": "pointerUp", "button": 0 },
        ]);
        self.perform(json!({ "type": "pointer", "id": "mouse", "actions": actions }))
    }

    /// What the page shows, as PNG in base64.
    pub(super) fn screenshot(&self) -> Result<Value> {
        self.call("browsingContext.captureScreenshot", json!({ "context": self.page }))
    }

    fn perform(&self, source: Value) -> Result<()> {
        let params = json!({ "context": self.page, "actions": [source] });
        self.call("input.performActions", params).map(drop)
    }

    /// Forgets the errors so far.
    pub(super) fn forget_errors(&self) {
        self.errors.borrow_mut().clear();
    }

    /// Every error so far.
    #[must_use]
    pub fn errors(&self) -> Vec<String> {
        self.errors.borrow().clone()
    }
}

impl Drop for Firefox {
    fn drop(&mut self) {
        let _ = self.call("browser.close", json!({}));
        let patience = Instant::now() + Duration::from_secs(5);
        while Instant::now() < patience && !matches!(self.child.try_wait(), Ok(Some(_))) {
            thread::sleep(POLL);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.profile);
    }
}

fn find() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    NAMES.iter().find_map(|name| {
        folders.iter().map(|folder| folder.join(name)).find(|program| program.is_file())
    })
}
