//! The state of things at one moment.

use serde::{Deserialize, Serialize};

use crate::{Flight, NodeEvent, NodeFrame, PastAction, RequestSecond};

/// The state of things at one moment, and what happened since the last frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// Messages of the page that were handled before this frame was made, since [`FromHub::Ready`].
    /// Whoever typed a line knows by it whether a prompt is older or younger than the line.
    pub heard: u64,
    /// An [`ToHub::Advance`] or a [`ToHub::NextEvent`] is under way.
    pub busy: bool,
    /// Virtual time, milliseconds since the lab booted.
    pub now_ms: f64,
    /// It shows a moment of the past; what follows from it is known already.
    pub past: bool,
    /// Whether time passes.
    pub running: bool,
    /// The speed asked for.
    pub speed: f64,
    /// The speed reached, virtual seconds per second.
    pub pace: f64,
    /// How many nodes run in workers of their own (0 while the hub runs them inline).
    pub workers: usize,
    /// The trace's hash, hexadecimal.
    pub hash: String,
    /// One for each host that there is by now, those that were taken away included.
    pub hosts: Vec<HostFrame>,
    /// The hosts whose [`NodeFrame::peers`] are only those entries that changed since the last frame,
    /// the times of PING and PONG apart: in a large lab whole tables would be more than a page can
    /// take in.
    pub partial: Vec<usize>,
    /// What is on the wire, and what arrived since the last frame: at most [`FLIGHTS_MAX`], packets
    /// of a decision (FAIL, votes, UPDATE, MFSTART) first, then data, then heartbeats.
    pub flights: Vec<Flight>,
    /// What was done to the lab.
    pub acted: Vec<PastAction>,
    /// How many slots somebody serves, each time that this may have changed: virtual milliseconds
    /// and slots.
    pub covered: Vec<(f64, u32)>,
    /// What became of the workload's requests in each second that ended since the last frame, and so
    /// far in the one that goes on; nothing of seconds in which nothing came.
    pub requests: Vec<RequestSecond>,
    /// What appeared in consoles.
    pub printed: Vec<Printed>,
    /// What nodes decided.
    pub events: Vec<NodeEvent>,
}

/// A host at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HostFrame {
    /// It was taken away.
    pub gone: bool,
    /// Its server's process id, none when none runs.
    pub pid: Option<u32>,
    /// Frozen by SIGSTOP.
    pub stopped: bool,
    /// Cut off from all others.
    pub cut: bool,
    /// The console's prompt; none while a program runs that takes no input.
    pub prompt: Option<String>,
    /// The prompt is the shell's, not a program's.
    pub at_shell: bool,
    /// What killed the server, if a bug did.
    pub crash: Option<String>,
    /// What its server believes; none when none runs (the last known stays with the page).
    pub node: Option<NodeFrame>,
}

/// Text that appeared in a console.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Printed {
    /// Virtual milliseconds.
    pub at_ms: f64,
    /// Index of the host.
    pub host: usize,
    /// It is a typed line behind its prompt: the page has shown it when it sent it.
    pub echo: bool,
    /// Line ends included.
    pub text: String,
}
