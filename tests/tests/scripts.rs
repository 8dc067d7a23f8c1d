//! Every script under `tests/scripts` holds in the simulated world. That it holds in the real one
//! too is what `cargo xtask parity` shows: `docs/fidelity.md`.

use std::fs;
use std::path::{Path, PathBuf};

use lab::play::{Played, play};
use lab::session::{Session, Told};
use scenario::{Scenario, script};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts")
}

fn scripts() -> Vec<PathBuf> {
    let files = fs::read_dir(folder()).expect("the scripts").map(|it| it.expect("a file").path());
    let mut scripts: Vec<_> =
        files.filter(|it| it.extension().is_some_and(|it| it == "script")).collect();
    scripts.sort();
    scripts
}

fn played(script_text: &str, seed: Option<u64>) -> (Played, String) {
    let name = script::scenario_of(script_text).expect("a %scenario line");
    let text = fs::read_to_string(folder().join(name)).expect("its scenario");
    let scenario = Scenario::parse(&text).expect("a scenario");
    let mut nowhere = std::io::sink();
    let seed = seed.unwrap_or(scenario.seed);
    let mut session =
        Session::open(&scenario, seed, &mut nowhere, Told::default()).expect("it opens");
    let mut transcript = Vec::new();
    let played = play(script_text, &mut session, &mut transcript).expect("it can be played");
    session.close().expect("it ends");
    (played, String::from_utf8(transcript).expect("text"))
}

#[test]
fn every_script_holds_in_the_simulated_world() {
    let scripts = scripts();
    let mut broken = String::new();
    for file in &scripts {
        let text = fs::read_to_string(file).expect("a script");
        for seed in [None, Some(2)] {
            let (played, transcript) = played(&text, seed);
            if let Some((number, why)) = played.failed {
                let end = transcript.len().saturating_sub(1500);
                let end = transcript.ceil_char_boundary(end);
                let tail = &transcript[end..];
                broken += &format!(
                    "{}, line {number}, seed {seed:?}: {why}\n...{tail}\n",
                    file.display()
                );
            }
        }
    }
    assert!(broken.is_empty(), "{broken}");
    assert!(scripts.len() >= 5, "{} scripts", scripts.len());
}

#[test]
fn every_script_expects_something_and_says_what_it_is_about() {
    for file in scripts() {
        let text = fs::read_to_string(&file).expect("a script");
        assert!(text.starts_with("# "), "{} has no title", file.display());
        let expectations = text.lines().filter(|line| line.starts_with('>')).count();
        assert!(expectations >= 3, "{} expects {expectations} things", file.display());
    }
}
