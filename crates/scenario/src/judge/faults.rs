//! What goes wrong. Faults name hosts, not processes, so that a list of them still makes
//! sense when some are left out.

use std::collections::BTreeSet;
use std::fmt;
use std::net::Ipv4Addr;

use engine::{Signal, Time};
use sim::{HostId, LinkSettings, Pid, ProcessState};

use crate::lab::{Action, Lab};

/// How one reshards.
const RESHARD: &str = "redis-cli --cluster reshard";

/// Something done to the cluster, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// When.
    pub at: Time,
    /// What.
    pub fault: Fault,
}

/// Something done to the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// SIGKILL to a host's server.
    Kill(Ipv4Addr),
    /// SIGTERM.
    Terminate(Ipv4Addr),
    /// SIGSTOP.
    Freeze(Ipv4Addr),
    /// SIGCONT.
    Continue(Ipv4Addr),
    /// Starts the server that a host lacks.
    Start(Ipv4Addr),
    /// A link becomes slow, unsteady, lossy, or cut.
    Link(Ipv4Addr, Ipv4Addr, LinkSettings),
    /// All links are as they were.
    Repair,
    /// A host's clock is set so many milliseconds off.
    Clock(Ipv4Addr, i32),
    /// A host's disk is full, or has room again.
    Disk(Ipv4Addr, bool),
    /// A line typed into a host's shell.
    Type(Ipv4Addr, String),
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>10.3} s  {}", self.at.0 as f64 / 1e6, self.fault)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kill(ip) => write!(f, "{ip}: kill -9"),
            Self::Terminate(ip) => write!(f, "{ip}: kill -TERM"),
            Self::Freeze(ip) => write!(f, "{ip}: kill -STOP"),
            Self::Continue(ip) => write!(f, "{ip}: kill -CONT"),
            Self::Start(ip) => write!(f, "{ip}: redis-server starts"),
            Self::Link(from, to, link) if link.blocked => write!(f, "{from} -> {to}: cut"),
            Self::Link(from, to, LinkSettings { latency, jitter, loss_ppm, .. }) => write!(
                f,
                "{from} -> {to}: latency {} us, jitter {} us, loss {loss_ppm} ppm",
                latency.0, jitter.0
            ),
            Self::Repair => write!(f, "all links are repaired"),
            Self::Clock(ip, off) => write!(f, "{ip}: the clock is {off:+} ms off"),
            Self::Disk(ip, true) => write!(f, "{ip}: the disk is full"),
            Self::Disk(ip, false) => write!(f, "{ip}: the disk has room"),
            Self::Type(ip, line) => write!(f, "{ip}: {line}"),
        }
    }
}

impl Fault {
    /// Does it; nothing when it makes no sense at this moment.
    pub(super) fn happen(&self, lab: &mut Lab) {
        match self {
            Self::Kill(ip) => with_server(lab, *ip, |lab, pid| lab.world.kill(pid)),
            Self::Terminate(ip) => {
                with_server(lab, *ip, |lab, pid| lab.world.signal(pid, Signal::Term));
            }
            Self::Freeze(ip) => with_server(lab, *ip, |lab, pid| lab.world.stop(pid)),
            Self::Continue(ip) => with_server(lab, *ip, |lab, pid| lab.world.cont(pid)),
            Self::Start(ip) => {
                let Some(host) = host(lab, *ip) else { return };
                if lab.server(host).is_none() {
                    let line = lab.start_line(*ip).map(str::to_owned);
                    let line = line.expect("each host's server is started in the opening");
                    type_line(lab, host, line);
                }
            }
            Self::Link(from, to, settings) => {
                if let (Some(from), Some(to)) = (host(lab, *from), host(lab, *to)) {
                    lab.world.set_link(from, to, *settings);
                }
            }
            Self::Repair => repair(lab),
            Self::Clock(ip, off) => {
                if let Some(host) = host(lab, *ip) {
                    lab.world.set_clock(host, i64::from(*off) * 1000);
                }
            }
            Self::Disk(ip, full) => {
                if let Some(host) = host(lab, *ip) {
                    lab.world.fill_disk(host, *full);
                }
            }
            // SETSLOT NODE is the word of whoever says it: two who reshard the same slots at once leave
            // nodes with other beliefs, in Redis too. So one does at a time.
            Self::Type(_, line) if line.contains(RESHARD) && !all_idle(lab) => {}
            Self::Type(ip, line) => {
                if let Some(host) = host(lab, *ip) {
                    type_line(lab, host, line.clone());
                }
            }
        }
    }
}

/// All links as they were, clocks right, room on the disks; frozen servers go on, dead ones are started.
pub(super) fn heal(lab: &mut Lab) {
    repair(lab);
    let hosts: Vec<_> = lab.world.hosts().collect();
    for (host, ip) in hosts {
        lab.world.set_clock(host, 0);
        lab.world.fill_disk(host, false);
        match lab.server(host) {
            Some((pid, ProcessState::Stopped)) => lab.world.cont(pid),
            Some(_) => {}
            None => Fault::Start(ip).happen(lab),
        }
    }
}

/// Whether every console waits at its shell.
fn all_idle(lab: &Lab) -> bool {
    lab.world.hosts().all(|(host, _)| lab.at_shell(host))
}

/// A reshard that was cut short leaves slots open, and a node that imports a slot takes nobody's word
/// on who owns it: after a failover of the owner it knows of none, and the cluster is down to it, in
/// Redis too. So whoever reshards has to end it: by `redis-cli --cluster fix`, and where that says that it
/// can not (a slot that several import), by hand.
pub(super) fn close_slots(lab: &mut Lab, by_hand: bool) {
    let open = open_slots(lab);
    let idle = lab.world.hosts().find(|&(host, _)| lab.at_shell(host));
    let Some((host, ip)) = idle.filter(|_| !open.is_empty()) else { return };
    let line = if by_hand {
        let stable = open
            .iter()
            .map(|(ip, slot)| format!("redis-cli -h {ip} cluster setslot {slot} stable"));
        stable.collect::<Vec<_>>().join("; ")
    } else {
        format!("redis-cli --cluster fix {ip}:6379 --cluster-yes --cluster-replace")
    };
    lab.act(Action::Type { host, line });
}

/// The slots that a nodes.conf has as open (`[5461->-ID]`, `[5461-<-ID]`), with its host.
fn open_slots(lab: &Lab) -> BTreeSet<(Ipv4Addr, String)> {
    let mut open = BTreeSet::new();
    for (host, ip) in lab.world.hosts() {
        let file = lab.world.disk(host).get("nodes.conf");
        let text = String::from_utf8_lossy(file.map_or(&[], |it| it.as_slice())).into_owned();
        let marks = text.split_whitespace().filter_map(|word| word.strip_prefix('['));
        let slots = marks.filter_map(|mark| mark.split_once('-').map(|(slot, _)| slot.to_owned()));
        open.extend(slots.map(|slot| (ip, slot)));
    }
    open
}

fn repair(lab: &mut Lab) {
    let normal = lab.scenario().link;
    let hosts: Vec<HostId> = lab.world.hosts().map(|(host, _)| host).collect();
    for &from in &hosts {
        for &to in &hosts {
            lab.world.set_link(from, to, normal);
        }
    }
}

/// Types a line at a prompt; a program that still runs there is interrupted instead.
fn type_line(lab: &mut Lab, host: HostId, line: String) {
    if lab.at_shell(host) {
        lab.act(Action::Type { host, line });
    } else {
        lab.act(Action::Interrupt { host });
    }
}

fn with_server(lab: &mut Lab, ip: Ipv4Addr, act: impl FnOnce(&mut Lab, Pid)) {
    if let Some((pid, _)) = host(lab, ip).and_then(|host| lab.server(host)) {
        act(lab, pid);
    }
}

pub(super) fn host(lab: &Lab, ip: Ipv4Addr) -> Option<HostId> {
    lab.world.hosts().find(|&(_, it)| it == ip).map(|(host, _)| host)
}
