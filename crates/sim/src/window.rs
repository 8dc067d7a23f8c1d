//! Work as it is handed out, and as it comes back.

use engine::{Input, Output, Start, Time};

use crate::process::{Pid, ProcessKind};

/// Work for one process within one window.
#[derive(Debug, Clone)]
pub struct Work {
    /// Whose.
    pub pid: Pid,
    /// Who runs it.
    pub kind: ProcessKind,
    /// Set when the process starts in this window, at that time, before all inputs.
    pub start: Option<(Time, Start)>,
    /// The beginning of the window: deadlines before it were slept through (SIGSTOP) and are seen
    /// to at this time.
    pub from: Time,
    /// Inputs in order. The process wakes itself at its deadlines in between and up to `until`.
    ///
    /// They were chosen before anybody knows what the process does in this window, so some may be
    /// about a connection that it closes itself in between: it must ignore those.
    pub inputs: Vec<(Time, Input)>,
    /// The end of the window, exclusive.
    pub until: Time,
}

/// What a process did within one window.
#[derive(Debug)]
pub struct Done {
    /// Whose.
    pub pid: Pid,
    /// Outputs in order, with the time of each.
    pub outputs: Vec<(Time, Output)>,
    /// When it wants to be woken next.
    pub deadline: Option<Time>,
}

/// One window of independent work.
#[derive(Debug)]
pub struct Window {
    /// Its first moment.
    pub start: Time,
    /// Its end, exclusive.
    pub until: Time,
    /// The work, by pid; taken out by whoever does it.
    pub work: Vec<Work>,
}
