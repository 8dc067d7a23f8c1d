//! Keyspace to RDB bytes.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::str;

use super::{Position, crc64::crc64, op, value, version};
use crate::config::Compat;
use crate::keyspace::{Entry, Keyspace};

/// What an RDB says about its origin, beside the keys.
pub(in crate::replication) struct Snapshot {
    /// Whose format and version to write.
    pub compat: Compat,
    /// When it is taken, unix seconds.
    pub ctime: u64,
    /// The replication history that it belongs to, if there is one.
    pub position: Option<Position>,
}

/// Writes all keys of `db`, with a checksum.
pub(in crate::replication) fn save(db: &Keyspace, snapshot: &Snapshot) -> Vec<u8> {
    let mut out = format!("REDIS{:04}", version(snapshot.compat)).into_bytes();
    put_aux(&mut out, "redis-ver", snapshot.compat.version());
    put_aux(&mut out, "redis-bits", "64");
    put_aux(&mut out, "ctime", &snapshot.ctime.to_string());
    if let Some(position) = &snapshot.position {
        put_aux(&mut out, "repl-stream-db", "0");
        put_aux(&mut out, "repl-id", &position.id);
        put_aux(&mut out, "repl-offset", &position.offset.to_string());
    }
    put_aux(&mut out, "aof-base", "0");
    if db.len() > 0 {
        let expiring = db.iter().filter(|(_, entry)| entry.expires_ms.is_some()).count();
        out.extend([op::SELECTDB, 0, op::RESIZEDB]);
        put_len(&mut out, db.len() as u64);
        put_len(&mut out, expiring as u64);
        for (key, entry) in db.iter() {
            put_entry(&mut out, key, entry);
        }
    }
    out.push(op::EOF);
    let checksum = crc64(&out);
    out.extend(checksum.to_le_bytes());
    out
}

fn put_entry(out: &mut Vec<u8>, key: &[u8], entry: &Entry) {
    if let Some(ms) = entry.expires_ms {
        out.push(op::EXPIRE_MS);
        out.extend(ms.to_le_bytes());
    }
    out.push(value::kind(&entry.value));
    put_string(out, key);
    value::put(out, &entry.value);
}

fn put_aux(out: &mut Vec<u8>, name: &str, value: &str) {
    out.push(op::AUX);
    put_string(out, name.as_bytes());
    put_string(out, value.as_bytes());
}

/// A string, as an integer where its text is one.
pub(super) fn put_string(out: &mut Vec<u8>, text: &[u8]) {
    match small_integer(text) {
        Some(n) if i8::try_from(n).is_ok() => out.extend([0xc0, n as u8]),
        Some(n) if i16::try_from(n).is_ok() => {
            out.push(0xc1);
            out.extend((n as i16).to_le_bytes());
        }
        Some(n) => {
            out.push(0xc2);
            out.extend(n.to_le_bytes());
        }
        None => {
            put_len(out, text.len() as u64);
            out.extend_from_slice(text);
        }
    }
}

/// The number whose canonical text this is, if it fits 32 bits.
fn small_integer(text: &[u8]) -> Option<i32> {
    let number: i32 = str::from_utf8(text).ok()?.parse().ok()?;
    (format!("{number}").as_bytes() == text).then_some(number)
}

/// A length in the least bytes.
pub(super) fn put_len(out: &mut Vec<u8>, len: u64) {
    if len < 1 << 6 {
        out.push(len as u8);
    } else if len < 1 << 14 {
        out.extend([0x40 | (len >> 8) as u8, len as u8]);
    } else if let Ok(len) = u32::try_from(len) {
        out.push(0x80);
        out.extend(len.to_be_bytes());
    } else {
        out.push(0x81);
        out.extend(len.to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::super::load;
    use super::*;
    use crate::keyspace::Value;

    fn text(value: &str) -> Entry {
        Entry { value: Value::String(value.into()), expires_ms: None }
    }

    #[test]
    fn what_was_saved_is_what_is_loaded() {
        let mut db = Keyspace::default();
        let long = String::from("x").repeat(20_000);
        let values = ["", "0", "-0", "007", "127", "-129", "40000", "2147483648", "hello", &long];
        for value in values {
            db.put(format!("key of {}", value.len()).into_bytes(), text(value));
            db.put(value.as_bytes().to_vec(), text(value));
        }
        db.put(b"soon".to_vec(), Entry { expires_ms: Some(1_795_408_397_529), ..text("gone") });
        for compat in [Compat::V7_0, Compat::V8_2] {
            let position = Some(Position { id: "ab".repeat(20), offset: 5166 });
            let snapshot = Snapshot { compat, ctime: 1_795_406_400, position: position.clone() };
            let bytes = save(&db, &snapshot);
            let loaded = load(&bytes).expect("our own file");
            assert_eq!(loaded.position, position);
            assert_eq!(loaded.version.as_deref(), Some(compat.version()));
            assert_eq!((loaded.ctime, loaded.checksum), (Some(1_795_406_400), true));
            let mut again = Keyspace::default();
            for (key, entry) in loaded.keys {
                again.put(key, entry);
            }
            assert!(db.iter().eq(again.iter()));
        }
    }

    #[test]
    fn no_keys_and_no_history_need_few_bytes() {
        let snapshot = Snapshot { compat: Compat::V7_0, ctime: 1, position: None };
        let bytes = save(&Keyspace::default(), &snapshot);
        assert!(bytes.starts_with(b"REDIS0010\xfa\x09redis-ver\x067.0.15"));
        assert_eq!(load(&bytes).expect("our own file").position, None);
    }
}
