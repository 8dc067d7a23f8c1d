//! Exercises, played in the page as a learner would.

use std::fs;
use std::path::Path;
use std::time::Duration;

use failover_tests::browser::{LabPage, PATIENCE, Result};
use scenario::expect::{Expect, Pattern};
use serde_json::{Value, json};

/// Answers that a line is typed again for.
const TRIES: usize = 150;

fn solution(id: &str) -> Result<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../static/exercises");
    fs::read_to_string(folder.join(id).join("solution.session")).map_err(|why| why.to_string())
}

/// Opens an exercise by its address and begins with its first step.
fn begin(id: &str) -> Result<LabPage> {
    let lab = LabPage::blank(1440, 900)?;
    lab.load_at(&format!("exercise={id}"))?;
    ready(&lab)?;
    lab.click("#begin")?;
    lab.page.wait("document.querySelector('.step') !== null", PATIENCE)?;
    Ok(lab)
}

/// Waits until the exercise's lab is open and its first step has begun.
fn ready(lab: &LabPage) -> Result<()> {
    let open = "document.querySelector('.page').dataset.phase === 'open'
        && document.querySelector('#begin') !== null
        && document.querySelector('.pages .is-present') !== null";
    lab.page.wait(open, PATIENCE).map(drop)
}

fn there(lab: &LabPage, selector: &str) -> Result<()> {
    let there = format!("document.querySelector({}) !== null", json!(selector));
    lab.page.wait(&there, PATIENCE).map(drop)
}

fn text(lab: &LabPage, selector: &str) -> Result<String> {
    let text =
        lab.page.eval(&format!("document.querySelector({}).textContent", json!(selector)))?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

/// Clicks on a node in the graph and on an action of it.
fn act(lab: &LabPage, ip: &str, action: &str) -> Result<()> {
    lab.click(&format!("[data-host='{ip}']"))?;
    lab.click(&format!("[data-action={action}]"))?;
    lab.page.keys("Escape")?;
    lab.page.wait("document.querySelector('#inspector') === null", PATIENCE).map(drop)
}

/// Cuts what a line of a session cuts: a host off by its button, a single cable by a line in its console.
fn cut(lab: &LabPage, sides: &str) -> Result<()> {
    let (one, others) = sides.split_once('|').ok_or("a cut has two sides")?;
    let (one, others) = (one.trim(), others.split_whitespace().collect::<Vec<_>>());
    let hosts = lab.frame()?["hosts"].as_array().map_or(0, Vec::len);
    if others.len() + 1 == hosts {
        return act(lab, one, "cut");
    }
    for other in others {
        lab.ask(one, &format!("fault link between {one} and {other} blocked"))?;
    }
    Ok(())
}

fn heal(lab: &LabPage) -> Result<()> {
    lab.click("#panel-faults")?;
    there(lab, "#faults-end-all")?;
    lab.click("#faults-end-all")?;
    lab.page.wait("document.querySelector('#faults-end-all') === null", PATIENCE).map(drop)
}

/// Types a line again until a line of the answer is like the pattern.
fn ask_until(lab: &LabPage, ip: &str, line: &str, pattern: &Pattern) -> Result<String> {
    let mut answer = String::new();
    for tries in 0..TRIES {
        answer = lab.ask(ip, line)?;
        if pattern.is_in(&answer) {
            return Ok(answer);
        }
        // Patience is a matter of virtual time.
        lab.advance(Duration::from_millis(if tries < 10 { 200 } else { 1000 }))?;
    }
    Err(format!("{ip}: no answer to `{line}` is like {pattern:?}: {answer}"))
}

/// Plays a solution by typing into the consoles and clicking.
fn play(lab: &LabPage, session: &str) -> Result<()> {
    let (mut at, mut line, mut answer) = (String::new(), String::new(), String::new());
    let lines = session.lines().map(str::trim);
    for now in lines {
        if now.is_empty() || now.starts_with('#') {
            continue;
        } else if let Some(host) = now.strip_prefix('@') {
            host.clone_into(&mut at);
        } else if let Some(sides) = now.strip_prefix("%cut ") {
            cut(lab, sides)?;
        } else if now == "%heal" {
            heal(lab)?;
        } else if now.starts_with('>') {
            match Expect::parse(now)? {
                Expect::Within(_, pattern) if !pattern.is_in(&answer) => {
                    answer = ask_until(lab, &at, &line, &pattern)?;
                }
                Expect::Varies(_) | Expect::Within(..) => {}
                expect => {
                    expect.check(&answer).map_err(|why| format!("{at} {line}: {why}: {answer}"))?
                }
            }
        } else {
            now.clone_into(&mut line);
            answer = lab.ask(&at, now)?;
        }
    }
    Ok(())
}

/// Reads through the steps that are done, to the card at the end.
fn to_the_card(lab: &LabPage) -> Result<()> {
    for _ in 0..20 {
        lab.page
            .wait(
                "document.querySelector('#completion-card') !== null
                || document.querySelector('#next-step') !== null
                || document.querySelector('#go-on') !== null",
                2 * PATIENCE,
            )
            .map_err(|why| format!("{why}: {}", state(lab)))?;
        if lab.page.eval("document.querySelector('#completion-card') !== null")? == true {
            return Ok(());
        }
        let before = text(lab, "#step-title")?;
        lab.click("#next-step, #go-on")?;
        let turned =
            format!("document.querySelector('#step-title')?.textContent !== {}", json!(before));
        lab.page.wait(&turned, PATIENCE)?;
    }
    Err("the exercise has no end".into())
}

/// What the step says that is looked at.
fn state(lab: &LabPage) -> String {
    let page = lab.page.eval("document.querySelector('.player')?.innerText");
    page.map(|it| it.as_str().unwrap_or_default().to_owned()).unwrap_or_default()
}

fn solve(id: &str, speed: f64) -> Result<LabPage> {
    let lab = begin(id)?;
    lab.speed(speed)?;
    play(&lab, &solution(id)?)?;
    to_the_card(&lab)?;
    let record = lab.page.eval("localStorage.getItem('exercises')")?;
    let record = record.as_str().unwrap_or_default();
    assert!(record.contains(&format!("{id} ")) && record.contains("solved"), "{record}");
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(lab)
}

#[test]
fn manual_failover_is_solved_by_clicks_alone() -> Result<()> {
    let lab = begin("manual-failover")?;
    // What the step talks about is lit.
    there(&lab, ".console[data-lit]")?;
    there(&lab, "[data-host='192.168.0.6'][data-lit]")?;
    lab.click(".lines .run")?;
    there(&lab, "#next-step")?;
    lab.click("#next-step")?;
    lab.page.wait("document.querySelector('button[data-hint=\"0\"]') !== null", PATIENCE)?;
    lab.click("button[data-hint='0']")?;
    there(&lab, ".hint .run")?;
    lab.click(".hint .run")?;
    there(&lab, "#next-step")?;
    assert!(text(&lab, "#exercise-announcer")?.contains("Promote"));
    lab.click("#next-step")?;
    lab.page.wait("document.querySelector('#step-title').textContent.startsWith('3')", PATIENCE)?;
    lab.click(".lines .run")?;
    there(&lab, "#next-step")?;
    lab.click("#next-step")?;
    lab.page.wait("document.querySelector('#step-title').textContent.startsWith('4')", PATIENCE)?;
    // The last one is typed.
    lab.ask("192.168.0.161", "grep -i failover redis.log")?;
    there(&lab, "#next-step")?;
    lab.click("#next-step")?;
    there(&lab, "#completion-card")?;
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

#[test]
fn an_exercise_is_gone_on_with_where_its_page_was_closed() -> Result<()> {
    let lab = begin("manual-failover")?;
    lab.click(".lines .run")?;
    there(&lab, "#next-step")?;
    lab.click("#next-step")?;
    lab.ask("192.168.0.6", "redis-cli CLUSTER FAILOVER")?;
    there(&lab, "#next-step")?;
    lab.run(false)?;
    let left = lab.frame()?;
    let memory = "(localStorage.getItem('last-lab') ?? '').split(' ')";
    lab.page.wait(&format!("{memory}[3] === 'manual-failover'"), PATIENCE)?;
    lab.page.wait(&format!("Math.abs({memory}[0] - {}) < 1e-3", left["now_ms"]), PATIENCE)?;
    // The page again: the exercise begins, and can be gone on with.
    lab.page.go("about:blank")?;
    lab.load_at("exercise=manual-failover")?;
    ready(&lab)?;
    lab.click("#restore")?;
    lab.page.wait("__tap.travel.some(it => it.Arrived)", PATIENCE)?;
    let arrived = lab.page.eval("__tap.travel.find(it => it.Arrived).Arrived")?;
    assert_eq!(arrived["hash_here"], arrived["hash_there"]);
    assert_eq!(arrived["hash_there"], left["hash"]);
    // Two steps are done, the third is the next, and time goes on.
    lab.page.wait("document.querySelectorAll('.pages .is-done').length === 2", PATIENCE)?;
    lab.page.wait("__tap.frame.running", PATIENCE)?;
    lab.wait_role("192.168.0.6", "master")?;
    lab.page.wait("document.querySelector('#step-title').textContent.startsWith('3')", PATIENCE)?;
    lab.click(".lines .run")?;
    there(&lab, "#next-step")?;
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

#[test]
fn automatic_failover_is_solved_by_typing() -> Result<()> {
    solve("automatic-failover", 1.0).map(drop)
}

#[test]
fn the_writes_you_lost_is_solved_by_typing_and_clicking() -> Result<()> {
    solve("the-writes-you-lost", 1.0).map(drop)
}

#[test]
fn split_brain_is_solved_by_typing_and_clicking() -> Result<()> {
    solve("split-brain", 1.0).map(drop)
}

#[test]
fn twice_in_a_row_is_solved_by_typing() -> Result<()> {
    // Its seconds count, and a busy machine types slowly.
    solve("twice-in-a-row", 0.1).map(drop)
}

#[test]
fn a_wrong_turn_gets_its_hint_and_a_lost_step_begins_again_where_it_began() -> Result<()> {
    let lab = begin("manual-failover")?;
    lab.click(".lines .run")?;
    there(&lab, "#next-step")?;
    lab.click("#next-step")?;
    lab.ask("192.168.0.161", "redis-cli CLUSTER FAILOVER")?;
    there(&lab, "[data-wrong=at-a-master]")?;
    assert!(
        text(&lab, "[data-wrong=at-a-master]")?.contains("A master does not choose its successor")
    );
    assert_eq!(lab.page.eval("document.querySelector('[data-wrong=no-force]')")?, Value::Null);
    lab.ask("192.168.0.182", "redis-cli CLUSTER FAILOVER FORCE")?;
    there(&lab, "[data-lost]")?;
    lab.wait_role("192.168.0.182", "master")?;
    assert!(text(&lab, "#exercise-announcer")?.contains("This step is lost."));
    let lost_at = lab.frame()?["now_ms"].as_f64().unwrap_or_default();
    lab.click("#lost-again")?;
    lab.page.wait("document.querySelector('[data-lost]') === null", PATIENCE)?;
    lab.wait_role("192.168.0.182", "replica")?;
    let now = lab.frame()?["now_ms"].as_f64().unwrap_or_default();
    assert!(now < lost_at, "time went from {lost_at} to {now}");
    lab.page.wait("__tap.frame.running && !__tap.frame.past", PATIENCE)?;
    // What was typed in the lost attempt was not typed.
    assert!(!lab.output("192.168.0.161")?.contains("FAILOVER"));
    assert_eq!(lab.page.eval("document.querySelector('[data-wrong]')")?, Value::Null);
    // The step before stays done, and this one can be done now.
    assert_eq!(lab.page.eval("document.querySelectorAll('.pages .is-done').length")?, 1);
    // The step began within redis-cli, before `exit` was typed.
    lab.ask("192.168.0.6", "CLUSTER FAILOVER")?;
    there(&lab, "#next-step")?;
    // A step that goes well can be begun again, too: the present one is the third.
    lab.click("#next-step")?;
    there(&lab, "#step-again")?;
    lab.click("#step-again")?;
    lab.page.wait("__tap.travel.filter(it => it.Branches).length >= 3", PATIENCE)?;
    lab.wait_role("192.168.0.6", "master")?;
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

#[test]
fn a_visit_to_the_past_shows_how_far_the_exercise_was() -> Result<()> {
    let lab = begin("manual-failover")?;
    let early = lab.frame()?["now_ms"].as_f64().unwrap_or_default();
    lab.click(".lines .run")?;
    there(&lab, ".pages .is-done")?;
    // The last line is typed when the step is done already; typed into the past, it would begin a branch.
    lab.page.wait("document.querySelector('.line.waiting') === null", PATIENCE)?;
    lab.visit((early * 1000.0).round() as u64)?;
    lab.page.wait("document.querySelector('.pages .is-done') === null", PATIENCE)?;
    lab.tell(&json!({ "Travel": "Return" }))?;
    there(&lab, ".pages .is-done")
}

#[test]
fn a_workshop_is_one_link_and_a_new_visitor_finds_the_first_exercise() -> Result<()> {
    let lab = LabPage::blank(1280, 720)?;
    lab.load(1)?;
    there(&lab, "#offer-first")?;
    lab.click("#exercises")?;
    there(&lab, "[data-exercise=manual-failover]")?;
    lab.click("#choose-workshop")?;
    for id in ["split-brain", "manual-failover"] {
        there(&lab, &format!("[data-tick={id}]"))?;
        lab.click(&format!("[data-tick={id}]"))?;
    }
    lab.click("#copy-workshop")?;
    there(&lab, "#workshop-link")?;
    let link = text(&lab, "#workshop-link")?;
    assert!(link.ends_with("#workshop=split-brain,manual-failover"), "{link}");
    // Somebody else follows it.
    let fragment = link.split('#').nth(1).unwrap_or_default().to_owned();
    lab.load_at(&fragment)?;
    there(&lab, "[data-exercise=split-brain]")?;
    let ids = "[...document.querySelectorAll('[data-exercise]')].map(it => it.dataset.exercise)";
    assert_eq!(lab.page.eval(ids)?, json!(["split-brain", "manual-failover"]));
    lab.click("[data-exercise=manual-failover]")?;
    ready(&lab)?;
    let address = lab.page.eval("location.hash")?;
    let address = address.as_str().unwrap_or_default();
    assert!(address.contains("workshop=split-brain,manual-failover"), "{address}");
    assert!(address.contains("exercise=manual-failover"), "{address}");
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

#[test]
fn an_exercise_changes_its_language_and_keeps_its_place() -> Result<()> {
    let lab = begin("manual-failover")?;
    lab.page.choose("#language", "ko")?;
    lab.page.wait(
        "document.querySelector('.exercise-head h2').textContent === '수동 페일오버'",
        PATIENCE,
    )?;
    assert!(text(&lab, "#step-title")?.starts_with("1. "));
    lab.click(".lines .run")?;
    there(&lab, "#next-step")?;
    assert_eq!(text(&lab, "#next-step")?, "다음 단계");
    lab.page.wait(
        "document.querySelector('#exercise-announcer').textContent.includes('단계 완료')",
        PATIENCE,
    )?;
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

/// Drops a file of this name and text onto the column.
fn drop_file(lab: &LabPage, name: &str, content: &str) -> Result<()> {
    lab.page
        .eval(&format!(
            "{{ const data = new DataTransfer();
                data.items.add(new File([{}], {}, {{ type: 'text/markdown' }}));
                document.querySelector('#player').dispatchEvent(
                    new DragEvent('drop', {{ bubbles: true, cancelable: true, dataTransfer: data }})); }}",
            json!(content),
            json!(name)
        ))
        .map(drop)
}

#[test]
fn a_file_of_ones_own_is_opened_and_a_damaged_one_says_where_and_what_to_do() -> Result<()> {
    let lab = LabPage::blank(1280, 720)?;
    lab.load(1)?;
    lab.click("#exercises")?;
    there(&lab, "#choose-workshop")?;
    let good = "+++\ntitle = \"Ping\"\nsummary = \"One line.\"\nlevel = \"basic\"\nminutes = 1\nlab = \"walkthrough\"\n+++\n\n\
        Hello.\n\n## Ask\n\n```step\nid = \"ask\"\n```\n\n```console 192.168.0.13\nredis-cli PING\n```\n\n\
        ```check\nid = \"pong\"\ntext = \"It answered.\"\nwhen = 'reply \"PONG\"'\n```\n";
    let bad = good.replace("when = 'reply", "wehn = 'reply");
    drop_file(&lab, "mine.md", &bad)?;
    there(&lab, ".faulty li")?;
    let said = text(&lab, ".faulty")?;
    assert!(said.contains("mine.md:24:1"), "{said}");
    assert!(said.contains("wehn") && said.contains("when"), "{said}");
    drop_file(&lab, "mine.md", good)?;
    ready(&lab)?;
    assert_eq!(text(&lab, ".exercise-head h2")?, "Ping");
    lab.click("#begin")?;
    there(&lab, ".lines .run")?;
    lab.click(".lines .run")?;
    there(&lab, "#next-step")?;
    lab.click("#next-step")?;
    there(&lab, "#completion-card")?;
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

#[test]
fn progress_is_taken_from_a_file() -> Result<()> {
    let lab = LabPage::blank(1280, 720)?;
    lab.load(1)?;
    lab.click("#exercises")?;
    there(&lab, "#solved-count")?;
    assert!(text(&lab, "#solved-count")?.starts_with("0 of"));
    let file =
        "failover-lab exercises 1\nsplit-brain 5/5 solved 2026-01-02T03:04 hints 1 again 0\n";
    for (content, said) in [("nonsense", "holds no progress"), (file, "one exercise")] {
        lab.page.eval(&format!(
            "{{ const data = new DataTransfer(); const field = document.querySelector('#progress-file');
                data.items.add(new File([{}], 'progress.txt')); field.files = data.files;
                field.dispatchEvent(new Event('change', {{ bubbles: true }})); }}",
            json!(content)
        ))?;
        let heard =
            format!("document.querySelector('#exercise-announcer').textContent.includes('{said}')");
        lab.page.wait(&heard, PATIENCE)?;
    }
    lab.page
        .wait("document.querySelector('#solved-count').textContent.startsWith('1 of')", PATIENCE)?;
    // It is there at the next visit.
    lab.load(2)?;
    lab.click("#exercises")?;
    there(&lab, "#solved-count")?;
    assert!(text(&lab, "#solved-count")?.starts_with("1 of"));
    Ok(())
}

#[test]
fn a_presenter_sees_notes_and_every_step_and_a_handout_has_solutions_or_not() -> Result<()> {
    let lab = begin("manual-failover")?;
    assert_eq!(lab.page.eval("document.querySelector('.notes')")?, Value::Null);
    lab.click("#present")?;
    there(&lab, ".presenting .notes")?;
    lab.page.keys("PageDown")?;
    lab.page.wait("document.querySelector('#step-title').textContent.startsWith('2')", PATIENCE)?;
    lab.page.eval("window.print = () => { window.printed = (window.printed ?? 0) + 1; }")?;
    lab.click("#handout")?;
    lab.page.wait("window.printed === 1", PATIENCE)?;
    assert!(
        !text(&lab, ".handout")?.contains("The replica accepted the order and starts\u{20}So look")
    );
    assert!(!text(&lab, ".handout")?.contains("The node that you type at"));
    lab.click("#handout-solutions")?;
    lab.page.wait("window.printed === 2", PATIENCE)?;
    let paper = text(&lab, ".handout")?;
    assert!(paper.contains("The node that you type at"), "{paper}");
    assert!(paper.contains("grep -i failover redis.log"), "{paper}");
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

#[test]
fn what_reads_exercises_comes_with_the_first_one_and_is_not_missed_before() -> Result<()> {
    let asked = |lab: &LabPage| lab.page.requests().iter().any(|it| it.contains("reader"));
    let lab = LabPage::open(1)?;
    assert!(!asked(&lab), "{:?}", lab.page.requests());
    lab.click("#exercises")?;
    there(&lab, "#player [data-exercise]")?;
    assert!(asked(&lab), "{:?}", lab.page.requests());
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

#[test]
fn a_lab_opens_when_what_reads_exercises_does_not_come() -> Result<()> {
    let lab = LabPage::blank(1440, 900)?;
    lab.site.change("reader_bg.wasm", b"no program".to_vec());
    // What is kept for offline use would be the damaged one.
    lab.site.change("sw.js", Vec::new());
    lab.load_at("exercise=manual-failover")?;
    there(&lab, "#player .faulty[role=alert]")?;
    lab.page.wait("window.__tap?.frame?.hosts.every((host) => host.node)", PATIENCE)?;
    assert_eq!(lab.ask("192.168.0.13", "redis-cli ping")?, "PONG");
    // It is asked for again with the next exercise.
    let program = fs::read(failover_tests::browser::dist().join("reader_bg.wasm"));
    lab.site.change("reader_bg.wasm", program.map_err(|why| why.to_string())?);
    lab.page.eval("location.hash = 'exercise=automatic-failover'")?;
    ready(&lab)
}
