//! Commands that count their keys in an argument: where the keys stand, and what follows them.

use alloc::vec::Vec;

use crate::command::Call;
use crate::resp::number::parse_i64;
use crate::resp::reply::Reply;

/// The keys that the argument at `count_at` counts, and the index of the first argument after them.
///
/// # Errors
/// As LMPOP and its like have them: `numkeys should be greater than 0`, or a syntax error when
/// there are fewer arguments.
pub(super) fn keys<'a>(call: &Call<'a>, count_at: usize) -> Result<(&'a [Vec<u8>], usize), Reply> {
    let too_few = || Reply::error("ERR numkeys should be greater than 0");
    let count = parse_i64(&call.argv[count_at]).filter(|&count| count > 0).ok_or_else(too_few)?;
    after(call, count_at, count)
}

/// `count` keys behind the argument at `count_at`.
pub(super) fn after<'a>(
    call: &Call<'a>,
    count_at: usize,
    count: i64,
) -> Result<(&'a [Vec<u8>], usize), Reply> {
    let first = count_at + 1;
    let end = usize::try_from(count).ok().and_then(|count| first.checked_add(count));
    let end = end.filter(|&end| end <= call.argv.len()).ok_or_else(Reply::syntax_error)?;
    Ok((&call.argv[first..end], end))
}

/// `[COUNT count]`, the last words of LMPOP and ZMPOP; 1 when nothing is said.
fn pops(call: &Call<'_>, at: usize) -> Result<usize, Reply> {
    if at == call.argv.len() {
        return Ok(1);
    }
    if at + 2 != call.argv.len() || !call.is(at, "count") {
        return Err(Reply::syntax_error());
    }
    let count = parse_i64(&call.argv[at + 1]).and_then(|count| usize::try_from(count).ok());
    count
        .filter(|&count| count > 0)
        .ok_or_else(|| Reply::error("ERR count should be greater than 0"))
}

/// `numkeys key [key ...] END [COUNT count]`, from the argument `at` on: the keys, the end that `end`
/// reads, and the count.
pub(super) fn keys_to_pop<'a, E>(
    call: &Call<'a>,
    at: usize,
    end: impl Fn(&Call<'a>, usize) -> Result<E, Reply>,
) -> Result<(&'a [Vec<u8>], E, u64), Reply> {
    let (keys, at) = keys(call, at)?;
    let from = end(call, at)?;
    let count = pops(call, at + 1)? as u64;
    Ok((keys, from, count))
}

/// `[LIMIT limit]`, the last words of SINTERCARD and ZINTERCARD; no limit is 0.
pub(super) fn limit(call: &Call<'_>, at: usize) -> Result<usize, Reply> {
    if at == call.argv.len() {
        return Ok(usize::MAX);
    }
    if at + 2 != call.argv.len() || !call.is(at, "limit") {
        return Err(Reply::syntax_error());
    }
    let limit = parse_i64(&call.argv[at + 1]).and_then(|limit| usize::try_from(limit).ok());
    let limit = limit.ok_or_else(|| Reply::error("ERR LIMIT can't be negative"))?;
    Ok(if limit == 0 { usize::MAX } else { limit })
}
