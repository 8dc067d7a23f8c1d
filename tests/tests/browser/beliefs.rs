//! What each node believes, why a failover does not get on, where its time went, and what the nodes
//! wait for: the panels, with the mouse and with keys.

use std::time::Duration;

use failover_tests::browser::{LabPage, PATIENCE, Result};
use serde_json::{Value, json};

const MASTER: &str = "192.168.0.161";
const REPLICA: &str = "192.168.0.6";
const WITNESS: &str = "192.168.0.13";

/// A lab whose time stands, with a panel open.
fn open(panel: &str) -> Result<LabPage> {
    let lab = LabPage::open(1)?;
    lab.wait_hosted(6)?;
    lab.run(false)?;
    // Replicas have their copies.
    lab.advance(Duration::from_secs(30))?;
    lab.click(&format!("#panel-{panel}"))?;
    wait(&lab, &format!("#panel-{panel}[aria-selected='true']"))?;
    Ok(lab)
}

/// Moves the keyboard to an element and presses Enter.
fn enter(lab: &LabPage, selector: &str) -> Result<()> {
    lab.page.focus(selector)?;
    lab.page.keys("Enter")
}

fn wait(lab: &LabPage, selector: &str) -> Result<()> {
    let there = format!("document.querySelector({}) !== null", json!(selector));
    lab.page.wait(&there, PATIENCE).map(drop).map_err(|why| format!("{selector}: {why}"))
}

fn text(lab: &LabPage, selector: &str) -> Result<String> {
    let text = format!("document.querySelector({})?.innerText ?? ''", json!(selector));
    Ok(lab.page.eval(&text)?.as_str().unwrap_or_default().to_owned())
}

fn count(lab: &LabPage, selector: &str) -> Result<Value> {
    lab.page.eval(&format!("document.querySelectorAll({}).length", json!(selector)))
}

/// The page shows the last frame.
fn settle(lab: &LabPage) -> Result<()> {
    lab.page
        .eval("new Promise(done => requestAnimationFrame(() => setTimeout(done, 60)))")
        .map(drop)
}

fn kill(lab: &LabPage, ip: &str) -> Result<()> {
    let host = lab.page.eval(&format!("__tap.info.hosts.findIndex(it => it.ip === '{ip}')"))?;
    let pid = lab.page.eval(&format!("__tap.frame.hosts[{host}].pid"))?;
    lab.type_line(ip, &format!("kill -9 {pid}"))?;
    lab.advance(Duration::from_millis(100))
}

#[test]
fn a_node_that_is_cut_off_believes_what_is_not_true_and_the_page_marks_it() -> Result<()> {
    let lab = open("beliefs")?;
    assert_eq!(count(&lab, ".opinions td")?, 36);
    assert_eq!(count(&lab, ".opinions .pfail, .opinions .fail")?, 0);
    lab.tell(&json!({ "Cut": { "host": 0, "cut": true } }))?;
    lab.advance(Duration::from_secs(40))?;
    settle(&lab)?;
    // It was replaced, and does not know; it takes all others for failing but can not convince anybody.
    let row = format!(".opinions [data-observer='{MASTER}']");
    wait(&lab, &format!("{row} .pfail"))?;
    assert_eq!(count(&lab, &format!("{row} .pfail"))?, 5);
    assert_eq!(text(&lab, &format!("{row} [data-about='{WITNESS}']"))?, "PFAIL 1/2");
    let other = format!(".opinions [data-observer='{WITNESS}'] [data-about='{MASTER}']");
    assert_eq!(text(&lab, &other)?, "FAIL");

    lab.click(&format!(".beliefs [data-choose='{MASTER}']"))?;
    wait(&lab, &format!(".seen[data-observer='{MASTER}']"))?;
    let own = format!(".seen [data-node='{MASTER}']");
    let said = text(&lab, &own)?;
    assert!(said.contains("0–5460"), "{said}");
    wait(&lab, &format!("{own} td.differs"))?;
    let rival = text(&lab, &format!(".seen [data-node='{REPLICA}']"))?;
    assert!(rival.contains("replica of .161") && rival.contains("in truth: master"), "{rival}");
    // The graph is that of the observer, with what is not true marked.
    wait(&lab, ".graph .seen-by")?;
    wait(&lab, &format!(".node.wrong[data-host='{REPLICA}'][data-role='replica']"))?;

    enter(&lab, ".beliefs [data-choose='truth']")?;
    wait(&lab, &format!(".node[data-host='{REPLICA}'][data-role='master']"))?;
    assert_eq!(count(&lab, ".graph .seen-by")?, 0);
    // Who voted, as the hub put it together.
    wait(&lab, &format!(".votes[data-candidate='{REPLICA}'] .granted"))?;
    assert_eq!(count(&lab, ".votes .granted")?, 2);
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

#[test]
fn a_failover_that_does_not_start_says_why_and_a_click_changes_it() -> Result<()> {
    let lab = open("why")?;
    let replica = format!("[data-replica='{REPLICA}']");
    wait(&lab, &format!("{replica}[data-verdict='MasterUp']"))?;
    lab.type_line(REPLICA, "redis-cli config set cluster-replica-no-failover yes")?;
    lab.advance(Duration::from_secs(1))?;
    kill(&lab, MASTER)?;
    lab.advance(Duration::from_secs(12))?;
    settle(&lab)?;
    let holder = format!("[data-master='{MASTER}'] [data-observer='{WITNESS}']");
    wait(&lab, &holder)?;
    let said = text(&lab, &holder)?;
    assert!(said.contains("PFAIL in"), "{said}");
    lab.advance(Duration::from_secs(20))?;
    wait(&lab, &format!("[data-master='{MASTER}'] .holders .fail [title='{WITNESS}']"))?;
    wait(&lab, &format!("{replica}[data-verdict='NoFailover']"))?;
    // What is shown is the engine's own verdict.
    let told = "__tap.frame.hosts.map(it => it.node?.verdict).filter(it => it === 'NoFailover')";
    assert_eq!(lab.page.eval(&format!("{told}.length"))?, 1);
    assert!(text(&lab, &replica)?.contains("cluster-replica-no-failover"));

    lab.click(&format!("{replica} .remedy"))?;
    lab.advance(Duration::from_secs(5))?;
    lab.wait_role(REPLICA, "master")?;
    assert!(lab.output(REPLICA)?.contains("config set cluster-replica-no-failover no"));
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

#[test]
fn failovers_stand_side_by_side_as_charts_of_their_time() -> Result<()> {
    let lab = open("failovers")?;
    assert_eq!(count(&lab, ".failover")?, 0);
    kill(&lab, MASTER)?;
    lab.advance(Duration::from_secs(40))?;
    lab.wait_role(REPLICA, "master")?;
    wait(&lab, ".failover[data-over='true']")?;
    let row = |phase: &str| text(&lab, &format!(".failover [data-phase='{phase}']"));
    let timeout = row("NodeTimeout")?;
    assert!(timeout.contains("15.0 s") && timeout.contains("cluster-node-timeout"), "{timeout}");
    assert!(row("FixedDelay")?.contains("500 ms"), "{}", row("FixedDelay")?);
    assert!(row("Votes")?.contains("2/2"), "{}", row("Votes")?);
    for phase in ["Reports", "RandomDelay", "Promotion", "Slots", "StateOk"] {
        wait(&lab, &format!(".failover [data-phase='{phase}']"))?;
    }

    // A second one, by hand, in another shard.
    lab.type_line("192.168.0.182", "redis-cli cluster failover")?;
    lab.advance(Duration::from_secs(3))?;
    lab.wait_role("192.168.0.182", "master")?;
    wait(&lab, "[data-failover='1']")?;
    wait(&lab, ".failover[data-number='1'] [data-phase='WritesHeld']")?;
    assert_eq!(count(&lab, ".failover")?, 1, "the newest alone");
    enter(&lab, "[data-failover='0']")?;
    wait(&lab, ".failover[data-number='0']")?;
    let tops =
        "[...document.querySelectorAll('.failover')].map(it => it.getBoundingClientRect().top)";
    let tops = lab.page.eval(tops)?;
    assert_eq!((tops.as_array().map(Vec::len), &tops[0]), (Some(2), &tops[1]), "side by side");
    for phase in ["MfStart", "Offset", "CatchUp", "Votes", "Promotion", "Slots"] {
        wait(&lab, &format!(".failover[data-number='1'] [data-phase='{phase}']"))?;
    }
    assert_eq!(count(&lab, ".failover[data-number='1'] [data-phase='NodeTimeout']")?, 0);
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

#[test]
fn timers_are_those_of_the_engine_and_all_node_timeouts_are_in_one_table() -> Result<()> {
    let lab = open("timers")?;
    lab.click(&format!(".timetable [data-choose='{WITNESS}']"))?;
    wait(&lab, &format!("[data-timers='{WITNESS}']"))?;
    let of_witness = format!(
        "__tap.frame.hosts[__tap.info.hosts.findIndex(it => it.ip === '{WITNESS}')].node.timers"
    );
    lab.advance(Duration::from_millis(100))?;
    settle(&lab)?;
    let timers = lab.page.eval(&format!("{of_witness}.length"))?;
    assert_eq!(count(&lab, ".due tbody tr")?, timers);
    kill(&lab, MASTER)?;
    lab.advance(Duration::from_secs(12))?;
    settle(&lab)?;
    let cell = format!(".countdowns [data-observer='{WITNESS}'] [data-about='{MASTER}']");
    wait(&lab, &format!("{cell}.waits"))?;
    // The same timer in both, and in the frame.
    let left = text(&lab, &cell)?;
    let row = ".due [data-timer='NodeTimeout']";
    assert!(text(&lab, row)?.contains(&left), "{left} in {}", text(&lab, row)?);
    assert!(text(&lab, row)?.contains("PFAIL"));
    let due =
        format!("{of_witness}.find(it => it.kind === 'NodeTimeout').due_ms - __tap.frame.now_ms");
    let due = lab.page.eval(&due)?.as_f64().unwrap_or_default();
    assert!(left.ends_with(" ms") || left == format!("{:.1} s", due / 1000.0), "{left}: {due}");
    lab.advance(Duration::from_secs(20))?;
    wait(&lab, &format!("{cell}.fail"))?;
    // It voted for the replica, and votes about this master no more for a while.
    wait(&lab, ".due [data-timer='Vote']")?;
    assert_eq!(count(&lab, &format!(".countdowns [data-observer='{MASTER}']"))?, 0, "it is gone");
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}
