//! Lines typed into a lab, and the transcript of what a terminal would show.

use std::io::{self, Write};
use std::net::Ipv4Addr;

use capture::Pcapng;
use engine::Time;
use engine::time::Span;
use scenario::inline::Inline;
use scenario::lab::{Action, Lab};
use scenario::scenario::Scenario;
use scenario::script::{self, Cables, Step};
use scenario::take_away;
use sim::{HostId, LinkSettings};
use workshop::Judge;
use workshop::exercise::Exercise;

use crate::Failure;
use crate::check::Proctor;
use crate::play::{Consoles, Shown, no_host};
use crate::trace::Trace;

/// How much virtual time a command may take before the session gives up on it.
const PATIENCE: Span = Span::from_secs(24 * 3600);

/// A person at the consoles of a lab, one console at a time.
pub struct Session<'a> {
    lab: Lab,
    nodes: Inline,
    /// The host whose console is typed into.
    host: HostId,
    /// The host whose console the transcript last showed.
    shown: HostId,
    /// Whether the last thing shown ended its line.
    at_line_start: bool,
    /// Whether the scenario's opening is over: what it printed is in nobody's transcript.
    opened: bool,
    /// Whether typed lines are shown. A terminal does that by itself.
    echo: bool,
    /// What was printed since the last line was typed, its echo left out.
    printed: String,
    transcript: &'a mut dyn Write,
    told: Told<'a>,
    /// Judges the exercise, if one is done.
    proctor: Option<Proctor>,
}

/// Who is told of what happens, besides the transcript.
#[derive(Default)]
pub struct Told<'a> {
    /// What the nodes and people do.
    pub trace: Option<Trace<'a>>,
    /// What passes on the wire.
    pub wire: Option<Pcapng<Box<dyn Write + 'a>>>,
    /// The exercise that is done.
    pub exercise: Option<&'a Exercise>,
}

impl<'a> Session<'a> {
    /// Opens the scenario and waits until a person may take over.
    ///
    /// # Errors
    /// When the scenario does not open, or what is told cannot be written.
    pub fn open(
        scenario: &Scenario,
        seed: u64,
        transcript: &'a mut dyn Write,
        told: Told<'a>,
    ) -> Result<Self, Failure> {
        let mut lab = Lab::open(scenario, seed);
        lab.world.tap(told.wire.is_some());
        let Some((host, _)) = lab.world.hosts().next() else {
            return Err(Failure("the scenario has no hosts; give it at least one".into()));
        };
        let nodes = Inline::default();
        let proctor = told.exercise.map(|exercise| Proctor::new(exercise, &mut lab));
        let mut session = Self {
            lab,
            nodes,
            host,
            shown: host,
            at_line_start: true,
            opened: false,
            echo: true,
            printed: String::new(),
            transcript,
            told,
            proctor,
        };
        session.run_until(|session| session.lab.is_open(), "the scenario did not open")?;
        session.opened = true;
        Ok(session)
    }

    /// Leaves it to the terminal to show typed lines.
    pub fn without_echo(&mut self) {
        self.echo = false;
    }

    /// Takes one line of a script: `@HOST`, or a line to type.
    ///
    /// # Errors
    /// When there is no such host, or the line is never done.
    pub fn line(&mut self, line: &str) -> Result<(), Failure> {
        match script::step(line).map_err(Failure)? {
            None => Ok(()),
            Some(Step::Host(ip)) => self.go_to(ip),
            Some(Step::Line(line)) => self.type_line(line),
        }
    }

    fn go_to(&mut self, ip: Ipv4Addr) -> Result<(), Failure> {
        self.host = self.host_at(ip)?;
        Ok(())
    }

    fn host_at(&self, ip: Ipv4Addr) -> Result<HostId, Failure> {
        let found = self.lab.world.hosts().find(|&(_, its)| its == ip);
        found.map(|(host, _)| host).ok_or_else(|| no_host(ip, &self.hosts()))
    }

    fn type_line(&mut self, line: String) -> Result<(), Failure> {
        if self.lab.world.is_gone(self.host) {
            let ip = self.lab.world.ip(self.host);
            return Err(Failure(format!("{ip} was removed; @HOST goes to another host")));
        }
        self.show_host(self.host)?;
        let complaint = format!("`{line}` still runs after 24 hours of virtual time; limit it");
        self.lab.act(Action::Type { host: self.host, line });
        let ready = |session: &Self| {
            session.lab.prompt(session.host).is_some() || session.lab.world.is_gone(session.host)
        };
        self.run_until(ready, &complaint)
    }

    /// Shows the prompt of the present host's console.
    ///
    /// # Errors
    /// When the transcript cannot be written.
    pub fn prompt(&mut self) -> Result<(), Failure> {
        self.show_host(self.host)?;
        let prompt = self.lab.prompt(self.host).unwrap_or_default();
        write!(self.transcript, "{prompt}")?;
        self.transcript.flush()?;
        Ok(())
    }

    /// Runs window by window, at least one, so that the line that follows is typed right after the
    /// window in which the prompt came back.
    fn run_until(&mut self, ready: impl Fn(&Self) -> bool, complaint: &str) -> Result<(), Failure> {
        let limit = self.lab.world.now() + PATIENCE;
        loop {
            let more = self.nodes.step(&mut self.lab, limit);
            self.show()?;
            if ready(self) {
                return Ok(());
            }
            if !more {
                return Err(Failure(complaint.to_owned()));
            }
        }
    }

    /// Moves what was printed to the transcript, and what happened to the trace.
    fn show(&mut self) -> Result<(), Failure> {
        let printed = self.lab.take_printed();
        let records = self.lab.world.take_records();
        if let Some(proctor) = &mut self.proctor {
            proctor.see(&mut self.lab, &records, &printed);
        }
        for printed in printed {
            if !self.opened || printed.echo && !self.echo || printed.text.is_empty() {
                continue;
            }
            if !printed.echo {
                self.printed.push_str(&printed.text);
            }
            self.show_host(printed.host)?;
            self.transcript.write_all(printed.text.as_bytes())?;
            self.at_line_start = printed.text.ends_with('\n');
        }
        for passage in self.lab.world.take_passages() {
            self.told.wire.iter_mut().try_for_each(|it| it.write(&passage))?;
        }
        if let Some(trace) = &mut self.told.trace {
            records.iter().try_for_each(|record| trace.record(&self.lab.world, record))?;
        }
        Ok(())
    }

    /// Says whose console follows, when it is another one than before.
    fn show_host(&mut self, host: HostId) -> io::Result<()> {
        if host == self.shown {
            return Ok(());
        }
        if !self.at_line_start {
            writeln!(self.transcript)?;
        }
        let ip = self.lab.world.hosts().find(|&(id, _)| id == host).map(|(_, ip)| ip);
        writeln!(self.transcript, "@{}", ip.expect("hosts have addresses"))?;
        self.shown = host;
        self.at_line_start = true;
        Ok(())
    }

    /// Ends the session: the rest of the trace is written, the hash returned.
    ///
    /// # Errors
    /// When what is told cannot be written.
    pub fn close(mut self) -> Result<u64, Failure> {
        self.show()?;
        if !self.at_line_start {
            writeln!(self.transcript)?;
        }
        let hash = self.lab.world.trace_hash();
        if let Some(wire) = self.told.wire.take() {
            wire.finish().flush()?;
        }
        if let Some(trace) = &mut self.told.trace {
            trace.end(self.lab.world.now(), hash)?;
        }
        Ok(hash)
    }

    /// Whoever does the exercise takes over now.
    pub fn begin_exercise(&mut self) {
        if let Some(proctor) = &mut self.proctor {
            proctor.begin(self.lab.world.now());
        }
    }

    /// Who judges the exercise.
    #[must_use]
    pub fn judge(&self) -> Option<&Judge> {
        self.proctor.as_ref().map(Proctor::judge)
    }

    /// The same on real servers, as a folder.
    #[must_use]
    pub fn take_away(&self) -> Vec<take_away::File> {
        take_away::folder(&self.lab)
    }

    /// The present, in virtual time.
    #[must_use]
    pub fn now(&self) -> Time {
        self.lab.world.now()
    }
}

impl Consoles for Session<'_> {
    fn hosts(&self) -> Vec<Ipv4Addr> {
        self.lab.world.hosts().map(|(_, ip)| ip).collect()
    }

    fn type_line(&mut self, host: Ipv4Addr, line: &str) -> Result<Shown, Failure> {
        self.go_to(host)?;
        let prompt = self.lab.prompt(self.host).unwrap_or_default();
        self.printed.clear();
        Session::type_line(self, line.to_owned())?;
        Ok(Shown { prompt, printed: std::mem::take(&mut self.printed) })
    }

    fn pass(&mut self, span: Span) -> Result<(), Failure> {
        let limit = self.lab.world.now() + span;
        while self.nodes.step(&mut self.lab, limit) {
            self.show()?;
        }
        self.show()
    }

    fn cables(&mut self, change: &Cables) -> Result<(), Failure> {
        let (pairs, blocked) = match change {
            Cables::Cut(pairs) => (pairs.clone(), true),
            Cables::HealAll => (every_pair(&self.hosts()), false),
        };
        for (from, to) in pairs {
            let settings = LinkSettings { blocked, ..self.lab.scenario().link_between(from, to) };
            let (from, to) = (self.host_at(from)?, self.host_at(to)?);
            self.lab.act(Action::Link { from, to, settings });
        }
        Ok(())
    }
}

fn every_pair(hosts: &[Ipv4Addr]) -> Vec<(Ipv4Addr, Ipv4Addr)> {
    hosts.iter().flat_map(|&from| hosts.iter().map(move |&to| (from, to))).collect()
}
