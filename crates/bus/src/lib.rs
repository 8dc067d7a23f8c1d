//! The Redis Cluster bus: packets to values and back.
//!
//! The wire defines a node's identity, its epochs and its slots, so those types live here too.
//! This crate rejects what Redis rejects and never repairs; it holds no policy and no state.
#![no_std]

extern crate alloc;

mod codec;
mod decode;
mod encode;
mod flags;
mod id;
mod light;
mod packet;
mod slots;

pub use codec::{DecodeError, Frame, FrameError, frame};
pub use decode::decode;
pub use encode::encode;
pub use flags::{MessageFlags, NodeFlags};
pub use id::{IpText, NodeId};
pub use light::{decode_light, encode_light, frame_with_light, is_light};
pub use packet::{Body, Extension, Gossip, Header, Packet, PacketKind};
pub use slots::{SLOTS, Slot, SlotSet, slot_of};

/// A logical clock of the cluster: `currentEpoch`, `configEpoch`, `lastVoteEpoch`.
pub type Epoch = u64;
