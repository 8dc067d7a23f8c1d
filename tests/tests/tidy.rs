//! Rules of style that a machine can check.

use std::fs;
use std::path::{Path, PathBuf};

/// Lines a source file may have. Files aim at half of it.
const FILE_LINES_MAX: usize = 600;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every file below the top level that is ours: no build output, no tools.
fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("folders can be read") {
            let path = entry.expect("entries can be read").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                if !["target", "dist", ".git", "node_modules"].contains(&name.as_str()) {
                    open.push(path);
                }
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn extension(path: &Path) -> &str {
    path.extension().and_then(|e| e.to_str()).unwrap_or("")
}

#[test]
fn files_can_be_read_in_one_sitting() {
    let mut long = Vec::new();
    for path in sources().iter().filter(|p| extension(p) == "rs") {
        let lines = fs::read_to_string(path).expect("sources are UTF-8").lines().count();
        if lines > FILE_LINES_MAX {
            long.push(format!("{}: {lines} lines", path.display()));
        }
    }
    assert!(long.is_empty(), "more than {FILE_LINES_MAX} lines:\n{}", long.join("\n"));
}

#[test]
fn nothing_is_left_half_done() {
    // Spelled in two parts, so that this file does not find itself.
    let marks =
        ["todo".to_owned() + "!(", "unimplemented".to_owned() + "!(", "FIX".to_owned() + "ME"];
    let mut left = Vec::new();
    for path in sources().iter().filter(|p| extension(p) == "rs") {
        let source = fs::read_to_string(path).expect("sources are UTF-8");
        for (number, line) in source.lines().enumerate() {
            if marks.iter().any(|mark| line.contains(mark)) {
                left.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    assert!(left.is_empty(), "{}", left.join("\n"));
}
