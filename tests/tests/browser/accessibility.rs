//! Everybody can use the page: axe-core finds nothing wrong with any view, and no mouse is needed.

use std::fs;
use std::path::Path;

use failover_tests::browser::{LabPage, PATIENCE, Result};
use failover_tests::say;
use serde_json::{Value, json};

const AXE: &str = "../target/tools/npm/node_modules/axe-core/axe.min.js";
const LANGUAGES: [&str; 2] = ["en", "ko"];
const MASTER: &str = "192.168.0.161";
const REPLICA: &str = "192.168.0.6";

pub(super) fn axe() -> Option<String> {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(AXE)).ok()
}

/// Goes over the page with axe and gathers what it finds.
pub(super) fn look(lab: &LabPage, view: &str, found: &mut Vec<String>) -> Result<()> {
    // Motion has come to its end, so that colours are what they are.
    lab.page
        .eval(
            "Promise.all(document.getAnimations().map(it => it.finished.catch(() => 0)))
        .then(() => 0)",
        )
        .ok();
    // Not held to: that a node's name contains every word drawn at it. The words (offset, epoch) change
    // all the time; the name says the address, the role, the slots and what is wrong.
    let violations = lab.page.eval("axe.run({ rules: { 'label-content-name-mismatch': { enabled: false } } }).then(({ violations }) => violations.map((it) => ({
        id: it.id,
        nodes: it.nodes.slice(0, 3).map((node) => node.html.slice(0, 200) + ' ' + node.failureSummary),
    })))")?;
    for it in violations.as_array().into_iter().flatten() {
        found.push(format!("{view}: {it:#}"));
    }
    Ok(())
}

fn ids(lab: &LabPage, selector: &str) -> Result<Vec<String>> {
    let script = format!("[...document.querySelectorAll({})].map((it) => it.id)", json!(selector));
    let ids = lab.page.eval(&script)?;
    Ok(ids.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect())
}

/// Every panel, then every dialog, then a node from near.
fn views(lab: &LabPage, name: &str, found: &mut Vec<String>) -> Result<usize> {
    let mut count = 0;
    lab.pane("console")?;
    look(lab, &format!("{name} console"), found)?;
    lab.pane("panels")?;
    for panel in ids(lab, ".panels [role=tab]")? {
        lab.click(&format!("#{panel}"))?;
        let shown = format!("document.querySelector('#{panel}[aria-selected=true]') !== null");
        lab.page.wait(&shown, PATIENCE)?;
        look(lab, &format!("{name} {panel}"), found)?;
        count += 1;
    }
    for button in ids(lab, "button[aria-haspopup=dialog]")? {
        lab.click(&format!("#{button}"))?;
        lab.page.wait("document.querySelector('dialog[open]') !== null", PATIENCE)?;
        look(lab, &format!("{name} dialog of {button}"), found)?;
        lab.page.keys("Escape")?;
        lab.page.wait("document.querySelector('dialog[open]') === null", PATIENCE)?;
        count += 1;
    }
    count += exercises(lab, name, found)?;
    lab.click(&format!(".graph [data-host='{MASTER}']"))?;
    lab.page.wait("document.querySelector('#inspector') !== null", PATIENCE)?;
    look(lab, &format!("{name} inspector"), found)?;
    lab.page.keys("Escape")?;
    lab.page.wait("document.querySelector('#inspector') === null", PATIENCE)?;
    Ok(count + 2)
}

/// The list of exercises, with what an instructor sees.
fn exercises(lab: &LabPage, name: &str, found: &mut Vec<String>) -> Result<usize> {
    lab.click("#exercises")?;
    lab.page.wait("document.querySelector('[data-exercise]') !== null", PATIENCE)?;
    lab.click("#choose-workshop")?;
    lab.page.wait("document.querySelector('[data-tick]') !== null", PATIENCE)?;
    look(lab, &format!("{name} exercises"), found)?;
    lab.click("#player-close")?;
    lab.page.wait("document.querySelector('#player') === null", PATIENCE)?;
    Ok(1)
}

/// An exercise: its introduction, a step with hint and question, a wrong turn and a lost step, the way a
/// presenter sees it.
fn exercise(lab: &LabPage, name: &str, found: &mut Vec<String>) -> Result<usize> {
    lab.load_at("exercise=manual-failover")?;
    let begun = "document.querySelector('.pages .is-present') !== null";
    lab.page.wait(begun, PATIENCE)?;
    lab.page.eval(&axe().unwrap_or_default())?;
    look(lab, &format!("{name} introduction"), found)?;
    lab.click("#begin")?;
    lab.page.wait("document.querySelector('.lines .run') !== null", PATIENCE)?;
    lab.click(".lines .run")?;
    // A phone shows the console then.
    lab.pane("player")?;
    lab.page.wait("document.querySelector('#next-step') !== null", PATIENCE)?;
    look(lab, &format!("{name} step done"), found)?;
    lab.click("#next-step")?;
    lab.page.wait("document.querySelector('button[data-hint]') !== null", PATIENCE)?;
    lab.click("button[data-hint='0']")?;
    lab.click(".quiz [data-answer='0']")?;
    lab.click(".quiz [data-answer='1']")?;
    lab.pane("console")?;
    lab.ask(MASTER, "redis-cli CLUSTER FAILOVER")?;
    lab.ask("192.168.0.182", "redis-cli CLUSTER FAILOVER FORCE")?;
    lab.pane("player")?;
    lab.page.wait("document.querySelector('[data-lost]') !== null", PATIENCE)?;
    look(lab, &format!("{name} step lost"), found)?;
    lab.click("#present")?;
    lab.page.wait("document.querySelector('.presenting') !== null", PATIENCE)?;
    lab.page.keys("PageDown")?;
    look(lab, &format!("{name} presenter"), found)?;
    Ok(4)
}

#[test]
fn axe_finds_no_violation_on_any_view() -> Result<()> {
    let Some(axe) = axe() else {
        say("SKIPPED: axe-core over every view; there is no npm to fetch it with");
        return Ok(());
    };
    let mut found = Vec::new();
    let mut count = 0;
    for (size, width, height) in [("laptop", 1280, 800), ("phone", 390, 844)] {
        for dark in [false, true] {
            let lab = LabPage::blank(width, height)?;
            lab.page.prefer_dark(dark)?;
            lab.load(9)?;
            lab.wait_hosted(6)?;
            // Something of everything: clients at work, output, an error, a node that is down.
            lab.ask(REPLICA, "load start")?;
            lab.ask(REPLICA, "redis-cli get nothing")?;
            let pid = lab.frame()?["hosts"][0]["pid"].as_u64().unwrap_or_default();
            lab.ask(MASTER, &format!("kill -9 {pid}"))?;
            lab.advance(std::time::Duration::from_secs(30))?;
            lab.run(false)?;
            lab.page.eval(&axe)?;
            for language in LANGUAGES {
                lab.speak(language)?;
                let theme = if dark { "dark" } else { "light" };
                count += views(&lab, &format!("{size} {theme} {language}"), &mut found)?;
            }
            count += exercise(
                &lab,
                &format!("{size} {} ko", if dark { "dark" } else { "light" }),
                &mut found,
            )?;
            assert_eq!(lab.page.errors(), Vec::<String>::new());
        }
    }
    say(&format!("axe-core looked at {count} views"));
    assert!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

#[test]
fn language_changes_without_losing_what_was_typed_and_is_remembered() -> Result<()> {
    let lab = LabPage::open(9)?;
    lab.page.focus("#console-input")?;
    lab.page.insert("redis-cli half a li")?;
    lab.speak("ko")?;
    lab.page.wait("document.querySelector('#step').ariaLabel === '한 단계'", PATIENCE)?;
    let typed = lab.page.eval("document.querySelector('#console-input').value")?;
    assert_eq!(typed, "redis-cli half a li");
    let label = "document.querySelector('[data-host]').ariaLabel.includes('마스터')";
    lab.page.wait(label, PATIENCE)?;
    lab.load(10)?;
    assert_eq!(lab.page.eval("document.documentElement.lang")?, "ko");
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

#[test]
fn list_of_keys_holds_the_keyboard_and_gives_it_back() -> Result<()> {
    let lab = LabPage::open(9)?;
    lab.page.tab_to("#theme")?;
    lab.page.keys("?")?;
    lab.page.wait("document.querySelector('#shortcuts').open", PATIENCE)?;
    for _ in 0..5 {
        lab.page.keys("Tab")?;
        let inside = "document.activeElement === document.body
            || document.activeElement.closest('#shortcuts') !== null";
        assert_eq!(lab.page.eval(inside)?, true);
    }
    lab.page.keys("Escape")?;
    lab.page.wait("!document.querySelector('#shortcuts').open", PATIENCE)?;
    assert_eq!(lab.page.eval("document.activeElement.id")?, "theme");
    Ok(())
}

#[test]
fn panels_take_the_height_that_the_keyboard_gives_them() -> Result<()> {
    let lab = LabPage::open(9)?;
    let height = "document.querySelector('.panels').getBoundingClientRect().height";
    let before = lab.page.eval(height)?.as_f64().unwrap_or_default();
    lab.page.tab_to(".handle")?;
    lab.page.keys("ArrowUp ArrowUp ArrowUp")?;
    lab.page.wait(&format!("{height} > {}", before + 40.0), PATIENCE)?;
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

/// Keeps all that screen readers are told of the cluster: the next news may come at once.
const SAID: &str = "(() => {
    window.__said = [];
    const announcer = document.querySelector('#announcer');
    const hear = () => __said.push(announcer.textContent);
    new MutationObserver(hear).observe(announcer, { characterData: true, childList: true, subtree: true });
})()";

/// The story of the walkthrough with nothing but keys: a failover by hand, a master that is killed,
/// the failover that follows, and its return.
#[test]
fn walkthrough_needs_no_mouse() -> Result<()> {
    let lab = LabPage::open(1)?;
    lab.wait_hosted(6)?;
    lab.page.eval(SAID)?;
    // The fourth host's console, and a failover by hand typed into it.
    lab.page.keys("4 /")?;
    lab.page.wait("document.activeElement.id === 'console-input'", PATIENCE)?;
    lab.page.type_line("redis-cli -c")?;
    lab.page.type_line("CLUSTER FAILOVER")?;
    lab.wait_role(REPLICA, "master")?;
    lab.wait_role(MASTER, "replica")?;
    let heard = "document.querySelector('#console-voice').textContent.includes('OK')";
    lab.page.wait(heard, PATIENCE)?;
    // Out of the console, to the new master, and to the button that kills it.
    lab.page.keys("Shift+Tab")?;
    lab.page.tab_to(&format!("[data-host='{REPLICA}']"))?;
    lab.page.keys("Enter")?;
    lab.page.wait("document.activeElement.id === 'inspector'", PATIENCE)?;
    lab.page.tab_to("[data-action=kill]")?;
    lab.page.keys("Enter")?;
    lab.page.wait(&format!("{}.includes('dead')", marks(REPLICA)), PATIENCE)?;
    // Ten times as fast until the other one has taken over.
    lab.page.tab_to("#inspector button")?;
    lab.page.keys("Escape")?;
    lab.page.wait("document.querySelector('#inspector') === null", PATIENCE)?;
    let back = format!("document.activeElement.dataset.host === '{REPLICA}'");
    lab.page.wait(&back, PATIENCE)?;
    lab.page.keys("]")?;
    lab.page.wait("__tap.frame.speed === 10", PATIENCE)?;
    let promoted =
        format!("document.querySelector(\"[data-host='{MASTER}'][data-role='master']\")");
    // A busy machine does not reach ten times.
    lab.page.wait(&format!("{promoted} !== null"), 5 * PATIENCE)?;
    lab.page.wait("__said.some(it => it.includes('192.168.0.161 is a master'))", PATIENCE)?;
    lab.page.keys("[")?;
    lab.page.wait("__tap.frame.speed === 1", PATIENCE)?;
    // It comes back as a replica.
    lab.page.keys("Enter")?;
    lab.page.wait("document.activeElement.id === 'inspector'", PATIENCE)?;
    lab.page.tab_to("[data-action=restart]")?;
    lab.page.keys("Enter")?;
    lab.page.wait(&format!("{} === ''", marks(REPLICA)), PATIENCE)?;
    lab.wait_role(REPLICA, "replica")?;
    // Time stops.
    lab.page.keys("Escape")?;
    lab.page.tab_to("#run")?;
    lab.page.keys("Space")?;
    lab.page.wait("!__tap.frame.running", PATIENCE)?;
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

fn marks(ip: &str) -> String {
    format!("document.querySelector(\"[data-host='{ip}']\").dataset.marks")
}
