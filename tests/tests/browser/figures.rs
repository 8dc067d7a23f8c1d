//! What the page costs: printed at each run, and held to what was promised.

use std::thread::sleep;
use std::time::Duration;

use failover_tests::browser::{LabPage, PATIENCE, Result, Weight, kilobytes, needs_chromium};
use failover_tests::say;
use serde_json::{Value, json};

const MB: f64 = 1e6;

/// Gathers tasks that blocked the main thread, and how long keys took until the next picture.
const WATCH: &str = "window.__long = []; window.__keys = [];
    new PerformanceObserver((list) => list.getEntries().forEach((it) => __long.push(it)))
        .observe({ type: 'longtask', buffered: true });
    addEventListener('keydown', (event) => requestAnimationFrame(() => setTimeout(() =>
        __keys.push(performance.now() - event.timeStamp))), true);";

fn figure(name: &str, value: f64, unit: &str) {
    // Not every browser knows all of them.
    if !value.is_nan() {
        say(&format!("  {name:<58}{value:>10.1} {unit}"));
    }
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_default()
}

/// Pictures in a second, over some seconds.
fn pictures(lab: &LabPage) -> Result<f64> {
    let count = "new Promise((done) => {
        const began = performance.now();
        let count = 0;
        const look = (now) => {
            count += 1;
            if (now - began < 4000) requestAnimationFrame(look);
            else done(count / (now - began) * 1000);
        };
        requestAnimationFrame(look);
    })";
    Ok(number(&lab.page.eval(count)?))
}

/// Milliseconds from a key to the picture that shows what it did: the median and the longest.
fn answer(lab: &LabPage) -> Result<(f64, f64)> {
    lab.page.eval("document.activeElement.blur(); __keys.length = 0")?;
    for turn in 0..30 {
        lab.page.keys(if turn % 2 == 0 { "2" } else { "3" })?;
        sleep(Duration::from_millis(70));
    }
    lab.page.wait("__keys.length >= 30", PATIENCE)?;
    let times = lab.page.eval("__keys")?;
    let mut times: Vec<f64> = times.as_array().into_iter().flatten().map(number).collect();
    times.sort_by(f64::total_cmp);
    Ok((times[times.len() / 2], times[times.len() - 1]))
}

fn memory(lab: &LabPage) -> f64 {
    // What is free to go has gone.
    let _ = lab.page.call("HeapProfiler.collectGarbage", json!({}));
    sleep(Duration::from_millis(500));
    lab.page.memory().map_or(f64::NAN, |bytes| bytes as f64 / MB)
}

#[test]
fn figures_of_a_visit() -> Result<()> {
    let lab = LabPage::blank(1280, 800)?;
    lab.page.before_each_document(WATCH)?;
    lab.load(1)?;
    let entry = |name: &str| {
        let start = format!("performance.getEntriesByName('{name}')[0]?.startTime ?? 0");
        lab.page.eval(&start).map(|it| number(&it))
    };
    lab.page.wait("performance.getEntriesByName('answering').length > 0", PATIENCE)?;
    say("a first visit, six nodes");
    let weight = Weight::of(&lab)?;
    let loaded = kilobytes(&weight.loaded);
    figure("until a console answers, with brotli", loaded, "kB");
    figure("afterwards, to open without a network", kilobytes(&weight.kept), "kB");
    figure("first paint", entry("first-contentful-paint")?, "ms");
    let usable = entry("answering")?;
    figure("a console that answers", usable, "ms");
    let blocked = format!(
        "PerformanceObserver.supportedEntryTypes.includes('longtask')
            ? __long.filter((it) => it.startTime < {usable})
                .reduce((sum, it) => sum + Math.max(0, it.duration - 50), 0)
            : null"
    );
    figure(
        "main thread blocked until then (beyond 50 ms a task)",
        lab.page.eval(&blocked)?.as_f64().unwrap_or(f64::NAN),
        "ms",
    );
    lab.speed(10.0)?;
    sleep(Duration::from_secs(1));
    let rate = pictures(&lab)?;
    figure("pictures a second, 6 nodes at 10x", rate, "");
    let (median, longest) = answer(&lab)?;
    figure("a key until its picture, 6 nodes at 10x, median", median, "ms");
    figure("a key until its picture, 6 nodes at 10x, longest", longest, "ms");
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

#[test]
fn history_grows_by_less_than_a_megabyte_a_virtual_minute() -> Result<()> {
    if needs_chromium("a browser that frees memory when it is told to") {
        return Ok(());
    }
    let lab = LabPage::open(1)?;
    lab.speed(100.0)?;
    let from = number(&lab.page.eval("__tap.frame.now_ms")?);
    let there = format!("__tap.frame.now_ms >= {}", from + 600_000.0);
    lab.page.wait(&there, Duration::from_secs(120))?;
    // The tests' own ear keeps events.
    lab.page.eval("__tap.events.length = 0")?;
    let before = memory(&lab);
    lab.speed(1.0)?;
    lab.advance(Duration::from_secs(3600))?;
    lab.page.eval("__tap.events.length = 0")?;
    let after = memory(&lab);
    say("memory of the page and its workers, six nodes");
    figure("after ten minutes at 100x", before, "MB");
    figure("after an hour more", after, "MB");
    figure("growth in a virtual minute", (after - before) / 60.0, "MB");
    assert!((after - before) / 60.0 < 1.0, "{before} MB, then {after} MB");
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

#[test]
fn hundred_nodes_answer_within_a_tenth_of_a_second() -> Result<()> {
    let lab = LabPage::blank(1440, 900)?;
    lab.page.before_each_document(WATCH)?;
    lab.load(1)?;
    lab.reopen("design masters=50 replicas=1", 100)?;
    sleep(Duration::from_secs(3));
    let (median, longest) = answer(&lab)?;
    say("a hundred nodes at 1x");
    figure("a key until its picture, median", median, "ms");
    figure("a key until its picture, longest", longest, "ms");
    figure("pictures a second", pictures(&lab)?, "");
    figure("pace reached", number(&lab.page.eval("__tap.frame.pace")?), "x");
    figure("memory", memory(&lab), "MB");
    assert!(median < 100.0, "{median} ms");
    // A console is found by the end of its address.
    lab.page.focus("#host-finder")?;
    lab.page.type_line(".77")?;
    lab.page.wait("document.querySelector('.finder b').textContent.endsWith('.77')", PATIENCE)?;
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}
