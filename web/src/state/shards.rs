//! Which hosts sit together in the graph, and who owns which slots.

use bridge::{HostFrame, NodeFrame};

use crate::names::Names;

/// Slots of a cluster.
pub const SLOTS: usize = 16_384;

/// Groups hosts by the master that they follow, in the order of the slots; none until every host's
/// server was seen and each replica knows its master. Settled once: a failover moves roles, not
/// places.
pub fn settle(beliefs: &[Option<NodeFrame>], names: &Names) -> Option<Vec<Vec<usize>>> {
    let nodes: Option<Vec<&NodeFrame>> = beliefs.iter().map(Option::as_ref).collect();
    let nodes = nodes?;
    let mut masters: Vec<usize> = (0..nodes.len()).filter(|&host| nodes[host].master).collect();
    if masters.iter().all(|&host| nodes[host].slots.is_empty()) {
        return None;
    }
    masters
        .sort_by_key(|&host| (nodes[host].slots.first().copied().unwrap_or((u16::MAX, 0)), host));
    let mut shards: Vec<Vec<usize>> = masters.iter().map(|&host| vec![host]).collect();
    for (host, node) in nodes.iter().enumerate().filter(|(_, node)| !node.master) {
        let master = names.host(node.master_id.as_deref()?)?;
        let shard = masters.iter().position(|&it| it == master)?;
        shards[shard].push(host);
    }
    Some(shards)
}

/// The groups when there are so many hosts: those that were added sit alone, until they follow a
/// master. None when nothing changes.
pub fn grown(
    shards: &[Vec<usize>],
    hosts: usize,
    beliefs: &[Option<NodeFrame>],
    names: &Names,
) -> Option<Vec<Vec<usize>>> {
    let mut grown = shards.to_vec();
    grown.iter_mut().for_each(|shard| shard.retain(|&host| host < hosts));
    grown.retain(|shard| !shard.is_empty());
    let known: usize = grown.iter().map(Vec::len).sum();
    grown.extend((known..hosts).map(|host| vec![host]));
    let master = |host: usize| {
        let node = beliefs.get(host)?.as_ref().filter(|it| !it.master)?;
        names.host(node.master_id.as_deref()?)
    };
    for alone in grown.iter().filter(|it| it.len() == 1).map(|it| it[0]).collect::<Vec<_>>() {
        let Some(master) = master(alone).filter(|&master| master != alone) else { continue };
        if let Some(shard) = grown.iter_mut().find(|shard| shard.contains(&master)) {
            shard.push(alone);
            grown.retain(|shard| *shard != [alone]);
        }
    }
    (grown != shards).then_some(grown)
}

/// Consecutive slots with one owner.
#[derive(Debug, Clone, PartialEq)]
pub struct Arc {
    /// Both ends included.
    pub range: (u16, u16),
    /// Whose configuration is the newest that claims them; none when nobody does.
    pub owner: Option<usize>,
    /// Another running server that claims them too, on an older epoch.
    pub rival: Option<usize>,
}

/// What a master says that it owns.
struct Claim<'a> {
    epoch: u64,
    host: usize,
    runs: bool,
    ranges: &'a [(u16, u16)],
}

/// Who owns which slots, by the newest configuration that any server holds or held.
pub fn slot_arcs(beliefs: &[Option<NodeFrame>], hosts: &[HostFrame]) -> Vec<Arc> {
    let mut claims = Vec::new();
    for (host, node) in beliefs.iter().enumerate() {
        let Some(node) = node.as_ref().filter(|node| node.master) else { continue };
        let runs = hosts.get(host).is_some_and(|it| it.pid.is_some());
        claims.push(Claim { epoch: node.config_epoch, host, runs, ranges: &node.slots });
    }
    claims.sort_by_key(|claim| (claim.epoch, claim.host));
    let mut owners: Vec<(Option<usize>, Option<usize>)> = vec![(None, None); SLOTS];
    let mut runs = vec![false; beliefs.len()];
    for Claim { host, ranges, runs: running, .. } in claims {
        runs[host] = running;
        for &(first, last) in ranges {
            for slot in &mut owners[usize::from(first)..=usize::from(last).min(SLOTS - 1)] {
                *slot = (Some(host), slot.0.filter(|&rival| runs[rival]));
            }
        }
    }
    run_lengths(&owners)
}

/// Who owns which slots in the eyes of one observer; hosts with the ranges that it gives them.
pub fn arcs_seen<'a>(claims: impl Iterator<Item = (usize, &'a [(u16, u16)])>) -> Vec<Arc> {
    let mut owners = vec![(None, None); SLOTS];
    for (host, ranges) in claims {
        for &(first, last) in ranges {
            owners[usize::from(first)..=usize::from(last).min(SLOTS - 1)].fill((Some(host), None));
        }
    }
    run_lengths(&owners)
}

fn run_lengths(owners: &[(Option<usize>, Option<usize>)]) -> Vec<Arc> {
    let mut arcs: Vec<Arc> = Vec::new();
    for (slot, &(owner, rival)) in owners.iter().enumerate() {
        let slot = slot as u16;
        match arcs.last_mut() {
            Some(arc) if arc.owner == owner && arc.rival == rival => arc.range.1 = slot,
            _ => arcs.push(Arc { range: (slot, slot), owner, rival }),
        }
    }
    arcs
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn node(
        id: &str,
        slots: &[(u16, u16)],
        epoch: u64,
        master: Option<&str>,
    ) -> Option<NodeFrame> {
        Some(NodeFrame {
            id: id.into(),
            master: master.is_none(),
            flags: vec![],
            master_id: master.map(str::to_owned),
            slots: slots.to_vec(),
            state_ok: true,
            size: 2,
            current_epoch: epoch,
            config_epoch: epoch,
            last_vote_epoch: 0,
            offset: 0,
            replid: String::new(),
            link: None,
            keys: 0,
            clients: 0,
            blocked_clients: 0,
            replicas: vec![],
            peers: vec![],
            node_timeout_ms: 5000,
            verdict: None,
            timers: vec![],
        })
    }

    fn host(pid: Option<u32>) -> HostFrame {
        HostFrame {
            gone: false,
            pid,
            stopped: false,
            cut: false,
            prompt: None,
            at_shell: true,
            crash: None,
            node: None,
        }
    }

    #[test]
    fn replicas_sit_with_their_master_in_the_order_of_slots() {
        let nodes = [
            node("a", &[(100, 16_383)], 1, None),
            node("b", &[(0, 99)], 2, None),
            node("c", &[], 1, Some("a")),
        ];
        let mut names = Names::default();
        ["a", "b", "c"].iter().enumerate().for_each(|(host, id)| names.learn(id, host));
        assert_eq!(settle(&nodes, &names), Some(vec![vec![1], vec![0, 2]]));
    }

    #[test]
    fn a_host_that_was_added_sits_alone_until_it_follows_a_master() {
        let mut names = Names::default();
        ["a", "b", "c"].iter().enumerate().for_each(|(host, id)| names.learn(id, host));
        let (a, b) = (node("a", &[(0, 16_383)], 1, None), node("b", &[], 1, Some("a")));
        let before = [vec![0, 1]];
        let mut nodes = vec![a, b, None];
        assert_eq!(grown(&before, 2, &nodes, &names), None);
        let alone = grown(&before, 3, &nodes, &names).expect("there is one more");
        assert_eq!(alone, [vec![0, 1], vec![2]]);
        nodes[2] = node("c", &[], 1, Some("b"));
        assert_eq!(grown(&alone, 3, &nodes, &names), Some(vec![vec![0, 1, 2]]));
        assert_eq!(grown(&alone, 2, &nodes, &names), Some(before.to_vec()), "another branch");
    }

    #[test]
    fn the_newest_configuration_owns_a_contested_slot() {
        let nodes = [node("a", &[(0, 99)], 1, None), node("b", &[(0, 99)], 7, None)];
        let arcs = slot_arcs(&nodes, &[host(Some(1)), host(Some(2))]);
        assert_eq!(arcs[0], Arc { range: (0, 99), owner: Some(1), rival: Some(0) });
        assert_eq!(arcs[1].owner, None);
    }

    #[test]
    fn a_dead_master_is_no_rival() {
        let nodes = [node("a", &[(0, 99)], 1, None), node("b", &[(0, 99)], 7, None)];
        let arcs = slot_arcs(&nodes, &[host(None), host(Some(2))]);
        assert_eq!(arcs[0], Arc { range: (0, 99), owner: Some(1), rival: None });
    }
}
