//! From facts to failovers.

use std::collections::{BTreeMap, BTreeSet};

use bus::NodeId;
use engine::event::Role;
use engine::{Event, Time};
use sim::{HostId, Pid};

use super::chronicle::{Note, Noted};
use super::{Attempt, End, Failed, Failover, Manual, Outcome, Reported, Suspected, Vote};

/// What is known at one point of the chronicle.
#[derive(Debug, Default)]
pub(super) struct Derivation {
    pub(super) failovers: Vec<Failover>,
    /// The servers that live, by process.
    servers: BTreeMap<Pid, (NodeId, HostId)>,
    /// Where a node ran last.
    hosts: BTreeMap<NodeId, HostId>,
    /// When a node last ended or was frozen.
    downs: BTreeMap<NodeId, Time>,
    /// Who holds whom for PFAIL or FAIL.
    doubts: BTreeSet<(NodeId, HostId)>,
    /// Who sees the cluster as failing.
    state_down: BTreeSet<HostId>,
}

impl Derivation {
    pub(super) fn take(&mut self, note: &Note) {
        match &note.what {
            Noted::Event(event) => self.event(note, event),
            Noted::Ended | Noted::Frozen => self.down(note),
        }
    }

    fn down(&mut self, note: &Note) {
        let Some(&(id, host)) = self.servers.get(&note.pid) else { return };
        self.downs.insert(id, note.at);
        if note.what == Noted::Frozen {
            return;
        }
        self.servers.remove(&note.pid);
        self.state_down.remove(&host);
        self.doubts.retain(|&(_, by)| by != host);
        for failover in &mut self.failovers {
            failover.unmoved.retain(|&it| it != host);
            failover.state_down.retain(|&it| it != host);
        }
    }

    fn event(&mut self, note: &Note, event: &Event) {
        let (at, by) = (note.at, note.host);
        match *event {
            Event::Named { id } => {
                self.servers.insert(note.pid, (id, by));
                self.hosts.insert(id, by);
                // Nobody is well who has just started.
                self.state_down.insert(by);
            }
            Event::MarkedPossiblyFailed { peer, slots, last_pong, silent_since, timeout_ms } => {
                self.doubts.insert((peer, by));
                let suspected = Suspected { at, by, last_pong, silent_since, timeout_ms };
                if slots > 0 {
                    self.suspect(peer, suspected);
                }
            }
            Event::FailureReported { about, by: reporter, reports, needed } => {
                let from = self.hosts.get(&reporter).copied();
                if let Some(it) = self.open(about) {
                    it.reports.push(Reported { at, to: by, by: from, reports, needed });
                }
            }
            Event::MarkedFailed { peer, told_by } => {
                self.doubts.insert((peer, by));
                if let Some(it) = self.open(peer) {
                    it.failed.push(Failed { at, by, told: told_by.is_some() });
                }
            }
            Event::ClearedPossiblyFailed { peer } | Event::ClearedFailed { peer } => {
                self.doubts.remove(&(peer, by));
                let doubted = self.doubts.iter().any(|&(about, _)| about == peer);
                if let Some(it) = self.open(peer).filter(|_| !doubted) {
                    it.outcome = Outcome::Answered(at);
                }
            }
            Event::ClusterState { ok } => self.cluster_state(at, by, ok),
            Event::RoleChanged { role: Role::Master, .. } => self.promote(at, by),
            Event::SlotsMoved { to: Some(to), .. } => self.slots_moved(at, by, to),
            _ => {
                self.manual_event(at, by, event);
                self.election_event(note, event);
            }
        }
    }

    /// The last failover of a master, if it goes on.
    fn open(&mut self, master: NodeId) -> Option<&mut Failover> {
        let last = self.failovers.iter_mut().rev().find(|it| it.master == master);
        last.filter(|it| it.outcome == Outcome::Open)
    }

    /// The failover of a master that goes on, or another.
    fn open_or_begin(&mut self, master: NodeId, at: Time) -> &mut Failover {
        if self.open(master).is_none() {
            self.begin(master, at);
        }
        self.open(master).expect("there is one")
    }

    fn begin(&mut self, master: NodeId, began: Time) {
        let down = self.downs.get(&master).copied();
        let master_host = self.hosts.get(&master).copied();
        self.failovers.push(Failover {
            master,
            master_host,
            began,
            down,
            suspicions: Vec::new(),
            reports: Vec::new(),
            failed: Vec::new(),
            state_fail: None,
            manual: None,
            attempts: Vec::new(),
            promoted: None,
            moved: Vec::new(),
            unmoved: Vec::new(),
            state_ok: Vec::new(),
            state_down: Vec::new(),
            outcome: Outcome::Open,
        });
    }

    fn suspect(&mut self, master: NodeId, suspected: Suspected) {
        let last = self.failovers.iter().rev().find(|it| it.master == master);
        // Who has not heard of the promotion doubts a master that is replaced already.
        if last.is_some_and(|it| it.unmoved.contains(&suspected.by)) {
            return;
        }
        self.open_or_begin(master, suspected.at).suspicions.push(suspected);
    }

    fn cluster_state(&mut self, at: Time, by: HostId, ok: bool) {
        if ok {
            self.state_down.remove(&by);
        } else {
            self.state_down.insert(by);
        }
        for it in &mut self.failovers {
            if !ok && it.outcome == Outcome::Open && !it.suspicions.is_empty() {
                it.state_fail.get_or_insert(at);
            }
            if ok && it.state_down.contains(&by) {
                it.state_down.retain(|&host| host != by);
                it.state_ok.push((at, by));
            }
        }
    }

    fn promote(&mut self, at: Time, by: HostId) {
        let mut last = self.failovers.iter_mut().rev();
        let Some(it) = last.find(|it| it.outcome == Outcome::Open && it.stands(by)) else { return };
        it.outcome = Outcome::Promoted;
        it.promoted = Some((at, by));
        it.unmoved = self.servers.values().map(|&(_, host)| host).collect();
        it.unmoved.sort_unstable();
        it.unmoved.dedup();
        let down = self.state_down.iter().copied();
        it.state_down = down.filter(|host| it.unmoved.contains(host)).collect();
    }

    fn slots_moved(&mut self, at: Time, by: HostId, to: NodeId) {
        let Some(&host) = self.hosts.get(&to) else { return };
        let mut last = self.failovers.iter_mut().rev();
        let promoted = |it: &&mut Failover| it.promoted.is_some_and(|(_, new)| new == host);
        if let Some(it) = last.find(promoted)
            && it.unmoved.contains(&by)
        {
            it.unmoved.retain(|&host| host != by);
            it.moved.push((at, by));
        }
    }

    fn manual_event(&mut self, at: Time, by: HostId, event: &Event) {
        match *event {
            Event::ManualFailoverRequested { mode, master } => {
                let manual = Manual {
                    mode,
                    asked: at,
                    host: by,
                    paused: None,
                    offset: None,
                    ready: None,
                    released: None,
                    timed_out: None,
                };
                // Asked for again: what was asked for before is over.
                if let Some(it) = self.open(master).filter(|it| it.manual.is_some()) {
                    it.outcome = Outcome::Renewed(at);
                }
                self.open_or_begin(master, at).manual = Some(manual);
            }
            Event::ManualFailoverPaused { replica } => {
                let asked = self.hosts.get(&replica).copied();
                if let Some(it) = self.manual(|it| Some(it.host) == asked) {
                    it.paused = Some(at);
                }
            }
            Event::ManualFailoverOffset { .. } => {
                if let Some(it) = self.manual(|it| it.host == by) {
                    it.offset = Some(at);
                }
            }
            Event::ManualFailoverReady => {
                if let Some(it) = self.manual(|it| it.host == by) {
                    it.ready = Some(at);
                }
            }
            Event::ClientsUnpaused => self.release(at, by),
            Event::ManualFailoverTimedOut => self.time_out(at, by),
            _ => {}
        }
    }

    /// The last manual failover, if it is under way and the wanted one.
    fn manual(&mut self, wanted: impl Fn(&Manual) -> bool) -> Option<&mut Manual> {
        let open = self.failovers.iter_mut().rev().filter(|it| it.outcome == Outcome::Open);
        open.filter_map(|it| it.manual.as_mut()).find(|it| wanted(it))
    }

    fn release(&mut self, at: Time, by: HostId) {
        let mut last = self.failovers.iter_mut().rev().filter(|it| it.master_host == Some(by));
        if let Some(manual) = last.find_map(|it| it.manual.as_mut())
            && manual.paused.is_some()
        {
            manual.released.get_or_insert(at);
        }
    }

    fn time_out(&mut self, at: Time, by: HostId) {
        let mut open = self.failovers.iter_mut().rev().filter(|it| it.outcome == Outcome::Open);
        let asked = |it: &&mut Failover| it.manual.is_some_and(|it| it.host == by);
        let Some(it) = open.find(asked) else { return };
        if let Some(manual) = &mut it.manual {
            manual.timed_out = Some(at);
        }
        // Where the master is doubted too, the failover goes on by itself.
        if it.suspicions.is_empty() {
            it.outcome = Outcome::TimedOut(at);
        }
    }

    fn election_event(&mut self, note: &Note, event: &Event) {
        let (at, by) = (note.at, note.host);
        match *event {
            Event::ElectionScheduled { master, delay_ms, fixed_ms, random_ms, rank, offset } => {
                let Some(&(id, host)) = self.servers.get(&note.pid) else { return };
                self.open_or_begin(master, at).attempts.push(Attempt {
                    host,
                    id,
                    planned: at,
                    delay_ms,
                    fixed_ms,
                    random_ms,
                    rank,
                    offset,
                    requested: None,
                    votes: Vec::new(),
                    refusals: Vec::new(),
                    ended: None,
                });
            }
            Event::VoteGranted { candidate, .. } => {
                if let Some(it) = self.attempt(|it| it.id == candidate) {
                    let from = Some(by);
                    it.votes.push(Vote { given: Some(at), at, from, votes: 0, needed: 0 });
                }
            }
            Event::VoteRefused { candidate, why } => {
                if let Some(it) = self.attempt(|it| it.id == candidate) {
                    it.refusals.push((at, by, why));
                }
            }
            Event::VoteReceived { from, votes, needed } => {
                let from = self.hosts.get(&from).copied();
                if let Some(it) = self.attempt(|it| it.host == by) {
                    it.count_vote(at, from, votes, needed);
                }
            }
            _ => {
                if let Some(it) = self.attempt(|it| it.host == by) {
                    it.step(at, event);
                }
            }
        }
    }

    /// The last election that is the wanted one, whatever became of it.
    fn attempt(&mut self, wanted: impl Fn(&Attempt) -> bool) -> Option<&mut Attempt> {
        let attempts = self.failovers.iter_mut().rev().flat_map(|it| it.attempts.iter_mut().rev());
        attempts.filter(|it| wanted(it)).max_by_key(|it| it.planned)
    }
}

impl Failover {
    /// Whether this host's server is to replace the master.
    fn stands(&self, host: HostId) -> bool {
        self.attempts.iter().any(|it| it.host == host)
            || self.manual.is_some_and(|it| it.host == host)
    }
}

impl Attempt {
    /// A vote that was on its way has come in; it may also come from who never told of it.
    fn count_vote(&mut self, at: Time, from: Option<HostId>, votes: u32, needed: u32) {
        let sent = self.votes.iter_mut().find(|it| it.from == from && it.needed == 0);
        if let Some(vote) = sent {
            (vote.at, vote.votes, vote.needed) = (at, votes, needed);
        } else {
            self.votes.push(Vote { given: None, at, from, votes, needed });
        }
    }

    fn step(&mut self, at: Time, event: &Event) {
        match *event {
            Event::ElectionRank { rank, added_ms } => {
                self.rank = rank;
                self.delay_ms += added_ms;
            }
            Event::ElectionStarted { epoch } => self.requested = Some((at, epoch)),
            Event::ElectionWon { .. } => self.ended = Some((at, End::Won)),
            Event::ElectionExpired { .. } => self.ended = Some((at, End::Expired)),
            _ => {}
        }
    }
}
