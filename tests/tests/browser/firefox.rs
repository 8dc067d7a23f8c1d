//! Firefox: a failover by hand is typed into the page there, whatever browser the other tests run in.

use failover_tests::browser::{Firefox, LabPage, PATIENCE, Page, Result, Site};
use failover_tests::say;

const MASTER: &str = "192.168.0.161";
const REPLICA: &str = "192.168.0.6";

#[test]
fn failover_by_hand_is_typed_into_firefox() -> Result<()> {
    if !Firefox::is_there() {
        say("SKIPPED: the page in Firefox; there is no firefox-esr or firefox on PATH");
        return Ok(());
    }
    let page = Page::in_firefox(Firefox::launch(1280, 800)?);
    let lab = LabPage::over(page, None, Site::serve()?)?;
    lab.load(1)?;
    lab.wait_hosted(6)?;
    // The fourth host's console, by its key; then its input line.
    lab.page.keys("4 /")?;
    lab.page.wait("document.activeElement.id === 'console-input'", PATIENCE)?;
    let prompt = |ends: &str| {
        format!("document.querySelector('#console-prompt').textContent.trim().endsWith('{ends}')")
    };
    lab.page.wait(&prompt("$"), PATIENCE)?;
    lab.page.type_line("redis-cli -c")?;
    lab.page.wait(&prompt("6379>"), PATIENCE)?;
    lab.page.type_line("INFO REPLICATION")?;
    let shows = |text: &str| {
        format!("document.querySelector('#console-output').textContent.includes('{text}')")
    };
    lab.page.wait(&shows(&format!("master_host:{MASTER}")), PATIENCE)?;
    lab.page.type_line("CLUSTER FAILOVER")?;
    lab.wait_role(REPLICA, "master")?;
    lab.wait_role(MASTER, "replica")?;
    lab.page.type_line("INFO REPLICATION")?;
    lab.page.wait(&shows("role:master"), PATIENCE)?;
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}
