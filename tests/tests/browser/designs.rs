//! A lab of one's own, a cluster out of pasted answers, and a pasted log.

use failover_tests::browser::{LabPage, PATIENCE, Result};
use serde_json::json;

fn hosts(lab: &LabPage, count: usize) -> Result<()> {
    let all =
        format!("__tap.frame.hosts.length === {count} && __tap.frame.hosts.every(it => it.node)");
    lab.page.wait(&all, PATIENCE).map(drop)
}

#[test]
fn a_template_opens_and_a_mistake_leaves_the_lab_as_it_is() -> Result<()> {
    let lab = LabPage::open(5)?;
    lab.click("#new-lab")?;
    lab.page.wait("document.querySelector('dialog#design').open", PATIENCE)?;
    // A cluster that can not be.
    lab.page.fill("#design-masters", "900")?;
    lab.click("#design-go")?;
    let refused = "document.querySelector('#design .refused').textContent.includes('too many')";
    lab.page.wait(refused, PATIENCE)?;
    hosts(&lab, 6)?;
    // Three zones.
    lab.click("[data-template='zones']")?;
    lab.click("#design-go")?;
    hosts(&lab, 9)?;
    lab.page.wait("!document.querySelector('dialog#design').open", PATIENCE)?;
    let answer = lab.ask("10.2.0.1", "redis-cli cluster info")?;
    assert!(answer.contains("cluster_known_nodes:9"), "{answer}");
    // Starting over keeps the design.
    let before = lab.page.eval("__tap.opened")?;
    lab.click("#again")?;
    lab.page.wait(&format!("__tap.opened > {before} && __tap.frame"), PATIENCE)?;
    lab.page.wait("document.querySelector('.page').dataset.phase === 'open'", PATIENCE)?;
    hosts(&lab, 9)?;
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

#[test]
fn pasted_answers_become_a_lab_that_stands_still_until_its_cables_are_plugged_in() -> Result<()> {
    let [old, new] = ["a", "b"].map(|it| it.repeat(40));
    let answers = format!(
        "{old} 10.9.0.1:6379@16379 myself,master - 0 0 1 connected 0-16383\n\
         {new} 10.9.0.2:6379@16379 slave {old} 0 0 1 connected\n\
         {new} 10.9.0.2:6379@16379 myself,master - 0 0 2 connected 0-16383\n\
         {old} 10.9.0.1:6379@16379 master,fail - 0 0 1 disconnected\n"
    );
    let lab = LabPage::open(5)?;
    lab.click("#new-lab")?;
    lab.click("#design-pasted")?;
    lab.page.wait("document.querySelector('#design-nodes') !== null", PATIENCE)?;
    lab.page.fill("#design-nodes", &answers)?;
    lab.click("#design-rebuild")?;
    hosts(&lab, 2)?;
    let frame = lab.frame()?;
    assert_eq!(frame["running"], false);
    let masters = |frame: &serde_json::Value| {
        let hosts = frame["hosts"].as_array().into_iter().flatten();
        hosts.filter(|host| host["node"]["master"] == true).count()
    };
    assert_eq!(masters(&frame), 2, "both believe that they own the slots");
    lab.tell(&json!({ "Cut": { "host": 0, "cut": false } }))?;
    lab.tell(&json!({ "Cut": { "host": 1, "cut": false } }))?;
    lab.advance(std::time::Duration::from_secs(30))?;
    assert_eq!(masters(&lab.frame()?), 1);
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

#[test]
fn a_pasted_log_is_put_on_a_timeline() -> Result<()> {
    let lab = LabPage::open(5)?;
    lab.click("#panel-server-log")?;
    lab.page.wait("document.querySelector('#server-log-text') !== null", PATIENCE)?;
    lab.click("#server-log-read")?;
    let refused = "document.querySelector('.server-log .refused').textContent.includes('no line')";
    lab.page.wait(refused, PATIENCE)?;
    let log = "7:S 23 Nov 2026 04:06:24.215 # Connection with master lost.\n\
               7:S 23 Nov 2026 04:06:40.000 * Marking node x as failing (quorum reached).\n\
               7:S 23 Nov 2026 04:06:40.001 * something else\n\
               8:M 23 Nov 2026 04:06:40.700 # Failover auth granted to y for epoch 8\n";
    lab.page.fill("#server-log-text", log)?;
    lab.click("#server-log-read")?;
    let rows = "document.querySelectorAll('.server-log tbody tr').length";
    lab.page.wait(&format!("{rows} === 3"), PATIENCE)?;
    lab.click(".server-log input[type=checkbox]")?;
    lab.page.wait(&format!("{rows} === 4"), PATIENCE)?;
    let marks = lab.page.eval("document.querySelectorAll('.log-lanes circle').length")?;
    assert_eq!(marks, 4);
    lab.click("#server-log-another")?;
    lab.page.wait("document.querySelector('#server-log-text') !== null", PATIENCE)?;
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}
