//! How a host stands, as the observer who sees all would put it.

use bridge::{Frame, NodeFrame};

use crate::format::slot_ranges;
use crate::names::Names;
use crate::state::State;

/// What became of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// It runs.
    Running,
    /// SIGSTOP.
    Frozen,
    /// No process.
    Dead,
    /// A bug killed it.
    Crashed,
    /// Its host was taken away.
    Removed,
}

/// What the others think of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// Nothing bad.
    None,
    /// Somebody says `fail?`.
    Possibly,
    /// Somebody says `fail`.
    Failed,
}

/// How a host stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// What became of its server.
    pub life: Life,
    /// Its host was taken away, and no running server knows of it any more.
    pub forgotten: bool,
    /// Whether its server was ever seen running.
    pub seen: bool,
    /// Cut off from the others.
    pub cut: bool,
    /// What it is, or was when last seen.
    pub master: bool,
    /// The worst that a running peer thinks. What a host that is cut off thinks of the others does
    /// not count: it says more about that host.
    pub doubt: Doubt,
    /// The hosts that say `fail?` or `fail`, those that are cut off too.
    pub doubters: Vec<usize>,
    /// The host of its master.
    pub follows: Option<usize>,
    /// Slot ranges, or nothing.
    pub slots: String,
    /// `configEpoch`
    pub epoch: u64,
    /// Replication offset.
    pub offset: u64,
    /// Bytes behind its master.
    pub behind: u64,
    /// The replication link as ROLE names it.
    pub link: Option<String>,
    /// Whether it says `cluster_state:ok`.
    pub state_ok: bool,
    /// `cluster_current_epoch`
    pub current_epoch: u64,
    /// It stands so in the eyes of one observer, and otherwise in truth.
    pub wrong: bool,
    /// It stands so in the eyes of one observer, who knows nothing of its data.
    pub believed: bool,
}

impl Standing {
    /// Whether its process exists and runs.
    pub fn runs(&self) -> bool {
        self.life == Life::Running
    }

    /// Whether its replication link stands.
    pub fn is_linked(&self) -> bool {
        self.link.as_deref() == Some("connected")
    }

    /// The marks beside the node, worst first.
    pub fn marks(&self) -> Vec<&'static str> {
        let life = match self.life {
            Life::Running => None,
            Life::Frozen => Some("frozen"),
            // A host that has had no server yet says so in words.
            Life::Dead => self.seen.then_some("dead"),
            Life::Crashed => Some("crashed"),
            Life::Removed => Some("removed"),
        };
        let doubt = match self.doubt {
            Doubt::None => None,
            Doubt::Possibly => Some("fail?"),
            Doubt::Failed => Some("fail"),
        };
        life.into_iter().chain(self.cut.then_some("cut off")).chain(doubt).collect()
    }

    /// `master` or `replica`.
    pub fn role(&self) -> &'static str {
        if self.master { "master" } else { "replica" }
    }
}

/// How every host stands.
pub fn standings(state: &State) -> Vec<Standing> {
    let Some(frame) = &state.frame else { return Vec::new() };
    let doubts = doubts(frame, &state.names);
    let stand = |(host, doubt)| stand(host, doubt, frame, &state.beliefs, &state.names);
    doubts.into_iter().enumerate().map(stand).collect()
}

fn stand(
    host: usize,
    (doubt, doubters): (Doubt, Vec<usize>),
    frame: &Frame,
    beliefs: &[Option<NodeFrame>],
    names: &Names,
) -> Standing {
    let now = &frame.hosts[host];
    let node = beliefs.get(host).and_then(Option::as_ref);
    let life = match now {
        _ if now.gone => Life::Removed,
        _ if now.crash.is_some() && now.pid.is_none() => Life::Crashed,
        _ if now.pid.is_none() => Life::Dead,
        _ if now.stopped => Life::Frozen,
        _ => Life::Running,
    };
    let master = node.is_none_or(|it| it.master);
    let follows = node.and_then(|it| names.host(it.master_id.as_deref()?)).filter(|_| !master);
    let offset = node.map_or(0, |it| it.offset);
    let ahead = follows.and_then(|it| beliefs.get(it)?.as_ref()).map_or(0, |it| it.offset);
    Standing {
        life,
        forgotten: now.gone && !is_known(host, frame, names),
        seen: node.is_some(),
        cut: now.cut,
        master,
        doubt,
        doubters,
        follows,
        slots: node.map_or_else(String::new, |it| slot_ranges(&it.slots)),
        epoch: node.map_or(0, |it| it.config_epoch),
        offset,
        behind: ahead.saturating_sub(offset),
        link: node.and_then(|it| it.link.clone()).filter(|_| now.pid.is_some()),
        state_ok: node.is_some_and(|it| it.state_ok),
        current_epoch: node.map_or(0, |it| it.current_epoch),
        wrong: false,
        believed: false,
    }
}

/// Whether a running server has a host's node in its table.
fn is_known(host: usize, frame: &Frame, names: &Names) -> bool {
    let mut peers = frame.hosts.iter().flat_map(|it| &it.node).flat_map(|it| &it.peers);
    peers.any(|peer| names.host(&peer.id) == Some(host))
}

/// What the others think of each host, and who says anything bad. One pass over all tables, and a
/// look at names only where a flag is bad: in a large lab there are ten thousand entries.
fn doubts(frame: &Frame, names: &Names) -> Vec<(Doubt, Vec<usize>)> {
    let mut doubts = vec![(Doubt::None, Vec::new()); frame.hosts.len()];
    for (observer, now) in frame.hosts.iter().enumerate() {
        for peer in now.node.iter().flat_map(|it| &it.peers) {
            let has = |flag: &str| peer.flags.iter().any(|it| it == flag);
            let doubt = match (has("fail"), has("fail?")) {
                (true, _) => Doubt::Failed,
                (_, true) => Doubt::Possibly,
                _ => continue,
            };
            let about = names.host(&peer.id).filter(|&it| it != observer);
            let Some((worst, doubters)) = about.and_then(|it| doubts.get_mut(it)) else { continue };
            *worst = if now.cut { *worst } else { doubt.max(*worst) };
            if doubters.last() != Some(&observer) {
                doubters.push(observer);
            }
        }
    }
    doubts
}
