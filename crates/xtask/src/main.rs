//! The project's commands: `cargo xtask serve | test | dist | bench | parity | shots`.
//!
//! Everything that they need is found, or installed under `target/tools` at the first run. The
//! same program is also `wasm-bindgen` and `wasm-bindgen-test-runner`, for Trunk and for cargo:
//! it looks at the name under which it was started.

mod aliases;
mod args;
mod browsers;
mod measure;
mod offline;
mod parity;
mod run;
mod seal;
mod site;
mod styles;
mod test;
mod tools;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask COMMAND

  serve [--port N] [--dev]   build the page, serve it and print its URL
                             (--dev: quicker to build, slower to run, rebuilt at each change)
  test [PART...]             run every check, or only the named parts, and sum them up
                             (firefox-whole: all browser tests in Firefox, only when named)
  dist                       leave the static site in dist/, servable from any sub-path
  bench                      print cost beside redis-server, speed, start-up time and page weight
  parity                     play every script beside real servers, write docs/fidelity.md
  shots [FOLDER]             save screenshots of a failover (default: target/shots)
  shots FOLDER views [LIKE]  save one of every view in every size, theme and language, and say
                             what is cut off or overlaps; LIKE: as in phone-dark-ko
  tools                      only find or install what the others need";

fn main() -> ExitCode {
    if let Some(code) = aliases::run_as() {
        return code;
    }
    let command = match args::parse(std::env::args().skip(1)) {
        Ok(command) => command,
        Err(complaint) => {
            eprintln!("xtask: {complaint}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let result = match command {
        args::Command::Help => {
            println!("{USAGE}");
            Ok(true)
        }
        args::Command::Serve { port, dev } => site::serve(port, dev).map(|()| true),
        args::Command::Test { parts } => test::run(&parts),
        args::Command::Dist => site::dist().map(|()| true),
        args::Command::Bench => measure::bench().map(|()| true),
        args::Command::Parity => parity::run(),
        args::Command::Shots { folder, what } => measure::shots(&folder, &what).map(|()| true),
        args::Command::Seal => seal::page().map(|()| true),
        args::Command::Tools => tools::all().map(|()| true),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
