//! The arrows between the crates run one way: what ARCHITECTURE.md promises about dependencies.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// Every crate of the workspace with the crates of the workspace that it may name.
const ALLOWED: &[(&str, &[&str])] = &[
    ("bus", &[]),
    ("engine", &["bus"]),
    ("sim", &["bus", "engine"]),
    ("capture", &["bus", "engine", "sim"]),
    ("scenario", &["bus", "engine", "sim"]),
    ("workshop", &["bus", "engine", "sim", "scenario"]),
    ("bridge", &[]),
    ("worker", &["bus", "bridge", "capture", "engine", "sim", "scenario", "workshop"]),
    ("lab", &["bus", "capture", "engine", "sim", "scenario", "workshop"]),
    ("web", &["bridge"]),
];

/// Direct dependencies by package of the workspace, dev-dependencies left out.
fn direct_dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--locked", "--offline"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    packages.iter().map(|package| (text(&package["name"]), named_by(package))).collect()
}

fn named_by(package: &Value) -> BTreeSet<String> {
    let dependencies = package["dependencies"].as_array().expect("dependencies");
    dependencies.iter().filter(|d| d["kind"].is_null()).map(|d| text(&d["name"])).collect()
}

fn text(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}

#[test]
fn each_crate_names_only_the_crates_below_it() {
    let direct = direct_dependencies();
    let ours: BTreeSet<&str> = ALLOWED.iter().map(|&(name, _)| name).collect();
    for &(name, allowed) in ALLOWED {
        let named = direct.get(name).unwrap_or_else(|| panic!("no crate {name}"));
        for dependency in named.iter().filter(|d| ours.contains(d.as_str())) {
            assert!(allowed.contains(&dependency.as_str()), "{name} must not name {dependency}");
        }
    }
}

#[test]
fn the_core_has_no_clock_no_entropy_and_no_threads_to_name() {
    let direct = direct_dependencies();
    for (name, root) in [("bus", "crates/bus"), ("engine", "crates/engine")] {
        let foreign: Vec<_> =
            direct[name].iter().filter(|d| *d != "bus" && *d != "borsh").collect();
        assert!(foreign.is_empty(), "{name} depends on {foreign:?}");
        let lib = format!("{}/../{root}/src/lib.rs", env!("CARGO_MANIFEST_DIR"));
        let source = std::fs::read_to_string(&lib).expect("lib.rs is there");
        assert!(source.contains("#![no_std]"), "{name} must be no_std");
    }
}
