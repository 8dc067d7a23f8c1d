//! What page and hub say to each other: plain data, no behaviour.
//!
//! Numbers that must survive JavaScript stay below 2^53; hashes travel as hexadecimal text.
//!
//! - [`ToHub`], [`FromHub`]: the messages. [`Frame`]: the state of things, some thirty times a second.
//! - `node`, `verdict`, `flight`, `fact`: what frames are made of.
//! - `failover`: failovers, when asked for. `history`: the past of a lab.
//! - `travel`: visits to the past, branches, links.
//! - `workload`: clients and what became of their requests.
//! - [`workshop`]: exercises and how far somebody is in one.
//! - `packet`: what passed on the wire. `fault`: aimed faults.

mod fact;
mod failover;
mod fault;
mod flight;
mod frame;
mod from_hub;
mod history;
mod node;
mod packet;
mod server_log;
mod to_hub;
mod travel;
mod verdict;
mod workload;
pub mod workshop;

pub use fact::{Fact, NodeEvent};
pub use failover::{
    Answer, BallotFrame, BarFrame, FailoverFrame, FailoverOutcome, Mark, MarkFrame, Phase,
    VoiceFrame,
};
pub use fault::{Faults, LinkFrame, LinkState, Loss, LossFrame, Ports};
pub use flight::{FLIGHTS_MAX, Flight, FlightKind};
pub use frame::{Frame, HostFrame, Printed};
pub use from_hub::{FromHub, HostInfo, LabInfo};
pub use history::{Action, History, PastAction, Rule};
pub use node::{NodeFrame, PeerFrame, ReplicaFrame, TimerFrame, TimerKind};
pub use packet::{PacketDetail, PacketField, PacketQuery, PacketRow, PacketSpan, Packets};
pub use server_log::{LogAbout, LogLine};
pub use to_hub::ToHub;
pub use travel::{
    Arrival, Branch, BranchCause, LinkFault, LinkPurpose, SharedMoment, Travel, Travelled,
};
pub use verdict::{Refusal, Suspicion, Verdict};
pub use workload::{
    Comparison, ENTRIES_MAX, Fate, INTERVALS_MAX, LastCopy, LedgerEntry, LedgerFilter, LedgerSums,
    Overruled, OverruledBy, RequestCounts, RequestInterval, RequestSecond, RunSums, ShardFrame,
    Variant, WorkloadFrame, WorkloadSettings,
};

/// Version of these messages: page and worker files of different builds refuse each other.
pub const VERSION: u32 = 6;
