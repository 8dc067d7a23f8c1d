//! Firefox, driven by WebDriver BiDi.

use std::cell::{Cell, RefCell};
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

use super::{Result, Site};

const NAMES: [&str; 2] = ["firefox-esr", "firefox"];
const SAYS: &str = "WebDriver BiDi listening on ws://";
const POLL: Duration = Duration::from_millis(50);
/// The Enter key, as WebDriver writes it.
const ENTER: char = '\u{E007}';

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
        let profile = std::env::temp_dir().join(format!("failover-lab-ff-{}", std::process::id()));
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
        let size = json!({ "width": width, "height": height });
        let viewport = json!({ "context": firefox.page, "viewport": size });
        firefox.call("browsingContext.setViewport", viewport)?;
        let tap = format!("() => {{ {} }}", include_str!("tap.js"));
        firefox.call("script.addPreloadScript", json!({ "functionDeclaration": tap }))?;
        Ok(firefox)
    }

    /// Loads the site and waits until the lab is open.
    ///
    /// # Errors
    /// When it does not open.
    pub fn load(&self, site: &Site, seed: u64) -> Result<()> {
        let url = site.url(&format!("?visit={seed}#seed={seed}"));
        let go = json!({ "context": self.page, "url": url, "wait": "none" });
        self.call("browsingContext.navigate", go)?;
        self.wait("window.__tap?.frame?.hosts.every(host => host.node)", Duration::from_secs(120))
            .map(drop)
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

    /// Waits until an expression is neither false nor empty, and returns it.
    ///
    /// # Errors
    /// When that takes longer than `within`.
    pub fn wait(&self, script: &str, within: Duration) -> Result<Value> {
        let last = Instant::now() + within;
        loop {
            let value = self.eval(script);
            match &value {
                Ok(Value::Null | Value::Bool(false)) | Err(_) => {}
                Ok(Value::String(text)) if text.is_empty() => {}
                Ok(_) => return value,
            }
            if Instant::now() > last {
                return Err(format!("not in {within:?}: {script}\n{value:?}\n{:?}", self.errors()));
            }
            thread::sleep(POLL);
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
        let source = json!({ "type": "key", "id": "keyboard", "actions": keys });
        let params = json!({ "context": self.page, "actions": [source] });
        self.call("input.performActions", params).map(drop)
    }

    /// Types a line and Enter.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn type_line(&self, line: &str) -> Result<()> {
        self.press(&format!("{line}{ENTER}"))
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
