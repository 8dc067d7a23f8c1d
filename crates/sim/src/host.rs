//! Hosts: an address, a disk, the ports in use.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::rc::Rc;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::process::Pid;

/// A host of the world.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
pub struct HostId(pub u16);

/// The file that takes the log of a host's servers. It holds at most [`LOG_LIMIT`] bytes: when it
/// grows beyond, its older half goes, as under log rotation.
pub const LOG_FILE: &str = "redis.log";

/// Where rotation sets in, bytes.
const LOG_LIMIT: usize = 1 << 20;

/// The ports from which connections are opened, as Linux has them by default.
const EPHEMERAL: std::ops::RangeInclusive<u16> = 32768..=60999;

#[derive(Debug, Clone)]
pub(crate) struct Host {
    pub(crate) ip: Ipv4Addr,
    /// It was taken away.
    pub(crate) gone: bool,
    /// The files of the working directory.
    pub(crate) disk: BTreeMap<String, Rc<Vec<u8>>>,
    /// Whether nothing can be written there. (The log has a disk of its own.)
    pub(crate) full: bool,
    /// By how many microseconds the clock is off.
    pub(crate) clock_off: i64,
    /// Which process accepts connections on which port.
    listening: BTreeMap<u16, Pid>,
    /// Local ports of connections that were opened here.
    dialling: BTreeSet<u16>,
    next_port: u16,
}

impl Host {
    pub(crate) fn new(ip: Ipv4Addr) -> Self {
        Self {
            ip,
            gone: false,
            disk: BTreeMap::new(),
            full: false,
            clock_off: 0,
            listening: BTreeMap::new(),
            dialling: BTreeSet::new(),
            next_port: *EPHEMERAL.start(),
        }
    }

    pub(crate) fn listener(&self, port: u16) -> Option<Pid> {
        self.listening.get(&port).copied()
    }

    /// The first process to listen on a port keeps it until it dies.
    pub(crate) fn listen(&mut self, port: u16, pid: Pid) {
        self.listening.entry(port).or_insert(pid);
    }

    pub(crate) fn stop_listening(&mut self, pid: Pid) {
        self.listening.retain(|_, owner| *owner != pid);
    }

    /// A free local port for a new connection.
    ///
    /// # Panics
    /// When all are taken.
    pub(crate) fn take_port(&mut self) -> u16 {
        for _ in EPHEMERAL {
            let port = self.next_port;
            self.next_port = if port == *EPHEMERAL.end() { *EPHEMERAL.start() } else { port + 1 };
            if !self.listening.contains_key(&port) && self.dialling.insert(port) {
                return port;
            }
        }
        panic!("no free local port on {}", self.ip);
    }

    pub(crate) fn release_port(&mut self, port: u16) {
        self.dialling.remove(&port);
    }

    /// Appends a line to the log file.
    pub(crate) fn append_log(&mut self, line: &str) {
        if !self.disk.contains_key(LOG_FILE) {
            self.disk.insert(LOG_FILE.into(), Rc::default());
        }
        let log = Rc::make_mut(self.disk.get_mut(LOG_FILE).expect("it was just made"));
        log.extend_from_slice(line.as_bytes());
        log.push(b'\n');
        if log.len() > LOG_LIMIT {
            let half = log.len() / 2;
            let keep =
                log[half..].iter().position(|&byte| byte == b'\n').map_or(half, |at| half + at + 1);
            log.drain(..keep);
        }
    }

    /// What a server finds on the disk when it starts: everything but the log.
    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let files = self.disk.iter().filter(|(name, _)| *name != LOG_FILE);
        files.map(|(name, bytes)| (name.clone(), bytes.to_vec())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_keeps_whole_recent_lines_within_its_limit() {
        let mut host = Host::new(Ipv4Addr::LOCALHOST);
        for n in 0..40_000 {
            host.append_log(&format!("line {n} of a log that goes on and on and on and on"));
        }
        let log = &host.disk[LOG_FILE];
        assert!(log.len() <= LOG_LIMIT && log.len() > LOG_LIMIT / 3);
        assert!(log.starts_with(b"line "));
        assert!(log.ends_with(b"line 39999 of a log that goes on and on and on and on\n"));
    }

    #[test]
    fn local_ports_in_use_are_not_given_twice() {
        let mut host = Host::new(Ipv4Addr::LOCALHOST);
        let first = host.take_port();
        for _ in 1..EPHEMERAL.len() {
            let port = host.take_port();
            assert_ne!(port, first);
            host.release_port(port);
        }
        assert_ne!(host.take_port(), first);
    }
}
