//! DEBUG DIGEST: a number for all data that depends on no order in memory, so that two servers'
//! data can be compared.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Entry, Keyspace, Value};
use crate::config::Compat;
use crate::resp::float::print_f64;

/// Twenty bytes that grow from what is mixed in.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Digest([u8; 20]);

impl Digest {
    /// Adds a part whose place does not matter.
    fn xor(&mut self, bytes: &[u8]) {
        for (old, new) in self.0.iter_mut().zip(sha1(bytes)) {
            *old ^= new;
        }
    }

    /// Adds a part whose place matters.
    fn mix(&mut self, bytes: &[u8]) {
        self.xor(bytes);
        self.0 = sha1(&self.0);
    }

    /// A member with what belongs to it.
    fn xor_pair(&mut self, first: &[u8], second: &[u8]) {
        let mut pair = Self::default();
        pair.mix(first);
        pair.mix(second);
        self.xor(&pair.0);
    }

    /// Adds a value and whether it expires.
    pub(crate) fn add(&mut self, entry: &Entry) {
        let kind = match &entry.value {
            Value::String(_) => 0u32,
            Value::List(_) => 1,
            Value::Set(_) => 2,
            Value::SortedSet(_) => 3,
            Value::Hash(_) => 4,
        };
        self.mix(&kind.to_be_bytes());
        match &entry.value {
            Value::String(text) => self.mix(text),
            Value::List(list) => list.iter().for_each(|item| self.mix(item)),
            Value::Set(set) => set.iter().for_each(|member| self.xor(member)),
            Value::Hash(hash) => hash.iter().for_each(|(field, value)| self.xor_pair(field, value)),
            Value::SortedSet(zset) => zset.iter().for_each(|(member, score)| {
                self.xor_pair(member, print_f64(score.get(), Compat::V7_0).as_bytes());
            }),
        }
        if entry.expires_ms.is_some() {
            self.xor(b"!!expire!!");
        }
    }

    /// The digest of all keys and values.
    pub(crate) fn of(db: &Keyspace) -> Self {
        let mut all = Self::default();
        if db.len() > 0 {
            all.mix(&[0; 4]);
        }
        for (key, entry) in db.iter() {
            let mut one = Self::default();
            one.mix(key);
            one.add(entry);
            all.xor(&one.0);
        }
        all
    }

    /// In forty digits.
    pub(crate) fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// SHA-1 (FIPS 180-4).
fn sha1(bytes: &[u8]) -> [u8; 20] {
    let mut state = [0x6745_2301u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    let mut padded = bytes.to_vec();
    padded.push(0x80);
    padded.resize((padded.len() + 8).next_multiple_of(64) - 8, 0);
    padded.extend((bytes.len() as u64 * 8).to_be_bytes());
    for block in padded.chunks(64) {
        let mut words: Vec<u32> = block
            .chunks(4)
            .map(|word| word.iter().fold(0, |value, &byte| value << 8 | u32::from(byte)))
            .collect();
        for at in 16..80 {
            let word = words[at - 3] ^ words[at - 8] ^ words[at - 14] ^ words[at - 16];
            words.push(word.rotate_left(1));
        }
        let [mut a, mut b, mut c, mut d, mut e] = state;
        for (at, word) in words.into_iter().enumerate() {
            let (mixed, constant) = match at / 20 {
                0 => ((b & c) | (!b & d), 0x5a82_7999),
                1 => (b ^ c ^ d, 0x6ed9_eba1),
                2 => ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc),
                _ => (b ^ c ^ d, 0xca62_c1d6u32),
            };
            let next = a.rotate_left(5).wrapping_add(mixed).wrapping_add(e);
            let next = next.wrapping_add(constant).wrapping_add(word);
            (a, b, c, d, e) = (next, a, b.rotate_left(30), c, d);
        }
        for (old, new) in state.iter_mut().zip([a, b, c, d, e]) {
            *old = old.wrapping_add(new);
        }
    }
    let mut out = [0; 20];
    for (place, word) in out.chunks_mut(4).zip(state) {
        place.copy_from_slice(&word.to_be_bytes());
    }
    out
}
