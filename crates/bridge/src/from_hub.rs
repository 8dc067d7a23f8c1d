//! What the hub tells the page.

use serde::{Deserialize, Serialize};

use crate::workshop::WorkshopTold;
use crate::{
    Comparison, FailoverFrame, Faults, Frame, History, LinkFrame, LogLine, PacketDetail, Packets,
    Travelled, WorkloadFrame,
};

/// Hub to page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FromHub {
    /// The first message: the hub listens.
    Ready {
        /// [`VERSION`] of the hub.
        version: u32,
    },
    /// The lab is being built.
    Opening {
        /// 0 to 1.
        progress: f64,
    },
    /// A lab is open.
    Opened(LabInfo),
    /// The hosts of the branch that is alive, when there are others than the page was told of last.
    Hosts(Vec<HostInfo>),
    /// The state of things, some thirty times a second while it changes.
    Frame(Box<Frame>),
    /// Answer to [`ToHub::Complete`].
    Completions {
        /// Index of the host.
        host: usize,
        /// The line that was asked about.
        line: String,
        /// Whole replacements for it.
        options: Vec<String>,
    },
    /// Answer to [`crate::ToHub::Failovers`]: the last ones, the oldest first.
    Failovers(Vec<FailoverFrame>),
    /// What [`ToHub::Packets`] asked for, again whenever it changes.
    Packets(Box<Packets>),
    /// Answer to [`ToHub::OpenPacket`]; none when it is not kept any more.
    Packet(Option<Box<PacketDetail>>),
    /// Answer to [`ToHub::SavePackets`]: a pcapng file.
    Pcapng(#[serde(with = "serde_bytes")] Vec<u8>),
    /// Answer to [`ToHub::TakeAway`]: a folder as a tar file.
    TakeAway(#[serde(with = "serde_bytes")] Vec<u8>),
    /// The faults that last, whenever they change.
    Faults(Box<Faults>),
    /// Answer to [`ToHub::LookAtLink`].
    Link(LinkFrame),
    /// Answer to [`ToHub::History`].
    History(Box<History>),
    /// Answer to [`crate::ToHub::ReadLog`]: the lines in the order of time.
    ServerLog(Vec<LogLine>),
    /// What was asked for can not be done; the lab is as it was.
    Refused {
        /// For the user.
        message: String,
    },
    /// About the past, branches and links.
    Travel(Travelled),
    /// About exercises.
    Workshop(WorkshopTold),
    /// The workload, for whoever watches it.
    Workload(Box<WorkloadFrame>),
    /// How far a comparison is, and what it came to.
    Comparison(Box<Comparison>),
    /// Something can not go on.
    Failed {
        /// For the user.
        message: String,
    },
}

/// What a lab is opened with. But for the hosts, nothing of it changes while it is open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LabInfo {
    /// What it was opened from, as [`crate::ToHub::Open`] takes it.
    pub scenario: String,
    /// The seed.
    pub seed: u64,
    /// Unix milliseconds at virtual time 0.
    pub unix_ms_at_zero: f64,
    /// Every host; [`FromHub::Hosts`] tells others.
    pub hosts: Vec<HostInfo>,
}

/// A host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HostInfo {
    /// Its address.
    pub ip: String,
    /// The port of its server.
    pub port: u16,
}
