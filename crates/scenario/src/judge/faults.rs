//! What goes wrong, and when. Faults name hosts, not processes, so that a list of them still makes
//! sense when some are left out.

use std::fmt;
use std::net::Ipv4Addr;

use engine::time::Span;
use engine::{Rng, Signal, Time};
use sim::{HostId, LinkSettings, Pid, ProcessState};

use crate::lab::{Action, Lab};

/// The longest pause between two faults.
const PAUSE: Span = Span::from_secs(12);

/// The longest pause within a burst of them.
const BURST: Span = Span::from_millis(20);

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
            Self::Type(ip, line) => write!(f, "{ip}: {line}"),
        }
    }
}

/// Draws faults, each when the one before it is done.
#[derive(Debug)]
pub(super) struct Dice {
    rng: Rng,
}

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self { rng: Rng::new(!seed) }
    }

    /// When the next one happens: a whole millisecond. Trouble seldom comes alone, so that every other
    /// fault follows on the heels of the one before it: elections of several shards compete then.
    pub(super) fn pause(&mut self, now: Time) -> Time {
        let most = if self.rng.below(2) == 0 { BURST } else { PAUSE };
        Time((now + Span(self.rng.below(most.0))).0.next_multiple_of(1000))
    }

    pub(super) fn fault(&mut self, lab: &Lab) -> Fault {
        let ips: Vec<_> = lab.world.hosts().map(|(_, ip)| ip).collect();
        let (ip, other) = (self.pick(&ips), self.pick(&ips));
        let state = host(lab, ip).and_then(|host| lab.server(host)).map(|(_, state)| state);
        let typed = |line: &str| Fault::Type(ip, line.into());
        match (self.rng.below(16), state) {
            (0 | 1, _) if ip != other => self.link(lab, ip, other, true),
            (2, _) if ip != other => self.link(lab, ip, other, false),
            (3..=5, _) => Fault::Repair,
            (_, None) => Fault::Start(ip),
            (_, Some(ProcessState::Stopped)) => Fault::Continue(ip),
            (6, _) => Fault::Kill(ip),
            (7, _) => Fault::Freeze(ip),
            (8, _) => Fault::Terminate(ip),
            (9, _) => typed("redis-cli cluster failover"),
            (10, _) => typed("redis-cli cluster failover force"),
            (11, _) => typed("redis-cli cluster failover takeover"),
            (12, _) => {
                let ms = 1000 + self.rng.below(5000);
                typed(&format!("redis-cli config set cluster-node-timeout {ms}"))
            }
            (13, _) => typed("redis-cli shutdown nosave"),
            _ => {
                let (key, value) = (self.rng.below(100), self.rng.below(1000));
                typed(&format!("redis-cli -c set key:{key} {value}"))
            }
        }
    }

    fn link(&mut self, lab: &Lab, from: Ipv4Addr, to: Ipv4Addr, blocked: bool) -> Fault {
        let normal = lab.scenario().link;
        if blocked {
            return Fault::Link(from, to, LinkSettings { blocked, ..normal });
        }
        let settings = LinkSettings {
            latency: Span(100 + self.rng.below(40_000)),
            jitter: Span(self.rng.below(20_000)),
            loss_ppm: self.rng.below(100_000) as u32,
            blocked,
        };
        Fault::Link(from, to, settings)
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.rng.below(of.len() as u64) as usize]
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
            Self::Type(ip, line) => {
                if let Some(host) = host(lab, *ip) {
                    type_line(lab, host, line.clone());
                }
            }
        }
    }
}

/// All links as they were, frozen servers go on, dead ones are started.
pub(super) fn heal(lab: &mut Lab) {
    repair(lab);
    let hosts: Vec<_> = lab.world.hosts().collect();
    for (host, ip) in hosts {
        match lab.server(host) {
            Some((pid, ProcessState::Stopped)) => lab.world.cont(pid),
            Some(_) => {}
            None => Fault::Start(ip).happen(lab),
        }
    }
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

fn host(lab: &Lab, ip: Ipv4Addr) -> Option<HostId> {
    lab.world.hosts().find(|&(_, it)| it == ip).map(|(host, _)| host)
}
