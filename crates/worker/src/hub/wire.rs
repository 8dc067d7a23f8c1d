//! What passes on the wire, for whoever looks at it, and the faults that are aimed at it.

use std::net::Ipv4Addr;

use bridge::{Faults, FromHub, PacketQuery, Packets};
use capture::Capture;
use engine::Time;
use scenario::Lab;
use sim::HostId;

use crate::convert::{fault, packet};
use crate::scope::{post_message, wall_ms};

/// Milliseconds between two lists: nobody reads faster.
const LIST_MS: f64 = 250.0;
/// Milliseconds between two looks at the faults: at 100 hosts each compares 9900 links.
const FAULTS_MS: f64 = 100.0;

/// The capture, and what the page was told of it.
#[derive(Default)]
pub(crate) struct Wire {
    capture: Capture,
    hosts: Vec<Ipv4Addr>,
    /// What the page wants to know.
    query: Option<PacketQuery>,
    /// When it was told last.
    told_at: f64,
    told: Option<Packets>,
    faults: Option<Faults>,
    /// When they were looked at last.
    looked_at: f64,
    /// Something may have passed since.
    fresh: bool,
}

impl Wire {
    /// Listens from here on.
    pub(crate) fn new(lab: &mut Lab) -> Self {
        lab.world.tap(true);
        Self { hosts: lab.world.hosts().map(|(_, ip)| ip).collect(), ..Self::default() }
    }

    /// Knows what passed in another lab before the moment from which this one goes on.
    pub(super) fn know(&mut self, passed: Capture) {
        self.capture = passed;
    }

    /// What passed before a moment.
    pub(super) fn before(&self, at: Time) -> Capture {
        self.capture.before(at)
    }

    /// Takes what passed.
    pub(crate) fn see(&mut self, lab: &mut Lab) {
        let added = lab.world.hosts().skip(self.hosts.len());
        self.hosts.extend(added.map(|(_, ip)| ip));
        let passages = lab.world.take_passages();
        self.fresh |= !passages.is_empty();
        self.capture.take(passages);
    }

    /// What the page wants to be told from now on.
    pub(crate) fn ask(&mut self, query: Option<PacketQuery>) {
        self.query = query;
        (self.told, self.told_at, self.fresh) = (None, 0.0, true);
    }

    /// The page wants to be told the same that it wanted of another lab.
    pub(crate) fn listen_as(&mut self, other: &Self) {
        self.ask(other.query.clone());
        (self.faults, self.looked_at) = (None, 0.0);
    }

    /// Opens a packet.
    pub(crate) fn open(&self, id: u64, part: u32) {
        let opened = packet::packet(&self.capture, (id, part), &self.hosts);
        post_message(&FromHub::Packet(opened.map(Box::new)));
    }

    /// Writes a span to a file.
    pub(crate) fn save(&self, query: &PacketQuery, lab: &Lab) {
        let filter = packet::filter(query, &self.hosts, lab.world.now());
        let unix_us_at_zero = lab.scenario().unix_us_at_zero();
        post_message(&FromHub::Pcapng(self.capture.pcapng(&filter, unix_us_at_zero)));
    }

    /// Tells what changed; returns the milliseconds until there may be more to tell.
    pub(crate) fn tell(&mut self, lab: &Lab, is_cut: impl Fn(HostId) -> bool) -> Option<f64> {
        let waits = [self.tell_faults(lab, is_cut), self.tell_packets(lab)];
        waits.into_iter().flatten().reduce(f64::min)
    }

    fn tell_faults(&mut self, lab: &Lab, is_cut: impl Fn(HostId) -> bool) -> Option<f64> {
        let wait = self.looked_at + FAULTS_MS - wall_ms();
        if wait > 0.0 && self.faults.is_some() {
            return Some(wait);
        }
        self.looked_at = wall_ms();
        let faults = fault::faults(lab, is_cut);
        if self.faults.as_ref() != Some(&faults) {
            post_message(&FromHub::Faults(Box::new(faults.clone())));
            self.faults = Some(faults);
        }
        None
    }

    fn tell_packets(&mut self, lab: &Lab) -> Option<f64> {
        let query = self.query.as_ref().filter(|_| self.fresh)?;
        let wait = self.told_at + LIST_MS - wall_ms();
        if wait > 0.0 {
            return Some(wait);
        }
        let packets = packet::packets(&self.capture, query, &self.hosts, lab.world.now());
        self.fresh = false;
        self.told_at = wall_ms();
        if self.told.as_ref() != Some(&packets) {
            post_message(&FromHub::Packets(Box::new(packets.clone())));
            self.told = Some(packets);
        }
        None
    }
}
