//! A replica's verdict on its failover, in words, with what would change it.

use bridge::{HostFrame, NodeFrame, Verdict};
use yew::prelude::*;

use crate::format::span;
use crate::i18n::{self, Part};
use crate::panels::pieces::{command, sentence};
use crate::state::Page;
use crate::state::standing::{Life, Standing};
use crate::t;

/// What a replica would need to stand, or to win.
pub fn replica(host: usize, standing: &Standing, master: usize, state: &Page) -> Html {
    let now = state.frame.as_ref().and_then(|it| it.hosts.get(host));
    let Some(now) = now else { return Html::default() };
    let who = ("who", Part::Host(host));
    let (id, parts, setting, commands) = match standing.life {
        Life::Dead | Life::Crashed => {
            let start = vec!["redis-server redis.conf".to_owned()];
            ("Dead", i18n::parts("why-replica-dead", &[who]), None, start)
        }
        Life::Removed => ("Dead", i18n::parts("why-replica-dead", &[who]), None, Vec::new()),
        Life::Frozen => {
            let go = now.pid.map(|pid| format!("kill -CONT {pid}"));
            ("Frozen", i18n::parts("why-replica-frozen", &[who]), None, go.into_iter().collect())
        }
        Life::Running => match verdict(host, now, master, state) {
            Some(told) => told,
            None => return Html::default(),
        },
    };
    html! {
        <li key={host} data-replica={state.names.ip(host).to_owned()} data-verdict={id}>
            <p>{ sentence(&parts, state) }</p>
            <p class="change">
                if let Some(setting) = setting { <span>{ t!(setting) }</span> }
                { for commands.iter().map(|it| command(host, it, state)) }
            </p>
        </li>
    }
}

/// Its name in the document, the sentence, the setting behind it, and the commands against it.
type Told = (&'static str, Vec<Part>, Option<&'static str>, Vec<String>);

fn verdict(host: usize, now: &HostFrame, master: usize, state: &Page) -> Option<Told> {
    let node = now.node.as_ref()?;
    let verdict = node.verdict?;
    let now_ms = state.frame.as_ref().map_or(0.0, |it| it.now_ms);
    let mut values = vec![("who", Part::Host(host)), ("master", Part::Host(master))];
    values.extend(numbers(&verdict, now_ms));
    let (id, key, setting) = keys(&verdict);
    Some((id, i18n::parts(key, &values), setting, commands(&verdict, node)))
}

fn numbers(verdict: &Verdict, now_ms: f64) -> Vec<(&'static str, Part)> {
    let left = |at_ms: f64| Part::text(span(at_ms - now_ms));
    let long = |ms: u64| Part::text(span(ms as f64));
    match *verdict {
        Verdict::ManualStream { applied, wanted } => {
            vec![
                ("lag", Part::text(wanted.saturating_sub(applied))),
                ("wanted", Part::text(wanted)),
            ]
        }
        Verdict::DataTooOld { age_ms, limit_ms } => {
            vec![("age", long(age_ms)), ("limit", long(limit_ms))]
        }
        Verdict::Waits { starts_ms, rank } => {
            vec![("left", left(starts_ms)), ("rank", Part::text(rank))]
        }
        Verdict::Expired { retry_ms } => vec![("left", left(retry_ms))],
        Verdict::WaitsForVotes { votes, needed, reachable, until_ms } => vec![
            ("votes", Part::text(votes)),
            ("needed", Part::text(needed)),
            ("reachable", Part::text(reachable)),
            ("left", left(until_ms)),
        ],
        _ => Vec::new(),
    }
}

/// The verdict's name, its sentence, and the setting or the constant behind it.
fn keys(verdict: &Verdict) -> (&'static str, &'static str, Option<&'static str>) {
    match *verdict {
        Verdict::MasterUnknown => ("MasterUnknown", "why-master-unknown", None),
        Verdict::MasterUp => ("MasterUp", "why-master-up", None),
        Verdict::ManualOffset { linked: true } => {
            ("ManualOffset", "why-manual-offset", Some("why-set-manual"))
        }
        Verdict::ManualOffset { .. } => {
            ("ManualOffset", "why-manual-link-down", Some("why-set-manual"))
        }
        Verdict::ManualStream { .. } => {
            ("ManualStream", "why-manual-stream", Some("why-set-manual"))
        }
        Verdict::NoFailover => ("NoFailover", "why-no-failover", Some("why-set-no-failover")),
        Verdict::MasterWithoutSlots => ("MasterWithoutSlots", "why-no-slots", None),
        Verdict::DataTooOld { .. } => ("DataTooOld", "why-data-old", Some("why-set-validity")),
        Verdict::Plans => ("Plans", "why-plans", Some("why-set-delay")),
        Verdict::Waits { rank: 0, .. } => ("Waits", "why-waits", Some("why-set-delay")),
        Verdict::Waits { .. } => ("Waits", "why-waits-rank", Some("why-set-delay")),
        Verdict::Expired { .. } => ("Expired", "why-expired", Some("why-set-retry")),
        Verdict::Asks => ("Asks", "why-asks", None),
        Verdict::WaitsForVotes { needed, reachable, .. } if reachable < needed => {
            ("WaitsForVotes", "why-no-majority", Some("why-set-votes"))
        }
        Verdict::WaitsForVotes { .. } => ("WaitsForVotes", "why-votes", Some("why-set-votes")),
        Verdict::Wins => ("Wins", "why-wins", None),
    }
}

/// What an operator could type at the replica to change it.
fn commands(verdict: &Verdict, node: &NodeFrame) -> Vec<String> {
    let failover = |form: &str| format!("redis-cli cluster failover{form}");
    match verdict {
        // The command is refused while the link to the master is down.
        Verdict::MasterUp if !reaches_master(node) => vec![failover(" force")],
        Verdict::MasterUp => vec![failover("")],
        Verdict::ManualOffset { .. } | Verdict::ManualStream { .. } => vec![failover(" force")],
        Verdict::NoFailover => {
            vec![
                "redis-cli config set cluster-replica-no-failover no".to_owned(),
                failover(" force"),
            ]
        }
        Verdict::DataTooOld { .. } => {
            let setting = "redis-cli config set cluster-replica-validity-factor 0".to_owned();
            vec![setting, failover(" force")]
        }
        Verdict::WaitsForVotes { needed, reachable, .. } if reachable < needed => {
            vec![failover(" takeover")]
        }
        Verdict::Expired { .. } => vec![failover(" takeover")],
        _ => Vec::new(),
    }
}

/// Whether a replica's bus link to its master stands.
fn reaches_master(node: &NodeFrame) -> bool {
    let master = node.peers.iter().find(|it| node.master_id.as_ref() == Some(&it.id));
    master.is_some_and(|it| it.connected)
}
