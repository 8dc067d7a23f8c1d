//! The page as a person uses it: type, click, look.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Page, Result, Site, Worker, in_firefox};

/// How long anything that a person waits for may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// An open lab in a browser of its own.
pub struct LabPage {
    /// The page.
    pub page: Page,
    /// The site, as it is served.
    pub site: Site,
}

impl LabPage {
    /// Opens the default scenario with this seed.
    ///
    /// # Errors
    /// When the site was not built or does not open.
    pub fn open(seed: u64) -> Result<Self> {
        let lab = Self::blank(1280, 800)?;
        lab.load(seed)?;
        Ok(lab)
    }

    /// A browser with an empty page of this size.
    ///
    /// # Errors
    /// When the site was not built or the browser does not start.
    pub fn blank(width: u32, height: u32) -> Result<Self> {
        let page = Page::launch(width, height)?;
        page.before_each_document(include_str!("tap.js"))?;
        Ok(Self { page, site: Site::serve()? })
    }

    /// Opens another lab in the page: a scenario's name, or a line `design masters=50 replicas=1`.
    ///
    /// # Errors
    /// When it does not open with so many hosts.
    pub fn reopen(&self, scenario: &str, hosts: usize) -> Result<()> {
        self.tell(&json!({ "Open": { "scenario": scenario, "seed": 1 } }))?;
        let there = format!("__tap.frame?.hosts.length === {hosts}");
        self.page.wait(&format!("{there} && __tap.frame.hosts.every(it => it.node)"), PATIENCE)?;
        // Drawn, too.
        let drawn = format!("document.querySelectorAll('[data-host]').length === {hosts}");
        self.page.wait(&drawn, PATIENCE).map(drop)
    }

    /// Loads the site, as a new visitor would, and waits until the lab is open and every
    /// replica follows its master.
    ///
    /// # Errors
    /// When it does not open.
    pub fn load(&self, seed: u64) -> Result<()> {
        // Another query makes it another document, whatever was shown before.
        self.page.go(&self.site.url(&format!("?visit={seed}#seed={seed}")))?;
        self.page.wait("window.__tap?.frame?.hosts.every(host => host.node)", PATIENCE)?;
        self.wait_synced()
    }

    /// Loads the site with something else in its address, and waits until the lab is open.
    ///
    /// # Errors
    /// When it does not open.
    pub fn load_at(&self, fragment: &str) -> Result<()> {
        self.page.go(&self.site.url(&format!("?visit=at#{fragment}")))?;
        self.page.wait("window.__tap?.frame", PATIENCE).map(drop)
    }

    /// Sends the hub a message as the page would.
    ///
    /// # Errors
    /// When there is no hub.
    pub fn tell(&self, message: &Value) -> Result<()> {
        self.page.eval(&format!("__tap.tell({message})")).map(drop)
    }

    /// The last frame.
    ///
    /// # Errors
    /// When the page is gone.
    pub fn frame(&self) -> Result<Value> {
        self.page.eval("__tap.frame")
    }

    /// Clicks with the mouse on what a selector finds.
    ///
    /// # Errors
    /// When it does not come, or something else lies over it.
    pub fn click(&self, selector: &str) -> Result<()> {
        self.page.mouse(selector)
    }

    /// Chooses what is shown where the window has no room for everything: `console`, `panels` or
    /// `player`. Where it is shown anyway, nothing is to be chosen.
    ///
    /// # Errors
    /// When the page does not react.
    pub fn pane(&self, pane: &str) -> Result<()> {
        let button = format!("[data-pane='{pane}']");
        let choice = format!("document.querySelector({})?.checkVisibility()", json!(button));
        if self.page.eval(&choice)? != true {
            return Ok(());
        }
        self.click(&button)?;
        let chosen = json!(format!("{button}[aria-pressed='true']"));
        self.page.wait(&format!("document.querySelector({chosen}) !== null"), PATIENCE).map(drop)
    }

    /// Chooses a language, and waits until the page speaks it.
    ///
    /// # Errors
    /// When it does not.
    pub fn speak(&self, language: &str) -> Result<()> {
        self.page.choose("#language", language)?;
        let spoken = format!("document.documentElement.lang === '{language}'");
        self.page.wait(&spoken, PATIENCE).map(drop)
    }

    /// Visits a moment of the past, virtual microseconds, and waits until it is shown.
    ///
    /// # Errors
    /// When it is not.
    pub fn visit(&self, at_us: u64) -> Result<()> {
        self.tell(&json!({ "Travel": { "Visit": { "at_us": at_us } } }))?;
        let there =
            format!("__tap.frame.past && Math.abs(__tap.frame.now_ms * 1000 - {at_us}) < 0.5");
        self.page.wait(&there, PATIENCE).map(drop)
    }

    /// Lets time pass, or stops it, with the page's own button.
    ///
    /// # Errors
    /// When the page does not react.
    pub fn run(&self, running: bool) -> Result<()> {
        if self.page.eval("__tap.frame.running")? != running {
            self.click("#run")?;
            self.page.wait(&format!("__tap.frame.running === {running}"), PATIENCE)?;
        }
        Ok(())
    }

    /// Chooses one of the page's speeds.
    ///
    /// # Errors
    /// When the page has no such speed.
    pub fn speed(&self, speed: f64) -> Result<()> {
        self.click(&format!("[data-speed='{speed}']"))?;
        self.page.wait(&format!("__tap.frame.speed === {speed}"), PATIENCE).map(drop)
    }

    /// Lets virtual time pass at full speed.
    ///
    /// # Errors
    /// When it does not.
    pub fn advance(&self, span: Duration) -> Result<()> {
        let from = self.page.eval("__tap.frame.now_ms")?.as_f64().unwrap_or_default();
        let ms = span.as_secs_f64() * 1000.0;
        self.tell(&json!({ "Advance": ms }))?;
        let there = format!("!__tap.frame.busy && __tap.frame.now_ms >= {}", from + ms - 0.001);
        self.page.wait(&there, Duration::from_secs(180)).map(drop)
    }

    /// Types a line into a host's console.
    ///
    /// # Errors
    /// When there is no such host.
    pub fn type_line(&self, ip: &str, line: &str) -> Result<()> {
        self.click(&format!("[data-tab='{ip}']"))?;
        let tab = format!("[data-tab='{ip}'][aria-selected='true']");
        self.page.wait(&format!("document.querySelector({}) !== null", json!(tab)), PATIENCE)?;
        self.page.focus("#console-input")?;
        self.page.type_line(line)
    }

    /// What a host's console shows.
    ///
    /// # Errors
    /// When there is no such host.
    pub fn output(&self, ip: &str) -> Result<String> {
        self.click(&format!("[data-tab='{ip}']"))?;
        let tab = format!("[data-tab='{ip}'][aria-selected='true']");
        self.page.wait(&format!("document.querySelector({}) !== null", json!(tab)), PATIENCE)?;
        let text = "[...document.querySelectorAll('#console-output .line')]\
                    .map(line => line.textContent).join('\\n')";
        Ok(self.page.eval(text)?.as_str().unwrap_or_default().to_owned())
    }

    /// Types a line and waits until its console takes the next one; returns what it printed.
    ///
    /// # Errors
    /// When the console does not come back.
    pub fn ask(&self, ip: &str, line: &str) -> Result<String> {
        let before = self.output(ip)?.len();
        self.type_line(ip, line)?;
        let last = Instant::now() + PATIENCE;
        loop {
            let output = self.output(ip)?;
            let printed = output.get(before..).unwrap_or_default().trim_start();
            let idle = self.page.eval("document.querySelector('label.input.busy') === null")?;
            if idle == true && printed.contains(line) {
                // The frame that takes the line may be under way.
                std::thread::sleep(Duration::from_millis(80));
                if self.output(ip)?.len() != output.len() {
                    continue;
                }
                let answer = printed.split_once('\n').map_or("", |(_, answer)| answer);
                return Ok(answer.to_owned());
            }
            if Instant::now() > last {
                return Err(format!("{ip}: `{line}` did not come back: {printed}"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// An attribute of a node in the graph: `role`, `marks`.
    ///
    /// # Errors
    /// When there is no such node.
    pub fn graph(&self, ip: &str, what: &str) -> Result<String> {
        let node = format!("[data-host='{ip}']");
        let value = format!("document.querySelector({}).dataset[{}]", json!(node), json!(what));
        Ok(self.page.eval(&value)?.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until a node's role in the graph is this.
    ///
    /// # Errors
    /// When it does not become so.
    pub fn wait_role(&self, ip: &str, role: &str) -> Result<()> {
        let node = format!("[data-host='{ip}'][data-role='{role}']");
        let there = format!("document.querySelector({}) !== null", json!(node));
        self.page.wait(&there, PATIENCE).map(drop)
    }

    /// The live workers of nodes, as the browser counts them.
    #[must_use]
    pub fn node_workers(&self) -> Vec<Worker> {
        let mut workers = self.page.workers();
        if in_firefox() {
            // It does not show their names; the hub is started first.
            workers.drain(..1.min(workers.len()));
            return workers;
        }
        let other = |worker: &Worker| {
            let name = self.page.eval_in(worker, "self.name");
            name.is_ok_and(|name| name == "hub" || name == "reader")
        };
        workers.retain(|worker| !other(worker));
        workers
    }

    /// Waits until this many node workers live.
    ///
    /// # Errors
    /// When it stays another number.
    pub fn wait_node_workers(&self, count: usize) -> Result<()> {
        let last = Instant::now() + PATIENCE;
        loop {
            let workers = self.node_workers();
            if workers.len() == count {
                return Ok(());
            }
            if Instant::now() > last {
                return Err(format!("{} node workers, not {count}: {workers:?}", workers.len()));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until every live node runs in a worker of its own.
    ///
    /// # Errors
    /// When some stay in the hub.
    pub fn wait_hosted(&self, count: usize) -> Result<()> {
        let there = self.page.wait(&format!("__tap.frame.workers === {count}"), PATIENCE);
        there.map(drop).map_err(|why| {
            let frame =
                "(({ now_ms, running, busy, workers, hosts }) => ({ now_ms, running, busy, workers,
                hosts: hosts.map(({ pid, crash }) => ({ pid, crash })) }))(__tap.frame)";
            format!("{why}: {:?}", self.page.eval(frame))
        })
    }

    /// Waits until every replica follows its master: before that it does not take its place.
    fn wait_synced(&self) -> Result<()> {
        let all = "__tap.frame.hosts.every(it => it.node.master || it.node.link === 'connected')";
        self.page.wait(all, PATIENCE).map(drop)
    }

    /// What was done so far, as the hub tells it.
    ///
    /// # Errors
    /// When the hub does not answer.
    pub fn history(&self) -> Result<Value> {
        self.page.eval("__tap.history = null")?;
        self.tell(&json!("History"))?;
        self.page.wait("__tap.history", PATIENCE)
    }
}
