//! The past in a browser: scrubbing, forks and branches, links and files.

use std::time::{Duration, Instant};

use failover_tests::browser::{LabPage, PATIENCE, Result};
use scenario::Link;
use scenario::link::ENGINE;
use serde_json::{Value, json};

const MASTER: &str = "192.168.0.161";
const WITNESS: &str = "192.168.0.13";

/// Xorshift: when to look. The page does not see it.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// Presses a key on the timeline.
fn press(lab: &LabPage, key: &str) -> Result<()> {
    lab.page.focus("#track")?;
    lab.page.keys(key)
}

/// Visits a moment and returns what the hub says of it, and how long that took.
fn visit(lab: &LabPage, at_us: u64) -> Result<(Value, Duration)> {
    let began = Instant::now();
    lab.visit(at_us)?;
    let took = began.elapsed();
    Ok((lab.history()?, took))
}

/// Waits for the answer that the hub gives about the past under this name.
fn told(lab: &LabPage, name: &str) -> Result<Value> {
    let find = format!("__tap.travel.findLast(it => it[{0}])?.[{0}]", json!(name));
    lab.page.wait(&find, PATIENCE)
}

/// Copies the link, and returns its moment: the page asks for others, to remember the lab.
fn copied(lab: &LabPage) -> Result<Value> {
    lab.click("#copy-link")?;
    let find = "__tap.travel.findLast(it => it.Link?.purpose === 'Copy')?.Link.moment";
    lab.page.wait(find, PATIENCE)
}

fn notice(lab: &LabPage) -> Result<String> {
    let text =
        lab.page.wait("document.querySelector('#travel-notice p')?.textContent", PATIENCE)?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

/// A master is killed and its replica takes over.
fn failover(lab: &LabPage) -> Result<()> {
    let pid = lab.frame()?["hosts"][0]["pid"].as_u64().unwrap_or_default();
    lab.type_line(MASTER, &format!("kill -9 {pid}"))?;
    lab.page.wait(
        "__tap.frame.hosts[0].pid === null || __tap.frame.hosts[0].pid === undefined",
        PATIENCE,
    )?;
    lab.advance(Duration::from_secs(30))
}

#[test]
fn the_past_is_scrubbed_with_mouse_and_keys_and_every_panel_shows_it() -> Result<()> {
    let lab = LabPage::open(1)?;
    lab.advance(Duration::from_secs(20))?;
    lab.ask(WITNESS, "redis-cli cluster info")?;
    failover(&lab)?;
    lab.run(false)?;
    let present = lab.history()?;
    let output = lab.output(WITNESS)?;
    assert!(output.contains("cluster_known_nodes"), "{output}");
    press(&lab, "Home")?;
    lab.page.wait("__tap.frame.past && __tap.frame.now_ms === 0", PATIENCE)?;
    lab.page.wait("document.querySelector('#clock').dataset.nowMs === '0'", PATIENCE)?;
    assert_eq!(lab.output(WITNESS)?, "", "the console shows what was not printed yet");
    lab.click("#track")?;
    lab.page.wait("__tap.frame.past && __tap.frame.now_ms > 1000", PATIENCE)?;
    press(&lab, ",")?;
    let events = "__tap.events.map(it => it.at_ms)";
    let at_event = format!("{events}.some(it => Math.abs(it - __tap.frame.now_ms) < 0.001)");
    lab.page.wait(&at_event, PATIENCE)?;
    let later = "[...document.querySelectorAll('.events time')].map(it => it.textContent)";
    let rows = |it: &Value| it.as_array().map_or(0, Vec::len);
    let shown = rows(&lab.page.eval(later)?);
    press(&lab, "End")?;
    lab.page.wait("__tap.frame.past", PATIENCE)?;
    press(&lab, "Escape")?;
    lab.page.wait("!__tap.frame.past", PATIENCE)?;
    assert!(rows(&lab.page.eval(later)?) > shown, "the log shows what is to come: {shown} rows");
    assert_eq!(lab.history()?, present, "looking at the past changed the present");
    assert_eq!(lab.output(WITNESS)?, output);
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

/// The newest packets that the hub has at the moment that is shown, and since when.
fn packets(lab: &LabPage) -> Result<Value> {
    lab.page.eval(
        "delete __tap.packets; __tap.listening ??= \
         __tap.also.push((it) => { if (it.Packets) __tap.packets = it.Packets; })",
    )?;
    let query = json!({
        "from": null, "to": null, "about": null, "kinds": [], "span": "All", "limit": 400
    });
    lab.tell(&json!({ "Packets": query }))?;
    lab.page.wait("__tap.packets", PATIENCE)
}

#[test]
fn the_past_has_the_packets_that_led_to_it() -> Result<()> {
    let lab = LabPage::open(1)?;
    // Long enough for a checkpoint in between, from which the visit is computed.
    lab.advance(Duration::from_secs(540))?;
    failover(&lab)?;
    lab.run(false)?;
    let (lived, moment) = (packets(&lab)?, lab.history()?);
    lab.advance(Duration::from_secs(20))?;
    let (seen, _) = visit(&lab, moment["now_us"].as_u64().ok_or("no time")?)?;
    assert_eq!(seen, moment);
    let there = packets(&lab)?;
    assert_eq!(there["rows"], lived["rows"]);
    // The lab went on for 20 seconds, for which the oldest may have gone.
    let since = |it: &Value| it["kept_since_ms"].as_f64().unwrap_or(f64::NAN);
    assert!(since(&there) < since(&lived) + 60_000.0, "{} {}", since(&there), since(&lived));
    Ok(())
}

#[test]
fn visits_have_the_hash_of_the_first_pass_and_forks_leave_their_parent_alone() -> Result<()> {
    let lab = LabPage::open(4)?;
    lab.run(false)?;
    let mut dice = Dice(0x9E37_79B9);
    let mut moments = Vec::new();
    for step in 0..8 {
        lab.advance(Duration::from_millis(500 + dice.roll(9000)))?;
        let pid = lab.frame()?["hosts"][0]["pid"].as_u64();
        let line = match (step, pid) {
            (2, Some(pid)) => format!("kill -9 {pid}"),
            (6, None) => "redis-server redis.conf".to_owned(),
            _ => format!("redis-cli -c set key:{step} value"),
        };
        lab.tell(&json!({ "Type": { "host": if step == 4 { 1 } else { 0 }, "line": line } }))?;
        lab.advance(Duration::from_millis(300 + dice.roll(3000)))?;
        moments.push(lab.history()?);
    }
    let end = moments.last().cloned().ok_or("no moments")?;
    for _ in 0..20 {
        let lived = &moments[dice.roll(moments.len() as u64) as usize];
        let (seen, _) = visit(&lab, lived["now_us"].as_u64().ok_or("no time")?)?;
        assert_eq!(&seen, lived);
    }
    // A fork, by an action in the past.
    visit(&lab, moments[3]["now_us"].as_u64().ok_or("no time")?)?;
    lab.type_line(WITNESS, "redis-cli ping")?;
    lab.page.wait("__tap.travel.filter(it => it.Branches).length === 2", PATIENCE)?;
    let branches = told(&lab, "Branches")?;
    assert_eq!(branches["branches"].as_array().map(Vec::len), Some(2), "{branches}");
    assert_eq!(branches["live"], 1);
    lab.page.wait("!__tap.frame.past", PATIENCE)?;
    lab.advance(Duration::from_secs(20))?;
    assert!(lab.output(WITNESS)?.contains("PONG"));
    let fork = lab.history()?;
    assert_eq!(fork["actions"].as_array().map(Vec::len), Some(5));
    lab.page.wait("document.querySelector('#fork-back') !== null", PATIENCE)?;
    lab.click("#fork-back")?;
    lab.page.wait("__tap.travel.findLast(it => it.Branches).Branches.live === 0", PATIENCE)?;
    lab.page.wait(&format!("__tap.frame.hash === {}", end["hash"]), PATIENCE)?;
    assert_eq!(lab.history()?, end, "the fork changed its parent");
    assert!(!lab.output(WITNESS)?.contains("PONG"));
    // The parent's past is still there, and so is the fork.
    let (seen, _) = visit(&lab, moments[5]["now_us"].as_u64().ok_or("no time")?)?;
    assert_eq!(seen, moments[5]);
    lab.tell(&json!({ "Travel": { "Switch": 1 } }))?;
    lab.page
        .wait(&format!("!__tap.frame.past && __tap.frame.hash === {}", fork["hash"]), PATIENCE)?;
    assert_eq!(lab.history()?, fork);
    // Fork and parent go on in workers of their own.
    lab.run(true)?;
    lab.wait_hosted(
        lab.frame()?["hosts"]
            .as_array()
            .map_or(0, |it| it.iter().filter(|host| host["pid"].is_u64()).count()),
    )?;
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

#[test]
fn a_jump_within_an_hour_of_history_is_short() -> Result<()> {
    let lab = LabPage::open(2)?;
    lab.run(false)?;
    let began = Instant::now();
    for _ in 0..12 {
        lab.advance(Duration::from_secs(300))?;
    }
    println!("an hour took {:?}", began.elapsed());
    let mut dice = Dice(77);
    let mut all = Vec::new();
    for _ in 0..20 {
        all.push(visit(&lab, dice.roll(3_600_000_000))?.1);
    }
    all.sort_unstable();
    println!("jumps within an hour: median {:?}, longest {:?}", all[10], all[19]);
    // The machine may be busy with other tests: the middle one counts.
    assert!(all[10] < Duration::from_millis(200), "{all:?}");
    Ok(())
}

#[test]
fn a_link_opens_in_another_profile_to_the_same_moment_and_hash() -> Result<()> {
    let lab = LabPage::open(3)?;
    failover(&lab)?;
    lab.run(false)?;
    let link = copied(&lab)?;
    lab.page.wait("location.hash.startsWith('#lab=')", PATIENCE)?;
    assert!(notice(&lab)?.contains("clipboard"));
    let fragment = lab.page.eval("location.hash.slice(1)")?;
    let fragment = fragment.as_str().ok_or("no fragment")?;
    println!("the link has {} characters: {link}", fragment.len());
    let other = LabPage::blank(1280, 800)?;
    other.load_at(fragment)?;
    let arrival = told(&other, "Arrived")?;
    assert_eq!(arrival["hash_here"], link["hash"], "{arrival}");
    other.page.wait(&format!("__tap.frame.hash === {}", link["hash"]), PATIENCE)?;
    assert_eq!(other.frame()?["now_ms"], link["now_ms"]);
    assert_eq!(other.history()?, lab.history()?);
    assert!(notice(&other)?.contains("byte for byte"), "{}", notice(&other)?);
    // What was printed on the way is there, too.
    assert!(other.output(MASTER)?.contains("kill -9"));
    assert_eq!(other.page.errors(), Vec::<String>::new());
    Ok(())
}

#[test]
fn without_a_clipboard_a_link_is_in_the_address_and_nothing_else_is_said() -> Result<()> {
    let lab = LabPage::blank(1280, 800)?;
    // As where the page came without HTTPS, and as where one forbids it.
    for clipboard in ["undefined", "{ writeText: () => Promise.reject(new Error('no')) }"] {
        lab.page.before_each_document(&format!(
            "Object.defineProperty(navigator, 'clipboard', {{ value: {clipboard}, configurable: true }})"
        ))?;
        lab.load(3)?;
        lab.click("#copy-link")?;
        lab.page.wait("location.hash.startsWith('#lab=')", PATIENCE)?;
        let said = notice(&lab)?;
        assert!(said.contains("in the address") && !said.contains("is on the clipboard"), "{said}");
        assert_eq!(lab.page.errors(), Vec::<String>::new());
    }
    Ok(())
}

#[test]
fn a_file_brings_a_moment_back_and_damage_leaves_the_lab_as_it_is() -> Result<()> {
    let lab = LabPage::open(5)?;
    failover(&lab)?;
    lab.run(false)?;
    let saved = lab.history()?;
    lab.click("#save-file")?;
    let file = lab.page.saved("walkthrough-5.failover", PATIENCE)?;
    lab.click("#save-report")?;
    let report = lab.page.saved("walkthrough-5.md", PATIENCE)?;
    let report = std::fs::read_to_string(&report).map_err(|why| why.to_string())?;
    println!("{report}");
    assert!(
        report.contains("kill -9") && report.contains("without a reachable master"),
        "{report}"
    );
    lab.click("#take-away")?;
    let packed = lab.page.saved("failover-lab.tar", PATIENCE)?;
    let mut tar = std::process::Command::new("tar");
    let listed = tar.arg("tvf").arg(&packed).output().map_err(|why| why.to_string())?;
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    for part in ["-rwxr-xr-x", "lab.sh", "commands.sh", "hosts/192.168.0.6/redis.conf"] {
        assert!(listed.contains(part), "{part}: {listed}");
    }
    // Damaged, newer: said, and nothing changes.
    lab.advance(Duration::from_secs(5))?;
    let before = lab.history()?;
    for (link, word) in [("AAAA", "damaged"), ("AgAAAAAAAA", "newer")] {
        lab.page.eval(&format!("location.hash = 'lab={link}'"))?;
        let said = format!(
            "document.querySelector('#travel-notice.bad p')?.textContent.includes('{word}')"
        );
        lab.page.wait(&said, PATIENCE)?;
        assert_eq!(lab.history()?, before);
    }
    let text =
        std::fs::read_to_string(&file).map_err(|why| format!("{}: {why}", file.display()))?;
    let cut = file.with_file_name("cut.failover");
    std::fs::write(&cut, &text[..text.len() - 9]).map_err(|why| why.to_string())?;
    lab.page.choose_file("#file", &cut)?;
    lab.page.wait("__tap.travel.filter(it => it.Refused).length === 3", PATIENCE)?;
    assert_eq!(lab.history()?, before);
    lab.page.choose_file("#file", &file)?;
    told(&lab, "Arrived")?;
    lab.page.wait(&format!("__tap.frame.hash === {}", saved["hash"]), PATIENCE)?;
    assert_eq!(lab.history()?, saved);
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

#[test]
fn what_another_engine_made_or_a_hash_that_differs_is_said() -> Result<()> {
    let lab = LabPage::open(8)?;
    failover(&lab)?;
    lab.run(false)?;
    let moment = copied(&lab)?;
    let lived = lab.history()?;
    let text = moment["link"].as_str().ok_or("no link")?;
    let (real, _) = Link::decode(text).map_err(|why| format!("{why:?}"))?;
    assert_eq!(real.engine, ENGINE);
    let other = "0.0.1+0123456789abcdef";
    let with = |engine: &str, hash: u64| Link { engine: engine.to_owned(), hash, ..real.clone() };
    let elsewhere = real.hash ^ 1;
    let cases = [
        (with(other, real.hash), "status", [other, "hash agrees"]),
        (with(other, elsewhere), "alert", [other, "lead elsewhere"]),
        (with(ENGINE, elsewhere), "alert", ["not what the sender saw", "the link says hash"]),
    ];
    for (number, (link, role, words)) in cases.iter().enumerate() {
        // Something else is open when the link comes.
        lab.tell(&json!({ "Open": { "scenario": "walkthrough", "seed": 9 } }))?;
        lab.page
            .wait("__tap.info.seed === 9 && __tap.frame?.hosts.every(it => it.node)", PATIENCE)?;
        lab.page.eval(&format!("location.hash = 'lab={}'", link.encode()))?;
        let arrived = format!("__tap.travel.filter(it => it.Arrived).length === {}", number + 1);
        lab.page.wait(&arrived, PATIENCE)?;
        let said = notice(&lab)?;
        println!("{said}");
        assert!(words.iter().all(|word| said.contains(word)), "{said}");
        let shown =
            lab.page.eval("document.querySelector('#travel-notice').getAttribute('role')")?;
        assert_eq!(shown, *role, "{said}");
        let arrival = told(&lab, "Arrived")?;
        assert_eq!(arrival["hash_there"], format!("{:016x}", link.hash));
        assert_eq!(arrival["hash_here"], moment["hash"]);
        // Whatever was said of it, it is open, and where its actions lead.
        assert_eq!(lab.history()?, lived);
    }
    // In a file it is the same.
    let file = std::env::temp_dir().join(format!("other-engine-{}.failover", std::process::id()));
    std::fs::write(&file, with(other, elsewhere).encode()).map_err(|why| why.to_string())?;
    lab.page.choose_file("#file", &file)?;
    lab.page.wait("__tap.travel.filter(it => it.Arrived).length === 4", PATIENCE)?;
    let said = notice(&lab)?;
    assert!(said.contains(other) && said.contains(ENGINE), "{said}");
    let _ = std::fs::remove_file(&file);
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

#[test]
fn a_lab_is_remembered_after_its_tab_was_closed() -> Result<()> {
    let lab = LabPage::open(6)?;
    lab.type_line(WITNESS, "redis-cli ping")?;
    lab.page.wait("localStorage.getItem('last-lab')", PATIENCE)?;
    lab.run(false)?;
    lab.page.wait("__tap.travel.findLast(it => it.Link)?.Link.moment.actions === 1", PATIENCE)?;
    lab.load(7)?;
    lab.page.wait("document.querySelector('#restore') !== null", PATIENCE)?;
    lab.click("#restore")?;
    told(&lab, "Arrived")?;
    let history = lab.history()?;
    assert_eq!(
        (&history["seed"], history["actions"].as_array().map(Vec::len)),
        (&json!(6), Some(1))
    );
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}
