//! The copy of the site that browsers keep: which files belong to it, and its version, which follows
//! from their content.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// The service worker.
pub const WORKER: &str = "sw.js";
const VERSION: &str = "%VERSION%";
const FILES: &str = "/* %FILES% */";

/// Tells the page where the service worker lies.
pub fn announce(html: &str) -> String {
    html.replacen("</head>", "<meta name=\"offline\" content=\"./sw.js\" /></head>", 1)
}

/// Writes into the service worker which files it keeps, and the name of this version of them.
///
/// # Errors
/// When a file can not be read or written.
pub fn list(folder: &Path) -> Result<()> {
    let mut names = Vec::new();
    collect(folder, folder, &mut names)?;
    // Icons are kept by whoever installs the page.
    names.retain(|name| name != WORKER && !name.ends_with(".png"));
    names.sort();
    let mut hash = Fnv::default();
    for name in &names {
        hash.add(name.as_bytes());
        hash.add(&fs::read(folder.join(name))?);
    }
    let place = folder.join(WORKER);
    let script = fs::read_to_string(&place).context("can not read the service worker")?;
    hash.add(script.as_bytes());
    fs::write(place, fill(&script, &names, hash.value())?)?;
    Ok(())
}

fn fill(script: &str, names: &[String], hash: u64) -> Result<String> {
    ensure!(script.contains(VERSION) && script.contains(FILES), "no places in {WORKER}");
    let files: Vec<String> = names.iter().map(|name| format!("\"./{name}\"")).collect();
    let script = script.replacen(VERSION, &format!("{hash:016x}"), 1);
    Ok(script.replacen(FILES, &files.join(", "), 1))
}

fn collect(top: &Path, folder: &Path, names: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path: PathBuf = entry?.path();
        if path.is_dir() {
            collect(top, &path, names)?;
        } else {
            let name = path.strip_prefix(top)?.to_string_lossy().replace('\\', "/");
            names.push(name);
        }
    }
    Ok(())
}

/// FNV-1a: enough to tell builds apart.
pub struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    /// Takes bytes in.
    pub fn add(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// The hash of what was taken in.
    pub const fn value(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_worker_names_its_files_and_its_version() {
        let names = ["a.js".to_owned(), "b/c.css".to_owned()];
        let script = "const VERSION = \"%VERSION%\"; const FILES = [/* %FILES% */];";
        let filled = fill(script, &names, 10).expect("both places are there");
        let expected = "const VERSION = \"000000000000000a\"; \
                        const FILES = [\"./a.js\", \"./b/c.css\"];";
        assert_eq!(filled, expected);
        assert!(fill("", &names, 10).is_err());
    }

    #[test]
    fn another_content_is_another_version() {
        let hash = |bytes: &[u8]| {
            let mut hash = Fnv::default();
            hash.add(bytes);
            hash.0
        };
        assert_ne!(hash(b"a"), hash(b"b"));
    }
}
