//! A lab with its past and its branches: which session is shown, and which one is alive.
//!
//! One session is alive. While a moment of its past is visited, a second one, restored from the
//! nearest checkpoint and run inline, is shown instead, and the live one stands still. Acting in the
//! past makes that second session the live one, and puts the first away as a branch.

use std::collections::BTreeMap;

use bridge::workshop::Workshop;
use bridge::{Branch, BranchCause, FromHub, ToHub, Travel, Travelled};
use engine::Time;
use scenario::Link;
use workshop::progress::Progress;

use super::session::{Rest, Session};
use super::travel::Kept;
use super::workshop as exercise;
use crate::bell::Bell;
use crate::convert::ms;
use crate::scope::post_message;

/// A lab and all that became of it.
pub(crate) struct Tree {
    live: Session,
    /// A moment of the past.
    visited: Option<Session>,
    /// The moment to visit next: while somebody scrubs, only the last one counts.
    wish: Option<Time>,
    /// Where each branch came from, and when it left it.
    origins: Vec<(Option<usize>, Time)>,
    /// Those that are put away.
    kept: BTreeMap<usize, Kept>,
    /// The number of the branch that is alive.
    branch: usize,
    /// How far the exercise is, as the page was told.
    told: Option<Progress>,
    bell: Bell,
}

impl Tree {
    /// A lab without branches.
    pub(crate) fn new(live: Session, bell: &Bell) -> Self {
        Self {
            live,
            visited: None,
            wish: None,
            origins: vec![(None, Time::ZERO)],
            kept: BTreeMap::new(),
            branch: 0,
            told: None,
            bell: bell.clone(),
        }
    }

    /// The speed that is set.
    pub(crate) fn speed(&self) -> f64 {
        self.live.speed()
    }

    /// Does what the page asks.
    pub(crate) async fn hear(&mut self, message: ToHub) {
        let outcome = match message {
            ToHub::Travel(travel) => {
                // A frame follows, so that the page knows that it was heard.
                self.shown().painter.changed();
                self.travel(travel).await
            }
            ToHub::Workshop(asked) => {
                self.hear_of_workshop(&asked);
                Ok(())
            }
            message if message.is_action() => {
                let outcome = self.fork(true).await;
                self.live.hear(message);
                outcome
            }
            message => {
                if let ToHub::Speed(_) = message
                    && self.visited.is_some()
                {
                    self.live.hear(message.clone());
                }
                self.shown().hear(message);
                Ok(())
            }
        };
        if let Err(message) = outcome {
            post_message(&FromHub::Failed { message });
        }
    }

    /// Lets time pass in what is shown.
    pub(crate) async fn turn(&mut self, heard: u64) -> Result<Rest, String> {
        if let Some(at) = self.wish.take() {
            self.visit(at);
        }
        let rest = self.shown().turn(heard).await;
        self.tell_progress();
        rest
    }

    fn hear_of_workshop(&mut self, asked: &Workshop) {
        self.shown().painter.changed();
        let now = self.live.now();
        match (asked, &mut self.live.watch.proctor) {
            (Workshop::GoOn, Some(proctor)) if self.visited.is_none() => proctor.go_on(now),
            _ => {}
        }
    }

    /// Tells how far the exercise is at the moment that is shown, when that is news.
    fn tell_progress(&mut self) {
        let shown = self.visited.as_ref().unwrap_or(&self.live);
        let Some(proctor) = self.live.watch.proctor.as_ref().filter(|_| !shown.is_on_its_way())
        else {
            return;
        };
        let progress = proctor.progress_at(shown.now());
        if self.told.as_ref() != Some(progress) {
            exercise::tell_progress(progress);
            self.told = Some(progress.clone());
        }
    }

    /// Follows a link whose lab this is.
    pub(crate) fn follow(&mut self, link: Link) {
        self.live.follow(link);
    }

    /// Tells which branches there are.
    pub(crate) fn tell(&self, cause: BranchCause) {
        let branch = |(number, &(parent, from)): (usize, &(Option<usize>, Time))| {
            let lab = self.kept.get(&number).map(|it| &it.checkpoint);
            let (end, hash, actions) = match lab {
                Some(it) => (it.now(), it.hash(), it.actions()),
                None => {
                    let lab = &self.live.lab;
                    (lab.world.now(), lab.world.trace_hash(), lab.history().len())
                }
            };
            let hash = format!("{hash:016x}");
            Branch { parent, from_ms: ms(from), end_ms: ms(end), hash, actions }
        };
        let branches = self.origins.iter().enumerate().map(branch).collect();
        let told = Travelled::Branches { live: self.branch, branches, cause };
        post_message(&FromHub::Travel(told));
    }

    fn shown(&mut self) -> &mut Session {
        self.visited.as_mut().unwrap_or(&mut self.live)
    }

    async fn travel(&mut self, travel: Travel) -> Result<(), String> {
        match travel {
            Travel::Visit { at_us } => self.wish = Some(Time(at_us)),
            Travel::Return => self.go_back(),
            Travel::Fork => self.fork(false).await?,
            Travel::Switch(branch) => self.switch(branch).await?,
            Travel::Link { purpose } => {
                self.settle_wish().await?;
                self.shown().tell_link(purpose);
            }
            // Seen to by whoever holds the tree.
            Travel::Follow { .. } => {}
        }
        Ok(())
    }

    /// Shows a moment of the past. From an earlier moment it goes on, unless a checkpoint is nearer.
    fn visit(&mut self, at: Time) {
        let at = at.min(self.live.now());
        let nearest = self.live.past.before(at).map(|it| it.now());
        let goes_on = self.visited.as_ref().is_some_and(|it| {
            it.now() <= at && nearest.is_none_or(|checkpoint| checkpoint <= it.now())
        });
        if !goes_on {
            // The one before is dropped first: it is large.
            let before = self.visited.take();
            if let Some(before) = before {
                self.live.listen_as(&before);
            }
            self.visited = self.live.of_the_past(at, &self.bell);
            if let Some(visited) = &mut self.visited {
                visited.listen_as(&self.live);
            }
        }
        if let Some(visited) = &mut self.visited {
            visited.visit(at);
        }
    }

    /// What was wished for last is shown.
    async fn settle_wish(&mut self) -> Result<(), String> {
        if let Some(at) = self.wish.take() {
            self.visit(at);
        }
        match &mut self.visited {
            Some(visited) => visited.finish_visit().await,
            None => Ok(()),
        }
    }

    fn go_back(&mut self) {
        self.wish = None;
        let visited = self.visited.take();
        self.live.show_again(visited.as_ref());
    }

    /// The moment of the past that is shown becomes the present of a new branch.
    async fn fork(&mut self, by_action: bool) -> Result<(), String> {
        self.settle_wish().await?;
        let Some(mut fork) = self.visited.take() else { return Ok(()) };
        let (at, running) = (fork.now(), self.live.pace.is_running());
        fork.watch.proctor = self.live.watch.proctor.as_ref().map(|it| it.at(at));
        fork.go_live(self.live.past.until(at), by_action && running)?;
        self.put_away().await?;
        self.live = fork;
        self.origins.push((Some(self.branch), at));
        self.branch = self.origins.len() - 1;
        self.tell(BranchCause::Forked { at_us: at.0, by_action });
        Ok(())
    }

    /// Another branch goes on, where it was left.
    async fn switch(&mut self, branch: usize) -> Result<(), String> {
        if !self.kept.contains_key(&branch) {
            return Ok(());
        }
        self.put_away().await?;
        if let Some(kept) = self.kept.remove(&branch) {
            let visited = self.visited.take();
            self.wish = None;
            let mut next = Session::resume(kept, &self.bell)?;
            next.listen_as(visited.as_ref().unwrap_or(&self.live));
            self.live = next;
            self.branch = branch;
            self.tell(BranchCause::Switched);
        }
        Ok(())
    }

    async fn put_away(&mut self) -> Result<(), String> {
        let kept = self.live.put_away().await;
        let kept = kept.ok_or("A node broke while its lab was being put away.")?;
        self.kept.insert(self.branch, kept);
        Ok(())
    }
}
