//! RDB, the snapshot format: what a full synchronisation carries and what SHUTDOWN leaves on disk.

use alloc::string::String;

use crate::config::Compat;

mod crc64;
mod dump;
mod load;
mod lzf;
mod packed;
mod reader;
mod save;
mod value;

pub(crate) use dump::{Damaged, dump, seal, undump, unseal};
pub(super) use load::{Loaded, load};
pub(super) use save::{Snapshot, save};

/// Opcodes that stand where a key's type byte would.
mod op {
    pub(super) const SLOT_INFO: u8 = 244;
    pub(super) const FUNCTION2: u8 = 245;
    pub(super) const IDLE: u8 = 248;
    pub(super) const FREQ: u8 = 249;
    pub(super) const AUX: u8 = 250;
    pub(super) const RESIZEDB: u8 = 251;
    pub(super) const EXPIRE_MS: u8 = 252;
    pub(super) const EXPIRE_S: u8 = 253;
    pub(super) const SELECTDB: u8 = 254;
    pub(super) const EOF: u8 = 255;
}

/// The newest format that is understood (Redis 8.2).
const NEWEST: u32 = 12;

/// The format that a version writes.
const fn version(compat: Compat) -> u16 {
    match compat {
        Compat::V7_0 => 10,
        Compat::V8_2 => 12,
    }
}

/// Where in a replication history a snapshot was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Position {
    /// The replication id.
    pub id: String,
    /// The offset in bytes.
    pub offset: u64,
}
