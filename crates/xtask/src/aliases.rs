//! The tools that this program is under another name.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};

/// The names under which `target/tools/bin` holds this program.
pub const NAMES: [&str; 2] = ["wasm-bindgen", "wasm-bindgen-test-runner"];

/// What stands in for wasm-opt where there is none.
pub const STAND_IN: &str = "wasm-opt";

/// When this program was started under the name of a tool, does that tool's work.
pub fn run_as() -> Option<ExitCode> {
    let args: Vec<OsString> = std::env::args_os().collect();
    let name = Path::new(args.first()?).file_stem()?.to_str()?.to_owned();
    let result = match name.as_str() {
        "wasm-bindgen" => wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(args),
        "wasm-bindgen-test-runner" => {
            wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(args)
        }
        STAND_IN => copy_instead_of_optimising(&args),
        _ => return None,
    };
    Some(match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{name}: {error:#}");
            ExitCode::FAILURE
        }
    })
}

/// Trunk insists on a wasm-opt in release builds. Without one the site is larger, not broken.
fn copy_instead_of_optimising(args: &[OsString]) -> Result<()> {
    if args.iter().any(|arg| arg == "--version") {
        println!("wasm-opt version 0 (stand-in: copies)");
        return Ok(());
    }
    let (mut input, mut output) = (None, None);
    let mut rest = args.iter().skip(1);
    while let Some(arg) = rest.next() {
        let text = arg.to_string_lossy();
        if let Some(path) = text.strip_prefix("--output=") {
            output = Some(PathBuf::from(path));
        } else if text == "-o" || text == "--output" {
            output = rest.next().map(PathBuf::from);
        } else if !text.starts_with('-') {
            input = Some(PathBuf::from(arg));
        }
    }
    let (input, output) = input.zip(output).context("no input or no output file is named")?;
    std::fs::copy(&input, &output).with_context(|| format!("copying {}", input.display()))?;
    Ok(())
}
