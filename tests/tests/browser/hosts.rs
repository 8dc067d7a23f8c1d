//! Hosts that come and go, and links that are edited on the graph, with mouse and keys.

use std::time::Duration;

use failover_tests::browser::{LabPage, PATIENCE, Result};
use failover_tests::say;
use serde_json::json;

use super::accessibility::{axe, look};

const FIRST: &str = "192.168.0.161";
const REPLICA: &str = "192.168.0.6";
const NEW: &str = "192.168.0.183";

fn hosts(lab: &LabPage, count: usize) -> Result<()> {
    lab.page.wait(&format!("__tap.frame.hosts.length === {count}"), PATIENCE)?;
    for selector in ["[data-host]", "[data-tab]"] {
        let drawn = format!("document.querySelectorAll('{selector}').length === {count}");
        lab.page.wait(&drawn, PATIENCE)?;
    }
    Ok(())
}

fn marks(lab: &LabPage, ip: &str, mark: &str) -> Result<()> {
    let node = format!("document.querySelector(\"[data-host='{ip}']\")");
    lab.page.wait(&format!("{node}.dataset.marks.includes('{mark}')"), PATIENCE).map(drop)
}

#[test]
fn a_host_is_added_becomes_a_member_and_is_removed_and_the_past_knows_when() -> Result<()> {
    let lab = LabPage::open(1)?;
    lab.advance(Duration::from_secs(15))?;
    let before = lab.page.eval("__tap.frame.now_ms")?.as_f64().unwrap_or_default();
    lab.click("#host-add")?;
    hosts(&lab, 7)?;
    lab.type_line(NEW, "redis-server redis.conf")?;
    lab.page.wait("__tap.frame.hosts[6].node", PATIENCE)?;
    let joined =
        lab.ask(FIRST, &format!("redis-cli --cluster add-node {NEW}:6379 {FIRST}:6379"))?;
    assert!(joined.contains("New node added correctly"), "{joined}");
    let known = "__tap.frame.hosts.every(it => it.node.peers.length === 6)";
    lab.advance(Duration::from_secs(5))?;
    lab.page.wait(known, PATIENCE)?;
    lab.tell(&json!({ "StayInWorkers": true }))?;
    lab.wait_hosted(7)?;
    // Every panel draws one more.
    for panel in ["beliefs", "timers", "timeline", "packets", "why", "failovers", "clients"] {
        lab.click(&format!("#panel-{panel}"))?;
        let shown = format!("document.querySelector('#panel-{panel}[aria-selected=true]')");
        lab.page.wait(&shown, PATIENCE)?;
    }
    // By key: to its node in the graph, and there to the button that takes it away.
    lab.page.focus("#node-6")?;
    lab.page.keys("Enter")?;
    lab.page.wait("document.querySelector('#inspector')?.dataset.inspects", PATIENCE)?;
    lab.page.tab_to("[data-action=remove]")?;
    let during = lab.page.eval("__tap.frame.now_ms")?.as_f64().unwrap_or_default();
    lab.page.keys("Enter")?;
    lab.page.wait("__tap.frame.hosts[6].gone", PATIENCE)?;
    marks(&lab, NEW, "removed")?;
    lab.page.wait("document.querySelector('#console-input') === null", PATIENCE)?;
    lab.wait_hosted(6)?;
    lab.advance(Duration::from_secs(40))?;
    marks(&lab, NEW, "fail")?;
    let mut found = Vec::new();
    if let Some(axe) = axe() {
        lab.page.eval(&axe)?;
        look(&lab, "a host that is gone", &mut found)?;
    } else {
        say("SKIPPED: axe-core; there is no npm to fetch it with");
    }
    assert_eq!(found, Vec::<String>::new());
    // Once no server knows it, it is not drawn.
    let failed = "__tap.frame.hosts[0].node.peers.find(it => it.flags.includes('fail')).id";
    let id = lab.page.eval(failed)?.as_str().unwrap_or_default().to_owned();
    for ip in ["161", "13", "132", "6", "182", "162"] {
        let forgot =
            lab.ask(&format!("192.168.0.{ip}"), &format!("redis-cli cluster forget {id}"))?;
        assert!(forgot.contains("OK"), "{forgot}");
    }
    lab.page.wait("document.querySelector('#node-6') === null", PATIENCE)?;
    // Before it was added, while it was there, and the present again.
    lab.run(false)?;
    lab.page.keys("Escape")?;
    lab.click("#panel-timeline")?;
    let present = lab.history()?;
    let visit = |at_ms: f64, count: usize| -> Result<()> {
        lab.visit((at_ms * 1000.0).round() as u64)?;
        hosts(&lab, count)
    };
    visit(before, 6)?;
    visit(during, 7)?;
    assert_eq!(lab.page.eval("__tap.frame.hosts[6].gone")?, false);
    assert!(lab.output(NEW)?.contains("redis-server redis.conf"));
    visit(before, 6)?;
    // A branch in which another one has the name of the lost one.
    lab.click("#host-add")?;
    lab.page.wait("!__tap.frame.past", PATIENCE)?;
    lab.run(true)?;
    hosts(&lab, 7)?;
    assert!(!lab.output(NEW)?.contains("redis-server"));
    lab.tell(&json!({ "Travel": { "Switch": 0 } }))?;
    lab.page.wait("__tap.frame.hosts[6].gone", PATIENCE)?;
    lab.run(false)?;
    assert!(lab.output(NEW)?.contains("redis-server redis.conf"));
    let again = lab.history()?;
    assert_eq!(again["actions"], present["actions"], "the other branch changed this one");
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

#[test]
fn a_link_to_after_a_host_was_added_opens_there() -> Result<()> {
    let lab = LabPage::open(3)?;
    lab.ask(FIRST, "host add")?;
    hosts(&lab, 7)?;
    lab.ask(NEW, "redis-server redis.conf")?;
    lab.run(false)?;
    let hash = lab.page.eval("__tap.frame.hash")?;
    lab.click("#copy-link")?;
    lab.page.wait("location.hash.startsWith('#lab=')", PATIENCE)?;
    let fragment = lab.page.eval("location.hash.slice(1)")?;
    let other = LabPage::blank(1280, 800)?;
    other.load_at(fragment.as_str().unwrap_or_default())?;
    other.page.wait("__tap.travel.some(it => it.Arrived)", PATIENCE)?;
    hosts(&other, 7)?;
    assert_eq!(other.page.eval("__tap.frame.hash")?, hash);
    assert_eq!(other.page.errors(), Vec::<String>::new());
    Ok(())
}

#[test]
fn a_link_is_edited_on_the_graph_by_mouse_and_by_keys_and_undone_with_one_click() -> Result<()> {
    let lab = LabPage::open(5)?;
    let edge = "[id^='edge-'][aria-label*='192.168.0.6']";
    lab.click(edge)?;
    lab.page.wait("document.querySelector('#link-editor')", PATIENCE)?;
    lab.page.wait("document.querySelector('#link-latency').value === '0.2'", PATIENCE)?;
    lab.page.wait("document.activeElement.id === 'link-latency'", PATIENCE)?;
    let mut found = Vec::new();
    if let Some(axe) = axe() {
        lab.page.eval(&axe)?;
        look(&lab, "the editor of a link", &mut found)?;
    }
    assert_eq!(found, Vec::<String>::new());
    // As slowly as people type, while frames come.
    lab.page.fill("#link-latency", "4")?;
    std::thread::sleep(Duration::from_millis(400));
    lab.page.insert("0")?;
    std::thread::sleep(Duration::from_millis(400));
    lab.page.keys("Enter")?;
    // Both directions, told on the graph while it lasts.
    lab.page.wait("document.querySelectorAll('.graph .aimed.slow').length === 2", PATIENCE)?;
    lab.page.wait(
        "document.querySelector('.graph .aimed.slow').textContent.includes('40')",
        PATIENCE,
    )?;
    lab.page.keys("Escape")?;
    lab.page.wait("!document.querySelector('#link-editor')", PATIENCE)?;
    lab.page.wait("document.activeElement.id.startsWith('edge-')", PATIENCE)?;
    lab.click(".graph .aimed.slow .undo")?;
    lab.page.wait("document.querySelectorAll('.graph .aimed.slow').length === 1", PATIENCE)?;
    // The same by keys: the edge, the form, and back to what is usual.
    lab.page.focus(edge)?;
    lab.page.keys("Enter")?;
    lab.page.wait("document.activeElement.id === 'link-latency'", PATIENCE)?;
    lab.page.tab_to("#link-blocked")?;
    lab.page.keys("Space")?;
    lab.page.tab_to("#link-set")?;
    lab.page.keys("Enter")?;
    lab.page
        .wait("document.querySelectorAll('.graph .aimed:not(.slow)').length === 2", PATIENCE)?;
    lab.page.tab_to("#link-usual")?;
    lab.page.keys("Enter")?;
    lab.page.wait("!document.querySelector('.graph .aimed')", PATIENCE)?;
    assert_eq!(lab.ask(REPLICA, "fault")?.trim_end(), "");
    // Between any two hosts, from a node's own buttons.
    lab.page.focus("#node-3")?;
    lab.page.keys("Enter")?;
    lab.page.tab_to("[data-action=links]")?;
    lab.page.keys("Enter")?;
    lab.page.wait("document.querySelector('#link-from').value === '3'", PATIENCE)?;
    lab.page.wait("document.activeElement.id === 'link-latency'", PATIENCE)?;
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}
