//! The lab: a world, a shell on each host, and the history of what was done to it.

use std::collections::{BTreeMap, VecDeque};
use std::net::Ipv4Addr;
use std::rc::Rc;

use borsh::{BorshDeserialize, BorshSerialize};
use engine::time::Span;
use engine::{Output, Time};
use sim::{
    Done, HostId, LinkSettings, Pid, ProcessKind, ProcessState, Rule, RuleId, Window, World,
};

use crate::agenda::{Agenda, Task};
use crate::program::{self, Io, Past, Process, Programs};
use crate::scenario::Host;
pub use crate::scenario::Scenario;
use crate::script::Step;
use crate::shell::{self, Shell};
use crate::workload::{self, Workload};

/// Something done to the lab from outside; together with the seed it is the whole history. Links
/// hold the borsh form: a new variant comes last.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Action {
    /// A line typed into a host's console (a shell line, or input of the program that runs there).
    Type {
        /// Where.
        host: HostId,
        /// What, without the line end.
        line: String,
    },
    /// Ctrl-C in a host's console.
    Interrupt {
        /// Where.
        host: HostId,
    },
    /// Changes the link from one host to another.
    Link {
        /// From.
        from: HostId,
        /// To.
        to: HostId,
        /// The new settings.
        settings: LinkSettings,
    },
    /// A node's host process broke (a panic): the process is gone.
    Crashed {
        /// Which.
        pid: Pid,
    },
    /// Starts the workload, changes what it does, or stops it.
    Workload(Option<workload::Settings>),
    /// Lets what a rule aims at be lost.
    SetRule(Rule),
    /// Ends a rule before its own end.
    LiftRule(RuleId),
}

/// The longest line that anybody types, bytes, and the slowest link.
const LINE_MAX: usize = 1 << 16;
const LATENCY_MAX: Span = Span::from_secs(3600);

impl Action {
    /// Whether it can be done to a lab with this many hosts.
    #[must_use]
    pub fn fits(&self, hosts: usize) -> bool {
        let is_here = |host: &HostId| usize::from(host.0) < hosts;
        match self {
            Self::Type { host, line } => is_here(host) && line.len() <= LINE_MAX,
            Self::Interrupt { host } => is_here(host),
            Self::Link { from, to, settings } => {
                let slowest = settings.latency.max(settings.jitter);
                is_here(from) && is_here(to) && slowest <= LATENCY_MAX
            }
            Self::Workload(settings) => settings.as_ref().is_none_or(workload::Settings::is_sound),
            Self::SetRule(rule) => rule.from.iter().chain(&rule.to).all(is_here),
            Self::Crashed { .. } | Self::LiftRule(_) => true,
        }
    }
}

/// Text that appeared in a host's console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// When.
    pub at: Time,
    /// Where.
    pub host: HostId,
    /// The text, line ends included; standard output and error as a terminal shows them.
    pub text: String,
    /// This is a prompt with the line that an [`Action::Type`] typed behind it: a front end that
    /// shows what it types by itself skips it. The scenario's own typing is not marked.
    pub echo: bool,
}

/// A world with people at its consoles.
#[derive(Debug)]
pub struct Lab {
    /// The world underneath.
    pub world: World,
    scenario: Rc<Scenario>,
    /// How each host started, by its id: those of the scenario and those that were added.
    hosts: Rc<Vec<Host>>,
    /// The shell of each host.
    shells: BTreeMap<HostId, Pid>,
    programs: Programs,
    workload: Workload,
    /// What programs did in the window that is out.
    programs_done: Vec<Done>,
    agenda: Agenda,
    history: Rc<Vec<(Time, Action)>>,
    printed: Vec<Printed>,
    ended: Vec<Pid>,
    /// What of the opening is still to be typed, and where.
    opening: VecDeque<Step>,
    opening_at: Option<HostId>,
}

/// All that a lab is at one moment, but for its nodes.
#[derive(Debug, Clone)]
pub struct Moment {
    world: World,
    scenario: Rc<Scenario>,
    hosts: Rc<Vec<Host>>,
    shells: BTreeMap<HostId, Pid>,
    programs: BTreeMap<Pid, Past>,
    workload: Workload,
    agenda: Agenda,
    history: Rc<Vec<(Time, Action)>>,
    opening: VecDeque<Step>,
    opening_at: Option<HostId>,
}

impl Moment {
    /// When it is.
    #[must_use]
    pub const fn now(&self) -> Time {
        self.world.now()
    }

    /// The trace's hash there.
    #[must_use]
    pub const fn hash(&self) -> u64 {
        self.world.trace_hash()
    }

    /// How many actions were done before it.
    #[must_use]
    pub fn actions(&self) -> usize {
        self.history.len()
    }

    /// About how many bytes it takes that no other moment shares.
    #[must_use]
    pub fn size(&self) -> usize {
        self.world.size() + self.programs.values().map(Past::size).sum::<usize>()
    }
}

impl Lab {
    /// Hosts and disks of the scenario, at [`Time::ZERO`]. Its opening (the servers' start, the
    /// `--cluster create` conversation) runs as the clock moves; [`Lab::is_open`] tells when it is
    /// over.
    #[must_use]
    pub fn open(scenario: &Scenario, seed: u64) -> Self {
        let mut world = World::new(seed, scenario.unix_us_at_zero());
        let hosts: Vec<_> = scenario.hosts.iter().map(|it| world.add_host(it.ip)).collect();
        for (&from, one) in hosts.iter().zip(&scenario.hosts) {
            for (&to, other) in hosts.iter().zip(&scenario.hosts) {
                world.set_link(from, to, scenario.link_of(one, other));
            }
        }
        world.note_usual_links();
        for (&host, setup) in hosts.iter().zip(&scenario.hosts) {
            for (name, text) in scenario.files.iter().chain(&setup.files) {
                world.write_file(host, name, text.clone().into_bytes());
            }
        }
        let mut lab = Self {
            world,
            scenario: Rc::new(scenario.clone()),
            hosts: Rc::new(scenario.hosts.clone()),
            shells: BTreeMap::new(),
            programs: Programs::default(),
            workload: Workload::new(seed, scenario.password()),
            programs_done: Vec::new(),
            agenda: Agenda::default(),
            history: Rc::default(),
            printed: Vec::new(),
            ended: Vec::new(),
            opening: scenario.opening.iter().cloned().collect(),
            opening_at: hosts.first().copied(),
        };
        for host in hosts {
            lab.start_shell(host);
        }
        lab
    }

    /// The scenario that this lab was opened with.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// How each host started, by its id: those of the scenario, and those that were added.
    #[must_use]
    pub fn hosts(&self) -> &[Host] {
        &self.hosts
    }

    /// Whether the scenario's opening is over, so that a person may take over.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.opening.is_empty() && self.opening_at.is_none_or(|host| self.at_shell(host))
    }

    /// Does something to the lab, now; not while a window is out.
    pub fn act(&mut self, action: Action) {
        match &action {
            // Of a host that is not there yet, or not there in this history.
            action if !action.fits(self.hosts.len()) => {}
            Action::Type { host, line } => self.type_line(*host, line.clone(), true),
            Action::Interrupt { host } => self.interrupt(*host),
            Action::Link { from, to, settings } => self.world.set_link(*from, *to, *settings),
            Action::Workload(settings) => self.workload.set(&mut self.world, settings.clone()),
            Action::SetRule(rule) => drop(self.world.set_rule(rule.clone())),
            Action::LiftRule(id) => drop(self.world.lift_rule(*id)),
            Action::Crashed { pid } => self.world.kill(*pid),
        }
        let now = self.world.now();
        Rc::make_mut(&mut self.history).push((now, action));
        self.collect_ended();
    }

    /// The clients and what became of their requests.
    #[must_use]
    pub const fn workload(&self) -> &Workload {
        &self.workload
    }

    /// The same with what is kept by now found out.
    pub fn settled_workload(&mut self) -> &Workload {
        self.workload.settle();
        &self.workload
    }

    /// From here on [`Lab::take_figures`] tells how the workload went; so it is in every
    /// [`Lab::moment`] that follows.
    pub fn watch_workload(&mut self) {
        self.workload.watch();
    }

    /// The workload's numbers since the last call, ten times a second where they changed.
    pub fn take_figures(&mut self) -> Vec<(Time, workload::Figures)> {
        self.workload.take_figures(self.world.now())
    }

    /// From here on these flags change the settings of every workload.
    pub(crate) fn vary_workload(&mut self, flags: Vec<String>) {
        self.workload.vary(flags);
    }

    /// What was done and when.
    #[must_use]
    pub fn history(&self) -> &[(Time, Action)] {
        &self.history
    }

    /// The next window before `limit`. The lab has done the work of programs itself; what is left is
    /// that of nodes, and there may be none.
    pub fn next_window(&mut self, limit: Time) -> Option<Window> {
        let mut window = loop {
            while self.world.now() < limit
                && let Some((cause, task)) = self.agenda.take(self.world.now())
            {
                self.perform(cause, task);
            }
            let due = self.agenda.due().filter(|&due| due < limit);
            match self.world.next_window(due.unwrap_or(limit)) {
                Some(window) => break window,
                None if due.is_none() => return None,
                None => {}
            }
        };
        if window.work.iter().any(|work| work.kind == ProcessKind::Program) {
            let programs = window.work.extract_if(.., |work| work.kind == ProcessKind::Program);
            self.programs_done = programs
                .map(|work| match self.workload.has(work.pid) {
                    true => self.workload.work(work),
                    false => self.programs.work(work),
                })
                .collect();
        }
        Some(window)
    }

    /// When something happens next: in the world, or because the lab does it.
    #[must_use]
    pub fn next_event(&self) -> Option<Time> {
        [self.world.next_event(), self.agenda.due()].into_iter().flatten().min()
    }

    /// Takes what the nodes did.
    pub fn finish(&mut self, window: Window, mut done: Vec<Done>) {
        let lookahead = self.world.lookahead();
        for Done { pid, outputs, .. } in &self.programs_done {
            let pid = *pid;
            let asked = self.programs.with(pid, Process::take_asked);
            for (at, question) in asked.unwrap_or_default() {
                self.agenda.add(at + lookahead, pid, Task::Answer(question));
            }
            if let Some(&(at, Output::Exit { .. })) = outputs.last()
                && let Some(host) = self.host_of_shell(pid)
            {
                self.agenda.add(at + lookahead, pid, Task::StartShell(host));
            }
        }
        let programs: Vec<_> = self.programs_done.iter().map(|done| done.pid).collect();
        done.append(&mut self.programs_done);
        self.workload.see(&self.world, &done);
        self.world.finish(window, done);
        for pid in programs {
            self.collect_printed(pid);
            self.plan_opening(pid);
        }
        self.collect_ended();
    }

    /// Servers that ended since the last call (killed or exited): their hosts drop them.
    pub fn take_ended(&mut self) -> Vec<Pid> {
        std::mem::take(&mut self.ended)
    }

    /// Console output since the last call.
    pub fn take_printed(&mut self) -> Vec<Printed> {
        std::mem::take(&mut self.printed)
    }

    /// What a host's console waits for: the shell's or a program's prompt; none while a program
    /// runs that takes no input.
    #[must_use]
    pub fn prompt(&self, host: HostId) -> Option<String> {
        let pid = *self.shells.get(&host)?;
        let waits = |process: &mut Process| process.prompt.clone().filter(|_| process.is_idle());
        self.programs.with(pid, waits).flatten()
    }

    /// Whether the prompt of a host's console is the shell's own.
    #[must_use]
    pub fn at_shell(&self, host: HostId) -> bool {
        self.prompt(host).is_some_and(|it| it == shell::prompt(self.world.ip(host)))
    }

    /// Completions of the last word of `line` at a host's prompt: whole replacements for the line.
    #[must_use]
    pub fn complete(&self, host: HostId, line: &str) -> Vec<String> {
        let files: Vec<_> = self.world.disk(host).keys().map(String::as_str).collect();
        if self.at_shell(host) {
            let hosts: Vec<_> = self.world.present().map(|(_, ip)| ip).collect();
            shell::complete::shell_line(line, &files, &hosts)
        } else {
            shell::complete::redis_cli_line(line)
        }
    }

    /// A host's server: its process, and whether it is frozen.
    #[must_use]
    pub fn server(&self, host: HostId) -> Option<(Pid, ProcessState)> {
        let mut servers = self.world.processes(host).filter(|it| it.1 == ProcessKind::Server);
        servers.next().map(|(pid, _, state)| (pid, state))
    }

    /// The line that started the server of the host with this address in the opening.
    #[must_use]
    pub fn start_line(&self, ip: Ipv4Addr) -> Option<&str> {
        let there = self.scenario.opening.iter().skip_while(|step| **step != Step::Host(ip));
        there.into_iter().find_map(|step| match step {
            Step::Line(line) if line.starts_with("redis-server") => Some(line.as_str()),
            _ => None,
        })
    }

    /// Starts a program beside the shells: a client of a test, say. What it prints appears in its
    /// host's console. Whoever needs its result lets `body` put it somewhere. While it runs the lab has
    /// no [`Lab::moment`].
    pub fn spawn<F>(&mut self, host: HostId, body: impl FnOnce(Io) -> F) -> Pid
    where
        F: Future<Output = ()> + 'static,
    {
        let (pid, process) = self.process(host);
        self.programs.start_once(pid, process, body);
        pid
    }

    fn process(&mut self, host: HostId) -> (Pid, Process) {
        let pid = self.world.spawn_program(host);
        (pid, Process::new(host, self.world.ip(host), self.world.unix_us_at_zero(host)))
    }

    /// All that the lab is now but for its nodes; between windows. What nobody took yet (records,
    /// console output) is not in it.
    ///
    /// # Panics
    /// While a program of [`Lab::spawn`] runs.
    #[must_use]
    pub fn moment(&self) -> Moment {
        let mut world = self.world.clone();
        world.take_records();
        let mut workload = self.workload.clone();
        workload.take_figures(world.now());
        Moment {
            world,
            scenario: Rc::clone(&self.scenario),
            hosts: Rc::clone(&self.hosts),
            shells: self.shells.clone(),
            programs: self.programs.pasts(),
            workload,
            agenda: self.agenda.clone(),
            history: Rc::clone(&self.history),
            opening: self.opening.clone(),
            opening_at: self.opening_at,
        }
    }

    /// A lab that goes on from a moment as the first one did.
    #[must_use]
    pub fn at(moment: &Moment) -> Self {
        Self {
            world: moment.world.clone(),
            scenario: Rc::clone(&moment.scenario),
            hosts: Rc::clone(&moment.hosts),
            shells: moment.shells.clone(),
            programs: Programs::restore(&moment.programs),
            workload: moment.workload.clone(),
            programs_done: Vec::new(),
            agenda: moment.agenda.clone(),
            history: Rc::clone(&moment.history),
            printed: Vec::new(),
            ended: Vec::new(),
            opening: moment.opening.clone(),
            opening_at: moment.opening_at,
        }
    }

    fn start_shell(&mut self, host: HostId) {
        let shell = Shell::new(self.scenario.compat, &self.scenario.env);
        let (pid, process) = self.process(host);
        self.programs.start(pid, process, program::make(move |io| shell.clone().run(io)));
        self.shells.insert(host, pid);
    }

    fn type_line(&mut self, host: HostId, line: String, echo: bool) {
        let Some(&pid) = self.shells.get(&host) else { return };
        self.programs.type_line(pid, line, echo);
        self.world.wake(pid);
    }

    fn interrupt(&mut self, host: HostId) {
        let Some(&pid) = self.shells.get(&host) else { return };
        self.programs.interrupt(pid);
        self.world.wake(pid);
    }

    fn perform(&mut self, cause: Pid, task: Task) {
        match task {
            Task::Answer(question) => {
                self.programs.answer(cause, question, &mut self.world, &mut self.workload);
                self.world.wake(cause);
                self.collect_ended();
                self.welcome(cause);
            }
            Task::TypeOpening => self.type_opening(),
            Task::StartShell(host) if self.world.is_gone(host) => {}
            Task::StartShell(host) => self.start_shell(host),
        }
    }

    /// Hosts that a program has added get what those of the scenario have: links, files and a shell.
    fn welcome(&mut self, cause: Pid) {
        let Some(near) = self.world.host_of(cause) else { return };
        let added: Vec<_> = self.world.hosts().skip(self.hosts.len()).collect();
        for (host, ip) in added {
            let setup = self.hosts[usize::from(near.0)].beside(ip);
            for (name, text) in self.scenario.files.iter().chain(&setup.files) {
                self.world.write_file(host, name, text.clone().into_bytes());
            }
            Rc::make_mut(&mut self.hosts).push(setup);
            let setup = &self.hosts[usize::from(host.0)];
            for (other, there) in (0..).map(HostId).zip(self.hosts.iter()) {
                self.world.lay_link(host, other, self.scenario.link_of(setup, there));
                self.world.lay_link(other, host, self.scenario.link_of(there, setup));
            }
            self.start_shell(host);
        }
    }

    /// When the console that the opening is typed into waits for a line, it gets one.
    fn plan_opening(&mut self, pid: Pid) {
        let here = self.opening_at.and_then(|host| self.shells.get(&host));
        if self.opening.is_empty() || here != Some(&pid) {
            return;
        }
        let waits_since =
            |process: &mut Process| process.prompt_since.filter(|_| process.is_idle());
        if let Some(since) = self.programs.with(pid, waits_since).flatten() {
            self.agenda.add(since + self.world.lookahead(), pid, Task::TypeOpening);
        }
    }

    /// Types the next line of the opening, in the console that it goes to.
    fn type_opening(&mut self) {
        while let Some(host) = self.opening_at.filter(|&host| self.prompt(host).is_some()) {
            match self.opening.pop_front() {
                Some(Step::Host(ip)) => {
                    let found = self.world.hosts().find(|&(_, it)| it == ip);
                    self.opening_at = found.map(|(host, _)| host).or(self.opening_at);
                }
                Some(Step::Line(line)) => return self.type_line(host, line, false),
                None => return,
            }
        }
    }

    fn collect_printed(&mut self, pid: Pid) {
        let host = self.programs.with(pid, |process| process.host);
        let pieces = self.programs.with(pid, |process| std::mem::take(&mut process.printed));
        let (Some(host), Some(pieces)) = (host, pieces) else { return };
        self.printed.extend(pieces.into_iter().map(|(at, echo, text)| Printed {
            at,
            host,
            text,
            echo,
        }));
    }

    /// A host that was taken away has no console any more. The opening ends, if it was under way.
    fn forget_consoles(&mut self) {
        let gone: Vec<_> =
            self.shells.keys().copied().filter(|&it| self.world.is_gone(it)).collect();
        for host in gone {
            self.shells.remove(&host);
            self.opening.clear();
            self.opening_at = None;
            let (at, text) = (self.world.now(), "Connection closed by remote host.\n".to_owned());
            self.printed.push(Printed { at, host, text, echo: false });
        }
    }

    fn collect_ended(&mut self) {
        self.forget_consoles();
        let due = self.world.now() + self.world.lookahead();
        for (pid, code) in self.world.take_ended() {
            if self.workload.ended(pid, self.world.now()) {
                continue;
            }
            if !self.programs.remove(pid) {
                self.ended.push(pid);
            } else if code.is_none()
                && let Some(host) = self.host_of_shell(pid)
            {
                self.agenda.add(due, pid, Task::StartShell(host));
            }
        }
    }

    fn host_of_shell(&self, pid: Pid) -> Option<HostId> {
        self.shells.iter().find(|&(_, &shell)| shell == pid).map(|(&host, _)| host)
    }
}
