//! Contact sheets: many screenshots in one picture.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use failover_tests::browser::{Page, Result};

/// A sheet's width and the least height, pixels.
const WIDTH: u32 = 1700;

/// Puts pictures side by side under their names, so many in a row.
pub fn make(folder: &Path, name: &str, pictures: &[String], columns: usize) -> Result<()> {
    let mut page = format!(
        "<!doctype html><style>body {{ margin: 8px; font: 15px sans-serif; background: #bbb; display: grid; gap: 8px; grid-template-columns: repeat({columns}, 1fr); align-items: start }} img {{ display: block; width: 100% }} figure {{ margin: 0 }}</style>"
    );
    for it in pictures {
        let _ = write!(page, "<figure>{it}<img src='{it}.png'></figure>");
    }
    let file = folder.join(format!("{name}.html"));
    fs::write(&file, page).map_err(|why| why.to_string())?;
    let sheet = Page::launch(WIDTH, 800)?;
    let file = fs::canonicalize(&file).map_err(|why| why.to_string())?;
    sheet.go(&format!("file://{}", file.display()))?;
    let loaded =
        "[...document.images].every(it => it.complete) && document.documentElement.scrollHeight";
    let height = sheet.wait(loaded, std::time::Duration::from_secs(20))?;
    sheet.resize(WIDTH, height.as_u64().unwrap_or(800) as u32)?;
    sheet.screenshot(&folder.join(format!("{name}.png")))
}
