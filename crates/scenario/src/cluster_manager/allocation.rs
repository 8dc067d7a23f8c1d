//! Who becomes a master, with which slots, and who replicates whom.

use std::collections::BTreeMap;

use engine::Rng;

use super::table::SLOTS;

/// A plan over nodes that are known by their number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    /// Masters with their first and last slot.
    pub(super) masters: Vec<(usize, u16, u16)>,
    /// Replicas with their masters, in the order in which they were assigned.
    pub(super) replicas: Vec<(usize, usize)>,
    /// How many of the replicas were assigned before the left-over ones.
    pub(super) regular: usize,
}

/// Plans for nodes with the addresses `ips`. `replicas` are wanted for each master.
pub(super) fn plan(ips: &[&str], replicas: usize) -> Plan {
    let masters_count = ips.len() / (replicas + 1);
    let order = interleaved(ips);
    let (masters, rest) = order.split_at(masters_count);
    // The turn by one keeps a replica off the host of its master when each host has one of each.
    let mut rest: Vec<_> = rest.to_vec();
    if !rest.is_empty() {
        rest.rotate_left(1);
    }
    let mut assigned = Vec::new();
    for &master in masters {
        for _ in 0..replicas {
            let elsewhere = rest.iter().position(|&node| ips[node] != ips[master]);
            let Some(at) = elsewhere.or((!rest.is_empty()).then_some(0)) else { break };
            assigned.push((rest.remove(at), master));
        }
    }
    let regular = assigned.len();
    assigned.extend(rest.into_iter().zip(masters.iter().copied().cycle()));
    Plan { masters: slot_ranges(masters), replicas: assigned, regular }
}

/// Nodes in the order of the arguments, but taking one of each host in turn.
fn interleaved(ips: &[&str]) -> Vec<usize> {
    let mut hosts: Vec<(&str, Vec<usize>)> = Vec::new();
    for (node, ip) in ips.iter().enumerate() {
        match hosts.iter_mut().find(|(host, _)| host == ip) {
            Some((_, nodes)) => nodes.push(node),
            None => hosts.push((ip, vec![node])),
        }
    }
    let most = hosts.iter().map(|(_, nodes)| nodes.len()).max().unwrap_or(0);
    let turn = |turn: usize| hosts.iter().filter_map(move |(_, nodes)| nodes.get(turn).copied());
    (0..most).flat_map(turn).collect()
}

/// Equal shares of the slots, each end rounded to the nearest slot.
fn slot_ranges(masters: &[usize]) -> Vec<(usize, u16, u16)> {
    let count = masters.len();
    let mut first = 0;
    let mut ranges = Vec::new();
    for (at, &master) in masters.iter().enumerate() {
        let end = ((at + 1) * SLOTS * 2 + count) / (count * 2);
        let last = if at + 1 == count { SLOTS - 1 } else { (end - 1).max(first) };
        ranges.push((master, first as u16, last as u16));
        first = last + 1;
    }
    ranges
}

/// What is left to complain about after replicas were exchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Affinity {
    /// There was nothing to do.
    Good,
    /// Nothing is left.
    Improved,
    SameHostAsMaster,
    SameHostAsSibling,
}

/// Exchanges masters between replicas at random as long as that makes the plan no worse.
pub(super) fn spread(plan: &mut Plan, ips: &[&str], rng: &mut Rng) -> Affinity {
    if penalty(plan, ips).0 == 0 {
        return Affinity::Good;
    }
    for _ in 0..500 * ips.len() {
        let (before, offending) = penalty(plan, ips);
        if before == 0 || offending.is_empty() {
            break;
        }
        let first = offending[rng.below(offending.len() as u64) as usize];
        let others: Vec<_> = (0..plan.replicas.len()).filter(|&it| it != first).collect();
        if others.is_empty() {
            break;
        }
        let second = others[rng.below(others.len() as u64) as usize];
        exchange(plan, first, second);
        if penalty(plan, ips).0 > before {
            exchange(plan, first, second);
        }
    }
    match penalty(plan, ips).0 {
        0 => Affinity::Improved,
        score if score >= MASTER_PENALTY => Affinity::SameHostAsMaster,
        _ => Affinity::SameHostAsSibling,
    }
}

fn exchange(plan: &mut Plan, first: usize, second: usize) {
    let master = plan.replicas[first].1;
    plan.replicas[first].1 = plan.replicas[second].1;
    plan.replicas[second].1 = master;
}

const MASTER_PENALTY: usize = 10_000;
const SIBLING_PENALTY: usize = 100;

/// How bad a plan is, and which of its replicas are to blame.
fn penalty(plan: &Plan, ips: &[&str]) -> (usize, Vec<usize>) {
    let mut score = 0;
    let mut offending = Vec::new();
    for &(master, ..) in &plan.masters {
        let mut by_host: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, &(replica, of)) in plan.replicas.iter().enumerate() {
            if of == master {
                by_host.entry(ips[replica]).or_default().push(at);
            }
        }
        for (host, replicas) in by_host {
            if host == ips[master] {
                score += MASTER_PENALTY * replicas.len();
            } else if replicas.len() > 1 {
                score += SIBLING_PENALTY * replicas.len();
            } else {
                continue;
            }
            offending.extend(replicas);
        }
    }
    (score, offending)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_masters_share_the_slots_as_redis_cli_does() {
        let plan = plan(&["a", "b", "c"], 0);
        assert_eq!(plan.masters, [(0, 0, 5460), (1, 5461, 10922), (2, 10923, 16383)]);
        assert!(plan.replicas.is_empty());
        let ends = |count| slot_ranges(&(0..count).collect::<Vec<_>>()).pop().unwrap().2;
        assert!((1..=40).all(|count| ends(count) == 16383));
    }

    #[test]
    fn replicas_are_turned_by_one() {
        let plan = plan(&["a", "b", "c", "d", "e", "f"], 1);
        assert_eq!(plan.replicas, [(4, 0), (5, 1), (3, 2)]);
        assert_eq!(plan.regular, 3);
    }

    #[test]
    fn nodes_of_one_host_are_spread_over_the_shards() {
        let ips = ["a", "a", "b", "b", "c", "c"];
        let mut plan = plan(&ips, 1);
        let masters: Vec<_> = plan.masters.iter().map(|&(node, ..)| ips[node]).collect();
        assert_eq!(masters, ["a", "b", "c"]);
        assert!(plan.replicas.iter().all(|&(replica, master)| ips[replica] != ips[master]));
        assert_eq!(spread(&mut plan, &ips, &mut Rng::new(1)), Affinity::Good);
    }

    #[test]
    fn one_host_for_all_is_complained_about() {
        let ips = ["a"; 6];
        let mut plan = plan(&ips, 1);
        assert_eq!(spread(&mut plan, &ips, &mut Rng::new(1)), Affinity::SameHostAsMaster);
    }

    #[test]
    fn left_over_nodes_become_extra_replicas() {
        let plan = plan(&["a", "b", "c", "d", "e", "f", "g"], 1);
        assert_eq!(plan.masters.len(), 3);
        assert_eq!((plan.regular, plan.replicas.len()), (3, 4));
    }
}
