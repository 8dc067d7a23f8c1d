//! Nodes in workers and nodes inline live the same history.

use std::time::Duration;

use engine::Time;
use engine::time::Span;
use failover_tests::browser::{LabPage, PATIENCE, Result};
use scenario::{Action, Inline, Lab, Scenario, chaos};
use serde_json::{Value, json};
use sim::{HostId, LinkSettings, Pid};

/// Seeds whose faults are chosen inline and done again in workers.
const CHAOS: std::ops::RangeInclusive<u64> = 101..=120;
/// What goes wrong in each of them.
const CHAOS_STEPS: u32 = 8;
/// Seeds whose faults come while time passes, and are done again inline.
const LIVE: std::ops::RangeInclusive<u64> = 201..=205;
const LIVE_FAULTS: usize = 8;
/// Virtual seconds per second that are asked for; nodes that stay in their workers reach less.
const SPEED: f64 = 100.0;
/// The same while a person's faults come at moments of the wall clock.
const LIVE_SPEED: f64 = 10.0;

/// Xorshift: which fault, where, and how long to wait. The page does not see it.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }
}

#[test]
fn histories_of_chaos_leave_the_same_trace_in_workers() -> Result<()> {
    let scenario = Scenario::built_in("walkthrough").ok_or("no such scenario")?;
    let lab = LabPage::open(1)?;
    for seed in CHAOS {
        let outcome = chaos::run(&scenario, seed, CHAOS_STEPS);
        let past = outcome.actions.iter();
        let history = json!({
            "scenario": "walkthrough",
            "seed": seed,
            "now_us": outcome.end.0,
            "hash": "",
            "actions": past.map(|(at, action)| json!({ "at_us": at.0, "action": told(action) }))
                .collect::<Vec<_>>(),
        });
        // At once, so that nothing of the plan is done before time stands.
        let (replay, stop) = (json!({ "Replay": history }), json!({ "Run": false }));
        lab.page.eval(&format!("(__tap.tell({replay}), __tap.tell({stop}))"))?;
        lab.page.wait(&format!("__tap.info.seed === {seed} && __tap.frame"), PATIENCE)?;
        in_workers(&lab, seed, SPEED)?;
        let end = format!("!__tap.frame.running && __tap.frame.now_ms >= {}", outcome.end.0 / 1000);
        lab.page.wait(&end, PATIENCE)?;
        let hash = lab.history()?["hash"].take();
        let frames = lab.page.eval("__tap.frames")?;
        println!("seed {seed}: {} actions, {hash}, {frames}", outcome.actions.len());
        assert_eq!(hash, format!("{:016x}", outcome.hash), "seed {seed}: {history:#}");
        assert_eq!(frames["hosted"], frames["all"], "seed {seed}: not in workers");
    }
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

#[test]
fn faults_that_come_while_time_passes_can_be_repeated_inline() -> Result<()> {
    let lab = LabPage::open(1)?;
    for seed in LIVE {
        let open = json!({ "Open": { "scenario": "walkthrough", "seed": seed } });
        lab.tell(&open)?;
        lab.tell(&json!({ "Run": false }))?;
        lab.page.wait(&format!("__tap.info.seed === {seed} && __tap.frame"), PATIENCE)?;
        in_workers(&lab, seed, LIVE_SPEED)?;
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        for _ in 0..LIVE_FAULTS {
            fault(&lab, &mut dice)?;
            std::thread::sleep(Duration::from_millis(100 + 10 * dice.roll(40) as u64));
        }
        lab.tell(&json!({ "Run": false }))?;
        let history = lab.history()?;
        let frames = lab.page.eval("__tap.frames")?;
        let replayed = replay(&history);
        let actions = history["actions"].as_array().map_or(0, Vec::len);
        println!("seed {seed}: {actions} actions, {replayed}, {frames}");
        assert_eq!(history["hash"], replayed.as_str(), "seed {seed}: {history:#}");
        assert_eq!(frames["hosted"], frames["all"], "seed {seed}: not in workers");
    }
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

/// Waits until the nodes are in workers, and only then lets time pass.
fn in_workers(lab: &LabPage, seed: u64, speed: f64) -> Result<()> {
    lab.tell(&json!({ "StayInWorkers": true }))?;
    lab.wait_hosted(6).map_err(|why| format!("seed {seed}: {why}"))?;
    lab.page.eval("__tap.frames = { all: 0, hosted: 0 }")?;
    lab.tell(&json!({ "Speed": speed }))?;
    lab.tell(&json!({ "Run": true }))
}

/// An action as the page tells it to the hub.
fn told(action: &Action) -> Value {
    match action {
        Action::Type { host, line } => json!({ "Type": { "host": host.0, "line": line } }),
        Action::Interrupt { host } => json!({ "Interrupt": { "host": host.0 } }),
        Action::Link { from, to, settings } => json!({ "Link": {
            "from": from.0,
            "to": to.0,
            "latency_us": settings.latency.0,
            "jitter_us": settings.jitter.0,
            "loss_ppm": settings.loss_ppm,
            "blocked": settings.blocked,
        } }),
        Action::Workload(settings) => {
            json!({ "Workload": { "flags": settings.as_ref().map(ToString::to_string) } })
        }
        Action::Crashed { pid } => json!({ "Crashed": { "pid": pid.0 } }),
        // Random faults are aimed from a console.
        Action::SetRule(_) | Action::LiftRule(_) => unreachable!("{action:?}"),
    }
}

/// Does something to a host, or mends what was done to it before.
fn fault(lab: &LabPage, dice: &mut Dice) -> Result<()> {
    let host = dice.roll(6);
    let state = lab.frame()?["hosts"][host].take();
    let type_line = |line: String| lab.tell(&json!({ "Type": { "host": host, "line": line } }));
    let Some(pid) = state["pid"].as_u64() else {
        return type_line("redis-server redis.conf".to_owned());
    };
    if state["stopped"] == true {
        return type_line(format!("kill -CONT {pid}"));
    }
    if state["cut"] == true {
        return lab.tell(&json!({ "Cut": { "host": host, "cut": false } }));
    }
    match dice.roll(6) {
        0 => type_line(format!("kill -9 {pid}")),
        1 => type_line(format!("kill -STOP {pid}")),
        2 => type_line("redis-cli cluster failover".to_owned()),
        3 => type_line(format!("redis-cli -c set key:{} {}", dice.roll(1000), dice.roll(1000))),
        4 => type_line("redis-cli shutdown".to_owned()),
        _ => lab.tell(&json!({ "Cut": { "host": host, "cut": true } })),
    }
}

/// The hash after the same actions with all nodes in this thread.
fn replay(history: &Value) -> String {
    let number = |value: &Value| value.as_u64().expect("a number");
    let scenario = history["scenario"].as_str().and_then(Scenario::built_in).expect("a scenario");
    let mut lab = Lab::open(&scenario, number(&history["seed"]));
    let mut inline = Inline::default();
    for past in history["actions"].as_array().expect("actions") {
        inline.run_until(&mut lab, Time(number(&past["at_us"])));
        lab.act(action(&past["action"]));
    }
    inline.run_until(&mut lab, Time(number(&history["now_us"])));
    format!("{:016x}", lab.world.trace_hash())
}

fn action(action: &Value) -> Action {
    let (kind, of) = action.as_object().and_then(|it| it.iter().next()).expect("an action");
    let number = |what: &str| of[what].as_u64().expect("a number");
    let host = |what: &str| HostId(number(what) as u16);
    match kind.as_str() {
        "Type" => {
            let line = of["line"].as_str().expect("a line").to_owned();
            Action::Type { host: host("host"), line }
        }
        "Interrupt" => Action::Interrupt { host: host("host") },
        "Link" => Action::Link {
            from: host("from"),
            to: host("to"),
            settings: LinkSettings {
                latency: Span(number("latency_us")),
                jitter: Span(number("jitter_us")),
                loss_ppm: number("loss_ppm") as u32,
                blocked: of["blocked"] == true,
            },
        },
        "Crashed" => Action::Crashed { pid: Pid(number("pid") as u32) },
        other => panic!("unknown action {other}"),
    }
}
