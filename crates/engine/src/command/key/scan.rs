//! SCAN. A cursor is the slot to go on with: keys that stay are seen exactly once.

use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;

use crate::command::Call;
use crate::keyspace::glob;
use crate::node::Node;
use crate::resp::number::parse_i64;
use crate::resp::reply::Reply;

/// The options of SCAN.
pub(super) struct Options<'a> {
    /// `MATCH`
    pub pattern: Option<&'a [u8]>,
    count: usize,
    kind: Option<&'a [u8]>,
}

pub(super) fn scan(node: &mut Node, call: &Call<'_>) -> Reply {
    let asked = cursor(&call.argv[1]).and_then(|cursor| Ok((cursor, options(call, 2)?)));
    match asked {
        Ok((cursor, options)) => scan_from(node, cursor, &options),
        Err(refusal) => refusal,
    }
}

/// A cursor.
///
/// # Errors
/// `ERR invalid cursor`
pub(super) fn cursor(text: &[u8]) -> Result<u64, Reply> {
    let cursor = core::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
    cursor.ok_or_else(|| Reply::error("ERR invalid cursor"))
}

/// The options from argument `first` on; TYPE is one of SCAN alone.
///
/// # Errors
/// As Redis words them.
pub(super) fn options<'a>(call: &Call<'a>, first: usize) -> Result<Options<'a>, Reply> {
    let mut options = Options { pattern: None, count: 10, kind: None };
    for at in (first..call.argv.len()).step_by(2) {
        let value = call.argv.get(at + 1).ok_or_else(Reply::syntax_error)?;
        if call.is(at, "count") {
            let count = parse_i64(value).ok_or_else(Reply::not_an_integer)?;
            options.count =
                usize::try_from(count).ok().filter(|&it| it > 0).ok_or_else(Reply::syntax_error)?;
        } else if call.is(at, "match") {
            options.pattern = Some(value);
        } else if first == 2 && call.is(at, "type") {
            options.kind = Some(value);
        } else {
            return Err(Reply::syntax_error());
        }
    }
    Ok(options)
}

fn scan_from(node: &mut Node, cursor: u64, options: &Options<'_>) -> Reply {
    let mut found: Vec<Vec<u8>> = Vec::new();
    let mut next = u16::try_from(cursor).ok().and_then(|from| node.db.used_slot(from));
    while let Some(slot) = next
        && found.len() < options.count
    {
        found.extend(node.db.iter_slot(slot).map(|(key, _)| key.to_vec()));
        next = node.db.used_slot(slot + 1);
    }
    let wanted = |key: &Vec<u8>| {
        options.pattern.is_none_or(|pattern| glob::matches(pattern, key, false))
            && options.kind.is_none_or(|kind| {
                let name = node.db.get(key).map_or("", |entry| entry.value.type_name());
                kind.eq_ignore_ascii_case(name.as_bytes())
            })
    };
    found.retain(wanted);
    let alive: Vec<Reply> =
        found.into_iter().filter(|key| !node.expire_if_needed(key)).map(Reply::Bulk).collect();
    let cursor = next.map_or(0, u64::from).to_string();
    Reply::Array(vec![Reply::bulk(cursor), Reply::Array(alive)])
}
