//! Every script in both worlds, and the table of what came of it.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::run::{self, cargo, command, find, output, root, say};
use crate::tools;

const SCRIPTS: &str = "tests/scripts";
const TABLE: &str = "docs/fidelity.md";

/// Runs all scripts against real servers and writes the table; tells whether all are the same.
///
/// # Errors
/// When there is no real server, or something can not be read or written.
pub fn run() -> Result<bool> {
    tools::redis_server();
    ensure!(find("redis-server").is_some(), "there is no redis-server to compare with");
    run::run(&mut cargo(&["build", "--locked", "-p", "lab"]))?;
    let mut table = head()?;
    let mut all_same = true;
    for script in scripts()? {
        let name = script.trim_end_matches(".script");
        let verdict = verdict(&script);
        say(&format!("{name}: {verdict}"));
        all_same &= verdict.starts_with("same");
        let title = fs::read_to_string(root().join(SCRIPTS).join(&script))?;
        let title = title.lines().next().unwrap_or_default().trim_start_matches("# ").to_owned();
        writeln!(table, "| [{name}](../{SCRIPTS}/{script}) | {title} | {verdict} |")?;
    }
    fs::write(root().join(TABLE), table).with_context(|| format!("{TABLE} can not be written"))?;
    Ok(all_same)
}

fn scripts() -> Result<Vec<String>> {
    let files = fs::read_dir(root().join(SCRIPTS)).with_context(|| format!("no {SCRIPTS}"))?;
    let names = files.flatten().map(|it| it.file_name().to_string_lossy().into_owned());
    let mut scripts: Vec<_> = names.filter(|name| name.ends_with(".script")).collect();
    scripts.sort();
    Ok(scripts)
}

/// What the comparison ends with; its complaint when it does not get that far.
fn verdict(script: &str) -> String {
    let mut lab = command(root().join("target/debug/lab"));
    lab.arg("run").arg(Path::new(SCRIPTS).join(script)).args(["--against", "redis-server"]);
    let text = lab.output().map_or_else(
        |error| error.to_string(),
        |done| String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned(),
    );
    let last = text.lines().rfind(|line| !line.is_empty()).unwrap_or("no word").to_owned();
    match last.strip_prefix("verdict (").and_then(|rest| rest.split_once("): ")) {
        Some((_, verdict)) => verdict.to_owned(),
        None => last,
    }
}

fn head() -> Result<String> {
    let version = output(command("redis-server").arg("--version")).context("no version")?;
    let version = version.split("v=").nth(1).and_then(|rest| rest.split(' ').next());
    let date = output(command("date").arg("+%F")).context("no date")?;
    Ok(format!(
        "# One script, two worlds\n\nEach script under `{SCRIPTS}` is typed at the consoles of the simulated \
         cluster and at those of real servers on\n127.0.0.0/8, and both must meet its expectations and print the same, \
         times and offsets aside. Written by\n`cargo xtask parity` on {date} with redis-server {}; `cargo lab run \
         FILE --against redis-server` shows one side by side.\n\n| script | about | |\n|---|---|---|\n",
        version.unwrap_or("?")
    ))
}
