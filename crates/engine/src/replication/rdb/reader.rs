//! Bytes of an RDB, read in its basic forms. Everything fails with Redis's complaint about a file
//! that ends too early.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{crc64::crc64, lzf};

/// Where reading stands.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// A length, or the mark of a special encoding.
enum Len {
    Plain(u64),
    Encoded(u8),
}

impl<'a> Reader<'a> {
    /// Reads from the start of `bytes`.
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// How many bytes were read.
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    /// Whether everything was read.
    pub(super) const fn is_at_end(&self) -> bool {
        self.at == self.bytes.len()
    }

    /// The next `len` bytes.
    pub(super) fn take(&mut self, len: usize) -> Result<&'a [u8], String> {
        let end = self.at.checked_add(len).filter(|&end| end <= self.bytes.len());
        let Some(end) = end else { return Err("Unexpected EOF reading RDB file".into()) };
        let slice = &self.bytes[self.at..end];
        self.at = end;
        Ok(slice)
    }

    /// A fixed number of bytes.
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    /// One byte.
    pub(super) fn byte(&mut self) -> Result<u8, String> {
        Ok(self.array::<1>()?[0])
    }

    fn len_or_encoding(&mut self) -> Result<Len, String> {
        let first = self.byte()?;
        Ok(match first >> 6 {
            0 => Len::Plain(u64::from(first)),
            1 => Len::Plain(u64::from(first & 0x3f) << 8 | u64::from(self.byte()?)),
            2 if first == 0x80 => Len::Plain(u64::from(u32::from_be_bytes(self.array()?))),
            2 if first == 0x81 => Len::Plain(u64::from_be_bytes(self.array()?)),
            2 => return Err(format!("Unknown length encoding {first} in rdbLoadLen()")),
            _ => Len::Encoded(first & 0x3f),
        })
    }

    /// A length.
    pub(super) fn len(&mut self) -> Result<u64, String> {
        match self.len_or_encoding()? {
            Len::Plain(len) => Ok(len),
            Len::Encoded(kind) => Err(format!("Unknown length encoding {kind} in rdbLoadLen()")),
        }
    }

    /// Passes over some lengths.
    pub(super) fn skip_lens(&mut self, count: usize) -> Result<(), String> {
        (0..count).try_for_each(|_| self.len().map(drop))
    }

    /// A string in whatever encoding.
    pub(super) fn string(&mut self) -> Result<Vec<u8>, String> {
        let text = match self.len_or_encoding()? {
            Len::Plain(len) => {
                let len = usize::try_from(len).unwrap_or(usize::MAX);
                return Ok(self.take(len)?.to_vec());
            }
            Len::Encoded(0) => i8::from_le_bytes(self.array()?).to_string(),
            Len::Encoded(1) => i16::from_le_bytes(self.array()?).to_string(),
            Len::Encoded(2) => i32::from_le_bytes(self.array()?).to_string(),
            Len::Encoded(3) => return self.compressed(),
            Len::Encoded(kind) => return Err(format!("Unknown RDB string encoding type {kind}")),
        };
        Ok(text.into_bytes())
    }

    fn compressed(&mut self) -> Result<Vec<u8>, String> {
        let packed = usize::try_from(self.len()?).unwrap_or(usize::MAX);
        let len = usize::try_from(self.len()?).unwrap_or(usize::MAX);
        lzf::expand(self.take(packed)?, len).ok_or_else(|| "Invalid LZF compressed string".into())
    }

    /// Whether there is a checksum; zero says that its writer made none.
    pub(super) fn checksum(&mut self) -> Result<bool, String> {
        let actual = crc64(&self.bytes[..self.at]);
        let expected = u64::from_le_bytes(self.array()?);
        if expected != 0 && expected != actual {
            return Err(format!(
                "Wrong RDB checksum expected: ({expected:x}) but got ({actual:x}). Aborting now."
            ));
        }
        Ok(expected != 0)
    }
}
