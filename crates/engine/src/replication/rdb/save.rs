//! Keyspace to RDB bytes.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::str;

use super::{Position, crc64::crc64, op};
use crate::config::Compat;
use crate::keyspace::{Entry, Keyspace, Value};

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
    let format = match snapshot.compat {
        Compat::V7_0 => "REDIS0010",
        Compat::V8_2 => "REDIS0012",
    };
    let mut out = format.as_bytes().to_vec();
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
    let Value::String(value) = &entry.value;
    out.push(op::STRING);
    put_string(out, key);
    put_string(out, value);
}

fn put_aux(out: &mut Vec<u8>, name: &str, value: &str) {
    out.push(op::AUX);
    put_string(out, name.as_bytes());
    put_string(out, value.as_bytes());
}

/// A string, as an integer where its text is one.
fn put_string(out: &mut Vec<u8>, text: &[u8]) {
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

fn put_len(out: &mut Vec<u8>, len: u64) {
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
