//! Every check, and one summary at the end.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::run::{cargo, line, say};
use crate::{browsers, site, tools};

/// The parts, in the order in which they run.
pub const NAMES: [&str; 8] =
    ["fmt", "clippy", "native", "wasm", "site", "browser", "firefox", ON_DEMAND];
/// The one that runs only when it is named.
const ON_DEMAND: &str = "firefox-whole";

const XTASK: &str = "--manifest-path=crates/xtask/Cargo.toml";
const WASM: [&str; 5] = ["--target=wasm32-unknown-unknown", "-p", "worker", "-p", "web"];

/// What came of one part.
struct Outcome {
    name: &'static str,
    took: Duration,
    tests: Tally,
    failures: Vec<String>,
    skipped: Option<String>,
}

/// Tests counted from the runners' own summary lines.
#[derive(Default)]
struct Tally {
    passed: u64,
    failed: u64,
    ignored: u64,
}

/// Runs the named parts (all but the one on demand when none is named), even after failures, and sums
/// them up. Tells whether all passed.
///
/// # Errors
/// None: what fails is told in the summary.
pub fn run(parts: &[String]) -> Result<bool> {
    let started = Instant::now();
    let chosen = NAMES.iter().filter(|name| match parts {
        [] => **name != ON_DEMAND,
        _ => parts.iter().any(|it| it == *name),
    });
    let outcomes: Vec<Outcome> = chosen.map(|name| part(name)).collect();
    println!("\n{:<14}{:>8}{:>9}{:>9}{:>9}", "part", "seconds", "passed", "failed", "ignored");
    for Outcome { name, took, tests, .. } in &outcomes {
        let seconds = took.as_secs();
        let Tally { passed, failed, ignored } = tests;
        println!("{name:<14}{seconds:>8}{passed:>9}{failed:>9}{ignored:>9}");
    }
    let mut passed = true;
    for Outcome { name, failures, skipped, .. } in &outcomes {
        if let Some(why) = skipped {
            println!("SKIPPED {name}: {why}");
        }
        for failure in failures {
            passed = false;
            println!("FAILED {name}: {failure}");
        }
    }
    let verdict = if passed { "all passed" } else { "FAILED" };
    println!("xtask test: {verdict} in {} s", started.elapsed().as_secs());
    Ok(passed)
}

fn part(name: &'static str) -> Outcome {
    say(&format!("---- {name} ----"));
    let started = Instant::now();
    let mut tests = Tally::default();
    let mut failures = Vec::new();
    let mut skipped = None;
    let ready = match name {
        "wasm" => tools::wasm().and_then(|()| tools::browser()),
        "clippy" => tools::wasm(),
        "native" => {
            tools::redis_server();
            Ok(())
        }
        "site" => site::dist(),
        "browser" => tools::browser(),
        "firefox" | ON_DEMAND => {
            skipped = tools::firefox().err().map(|why| format!("{why:#}"));
            Ok(())
        }
        _ => Ok(()),
    };
    match ready {
        Err(error) => failures.push(format!("{error:#}")),
        Ok(()) if skipped.is_some() => {}
        Ok(()) => {
            for mut command in commands(name) {
                if let Err(error) = watch(&mut command, &mut tests) {
                    failures.push(format!("{error:#}"));
                }
            }
        }
    }
    let ran = tests.passed + tests.failed;
    if name == "firefox" && skipped.is_none() && ran != browsers::CHOSEN.len() as u64 {
        failures.push(format!("{ran} of {} chosen tests ran", browsers::CHOSEN.len()));
    }
    Outcome { name, took: started.elapsed(), tests, failures, skipped }
}

fn commands(name: &str) -> Vec<Command> {
    let deny = ["--", "-D", "warnings"];
    let in_wasm =
        |task: &str, rest: &[&str]| cargo(&[&[task, "--locked"], &WASM[..], rest].concat());
    match name {
        "fmt" => vec![cargo(&["fmt", "--all", "--check"]), cargo(&["fmt", XTASK, "--check"])],
        "clippy" => vec![
            cargo(
                &[
                    &["clippy", "--locked", "--workspace", "--all-targets", "--all-features"],
                    &deny[..],
                ]
                .concat(),
            ),
            in_wasm("clippy", &[&["--all-targets"], &deny[..]].concat()),
            cargo(&[&["clippy", "--locked", XTASK, "--all-targets"], &deny[..]].concat()),
        ],
        "native" => vec![
            cargo(&["test", "--locked", "--workspace", "--no-fail-fast"]),
            cargo(&["test", "--locked", XTASK]),
            cargo(&["run", "--locked", "--quiet", "-p", "lab", "--bin", "lab", "--", "check"]),
        ],
        "wasm" => vec![in_wasm("test", &["--no-fail-fast"])],
        "browser" => vec![browsers::in_chromium()],
        "firefox" => vec![browsers::chosen()],
        ON_DEMAND => vec![browsers::whole()],
        _ => Vec::new(),
    }
}

/// Runs a command, passes its output on and counts the tests that it reports.
fn watch(command: &mut Command, tests: &mut Tally) -> Result<()> {
    let line = line(command);
    say(&line);
    let mut child =
        command.stdout(Stdio::piped()).stdin(Stdio::null()).spawn().context("can not start")?;
    let stdout = child.stdout.take().context("no output")?;
    for text in BufReader::new(stdout).split(b'\n') {
        let text = text?;
        let mut out = std::io::stdout().lock();
        out.write_all(&text)?;
        out.write_all(b"\n")?;
        tests.count(&String::from_utf8_lossy(&text));
    }
    let status = child.wait()?;
    anyhow::ensure!(status.success(), "`{line}` ({status})");
    Ok(())
}

impl Tally {
    /// Adds a line such as `test result: ok. 3 passed; 0 failed; 1 ignored; ...`.
    fn count(&mut self, line: &str) {
        let Some(rest) = line.trim_start().strip_prefix("test result:") else {
            return;
        };
        let number = |what: &str| {
            let before = rest.split(what).next().filter(|it| it.len() < rest.len())?;
            before.split_whitespace().last()?.parse::<u64>().ok()
        };
        self.passed += number(" passed").unwrap_or(0);
        self.failed += number(" failed").unwrap_or(0);
        self.ignored += number(" ignored").unwrap_or(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summary_lines_of_both_runners_are_counted() {
        let mut tally = Tally::default();
        tally.count("test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out");
        tally.count("    test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 filtered out");
        tally.count("test tests::passed_is_a_word ... ok");
        assert_eq!((tally.passed, tally.failed, tally.ignored), (7, 2, 1));
    }
}
