//! The site: built by Trunk, always.

use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::run::{self, command, say};
use crate::seal;
use crate::tools;

/// Builds the site for visitors into `dist/`.
///
/// # Errors
/// When a tool is missing or the build fails.
pub fn dist() -> Result<()> {
    tools::site()?;
    say("building the site");
    let _ = std::fs::remove_dir_all(run::root().join("dist"));
    run::run(trunk("build", true).args(["--dist", "dist"]))?;
    say("the site is in dist/");
    Ok(())
}

/// Builds the site, serves it and prints its URL; returns when the server ends.
///
/// # Errors
/// When a tool is missing, the port is taken or the server can not start.
pub fn serve(port: u16, dev: bool) -> Result<()> {
    ensure!(!answers(port), "port {port} is in use: choose another with --port N");
    tools::site()?;
    say("building the page");
    let mut server = trunk("serve", !dev);
    server.env(seal::NO_COPY, "yes");
    server.args(["--port", &port.to_string(), "--dist", "target/serve"]);
    if !dev {
        server.arg("--no-autoreload");
    }
    let mut server = server.stdin(Stdio::null()).spawn().context("can not start Trunk")?;
    thread::spawn(move || {
        while !answers(port) {
            thread::sleep(Duration::from_millis(100));
        }
        println!("\nFailover Lab is at http://127.0.0.1:{port}/  (Ctrl-C ends it)\n");
    });
    let status = server.wait()?;
    ensure!(status.success(), "Trunk ended ({status})");
    Ok(())
}

fn answers(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

fn trunk(task: &str, release: bool) -> Command {
    let mut trunk = command("trunk");
    trunk.env("TRUNK_SKIP_VERSION_CHECK", "true");
    trunk.args([task, if release { "--release=true" } else { "--release=false" }]);
    trunk
}
