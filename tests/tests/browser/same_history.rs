//! Nodes in workers and nodes inline live the same history.

use std::time::Duration;

use engine::Time;
use engine::time::Span;
use failover_tests::browser::{LabPage, PATIENCE, Result};
use scenario::{Action, Inline, Lab, Scenario};
use serde_json::{Value, json};
use sim::{HostId, LinkSettings, Pid};

const SEEDS: std::ops::RangeInclusive<u64> = 101..=120;
const FAULTS: usize = 8;
/// Virtual seconds per second, slow enough for messages to follow.
const SPEED: f64 = 10.0;

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
fn faults_in_workers_and_inline_leave_the_same_trace() -> Result<()> {
    let lab = LabPage::open(1)?;
    for seed in SEEDS {
        let told = json!({ "Open": { "scenario": "walkthrough", "seed": seed } });
        lab.tell(&told)?;
        lab.page.wait(&format!("__tap.info.seed === {seed} && __tap.frame"), PATIENCE)?;
        lab.wait_hosted(6)?;
        lab.tell(&json!({ "Speed": SPEED }))?;
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        for _ in 0..FAULTS {
            fault(&lab, &mut dice)?;
            std::thread::sleep(Duration::from_millis(100 + 10 * dice.roll(40) as u64));
        }
        lab.tell(&json!({ "Run": false }))?;
        let history = lab.history()?;
        let frames = lab.page.eval("__tap.frames")?;
        let count = |what: &str| frames[what].as_u64().unwrap_or_default();
        assert!(count("hosted") * 10 > count("all") * 8, "seed {seed}: not in workers: {frames}");
        let replayed = replay(&history);
        let actions = history["actions"].as_array().map_or(0, Vec::len);
        println!("seed {seed}: {actions} actions, {} us, {replayed}", history["now_us"]);
        assert_eq!(history["hash"], replayed.as_str(), "seed {seed}: {history:#}");
    }
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
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
