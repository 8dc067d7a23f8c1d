//! RDB bytes, ours or a real server's, to keys.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::reader::Reader;
use super::{NEWEST, Position, op, value};
use crate::keyspace::Entry;

/// What an RDB holds.
#[derive(Debug, Default)]
pub(in crate::replication) struct Loaded {
    /// The keys, in the order of the file.
    pub keys: Vec<(Vec<u8>, Entry)>,
    /// The version of the server that wrote it.
    pub version: Option<String>,
    /// When it was written, unix seconds.
    pub ctime: Option<u64>,
    /// The writer's memory at that time, bytes.
    pub used_memory: Option<u64>,
    /// Where in a replication history it stands.
    pub position: Option<Position>,
    /// Whether a checksum was present (it was right, or loading had failed).
    pub checksum: bool,
}

/// Reads a whole RDB.
///
/// # Errors
/// The complaint that redis-server logs.
pub(in crate::replication) fn load(bytes: &[u8]) -> Result<Loaded, String> {
    let version = header(bytes)?;
    let mut reader = Reader::new(bytes);
    reader.take(9)?;
    let mut loaded = Loaded::default();
    let mut aux = Aux::default();
    let mut expires_ms = None;
    loop {
        match reader.byte()? {
            op::EOF => break,
            op::AUX => {
                let name = reader.string()?;
                aux.take(&mut loaded, &name, reader.string()?);
            }
            op::SELECTDB => match reader.len()? {
                0 => {}
                db => {
                    return Err(format!("FATAL: Data file holds database {db}, a cluster has one"));
                }
            },
            op::RESIZEDB => reader.skip_lens(2)?,
            op::SLOT_INFO => reader.skip_lens(3)?,
            op::FUNCTION2 => drop(reader.string()?),
            op::IDLE => reader.skip_lens(1)?,
            op::FREQ => drop(reader.byte()?),
            op::EXPIRE_MS => expires_ms = Some(u64::from_le_bytes(reader.array()?)),
            op::EXPIRE_S => {
                expires_ms = Some(u64::from(u32::from_le_bytes(reader.array()?)) * 1000);
            }
            kind => {
                let key = reader.string()?;
                let value = value::load(kind, &mut reader)?;
                loaded.keys.push((key, Entry { value, expires_ms: expires_ms.take() }));
            }
        }
    }
    loaded.checksum = version >= 5 && reader.checksum()?;
    loaded.position = aux.position();
    Ok(loaded)
}

fn header(bytes: &[u8]) -> Result<u32, String> {
    let digits = bytes.strip_prefix(b"REDIS").and_then(|rest| rest.get(..4));
    let Some(digits) = digits else {
        return Err("Wrong signature trying to load DB from file".into());
    };
    let version = core::str::from_utf8(digits).ok().and_then(|text| text.parse().ok()).unwrap_or(0);
    if (1..=NEWEST).contains(&version) {
        Ok(version)
    } else {
        Err(format!("Can't handle RDB format version {version}"))
    }
}

/// The fields that only together say where in a history the file stands.
#[derive(Default)]
struct Aux {
    id: Option<String>,
    offset: Option<u64>,
    has_stream_db: bool,
}

impl Aux {
    fn take(&mut self, loaded: &mut Loaded, name: &[u8], value: Vec<u8>) {
        let text = String::from_utf8_lossy(&value).to_string();
        match name {
            b"redis-ver" => loaded.version = Some(text),
            b"ctime" => loaded.ctime = text.parse().ok(),
            b"used-mem" => loaded.used_memory = text.parse().ok(),
            b"repl-id" if text.len() == 40 => self.id = Some(text),
            b"repl-offset" => self.offset = text.parse().ok(),
            b"repl-stream-db" => self.has_stream_db = text.parse::<u32>().is_ok(),
            _ => {}
        }
    }

    fn position(self) -> Option<Position> {
        if !self.has_stream_db {
            return None;
        }
        Some(Position { id: self.id?, offset: self.offset? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyspace::Kind;

    /// What SAVE of a redis-server 7.0.15 wrote, with integers of every size, a compressed string,
    /// an empty key and one with an expiry.
    const RECORDED: &str = "\
        524544495330303130fa0972656469732d76657206372e302e3135fa0a72656469732d62697473c0\
        40fa056374696d65c2f3ec036bfa08757365642d6d656dc2d0560e00fa08616f662d62617365c000\
        fe00fb080100046c6f6e67c30a407802616261e06a010161620004696e7438c0f90000000005696e\
        743332c22efd69b60005696e7436340e3132333435363738393031323334fc00d8c32cbb03000000\
        08766f6c6174696c6501780005696e743136c139300004746578740568656c6c6fff8ddcdb16847f\
        a0e4";

    fn recorded() -> Vec<u8> {
        let digit = |at: usize| u8::from_str_radix(&RECORDED[at..at + 2], 16).expect("hex");
        (0..RECORDED.len()).step_by(2).map(digit).collect()
    }

    #[test]
    fn a_real_servers_file_is_understood() {
        let loaded = load(&recorded()).expect("a good file");
        let long = "ab".repeat(60);
        let text = |name: &str| {
            let (_, entry) = loaded.keys.iter().find(|(key, _)| key == name.as_bytes())?;
            let value = <Vec<u8> as Kind>::of(&entry.value)?;
            Some((String::from_utf8_lossy(value).to_string(), entry.expires_ms))
        };
        for (name, value) in [
            ("int8", "-7"),
            ("int16", "12345"),
            ("int32", "-1234567890"),
            ("int64", "12345678901234"),
            ("text", "hello"),
            ("long", &long),
            ("", ""),
        ] {
            assert_eq!(text(name), Some((value.into(), None)), "{name:?}");
        }
        assert_eq!(text("volatile"), Some(("x".into(), Some(4_102_444_800_000))));
        assert_eq!(loaded.keys.len(), 8);
        assert_eq!(loaded.version.as_deref(), Some("7.0.15"));
        assert_eq!((loaded.used_memory, loaded.checksum), (Some(939_728), true));
        assert_eq!(loaded.position, None);
    }

    #[test]
    fn a_flipped_bit_is_noticed() {
        for at in [20, 60, 100, 198] {
            let mut damaged = recorded();
            damaged[at] ^= 1;
            assert!(load(&damaged).is_err(), "byte {at}");
        }
    }

    #[test]
    fn a_cut_file_is_no_file() {
        let whole = recorded();
        for len in 0..whole.len() {
            assert!(load(&whole[..len]).is_err(), "{len} bytes");
        }
    }

    #[test]
    fn a_checksum_of_zero_means_that_there_is_none() {
        let mut unchecked = recorded();
        let at = unchecked.len() - 8;
        unchecked[at..].fill(0);
        assert!(!load(&unchecked).expect("a good file").checksum);
    }
}
