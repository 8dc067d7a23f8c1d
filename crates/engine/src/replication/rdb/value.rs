//! Values: the plain forms that we write, and every form that a real 7.0 sends.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::packed;
use super::reader::Reader;
use super::save::{put_len, put_string};
use crate::keyspace::{Kind, List, Score, Set, SortedSet, Value};

/// Types of values in a file.
mod kind {
    pub(super) const STRING: u8 = 0;
    pub(super) const LIST: u8 = 1;
    pub(super) const SET: u8 = 2;
    pub(super) const ZSET: u8 = 3;
    pub(super) const HASH: u8 = 4;
    pub(super) const ZSET_2: u8 = 5;
    pub(super) const HASH_ZIPMAP: u8 = 9;
    pub(super) const LIST_ZIPLIST: u8 = 10;
    pub(super) const SET_INTSET: u8 = 11;
    pub(super) const ZSET_ZIPLIST: u8 = 12;
    pub(super) const HASH_ZIPLIST: u8 = 13;
    pub(super) const LIST_QUICKLIST: u8 = 14;
    pub(super) const HASH_LISTPACK: u8 = 16;
    pub(super) const ZSET_LISTPACK: u8 = 17;
    pub(super) const LIST_QUICKLIST_2: u8 = 18;
    pub(super) const SET_LISTPACK: u8 = 20;
}

/// The type byte of a value as [`put`] writes it.
pub(super) const fn kind(value: &Value) -> u8 {
    match value {
        Value::String(_) => kind::STRING,
        Value::List(_) => kind::LIST,
        Value::Hash(_) => kind::HASH,
        Value::Set(_) => kind::SET,
        Value::SortedSet(_) => kind::ZSET_2,
    }
}

/// Writes a value, without its type.
pub(super) fn put(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::String(text) => put_string(out, text),
        Value::List(list) => put_strings(out, list.len(), list.iter()),
        Value::Set(set) => put_strings(out, set.len(), set.iter()),
        Value::Hash(hash) => {
            put_strings(out, hash.len(), hash.iter().flat_map(|(field, value)| [field, value]));
        }
        Value::SortedSet(zset) => {
            put_len(out, zset.len() as u64);
            for (member, score) in zset.iter() {
                put_string(out, member);
                out.extend(score.get().to_le_bytes());
            }
        }
    }
}

fn put_strings<'a>(out: &mut Vec<u8>, len: usize, items: impl Iterator<Item = &'a Vec<u8>>) {
    put_len(out, len as u64);
    items.for_each(|item| put_string(out, item));
}

/// Reads a value of a type.
///
/// # Errors
/// When it is damaged, empty, or of a type that is not known here.
pub(super) fn load(kind: u8, reader: &mut Reader<'_>) -> Result<Value, String> {
    Ok(match kind {
        kind::STRING => reader.string()?.into_value(),
        kind::LIST => filled(strings(reader, 1)?.into_iter().collect::<List>())?,
        kind::SET => set(strings(reader, 1)?)?,
        kind::HASH => hash(strings(reader, 2)?)?,
        kind::ZSET | kind::ZSET_2 => scored(reader, kind == kind::ZSET_2)?,
        kind::HASH_ZIPMAP => hash(packed::zipmap(&reader.string()?)?)?,
        kind::LIST_ZIPLIST => {
            filled(packed::ziplist(&reader.string()?)?.into_iter().collect::<List>())?
        }
        kind::SET_INTSET => set(packed::intset(&reader.string()?)?)?,
        kind::ZSET_ZIPLIST => sorted_set(&packed::ziplist(&reader.string()?)?)?,
        kind::HASH_ZIPLIST => hash(packed::ziplist(&reader.string()?)?)?,
        kind::LIST_QUICKLIST => quicklist(reader, false)?,
        kind::HASH_LISTPACK => hash(packed::listpack(&reader.string()?)?)?,
        kind::ZSET_LISTPACK => sorted_set(&packed::listpack(&reader.string()?)?)?,
        kind::LIST_QUICKLIST_2 => quicklist(reader, true)?,
        kind::SET_LISTPACK => set(packed::listpack(&reader.string()?)?)?,
        6 | 7 => return Err(format!("Modules are not supported: RDB encoding type {kind}")),
        15 | 19 | 21 => return Err(format!("Streams are not supported: RDB encoding type {kind}")),
        _ => return Err(format!("Unknown RDB encoding type {kind}")),
    })
}

/// A count, and `each` strings for each. The memory grows with what is really there.
fn strings(reader: &mut Reader<'_>, each: u64) -> Result<Vec<Vec<u8>>, String> {
    let len = reader.len()?.saturating_mul(each);
    (0..len).try_fold(Vec::new(), |mut items, _| {
        items.push(reader.string()?);
        Ok(items)
    })
}

fn filled(value: impl Kind) -> Result<Value, String> {
    if value.is_gone() { Err("Empty key in RDB file".into()) } else { Ok(value.into_value()) }
}

fn set(items: Vec<Vec<u8>>) -> Result<Value, String> {
    let len = items.len();
    let set: Set = items.into_iter().collect();
    if set.len() < len { Err(doubled()) } else { filled(set) }
}

fn doubled() -> String {
    "Duplicate element in RDB file".into()
}

fn uneven() -> String {
    "Odd number of elements in RDB file".into()
}

fn hash(items: Vec<Vec<u8>>) -> Result<Value, String> {
    let mut hash = crate::keyspace::Hash::new();
    let mut items = items.into_iter();
    while let Some(field) = items.next() {
        if hash.insert(field, items.next().ok_or_else(uneven)?).is_some() {
            return Err(doubled());
        }
    }
    filled(hash)
}

fn add(zset: &mut SortedSet, member: &[u8], score: f64) -> Result<(), String> {
    let score = Score::new(score).ok_or_else(|| "Zset with NAN score detected".to_string())?;
    if zset.insert(member, score).is_some() { Err(doubled()) } else { Ok(()) }
}

fn number(text: &[u8]) -> Result<f64, String> {
    let number = core::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
    number.ok_or_else(|| "Damaged score in RDB file".to_string())
}

fn sorted_set(items: &[Vec<u8>]) -> Result<Value, String> {
    let mut zset = SortedSet::default();
    for pair in items.chunks(2) {
        let [member, score] = pair else { return Err(uneven()) };
        add(&mut zset, member, number(score)?)?;
    }
    filled(zset)
}

/// Members, each with its score: eight bytes, or text as long ago.
fn scored(reader: &mut Reader<'_>, binary: bool) -> Result<Value, String> {
    let mut zset = SortedSet::default();
    for _ in 0..reader.len()? {
        let member = reader.string()?;
        let score = if binary {
            f64::from_le_bytes(reader.array()?)
        } else {
            match reader.byte()? {
                253 => f64::NAN,
                254 => f64::INFINITY,
                255 => f64::NEG_INFINITY,
                len => number(reader.take(len.into())?)?,
            }
        };
        add(&mut zset, &member, score)?;
    }
    filled(zset)
}

/// A list of packed nodes; the newer form says of each whether it is a single large element.
fn quicklist(reader: &mut Reader<'_>, newer: bool) -> Result<Value, String> {
    let mut list = List::new();
    for _ in 0..reader.len()? {
        let form = if newer { reader.len()? } else { 0 };
        let node = reader.string()?;
        match (newer, form) {
            (false, _) => list.extend(packed::ziplist(&node)?),
            (true, 1) => list.push_back(node),
            (true, 2) => list.extend(packed::listpack(&node)?),
            _ => return Err(format!("Unknown quicklist container {form} in RDB file")),
        }
    }
    filled(list)
}
