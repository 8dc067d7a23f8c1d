//! Seals a built page: its policy allows no inline script, and Trunk writes one. The hook in
//! Trunk.toml moves it to a file of its own, joins the styles, and lists the files for the service worker.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::{offline, styles};

const OPEN: &str = "<script type=\"module\">";
const CLOSE: &str = "</script>";
/// Set while a page is served to those who work on it: browsers must not keep a copy of it.
pub const NO_COPY: &str = "FAILOVER_LAB_NO_COPY";

/// Seals the page that Trunk is about to deliver.
///
/// # Errors
/// Outside of Trunk's hook, or when a file can not be read or written.
pub fn page() -> Result<()> {
    let folder = std::env::var_os("TRUNK_STAGING_DIR").context("only Trunk calls `seal`")?;
    let folder = PathBuf::from(folder);
    let place = folder.join("index.html");
    let html = fs::read_to_string(&place).context("can not read the built index.html")?;
    let html = styles::join(&html, &folder)?;
    let (html, scripts) = move_out(&html);
    for (name, text) in scripts {
        fs::write(folder.join(name), text)?;
    }
    if std::env::var_os(NO_COPY).is_some() {
        fs::remove_file(folder.join(offline::WORKER))?;
        fs::write(place, html)?;
        return Ok(());
    }
    fs::write(place, offline::announce(&html))?;
    offline::list(&folder)
}

/// The page without inline module scripts, and the files that they became.
fn move_out(html: &str) -> (String, Vec<(String, String)>) {
    let mut sealed = String::new();
    let mut scripts = Vec::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let Some((script, after)) = after.split_once(CLOSE) else { break };
        let name = format!("start{}{}.js", scripts.len(), hash_in(script));
        sealed += &format!("{before}<script type=\"module\" src=\"./{name}\">{CLOSE}");
        scripts.push((name, script.to_owned()));
        rest = after;
    }
    (sealed + rest, scripts)
}

/// The hash in the name of the program that a script starts, so that a browser never starts an
/// old program with a new page.
fn hash_in(script: &str) -> &str {
    let from = script.find("./").map_or(0, |at| at + 2);
    let name = &script[from..script.find(".js").unwrap_or(from).max(from)];
    name.find('-').map_or("", |at| &name[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inline_script_moves_to_a_file_that_carries_the_programs_hash() {
        let html =
            "<head><script type=\"module\">import init from './web-12ab.js';</script></head>";
        let (html, scripts) = move_out(html);
        let tag = "<head><script type=\"module\" src=\"./start0-12ab.js\"></script></head>";
        assert_eq!(html, tag);
        assert_eq!(scripts.len(), 1);
        assert_eq!(scripts[0].1, "import init from './web-12ab.js';");
    }

    #[test]
    fn a_page_without_inline_scripts_stays_as_it_is() {
        let html = "<script src=\"./first.js\"></script>";
        assert_eq!(move_out(html), (html.to_owned(), Vec::new()));
    }
}
