//! Packets on the page: listed, opened, drawn, saved; and faults aimed at them.

use std::fs;
use std::time::Duration;

use failover_tests::browser::{LabPage, PATIENCE, Result};
use serde_json::json;

/// The bytes of a file that the page saves.
fn saved(lab: &LabPage, name: &str) -> Result<Vec<u8>> {
    let file = lab.page.saved(name, PATIENCE)?;
    fs::read(file).map_err(|why| format!("{name}: {why}"))
}

fn count(lab: &LabPage, selector: &str) -> Result<u64> {
    let value = lab.page.eval(&format!("document.querySelectorAll({}).length", json!(selector)))?;
    Ok(value.as_u64().unwrap_or_default())
}

/// A page on which a master was killed and failed over.
fn after_a_failover() -> Result<LabPage> {
    let lab = LabPage::blank(1440, 900)?;
    lab.load(7)?;
    lab.type_line("192.168.0.161", "kill -9 $(pidof redis-server)")?;
    lab.page.wait("!__tap.frame.hosts[0].pid", PATIENCE)?;
    lab.advance(Duration::from_secs(40))?;
    lab.run(false)?;
    Ok(lab)
}

#[test]
fn packets_are_listed_filtered_opened_drawn_and_saved() -> Result<()> {
    let lab = after_a_failover()?;
    lab.click("#panel-packets")?;
    lab.page.wait("document.querySelector('.packets tbody tr')", PATIENCE)?;

    lab.page.choose("#packets-kind", "FAILOVER_AUTH_ACK")?;
    let only = "document.querySelectorAll('.packets tbody tr').length === 2 &&
        [...document.querySelectorAll('.packets tbody tr')]
            .every(row => row.dataset.kind === 'FAILOVER_AUTH_ACK')";
    lab.page.wait(only, PATIENCE)?;
    lab.click(".packets tbody tr button")?;
    lab.page.wait("document.querySelector('.packet-detail')", PATIENCE)?;
    let field = "[...document.querySelectorAll('.fields button')]
        .find(it => it.textContent.startsWith('type '))";
    let says = lab.page.eval(&format!("{field}.textContent"))?;
    assert_eq!(says, "type 6 (FAILOVER_AUTH_ACK)");
    lab.page.eval(&format!("{field}.focus()"))?;
    lab.page.keys("Enter")?;
    let marked = lab.page.wait("document.querySelector('.hex mark')?.textContent", PATIENCE)?;
    assert_eq!(marked, "00 06 ");
    lab.click("#packet-close")?;
    lab.page.wait("!document.querySelector('.packet-detail')", PATIENCE)?;

    // What speaks of the dead node: the requests for its slots, FAIL, and gossip.
    lab.page.choose("#packets-kind", "decisions")?;
    lab.page.choose("#packets-about", "about 192.168.0.161")?;
    // FAIL was there before the choice; votes do not speak of it.
    let about = "document.querySelector('.packets tr[data-kind=FAIL]') &&
        !document.querySelector('.packets tr[data-kind=FAILOVER_AUTH_ACK]')";
    lab.page.wait(about, PATIENCE)?;
    lab.page.choose("#packets-about", "about anyone")?;

    lab.page.choose("#packets-span", "the last failover")?;
    lab.click("#packets-diagram")?;
    lab.page.wait("document.querySelector('#sequence .arrow.vote')", PATIENCE)?;
    assert!(count(&lab, "#sequence .note")? >= 3, "decisions are noted");
    lab.click("#sequence-save")?;
    let svg = saved(&lab, "failover-lab.svg")?;
    let svg = String::from_utf8(svg).expect("UTF-8");
    assert!(svg.starts_with("<svg") && svg.contains("xmlns=\"http://www.w3.org/2000/svg\""));
    assert!(svg.contains("FAILOVER_AUTH_REQUEST") && svg.contains("--vote:"), "{svg}");
    // Without its styles: the page's policy would complain of them even here.
    let parsed = format!(
        "new DOMParser().parseFromString({}.replace(/<style>[^]*?<[/]style>/, ''), 'image/svg+xml') \
         .querySelector('parsererror') === null",
        json!(svg)
    );
    assert_eq!(lab.page.eval(&parsed)?, true);

    lab.click("#packets-save")?;
    let head = saved(&lab, "failover-lab.pcapng")?;
    assert_eq!(head[..4], [0x0a, 0x0d, 0x0d, 0x0a], "a section header");
    assert!([&[0x1a, 0x2b, 0x3c, 0x4d][..], &[0x4d, 0x3c, 0x2b, 0x1a]].contains(&&head[8..12]));
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

#[test]
fn a_fault_is_aimed_from_the_panel_seen_and_undone() -> Result<()> {
    let lab = LabPage::open(7)?;
    lab.click("#panel-faults")?;
    lab.page.choose("#fault-kind", "FAILOVER_AUTH_ACK")?;
    lab.page.choose("#fault-to", "192.168.0.6")?;
    lab.page.choose("#fault-ends", "until undone")?;
    let said = "document.querySelector('.draft .as').textContent";
    assert_eq!(lab.page.eval(said)?, "fault drop FAILOVER_AUTH_ACK to 192.168.0.6");
    lab.click("#fault-lose")?;
    lab.page.wait("document.querySelector('.lasting [data-fault=loss-1]')", PATIENCE)?;
    lab.page.wait("document.querySelector('.graph [data-fault=loss-1]')", PATIENCE)?;
    let shown = lab.ask("192.168.0.13", "fault")?;
    assert_eq!(shown.trim_end(), "1: drop FAILOVER_AUTH_ACK to 192.168.0.6, 0 lost");
    let history = lab.history()?;
    let set = &history["actions"][0]["action"]["SetRule"];
    assert_eq!(set["kinds"], json!([6]), "{history:#}");

    lab.click(".lasting [data-fault=loss-1] button")?;
    lab.page.wait("!document.querySelector('[data-fault=loss-1]')", PATIENCE)?;
    assert_eq!(lab.ask("192.168.0.13", "fault")?.trim_end(), "");

    lab.page.choose("#link-from", "192.168.0.6")?;
    lab.page.choose("#link-to", "192.168.0.13")?;
    // As slowly as a person types, while time passes and the page is drawn again.
    lab.page.fill("#link-latency", "4")?;
    lab.page.wait(&format!("__tap.frame.now_ms > {} + 300", lab.frame()?["now_ms"]), PATIENCE)?;
    lab.page.insert("0")?;
    lab.page.keys("Tab")?;
    lab.click("#link-set")?;
    lab.page
        .wait("document.querySelector('.lasting li')?.textContent.includes('40 ms')", PATIENCE)?;
    lab.page.wait("document.querySelector('.graph .aimed.slow')", PATIENCE)?;
    lab.click("#faults-end-all")?;
    lab.page.wait("!document.querySelector('.lasting li, .graph .aimed')", PATIENCE)?;
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

#[test]
fn a_fault_is_aimed_from_the_console_and_ends_by_itself() -> Result<()> {
    let lab = LabPage::open(7)?;
    lab.click("#panel-faults")?;
    lab.ask("192.168.0.6", "fault drop heartbeat from .6 to .13 for 3s")?;
    lab.page.wait("document.querySelector('.lasting [data-fault=loss-1]')", PATIENCE)?;
    lab.page.wait("document.querySelector('.graph [data-fault=loss-1]')", PATIENCE)?;
    lab.advance(Duration::from_secs(4))?;
    lab.page.wait("!document.querySelector('[data-fault=loss-1]')", PATIENCE)?;
    let why = lab.ask("192.168.0.6", "fault drop votes")?;
    assert!(why.contains("there is no kind of packet 'votes'"), "{why}");
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}
