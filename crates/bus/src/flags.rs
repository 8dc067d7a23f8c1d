//! Bit sets of the wire.

use borsh::{BorshDeserialize, BorshSerialize};

macro_rules! bits {
    ($(#[$doc:meta])* $name:ident : $int:ty { $($(#[$bit_doc:meta])* $bit:ident = $value:expr;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Default, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
        pub struct $name(pub $int);

        impl $name {
            $($(#[$bit_doc])* pub const $bit: Self = Self($value);)*

            /// Whether every bit of `other` is set.
            #[must_use]
            pub const fn has(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }

            /// Whether at least one bit of `other` is set.
            #[must_use]
            pub const fn any(self, other: Self) -> bool {
                self.0 & other.0 != 0
            }

            /// Sets the bits of `other`.
            pub const fn set(&mut self, other: Self) {
                self.0 |= other.0;
            }

            /// Clears the bits of `other`.
            pub const fn clear(&mut self, other: Self) {
                self.0 &= !other.0;
            }

            /// This set with the bits of `other` added.
            #[must_use]
            pub const fn with(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }

            /// This set with the bits of `other` taken away.
            #[must_use]
            pub const fn without(self, other: Self) -> Self {
                Self(self.0 & !other.0)
            }
        }
    };
}

bits! {
    /// What a node is, as its sender sees it (`CLUSTER_NODE_*`).
    NodeFlags: u16 {
        /// Owns slots, or may.
        MASTER = 1;
        /// Replicates a master.
        REPLICA = 2;
        /// Possibly failing, in the sender's opinion alone.
        PFAIL = 4;
        /// Failing, by a majority of masters.
        FAIL = 8;
        /// The sender itself.
        MYSELF = 16;
        /// First contact made, identity not yet known.
        HANDSHAKE = 32;
        /// No address is known.
        NO_ADDR = 64;
        /// A MEET is still to be sent.
        MEET = 128;
        /// A master that may receive migrating replicas.
        MIGRATE_TO = 256;
        /// A replica that will not fail over.
        NO_FAILOVER = 512;
        /// The sender understands ping extensions (Redis 8, Valkey 8).
        EXTENSIONS_SUPPORTED = 1024;
        /// The sender understands light headers (Valkey 8).
        LIGHT_HEADER_SUPPORTED = 2048;
    }
}

bits! {
    /// What is special about one message (`CLUSTERMSG_FLAG0_*`).
    MessageFlags: u8 {
        /// The master has paused its writes for a manual failover.
        PAUSED = 1;
        /// Vote even though the master looks healthy.
        FORCE_ACK = 2;
        /// Ping extensions follow the gossip section, or are understood by the sender.
        EXT_DATA = 4;
    }
}
