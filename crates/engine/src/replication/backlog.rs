//! The backlog: the latest bytes of the stream, for replicas that come back.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};

/// The least that one block holds.
const BLOCK: usize = 16 * 1024;
/// What Redis keeps beside the bytes of a block, in the same allocation.
const BLOCK_HEAD: usize = 40;
/// How many blocks one append may drop.
const TRIM_PER_CALL: usize = 64;
/// How many times as many a change of the size may drop.
const TRIMS_OF_A_RESIZE: usize = 10;

/// A piece of the stream. The backlog drops whole blocks, so `histlen` may exceed the set size.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
struct Block {
    capacity: usize,
    bytes: Vec<u8>,
}

/// The latest bytes of the stream.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
pub(super) struct Backlog {
    blocks: VecDeque<Block>,
    /// The offset of the first byte that is kept (or will be).
    first: u64,
    histlen: u64,
}

impl Backlog {
    /// An empty backlog of a stream that is at `offset`.
    pub(super) fn new(offset: u64) -> Self {
        Self { blocks: VecDeque::new(), first: offset + 1, histlen: 0 }
    }

    /// `repl_backlog_first_byte_offset`
    pub(super) const fn first(&self) -> u64 {
        self.first
    }

    /// `repl_backlog_histlen`
    pub(super) const fn histlen(&self) -> u64 {
        self.histlen
    }

    /// Whether the stream can be continued with the byte at `offset`: the one after the last
    /// included.
    pub(super) const fn can_continue_at(&self, offset: u64) -> bool {
        offset >= self.first && offset <= self.first + self.histlen
    }

    /// Adds bytes, then drops the oldest blocks that `size` does not ask to keep.
    pub(super) fn append(&mut self, mut bytes: &[u8], size: u64) {
        self.histlen += bytes.len() as u64;
        if let Some(last) = self.blocks.back_mut() {
            let room = (last.capacity - last.bytes.len()).min(bytes.len());
            last.bytes.extend_from_slice(&bytes[..room]);
            bytes = &bytes[room..];
        }
        if bytes.is_empty() {
            return;
        }
        let limit = usize::try_from(size / 16).unwrap_or(usize::MAX).max(BLOCK);
        while !bytes.is_empty() {
            let capacity = usable(bytes.len().clamp(BLOCK, limit));
            let (now, later) = bytes.split_at(capacity.min(bytes.len()));
            self.blocks.push_back(Block { capacity, bytes: now.to_vec() });
            bytes = later;
        }
        self.trim(size);
    }

    /// Drops the oldest blocks that another `size` does not ask to keep.
    pub(super) fn resize(&mut self, size: u64) {
        for _ in 0..TRIMS_OF_A_RESIZE {
            self.trim(size);
        }
    }

    fn trim(&mut self, size: u64) {
        for _ in 0..TRIM_PER_CALL {
            let Some(oldest) = self.blocks.front() else { return };
            let len = oldest.bytes.len() as u64;
            if self.blocks.len() == 1 || self.histlen - len <= size {
                return;
            }
            self.blocks.pop_front();
            self.first += len;
            self.histlen -= len;
        }
    }

    /// Everything from `offset` on, which [`Backlog::can_continue_at`] has allowed.
    pub(super) fn since(&self, offset: u64) -> Vec<u8> {
        let mut skip = usize::try_from(offset - self.first).unwrap_or(usize::MAX);
        let mut out = Vec::new();
        for block in &self.blocks {
            let from = skip.min(block.bytes.len());
            out.extend_from_slice(&block.bytes[from..]);
            skip -= from;
        }
        out
    }
}

/// What an allocation for `len` bytes and the head of a block really offers: allocators round up to
/// four sizes for each power of two.
const fn usable(len: usize) -> usize {
    let wanted = len + BLOCK_HEAD;
    let step = 1 << ((wanted - 1).ilog2() - 2);
    wanted.div_ceil(step) * step - BLOCK_HEAD
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: u64 = 1024 * 1024;

    #[test]
    fn an_empty_backlog_can_continue_only_at_its_next_byte() {
        let backlog = Backlog::new(14);
        assert_eq!((backlog.first(), backlog.histlen()), (15, 0));
        assert!(backlog.can_continue_at(15));
        assert!(!backlog.can_continue_at(14) && !backlog.can_continue_at(16));
        assert_eq!(backlog.since(15), b"");
    }

    #[test]
    fn bytes_come_back_from_any_offset_kept() {
        let mut backlog = Backlog::new(0);
        let stream: Vec<u8> = (0..50_000_u32).map(|n| (n % 251) as u8).collect();
        for piece in stream.chunks(77) {
            backlog.append(piece, SIZE);
        }
        assert_eq!((backlog.first(), backlog.histlen()), (1, 50_000));
        for offset in [1, 2, 20_440, 20_441, 20_442, 49_999, 50_000, 50_001] {
            assert_eq!(backlog.since(offset), stream[offset as usize - 1..], "from {offset}");
        }
    }

    #[test]
    fn only_whole_blocks_are_dropped_so_that_more_than_the_size_is_kept() {
        let mut backlog = Backlog::new(0);
        for _ in 0..20_000 {
            backlog.append(&[7; 100], SIZE);
        }
        assert!(backlog.histlen() > SIZE && backlog.histlen() <= SIZE + 2 * 20_440);
        assert_eq!(backlog.first() + backlog.histlen(), 2_000_001);
        assert_eq!(backlog.first() % 20_440, 1);
    }
}
