//! The page's styles, written as a file a topic and delivered as one: together they are packed better,
//! and a browser asks once.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::offline::Fnv;

const OPEN: &str = "<link rel=\"stylesheet\" href=\"./";
const CLOSE: &str = "\"/>";

/// Joins the styles that the page names into one file, in their order; the page then names that.
///
/// # Errors
/// When a file can not be read or written.
pub fn join(html: &str, folder: &Path) -> Result<String> {
    let (html, names) = take_out(html);
    let mut joined = String::new();
    for name in names {
        let place = folder.join(&name);
        joined += &fs::read_to_string(&place).with_context(|| format!("can not read {name}"))?;
        fs::remove_file(place)?;
    }
    if joined.is_empty() {
        return Ok(html);
    }
    let mut hash = Fnv::default();
    hash.add(joined.as_bytes());
    let name = format!("style-{:016x}.css", hash.value());
    fs::write(folder.join(&name), joined)?;
    Ok(html.replacen("</head>", &format!("{OPEN}{name}{CLOSE}</head>"), 1))
}

/// The page without links to styles, and the files that they name.
fn take_out(html: &str) -> (String, Vec<String>) {
    let mut without = String::new();
    let mut names = Vec::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let Some((name, after)) = after.split_once(CLOSE) else { break };
        without += before;
        names.push(name.to_owned());
        rest = after;
    }
    (without + rest, names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_become_one_file_in_the_order_of_their_links() {
        let folder = std::env::temp_dir().join(format!("styles-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder can be made");
        fs::write(folder.join("b.css"), "b{}\n").expect("it can be written");
        fs::write(folder.join("a.css"), "a{}\n").expect("it can be written");
        let html = "<head><link rel=\"stylesheet\" href=\"./b.css\"/>\n\
                    <link rel=\"stylesheet\" href=\"./a.css\"/></head>";
        let joined = join(html, &folder).expect("both files are there");
        let (without, names) = take_out(&joined);
        assert_eq!(without, "<head>\n</head>");
        let text = fs::read_to_string(folder.join(&names[0])).expect("the file is there");
        assert_eq!(text, "b{}\na{}\n");
        assert_eq!((names.len(), folder.join("a.css").exists()), (1, false));
        assert!(join(html, &folder).is_err());
        fs::remove_dir_all(folder).expect("it can be removed");
    }
}
