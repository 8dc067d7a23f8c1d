//! A fingerprint of everything that decides what a history comes to: the sources of the bus, the
//! engine, the simulation and the scenarios. Links carry it, so that one that was made with other
//! sources can be told.

use std::path::{Path, PathBuf};
use std::{env, fs};

const CRATES: [&str; 4] = ["bus", "engine", "sim", "scenario"];

fn main() {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let crates = here.parent().expect("crates lie in a folder");
    let mut files = Vec::new();
    for name in CRATES {
        collect(&crates.join(name).join("src"), &mut files);
    }
    collect(&here.join("scenarios"), &mut files);
    files.sort();
    let mut hash = 0xcbf2_9ce4_8422_2325;
    for file in files {
        let name = file.strip_prefix(crates).expect("it was found there").to_string_lossy();
        mix(&mut hash, name.replace('\\', "/").as_bytes());
        mix(&mut hash, &fs::read(&file).expect("a source file can be read"));
    }
    println!("cargo::rustc-env=ENGINE_FINGERPRINT={:08x}", hash as u32 ^ (hash >> 32) as u32);
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder).expect("a source folder can be read") {
        let path = entry.expect("a source folder can be read").path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}

/// FNV-1a
fn mix(hash: &mut u64, bytes: &[u8]) {
    for byte in bytes {
        *hash = (*hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
}
