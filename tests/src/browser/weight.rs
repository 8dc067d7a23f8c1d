//! What a visit downloads.

use std::collections::BTreeSet;
use std::fs;

use super::{LabPage, Result, dist};

/// A file of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weighed {
    /// Its name.
    pub name: String,
    /// Bytes.
    pub bytes: usize,
    /// Bytes as a host sends them that packs with brotli, quality 9.
    pub packed: usize,
}

/// What a visit downloads.
#[derive(Debug)]
pub struct Weight {
    /// What the page asked for so far.
    pub loaded: Vec<Weighed>,
    /// What the service worker fetches beyond that, so that the page opens without a network.
    pub kept: Vec<Weighed>,
}

impl Weight {
    /// Weighs what a page asked for.
    ///
    /// # Errors
    /// When a file of the site can not be read.
    pub fn of(lab: &LabPage) -> Result<Self> {
        let urls = lab.page.requests();
        let paths = urls.iter().map(|url| url.split(['?', '#']).next().unwrap_or_default());
        let names = paths.filter_map(|path| path.split("/some/sub/path/").nth(1));
        let name = |it: &str| if it.is_empty() { "index.html" } else { it }.to_owned();
        let loaded: BTreeSet<String> = names.map(name).collect();
        let script = fs::read_to_string(dist().join("sw.js")).map_err(|why| why.to_string())?;
        let kept = script.split('"').filter_map(|it| it.strip_prefix("./")).map(str::to_owned);
        let kept: BTreeSet<String> = kept.collect();
        Ok(Self {
            loaded: loaded.iter().map(|it| weighed(it)).collect::<Result<_>>()?,
            kept: kept.difference(&loaded).map(|it| weighed(it)).collect::<Result<_>>()?,
        })
    }
}

/// Kilobytes of files as they travel.
#[must_use]
pub fn kilobytes(files: &[Weighed]) -> f64 {
    files.iter().map(|it| it.packed).sum::<usize>() as f64 / 1000.0
}

fn weighed(name: &str) -> Result<Weighed> {
    let bytes = fs::read(dist().join(name)).map_err(|why| format!("{name}: {why}"))?;
    let mut packed = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 9, ..Default::default() };
    brotli::BrotliCompress(&mut &bytes[..], &mut packed, &params).map_err(|it| it.to_string())?;
    Ok(Weighed { name: name.to_owned(), bytes: bytes.len(), packed: packed.len() })
}
