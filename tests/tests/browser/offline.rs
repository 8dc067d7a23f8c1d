//! The page opens without a network after the first visit, and offers a newer version of itself.

use std::fs;

use failover_tests::browser::{LabPage, PATIENCE, Result, dist, needs_chromium};

const ACTIVE: &str = "navigator.serviceWorker.getRegistration()
    .then((it) => it?.active?.state === 'activated')";
const CONTROLLED: &str = "navigator.serviceWorker.controller !== null";

/// A page that was visited once, and is loaded a second time.
fn returning() -> Result<LabPage> {
    let lab = LabPage::open(5)?;
    lab.page.wait(ACTIVE, PATIENCE)?;
    lab.load(6)?;
    lab.page.wait(CONTROLLED, PATIENCE)?;
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(lab)
}

#[test]
fn page_opens_without_a_network_after_the_first_visit() -> Result<()> {
    let lab = LabPage::open(5)?;
    lab.page.wait(ACTIVE, PATIENCE)?;
    lab.site.set_down(true);
    let answers = lab.site.answers();
    lab.load(6)?;
    lab.wait_hosted(6)?;
    assert_eq!(lab.ask("192.168.0.13", "redis-cli ping")?, "PONG");
    assert_eq!(lab.site.answers(), answers);
    Ok(())
}

#[test]
fn newer_version_is_offered_and_comes_when_it_is_wanted() -> Result<()> {
    let lab = returning()?;
    let read = |name: &str| fs::read_to_string(dist().join(name)).map_err(|why| why.to_string());
    let page = read("index.html")?.replace("<title>Failover Lab</title>", "<title>Newer</title>");
    let worker = read("sw.js")?.replacen("const VERSION = \"", "const VERSION = \"newer ", 1);
    lab.site.change("index.html", page.into_bytes());
    lab.site.change("sw.js", worker.into_bytes());
    lab.page.eval(
        "navigator.serviceWorker.getRegistration().then((it) => it.update()).then(() => 0)",
    )?;
    lab.page.wait("document.querySelector('#update') !== null", PATIENCE)?;
    // Nothing is forced: the lab that is open goes on, and a reload shows the version it is of.
    assert_eq!(lab.ask("192.168.0.13", "redis-cli ping")?, "PONG");
    lab.load(7)?;
    assert_eq!(lab.page.eval("document.title")?, "Failover Lab");
    lab.page.wait("document.querySelector('#update') !== null", PATIENCE)?;
    lab.click("#update")?;
    lab.page.wait("document.title === 'Newer'", PATIENCE)?;
    lab.page.wait("window.__tap?.frame?.hosts.every((host) => host.node)", PATIENCE)?;
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

#[test]
fn page_can_be_installed() -> Result<()> {
    if needs_chromium("a browser that says why a page can not be installed") {
        return Ok(());
    }
    let lab = LabPage::open(5)?;
    let errors = lab.page.call("Page.getInstallabilityErrors", serde_json::json!({}))?;
    let errors = errors["installabilityErrors"].as_array().cloned().unwrap_or_default();
    // A profile without a window can install nothing; everything else counts.
    let errors: Vec<_> = errors.into_iter().filter(|it| it["errorId"] != "in-incognito").collect();
    assert!(errors.is_empty(), "{errors:?}");
    let manifest = lab.page.call("Page.getAppManifest", serde_json::json!({}))?;
    assert_eq!(manifest["errors"], serde_json::json!([]), "{manifest}");
    Ok(())
}
