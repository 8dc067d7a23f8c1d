//! The page's wording of facts, timers and packets, in one place so that it can be translated.

use bridge::{Fact, FlightKind, TimerKind};

use crate::format::span;
pub use crate::i18n::Part;
use crate::names::Names;

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

/// Puts hosts and words into the `{}` of a sentence.
fn say(sentence: &str, values: &[Part]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut values = values.iter();
    for (at, piece) in sentence.split("{}").enumerate() {
        if at > 0 {
            parts.extend(values.next().cloned());
        }
        if !piece.is_empty() {
            parts.push(Part::Text(piece.to_owned()));
        }
    }
    parts
}

fn text(value: impl ToString) -> Part {
    Part::Text(value.to_string())
}

/// A node by its id, or the id's beginning when no host of ours has it.
fn who(id: &str, names: &Names) -> Part {
    names.host(id).map_or_else(|| text(crate::format::short_id(id)), Part::Host)
}

fn at(addr: &str, names: &Names) -> Part {
    names.host_at(addr).map_or_else(|| text(addr), Part::Host)
}

/// What a fact says about its host, to be read after the host's name.
pub fn fact(fact: &Fact, names: &Names) -> Vec<Part> {
    match fact {
        Fact::Started
        | Fact::Ended(_)
        | Fact::Crashed(_)
        | Fact::Frozen(_)
        | Fact::Cut(_)
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
        Fact::Ended(None) => say("was killed: the process is gone at once, memory and all", &[]),
        Fact::Ended(Some(status)) => say("exited with status {}", &[text(status)]),
        Fact::Crashed(message) => say("crashed, a bug of this page: {}", &[text(message)]),
        Fact::Frozen(true) => {
            say("is frozen (SIGSTOP): it does not run, but its sockets stay open", &[])
        }
        Fact::Frozen(false) => say("goes on (SIGCONT)", &[]),
        Fact::Cut(true) => say("is cut off from all other hosts", &[]),
        Fact::Cut(false) => say("is reconnected", &[]),
        Fact::ShuttingDown(why) => say("shuts down: {}", &[text(why)]),
        _ => say("redis-server started", &[]),
    }
}

fn health(fact: &Fact, names: &Names) -> Vec<Part> {
    match fact {
        Fact::PossiblyFailed(id) => say(
            "got no answer from {} for a node timeout: possibly failed (PFAIL)",
            &[who(id, names)],
        ),
        Fact::NotPossiblyFailed(id) => say("hears {} again: no suspicion left", &[who(id, names)]),
        Fact::FailureReported { about, by, reports, needed } => say(
            "hears that {} suspects {} too: {} of {} masters needed",
            &[who(by, names), who(about, names), text(reports), text(needed)],
        ),
        Fact::Failed { about, told_by: None } => {
            say("marks {} as failed (FAIL): a majority of masters agrees", &[who(about, names)])
        }
        Fact::Failed { about, told_by: Some(by) } => {
            say("marks {} as failed (FAIL), as {} told", &[who(about, names), who(by, names)])
        }
        Fact::NotFailed(id) => {
            say("clears the FAIL of {}: it is reachable again", &[who(id, names)])
        }
        Fact::ClusterState(true) => say("sees the cluster as ok", &[]),
        _ => say("sees the cluster as down and stops serving keys", &[]),
    }
}

fn manual(fact: &Fact, names: &Names) -> Vec<Part> {
    match fact {
        Fact::ManualFailoverRequested(mode) => say("accepted CLUSTER FAILOVER {}", &[text(mode)]),
        Fact::ManualFailoverPaused(id) => {
            say("holds its clients' writes so that {} can catch up", &[who(id, names)])
        }
        Fact::ManualFailoverOffset(offset) => {
            say("learned where its master stopped: offset {}", &[text(offset)])
        }
        Fact::ManualFailoverReady => say("has every byte of its master: it may stand", &[]),
        Fact::ManualFailoverTimedOut => say("gives up the manual failover: its time is over", &[]),
        Fact::ClientsPaused(None) => say("holds writes until further notice", &[]),
        Fact::ClientsPaused(Some(ms)) => {
            say("holds writes for at most {}", &[text(span(*ms as f64))])
        }
        _ => say("lets held clients go on", &[]),
    }
}

fn replication(fact: &Fact, names: &Names) -> Vec<Part> {
    match fact {
        Fact::MasterLinkUp(true) => say("follows its master again, by the missing part only", &[]),
        Fact::MasterLinkUp(false) => say("follows its master, after a full copy", &[]),
        Fact::MasterLinkDown => say("lost the link to its master", &[]),
        Fact::ReplicaSynced { replica, partial: true } => {
            say("sends {} the missing part of the stream", &[at(replica, names)])
        }
        Fact::ReplicaSynced { replica, .. } => {
            say("sent {} a full copy of the data", &[at(replica, names)])
        }
        Fact::ReplicaLost(replica) => say("lost its replica {}", &[at(replica, names)]),
        _ => Vec::new(),
    }
}

fn election(fact: &Fact, names: &Names) -> Vec<Part> {
    match fact {
        Fact::ElectionScheduled { delay_ms: 0, offset, .. } => {
            say("stands for election at once (offset {})", &[text(offset)])
        }
        Fact::ElectionScheduled { delay_ms, rank, offset } => say(
            "plans an election in {} (rank {}, offset {})",
            &[text(span(*delay_ms as f64)), text(rank), text(offset)],
        ),
        Fact::ElectionRank { rank, added_ms } => say(
            "has a sibling with more data: rank {}, the election waits {} more",
            &[text(rank), text(span(*added_ms as f64))],
        ),
        Fact::ElectionStarted(epoch) => {
            say("asks the masters for their votes in epoch {}", &[text(epoch)])
        }
        Fact::VoteReceived { from, votes, needed } if votes > needed => {
            say("got the vote of {} too", &[who(from, names)])
        }
        Fact::VoteReceived { from, votes, needed } => {
            say("got the vote of {}: {} of {}", &[who(from, names), text(votes), text(needed)])
        }
        Fact::ElectionWon(epoch) => say("won the election of epoch {}", &[text(epoch)]),
        Fact::ElectionExpired(epoch) => {
            say("got no majority in time; the election of epoch {} is over", &[text(epoch)])
        }
        Fact::VoteGranted { candidate, epoch } => {
            say("votes for {} in epoch {}", &[who(candidate, names), text(epoch)])
        }
        Fact::VoteRefused { candidate, why } => {
            say("refuses {} its vote: {}", &[who(candidate, names), text(why)])
        }
        Fact::RoleChanged(None) => say("is a master", &[]),
        Fact::RoleChanged(Some(master)) => say("is a replica of {}", &[who(master, names)]),
        Fact::ConfigEpoch(epoch) => say("has config epoch {}", &[text(epoch)]),
        Fact::SlotsMoved { count, to: Some(to) } => {
            say("sees {} slots move to {}", &[text(count), who(to, names)])
        }
        Fact::SlotsMoved { count, to: None } => {
            say("sees {} slots without an owner", &[text(count)])
        }
        _ => Vec::new(),
    }
}

/// What a fact is about.
pub fn tone(fact: &Fact) -> Tone {
    match fact {
        Fact::PossiblyFailed(_) | Fact::FailureReported { .. } | Fact::Frozen(true) => Tone::Doubt,
        Fact::Failed { .. }
        | Fact::Ended(None)
        | Fact::Crashed(_)
        | Fact::Cut(true)
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

/// What a running timer is for.
pub fn timer(kind: TimerKind) -> &'static str {
    match kind {
        TimerKind::NodeTimeout => "waits for a PONG of",
        TimerKind::Handshake => "handshake with",
        TimerKind::FailureReport => "failure report about",
        TimerKind::FailClear => "FAIL may be cleared of",
        TimerKind::Blacklist => "does not learn again",
        TimerKind::Writable => "takes writes again",
        TimerKind::ElectionStart => "election starts",
        TimerKind::ElectionExpiry => "votes count",
        TimerKind::ElectionRetry => "next election at the earliest",
        TimerKind::Vote => "votes again about",
        TimerKind::ManualFailover => "manual failover is given up",
        TimerKind::ClientPause => "writes are held",
        TimerKind::ReplPing => "next replication PING",
        TimerKind::ReplAck => "next REPLCONF ACK",
        TimerKind::ReplTimeout => "replication link is taken for dead",
        TimerKind::ReplConnect => "connects to its master",
        TimerKind::ReplSync => "full copy starts",
        TimerKind::Shutdown => "shutdown stops waiting",
    }
}

/// What a packet is called.
pub fn flight(kind: FlightKind) -> &'static str {
    match kind {
        FlightKind::Ping => "PING",
        FlightKind::Pong => "PONG",
        FlightKind::Meet => "MEET",
        FlightKind::Fail => "FAIL",
        FlightKind::Publish => "PUBLISH",
        FlightKind::AuthRequest => "vote?",
        FlightKind::AuthAck => "vote",
        FlightKind::Update => "UPDATE",
        FlightKind::MfStart => "MFSTART",
        FlightKind::Replication => "replication",
        FlightKind::Client => "client",
        FlightKind::Other => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_takes_its_hosts_in_order() {
        let parts = say("{} tells {}.", &[Part::Host(1), text("x")]);
        assert_eq!(parts, [Part::Host(1), text(" tells "), text("x"), text(".")]);
    }

    #[test]
    fn a_stranger_is_named_by_its_id() {
        let parts = fact(&Fact::NotFailed("0123456789abcdef".into()), &Names::default());
        let said = plain(&parts, &Names::default());
        assert_eq!(said, "clears the FAIL of 01234567: it is reachable again");
    }
}
