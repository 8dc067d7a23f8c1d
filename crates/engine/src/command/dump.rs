//! Values as bytes: DUMP, RESTORE and RESTORE-ASKING.

use alloc::string::ToString;
use alloc::vec::Vec;

use crate::command::{Call, Flags, Keys, Spec};
use crate::keyspace::Entry;
use crate::node::Node;
use crate::replication::{Damaged, dump, undump};
use crate::resp::number::parse_i64;
use crate::resp::reply::Reply;

pub(crate) const COMMANDS: &[Spec] = &[
    Spec::new("dump", 2, Flags::READONLY, Keys::FIRST, dump_key),
    Spec::new("restore", -4, Flags::WRITE, Keys::FIRST, |node, call| {
        Reply::merged(restore(node, call))
    }),
    Spec::new("restore-asking", -4, Flags::WRITE.and(Flags::ASKING), Keys::FIRST, |node, call| {
        Reply::merged(restore(node, call))
    }),
];

fn dump_key(node: &mut Node, call: &Call<'_>) -> Reply {
    let compat = node.compat;
    node.read_key(&call.argv[1]).map_or(Reply::Nil, |entry| Reply::Bulk(dump(&entry.value, compat)))
}

/// The options of RESTORE. IDLETIME and FREQ are checked and go no further: nothing is evicted here.
#[derive(Default)]
struct Options {
    replace: bool,
    absolute: bool,
}

impl Options {
    fn parse(call: &Call<'_>) -> Result<Self, Reply> {
        let mut options = Self::default();
        let (mut idle, mut freq) = (false, false);
        let mut at = 4;
        while at < call.argv.len() {
            let value = call.argv.get(at + 1);
            if call.is(at, "replace") {
                options.replace = true;
            } else if call.is(at, "absttl") {
                options.absolute = true;
            } else if let Some(value) = value.filter(|_| call.is(at, "idletime") && !freq) {
                in_range(value, i64::MAX, "ERR Invalid IDLETIME value, must be >= 0")?;
                (idle, at) = (true, at + 1);
            } else if let Some(value) = value.filter(|_| call.is(at, "freq") && !idle) {
                in_range(value, 255, "ERR Invalid FREQ value, must be >= 0 and <= 255")?;
                (freq, at) = (true, at + 1);
            } else {
                return Err(Reply::syntax_error());
            }
            at += 1;
        }
        Ok(options)
    }
}

fn in_range(text: &[u8], most: i64, complaint: &str) -> Result<u64, Reply> {
    let number = parse_i64(text).ok_or_else(Reply::not_an_integer)?;
    let fits = u64::try_from(number).ok().filter(|_| number <= most);
    fits.ok_or_else(|| Reply::error(complaint))
}

fn restore(node: &mut Node, call: &Call<'_>) -> Result<Reply, Reply> {
    let options = Options::parse(call)?;
    let (key, ttl, payload) = (&call.argv[1], &call.argv[2], &call.argv[3]);
    if !options.replace && node.peek_key(key).is_some() {
        return Err(Reply::error("BUSYKEY Target key name already exists."));
    }
    let ttl = in_range(ttl, i64::MAX, "ERR Invalid TTL value, must be >= 0")?;
    let value = undump(payload, node.compat).map_err(|damaged| match damaged {
        Damaged::Footer => Reply::error("ERR DUMP payload version or checksum are wrong"),
        Damaged::Content => Reply::error("ERR Bad data format"),
    })?;
    let base = if options.absolute { 0 } else { node.unix_ms() };
    let expires_ms = (ttl > 0).then(|| base.saturating_add(ttl).min(i64::MAX as u64));
    if expires_ms.is_some_and(|at| at <= node.unix_ms()) && !node.clients.obeying {
        if node.delete_key(key) {
            node.rewrite_command([b"DEL".to_vec(), key.clone()].into());
        }
        return Ok(Reply::Ok);
    }
    node.write_key(key, Entry { value, expires_ms });
    if let Some(at) = expires_ms.filter(|_| !options.absolute) {
        node.rewrite_command(with_moment(call, at));
    }
    Ok(Reply::Ok)
}

/// The command as replicas get it: with a moment in place of a span.
fn with_moment(call: &Call<'_>, at: u64) -> Vec<Vec<u8>> {
    let mut argv = call.argv.to_vec();
    argv[2] = at.to_string().into_bytes();
    argv.push(b"ABSTTL".to_vec());
    argv
}
