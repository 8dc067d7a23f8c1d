//! The facts that nodes tell, as JSON objects: the name of the fact under `event`, its fields
//! beside it.

use engine::Event;
use engine::event::{Data, FailoverMode, Refusal, Role};
use serde_json::{Value, json};

pub(crate) fn json(event: &Event) -> Value {
    let mut fields = fields(event);
    fields["event"] = name(event).into();
    fields
}

/// The name of the variant, as its `Debug` form starts.
fn name(event: &Event) -> String {
    let text = format!("{event:?}");
    text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned()
}

fn fields(event: &Event) -> Value {
    match event {
        Event::Ready
        | Event::ManualFailoverReady
        | Event::ManualFailoverTimedOut
        | Event::MasterLinkDown
        | Event::ClientsUnpaused => json!({}),
        Event::PeerAdded { peer }
        | Event::PeerRemoved { peer }
        | Event::ClearedPossiblyFailed { peer }
        | Event::ClearedFailed { peer } => json!({ "peer": peer.as_str() }),
        Event::Named { id } => json!({ "id": id.as_str() }),
        Event::MarkedPossiblyFailed { peer, slots, last_pong, silent_since, timeout_ms } => json!({
            "peer": peer.as_str(), "slots": slots, "last_pong_us": last_pong.map(|it| it.0),
            "silent_since_us": silent_since.0, "timeout_ms": timeout_ms,
        }),
        Event::MarkedFailed { peer, told_by } => {
            json!({ "peer": peer.as_str(), "told_by": told_by.map(|id| id.to_string()) })
        }
        Event::FailureReported { about, by, reports, needed } => json!({
            "about": about.as_str(), "by": by.as_str(), "reports": reports, "needed": needed,
        }),
        Event::ClusterState { ok } => json!({ "ok": ok }),
        Event::ElectionScheduled { .. }
        | Event::ElectionRank { .. }
        | Event::ElectionStarted { .. }
        | Event::ElectionWon { .. }
        | Event::ElectionExpired { .. }
        | Event::VoteReceived { .. }
        | Event::VoteGranted { .. }
        | Event::VoteRefused { .. } => election(event),
        Event::ManualFailoverRequested { mode, master } => {
            json!({ "mode": mode_name(*mode), "master": master.as_str() })
        }
        Event::ManualFailoverPaused { replica } => json!({ "replica": replica.as_str() }),
        Event::ManualFailoverOffset { offset } => json!({ "offset": offset }),
        Event::RoleChanged { role, master } => {
            json!({ "role": role_name(*role), "master": master.map(|id| id.to_string()) })
        }
        Event::HistoryChanged { id, offset, data } => {
            json!({ "id": id, "offset": offset, "data": data_name(data) })
        }
        Event::OffsetAcknowledged { offset } => json!({ "offset": offset }),
        Event::Wrote { client, offset } => {
            json!({ "client": client.to_string(), "offset": offset })
        }
        Event::Configured { master, epoch, slots, failing } => {
            let failing = failing.iter().map(|(peer, failed)| (peer.as_str(), failed));
            json!({
                "master": master.map(|id| id.to_string()), "epoch": epoch, "slots": slots,
                "failing": failing.collect::<Vec<_>>(),
            })
        }
        Event::ConfigEpoch { epoch } => json!({ "epoch": epoch }),
        Event::SlotsMoved { count, to } => {
            json!({ "count": count, "to": to.map(|id| id.to_string()) })
        }
        Event::MasterLinkUp { partial } => json!({ "partial": partial }),
        Event::ReplicaSynced { replica, partial } => {
            json!({ "replica": replica.to_string(), "partial": partial })
        }
        Event::ReplicaLost { replica } => json!({ "replica": replica.to_string() }),
        Event::WaitAnswered { client, by } => {
            let by: Vec<_> = by.iter().map(ToString::to_string).collect();
            json!({ "client": client.to_string(), "by": by })
        }
        Event::ClientsPaused { for_ms } => json!({ "for_ms": for_ms }),
        Event::ShuttingDown { reason } => json!({ "reason": reason }),
    }
}

fn election(event: &Event) -> Value {
    match event {
        Event::ElectionScheduled { master, delay_ms, fixed_ms, random_ms, rank, offset } => json!({
            "master": master.as_str(), "delay_ms": delay_ms, "fixed_ms": fixed_ms,
            "random_ms": random_ms, "rank": rank, "offset": offset,
        }),
        Event::ElectionRank { rank, added_ms } => json!({ "rank": rank, "added_ms": added_ms }),
        Event::ElectionStarted { epoch }
        | Event::ElectionWon { epoch }
        | Event::ElectionExpired { epoch } => json!({ "epoch": epoch }),
        Event::VoteReceived { from, votes, needed } => {
            json!({ "from": from.as_str(), "votes": votes, "needed": needed })
        }
        Event::VoteGranted { candidate, epoch } => {
            json!({ "candidate": candidate.as_str(), "epoch": epoch })
        }
        Event::VoteRefused { candidate, why } => {
            json!({ "candidate": candidate.as_str(), "why": refusal(why) })
        }
        _ => json!({}),
    }
}

fn refusal(why: &Refusal) -> Value {
    match why {
        Refusal::StaleEpoch { request, current } => {
            json!({ "stale_epoch": { "request": request, "current": current } })
        }
        Refusal::AlreadyVoted { epoch } => json!({ "already_voted": { "epoch": epoch } }),
        Refusal::CandidateIsMaster => json!("candidate_is_master"),
        Refusal::MasterUnknown => json!("master_unknown"),
        Refusal::MasterUp => json!("master_up"),
        Refusal::VotedRecently { wait_ms } => json!({ "voted_recently": { "wait_ms": wait_ms } }),
        Refusal::SlotEpoch { slot, owner, request } => {
            json!({ "slot_epoch": { "slot": slot, "owner": owner, "request": request } })
        }
    }
}

const fn role_name(role: Role) -> &'static str {
    match role {
        Role::Master => "master",
        Role::Replica => "replica",
    }
}

const fn data_name(data: &Data) -> &'static str {
    match data {
        Data::Empty => "empty",
        Data::Kept => "kept",
        Data::Received => "received",
        Data::Loaded { .. } => "loaded",
    }
}

fn mode_name(mode: FailoverMode) -> &'static str {
    match mode {
        FailoverMode::Default => "default",
        FailoverMode::Force => "force",
        FailoverMode::Takeover => "takeover",
    }
}
