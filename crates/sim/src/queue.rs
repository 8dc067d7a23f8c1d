//! What happens when.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use engine::{Signal, Time};

use crate::net::{StreamRef, Way};
use crate::process::Pid;

/// Something that will happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// The front of a lane's wire arrives.
    Arrive(StreamRef, Way),
    /// A connection attempt is repeated, or given up after the last of its attempts.
    SynTimer(StreamRef, u8),
    /// There is no host at the address that was dialled.
    NoRoute(StreamRef),
    /// What a lane holds back is sent again.
    Retransmit(StreamRef, Way),
    /// What waits in a lane for an acknowledgement may go.
    Acknowledged(StreamRef, Way),
    /// A server starts.
    Start(Pid),
    /// A process hears a signal.
    Signal(Pid, Signal),
    /// A process's host had its clock set: Unix time at zero from here on.
    ClockSet(Pid, u64),
    /// The disk of a server's host is full, or has room again.
    DiskFull(Pid, bool),
    /// A program is woken from outside.
    Wake(Pid),
    /// A frozen process goes on.
    Resume(Pid),
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    at: Time,
    sequence: u64,
    event: Event,
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.sequence).cmp(&(other.at, other.sequence))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Entry {}

/// Events in the order of time; those of one moment in the order in which they were put in.
#[derive(Debug, Default, Clone)]
pub(crate) struct Queue {
    heap: BinaryHeap<Reverse<Entry>>,
    sequence: u64,
}

impl Queue {
    pub(crate) fn push(&mut self, at: Time, event: Event) {
        self.heap.push(Reverse(Entry { at, sequence: self.sequence, event }));
        self.sequence += 1;
    }

    pub(crate) fn next(&self) -> Option<Time> {
        self.heap.peek().map(|Reverse(entry)| entry.at)
    }

    /// The next event, when it comes before `until`.
    pub(crate) fn pop_before(&mut self, until: Time) -> Option<(Time, Event)> {
        if self.next()? >= until {
            return None;
        }
        self.heap.pop().map(|Reverse(entry)| (entry.at, entry.event))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_of_one_moment_keep_their_order() {
        let mut queue = Queue::default();
        for (at, pid) in [(5, 1), (3, 2), (5, 3), (3, 4), (9, 5)] {
            queue.push(Time(at), Event::Wake(Pid(pid)));
        }
        let mut order = Vec::new();
        while let Some((at, Event::Wake(pid))) = queue.pop_before(Time(9)) {
            order.push((at.0, pid.0));
        }
        assert_eq!(order, [(3, 2), (3, 4), (5, 1), (5, 3)]);
        assert_eq!(queue.next(), Some(Time(9)));
    }
}
