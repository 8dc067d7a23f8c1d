//! Many processes on hosts, in virtual time, over a network of streams.
//!
//! [`World`] owns the clock, the event queue, the hosts with their disks, and the network. It runs
//! no process itself: [`World::next_window`] hands out work, whoever hosts the processes does it
//! (inline or in workers), and [`World::finish`] takes what came out. All work of one window is
//! independent: within the smallest latency of any link, no process can hear of another. So the
//! order in which hosts do it cannot matter, and the same seed and actions give the same trace.
//!
//! Invariant: this crate knows bytes, links, processes and time. Nothing in it matches on a role.

mod world;

pub use world::{
    Direction, Done, Flight, HostId, LinkSettings, Pid, ProcessKind, ProcessState, Record,
    SegmentKind, What, Window, Work, World,
};
