//! What one message says.

use alloc::boxed::Box;
use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::{Epoch, IpText, MessageFlags, NodeFlags, NodeId, SlotSet};

/// One message of the cluster bus.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Packet {
    /// What every message says about its sender.
    pub header: Header,
    /// What this kind of message adds.
    pub body: Body,
}

/// The fixed head of every message. `slots` and `config_epoch` are those of the sender's master
/// when the sender is a replica.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Header {
    /// Client port (base port).
    pub port: u16,
    /// The sender's `currentEpoch`.
    pub current_epoch: Epoch,
    /// The sender's, or its master's, `configEpoch`.
    pub config_epoch: Epoch,
    /// Replication offset in bytes: a master's own, or what a replica has processed.
    pub offset: u64,
    /// Who speaks.
    pub sender: NodeId,
    /// The slots that the sender, or its master, serves.
    pub slots: SlotSet,
    /// The sender's master, when it is a replica.
    pub master: Option<NodeId>,
    /// The announced address; empty means "take the address of the socket".
    pub ip: IpText,
    /// The other client port (plain or TLS), 0 for none.
    pub pport: u16,
    /// Cluster bus port.
    pub cport: u16,
    /// The sender's flags, in its own opinion.
    pub flags: NodeFlags,
    /// Whether the sender sees the cluster as failing.
    pub state_fail: bool,
    /// What is special about this message.
    pub message_flags: MessageFlags,
}

/// The part that depends on the message type.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Body {
    /// "Are you there?", with gossip.
    Ping(Vec<Gossip>, Vec<Extension>),
    /// The answer, or news told without being asked, with gossip.
    Pong(Vec<Gossip>, Vec<Extension>),
    /// A PING that also asks to be admitted.
    Meet(Vec<Gossip>, Vec<Extension>),
    /// A majority holds this node for failing.
    Fail(NodeId),
    /// A pub/sub message.
    Publish {
        /// The channel.
        channel: Vec<u8>,
        /// The message.
        message: Vec<u8>,
    },
    /// "May I fail over my master?"
    FailoverAuthRequest,
    /// "You have my vote."
    FailoverAuthAck,
    /// "The slots you claim belong to this node since a later epoch."
    Update {
        /// The owner's `configEpoch`.
        config_epoch: Epoch,
        /// The owner.
        node: NodeId,
        /// All slots of the owner.
        slots: Box<SlotSet>,
    },
    /// A replica asks its master to pause for a manual failover.
    MfStart,
    /// A module's message; `module_id` is opaque.
    Module {
        /// The module's id, in the sender's byte order.
        module_id: [u8; 8],
        /// The type that the module gave it.
        kind: u8,
        /// The payload.
        payload: Vec<u8>,
    },
    /// A sharded pub/sub message.
    PublishShard {
        /// The channel.
        channel: Vec<u8>,
        /// The message.
        message: Vec<u8>,
    },
    /// A type this version does not know: the header still counts, the body is kept as it came.
    Unknown(u16, Vec<u8>),
}

/// One entry of the gossip section: what the sender believes about a third node.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Gossip {
    /// Whom it is about.
    pub node: NodeId,
    /// When the pending PING was sent, unix seconds; 0 when none is pending.
    pub ping_sent: u32,
    /// When the last PONG came, unix seconds.
    pub pong_received: u32,
    /// Its address.
    pub ip: IpText,
    /// Client port.
    pub port: u16,
    /// Cluster bus port.
    pub cport: u16,
    /// Its flags as the sender sees them.
    pub flags: NodeFlags,
    /// The other client port, 0 for none.
    pub pport: u16,
}

/// One ping extension.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Extension {
    /// Type 0: the announced hostname.
    Hostname(Vec<u8>),
    /// Type 1 (7.2): a name for people.
    HumanNodename(Vec<u8>),
    /// Type 2 (7.2): a node was forgotten, and for how many seconds it must stay so.
    ForgottenNode(NodeId, u64),
    /// Type 3 (7.2): the shard.
    ShardId(NodeId),
    /// Any other type: its number and its padded data.
    Unknown(u16, Vec<u8>),
}

/// The type field of a message, as statistics and the packet view count it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
pub enum PacketKind {
    /// 0
    Ping,
    /// 1
    Pong,
    /// 2
    Meet,
    /// 3
    Fail,
    /// 4
    Publish,
    /// 5
    FailoverAuthRequest,
    /// 6
    FailoverAuthAck,
    /// 7
    Update,
    /// 8
    MfStart,
    /// 9
    Module,
    /// 10
    PublishShard,
    /// Anything else.
    Unknown(u16),
}

impl PacketKind {
    /// The kind that a type field stands for.
    #[must_use]
    pub const fn from_wire(kind: u16) -> Self {
        match kind {
            0 => Self::Ping,
            1 => Self::Pong,
            2 => Self::Meet,
            3 => Self::Fail,
            4 => Self::Publish,
            5 => Self::FailoverAuthRequest,
            6 => Self::FailoverAuthAck,
            7 => Self::Update,
            8 => Self::MfStart,
            9 => Self::Module,
            10 => Self::PublishShard,
            other => Self::Unknown(other),
        }
    }

    /// The type field that stands for this kind.
    #[must_use]
    pub const fn wire(self) -> u16 {
        match self {
            Self::Ping => 0,
            Self::Pong => 1,
            Self::Meet => 2,
            Self::Fail => 3,
            Self::Publish => 4,
            Self::FailoverAuthRequest => 5,
            Self::FailoverAuthAck => 6,
            Self::Update => 7,
            Self::MfStart => 8,
            Self::Module => 9,
            Self::PublishShard => 10,
            Self::Unknown(kind) => kind,
        }
    }

    /// All that have a name, in the order of their type fields.
    pub const NAMED: [Self; 11] = [
        Self::Ping,
        Self::Pong,
        Self::Meet,
        Self::Fail,
        Self::Publish,
        Self::FailoverAuthRequest,
        Self::FailoverAuthAck,
        Self::Update,
        Self::MfStart,
        Self::Module,
        Self::PublishShard,
    ];

    /// What Redis calls it in its source and in its documentation.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ping => "PING",
            Self::Pong => "PONG",
            Self::Meet => "MEET",
            Self::Fail => "FAIL",
            Self::Publish => "PUBLISH",
            Self::FailoverAuthRequest => "FAILOVER_AUTH_REQUEST",
            Self::FailoverAuthAck => "FAILOVER_AUTH_ACK",
            Self::Update => "UPDATE",
            Self::MfStart => "MFSTART",
            Self::Module => "MODULE",
            Self::PublishShard => "PUBLISHSHARD",
            Self::Unknown(_) => "UNKNOWN",
        }
    }

    /// The kind of the message that starts with `bytes`, when its head is there. A peek for
    /// whoever watches the wire; nothing is validated beyond the signature.
    #[must_use]
    pub fn peek(bytes: &[u8]) -> Option<Self> {
        if bytes.len() < 14 || &bytes[..4] != b"RCmb" {
            return None;
        }
        let kind = u16::from_be_bytes([bytes[12], bytes[13]]);
        // Pub/sub has a light form, marked by the highest bit.
        let light = matches!(Self::from_wire(kind & 0x7fff), Self::Publish | Self::PublishShard);
        Some(Self::from_wire(if light { kind & 0x7fff } else { kind }))
    }
}

impl Body {
    /// The type field that this body is sent under.
    #[must_use]
    pub const fn kind(&self) -> PacketKind {
        match self {
            Self::Ping(..) => PacketKind::Ping,
            Self::Pong(..) => PacketKind::Pong,
            Self::Meet(..) => PacketKind::Meet,
            Self::Fail(_) => PacketKind::Fail,
            Self::Publish { .. } => PacketKind::Publish,
            Self::FailoverAuthRequest => PacketKind::FailoverAuthRequest,
            Self::FailoverAuthAck => PacketKind::FailoverAuthAck,
            Self::Update { .. } => PacketKind::Update,
            Self::MfStart => PacketKind::MfStart,
            Self::Module { .. } => PacketKind::Module,
            Self::PublishShard { .. } => PacketKind::PublishShard,
            Self::Unknown(kind, _) => PacketKind::Unknown(*kind),
        }
    }
}
