//! Paths and processes.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// The repository's top folder.
#[must_use]
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("crates/xtask lies two folders deep").to_owned()
}

/// Where installed tools live.
#[must_use]
pub fn tools_dir() -> PathBuf {
    root().join("target/tools")
}

/// A command that runs at the top of the repository and finds our tools before any others.
#[must_use]
pub fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root()).env("PATH", path());
    // Set by cargo for this program; the crates built from here are others.
    for name in ["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "CARGO_PKG_NAME"] {
        command.env_remove(name);
    }
    command
}

/// A cargo command.
#[must_use]
pub fn cargo(args: &[&str]) -> Command {
    let mut command = command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args);
    command
}

/// Runs it and says what went wrong if something did.
///
/// # Errors
/// When it does not start or does not succeed.
pub fn run(command: &mut Command) -> Result<()> {
    let line = line(command);
    let status = command.status().with_context(|| format!("can not start `{line}`"))?;
    ensure!(status.success(), "`{line}` failed ({status})");
    Ok(())
}

/// Its standard output, none when it does not start or fails.
#[must_use]
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The command as one would type it.
#[must_use]
pub fn line(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Where a program lies, our own tools first.
#[must_use]
pub fn find(program: &str) -> Option<PathBuf> {
    let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path()).map(|folder| folder.join(&name)).find(|path| path.is_file())
}

/// `PATH` with our tools first, and the stand-in for wasm-opt behind everything else.
fn path() -> OsString {
    let tools = tools_dir();
    let mut folders = vec![tools.join("bin"), tools.join("npm/node_modules/.bin")];
    folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    folders.push(tools.join("stand-in"));
    std::env::join_paths(folders).expect("folders of a search path can be joined again")
}

/// Tells what is going on, apart from the output of the tools themselves.
pub fn say(text: &str) {
    eprintln!("xtask: {text}");
}
