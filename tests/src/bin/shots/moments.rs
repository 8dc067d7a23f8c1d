//! The page before, during and after a failover, and labs of many nodes.

use std::path::Path;
use std::time::Duration;

use failover_tests::browser::{LabPage, Result};

const SIZES: [(&str, u32, u32); 3] =
    [("desktop", 1600, 1000), ("laptop", 1280, 800), ("phone", 390, 844)];
const CROWDS: [(&str, usize); 3] = [
    ("design masters=6 replicas=1", 12),
    ("design masters=10 replicas=2", 30),
    ("design masters=50 replicas=1", 100),
];
const MASTER: &str = "192.168.0.161";
const WITNESS: &str = "192.168.0.13";

/// Takes them.
pub fn take(folder: &Path) -> Result<()> {
    crowds(folder)?;
    for (name, width, height) in SIZES {
        for dark in [false, true] {
            let theme = if dark { "dark" } else { "light" };
            let lab = LabPage::blank(width, height)?;
            lab.page.prefer_dark(dark)?;
            shoot(&lab, folder, &format!("{name}-{theme}"))?;
            for error in lab.page.errors() {
                println!("{name}-{theme}: {error}");
            }
        }
    }
    Ok(())
}

/// Labs of more nodes, a master down in each, and both languages.
fn crowds(folder: &Path) -> Result<()> {
    for (name, width, height) in SIZES {
        let lab = LabPage::blank(width, height)?;
        lab.page.prefer_dark(name == "laptop")?;
        lab.load(1)?;
        for (design, hosts) in CROWDS {
            lab.reopen(design, hosts)?;
            lab.run(false)?;
            let pid = lab.frame()?["hosts"][1]["pid"].as_u64().unwrap_or_default();
            let kill = format!("kill -9 {pid}");
            lab.tell(&serde_json::json!({ "Type": { "host": 1, "line": kill } }))?;
            for (moment, span) in [("suspected", 16), ("after", 30)] {
                lab.advance(Duration::from_secs(span))?;
                std::thread::sleep(Duration::from_millis(900));
                let file = format!("{name}-{hosts}-nodes-{moment}.png");
                lab.page.screenshot(&folder.join(file))?;
            }
        }
    }
    Ok(())
}

fn shoot(lab: &LabPage, folder: &Path, name: &str) -> Result<()> {
    let save = |what: &str| {
        // Lets motion come to its end.
        std::thread::sleep(Duration::from_millis(600));
        lab.page.screenshot(&folder.join(format!("{name}-{what}.png")))
    };
    lab.load(1)?;
    lab.wait_hosted(6)?;
    // Replicas have their copies, and a calm cluster shows what a failover changes.
    lab.advance(Duration::from_secs(60))?;
    lab.ask(WITNESS, "redis-cli cluster info")?;
    save("1-before")?;
    // In slow motion packets can be seen.
    lab.run(false)?;
    lab.speed(0.001)?;
    for _ in 0..100 {
        let flying = "__tap.frame.flights.filter(it => it.due_ms > __tap.frame.now_ms).length > 1";
        if lab.page.eval(flying)? == true {
            break;
        }
        lab.tell(&serde_json::json!("Step"))?;
        std::thread::sleep(Duration::from_millis(60));
    }
    save("2-slow-motion")?;
    lab.run(false)?;
    lab.speed(1.0)?;
    let pid = lab.frame()?["hosts"][0]["pid"].as_u64().unwrap_or_default();
    lab.type_line(MASTER, &format!("kill -9 {pid}"))?;
    lab.advance(Duration::from_secs(12))?;
    save("3-down")?;
    // Step by step, to stop while the votes are on their way.
    let elected = "__tap.events.some(event => event.fact.ElectionScheduled)";
    for _ in 0..400 {
        if lab.page.eval(elected)? == true {
            break;
        }
        lab.advance(Duration::from_millis(100))?;
    }
    lab.advance(Duration::from_millis(400))?;
    save("4-election")?;
    lab.advance(Duration::from_secs(15))?;
    lab.run(true)?;
    lab.ask(WITNESS, "redis-cli cluster nodes")?;
    save("5-after")
}
