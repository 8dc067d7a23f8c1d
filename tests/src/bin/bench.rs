//! The figures that the README quotes: speed, start-up time, page weight.

use std::time::Duration;

use engine::time::Span;
use failover_tests::browser::{LabPage, PATIENCE, Result, Weighed, Weight, kilobytes};
use scenario::Scenario;
use serde_json::json;

const VISITS: u64 = 5;

fn main() -> Result<()> {
    println!("idle cluster of 3 masters and 3 replicas, node timeout 15000 ms");
    println!("native, inline:          {:>9.0} virtual seconds per second", native()?);
    let lab = LabPage::open(1)?;
    lab.wait_hosted(6)?;
    let hosted = hosted(&lab)?;
    println!("Chromium, inline:        {:>9.0} virtual seconds per second", inline(&lab)?);
    println!("Chromium, node workers:  {hosted:>9.0} virtual seconds per second (asked for 100)");
    let mut visits = (0..VISITS).map(visit).collect::<Result<Vec<_>>>()?;
    visits.sort_by(f64::total_cmp);
    let (least, most) = (visits[0], visits[visits.len() - 1]);
    let median = visits[visits.len() / 2];
    println!(
        "navigation to an answer: {median:>9.0} ms ({least:.0} to {most:.0}, {VISITS} visits)"
    );
    weight(&lab)
}

/// A day of an idle cluster.
fn native() -> Result<f64> {
    let scenario = Scenario::built_in("walkthrough").ok_or("no such scenario")?;
    Ok(lab::bench::measure(&scenario, 1, Span::from_secs(86_400)).pace)
}

/// An hour at once, as often as it takes to see seconds of it.
fn inline(lab: &LabPage) -> Result<f64> {
    lab.run(false)?;
    let measure = "new Promise((done) => {
        const began = performance.now();
        const from = __tap.frame.now_ms;
        __tap.tell({ Advance: 3.6e6 });
        const look = ({ Frame: frame }) => {
            // What is told from here counts as the page's, so the page's own word may be taken for old.
            if (frame) __tap.tell('Drawn');
            if (!frame || frame.busy || frame.now_ms < from + 3.6e6 - 0.001) return;
            __tap.also = [];
            done((frame.now_ms - from) / (performance.now() - began));
        };
        __tap.also = [look];
    })";
    let mut best = 0.0;
    for _ in 0..3 {
        best = lab.page.eval(measure)?.as_f64().unwrap_or_default().max(best);
    }
    lab.run(true)?;
    Ok(best)
}

/// The speed that is reached at the highest one asked for while every node stays in its worker.
fn hosted(lab: &LabPage) -> Result<f64> {
    lab.tell(&json!({ "StayInWorkers": true }))?;
    lab.tell(&json!({ "Speed": 100 }))?;
    std::thread::sleep(Duration::from_secs(2));
    let mut paces = Vec::new();
    for _ in 0..5 {
        std::thread::sleep(Duration::from_secs(1));
        let frame = lab.frame()?;
        if frame["workers"] != 6 {
            return Err(format!("nodes are not in workers: {}", frame["workers"]));
        }
        paces.push(frame["pace"].as_f64().unwrap_or_default());
    }
    lab.tell(&json!({ "Speed": 1 }))?;
    lab.tell(&json!({ "StayInWorkers": false }))?;
    paces.sort_by(f64::total_cmp);
    Ok(paces[paces.len() / 2])
}

/// Milliseconds from navigation to the reply to a PING typed as soon as a console takes it; with
/// an empty cache.
fn visit(seed: u64) -> Result<f64> {
    let lab = LabPage::blank(1280, 800)?;
    lab.page.before_each_document(
        "__tap.also.push(({ Opened: opened, Frame: frame }) => {
            if (opened) __tap.tell({ Type: { host: 0, line: 'redis-cli ping' } });
            if (frame?.printed.some(({ text }) => text.includes('PONG'))) {
                __tap.pong ||= performance.now();
            }
        })",
    )?;
    lab.load(seed)?;
    lab.page.wait("__tap.pong", PATIENCE)?.as_f64().ok_or_else(|| "no time".to_owned())
}

/// What a visit downloads.
fn weight(lab: &LabPage) -> Result<()> {
    let weight = Weight::of(lab)?;
    for Weighed { name, bytes, packed } in &weight.loaded {
        println!("  {packed:>8} of {bytes:>8} bytes  {name}");
    }
    println!("page weight with brotli:       {:>9.1} kB", kilobytes(&weight.loaded));
    println!("afterwards, for use offline:   {:>9.1} kB", kilobytes(&weight.kept));
    Ok(())
}
