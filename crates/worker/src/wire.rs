//! What hub and node workers say to each other: one buffer a message, in borsh.

use borsh::{BorshDeserialize, BorshSerialize};
use engine::{Input, Output, Start, Time, View};

/// Hub to node.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
pub(crate) enum ToNode {
    /// One window of work; [`FromNode::Done`] answers.
    Work {
        /// Set when the process starts in this window.
        start: Option<(Time, Start)>,
        /// The beginning of the window.
        from: Time,
        /// Inputs in order.
        inputs: Vec<(Time, Input)>,
        /// The end of the window, exclusive.
        until: Time,
    },
    /// Become the node that was snapshot elsewhere. Nothing answers.
    Restore(Vec<u8>),
    /// Hand over the state; [`FromNode::Snapshot`] answers.
    Snapshot,
    /// Tell the state and go on; [`FromNode::Snapshot`] answers.
    Copy,
    /// Tell what the node believes; [`FromNode::View`] answers.
    Look,
}

/// Node to hub. A text instead of a buffer is what a panic said, and the last message.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
pub(crate) enum FromNode {
    /// The first message: the worker runs.
    Ready,
    /// What came out of a window.
    Done {
        /// Outputs in order.
        outputs: Vec<(Time, Output)>,
        /// When the node wants to be woken next.
        deadline: Option<Time>,
    },
    /// The whole state.
    Snapshot(Vec<u8>),
    /// What the node believes.
    View(Box<View>),
}
