//! The compact forms that real servers keep small values in, and save as they are.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::reader::Reader;

fn damaged(what: &str) -> String {
    alloc::format!("Damaged {what} in RDB file")
}

/// Sign-extends the lowest `bits` bits.
const fn signed(value: u64, bits: u32) -> i64 {
    (value << (64 - bits)) as i64 >> (64 - bits)
}

fn little_endian(reader: &mut Reader<'_>, len: usize) -> Result<u64, String> {
    let bytes = reader.take(len)?;
    Ok(bytes.iter().rev().fold(0, |value, &byte| value << 8 | u64::from(byte)))
}

fn integer(reader: &mut Reader<'_>, len: usize) -> Result<Vec<u8>, String> {
    let value = signed(little_endian(reader, len)?, len as u32 * 8);
    Ok(value.to_string().into_bytes())
}

/// The elements of an intset.
///
/// # Errors
/// When it is damaged.
pub(super) fn intset(bytes: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    let mut reader = Reader::new(bytes);
    let width = little_endian(&mut reader, 4)? as usize;
    let len = little_endian(&mut reader, 4)? as usize;
    if !matches!(width, 2 | 4 | 8) || len.checked_mul(width) != Some(bytes.len() - 8) {
        return Err(damaged("intset"));
    }
    (0..len).map(|_| integer(&mut reader, width)).collect()
}

/// The elements of a ziplist.
///
/// # Errors
/// When it is damaged.
pub(super) fn ziplist(bytes: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    let mut reader = Reader::new(bytes);
    let total = little_endian(&mut reader, 4)?;
    reader.take(6)?;
    let mut elements = Vec::new();
    loop {
        match reader.byte()? {
            0xff if reader.is_at_end() && total == bytes.len() as u64 => return Ok(elements),
            0xff => return Err(damaged("ziplist")),
            0xfe => drop(reader.take(4)?),
            _ => {}
        }
        elements.push(ziplist_element(&mut reader)?);
    }
}

fn ziplist_element(reader: &mut Reader<'_>) -> Result<Vec<u8>, String> {
    let first = reader.byte()?;
    let len = match first {
        0xc0 => return integer(reader, 2),
        0xd0 => return integer(reader, 4),
        0xe0 => return integer(reader, 8),
        0xf0 => return integer(reader, 3),
        0xfe => return integer(reader, 1),
        0xf1..=0xfd => return Ok((first - 0xf1).to_string().into_bytes()),
        0x80 => u32::from_be_bytes(reader.array()?) as usize,
        _ if first >> 6 == 0 => first.into(),
        _ if first >> 6 == 1 => usize::from(first & 0x3f) << 8 | usize::from(reader.byte()?),
        _ => return Err(damaged("ziplist")),
    };
    Ok(reader.take(len)?.to_vec())
}

/// The elements of a listpack.
///
/// # Errors
/// When it is damaged.
pub(super) fn listpack(bytes: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    let mut reader = Reader::new(bytes);
    let total = little_endian(&mut reader, 4)?;
    reader.take(2)?;
    let mut elements = Vec::new();
    loop {
        let start = reader.at();
        match reader.byte()? {
            0xff if reader.is_at_end() && total == bytes.len() as u64 => return Ok(elements),
            0xff => return Err(damaged("listpack")),
            first => elements.push(listpack_element(&mut reader, first)?),
        }
        // Each element is followed by its own length, in 7 bits a byte.
        reader.take(match reader.at() - start {
            0..=127 => 1,
            128..16_383 => 2,
            16_383..2_097_151 => 3,
            2_097_151..268_435_455 => 4,
            _ => 5,
        })?;
    }
}

fn listpack_element(reader: &mut Reader<'_>, first: u8) -> Result<Vec<u8>, String> {
    let len = match first {
        0..0x80 => return Ok(first.to_string().into_bytes()),
        0xc0..0xe0 => {
            let value = u64::from(first & 0x1f) << 8 | u64::from(reader.byte()?);
            return Ok(signed(value, 13).to_string().into_bytes());
        }
        0xf1 => return integer(reader, 2),
        0xf2 => return integer(reader, 3),
        0xf3 => return integer(reader, 4),
        0xf4 => return integer(reader, 8),
        0x80..0xc0 => (first & 0x3f).into(),
        0xe0..0xf0 => usize::from(first & 0x0f) << 8 | usize::from(reader.byte()?),
        0xf0 => u32::from_le_bytes(reader.array()?) as usize,
        _ => return Err(damaged("listpack")),
    };
    Ok(reader.take(len)?.to_vec())
}

/// The keys and values of a zipmap, the form of small hashes before Redis 2.6.
///
/// # Errors
/// When it is damaged.
pub(super) fn zipmap(bytes: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    let mut reader = Reader::new(bytes);
    reader.byte()?;
    let mut elements = Vec::new();
    loop {
        let len = match reader.byte()? {
            0xff => return Ok(elements),
            0xfe => little_endian(&mut reader, 4)? as usize,
            len => len.into(),
        };
        // Values are followed by some unused bytes.
        let unused = if elements.len() % 2 == 1 { reader.byte()? } else { 0 };
        elements.push(reader.take(len)?.to_vec());
        reader.take(unused.into())?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_an_error_wherever_it_is() {
        let good = [16u8, 0, 0, 0, 3, 0, 0x81, b'a', 2, 0xdf, 0xff, 2, 0x05, 1, 0xff];
        let mut good = good.to_vec();
        good[0] = good.len() as u8;
        let elements = listpack(&good).expect("a listpack");
        assert_eq!(elements, [b"a".to_vec(), b"-1".to_vec(), b"5".to_vec()]);
        for at in 0..good.len() {
            assert!(listpack(&good[..at]).is_err(), "cut at {at}");
            for bit in 0..8 {
                let mut bytes = good.clone();
                bytes[at] ^= 1 << bit;
                let _ = (listpack(&bytes), ziplist(&bytes), intset(&bytes), zipmap(&bytes));
            }
        }
        assert!(intset(&[3, 0, 0, 0, 0, 0, 0, 0]).is_err());
        assert!(intset(&[8, 0, 0, 0, 255, 255, 255, 255]).is_err());
    }
}
