//! `cluster_state`: whether this node serves, and the delays before a master does so again.

use borsh::{BorshDeserialize, BorshSerialize};

use super::node_table::Ms;
use crate::event::Event;
use crate::log::Level;
use crate::node::{Node, TICK};

/// A master that has just started does not serve for so long: others may have replaced it.
const WRITABLE_DELAY: Ms = 2000;
/// Bounds of the delay after a time in the minority, which is the node timeout.
const REJOIN_DELAY: (Ms, Ms) = (500, 5000);

/// The cluster's state as this node sees it.
#[derive(Debug, Clone, BorshSerialize, BorshDeserialize)]
pub(crate) struct Health {
    pub ok: bool,
    /// Masters with slots; 1 until it was counted first.
    pub size: u32,
    /// The first evaluation, even if a delay kept it from judging.
    first_asked: Option<Ms>,
    /// The last evaluation that judged.
    judged_at: Ms,
    /// The `cluster-require-full-coverage` that it judged with.
    judged_coverage: bool,
    /// The last evaluation that found this node in the minority.
    minority_at: Ms,
    /// Whether the last evaluation found it there.
    in_minority: bool,
    /// Whether but for a delay the state would be ok.
    held_back: bool,
}

impl Default for Health {
    fn default() -> Self {
        Self {
            ok: false,
            size: 1,
            first_asked: None,
            judged_at: 0,
            judged_coverage: true,
            minority_at: 0,
            in_minority: false,
            held_back: false,
        }
    }
}

impl Node {
    /// Evaluates the state anew. Redis also does so at every tick while the state is fail.
    pub(super) fn update_state(&mut self) {
        let now = self.ms();
        self.catch_up_on_minority();
        let first = *self.cluster.health.first_asked.get_or_insert(now);
        if self.is_master() && !self.cluster.health.ok && now.saturating_sub(first) < WRITABLE_DELAY
        {
            return;
        }
        let ok = self.evaluate(now);
        let health = &mut self.cluster.health;
        health.held_back = false;
        if ok == health.ok {
            return;
        }
        if ok && now < self.rejoin_due() && self.is_master() {
            self.cluster.health.held_back = true;
            return;
        }
        self.cluster.health.ok = ok;
        let (level, word) = if ok { (self.demoted(), "ok") } else { (Level::Warning, "fail") };
        self.log(level, alloc::format!("Cluster state changed: {word}"));
        self.event(Event::ClusterState { ok });
    }

    /// Masters with slots that this node holds for reachable, itself included.
    pub(super) fn reachable_masters(&self) -> u32 {
        let reachable = self.cluster.nodes.iter().filter(|(_, peer)| {
            let well = !peer.failed() && !peer.possibly_failed();
            peer.is_master() && peer.slot_count() > 0 && well
        });
        reachable.count() as u32
    }

    /// Counts the masters, and whether the slots are covered and a majority is reachable.
    fn evaluate(&mut self, now: Ms) -> bool {
        let (mut size, mut covered) = (0, 0);
        for (_, peer) in self.cluster.nodes.iter() {
            if !peer.failed() {
                covered += usize::from(peer.slot_count());
            }
            size += u32::from(peer.is_master() && peer.slot_count() > 0);
        }
        self.cluster.health.size = size;
        let minority = self.reachable_masters() < self.cluster.quorum();
        let full_coverage = self.config.cluster_require_full_coverage;
        let health = &mut self.cluster.health;
        (health.judged_at, health.judged_coverage) = (now, full_coverage);
        health.in_minority = minority;
        if minority {
            health.minority_at = now;
        }
        let all = !full_coverage || covered == bus::SLOTS;
        all && !minority
    }

    /// While this node is in the minority, Redis's cron evaluates the state at every tick, and each
    /// time moves the end of the delay. Those ticks may have been skipped: this makes up for them.
    fn catch_up_on_minority(&mut self) {
        let health = &self.cluster.health;
        if health.ok || !health.in_minority {
            return;
        }
        let tick = self.since_start(self.now).0 / TICK.0;
        let last_tick = (self.unix_us_at_zero + self.tick_time(tick).0) / 1000;
        let health = &mut self.cluster.health;
        health.minority_at = health.minority_at.max(last_tick);
    }

    /// From when on a master serves again after a time in the minority.
    fn rejoin_due(&self) -> Ms {
        let (least, most) = REJOIN_DELAY;
        self.cluster.health.minority_at + self.node_timeout().clamp(least, most)
    }

    /// The delay that holds a master back: when it began and when it ends.
    pub(super) fn writable_delay(&self) -> Option<(Ms, Ms)> {
        let health = &self.cluster.health;
        if health.ok || !self.is_master() {
            return None;
        }
        let first = health.first_asked?;
        if self.ms().saturating_sub(first) < WRITABLE_DELAY {
            return Some((first, first + WRITABLE_DELAY));
        }
        health.held_back.then(|| (health.minority_at, self.rejoin_due()))
    }

    /// When an evaluation by the cron could change anything.
    pub(super) fn state_due(&self) -> Option<Ms> {
        let health = &self.cluster.health;
        if health.ok {
            return None;
        }
        let Some(first) = health.first_asked else { return Some(0) };
        if health.judged_coverage != self.config.cluster_require_full_coverage {
            return Some(0);
        }
        let writable = first + WRITABLE_DELAY;
        let first_delay = (self.is_master() && health.judged_at < writable).then_some(writable);
        let second = (self.is_master() && health.held_back).then(|| self.rejoin_due());
        [first_delay, second].into_iter().flatten().min()
    }
}
