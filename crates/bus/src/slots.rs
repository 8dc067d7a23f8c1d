//! Hash slots.

use core::fmt;

use borsh::{BorshDeserialize, BorshSerialize};

/// How many hash slots a cluster has.
pub const SLOTS: usize = 16384;

/// A hash slot, below [`SLOTS`].
pub type Slot = u16;

/// A set of hash slots: a bitmap of 2048 bytes, slot `s` being bit `s mod 8` of byte `s / 8`.
#[derive(Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SlotSet {
    /// Little-endian words, so that their bytes in memory order are the wire's bytes.
    words: [u64; SLOTS / 64],
}

impl SlotSet {
    /// The empty set.
    pub const EMPTY: Self = Self { words: [0; SLOTS / 64] };

    /// Whether `slot` is in the set.
    #[must_use]
    pub const fn contains(&self, slot: Slot) -> bool {
        self.words[slot as usize / 64] >> (slot % 64) & 1 == 1
    }

    /// Adds `slot`; tells whether it is new.
    pub const fn insert(&mut self, slot: Slot) -> bool {
        let new = !self.contains(slot);
        self.words[slot as usize / 64] |= 1 << (slot % 64);
        new
    }

    /// Removes `slot`; tells whether it was there.
    pub const fn remove(&mut self, slot: Slot) -> bool {
        let old = self.contains(slot);
        self.words[slot as usize / 64] &= !(1 << (slot % 64));
        old
    }

    /// How many slots are in the set.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.iter().map(|w| w.count_ones() as usize).sum()
    }

    /// Whether the set is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|&w| w == 0)
    }

    /// The slots in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = Slot> + '_ {
        self.words.iter().enumerate().flat_map(|(i, &word)| {
            let mut rest = word;
            core::iter::from_fn(move || {
                if rest == 0 {
                    return None;
                }
                let bit = rest.trailing_zeros();
                rest &= rest - 1;
                Some((i * 64) as Slot + bit as Slot)
            })
        })
    }

    /// The maximal runs of adjacent slots, both ends included, in ascending order.
    pub fn ranges(&self) -> impl Iterator<Item = (Slot, Slot)> + '_ {
        let mut from = 0;
        core::iter::from_fn(move || {
            let first = self.next_from(from, true);
            if first == SLOTS {
                return None;
            }
            from = self.next_from(first, false);
            Some((first as Slot, (from - 1) as Slot))
        })
    }

    /// The first slot from `from` on that is in the set, or the first that is not; [`SLOTS`] for none.
    fn next_from(&self, from: usize, wanted: bool) -> usize {
        let mut mask = u64::MAX << (from % 64);
        for (at, &word) in self.words.iter().enumerate().skip(from / 64) {
            let found = if wanted { word } else { !word } & mask;
            if found != 0 {
                return at * 64 + found.trailing_zeros() as usize;
            }
            mask = u64::MAX;
        }
        SLOTS
    }

    /// The slots that are in `self` and not in `other`.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        let mut result = *self;
        for (word, taken) in result.words.iter_mut().zip(&other.words) {
            *word &= !taken;
        }
        result
    }

    /// Reads the wire's bitmap.
    #[must_use]
    pub fn from_wire(bytes: &[u8; SLOTS / 8]) -> Self {
        let mut words = [0; SLOTS / 64];
        for (word, chunk) in words.iter_mut().zip(bytes.chunks_exact(8)) {
            *word = u64::from_le_bytes(chunk.try_into().expect("chunks of 8"));
        }
        Self { words }
    }

    /// Writes the wire's bitmap.
    #[must_use]
    pub fn to_wire(&self) -> [u8; SLOTS / 8] {
        let mut bytes = [0; SLOTS / 8];
        for (chunk, word) in bytes.chunks_exact_mut(8).zip(&self.words) {
            chunk.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }
}

impl Default for SlotSet {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl FromIterator<Slot> for SlotSet {
    fn from_iter<I: IntoIterator<Item = Slot>>(slots: I) -> Self {
        let mut set = Self::EMPTY;
        for slot in slots {
            set.insert(slot);
        }
        set
    }
}

impl fmt::Debug for SlotSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.ranges()).finish()
    }
}

/// The slot of a key: CRC16/XMODEM modulo 16384, over the hash tag when the key has one.
///
/// A hash tag is what stands between the first `{` and the next `}`, if that is not empty.
#[must_use]
pub fn slot_of(key: &[u8]) -> Slot {
    let tag = key.iter().position(|&b| b == b'{').and_then(|open| {
        let rest = &key[open + 1..];
        let close = rest.iter().position(|&b| b == b'}')?;
        (close > 0).then(|| &rest[..close])
    });
    crc16(tag.unwrap_or(key)) % SLOTS as u16
}

/// CRC16/XMODEM: polynomial 0x1021, initial value 0, nothing reflected.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, &byte| {
        (0..8).fold(crc ^ u16::from(byte) << 8, |crc: u16, _| {
            if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x1021 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_keys_fall_into_the_slots_that_redis_gives_them() {
        let known: [(&[u8], Slot); 8] = [
            (b"foo", 12182),
            (b"bar", 5061),
            (b"hello", 866),
            (b"123456789", 12739),
            (b"", 0),
            (b"foo{}{bar}", 8363),
            (b"foo{{bar}}zap", 4015),
            (b"a{foo}b", 12182),
        ];
        for (key, slot) in known {
            assert_eq!(slot_of(key), slot, "{key:?}");
        }
    }

    #[test]
    fn ranges_are_maximal_runs() {
        let set: SlotSet = (0..=5460).chain([5462, 16383]).collect();
        let ranges: alloc::vec::Vec<_> = set.ranges().collect();
        assert_eq!(ranges, [(0, 5460), (5462, 5462), (16383, 16383)]);
        assert_eq!(SlotSet::from_wire(&set.to_wire()), set);
    }
}
