//! One open lab: what the page asks of it, and how its time passes.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use bridge::{FromHub, LabInfo, LinkState, Loss, ToHub};
use engine::Time;
use engine::time::Span;
use scenario::{Action, Checkpoint, Lab, Link, Past, Scenario};
use sim::{HostId, RuleId, Window};
use workshop::exercise::Task;

use super::clients::Clients;
use super::crew::{Broken, Crew};
use super::frame::{self, Painter};
use super::pace::{Judge, Pace};
use super::plan::Plan;
use super::watch::Watch;
use super::wire::Wire;
use super::workshop::Proctor;
use crate::bell::{Alarm, Bell};
use crate::convert::{failover, fault, history, take_away, workload};
use crate::scope::{post_message, wall_ms};

/// How long the hub works before it looks at its messages, milliseconds.
const SLICE_MS: f64 = 12.0;
/// How often virtual time is brought up to the wall clock, milliseconds.
const TICK_MS: f64 = 10.0;
/// How far "the next decision" looks ahead.
const NEXT_EVENT_WITHIN: Span = Span::from_secs(60);
/// The opening of a scenario takes about this long; only a progress bar depends on it.
const OPENING_TAKES: Span = Span::from_secs(12);

/// How long the hub may rest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Rest {
    /// Not at all, but for a look at the messages.
    No,
    /// This many milliseconds.
    For(f64),
    /// Until somebody asks for something.
    Idle,
}

impl Rest {
    /// Sets the alarm for it.
    pub(crate) fn set(self, alarm: &Alarm) {
        match self {
            Self::No => alarm.soon(),
            Self::For(ms) => alarm.after(ms),
            Self::Idle => {}
        }
    }
}

/// A piece of time that passes whatever the pace is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Job {
    pub(super) until: Time,
    pub(super) kind: JobKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JobKind {
    /// All of it, at full speed; then time goes on as before.
    Advance,
    /// Until a node decides something; then time stands.
    NextEvent,
    /// One moment; then time stands.
    Step,
    /// To a moment of the past, unseen; then time stands.
    Visit,
    /// To the moment of a link.
    Follow,
}

/// A lab and everything around it.
pub(crate) struct Session {
    pub(super) lab: Lab,
    pub(super) crew: Crew,
    pub(super) pace: Pace,
    judge: Judge,
    pub(super) job: Option<Job>,
    pub(super) plan: Plan,
    /// Nodes are to stay in their workers.
    stay: bool,
    pub(super) watch: Watch,
    pub(super) painter: Painter,
    pub(super) seed: u64,
    /// The checkpoints on the way to here.
    pub(super) past: Past,
    /// Set in the past: where the present is. Time ends there.
    pub(super) present: Option<Time>,
    /// The link that is followed.
    pub(super) link: Option<Link>,
    pub(super) clients: Clients,
    pub(super) wire: Wire,
    /// Hosts that were reconnected, even if there was nobody to be connected with.
    plugged: BTreeSet<HostId>,
}

impl Session {
    /// A lab at its very beginning.
    pub(crate) fn new(scenario: &Scenario, seed: u64, bell: &Bell) -> Self {
        let lab = Lab::open(scenario, seed);
        let mut past = Past::default();
        past.keep(Rc::new(Checkpoint::new(&lab, BTreeMap::new())));
        Self { past, ..Self::with(lab, Crew::new(bell), seed) }
    }

    /// A lab with its nodes, at any moment.
    pub(super) fn with(mut lab: Lab, crew: Crew, seed: u64) -> Self {
        let wire = Wire::new(&mut lab);
        Self {
            crew,
            pace: Pace::new(wall_ms(), lab.world.now()),
            judge: Judge::new(),
            job: None,
            plan: Plan::default(),
            stay: false,
            painter: Painter::new(lab.history().len()),
            clients: Clients::default(),
            seed,
            past: Past::default(),
            present: None,
            link: None,
            watch: Watch::new(&lab),
            wire,
            plugged: BTreeSet::new(),
            lab,
        }
    }

    /// Judges an exercise from the lab's beginning on. The reader goes on at these moments, as before.
    pub(crate) fn judge_exercise(&mut self, task: &Task, went_on: Vec<Time>) {
        let mut proctor = Proctor::new(task, &mut self.lab);
        proctor.go_on_at(went_on);
        self.watch.proctor = Some(proctor);
        // The lab tells more from now on, also where it is begun again.
        self.past = Past::default();
        self.past.keep(Rc::new(Checkpoint::new(&self.lab, BTreeMap::new())));
    }

    /// The speed that is set.
    pub(crate) fn speed(&self) -> f64 {
        self.pace.speed()
    }

    /// What the page needs to know once.
    pub(crate) fn info(&self) -> LabInfo {
        frame::info(&self.lab, self.seed)
    }

    /// Runs a slice of the opening; none when it is over, else how far it is.
    pub(crate) async fn open_further(&mut self) -> Result<Option<f64>, String> {
        let slice_end = wall_ms() + SLICE_MS;
        while !self.lab.is_open() {
            // A link may lead to a moment before anybody could take over.
            if self.plan.act(&mut self.lab) {
                break;
            }
            self.after_action();
            let limit = self.plan.limit(self.lab.world.now() + Span::from_millis(100));
            while !self.lab.is_open()
                && let Some(window) = self.lab.next_window(limit)
            {
                self.work(window).await?;
            }
            if wall_ms() >= slice_end {
                self.wire.see(&mut self.lab);
                let part = self.lab.world.now().0 as f64 / OPENING_TAKES.0 as f64;
                return Ok(Some(part.min(0.99)));
            }
        }
        if let Some(proctor) = &mut self.watch.proctor {
            proctor.begin(self.lab.world.now());
        }
        // Where all cables are unplugged, things wait for a person.
        let running = !self.lab.scenario().link.blocked;
        self.pace.set_running(running, wall_ms(), self.lab.world.now());
        self.judge.time(self.lab.world.now());
        Ok(None)
    }

    /// Does what the page asks.
    pub(crate) fn hear(&mut self, message: ToHub) {
        if message == ToHub::Drawn {
            return self.painter.drawn();
        }
        let (wall, now) = (wall_ms(), self.lab.world.now());
        self.painter.changed();
        match message {
            // Seen to by whoever holds the session.
            ToHub::Open { .. }
            | ToHub::OpenPasted { .. }
            | ToHub::ReadLog { .. }
            | ToHub::Replay(_)
            | ToHub::Travel(_)
            | ToHub::Workshop(_)
            | ToHub::Drawn => {}
            ToHub::Type { host, line } => {
                self.act(host, |host| Action::Type { host, line });
            }
            ToHub::Interrupt { host } => self.act(host, |host| Action::Interrupt { host }),
            ToHub::Complete { host, line } => {
                let options = host_id(&self.lab, host).map(|host| self.lab.complete(host, &line));
                let options = options.unwrap_or_default();
                post_message(&FromHub::Completions { host, line, options });
            }
            ToHub::Speed(speed) => self.pace.set_speed(speed, wall, now),
            ToHub::StayInWorkers(stay) => self.stay = stay,
            ToHub::Run(running) => {
                if !running {
                    self.job = None;
                    self.arrive(true);
                }
                self.pace.set_running(running, wall, now);
            }
            ToHub::Advance(ms) => {
                let from = self.job.map_or(now, |job| job.until);
                let until = from + Span((ms.max(0.0) * 1000.0).round() as u64);
                self.job = Some(Job { until, kind: JobKind::Advance });
            }
            ToHub::Step => {
                let until = self.lab.world.next_event().map_or(now, |at| at + Span(1));
                self.job = Some(Job { until, kind: JobKind::Step });
            }
            ToHub::NextEvent => {
                let until = now + NEXT_EVENT_WITHIN;
                self.job = Some(Job { until, kind: JobKind::NextEvent });
            }
            ToHub::Cut { host, cut } => self.cut(host, cut),
            ToHub::Failovers => {
                let failovers = failover::failovers(self.watch.chronicle(), now);
                post_message(&FromHub::Failovers(failovers));
            }
            ToHub::Workload(wish) => {
                let settings = wish.map(|it| workload::wanted(&it, &self.lab.world));
                self.plan = Plan::default();
                self.lab.act(Action::Workload(settings));
                self.clients.hurry();
            }
            ToHub::WatchWorkload(filter) => self.clients.watch(filter),
            ToHub::Compare(variant) => self.clients.compare(&mut self.lab, self.seed, variant),
            ToHub::History => {
                let history = history::history(&self.lab, self.seed);
                post_message(&FromHub::History(Box::new(history)));
            }
            ToHub::TakeAway => post_message(&FromHub::TakeAway(take_away::packed(&self.lab))),
            other => self.hear_of_wire(other),
        }
        self.after_action();
    }

    /// Lets time pass as far as it should have passed, or as a slice of work reaches.
    pub(crate) async fn turn(&mut self, heard: u64) -> Result<Rest, String> {
        self.bury();
        let wall = wall_ms();
        let goal = self.job.map(|job| job.until).or_else(|| self.pace.goal(wall));
        let goal = goal.map(|goal| self.present.map_or(goal, |present| goal.min(present)));
        self.settle().await;
        let mut behind = false;
        if let Some(goal) = goal {
            behind = self.pass(goal, wall + SLICE_MS).await?;
            self.painter.changed();
            self.wire.see(&mut self.lab);
            self.judge.time(self.lab.world.now());
            if self.job.is_none() {
                self.pace.reached_now(wall_ms(), self.lab.world.now());
            }
        }
        self.bury();
        if self.present.is_some_and(|present| present <= self.lab.world.now()) {
            self.pace.set_running(false, wall_ms(), self.lab.world.now());
        }
        let comparing = self.clients.work();
        let wait = self.paint(heard).await;
        let owed = self.clients.tell(&mut self.lab);
        let watch = &self.watch;
        let list = self.wire.tell(&self.lab, |host| watch.is_cut(host));
        Ok(match wait {
            _ if behind || comparing || self.job.is_some() => Rest::No,
            _ if self.pace.is_running() => Rest::For(TICK_MS),
            _ => wait
                .into_iter()
                .chain(owed)
                .chain(list)
                .reduce(f64::min)
                .map_or(Rest::Idle, Rest::For),
        })
    }

    /// Passes time up to `goal` but not beyond the slice; tells whether it fell short.
    pub(super) async fn pass(&mut self, goal: Time, slice_end: f64) -> Result<bool, String> {
        loop {
            if self.plan.act(&mut self.lab) {
                let (wall, now) = (wall_ms(), self.lab.world.now());
                self.pace.set_running(false, wall, now);
                self.after_action();
                self.arrive(false);
                return Ok(false);
            }
            self.after_action();
            let limit = self.plan.limit(goal);
            let Some(window) = self.lab.next_window(limit) else {
                if limit == goal {
                    break;
                }
                continue;
            };
            self.work(window).await?;
            let seen = self.job.is_some_and(|job| job.kind == JobKind::NextEvent)
                && self.watch.has_decisions();
            if seen {
                self.end_job();
                return Ok(false);
            }
            if wall_ms() >= slice_end {
                return Ok(true);
            }
        }
        if self.job.is_some() {
            self.end_job();
        }
        Ok(false)
    }

    fn end_job(&mut self) {
        let (wall, now) = (wall_ms(), self.lab.world.now());
        match self.job.take().map(|job| job.kind) {
            Some(JobKind::Step | JobKind::NextEvent) => self.pace.set_running(false, wall, now),
            Some(JobKind::Visit) => self.appear(),
            _ => self.pace.restart(wall, now),
        }
    }

    /// Does one window.
    pub(super) async fn work(&mut self, mut window: Window) -> Result<(), String> {
        self.past.worked(window.work.len());
        for work in &window.work {
            if !self.crew.has(work.pid) {
                self.crew.add(work.pid, &self.watch.name(&self.lab, work.pid))?;
            }
        }
        let began = (!self.crew.is_inline()).then(wall_ms);
        let done = self.crew.work(std::mem::take(&mut window.work)).await;
        self.lab.finish(window, done);
        self.judge.window(began.map(|began| wall_ms() - began));
        self.after_action();
        if self.job.is_none_or(|job| job.kind == JobKind::Step) {
            self.watch.see_flights(&self.lab);
        }
        self.keep().await;
        Ok(())
    }

    /// Takes note of what follows from a window or from something done to the lab.
    pub(super) fn after_action(&mut self) {
        for pid in self.lab.take_ended() {
            self.crew.remove(pid);
        }
        self.watch.see(&mut self.lab);
    }

    /// Moves the nodes to where the pace asks them to be.
    async fn settle(&mut self) {
        let hurry = self.job.is_some_and(|job| job.kind != JobKind::Step);
        let speed = if self.pace.is_running() { self.pace.speed() } else { 0.0 };
        // Nodes that are in their workers stay there while another one's worker starts.
        let waits = self.crew.is_inline() && !self.crew.all_ready();
        let quicker = self.judge.inline(speed) || hurry;
        let inline = waits || (quicker && !self.stay);
        if self.crew.settle(inline).await {
            self.painter.changed();
        }
    }

    /// Nodes whose worker broke are gone; the rest goes on.
    pub(super) fn bury(&mut self) {
        for Broken { pid, said } in self.crew.take_broken() {
            self.watch.crashed(&self.lab, pid, said);
            self.lab.act(Action::Crashed { pid });
            self.painter.changed();
            self.after_action();
        }
    }

    async fn paint(&mut self, heard: u64) -> Option<f64> {
        if self.job.is_some_and(|job| job.kind == JobKind::Visit) {
            return None;
        }
        let wait = self.painter.wait(self.watch.is_urgent())?;
        if wait > 0.0 {
            return Some(wait);
        }
        self.watch.see_flights(&self.lab);
        let workers = self.crew.in_workers();
        let views = self.crew.views().await;
        let clock = frame::Clock {
            past: self.present.is_some(),
            heard,
            busy: self.job.is_some(),
            running: self.pace.is_running(),
            speed: self.pace.speed(),
            pace: self.pace.reached(),
            workers,
        };
        self.painter.paint(&clock, &self.lab, &mut self.watch, &views);
        self.clients.changed();
        None
    }

    /// Does what the page asks about packets and the network.
    fn hear_of_wire(&mut self, message: ToHub) {
        match message {
            ToHub::Packets(query) => self.wire.ask(query),
            ToHub::OpenPacket { id, part } => self.wire.open(id, part),
            ToHub::SavePackets(query) => self.wire.save(&query, &self.lab),
            ToHub::Lose(loss) => self.lose(&loss),
            ToHub::EndLoss { id } => self.do_now(Action::LiftRule(RuleId(id))),
            ToHub::LookAtLink { from, to } => {
                let (from, to) = (host_id(&self.lab, from), host_id(&self.lab, to));
                if let Some((from, to)) = from.zip(to) {
                    post_message(&FromHub::Link(fault::link(&self.lab, from, to)));
                }
            }
            ToHub::Link { from, to, state } => self.link(from, to, state.as_ref()),
            _ => {}
        }
    }

    fn do_now(&mut self, action: Action) {
        self.plan = Plan::default();
        self.lab.act(action);
    }

    fn lose(&mut self, loss: &Loss) {
        let (hosts, now) = (self.lab.world.hosts().count(), self.lab.world.now());
        if let Some(rule) = fault::rule(loss, hosts, now) {
            self.do_now(Action::SetRule(rule));
        }
    }

    fn link(&mut self, from: usize, to: usize, state: Option<&LinkState>) {
        let (from, to) = (host_id(&self.lab, from), host_id(&self.lab, to));
        if let Some((from, to)) = from.zip(to).filter(|(from, to)| from != to) {
            let usual = self.lab.world.usual_link(from, to);
            let settings = state.map_or(usual, fault::settings);
            self.do_now(Action::Link { from, to, settings });
        }
    }

    fn act(&mut self, host: usize, action: impl FnOnce(HostId) -> Action) {
        if let Some(host) = host_id(&self.lab, host) {
            self.plan = Plan::default();
            self.lab.act(action(host));
        }
    }

    /// Cuts a host off from all others, or reconnects it with those that are not cut off
    /// themselves.
    fn cut(&mut self, host: usize, cut: bool) {
        let Some(host) = host_id(&self.lab, host) else { return };
        self.plan = Plan::default();
        let others: Vec<HostId> =
            self.lab.world.present().map(|(id, _)| id).filter(|&id| id != host).collect();
        // Where everybody is cut off, somebody must be the first whom nobody hears.
        if cut {
            self.plugged.remove(&host);
        } else {
            self.plugged.insert(host);
        }
        for other in others {
            let off = self.watch.is_cut(other) && !self.plugged.contains(&other);
            let blocked = cut || off;
            for (from, to) in [(host, other), (other, host)] {
                let mut settings = self.lab.world.link(from, to);
                if settings.blocked != blocked {
                    settings.blocked = blocked;
                    self.lab.act(Action::Link { from, to, settings });
                }
            }
        }
    }
}

/// A host that is there.
fn host_id(lab: &Lab, index: usize) -> Option<HostId> {
    lab.world.hosts().nth(index).map(|(id, _)| id).filter(|&id| !lab.world.is_gone(id))
}
