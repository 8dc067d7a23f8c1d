//! Parts of strings: APPEND, STRLEN, GETRANGE, SETRANGE.

use alloc::vec::Vec;

use crate::command::Call;
use crate::node::Node;
use crate::resp::number::parse_i64;
use crate::resp::reply::Reply;

/// The longest string, in bytes (`proto-max-bulk-len`).
const MAX_LEN: usize = 512 * 1024 * 1024;

fn too_long() -> Reply {
    Reply::error("ERR string exceeds maximum allowed size (proto-max-bulk-len)")
}

pub(super) fn append(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let (key, tail) = (&call.argv[1], &call.argv[2]);
    let mut value = node.peek_string(key)?.cloned().unwrap_or_default();
    if value.len() + tail.len() > MAX_LEN {
        return Err(too_long());
    }
    value.extend_from_slice(tail);
    let len = value.len();
    node.write_value(key, value);
    Ok(Reply::Int(len as i64))
}

pub(super) fn strlen(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    Ok(Reply::Int(node.read_string(&call.argv[1])?.map_or(0, Vec::len) as i64))
}

pub(super) fn getrange(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let (Some(from), Some(to)) = (parse_i64(&call.argv[2]), parse_i64(&call.argv[3])) else {
        return Err(Reply::not_an_integer());
    };
    let value = node.read_string(&call.argv[1])?.map_or(&[][..], Vec::as_slice);
    if from < 0 && to < 0 && from > to {
        return Ok(Reply::Bulk(Vec::new()));
    }
    let len = value.len() as i64;
    let place = |at: i64| if at < 0 { at.saturating_add(len).max(0) } else { at };
    let (from, to) = (place(from), place(to).min(len - 1));
    let part = if from > to { &[][..] } else { &value[from as usize..=to as usize] };
    Ok(Reply::Bulk(part.to_vec()))
}

pub(super) fn setrange(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let (key, part) = (&call.argv[1], &call.argv[3]);
    let Some(offset) = parse_i64(&call.argv[2]) else { return Err(Reply::not_an_integer()) };
    let Ok(offset) = usize::try_from(offset) else {
        return Err(Reply::error("ERR offset is out of range"));
    };
    let mut value = node.peek_string(key)?.cloned().unwrap_or_default();
    if part.is_empty() {
        return Ok(Reply::Int(value.len() as i64));
    }
    if offset.saturating_add(part.len()) > MAX_LEN {
        return Err(too_long());
    }
    let end = offset + part.len();
    if value.len() < end {
        value.resize(end, 0);
    }
    value[offset..end].copy_from_slice(part);
    let len = value.len();
    node.write_value(key, value);
    Ok(Reply::Int(len as i64))
}
