//! redis-py, in a virtual environment under the target directory.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use client_libraries::{Phase, Report, Story, judge};

const VERSION: &str = "redis==5.2.1";

#[test]
fn redis_py_goes_through_failovers_as_with_real_servers() {
    match environment() {
        Ok(_) => judge("redis-py", 28200, load),
        Err(why) => failover_tests::say(&format!("SKIPPED: redis-py against the cluster; {why}")),
    }
}

/// A Python that has redis-py.
fn environment() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("redis-py");
    let python = folder.join("bin/python");
    let run = |command: &mut Command, what: &str| {
        let output = command.output().map_err(|why| format!("{what}: {why}"))?;
        let text = String::from_utf8_lossy(&output.stderr);
        let last = text.lines().last().unwrap_or_default().to_owned();
        if output.status.success() { Ok(()) } else { Err(format!("{what}: {last}")) }
    };
    let import = || run(Command::new(&python).args(["-c", "import redis.cluster"]), "no redis-py");
    if import().is_err() {
        let mut venv = Command::new("python3");
        run(venv.args(["-m", "venv"]).arg(&folder), "no virtual environment")?;
        let mut pip = Command::new(&python);
        run(pip.args(["-m", "pip", "install", "--quiet", VERSION]), "pip can not install it")?;
        import()?;
    }
    Ok(python)
}

/// Runs the Python side, and tells it the phases on its standard input.
fn load(ports: &[u16], story: &Story) -> Report {
    let mut python = Command::new(environment().expect("there was one"));
    python.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("load.py")).arg(ports[0].to_string());
    let mut child = python
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the interpreter was there");
    let mut stdin = child.stdin.take().expect("it is piped");
    for (phase, word) in [(Phase::Well, "well\n"), (Phase::Over, "over\n")] {
        while story.phase() != phase && story.phase() != Phase::Over {
            sleep(Duration::from_millis(50));
        }
        let told = std::io::Write::write_all(&mut stdin, word.as_bytes());
        told.expect("the load listens to its end");
    }
    drop(stdin);
    let output = child.wait_with_output().expect("the load ends");
    assert!(output.status.success(), "the load failed");
    serde_json::from_slice(&output.stdout).expect("the load prints a report")
}
