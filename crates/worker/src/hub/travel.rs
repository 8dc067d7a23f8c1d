//! What a session needs to be one of the past, to be kept, and to follow a link.

use std::collections::BTreeMap;
use std::rc::Rc;

use bridge::{Arrival, FromHub, LinkFault, LinkPurpose, SharedMoment, Travelled};
use capture::Capture;
use engine::event::Role;
use engine::{Time, View};
use scenario::failovers::Chronicle;
use scenario::link::{ENGINE, LinkError};
use scenario::{Checkpoint, Lab, Link, Past};
use sim::{Pid, ProcessState};

use super::crew::Crew;
use super::plan::Plan;
use super::session::{Job, JobKind, Session};
use super::workshop::Proctor;
use crate::bell::Bell;
use crate::convert::ms;
use crate::scope::{post_message, wall_ms};

/// Slots of a cluster.
const SLOTS: usize = 16_384;

/// A session that was put away, to go on later.
pub(crate) struct Kept {
    pub(crate) checkpoint: Rc<Checkpoint>,
    past: Past,
    chronicle: Chronicle,
    passed: Capture,
    proctor: Option<Proctor>,
    seed: u64,
    speed: f64,
    running: bool,
}

impl Session {
    /// The moment where it stands.
    pub(crate) fn now(&self) -> Time {
        self.lab.world.now()
    }

    /// Whether it goes to a moment of the past, or to that of a link.
    pub(super) fn is_on_its_way(&self) -> bool {
        self.job.is_some_and(|job| matches!(job.kind, JobKind::Visit | JobKind::Follow))
    }

    /// A session of the past of this one, on the way to `at`; none without a checkpoint.
    pub(super) fn of_the_past(&self, at: Time, bell: &Bell) -> Option<Self> {
        let (lab, nodes) = self.past.before(at)?.restore();
        let rest = self.lab.history().get(lab.history().len()..).unwrap_or_default();
        let plan = Plan::new(rest, None);
        let mut past = Self::with(lab, Crew::of_the_past(bell, nodes), self.seed);
        past.pace.set_speed(self.pace.speed(), wall_ms(), past.lab.world.now());
        past.plan = plan;
        let from = past.now();
        past.watch.remember(self.watch.chronicle().clone(), from);
        past.wire.know(self.wire.before(from));
        past.present = Some(self.now());
        Some(past)
    }

    /// The page wants to be told the same that it wanted of another session.
    pub(super) fn listen_as(&mut self, other: &Self) {
        self.wire.listen_as(&other.wire);
        self.clients.listen_as(&other.clients);
    }

    /// The page sees this session again.
    pub(super) fn show_again(&mut self, instead: Option<&Self>) {
        let now = self.now();
        if let Some(other) = instead {
            self.listen_as(other);
        }
        self.pace.restart(wall_ms(), now);
        self.painter.tell_all();
    }

    /// Goes to a later moment of the past.
    pub(super) fn visit(&mut self, at: Time) {
        let (wall, now) = (wall_ms(), self.now());
        self.pace.set_running(false, wall, now);
        self.job = Some(Job { until: at, kind: JobKind::Visit });
    }

    /// A visit has come to its moment: what was done just then is done, and what happened on the
    /// way is no news.
    pub(super) fn appear(&mut self) {
        self.plan.act(&mut self.lab);
        self.after_action();
        let _ = self.watch.take();
        let _ = self.watch.take_covered();
        let _ = self.watch.requests.take(&self.lab);
        let (wall, now) = (wall_ms(), self.now());
        self.pace.set_running(false, wall, now);
        self.painter.changed();
    }

    /// Comes to the moment of a visit now, however long that takes.
    pub(super) async fn finish_visit(&mut self) -> Result<(), String> {
        while let Some(job) = self.job.filter(|job| job.kind == JobKind::Visit) {
            self.pass(job.until, f64::INFINITY).await?;
        }
        Ok(())
    }

    /// Becomes the present of its own: nodes get workers, and nothing is planned.
    pub(super) fn go_live(&mut self, past: Past, running: bool) -> Result<(), String> {
        self.present = None;
        self.plan = Plan::default();
        self.past = past;
        let (lab, watch) = (&self.lab, &self.watch);
        self.crew.house(|pid| watch.name(lab, pid))?;
        let (wall, now) = (wall_ms(), self.now());
        self.pace.set_running(running, wall, now);
        self.painter.changed();
        Ok(())
    }

    /// Everything that is needed to go on later; none when a node has just broken.
    pub(super) async fn put_away(&mut self) -> Option<Kept> {
        self.bury();
        self.after_action();
        let nodes = self.crew.snapshots().await?;
        Some(Kept {
            checkpoint: Rc::new(Checkpoint::new(&self.lab, nodes)),
            past: self.past.clone(),
            chronicle: self.watch.chronicle().clone(),
            passed: self.wire.before(self.now()),
            proctor: self.watch.proctor.clone(),
            seed: self.seed,
            speed: self.pace.speed(),
            running: self.pace.is_running(),
        })
    }

    /// A session that goes on.
    pub(super) fn resume(kept: Kept, bell: &Bell) -> Result<Self, String> {
        let (lab, nodes) = kept.checkpoint.restore();
        let mut session = Self::with(lab, Crew::of_the_past(bell, nodes), kept.seed);
        let now = session.now();
        session.pace.set_speed(kept.speed, wall_ms(), now);
        session.watch.remember(kept.chronicle, now);
        session.wire.know(kept.passed);
        session.watch.proctor = kept.proctor;
        session.go_live(kept.past, kept.running)?;
        Ok(session)
    }

    /// Keeps a checkpoint when it is time for one, and how many slots are served when that may have
    /// changed.
    pub(super) async fn keep(&mut self) {
        if self.present.is_some() {
            return;
        }
        let now = self.now();
        if self.watch.take_unsettled() {
            let views = self.crew.views().await;
            let slots = covered(&self.lab, &views, |host| self.watch.is_cut(host));
            self.watch.cover(ms(now), slots);
        }
        if self.past.is_due(now)
            && let Some(nodes) = self.crew.snapshots().await
        {
            self.past.keep(Rc::new(Checkpoint::new(&self.lab, nodes)));
        }
    }

    /// Follows a link, whose plan is set, at full speed.
    pub(super) fn follow(&mut self, link: Link) {
        if self.plan.end().is_some() {
            self.job = Some(Job { until: link.now, kind: JobKind::Follow });
            let until_ms = ms(link.now);
            post_message(&FromHub::Travel(Travelled::Following { until_ms }));
        }
        let there = self.plan.end().is_none();
        self.link = Some(link);
        if there {
            // It led to a moment of the opening.
            let (wall, now) = (wall_ms(), self.now());
            self.pace.set_running(false, wall, now);
            self.arrive(false);
        }
    }

    /// Tells where the link that was followed has led, if one was.
    pub(super) fn arrive(&mut self, stopped: bool) {
        let Some(link) = self.link.take() else { return };
        self.job = None;
        if stopped {
            self.plan = Plan::default();
            if let Some(proctor) = &mut self.watch.proctor {
                proctor.go_on_at([]);
            }
        } else if self.watch.proctor.is_some() {
            // Somebody goes on with an exercise.
            self.pace.set_running(true, wall_ms(), self.now());
        }
        post_message(&FromHub::Travel(Travelled::Arrived(Arrival {
            stopped,
            hash_there: format!("{:016x}", link.hash),
            hash_here: format!("{:016x}", self.lab.world.trace_hash()),
            engine_there: link.engine,
            engine_here: ENGINE.to_owned(),
        })));
    }

    /// Tells the link to where it stands.
    pub(super) fn tell_link(&self, purpose: LinkPurpose) {
        let link = Link::to(&self.lab, self.seed);
        let went_on = self.watch.proctor.iter().flat_map(Proctor::went_on);
        let moment = SharedMoment {
            link: link.encode(),
            now_ms: ms(link.now),
            hash: format!("{:016x}", link.hash),
            actions: link.actions.len(),
            scenario: self.lab.scenario().name.clone(),
            seed: link.seed,
            engine: link.engine,
            went_on_us: went_on.map(|at| at.0).collect(),
        };
        post_message(&FromHub::Travel(Travelled::Link { purpose, moment }));
    }
}

/// How many slots a running master that can be reached claims.
fn covered(lab: &Lab, views: &BTreeMap<Pid, &View>, is_cut: impl Fn(sim::HostId) -> bool) -> u32 {
    let mut served = vec![false; SLOTS];
    for (host, _) in lab.world.hosts().filter(|&(host, _)| !is_cut(host)) {
        let Some((pid, ProcessState::Running)) = lab.server(host) else { continue };
        let Some(view) = views.get(&pid) else { continue };
        let master = view.role == Role::Master;
        for &(first, last) in view.slots.iter().filter(|_| master) {
            served[usize::from(first)..=usize::from(last)].fill(true);
        }
    }
    served.iter().filter(|&&it| it).count() as u32
}

/// Why a link is refused, as the page is told.
pub(crate) fn fault(why: LinkError) -> LinkFault {
    match why {
        LinkError::Damaged => LinkFault::Damaged,
        LinkError::TooLarge => LinkFault::TooLarge,
        LinkError::Newer => LinkFault::Newer,
        LinkError::NoScenario => LinkFault::NoScenario,
    }
}
