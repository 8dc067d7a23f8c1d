//! What hashes, sets and sorted sets share: elements drawn by lot, and scans of one value.

use alloc::vec;
use alloc::vec::Vec;

use super::scan::{self, Options};
use crate::command::Call;
use crate::keyspace::glob;
use crate::node::Node;
use crate::resp::number::parse_i64;
use crate::resp::reply::Reply;

/// Whether the option after a count is there.
///
/// # Errors
/// A syntax error when there is another, or more.
pub(in crate::command) fn with_option(call: &Call<'_>, name: &str) -> Result<bool, Reply> {
    match call.argv.len() {
        ..=3 => Ok(false),
        4 if call.is(3, name) => Ok(true),
        _ => Err(Reply::syntax_error()),
    }
}

/// The count of elements to draw, argument 2.
///
/// # Errors
/// When it is no integer, or so large that the reply's length has no name.
pub(in crate::command) fn draw_count(call: &Call<'_>, pairs: bool) -> Result<i64, Reply> {
    let count = parse_i64(&call.argv[2]).ok_or_else(Reply::not_an_integer)?;
    let most = if pairs { i64::MAX / 2 } else { i64::MAX };
    if (-most..=most).contains(&count) {
        Ok(count)
    } else {
        Err(Reply::error("ERR value is out of range"))
    }
}

/// Draws distinct elements; a negative count draws that many, each from all.
pub(in crate::command) fn draw<T: Clone>(node: &mut Node, items: &[T], count: i64) -> Vec<T> {
    if items.is_empty() {
        return Vec::new();
    }
    if count < 0 {
        let lot = |_| items[node.rng.below(items.len() as u64) as usize].clone();
        return (0..count.unsigned_abs()).map(lot).collect();
    }
    let count = (count as usize).min(items.len());
    let mut places: Vec<usize> = (0..items.len()).collect();
    for at in 0..count {
        let other = at + node.rng.below((places.len() - at) as u64) as usize;
        places.swap(at, other);
    }
    places[..count].iter().map(|&at| items[at].clone()).collect()
}

/// Which elements a scan is to tell.
pub(in crate::command) struct Filter<'a>(Options<'a>);

impl Filter<'_> {
    /// Whether the element, a bulk string, is wanted.
    pub(in crate::command) fn fits(&self, element: &Reply) -> bool {
        let Reply::Bulk(bytes) = element else { return true };
        self.0.pattern.is_none_or(|pattern| glob::matches(pattern, bytes, false))
    }
}

/// The cursor and the options of HSCAN and its kin. A scan tells all at once: Redis may do so.
///
/// # Errors
/// Those of SCAN.
pub(in crate::command) fn scan_filter<'a>(call: &Call<'a>) -> Result<Filter<'a>, Reply> {
    scan::cursor(&call.argv[2])?;
    scan::options(call, 3).map(Filter)
}

/// What a scan of a whole value answers.
pub(in crate::command) fn scanned(elements: Vec<Reply>) -> Reply {
    Reply::Array(vec![Reply::bulk("0"), Reply::Array(elements)])
}
