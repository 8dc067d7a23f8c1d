//! Every panel, dialog and exercise, in every size, theme and language, with six nodes and with a
//! hundred.

use std::path::Path;
use std::time::Duration;

use failover_tests::browser::{LabPage, PATIENCE, Result};
use serde_json::{Value, json};

use crate::{complaints, sheet};

const SIZES: [(&str, u32, u32); 3] =
    [("desktop", 1440, 900), ("laptop", 1280, 720), ("phone", 390, 844)];
const WITNESS: &str = "192.168.0.13";
const LOG: &str = "7:S 23 Nov 2026 04:06:24.215 # Connection with master lost.\n\
    7:S 23 Nov 2026 04:06:40.000 * Marking node x as failing (quorum reached).\n\
    7:S 23 Nov 2026 04:06:40.001 * something else\n\
    7:S 23 Nov 2026 04:06:40.502 # Start of election delayed for 633 milliseconds (rank #0, offset 4010).\n\
    8:M 23 Nov 2026 04:06:41.140 # Failover auth granted to y for epoch 8\n\
    7:S 23 Nov 2026 04:06:41.142 # Failover election won: I'm the new master.\n";

/// A look at all that there is to see, one way of looking.
struct Tour<'a> {
    lab: LabPage,
    folder: &'a Path,
    name: String,
    pictures: Vec<String>,
    phone: bool,
}

/// Takes those whose names begin like this.
pub fn take(folder: &Path, like: &str) -> Result<()> {
    for (size, width, height) in SIZES {
        for theme in ["light", "dark"] {
            for language in ["en", "ko"] {
                for nodes in [6, 100] {
                    let name = format!("{size}-{theme}-{language}-{nodes}");
                    if !name.starts_with(like) {
                        continue;
                    }
                    let lab = LabPage::blank(width, height)?;
                    lab.page.prefer_dark(theme == "dark")?;
                    let phone = size == "phone";
                    let mut tour = Tour { lab, folder, name, pictures: Vec::new(), phone };
                    tour.go(language, nodes)?;
                    let columns = if phone { 5 } else { 3 };
                    sheet::make(folder, &format!("sheet-{}", tour.name), &tour.pictures, columns)?;
                    for error in tour.lab.page.errors() {
                        println!("{}: {error}", tour.name);
                    }
                }
            }
        }
    }
    Ok(())
}

impl Tour<'_> {
    fn go(&mut self, language: &str, nodes: usize) -> Result<()> {
        self.lab.load(1)?;
        self.lab.speak(language)?;
        self.shoot("start")?;
        if nodes > 6 {
            self.lab.reopen(&format!("design masters={} replicas=1", nodes / 2), nodes)?;
        }
        self.something_happens(nodes)?;
        self.panels()?;
        self.near()?;
        if nodes == 6 {
            self.links()?;
            self.packets()?;
            self.hosts()?;
            self.past()?;
            self.log()?;
            self.dialogs()?;
            self.exercises()?;
        }
        Ok(())
    }

    /// Clients at work, a failover, a host that is cut off and a fault that lasts.
    fn something_happens(&self, nodes: usize) -> Result<()> {
        let lab = &self.lab;
        lab.run(false)?;
        lab.advance(Duration::from_secs(20))?;
        lab.tell(&json!({ "Type": { "host": 1, "line": "load start" } }))?;
        lab.advance(Duration::from_secs(5))?;
        let pid = lab.frame()?["hosts"][2]["pid"].as_u64().unwrap_or_default();
        lab.tell(&json!({ "Type": { "host": 2, "line": format!("kill -9 {pid}") } }))?;
        lab.advance(Duration::from_secs(if nodes > 6 { 35 } else { 30 }))?;
        let kinds = ["FAILOVER_AUTH_ACK"];
        lab.tell(&json!({ "Lose": { "from": 0, "to": 1, "ports": "Any", "kinds": kinds,
            "for_ms": null, "count": 3 } }))?;
        lab.tell(&json!({ "Cut": { "host": 4, "cut": true } }))?;
        lab.advance(Duration::from_secs(9))
    }

    fn panels(&mut self) -> Result<()> {
        self.lab.pane("panels")?;
        let ids = "[...document.querySelectorAll('.panels [role=tab]')].map(it => it.id)";
        let ids = self.lab.page.eval(ids)?;
        for id in ids.as_array().into_iter().flatten().filter_map(Value::as_str) {
            self.lab.click(&format!("#{id}"))?;
            let shown = format!("document.querySelector('#{id}[aria-selected=true]') !== null");
            self.lab.page.wait(&shown, PATIENCE)?;
            self.shoot(id)?;
            let longer = "(() => { const it = document.querySelector('[role=tabpanel]'); \
                          const inner = [it, ...it.querySelectorAll('*')].filter(it => it.scrollHeight > it.clientHeight + 30 && getComputedStyle(it).overflowY === 'auto'); \
                          inner.forEach(it => it.scrollTop = 1e6); return inner.length > 0; })()";
            if self.phone && self.lab.page.eval(longer)? == true {
                self.shoot(&format!("{id}-end"))?;
            }
        }
        Ok(())
    }

    /// A node from near, and as the page sees the cluster through it.
    fn near(&mut self) -> Result<()> {
        self.lab.click("#panel-events")?;
        self.lab.click(".graph [data-host]")?;
        self.lab.page.wait("document.querySelector('#inspector') !== null", PATIENCE)?;
        self.shoot("inspector")?;
        self.lab.page.keys("Escape")?;
        self.lab.page.wait("document.querySelector('#inspector') === null", PATIENCE).map(drop)
    }

    /// The editor of a link, and how a link that was changed looks.
    fn links(&mut self) -> Result<()> {
        self.lab.click("[id^='edge-'][aria-label*='192.168.0.6']")?;
        self.lab.page.wait("document.activeElement.id === 'link-latency'", PATIENCE)?;
        self.lab.page.fill("#link-latency", "40")?;
        self.lab.page.keys("Enter")?;
        self.lab.page.wait("document.querySelector('.graph .aimed.slow')", PATIENCE)?;
        self.shoot("link-editor")?;
        self.lab.page.keys("Escape")?;
        self.lab.page.wait("!document.querySelector('#link-editor')", PATIENCE)?;
        self.shoot("link-slow")
    }

    /// A host that was added, one that was taken away, and a console between them.
    fn hosts(&mut self) -> Result<()> {
        let lab = &self.lab;
        lab.pane("console")?;
        lab.click("#host-add")?;
        self.shoot("host-waits")?;
        self.lab.advance(Duration::from_secs(1))?;
        self.lab.page.wait("__tap.frame.hosts.length === 7", PATIENCE)?;
        self.shoot("host-added")?;
        self.lab.tell(&json!({ "Type": { "host": 0, "line": "host remove .182" } }))?;
        self.lab.advance(Duration::from_secs(20))?;
        self.lab.click("[data-tab='192.168.0.182']")?;
        self.shoot("host-removed")?;
        self.lab.click(&format!("[data-tab='{WITNESS}']"))?;
        self.lab.run(true)?;
        self.lab.ask(WITNESS, "redis-cli cluster nodes")?;
        self.lab.run(false)?;
        self.shoot("console")?;
        self.lab.pane("panels")
    }

    fn packets(&mut self) -> Result<()> {
        self.lab.click("#panel-packets")?;
        self.lab
            .page
            .wait("document.querySelector('.packets tbody tr, .packet-list tbody tr')", PATIENCE)
            .ok();
        let open = "document.querySelector('[role=tabpanel] tbody tr button, [role=tabpanel] tbody tr')?.click()";
        self.lab.page.eval(open)?;
        self.shoot("packet")?;
        self.lab.page.eval("document.querySelector('#packet-close')?.click()")?;
        self.lab.page.eval("document.querySelector('#packets-diagram')?.click()")?;
        self.shoot("sequence")
    }

    fn past(&mut self) -> Result<()> {
        self.lab.click("#panel-timeline")?;
        let at = self
            .lab
            .page
            .eval("Math.round(__tap.events.findLast(it => it.fact.ElectionWon).at_ms * 1000)")?;
        self.lab.visit(at.as_u64().ok_or("nobody was elected")?)?;
        self.shoot("past")?;
        self.lab.tell(&json!({ "Travel": "Fork" }))?;
        self.lab.page.wait("document.querySelector('#fork-back') !== null", PATIENCE)?;
        self.lab.advance(Duration::from_secs(3))?;
        self.lab.page.choose("#compare", "0")?;
        self.shoot("compared")
    }

    fn log(&mut self) -> Result<()> {
        self.lab.click("#panel-server-log")?;
        self.lab.page.wait("document.querySelector('#server-log-text') !== null", PATIENCE)?;
        self.lab.page.fill("#server-log-text", LOG)?;
        self.lab.click("#server-log-read")?;
        self.lab.page.wait("document.querySelector('.server-log tbody tr')", PATIENCE)?;
        self.shoot("log-read")
    }

    fn dialogs(&mut self) -> Result<()> {
        self.lab.click("#new-lab")?;
        self.shoot("design")?;
        self.lab.click("#design-pasted")?;
        self.shoot("pasted")?;
        self.lab.page.keys("Escape")?;
        self.lab.click("#help")?;
        self.shoot("shortcuts")?;
        self.lab.page.keys("Escape")
    }

    fn exercises(&mut self) -> Result<()> {
        let lab = &self.lab;
        lab.click("#exercises")?;
        lab.page.wait("document.querySelector('[data-exercise]') !== null", PATIENCE)?;
        self.shoot("catalogue")?;
        self.lab.click("#choose-workshop")?;
        self.lab.page.wait("document.querySelector('[data-tick]') !== null", PATIENCE)?;
        let end = "document.querySelector('#instructor-title').scrollIntoView()";
        self.lab.page.eval(end)?;
        self.shoot("instructor")?;
        let lab = &self.lab;
        lab.load_at("exercise=manual-failover")?;
        lab.page.wait("document.querySelector('.pages .is-present') !== null", PATIENCE)?;
        self.shoot("exercise")?;
        self.lab.click("#begin")?;
        self.lab.page.wait("document.querySelector('.lines .run') !== null", PATIENCE)?;
        self.shoot("step-one")?;
        self.lab.click(".lines .run")?;
        self.lab.pane("player")?;
        self.lab.page.wait("document.querySelector('#next-step') !== null", PATIENCE)?;
        self.lab.click("#next-step")?;
        self.lab.page.wait("document.querySelector('button[data-hint]') !== null", PATIENCE)?;
        self.lab.click("button[data-hint='0']")?;
        self.lab.click(".quiz [data-answer='0']")?;
        self.shoot("step-two")?;
        self.lab.pane("console")?;
        self.lab.ask(WITNESS, "redis-cli cluster info")?;
        self.shoot("exercise-console")?;
        self.lab.pane("player")?;
        self.lab.click("#present")?;
        self.shoot("presenting")
    }

    fn shoot(&mut self, view: &str) -> Result<()> {
        // Lets motion come to its end.
        std::thread::sleep(Duration::from_millis(450));
        let picture = format!("{}-{view}", self.name);
        complaints::print(&self.lab, &picture)?;
        self.lab.page.screenshot(&self.folder.join(format!("{picture}.png")))?;
        self.pictures.push(picture);
        Ok(())
    }
}
