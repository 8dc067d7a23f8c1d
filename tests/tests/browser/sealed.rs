//! The built site is what any static host can serve: relative, without inline code, with a strict
//! policy and a list of its files.

use std::fs;
use std::path::Path;

use failover_tests::browser::{Result, dist};

fn read(name: &str) -> Result<String> {
    fs::read_to_string(dist().join(name)).map_err(|why| format!("{name}: {why}"))
}

#[test]
fn policy_allows_no_inline_code_and_no_eval() -> Result<()> {
    let html = read("index.html")?;
    let policy = html.split("Content-Security-Policy").nth(1).ok_or("there is no policy")?;
    let policy = policy.split("content=\"").nth(1).and_then(|it| it.split('"').next());
    let policy = policy.ok_or("the policy is empty")?;
    assert!(policy.contains("default-src 'self'"), "{policy}");
    let scripts = policy.split(';').find(|it| it.trim().starts_with("script-src"));
    assert_eq!(scripts.map(str::trim), Some("script-src 'self' 'wasm-unsafe-eval'"));
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
    for script in html.split("<script").skip(1) {
        let tag = script.split('>').next().unwrap_or_default();
        assert!(tag.contains("src="), "inline: <script{script}");
    }
    for inline in ["<style", " style=", " onclick=", " onload=", "javascript:"] {
        assert!(!html.contains(inline), "{inline} in index.html");
    }
    Ok(())
}

#[test]
fn everything_is_named_relative_to_the_page() -> Result<()> {
    for name in ["index.html", "app.webmanifest", "sw.js"] {
        let text = read(name)?;
        for absolute in ["=\"/", ": \"/", "http://", "https://"] {
            assert!(!text.contains(absolute), "{absolute} in {name}");
        }
    }
    Ok(())
}

/// The files of a folder and of those in it, relative to the first.
fn find(folder: &Path, before: &str, found: &mut Vec<String>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{before}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            find(&entry.path(), &format!("{name}/"), found)?;
        } else {
            found.push(name);
        }
    }
    Ok(())
}

#[test]
fn service_worker_keeps_every_file_that_there_is() -> Result<()> {
    let script = read("sw.js")?;
    let files = script.split("const FILES = [").nth(1).and_then(|it| it.split(']').next());
    let mut files: Vec<String> = files
        .ok_or("no list")?
        .split(", ")
        .map(|it| it.trim_matches(['"', '.', '/']).to_owned())
        .collect();
    files.sort();
    let mut there = Vec::new();
    find(&dist(), "", &mut there).map_err(|why| why.to_string())?;
    there.retain(|name| name != "sw.js" && !name.ends_with(".png"));
    there.sort();
    assert_eq!(files, there);
    Ok(())
}
