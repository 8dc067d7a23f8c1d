//! The clients panel with real clicks and keys: a workload, a dead master, the ledger, and the same
//! again under WAIT.

use std::time::Duration;

use failover_tests::browser::{LabPage, PATIENCE, Result};
use serde_json::json;

const MASTER: &str = "192.168.0.161";

fn number(lab: &LabPage, id: &str) -> Result<f64> {
    let text = lab.page.eval(&format!("document.querySelector('#{id}, #{id} b').innerText"))?;
    let digits: String =
        text.as_str().unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
    digits.parse().map_err(|_| format!("{id} shows {text}"))
}

/// Waits until what an element shows as a number is large enough.
fn at_least(lab: &LabPage, selector: &str, least: u32) -> Result<()> {
    let shown =
        format!("document.querySelector({})?.innerText.replace(/[^0-9]/g, '')", json!(selector));
    lab.page.wait(&format!("Number({shown}) >= {least}"), PATIENCE).map(drop)
}

/// Cuts a host off with the inspector's button.
fn cut(lab: &LabPage, ip: &str) -> Result<()> {
    let node = format!("[data-host='{ip}']");
    lab.click(&node)?;
    lab.click("[data-action=cut]")?;
    let cut = format!("document.querySelector({}).dataset.marks.includes('cut')", json!(node));
    lab.page.wait(&cut, PATIENCE)?;
    // The inspector lies over the panels.
    lab.page.keys("Escape")
}

#[test]
fn a_dead_master_shows_in_numbers_and_ledger_and_the_same_again_under_wait_loses_nothing()
-> Result<()> {
    let lab = LabPage::open(11)?;
    lab.run(false)?;
    // Up to here the young cluster refuses whatever it is asked.
    lab.advance(Duration::from_secs(10))?;
    lab.click("#panel-clients")?;
    lab.page.wait("document.querySelector('#clients-start')", PATIENCE)?;
    lab.page.fill("#clients-writes", "200")?;
    lab.page.fill("#clients-reads", "100")?;
    lab.click("#clients-start")?;
    lab.page.wait("document.querySelector('#clients-stop')", PATIENCE)?;
    lab.advance(Duration::from_secs(4))?;
    at_least(&lab, "#clients-count-served", 900)?;
    at_least(&lab, "#ledger-kept", 300)?;
    assert_eq!(number(&lab, "ledger-gone")?, 0.0);

    // Whatever the master takes from here on nobody else has; then it dies.
    cut(&lab, MASTER)?;
    lab.advance(Duration::from_secs(2))?;
    at_least(&lab, "#ledger-open", 20)?;
    lab.type_line(MASTER, "kill -9 $(pidof redis-server)")?;
    lab.advance(Duration::from_secs(1))?;
    lab.page.wait("document.querySelector('.shards tr.down')", PATIENCE)?;
    lab.advance(Duration::from_secs(40))?;
    at_least(&lab, "#clients-count-refused", 100)?;
    at_least(&lab, "#ledger-lost b", 20)?;
    lab.click("#ledger-lost")?;
    let rows = "[...document.querySelectorAll('.ledger tbody tr')].map(it => it.innerText)";
    lab.page.wait("document.querySelectorAll('.ledger tbody tr.lost').length >= 20", PATIENCE)?;
    let rows = lab.page.eval(rows)?;
    let rows: Vec<_> = rows.as_array().into_iter().flatten().filter_map(|it| it.as_str()).collect();
    for row in &rows {
        assert!(row.contains("was promoted at"), "{row}");
        assert!(row.contains("The last copy went with the process on .161"), "{row}");
    }

    // The same again under WAIT.
    let lost = number(&lab, "ledger-lost")?;
    lab.click("#compare-wait")?;
    lab.page.wait("document.querySelector('.compare table')", Duration::from_secs(180))?;
    let cells = "[...document.querySelectorAll('.compare tbody tr')]
        .map(row => [...row.cells].map(it => it.innerText.replace(/\\u2009/g, '')))";
    let cells = lab.page.eval(cells)?;
    let cell = |row: usize, at: usize| {
        let text = cells[row][at].as_str().unwrap_or_default().to_owned();
        text.parse::<f64>().map_err(|_| format!("{cells}"))
    };
    assert_eq!(cell(1, 1)?, lost, "{cells}");
    assert_eq!((cell(1, 2)?, cell(2, 2)?), (0.0, 0.0), "{cells}");
    assert!(cell(0, 2)? > 1000.0, "{cells}");

    // What it does is part of the history, and it can be changed and stopped.
    lab.page.fill("#clients-writes", "50")?;
    lab.click("#clients-change")?;
    lab.advance(Duration::from_secs(1))?;
    lab.click("#clients-stop")?;
    lab.page.wait("document.querySelector('#clients-start')", PATIENCE)?;
    let history = lab.history()?;
    let flags: Vec<_> = history["actions"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|it| it["action"].get("Workload").map(|it| it["flags"].clone()))
        .collect();
    assert_eq!(flags.len(), 3, "{history}");
    assert!(
        flags[0].as_str().is_some_and(|it| it.contains("--writes 200 --reads 100")),
        "{flags:?}"
    );
    assert!(flags[2].is_null(), "{flags:?}");
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

#[test]
fn load_can_be_typed_and_the_panel_shows_it() -> Result<()> {
    let lab = LabPage::open(12)?;
    lab.type_line(MASTER, "load --writes 100 --reads 0")?;
    lab.page.wait(
        "document.querySelector('#console-output').innerText.includes(' written ')",
        PATIENCE,
    )?;
    lab.click("#panel-clients")?;
    at_least(&lab, "#clients-count-served", 100)?;
    assert_eq!(lab.page.eval("document.querySelector('#clients-writes').value")?, "100");
    lab.page.focus("#console-input")?;
    lab.page.keys("Control+c")?;
    lab.page.wait("document.querySelector('#clients-start')", PATIENCE)?;
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}
