//! One value by itself, as DUMP and RESTORE carry it: its type, its bytes, the format's version and a
//! checksum over all of them.

use alloc::vec::Vec;

use super::reader::Reader;
use super::{crc64::crc64, value};
use crate::config::Compat;
use crate::keyspace::Value;

/// Bytes behind the value: two for the version, eight for the checksum.
const FOOTER: usize = 10;

/// Why a payload is no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Damaged {
    /// It is too short, of a newer format, or its checksum is wrong.
    Footer,
    /// Footer and content do not fit.
    Content,
}

/// The payload of a value.
pub(crate) fn dump(value: &Value, compat: Compat) -> Vec<u8> {
    let mut out = [value::kind(value)].to_vec();
    value::put(&mut out, value);
    seal(out, compat)
}

/// The value of a payload.
///
/// # Errors
/// When it is damaged or of a format newer than `compat` knows.
pub(crate) fn undump(payload: &[u8], compat: Compat) -> Result<Value, Damaged> {
    let body = unseal(payload, compat).ok_or(Damaged::Footer)?;
    let (&kind, rest) = body.split_first().ok_or(Damaged::Content)?;
    value::load(kind, &mut Reader::new(rest)).map_err(|_| Damaged::Content)
}

/// Puts the footer behind a payload's content.
pub(crate) fn seal(mut content: Vec<u8>, compat: Compat) -> Vec<u8> {
    content.extend(super::version(compat).to_le_bytes());
    let checksum = crc64(&content);
    content.extend(checksum.to_le_bytes());
    content
}

/// The content of a payload; none when its footer is damaged or of a format newer than `compat`.
pub(crate) fn unseal(payload: &[u8], compat: Compat) -> Option<&[u8]> {
    let (content, footer) = payload.split_at_checked(payload.len().checked_sub(FOOTER)?)?;
    let (format, checksum) = footer.split_at(2);
    let known = u16::from_le_bytes([format[0], format[1]]) <= super::version(compat);
    let whole = crc64(&payload[..payload.len() - 8]).to_le_bytes() == checksum;
    (known && whole).then_some(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_is_dumped_as_a_real_server_dumps_it() {
        let payload = dump(&Value::String(b"hello".to_vec()), Compat::V7_0);
        // DUMP of a redis-server 7.0.15.
        assert_eq!(payload, b"\x00\x05hello\x0a\x00cr\xdfve4 \x0a");
    }

    #[test]
    fn a_list_that_a_real_server_packed_is_understood() {
        let payload =
            b"\x12\x01\x02\x13\x13\x00\x00\x00\x04\x00\x01\x01\x02\x01\xc1,\x02\x83abc\x04\xff\
            \x0a\x00\x12\xf3\xda\xee\x8a\x8c\xdb\xed";
        let items = ["1", "2", "300", "abc"].map(|item| item.as_bytes().to_vec());
        assert_eq!(undump(payload, Compat::V7_0), Ok(Value::List(items.into())));
    }

    #[test]
    fn a_payload_is_read_back_and_a_damaged_one_is_refused() {
        let value = Value::String(b"some text".to_vec());
        let payload = dump(&value, Compat::V7_0);
        assert_eq!(undump(&payload, Compat::V7_0), Ok(value));
        for at in 0..payload.len() {
            let mut damaged = payload.clone();
            damaged[at] ^= 0x20;
            assert_eq!(undump(&damaged, Compat::V7_0), Err(Damaged::Footer), "byte {at}");
            assert!(undump(&payload[..at], Compat::V7_0).is_err(), "{at} bytes");
        }
    }

    #[test]
    fn a_payload_of_nothing_is_that_of_a_real_server() {
        // FUNCTION DUMP of a redis-server 7.0.15 without functions.
        let recorded = b"\x0a\x00]\x9b\\@\x0f\x7f\xa2\xda";
        assert_eq!(seal(Vec::new(), Compat::V7_0), recorded);
        assert_eq!(unseal(recorded, Compat::V7_0), Some(&[][..]));
    }

    #[test]
    fn a_payload_of_a_newer_version_is_refused() {
        let payload = dump(&Value::String(b"x".to_vec()), Compat::V8_2);
        assert_eq!(undump(&payload, Compat::V7_0), Err(Damaged::Footer));
        assert!(undump(&payload, Compat::V8_2).is_ok());
    }
}
