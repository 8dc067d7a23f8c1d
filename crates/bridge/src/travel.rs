//! The past, branches of it, and moments that are sent to somebody.

use serde::{Deserialize, Serialize};

/// What the page asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Travel {
    /// Show this moment of the past. The lab stands still meanwhile. Frames are marked as
    /// [`Frame::past`](crate::Frame::past); time can pass in the past, too, up to the present.
    Visit {
        /// Virtual microseconds.
        at_us: u64,
    },
    /// Back to the present.
    Return,
    /// Act from the moment that is shown: it is the present of a new branch, and the old future
    /// stays as a branch of its own. Anything that is done to the lab in the past does so, too.
    Fork,
    /// Go on with another branch, where it was left.
    Switch(usize),
    /// A link to the moment that is shown; [`Travelled::Link`] answers.
    Link {
        /// What for: comes back with the answer.
        purpose: LinkPurpose,
    },
    /// Open the lab of a link and come to its moment, at full speed. [`ToHub::Run`](crate::ToHub)
    /// stops on the way.
    Follow {
        /// The link's own part of an address, or a file's text.
        link: String,
    },
}

/// What a link is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkPurpose {
    /// To be copied.
    Copy,
    /// For a file.
    File,
    /// For a report.
    Report,
    /// To be remembered until the next visit.
    Remember,
}

/// What the hub tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Travelled {
    /// The branches changed.
    Branches {
        /// The one that is alive.
        live: usize,
        /// All of them, by number.
        branches: Vec<Branch>,
        /// What led to this.
        cause: BranchCause,
    },
    /// A link.
    Link {
        /// What it was asked for.
        purpose: LinkPurpose,
        /// It.
        moment: SharedMoment,
    },
    /// A link was not followed; the lab is as it was.
    Refused(LinkFault),
    /// A link is followed: its lab is open, and runs to this moment.
    Following {
        /// Virtual milliseconds.
        until_ms: f64,
    },
    /// The end of a link's way.
    Arrived(Arrival),
}

/// Why branches are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BranchCause {
    /// A lab was opened.
    Opened,
    /// A person acts from a moment of the past.
    Forked {
        /// That moment, virtual microseconds.
        at_us: u64,
        /// It was an action that made it so.
        by_action: bool,
    },
    /// Another branch goes on.
    Switched,
}

/// One history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Branch {
    /// The branch that it came from.
    pub parent: Option<usize>,
    /// Where it left that, virtual milliseconds.
    pub from_ms: f64,
    /// How far it got, virtual milliseconds.
    pub end_ms: f64,
    /// The trace's hash there, hexadecimal.
    pub hash: String,
    /// How much was done in it.
    pub actions: usize,
}

/// A moment, as it is sent to somebody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SharedMoment {
    /// The link's own part of an address.
    pub link: String,
    /// The scenario's name.
    pub scenario: String,
    /// The seed.
    pub seed: u64,
    /// The moment, virtual milliseconds.
    pub now_ms: f64,
    /// The trace's hash, hexadecimal.
    pub hash: String,
    /// The engine's version.
    pub engine: String,
    /// How much was done.
    pub actions: usize,
    /// When the reader of an exercise went on from steps that check nothing, virtual microseconds.
    pub went_on_us: Vec<u64>,
}

/// Why a link cannot be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkFault {
    /// It is not what it was when it was made, or never was a link.
    Damaged,
    /// It is larger than any that is made here.
    TooLarge,
    /// It was made by a later version.
    Newer,
    /// There is no scenario of that name here.
    NoScenario,
}

/// Where a link has led.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Arrival {
    /// Stopped before its moment.
    pub stopped: bool,
    /// The hash that the link names.
    pub hash_there: String,
    /// The hash here.
    pub hash_here: String,
    /// The engine that the link was made with.
    pub engine_there: String,
    /// This engine.
    pub engine_here: String,
}
