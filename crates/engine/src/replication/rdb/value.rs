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

#[cfg(test)]
mod tests {
    use super::super::{Snapshot, load, save};
    use super::*;
    use crate::config::Compat;
    use crate::keyspace::{Digest, Entry, Keyspace};

    /// What SAVE of a redis-server 7.0.15 wrote: a value in each encoding that it has, a list with
    /// integers of every size and one with an element too large to be packed.
    const RECORDED: &[u8] = include_bytes!("../../../tests/recorded/every-encoding.rdb");

    fn keys(bytes: &[u8]) -> Vec<(Vec<u8>, Entry)> {
        load(bytes).expect("a good file").keys
    }

    fn value(keys: &[(Vec<u8>, Entry)], name: &str) -> Value {
        let found = keys.iter().find(|(key, _)| key == name.as_bytes());
        found.expect("the key is there").1.value.clone()
    }

    fn texts(words: &[&str]) -> Vec<Vec<u8>> {
        words.iter().map(|word| word.as_bytes().to_vec()).collect()
    }

    #[test]
    fn every_encoding_of_a_real_server_is_understood() {
        let keys = keys(RECORDED);
        assert_eq!(keys.len(), 11);
        let list = texts(&[
            "a",
            "1",
            "-7",
            "127",
            "-4000",
            "100000",
            "3000000000",
            "-9000000000",
            "9223372036854775807",
            "8388600",
            "",
        ]);
        assert_eq!(value(&keys, "list"), Value::List(list.into()));
        let plain = List::from([alloc::vec![b'q'; 9000], b"b".to_vec()]);
        assert_eq!(value(&keys, "plain"), Value::List(plain));
        for (name, members) in [
            ("int16", ["1", "-2", "300"].as_slice()),
            ("int32", &["1", "-100000"]),
            ("int64", &["5", "5000000000"]),
            ("set", &["a", "b"]),
        ] {
            assert_eq!(value(&keys, name), Value::Set(texts(members).into_iter().collect()));
        }
        let pairs = texts(&["f", "v", "n", "12"]);
        assert_eq!(value(&keys, "hash"), hash(pairs).expect("a hash"));
        let long = alloc::vec![b'h'; 70];
        let pairs = alloc::vec![b"f".to_vec(), long];
        assert_eq!(value(&keys, "hashtable"), hash(pairs).expect("a hash"));
        let items = texts(&["c", "-inf", "a", "1", "b", "2.5", "d", "1e10"]);
        assert_eq!(value(&keys, "zset"), sorted_set(&items).expect("a sorted set"));
        let items = [alloc::vec![b'z'; 70], b"1.5".to_vec(), b"y".to_vec(), b"2".to_vec()];
        assert_eq!(value(&keys, "skip"), sorted_set(&items).expect("a sorted set"));
    }

    #[test]
    fn values_of_every_type_are_loaded_as_they_were_saved() {
        let mut db = Keyspace::default();
        for (key, entry) in keys(RECORDED) {
            db.put(key, entry);
        }
        let bytes = save(&db, &Snapshot { compat: Compat::V7_0, ctime: 1, position: None });
        let mut again = Keyspace::default();
        for (key, entry) in keys(&bytes) {
            again.put(key, entry);
        }
        assert!(db.iter().eq(again.iter()));
    }

    #[test]
    fn data_has_the_digest_that_a_real_server_computes() {
        let mut db = Keyspace::default();
        for (key, entry) in keys(RECORDED) {
            db.put(key, entry);
        }
        assert_eq!(Digest::of(&db).hex(), "4738eea50af64cd03e1042c8fc745168ea771a52");
        for (key, wanted) in [
            ("str", "e1c099d36d86ec50b7f83540e7e59065055be33d"),
            ("list", "06d838196d5858688ec1268cf35e4fb00e529bb2"),
            ("hash", "76d7ce7d8cb69c65ddb54b94589fa9396351461b"),
            ("int16", "583b4c130296d28def3c54f8f8e1ffacf3dc5387"),
            ("zset", "13d1ef679347894d796fa5fb60389540585ba8d6"),
        ] {
            let mut digest = Digest::default();
            digest.add(db.get(key.as_bytes()).expect("the key is there"));
            assert_eq!(digest.hex(), wanted, "{key}");
        }
    }

    #[test]
    fn damaged_values_are_errors_and_never_panics() {
        for at in 9..RECORDED.len() - 9 {
            for bit in 0..8 {
                let mut damaged = RECORDED.to_vec();
                damaged[at] ^= 1 << bit;
                assert!(load(&damaged).is_err(), "bit {bit} of byte {at}");
            }
        }
    }
}
