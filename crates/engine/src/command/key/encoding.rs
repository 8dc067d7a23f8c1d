//! OBJECT ENCODING: what a real server would keep a value in. Here it follows from the value as it
//! stands; Redis does not go back to the compact form when a value shrinks.

use alloc::vec::Vec;

use crate::config::Compat;
use crate::keyspace::Value;
use crate::resp::number::parse_i64;

/// The longest string that Redis keeps in one allocation with its object header.
const EMBEDDED: usize = 44;
/// `*-max-listpack-value`, bytes.
const SHORT: usize = 64;
/// `hash-max-listpack-entries` and `set-max-intset-entries`.
const MANY: usize = 512;
/// `zset-max-listpack-entries` and `set-max-listpack-entries`.
const FEW: usize = 128;
/// `list-max-listpack-size -2`, bytes.
const LIST_BYTES: usize = 8192;

/// The name of the encoding, with the limits of the default configuration.
pub(super) fn of(value: &Value, compat: Compat) -> &'static str {
    let short = |bytes: &[u8]| bytes.len() <= SHORT;
    let is_new = compat == Compat::V8_2;
    match value {
        Value::String(text) if parse_i64(text).is_some() => "int",
        Value::String(text) if text.len() <= EMBEDDED => "embstr",
        Value::String(_) => "raw",
        Value::List(list) if is_new && list.iter().map(Vec::len).sum::<usize>() <= LIST_BYTES => {
            "listpack"
        }
        Value::List(_) => "quicklist",
        Value::Hash(hash)
            if hash.len() <= MANY && hash.iter().all(|(f, v)| short(f) && short(v)) =>
        {
            "listpack"
        }
        Value::Set(set) if set.len() <= MANY && set.iter().all(|it| parse_i64(it).is_some()) => {
            "intset"
        }
        Value::Set(set) if is_new && set.len() <= FEW && set.iter().all(|it| short(it)) => {
            "listpack"
        }
        Value::Hash(_) | Value::Set(_) => "hashtable",
        Value::SortedSet(zset) if zset.len() <= FEW && zset.iter().all(|(it, _)| short(it)) => {
            "listpack"
        }
        Value::SortedSet(_) => "skiplist",
    }
}
