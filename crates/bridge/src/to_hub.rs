//! What the page asks of the hub.

use serde::{Deserialize, Serialize};

use crate::workshop::Workshop;
use crate::{
    History, LedgerFilter, LinkState, Loss, PacketQuery, Travel, Variant, WorkloadSettings,
};

/// Page to hub.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ToHub {
    /// Open a lab (the previous one ends).
    Open {
        /// What it starts from: a scenario's name, a line `design masters=3 ...`, or a scenario's
        /// whole text. When it can not be read, [`crate::FromHub::Refused`] says why and nothing changes.
        scenario: String,
        /// Below 2^52; none for the scenario's own.
        seed: Option<u64>,
    },
    /// Open a lab out of what real nodes answered to CLUSTER NODES, one after another; time stands
    /// still at first. [`crate::FromHub::Refused`] says why when that can not be read.
    OpenPasted {
        /// The answers.
        nodes: String,
        /// `7.0` or `8.2`
        version: String,
        /// `cluster-node-timeout`, milliseconds.
        node_timeout_ms: u64,
    },
    /// Read the log of a real server; [`crate::FromHub::ServerLog`] or [`crate::FromHub::Refused`]
    /// answers.
    ReadLog {
        /// The log, of one process or of several.
        text: String,
    },
    /// A line typed into a host's console.
    Type {
        /// Index into [`LabInfo::hosts`].
        host: usize,
        /// Without the line end.
        line: String,
    },
    /// Ctrl-C in a host's console.
    Interrupt {
        /// Index of the host.
        host: usize,
    },
    /// Ask for completions; [`crate::FromHub::Completions`] answers.
    Complete {
        /// Index of the host.
        host: usize,
        /// The line up to the cursor.
        line: String,
    },
    /// The last frame was drawn: the next one may come. A page that is slow is not flooded.
    Drawn,
    /// Virtual seconds per second, 0.001 to 100.
    Speed(f64),
    /// Keep the nodes in their workers even where time would pass faster with all of them in the
    /// hub.
    StayInWorkers(bool),
    /// Let time pass, or stop it.
    Run(bool),
    /// Let this many virtual milliseconds pass at full speed, whatever the speed is.
    Advance(f64),
    /// Move to the next thing that happens (bytes arrive, a timer is due) and stop there.
    Step,
    /// Let time pass at full speed until a node decides something ([`Frame::events`] is not empty),
    /// at most a virtual minute, and stop there.
    NextEvent,
    /// Cut a host off from all others, or reconnect it.
    Cut {
        /// Index of the host.
        host: usize,
        /// Off or on again.
        cut: bool,
    },
    /// Tell the failovers up to this moment; [`crate::FromHub::Failovers`] answers.
    Failovers,
    /// Start the workload, change what it does, or stop it.
    Workload(Option<WorkloadSettings>),
    /// Tell about the workload some times a second while it changes, with these entries of its
    /// ledger; none for no more.
    WatchWorkload(Option<LedgerFilter>),
    /// Do the same again from the seed under another setting; [`crate::FromHub::Comparison`] answers.
    Compare(Variant),
    /// Tell which packets there are of this kind, now and whenever that changes; none: no more.
    Packets(Option<PacketQuery>),
    /// Open a packet; [`FromHub::Packet`] answers.
    OpenPacket {
        /// As in [`PacketRow`].
        id: u64,
        /// As in [`PacketRow`].
        part: u32,
    },
    /// Write the packets of a span and between these hosts to a file, whatever their kind;
    /// [`FromHub::Pcapng`] answers.
    SavePackets(PacketQuery),
    /// Pack the lab and what was typed in it for real servers; [`FromHub::TakeAway`] answers.
    TakeAway,
    /// Lose something.
    Lose(Loss),
    /// Lose it no more.
    EndLoss {
        /// As in [`LossFrame`].
        id: u32,
    },
    /// Tell one direction of a link; [`FromHub::Link`] answers.
    LookAtLink {
        /// Index of the host.
        from: usize,
        /// Index of the host.
        to: usize,
    },
    /// Change one direction of a link; none: to what is usual.
    Link {
        /// Index of the host.
        from: usize,
        /// Index of the host.
        to: usize,
        /// What it is to be like.
        state: Option<LinkState>,
    },
    /// Tell what was done so far; [`crate::FromHub::History`] answers.
    History,
    /// Open the lab of a history and do the same in it at the same times, at the speed that is
    /// set; time stops at its end. Whatever the person does meanwhile makes it another history.
    Replay(Box<History>),
    /// About the past, branches and links.
    Travel(Travel),
    /// About exercises.
    Workshop(Workshop),
}

impl ToHub {
    /// Whether it does something to the lab, so that it is part of its history.
    #[must_use]
    pub const fn is_action(&self) -> bool {
        matches!(
            self,
            Self::Type { .. }
                | Self::Interrupt { .. }
                | Self::Cut { .. }
                | Self::Workload(_)
                | Self::Lose(_)
                | Self::EndLoss { .. }
                | Self::Link { .. }
        )
    }
}
