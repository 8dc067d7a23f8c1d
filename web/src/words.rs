//! The page's wording of facts, timers and packets.

use bridge::{Fact, FlightKind, TimerKind};

use crate::format::span;
use crate::i18n;
pub use crate::i18n::Part;
use crate::names::Names;
use crate::state::standing::Standing;
use crate::{parts, t};

/// What a row of the event log is about; it chooses a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Of little weight.
    Quiet,
    /// A suspicion.
    Doubt,
    /// Something failed.
    Failure,
    /// Elections, votes, failovers.
    Decision,
    /// Replication.
    Data,
    /// Back in order.
    Good,
}

impl Tone {
    /// The class that gives it its colour.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Quiet => "plain",
            Self::Doubt => "doubt",
            Self::Failure => "failure",
            Self::Decision => "decision",
            Self::Data => "data",
            Self::Good => "good",
        }
    }
}

/// A node by its id, or the id's beginning when no host of ours has it.
fn who(id: &str, names: &Names) -> Part {
    names.host(id).map_or_else(|| Part::text(crate::format::short_id(id)), Part::Host)
}

fn at(addr: &str, names: &Names) -> Part {
    names.host_at(addr).map_or_else(|| Part::text(addr), Part::Host)
}

/// What a fact says about its host, to be read after the host's name.
pub fn fact(fact: &Fact, names: &Names) -> Vec<Part> {
    match fact {
        Fact::Started
        | Fact::Ended(_)
        | Fact::Crashed(_)
        | Fact::Frozen(_)
        | Fact::Cut(_)
        | Fact::HostAdded
        | Fact::HostRemoved
        | Fact::ShuttingDown(_) => process(fact),
        Fact::PossiblyFailed(_)
        | Fact::NotPossiblyFailed(_)
        | Fact::FailureReported { .. }
        | Fact::Failed { .. }
        | Fact::NotFailed(_)
        | Fact::ClusterState(_) => health(fact, names),
        Fact::ManualFailoverRequested(_)
        | Fact::ManualFailoverPaused(_)
        | Fact::ManualFailoverOffset(_)
        | Fact::ManualFailoverReady
        | Fact::ManualFailoverTimedOut
        | Fact::ClientsPaused(_)
        | Fact::ClientsUnpaused => manual(fact, names),
        Fact::MasterLinkUp(_)
        | Fact::MasterLinkDown
        | Fact::ReplicaSynced { .. }
        | Fact::ReplicaLost(_) => replication(fact, names),
        _ => election(fact, names),
    }
}

fn process(fact: &Fact) -> Vec<Part> {
    match fact {
        Fact::Ended(None) => parts!("fact-killed"),
        Fact::Ended(Some(status)) => parts!("fact-ended", status = *status),
        Fact::Crashed(message) => parts!("fact-crashed", message = message),
        Fact::Frozen(true) => parts!("fact-frozen"),
        Fact::Frozen(false) => parts!("fact-continued"),
        Fact::Cut(true) => parts!("fact-cut"),
        Fact::Cut(false) => parts!("fact-reconnected"),
        Fact::HostAdded => parts!("fact-host-added"),
        Fact::HostRemoved => parts!("fact-host-removed"),
        Fact::ShuttingDown(why) => parts!("fact-shutting-down", why = why),
        _ => parts!("fact-started"),
    }
}

fn health(fact: &Fact, names: &Names) -> Vec<Part> {
    match fact {
        Fact::PossiblyFailed(id) => parts!("fact-pfail", node = who(id, names)),
        Fact::NotPossiblyFailed(id) => parts!("fact-pfail-over", node = who(id, names)),
        Fact::FailureReported { about, by, reports, needed } => parts!(
            "fact-reported",
            by = who(by, names),
            node = who(about, names),
            reports = *reports,
            needed = *needed,
        ),
        Fact::Failed { about, told_by: None } => parts!("fact-fail", node = who(about, names)),
        Fact::Failed { about, told_by: Some(by) } => {
            parts!("fact-fail-told", node = who(about, names), by = who(by, names))
        }
        Fact::NotFailed(id) => parts!("fact-fail-over", node = who(id, names)),
        Fact::ClusterState(true) => parts!("fact-cluster-ok"),
        _ => parts!("fact-cluster-down"),
    }
}

fn manual(fact: &Fact, names: &Names) -> Vec<Part> {
    match fact {
        Fact::ManualFailoverRequested(mode) => parts!("fact-manual", mode = mode),
        Fact::ManualFailoverPaused(id) => parts!("fact-manual-paused", node = who(id, names)),
        Fact::ManualFailoverOffset(offset) => parts!("fact-manual-offset", offset = *offset),
        Fact::ManualFailoverReady => parts!("fact-manual-ready"),
        Fact::ManualFailoverTimedOut => parts!("fact-manual-over"),
        Fact::ClientsPaused(None) => parts!("fact-held"),
        Fact::ClientsPaused(Some(ms)) => parts!("fact-held-for", span = span(*ms as f64)),
        _ => parts!("fact-released"),
    }
}

fn replication(fact: &Fact, names: &Names) -> Vec<Part> {
    match fact {
        Fact::MasterLinkUp(true) => parts!("fact-link-resumed"),
        Fact::MasterLinkUp(false) => parts!("fact-link-copied"),
        Fact::MasterLinkDown => parts!("fact-link-down"),
        Fact::ReplicaSynced { replica, partial: true } => {
            parts!("fact-replica-resumed", node = at(replica, names))
        }
        Fact::ReplicaSynced { replica, .. } => {
            parts!("fact-replica-copied", node = at(replica, names))
        }
        Fact::ReplicaLost(replica) => parts!("fact-replica-lost", node = at(replica, names)),
        _ => Vec::new(),
    }
}

fn election(fact: &Fact, names: &Names) -> Vec<Part> {
    match fact {
        Fact::ElectionScheduled { delay_ms: 0, offset, .. } => {
            parts!("fact-election-now", offset = *offset)
        }
        Fact::ElectionScheduled { delay_ms, rank, offset } => parts!(
            "fact-election-planned",
            span = span(*delay_ms as f64),
            rank = *rank,
            offset = *offset,
        ),
        Fact::ElectionRank { rank, added_ms } => {
            parts!("fact-election-rank", rank = *rank, span = span(*added_ms as f64))
        }
        Fact::ElectionStarted(epoch) => parts!("fact-election-started", epoch = *epoch),
        Fact::VoteReceived { from, votes, needed } if votes > needed => {
            parts!("fact-vote-more", node = who(from, names))
        }
        Fact::VoteReceived { from, votes, needed } => {
            parts!("fact-vote", node = who(from, names), votes = *votes, needed = *needed)
        }
        Fact::ElectionWon(epoch) => parts!("fact-election-won", epoch = *epoch),
        Fact::ElectionExpired(epoch) => parts!("fact-election-over", epoch = *epoch),
        Fact::VoteGranted { candidate, epoch } => {
            parts!("fact-voted", node = who(candidate, names), epoch = *epoch)
        }
        Fact::VoteRefused { candidate, why } => {
            parts!("fact-vote-refused", node = who(candidate, names), why = why)
        }
        Fact::RoleChanged(None) => parts!("fact-master"),
        Fact::RoleChanged(Some(master)) => parts!("fact-replica", node = who(master, names)),
        Fact::ConfigEpoch(epoch) => parts!("fact-config-epoch", epoch = *epoch),
        Fact::SlotsMoved { count, to: Some(to) } => {
            parts!("fact-slots-moved", count = *count, node = who(to, names))
        }
        Fact::SlotsMoved { count, to: None } => parts!("fact-slots-lost", count = *count),
        _ => Vec::new(),
    }
}

/// Hosts side by side are named as long as there are no more than this.
const NAMED: usize = 12;

/// Hosts side by side; of many, the first ones.
pub fn hosts(hosts: &[usize]) -> Vec<Part> {
    let mut parts = Vec::new();
    let named = if hosts.len() > NAMED { NAMED / 2 } else { hosts.len() };
    for &host in &hosts[..named] {
        if !parts.is_empty() {
            parts.push(Part::text(" "));
        }
        parts.push(Part::Host(host));
    }
    match hosts.len() - named {
        0 => parts,
        more => parts!("hosts-more", hosts = i18n::value(&parts), count = more),
    }
}

/// A fact and the hosts that share it: a whole sentence.
pub fn line(hosts: &[usize], fact: &Fact, names: &Names) -> Vec<Part> {
    let count = hosts.len();
    let (hosts, fact) = (self::hosts(hosts), self::fact(fact, names));
    parts!("fact-line", count = count, hosts = i18n::value(&hosts), fact = i18n::value(&fact))
}

/// What a fact is about.
pub fn tone(fact: &Fact) -> Tone {
    match fact {
        Fact::PossiblyFailed(_) | Fact::FailureReported { .. } | Fact::Frozen(true) => Tone::Doubt,
        Fact::Failed { .. }
        | Fact::Ended(None)
        | Fact::Crashed(_)
        | Fact::Cut(true)
        | Fact::HostRemoved
        | Fact::ClusterState(false) => Tone::Failure,
        Fact::ElectionScheduled { .. }
        | Fact::ElectionRank { .. }
        | Fact::ElectionStarted(_)
        | Fact::ElectionWon(_)
        | Fact::ElectionExpired(_)
        | Fact::VoteReceived { .. }
        | Fact::VoteGranted { .. }
        | Fact::VoteRefused { .. }
        | Fact::RoleChanged(_)
        | Fact::ManualFailoverRequested(_)
        | Fact::ManualFailoverPaused(_)
        | Fact::ManualFailoverOffset(_)
        | Fact::ManualFailoverReady
        | Fact::ManualFailoverTimedOut => Tone::Decision,
        Fact::MasterLinkUp(_)
        | Fact::MasterLinkDown
        | Fact::ReplicaSynced { .. }
        | Fact::ReplicaLost(_) => Tone::Data,
        Fact::ClusterState(true) | Fact::NotFailed(_) | Fact::NotPossiblyFailed(_) => Tone::Good,
        _ => Tone::Quiet,
    }
}

/// Whether a fact deserves weight in the list: the turning points of a failover.
pub fn is_turning_point(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::RoleChanged(None)
            | Fact::Failed { told_by: None, .. }
            | Fact::ElectionWon(_)
            | Fact::ClusterState(_)
            | Fact::Crashed(_)
            | Fact::Ended(None)
            | Fact::HostAdded
            | Fact::HostRemoved
    )
}

/// Whether a fact is read out to those who do not see the graph.
pub fn is_announced(fact: &Fact) -> bool {
    is_turning_point(fact) || matches!(fact, Fact::RoleChanged(_) | Fact::Started | Fact::Ended(_))
}

/// A sentence as plain text.
pub fn plain(parts: &[Part], names: &Names) -> String {
    let word = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::Host(host) => names.ip(*host).to_owned(),
    };
    parts.iter().map(word).collect()
}

/// What a running timer is for; `node` is whom it is about, if anybody.
pub fn timer(kind: TimerKind, node: &str) -> String {
    let key = match kind {
        TimerKind::NodeTimeout => "timer-node-timeout",
        TimerKind::Handshake => "timer-handshake",
        TimerKind::FailureReport => "timer-failure-report",
        TimerKind::FailClear => "timer-fail-clear",
        TimerKind::Blacklist => "timer-blacklist",
        TimerKind::Writable => "timer-writable",
        TimerKind::ElectionStart => "timer-election-start",
        TimerKind::ElectionExpiry => "timer-election-expiry",
        TimerKind::ElectionRetry => "timer-election-retry",
        TimerKind::Vote => "timer-vote",
        TimerKind::ManualFailover => "timer-manual-failover",
        TimerKind::ClientPause => "timer-client-pause",
        TimerKind::ReplPing => "timer-repl-ping",
        TimerKind::ReplAck => "timer-repl-ack",
        TimerKind::ReplTimeout => "timer-repl-timeout",
        TimerKind::ReplConnect => "timer-repl-connect",
        TimerKind::ReplSync => "timer-repl-sync",
        TimerKind::Shutdown => "timer-shutdown",
    };
    t!(key, node = node)
}

/// The class that gives a kind of packet its colour, in the graph and in lists.
pub const fn flight_tone(kind: FlightKind) -> &'static str {
    match kind {
        FlightKind::Ping | FlightKind::Pong | FlightKind::Other | FlightKind::Publish => "beat",
        FlightKind::Fail => "fail",
        FlightKind::AuthRequest
        | FlightKind::AuthAck
        | FlightKind::Update
        | FlightKind::MfStart
        | FlightKind::Meet => "vote",
        FlightKind::Replication => "data",
        FlightKind::Client => "client",
    }
}

/// What a packet is called: by its name on the bus where it has one.
pub fn flight(kind: FlightKind) -> String {
    let name = match kind {
        FlightKind::Ping => "PING",
        FlightKind::Pong => "PONG",
        FlightKind::Meet => "MEET",
        FlightKind::Fail => "FAIL",
        FlightKind::Publish => "PUBLISH",
        FlightKind::Update => "UPDATE",
        FlightKind::MfStart => "MFSTART",
        FlightKind::AuthRequest => return t!("flight-auth-request"),
        FlightKind::AuthAck => return t!("flight-auth-ack"),
        FlightKind::Replication => return t!("flight-replication"),
        FlightKind::Client => return t!("flight-client"),
        FlightKind::Other => "",
    };
    name.to_owned()
}

/// What a host is, or was when it was last seen.
pub fn role(standing: &Standing) -> String {
    if standing.master { t!("role-master") } else { t!("role-replica") }
}

/// The marks beside a node, worst first; Redis's own flags keep their names.
pub fn marks(standing: &Standing) -> Vec<String> {
    let word = |mark: &'static str| match mark {
        "frozen" => t!("mark-frozen"),
        "dead" => t!("mark-dead"),
        "crashed" => t!("mark-crashed"),
        "removed" => t!("mark-removed"),
        "cut off" => t!("mark-cut"),
        flag => flag.to_owned(),
    };
    standing.marks().into_iter().map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_is_named_by_its_id() {
        let parts = fact(&Fact::NotFailed("0123456789abcdef".into()), &Names::default());
        let said = plain(&parts, &Names::default());
        assert_eq!(said, "clears the FAIL of 01234567: it is reachable again");
    }
}
