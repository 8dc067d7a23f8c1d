//! The fuzz targets as programs of libFuzzer. `cargo fuzz` builds and runs them.

use std::fs;
use std::path::Path;

/// Puts the good inputs of a target where cargo-fuzz keeps the inputs that it found.
///
/// # Panics
/// When they can not be written.
pub fn write_seeds(target: &fuzz::Target) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target.name);
    fs::create_dir_all(&folder).expect("the corpus has a folder");
    for (number, seed) in (target.seeds)().iter().enumerate() {
        fs::write(folder.join(format!("seed-{number}")), seed).expect("a seed can be written");
    }
}
