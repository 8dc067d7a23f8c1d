//! Whether a condition holds.

use std::net::Ipv4Addr;

use super::sight::{Happening, Host, Sight};
use crate::condition::{Amount, Condition, Count, Health, Host as Which, Role, Server};

/// Calls `visit` with every condition that looks at what happened, in a fixed order.
pub(super) fn events<'c>(all: &'c [Condition], visit: &mut dyn FnMut(&'c Condition)) {
    for condition in all {
        match condition {
            Condition::Or(inner) => events(inner, visit),
            Condition::Not(inner) => events(std::slice::from_ref(inner), visit),
            _ if is_event(condition) => visit(condition),
            _ => {}
        }
    }
}

/// Whether the condition looks at what happened since the step began.
const fn is_event(condition: &Condition) -> bool {
    matches!(
        condition,
        Condition::Typed(..) | Condition::Command(..) | Condition::Reply(..) | Condition::Log(..)
    )
}

/// Whether a condition that looks at what happened is about this.
pub(super) fn is_about(condition: &Condition, happening: &Happening) -> bool {
    let at = |which: Which, host: Ipv4Addr| match which {
        Which::Is(ip) => ip == host,
        Which::Any | Which::All => true,
    };
    match (condition, happening) {
        (Condition::Typed(pattern, which), Happening::Typed(host, line))
        | (Condition::Log(which, pattern), Happening::Log(host, line)) => {
            at(*which, *host) && pattern.fits(line)
        }
        (Condition::Command(pattern, which), Happening::Command(host, command)) => {
            at(*which, *host) && pattern.lowered().fits(command)
        }
        (
            Condition::Reply(pattern, to, which),
            Happening::Reply { host, line, typed, commands },
        ) => {
            let is_to = to
                .as_ref()
                .is_none_or(|to| to.fits(typed) || commands.iter().any(|it| to.lowered().fits(it)));
            is_to && at(*which, *host) && pattern.fits(line)
        }
        _ => false,
    }
}

/// Looks at a cluster.
pub(super) struct Eye<'a> {
    pub(super) sight: &'a Sight,
    /// The hosts of the lab.
    pub(super) hosts: &'a [Ipv4Addr],
    /// For each condition that looks at what happened, in the order of [`events`], whether it did.
    pub(super) happened: &'a [bool],
}

impl Eye<'_> {
    /// Whether all hold. Every one is looked at, so that the place among `happened` is right.
    pub(super) fn all(&mut self, all: &[Condition]) -> bool {
        let seen: Vec<bool> = all.iter().map(|it| self.holds(it)).collect();
        !seen.contains(&false)
    }

    fn holds(&mut self, condition: &Condition) -> bool {
        match condition {
            Condition::Or(any) => {
                let seen: Vec<bool> = any.iter().map(|it| self.holds(it)).collect();
                seen.contains(&true)
            }
            Condition::Not(inner) => !self.holds(inner),
            _ if is_event(condition) => {
                let (first, rest) = self.happened.split_first().unwrap_or((&false, &[]));
                self.happened = rest;
                *first
            }
            Condition::Clients(running) => self.sight.clients.running == *running,
            Condition::Count(count, amount) => amount.fits(self.count(*count)),
            Condition::Unavailable(amount) => amount.fits(self.sight.clients.unavailable.0),
            Condition::Slot(slot, ip) => self.is(Which::Is(*ip), |host| {
                host.node.slots.iter().any(|(first, last)| (first..=last).contains(&slot))
            }),
            Condition::Server(which, server) => self.server(*which, *server),
            _ => self.of_host(condition),
        }
    }

    fn of_host(&self, condition: &Condition) -> bool {
        match condition {
            Condition::Role(which, role) => self.is(*which, |it| it.node.role == Some(*role)),
            Condition::Replicates(which, master) => {
                let replicates = |it: &Host| {
                    it.node.role == Some(Role::Replica) && it.node.master == Some(*master)
                };
                self.is(*which, replicates)
            }
            Condition::Link(which, up) => {
                let replica = |it: &Host| it.node.role == Some(Role::Replica);
                self.among(*which, replica, |it| replica(it) && it.node.link == *up)
            }
            Condition::State(which, ok) => self.is(*which, |it| it.node.ok == *ok),
            Condition::Sees(which, other, health) => self.sees(*which, *other, *health),
            Condition::Epoch(which, amount) => self.is(*which, |it| amount.fits(it.node.epoch)),
            Condition::Slots(which, amount) => {
                let count = |it: &Host| {
                    let sizes = it.node.slots.iter();
                    sizes.map(|&(first, last)| u64::from(last - first) + 1).sum()
                };
                self.is(*which, |it| amount.fits(count(it)))
            }
            _ => false,
        }
    }

    fn sees(&self, which: Which, other: Ipv4Addr, health: Health) -> bool {
        let sees =
            |host: &Host| host.node.health.get(&other).copied().unwrap_or(Health::Ok) == health;
        match which {
            Which::Is(ip) => self.one(ip, &sees),
            Which::Any => self.others(other).any(|ip| self.one(ip, &sees)),
            Which::All => {
                let mut running = self.others(other).filter(|&ip| self.runs(ip)).peekable();
                running.peek().is_some() && running.all(|ip| self.one(ip, &sees))
            }
        }
    }

    fn others(&self, other: Ipv4Addr) -> impl Iterator<Item = Ipv4Addr> + '_ {
        self.hosts.iter().copied().filter(move |&ip| ip != other)
    }

    fn server(&self, which: Which, server: Server) -> bool {
        let is = |ip: Ipv4Addr| {
            self.sight.host(ip).map_or(Server::Stopped, |host| host.server) == server
        };
        match which {
            Which::Is(ip) => is(ip),
            Which::Any => self.hosts.iter().any(|&ip| is(ip)),
            Which::All => self.hosts.iter().all(|&ip| is(ip)),
        }
    }

    fn is(&self, which: Which, holds: impl Fn(&Host) -> bool) -> bool {
        self.among(which, |_| true, holds)
    }

    /// Whether it holds, where `all` are those that `counts` names.
    fn among(
        &self,
        which: Which,
        counts: impl Fn(&Host) -> bool,
        holds: impl Fn(&Host) -> bool,
    ) -> bool {
        match which {
            Which::Is(ip) => self.one(ip, &holds),
            Which::Any => self.hosts.iter().any(|&ip| self.one(ip, &holds)),
            Which::All => {
                let running = self.hosts.iter().filter(|&&ip| self.runs(ip));
                let hosts = running.filter_map(|&ip| self.sight.host(ip));
                let mut hosts = hosts.filter(|host| counts(host)).peekable();
                hosts.peek().is_some() && hosts.all(holds)
            }
        }
    }

    /// Whether it holds of a host whose server there is.
    fn one(&self, ip: Ipv4Addr, holds: &impl Fn(&Host) -> bool) -> bool {
        let host = self.sight.host(ip).filter(|host| host.server != Server::Stopped);
        host.is_some_and(holds)
    }

    fn runs(&self, ip: Ipv4Addr) -> bool {
        self.sight.host(ip).is_some_and(|host| host.server == Server::Running)
    }

    const fn count(&self, count: Count) -> u64 {
        let clients = &self.sight.clients;
        match count {
            Count::Acknowledged => clients.acknowledged,
            Count::Lost => clients.lost,
            Count::RolledBack => clients.rolled_back,
            Count::Refused => clients.refused,
            Count::Redirected => clients.redirected,
            Count::Held => clients.held,
        }
    }
}

impl Amount {
    const fn fits(self, number: u64) -> bool {
        match self {
            Self::Is(it) => number == it,
            Self::AtLeast(it) => number >= it,
            Self::AtMost(it) => number <= it,
        }
    }
}
