//! Whose belief is shown, how it differs from what is true, and what is known of failovers.

use bridge::{FailoverFrame, Frame, NodeFrame, PeerFrame, ToHub};

use super::State;
use super::shards::{Arc, arcs_seen, slot_arcs};
use super::standing::{Doubt, Life, Standing, standings};
use crate::format::{slot_range, slot_ranges};
use crate::names::Names;
use crate::panels::Panel;

/// Failovers are asked for anew after so many virtual milliseconds without an event, since bars of
/// what lasts grow.
const STALE_MS: f64 = 500.0;

/// What a person looks at.
#[derive(Debug, Clone, Default)]
pub struct Belief {
    /// Whose belief the graph and the table show; none for what is true.
    pub seen_by: Option<usize>,
    /// Whose timers are shown.
    pub timers_of: usize,
    /// The failovers that are shown, by number; empty for the newest.
    pub chosen: Vec<usize>,
    /// The last failovers, the oldest first.
    pub failovers: Vec<FailoverFrame>,
    /// The moment that they were last asked for, virtual milliseconds.
    asked_ms: Option<f64>,
}

/// What a person can choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// See as this host does, or what is true.
    SeeAs(Option<usize>),
    /// Show the timers of this host.
    TimersOf(usize),
    /// Show a failover beside the others, or no more.
    Failover(usize),
}

impl Belief {
    /// Takes in a choice.
    pub fn apply(&mut self, action: Action) {
        match action {
            Action::SeeAs(observer) => self.seen_by = observer,
            Action::TimersOf(host) => self.timers_of = host,
            Action::Failover(number) => {
                let mut shown: Vec<_> = self.shown().map(|it| it.number).collect();
                match shown.iter().position(|&it| it == number) {
                    Some(at) => drop(shown.remove(at)),
                    None => shown.push(number),
                }
                shown.sort_unstable();
                self.chosen = shown;
            }
        }
    }

    /// The failovers that are shown: those that were chosen, else the newest.
    pub fn shown(&self) -> impl Iterator<Item = &FailoverFrame> {
        let chosen = |it: &&FailoverFrame| self.chosen.contains(&it.number);
        let newest = if self.failovers.iter().any(|it| chosen(&it)) {
            None
        } else {
            self.failovers.last().map(|it| it.number)
        };
        self.failovers.iter().filter(move |it| chosen(it) || Some(it.number) == newest)
    }
}

impl State {
    /// Asks the hub for failovers while a panel shows them, when they may have changed.
    pub(super) fn ask_for_failovers(&mut self) {
        let shows = matches!(self.panel, Panel::Beliefs | Panel::Why | Panel::Failovers);
        let Some(frame) = self.frame.clone().filter(|_| shows) else { return };
        let asked = self.belief.asked_ms;
        let fresh = asked.is_some_and(|at| (0.0..STALE_MS).contains(&(frame.now_ms - at)));
        let news = asked != Some(frame.now_ms) && !frame.events.is_empty();
        let waits = self.outbox.iter().any(|(_, it)| matches!(it, ToHub::Failovers));
        if !waits && (news || !fresh) {
            self.belief.edit().asked_ms = Some(frame.now_ms);
            self.send(ToHub::Failovers);
        }
    }
}

/// What an observer holds another for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Opinion {
    /// It is itself.
    Itself,
    /// It does not know it.
    Unknown,
    /// Nothing bad.
    Reachable,
    /// `fail?`
    Pfail,
    /// `fail`
    Fail,
}

/// What a node holds each of so many hosts for, with its entry about it.
pub fn opinions<'a>(
    node: &'a NodeFrame,
    hosts: usize,
    names: &Names,
) -> Vec<(Opinion, Option<&'a PeerFrame>)> {
    let mut opinions = vec![(Opinion::Unknown, None); hosts];
    if let Some(own) = names.host(&node.id).and_then(|host| opinions.get_mut(host)) {
        own.0 = Opinion::Itself;
    }
    for peer in &node.peers {
        let entry = names.host(&peer.id).and_then(|host| opinions.get_mut(host));
        if let Some(entry) = entry.filter(|it| it.0 != Opinion::Itself) {
            *entry = (Opinion::of(peer), Some(peer));
        }
    }
    opinions
}

impl Opinion {
    /// What the entry about a peer says.
    pub fn of(peer: &PeerFrame) -> Self {
        let has = |flag: &str| peer.flags.iter().any(|it| it == flag);
        match (has("fail"), has("fail?")) {
            (true, _) => Self::Fail,
            (_, true) => Self::Pfail,
            _ => Self::Reachable,
        }
    }
}

/// A thing that is believed, beside what is true.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell<T> {
    /// What the observer believes; none when it knows nothing.
    pub believed: Option<T>,
    /// What is true.
    pub truth: T,
}

impl<T: PartialEq> Cell<T> {
    /// Whether what is believed is not true.
    pub fn differs(&self) -> bool {
        self.believed.as_ref() != Some(&self.truth)
    }
}

/// One host as an observer believes it, beside what is true.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Which host.
    pub host: usize,
    /// What the observer holds it for.
    pub opinion: Opinion,
    /// What became of it.
    pub life: Life,
    /// Nothing passes between the two.
    pub cut: bool,
    /// Whether it is a master.
    pub master: Cell<bool>,
    /// Whom it follows.
    pub follows: Cell<Option<usize>>,
    /// Its `configEpoch`; 0 for a replica.
    pub epoch: Cell<u64>,
    /// Its slots.
    pub slots: Cell<String>,
}

impl Row {
    /// Whether the observer takes it for reachable although it is not, or the other way round.
    pub fn misjudged(&self) -> bool {
        let reachable = self.life == Life::Running && !self.cut;
        match self.opinion {
            Opinion::Itself => false,
            Opinion::Reachable => !reachable,
            _ => reachable,
        }
    }

    /// Whether anything is believed that is not true.
    pub fn differs(&self) -> bool {
        self.misjudged()
            || self.master.differs()
            || self.follows.differs()
            || self.epoch.differs()
            || self.slots.differs()
    }
}

/// All hosts as an observer believes them, beside what is true.
pub fn rows(state: &State, observer: usize) -> Vec<Row> {
    let Some(frame) = &state.frame else { return Vec::new() };
    let Some(node) = state.beliefs.get(observer).and_then(Option::as_ref) else {
        return Vec::new();
    };
    let truth = standings(state);
    let arcs = slot_arcs(&state.beliefs, &frame.hosts);
    let opinions = opinions(node, truth.len(), &state.names);
    let truth = truth.iter().zip(opinions).enumerate();
    let row = |(host, (truth, held))| {
        let sight = Sight { observer, node, frame, arcs: &arcs, names: &state.names };
        sight.row(host, truth, held)
    };
    truth.map(row).collect()
}

/// An observer, and what is true.
struct Sight<'a> {
    observer: usize,
    node: &'a NodeFrame,
    frame: &'a Frame,
    arcs: &'a [Arc],
    names: &'a Names,
}

impl Sight<'_> {
    fn row(&self, host: usize, truth: &Standing, held: (Opinion, Option<&PeerFrame>)) -> Row {
        let (opinion, peer) = held;
        let owned = self.arcs.iter().filter(|arc| arc.owner == Some(host));
        let owned: Vec<_> = owned.map(|arc| slot_range(arc.range)).collect();
        let cut = |host: usize| self.frame.hosts[host].cut;
        let about = Believed::of(self.node, peer, opinion == Opinion::Itself, self.names);
        let epoch = if truth.master { truth.epoch } else { 0 };
        Row {
            host,
            opinion,
            life: truth.life,
            cut: host != self.observer && (cut(host) || cut(self.observer)),
            master: Cell { believed: about.as_ref().map(|it| it.master), truth: truth.master },
            follows: Cell { believed: about.as_ref().map(|it| it.follows), truth: truth.follows },
            epoch: Cell { believed: about.as_ref().map(|it| it.epoch), truth: epoch },
            slots: Cell { believed: about.map(|it| it.slots), truth: owned.join(", ") },
        }
    }
}

/// What an observer believes of one host.
struct Believed {
    master: bool,
    follows: Option<usize>,
    epoch: u64,
    slots: String,
}

impl Believed {
    fn of(node: &NodeFrame, peer: Option<&PeerFrame>, itself: bool, names: &Names) -> Option<Self> {
        let (master, master_id, epoch, slots) = match peer {
            Some(it) => {
                let master = it.flags.iter().any(|flag| flag == "master");
                (master, &it.master_id, it.config_epoch, &it.slots)
            }
            None if itself => (node.master, &node.master_id, node.config_epoch, &node.slots),
            None => return None,
        };
        let follows = master_id.as_deref().and_then(|id| names.host(id)).filter(|_| !master);
        let epoch = if master { epoch } else { 0 };
        Some(Self { master, follows, epoch, slots: slot_ranges(slots) })
    }
}

/// The graph as an observer would draw it.
pub fn seen(state: &State, observer: usize) -> Option<(Vec<Standing>, Vec<Arc>)> {
    let node = state.beliefs.get(observer)?.as_ref()?;
    let rows = rows(state, observer);
    let standings = rows.iter().map(|row| standing(row, observer, node)).collect();
    let peers = node.peers.iter().filter_map(|it| Some((state.names.host(&it.id)?, &*it.slots)));
    let arcs = arcs_seen(peers.chain([(observer, &*node.slots)]));
    Some((standings, arcs))
}

fn standing(row: &Row, observer: usize, node: &NodeFrame) -> Standing {
    let doubt = match row.opinion {
        Opinion::Fail => Doubt::Failed,
        Opinion::Pfail => Doubt::Possibly,
        _ => Doubt::None,
    };
    let follows = row.follows.believed.flatten();
    Standing {
        life: Life::Running,
        forgotten: false,
        seen: row.opinion != Opinion::Unknown,
        cut: false,
        master: row.master.believed.unwrap_or(true),
        doubt,
        doubters: if doubt > Doubt::None { vec![observer] } else { Vec::new() },
        follows,
        slots: row.slots.believed.clone().unwrap_or_default(),
        epoch: row.epoch.believed.unwrap_or(0),
        offset: 0,
        behind: 0,
        link: follows.map(|_| "connected".to_owned()),
        state_ok: node.state_ok,
        current_epoch: node.current_epoch,
        wrong: row.differs(),
        believed: true,
    }
}

#[cfg(test)]
mod tests {
    use bridge::HostInfo;

    use super::*;

    fn peer(id: &str, flags: &[&str], slots: &[(u16, u16)]) -> PeerFrame {
        PeerFrame {
            id: id.to_owned(),
            addr: String::new(),
            flags: flags.iter().map(|&it| it.to_owned()).collect(),
            master_id: None,
            config_epoch: 3,
            slots: slots.to_vec(),
            connected: true,
            ping_sent_ms: None,
            pong_received_ms: None,
            reports: Vec::new(),
            suspicion: None,
        }
    }

    fn names() -> Names {
        let host = |n: u8| HostInfo { ip: format!("10.0.0.{n}"), port: 6379 };
        let mut names = Names::new(&[host(1), host(2), host(3)]);
        ["a", "b", "c"].iter().enumerate().for_each(|(host, id)| names.learn(id, host));
        names
    }

    fn failover(number: usize) -> FailoverFrame {
        FailoverFrame {
            number,
            master: Some(0),
            mode: None,
            began_ms: 0.0,
            down_ms: None,
            promoted: None,
            outcome: bridge::FailoverOutcome::Open,
            over: false,
            unmoved: Vec::new(),
            bars: Vec::new(),
            ballots: Vec::new(),
        }
    }

    #[test]
    fn fail_outweighs_pfail_and_a_stranger_is_unknown() {
        assert_eq!(Opinion::of(&peer("b", &["master", "fail?", "fail"], &[])), Opinion::Fail);
        assert_eq!(Opinion::of(&peer("b", &["master", "fail?"], &[])), Opinion::Pfail);
        let node = crate::state::shards::tests::node("a", &[(0, 9)], 1, None).expect("a node");
        let node = NodeFrame { peers: vec![peer("b", &["master"], &[])], ..node };
        let held: Vec<_> = opinions(&node, 3, &names()).iter().map(|it| it.0).collect();
        assert_eq!(held, [Opinion::Itself, Opinion::Reachable, Opinion::Unknown]);
    }

    #[test]
    fn the_newest_failover_is_shown_until_others_are_chosen() {
        let mut belief = Belief { failovers: vec![failover(0), failover(1)], ..Belief::default() };
        let shown = |it: &Belief| it.shown().map(|it| it.number).collect::<Vec<_>>();
        assert_eq!(shown(&belief), [1]);
        belief.apply(Action::Failover(0));
        assert_eq!(shown(&belief), [0, 1]);
        belief.apply(Action::Failover(1));
        assert_eq!(shown(&belief), [0]);
        belief.failovers.push(failover(2));
        assert_eq!(shown(&belief), [0], "a choice stays");
    }

    #[test]
    fn nothing_believed_is_not_the_truth() {
        assert!(Cell { believed: None, truth: true }.differs());
        assert!(!Cell { believed: Some(1), truth: 1 }.differs());
    }
}
