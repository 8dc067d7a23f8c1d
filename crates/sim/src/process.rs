//! Processes and the table of them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use borsh::{BorshDeserialize, BorshSerialize};
use engine::{ConnId, Input, Start, Time};

use crate::host::HostId;

/// A process of the world, never reused. The number that `ps` and log lines show.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
pub struct Pid(pub u32);

/// Who runs a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProcessKind {
    /// A `redis-server`: its work is handed to a node host.
    Server,
    /// A program of the shell (redis-cli ...): its work is done by whoever spawned it.
    Program,
}

/// What a process is up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProcessState {
    /// Runs.
    Running,
    /// Frozen by SIGSTOP: its sockets accept and buffer, nothing is answered.
    Stopped,
}

#[derive(Debug, Clone)]
pub(crate) struct Process {
    pub(crate) pid: Pid,
    pub(crate) host: HostId,
    pub(crate) kind: ProcessKind,
    pub(crate) state: ProcessState,
    /// How `ps` shows it.
    pub(crate) title: String,
    /// What a server starts with, until it has been handed out.
    pub(crate) start: Option<Box<Start>>,
    /// What came while the process was frozen.
    pub(crate) mailbox: Vec<Input>,
    /// Its sockets: indices of the streams.
    pub(crate) sockets: BTreeMap<ConnId, u32>,
    accepted: u32,
    /// When it wants to be woken.
    deadline: Option<Time>,
    /// The earliest entry for it in [`Processes::wakes`] that is not known to be void.
    queued: Option<Time>,
    /// Where its work stands in the window that is being put together.
    pub(crate) in_work: Option<usize>,
}

impl Process {
    /// An id for a connection that is being accepted: even, the host's choice.
    pub(crate) fn next_accepted(&mut self) -> ConnId {
        self.accepted += 2;
        ConnId(self.accepted)
    }
}

/// The first pid: what a server gets on a host that has not been up for long.
const FIRST_PID: u32 = 1412;

/// All processes, by pid, and when they want to be woken.
#[derive(Debug, Default, Clone)]
pub(crate) struct Processes {
    /// Indexed by pid; the places of those that ended stay empty.
    table: Vec<Option<Box<Process>>>,
    /// Deadlines. An entry counts only while it agrees with its process's `queued`.
    wakes: BinaryHeap<Reverse<(Time, Pid)>>,
}

impl Processes {
    pub(crate) fn add(&mut self, host: HostId, kind: ProcessKind) -> Pid {
        let count = u32::try_from(self.table.len()).expect("fewer than 2^32 processes");
        let pid = Pid(FIRST_PID + count);
        self.table.push(Some(Box::new(Process {
            pid,
            host,
            kind,
            state: ProcessState::Running,
            title: String::new(),
            start: None,
            mailbox: Vec::new(),
            sockets: BTreeMap::new(),
            accepted: 0,
            deadline: None,
            queued: None,
            in_work: None,
        })));
        pid
    }

    pub(crate) fn get(&self, pid: Pid) -> Option<&Process> {
        self.table.get(index(pid)?)?.as_deref()
    }

    pub(crate) fn get_mut(&mut self, pid: Pid) -> Option<&mut Process> {
        self.table.get_mut(index(pid)?)?.as_deref_mut()
    }

    pub(crate) fn remove(&mut self, pid: Pid) -> Option<Box<Process>> {
        let process = self.table.get_mut(index(pid)?)?.take();
        self.tidy();
        process
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Process> + '_ {
        self.table.iter().filter_map(|process| process.as_deref())
    }

    /// About how many bytes all of it takes.
    pub(crate) fn size(&self) -> usize {
        let table = self.table.len() * size_of::<usize>();
        table + self.iter().count() * (size_of::<Process>() + 256)
    }

    /// Notes when a process wants to be woken. A deadline that moves away leaves its entry in the
    /// queue, to be looked at again when it comes up: most deadlines move away, few come closer.
    pub(crate) fn set_deadline(&mut self, pid: Pid, deadline: Option<Time>) {
        let Some(process) = self.get_mut(pid) else { return };
        process.deadline = deadline;
        if let Some(due) = deadline
            && process.queued.is_none_or(|queued| due < queued)
        {
            process.queued = Some(due);
            self.wakes.push(Reverse((due, pid)));
        }
        self.tidy();
    }

    /// The earliest deadline.
    pub(crate) fn next_wake(&self) -> Option<Time> {
        self.wakes.peek().map(|&Reverse((at, _))| at)
    }

    /// The next process whose deadline comes before `until`.
    pub(crate) fn pop_wake_before(&mut self, until: Time) -> Option<Pid> {
        if self.next_wake()? >= until {
            return None;
        }
        let Reverse((_, pid)) = self.wakes.pop()?;
        if let Some(process) = self.get_mut(pid) {
            process.queued = None;
        }
        self.tidy();
        Some(pid)
    }

    /// Drops void entries from the head of the queue, so that the first one counts.
    pub(crate) fn tidy(&mut self) {
        while let Some(&Reverse((at, pid))) = self.wakes.peek() {
            let mut later = None;
            if let Some(process) = self.get_mut(pid)
                && process.queued == Some(at)
            {
                let awake = process.state == ProcessState::Running;
                later = process.deadline.filter(|_| awake);
                if later == Some(at) {
                    return;
                }
                process.queued = later;
            }
            self.wakes.pop();
            self.wakes.extend(later.map(|due| Reverse((due, pid))));
        }
    }
}

fn index(pid: Pid) -> Option<usize> {
    usize::try_from(pid.0.checked_sub(FIRST_PID)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_latest_deadline_counts() {
        let mut processes = Processes::default();
        let pid = processes.add(HostId(0), ProcessKind::Program);
        for due in [50, 20, 70, 30, 90] {
            processes.set_deadline(pid, Some(Time(due)));
        }
        assert_eq!(processes.next_wake(), Some(Time(90)));
        assert_eq!(processes.pop_wake_before(Time(90)), None);
        assert_eq!(processes.pop_wake_before(Time(91)), Some(pid));
        assert_eq!(processes.next_wake(), None);
        processes.set_deadline(pid, Some(Time(95)));
        processes.set_deadline(pid, None);
        assert_eq!(processes.next_wake(), None);
        processes.set_deadline(pid, Some(Time(99)));
        assert_eq!(processes.next_wake(), Some(Time(99)));
    }
}
