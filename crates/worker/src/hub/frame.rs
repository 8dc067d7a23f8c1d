//! Frames: when the next one is due, and what is in it.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use bridge::{Frame, FromHub, HostFrame, HostInfo, LabInfo};
use engine::View;
use scenario::Lab;
use sim::{Pid, ProcessKind, ProcessState};

use super::told::Told;
use super::watch::Watch;
use crate::convert::{history, ms, node};
use crate::scope::{post_message, wall_ms};

/// The port of a server that was never seen.
const DEFAULT_PORT: u16 = 6379;
/// Milliseconds between frames.
const FRAME_MS: f64 = 33.0;
/// Milliseconds between frames when somebody waits for an answer.
const URGENT_MS: f64 = 12.0;

/// How long the hub waits for a page that draws, before it goes on without its word, milliseconds.
const PATIENCE_MS: f64 = 1000.0;

/// What a frame tells about time, and about the hub itself.
pub(crate) struct Clock {
    pub(crate) past: bool,
    pub(crate) heard: u64,
    pub(crate) busy: bool,
    pub(crate) running: bool,
    pub(crate) speed: f64,
    pub(crate) pace: f64,
    pub(crate) workers: usize,
}

/// Makes frames while something changes.
pub(crate) struct Painter {
    changed: bool,
    last: f64,
    /// How many actions were told.
    acted: usize,
    /// How many hosts were told.
    hosts: usize,
    /// The page has not drawn the last frame yet.
    waits: bool,
    told: Told,
}

impl Painter {
    /// The first frame is due at once; so many actions are known already.
    pub(crate) fn new(acted: usize) -> Self {
        Self { changed: true, last: 0.0, acted, hosts: 0, waits: false, told: Told::default() }
    }

    /// The page was shown another lab meanwhile: the next frame tells all.
    pub(crate) fn tell_all(&mut self) {
        self.told = Told::default();
        self.waits = false;
        self.changed = true;
    }

    /// The page has drawn the last frame.
    pub(crate) fn drawn(&mut self) {
        self.waits = false;
    }

    /// The next frame will differ from the last.
    pub(crate) fn changed(&mut self) {
        self.changed = true;
    }

    /// Milliseconds until the next frame is due; none when nothing changed.
    pub(crate) fn wait(&self, urgent: bool) -> Option<f64> {
        let pause = match urgent {
            _ if self.waits => PATIENCE_MS,
            true => URGENT_MS,
            false => FRAME_MS,
        };
        self.changed.then(|| (self.last + pause - wall_ms()).max(0.0))
    }

    /// Posts a frame.
    pub(crate) fn paint(
        &mut self,
        clock: &Clock,
        lab: &Lab,
        watch: &mut Watch,
        views: &BTreeMap<Pid, &View>,
    ) {
        self.changed = false;
        self.last = wall_ms();
        // While the past is shown the page knows the hosts that come later, too.
        if !clock.past && self.hosts != lab.hosts().len() {
            self.hosts = lab.hosts().len();
            post_message(&FromHub::Hosts(host_infos(lab)));
        }
        let acted = lab.history().get(self.acted..).unwrap_or_default();
        let acted = acted.iter().map(|(at, action)| history::told(*at, action)).collect();
        self.acted = lab.history().len();
        let (covered, requests) = (watch.take_covered(), watch.requests.take(lab));
        self.waits = true;
        let mut partial = Vec::new();
        let hosts = hosts(lab, watch, views, &mut self.told, &mut partial);
        let (flights, printed, events) = watch.take();
        let frame = Frame {
            heard: clock.heard,
            busy: clock.busy,
            now_ms: ms(lab.world.now()),
            past: clock.past,
            running: clock.running,
            speed: clock.speed,
            pace: clock.pace,
            workers: clock.workers,
            hash: format!("{:016x}", lab.world.trace_hash()),
            hosts,
            partial,
            flights,
            acted,
            covered,
            requests,
            printed,
            events,
        };
        post_message(&FromHub::Frame(Box::new(frame)));
    }
}

/// What the page is told once.
pub(crate) fn info(lab: &Lab, seed: u64) -> LabInfo {
    let scenario = lab.scenario();
    LabInfo {
        scenario: scenario.source(),
        seed,
        unix_ms_at_zero: scenario.unix_us_at_zero() as f64 / 1000.0,
        hosts: host_infos(lab),
    }
}

fn host_infos(lab: &Lab) -> Vec<HostInfo> {
    let info = |ip: Ipv4Addr| HostInfo { ip: ip.to_string(), port: DEFAULT_PORT };
    lab.world.hosts().map(|(_, ip)| info(ip)).collect()
}

fn hosts(
    lab: &Lab,
    watch: &Watch,
    views: &BTreeMap<Pid, &View>,
    told: &mut Told,
    partial: &mut Vec<usize>,
) -> Vec<HostFrame> {
    let host = |(index, host)| {
        let mut processes = lab.world.processes(host);
        let server = processes.find(|(_, kind, _)| *kind == ProcessKind::Server);
        let server = server.map(|(pid, _, state)| (pid, state));
        let view = server.and_then(|(pid, _)| Some((pid, *views.get(&pid)?)));
        let node = view.map(|(pid, view)| {
            let (peers, changes) = told.changed(pid, view);
            if changes {
                partial.push(index);
            }
            node::node(view, &peers)
        });
        HostFrame {
            gone: lab.world.is_gone(host),
            pid: server.map(|(pid, _)| pid.0),
            stopped: server.is_some_and(|(_, state)| state == ProcessState::Stopped),
            cut: watch.is_cut(host),
            prompt: lab.prompt(host),
            at_shell: lab.at_shell(host),
            crash: watch.crash(host),
            node,
        }
    };
    lab.world.hosts().map(|(id, _)| id).enumerate().map(host).collect()
}
