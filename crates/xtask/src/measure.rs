//! Figures and pictures, taken by the program that also drives the browser tests.

use anyhow::Result;

use crate::run::{self, cargo};
use crate::{site, tools};

/// Prints what idle clusters cost beside real servers, speed natively and in Chromium, start-up
/// time and page weight.
///
/// # Errors
/// When something can not be built or driven.
pub fn bench() -> Result<()> {
    run::run(&mut cargo(&[
        "run",
        "--locked",
        "--release",
        "-p",
        "failover-tests",
        "--bin",
        "cost",
    ]))?;
    tools::browser()?;
    site::dist()?;
    run::run(&mut tool("bench", &[]))
}

/// Saves screenshots of the page before, during and after a failover, or of every view.
///
/// # Errors
/// When something can not be built or driven.
pub fn shots(folder: &str, what: &[String]) -> Result<()> {
    tools::browser()?;
    site::dist()?;
    let args: Vec<_> = std::iter::once(folder).chain(what.iter().map(String::as_str)).collect();
    run::run(&mut tool("shots", &args))
}

fn tool(name: &str, args: &[&str]) -> std::process::Command {
    let mut tool = cargo(&["run", "--locked", "--release", "-p", "failover-tests"]);
    tool.args(["--features", "browser", "--bin", name, "--"]).args(args);
    tool
}
