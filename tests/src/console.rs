//! A person at the consoles of a lab whose nodes run in this thread.

use std::net::Ipv4Addr;

use engine::Time;
use engine::time::Span;
use scenario::{Action, Inline, Lab, Scenario};
use sim::{HostId, Pid, ProcessKind};

/// How long a typed line may take, virtual time.
const PATIENCE: Span = Span::from_secs(3600);

/// A lab with its nodes, typed into line by line.
pub struct Consoles {
    /// The lab.
    pub lab: Lab,
    /// Its nodes.
    pub nodes: Inline,
}

impl Consoles {
    /// The lab as it is before its opening.
    #[must_use]
    pub fn new(scenario: &Scenario, seed: u64) -> Self {
        Self { lab: Lab::open(scenario, seed), nodes: Inline::default() }
    }

    /// The lab when its opening is over, and what that printed.
    ///
    /// # Panics
    /// When the opening is not over after an hour.
    #[must_use]
    pub fn open(scenario: &Scenario, seed: u64) -> (Self, String) {
        let mut consoles = Self::new(scenario, seed);
        let limit = consoles.now() + PATIENCE;
        while !consoles.lab.is_open() {
            let goes_on = consoles.nodes.step(&mut consoles.lab, limit);
            assert!(goes_on, "the opening hangs:\n{}", consoles.printed());
        }
        let printed = consoles.printed();
        (consoles, printed)
    }

    /// The present.
    #[must_use]
    pub fn now(&self) -> Time {
        self.lab.world.now()
    }

    /// The host with an address.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn host(&self, ip: &str) -> HostId {
        let ip: Ipv4Addr = ip.parse().expect("an address");
        let found = self.lab.world.hosts().find(|&(_, it)| it == ip);
        found.expect("a host of the scenario").0
    }

    /// The server that runs on a host.
    #[must_use]
    pub fn server(&self, ip: &str) -> Option<Pid> {
        let mut processes = self.lab.world.processes(self.host(ip));
        processes.find(|(_, kind, _)| *kind == ProcessKind::Server).map(|(pid, ..)| pid)
    }

    /// Types a line and waits for the next prompt. Returns what was printed, echo left out.
    ///
    /// # Panics
    /// When no prompt comes within an hour.
    pub fn type_line(&mut self, ip: &str, line: &str) -> String {
        let host = self.host(ip);
        self.lab.act(Action::Type { host, line: line.into() });
        let limit = self.now() + PATIENCE;
        while self.lab.prompt(host).is_none() {
            let goes_on = self.nodes.step(&mut self.lab, limit);
            assert!(goes_on, "`{line}` hangs:\n{}", self.printed());
        }
        self.printed()
    }

    /// Types lines one after another and returns the whole transcript, prompts and lines included.
    ///
    /// # Panics
    /// When no prompt comes within an hour.
    pub fn transcript(&mut self, ip: &str, lines: &[&str]) -> String {
        let host = self.host(ip);
        let mut transcript = String::new();
        for line in lines {
            transcript += &self.lab.prompt(host).unwrap_or_default();
            transcript += &format!("{line}\n");
            transcript += &self.type_line(ip, line);
        }
        transcript
    }

    /// Presses Ctrl-C and lets a moment pass. Returns what was printed.
    pub fn interrupt(&mut self, ip: &str) -> String {
        let host = self.host(ip);
        self.lab.act(Action::Interrupt { host });
        self.pass(Span::from_millis(10));
        self.printed()
    }

    /// Lets time pass.
    pub fn pass(&mut self, span: Span) {
        let limit = self.now() + span;
        self.nodes.run_until(&mut self.lab, limit);
    }

    /// What all consoles showed since the last call, echo of typed lines left out.
    pub fn printed(&mut self) -> String {
        let printed = self.lab.take_printed().into_iter().filter(|it| !it.echo);
        printed.map(|it| it.text).collect()
    }
}
