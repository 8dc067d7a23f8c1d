//! Why a failover does not start or does not end: the nodes' own verdicts, and what would change
//! them.

mod master;
mod replica;

use yew::prelude::*;

use super::ballots::ballots;
use crate::state::Page;
use crate::state::standing::{Doubt, Standing, standings};
use crate::t;
use bridge::Verdict;
use master::master;
use replica::replica;

/// One shard after the other, those in trouble first.
pub fn why(state: &Page) -> Html {
    let standings = standings(state);
    let mut shards = shards(&standings);
    shards.sort_by_key(|shard| !shard.is_in_trouble(state, &standings));
    let trouble = shards.iter().any(|it| it.is_in_trouble(state, &standings));
    html! {
        <section class="why" aria-label={t!("panel-why")}>
            if !trouble {
                <p class="none">{ t!("why-all-well") }</p>
            }
            { for shards.iter().map(|it| draw(it, &standings, state)) }
        </section>
    }
}

/// A master, or one that was, and who follows it.
struct Shard {
    master: usize,
    replicas: Vec<usize>,
}

fn shards(standings: &[Standing]) -> Vec<Shard> {
    let hosts = standings.iter().enumerate().filter(|(_, it)| it.seen);
    let mut shards: Vec<Shard> = Vec::new();
    for (host, standing) in hosts {
        match standing.follows {
            Some(master) => place(master, &mut shards).replicas.push(host),
            None if !standing.slots.is_empty() => drop(place(host, &mut shards)),
            None => {}
        }
    }
    shards
}

fn place(master: usize, shards: &mut Vec<Shard>) -> &mut Shard {
    let at = shards.iter().position(|it| it.master == master).unwrap_or_else(|| {
        shards.push(Shard { master, replicas: Vec::new() });
        shards.len() - 1
    });
    &mut shards[at]
}

impl Shard {
    /// Whether its master is doubted or gone, or a replica is about to replace it.
    fn is_in_trouble(&self, state: &Page, standings: &[Standing]) -> bool {
        let master = &standings[self.master];
        let stands = |&host: &usize| {
            let node = state.frame.as_ref().and_then(|it| it.hosts[host].node.as_ref());
            node.and_then(|it| it.verdict).is_some_and(|it| it != Verdict::MasterUp)
        };
        !master.runs()
            || master.cut
            || master.doubt > Doubt::None
            || self.replicas.iter().any(stands)
    }
}

fn draw(shard: &Shard, standings: &[Standing], state: &Page) -> Html {
    let trouble = shard.is_in_trouble(state, standings);
    let failovers = state.belief.failovers.iter().rev();
    let open = failovers.into_iter().find(|it| it.master == Some(shard.master) && !it.over);
    html! {
        <section class={classes!("shard", trouble.then_some("trouble"))}
            data-master={state.names.ip(shard.master).to_owned()}>
            if trouble { { master(shard.master, &standings[shard.master], state) } }
            <ul class="verdicts">
                { for shard.replicas.iter().map(|&it| replica(it, &standings[it], shard.master, state)) }
                if shard.replicas.is_empty() {
                    <li>{ t!("why-no-replica", host = state.names.ip(shard.master)) }</li>
                }
            </ul>
            if let Some(failover) = open.filter(|it| !it.ballots.is_empty()) {
                { ballots(failover, state) }
            }
        </section>
    }
}
