//! What can be seen of a cluster at a moment.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use scenario::typed;
use scenario::workload::Figures;

use crate::condition::{Health, Role, Server};
use crate::fact::{Fact, Seen};

/// All hosts, and the workload.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Sight {
    hosts: BTreeMap<Ipv4Addr, Host>,
    pub(super) clients: Figures,
}

/// A host.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Host {
    pub(super) server: Server,
    pub(super) node: Node,
    console: Console,
}

/// What the server last said about itself and others.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Node {
    pub(super) role: Option<Role>,
    pub(super) master: Option<Ipv4Addr>,
    pub(super) link: bool,
    pub(super) ok: bool,
    pub(super) epoch: u64,
    pub(super) slots: Vec<(u16, u16)>,
    pub(super) health: BTreeMap<Ipv4Addr, Health>,
}

/// A console: what was last typed, and what is printed since.
#[derive(Debug, Clone, Default, PartialEq)]
struct Console {
    line: String,
    commands: Vec<String>,
    partial: String,
}

/// Something that happened, for conditions that look at that.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Happening {
    /// A line was typed on a host.
    Typed(Ipv4Addr, String),
    /// A command, in lower case, was given for a host.
    Command(Ipv4Addr, String),
    /// A line was printed on a host, below a line with commands.
    Reply { host: Ipv4Addr, line: String, typed: String, commands: Vec<String> },
    /// A line was logged on a host.
    Log(Ipv4Addr, String),
}

impl Default for Host {
    fn default() -> Self {
        Self { server: Server::Stopped, node: Node::default(), console: Console::default() }
    }
}

impl Sight {
    /// A host, if anything was seen of it.
    pub(super) fn host(&self, ip: Ipv4Addr) -> Option<&Host> {
        self.hosts.get(&ip)
    }

    /// Takes a fact in; returns what happened by it.
    pub(super) fn take(&mut self, fact: &Fact) -> Vec<Happening> {
        let Some(ip) = fact.host else {
            if let Seen::Clients(clients) = &fact.what {
                self.clients = *clients;
            }
            return Vec::new();
        };
        let host = self.hosts.entry(ip).or_default();
        match &fact.what {
            Seen::Began | Seen::WentOn | Seen::Clients(_) => {}
            Seen::Typed { prompt, line } => return host.console.typed(ip, prompt, line),
            Seen::Printed(text) => return host.console.printed(ip, text),
            Seen::Log(line) => return vec![Happening::Log(ip, line.clone())],
            Seen::Server(server) => host.server(*server),
            Seen::Role(role, master) => host.node.role(*role, *master),
            Seen::Link(up) => host.node.link = *up,
            Seen::State(ok) => host.node.ok = *ok,
            Seen::Epoch(epoch) => host.node.epoch = *epoch,
            Seen::Slots(slots) => host.node.slots.clone_from(slots),
            Seen::Health(other, health) => drop(host.node.health.insert(*other, *health)),
        }
        Vec::new()
    }
}

impl Host {
    fn server(&mut self, server: Server) {
        // Whoever starts anew has to say everything anew.
        if server == Server::Stopped || self.server == Server::Stopped {
            self.node = Node::default();
        }
        self.server = server;
    }
}

impl Node {
    fn role(&mut self, role: Role, master: Option<Ipv4Addr>) {
        if (self.role, self.master) != (Some(role), master) {
            (self.role, self.master, self.link) = (Some(role), master, false);
        }
    }
}

impl Console {
    fn typed(&mut self, ip: Ipv4Addr, prompt: &str, line: &str) -> Vec<Happening> {
        let mut happened = self.printed(ip, "\n");
        let given = typed::commands(prompt, line, ip);
        let given: Vec<_> = given.into_iter().map(|(to, it)| (to, it.to_lowercase())).collect();
        line.trim().clone_into(&mut self.line);
        self.commands = given.iter().map(|(_, command)| command.clone()).collect();
        happened.push(Happening::Typed(ip, self.line.clone()));
        happened.extend(given.into_iter().map(|(to, command)| Happening::Command(to, command)));
        happened
    }

    fn printed(&mut self, ip: Ipv4Addr, text: &str) -> Vec<Happening> {
        let mut happened = Vec::new();
        for piece in text.split_inclusive('\n') {
            self.partial.push_str(piece);
            if !piece.ends_with('\n') {
                break;
            }
            let line = std::mem::take(&mut self.partial).trim_end().to_owned();
            if !line.is_empty() {
                let (typed, commands) = (self.line.clone(), self.commands.clone());
                happened.push(Happening::Reply { host: ip, line, typed, commands });
            }
        }
        happened
    }
}
