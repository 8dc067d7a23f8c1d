//! The clients panel with real clicks and keys: a workload, a dead master, the ledger, and the same
//! again under WAIT.

use std::time::Duration;

use failover_tests::browser::{LabPage, PATIENCE, Result};
use serde_json::{Value, json};

const MASTER: &str = "192.168.0.161";
const WITNESS: &str = "192.168.0.13";

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

/// What the timeline says of an outcome in all, and the sum of its bars' titles.
fn lane(lab: &LabPage, outcome: &str) -> Result<(f64, Vec<(f64, f64)>)> {
    let sum = format!("document.querySelector(\"[data-outcome='{outcome}']\").innerText");
    let sum = lab.page.eval(&format!("Number({sum}.replace(/[^0-9]/g, ''))"))?;
    let bars = format!(
        "[...document.querySelectorAll('.lane.outcome.{outcome} .bar title')].map(it => {{ \
         const [, number, minutes, seconds] = /: ([\\d\\u2009]+) \\((\\d+):([\\d.]+) /.exec(it.textContent); \
         return [minutes * 60 + Number(seconds), Number(number.replace(/\\D/g, ''))]; }})"
    );
    let bars = lab.page.eval(&bars)?;
    let pair = |it: &Value| Some((it[0].as_f64()?, it[1].as_f64()?));
    let bars = bars.as_array().into_iter().flatten().filter_map(pair).collect();
    Ok((sum.as_f64().ok_or("no sum")?, bars))
}

/// The lane of each outcome comes to what the panel counts.
fn lanes_agree(lab: &LabPage) -> Result<()> {
    lab.click("#panel-clients")?;
    lab.page.wait("document.querySelector('#clients-count-served')", PATIENCE)?;
    // The panel is told some times a second.
    std::thread::sleep(Duration::from_millis(600));
    let ids = ["served", "held", "redirected", "refused", "timeouts"];
    let counted: Result<Vec<_>> =
        ids.iter().map(|it| number(lab, &format!("clients-count-{it}"))).collect();
    lab.click("#panel-timeline")?;
    // It is as wide as it will be: a second is a bar.
    lab.page.wait(
        "document.querySelector('.outcomes.scale')?.innerText.endsWith(' in 1 s')",
        PATIENCE,
    )?;
    let outcomes = ["served", "held", "redirected", "refused", "lost"];
    for (outcome, counted) in outcomes.iter().zip(counted?) {
        let (sum, bars) = lane(lab, outcome)?;
        println!("{outcome}: {sum} in {} bars", bars.len());
        assert_eq!(sum, counted, "{outcome}");
        assert_eq!(bars.iter().map(|it| it.1).sum::<f64>(), counted, "{outcome}: {bars:?}");
    }
    Ok(())
}

#[test]
fn the_timeline_shows_what_became_of_requests_through_a_failover_and_in_forks() -> Result<()> {
    let lab = LabPage::open(13)?;
    lab.run(false)?;
    lab.advance(Duration::from_secs(10))?;
    lab.click("#panel-timeline")?;
    lab.page.wait("document.querySelectorAll('svg.lane').length === 8", PATIENCE)?;
    assert_eq!(lab.page.eval("document.querySelectorAll('.lane.outcome').length")?, 0);
    lab.type_line(MASTER, "load start --writes 200 --reads 100")?;
    lab.advance(Duration::from_millis(5300))?;
    lab.page.wait("document.querySelectorAll('.lane.outcome').length === 5", PATIENCE)?;
    lanes_agree(&lab)?;
    let killed = lab.frame()?["now_ms"].as_f64().unwrap_or_default() / 1000.0;
    lab.type_line(MASTER, "kill -9 $(pidof redis-server)")?;
    lab.advance(Duration::from_secs(40))?;
    let promoted = "__tap.events.findLast(it => it.fact.ElectionWon)?.at_ms / 1000";
    let promoted = lab.page.eval(promoted)?.as_f64().ok_or("nobody was promoted")?;
    lanes_agree(&lab)?;
    let within = |bars: &[(f64, f64)], from: f64, to: f64| -> f64 {
        bars.iter().filter(|it| it.0 >= from && it.0 < to).map(|it| it.1).sum()
    };
    let (served, refused) = (lane(&lab, "served")?.1, lane(&lab, "refused")?.1);
    let second = |at: f64| at.floor();
    assert_eq!(within(&refused, 0.0, second(killed)), 0.0, "{refused:?}");
    assert!(within(&refused, killed, promoted) > 100.0, "{refused:?}");
    // A third of the slots is without a master meanwhile, and then all are served again.
    let rate = |from: f64, to: f64| within(&served, from, to) / (to - from);
    let (before, after) = (second(killed) - 3.0, second(promoted) + 6.0);
    let down = (second(killed) + 1.0, second(promoted));
    assert!(down.1 - down.0 >= 5.0, "killed at {killed}, promoted at {promoted}");
    assert!(rate(down.0, down.1) < 0.8 * rate(before, before + 3.0), "{served:?}");
    assert!(rate(after, after + 10.0) > 0.95 * rate(before, before + 3.0), "{served:?}");
    assert_eq!(within(&refused, after, after + 10.0), 0.0, "{refused:?}");

    // The past has its own numbers, in words, too; a fork keeps what came before it and goes on.
    let whole = lane(&lab, "refused")?;
    let at_us = (second(killed) * 1e6) as u64 + 2_500_000;
    lab.visit(at_us)?;
    let refused_then = within(&whole.1, second(killed) + 2.0, second(killed) + 3.0);
    let spoken = format!(
        "document.querySelector('#lanes').getAttribute('aria-valuetext').includes('refused {refused_then:.0}')"
    );
    lab.page.wait(&spoken, PATIENCE)?;
    assert_eq!(lane(&lab, "refused")?, whole);
    lab.tell(&json!({ "Travel": "Fork" }))?;
    lab.page.wait(
        "!__tap.frame.past && __tap.travel.findLast(it => it.Branches).Branches.live === 1",
        PATIENCE,
    )?;
    lanes_agree(&lab)?;
    lab.advance(Duration::from_millis(2700))?;
    lanes_agree(&lab)?;
    let fork = lane(&lab, "refused")?;
    let both = second(killed) + 5.0;
    assert_eq!(within(&fork.1, 0.0, both), within(&whole.1, 0.0, both), "{fork:?} {whole:?}");
    assert!(fork.0 < whole.0);
    lab.tell(&json!({ "Travel": { "Switch": 0 } }))?;
    lab.page.wait("__tap.travel.findLast(it => it.Branches).Branches.live === 0", PATIENCE)?;
    lanes_agree(&lab)?;
    assert_eq!(lane(&lab, "refused")?, whole);

    // A master that stands still holds its clients, and some give up.
    lab.type_line(WITNESS, "kill -STOP $(pidof redis-server)")?;
    lab.advance(Duration::from_millis(1400))?;
    lab.type_line(WITNESS, "kill -CONT $(pidof redis-server)")?;
    lab.advance(Duration::from_secs(3))?;
    lanes_agree(&lab)?;
    assert!(lane(&lab, "held")?.0 > 50.0 && lane(&lab, "lost")?.0 > 10.0);
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}
