//! Nodes that meet, fail and fail over.

#[allow(dead_code, reason = "each file of tests uses another part of it")]
mod net;

use engine::event::{Refusal, Role};
use engine::{Compat, Event};
use net::Net;

/// `masters` masters that share the slots evenly, and as many replicas, the replica of node `i`
/// being node `masters + i`; made as `redis-cli --cluster create` makes it.
fn cluster(compat: Compat, masters: usize, config: &str) -> Net {
    let mut net = Net::new(compat, masters * 2, config);
    join(&mut net, masters);
    net
}

fn join(net: &mut Net, masters: usize) {
    for master in 0..masters {
        let first = (16384 * master + masters / 2) / masters;
        let last = (16384 * (master + 1) + masters / 2) / masters - 1;
        ok(net, master, &format!("CLUSTER ADDSLOTSRANGE {first} {last}"));
    }
    for node in 0..masters * 2 {
        ok(net, node, &format!("CLUSTER SET-CONFIG-EPOCH {}", node + 1));
    }
    for node in 1..masters * 2 {
        ok(net, node, &format!("CLUSTER MEET {} 6379", Net::ip(0)));
    }
    net.secs(5);
    for master in 0..masters {
        let id = id(net, master);
        ok(net, masters + master, &format!("CLUSTER REPLICATE {id}"));
    }
    net.secs(15);
    for node in 0..masters * 2 {
        net.log(node);
        net.events(node);
    }
}

fn ok(net: &mut Net, index: usize, line: &str) {
    assert_eq!(net.ask(index, line), "+OK\r\n", "{line} at node {index}");
}

fn id(net: &Net, index: usize) -> String {
    net.node(index).view().id.to_string()
}

fn is_master(net: &Net, index: usize) -> bool {
    net.node(index).view().role == Role::Master
}

fn info(net: &mut Net, index: usize, field: &str) -> String {
    let all = net.ask(index, "CLUSTER INFO");
    let value = all.lines().find_map(|line| line.strip_prefix(&format!("{field}:")));
    value.unwrap_or_else(|| panic!("{field} is not in {all}")).to_owned()
}

/// The log without the lines of replication's own conversations.
fn cluster_log(net: &mut Net, index: usize) -> Vec<String> {
    let chatter = ["SYNC", "MASTER", "Master ", "Replica ", "partial resync", "Partial resync"];
    let mut lines = net.log(index);
    lines.retain(|line| !chatter.iter().any(|word| line.contains(word)));
    lines
}

/// Lines with node names in the place of ids.
fn with_names(net: &Net, nodes: usize, lines: Vec<String>) -> Vec<String> {
    let names: Vec<_> = (0..nodes).map(|node| (id(net, node), format!("node{node}"))).collect();
    let rename =
        |line: String| names.iter().fold(line, |line, (id, name)| line.replace(id.as_str(), name));
    lines.into_iter().map(rename).collect()
}

const RECORDED: &str = "cluster-node-timeout 5000";

#[test]
fn one_meet_per_node_makes_a_full_mesh_within_two_seconds() {
    let mut net = Net::new(Compat::V7_0, 6, RECORDED);
    for node in 1..6 {
        ok(&mut net, node, &format!("CLUSTER MEET {} 6379", Net::ip(0)));
    }
    net.secs(2);
    for node in 0..6 {
        let view = net.node(node).view();
        assert_eq!(view.peers.len(), 5, "node {node}");
        assert!(view.peers.iter().all(|peer| peer.connected && peer.pong_received.is_some()));
    }
    assert_eq!(info(&mut net, 0, "cluster_stats_messages_meet_received"), "5");
}

#[test]
fn nodes_without_epochs_end_with_one_epoch_each() {
    let mut net = Net::new(Compat::V7_0, 4, RECORDED);
    for node in 1..4 {
        ok(&mut net, node, &format!("CLUSTER MEET {} 6379", Net::ip(0)));
    }
    net.secs(60);
    let mut epochs: Vec<u64> = (0..4).map(|node| net.node(node).view().config_epoch).collect();
    epochs.sort_unstable();
    epochs.dedup();
    assert_eq!(epochs.len(), 4, "a collision is left in {epochs:?}");
}

#[test]
fn a_handshake_that_nobody_answers_ends_with_the_node_timeout() {
    let mut net = Net::new(Compat::V7_0, 1, RECORDED);
    ok(&mut net, 0, "CLUSTER MEET 10.0.0.9 6379");
    ok(&mut net, 0, "CLUSTER MEET 10.0.0.9 6379");
    let nodes = net.ask(0, "CLUSTER NODES");
    assert_eq!(nodes.matches(" 10.0.0.9:6379@16379 handshake - 0 0 0 ").count(), 1, "{nodes}");
    net.pass(engine::time::Span::from_millis(4900));
    assert_eq!(info(&mut net, 0, "cluster_known_nodes"), "2");
    net.pass(engine::time::Span::from_millis(300));
    assert_eq!(info(&mut net, 0, "cluster_known_nodes"), "1");
}

#[test]
fn a_manual_failover_logs_on_both_sides_what_redis_logs() {
    let mut net = cluster(Compat::V7_0, 3, RECORDED);
    assert_eq!(net.info(3, "slave_repl_offset"), net.info(0, "master_repl_offset"));
    let offset: u64 = net.info(0, "master_repl_offset").parse().expect("a number");
    ok(&mut net, 3, "CLUSTER FAILOVER");
    net.secs(1);
    let mut replica = cluster_log(&mut net, 3);
    replica.retain(|line| !line.contains("majority still not reached"));
    replica.retain(|line| !line.contains("Setting secondary"));
    assert_eq!(
        replica,
        [
            "S # Manual failover user request accepted.",
            &format!("S # Received replication offset for paused master manual failover: {offset}"),
            "S # All master replication stream processed, manual failover can start.",
            &format!(
                "S # Start of election delayed for 0 milliseconds (rank #0, offset {offset})."
            ),
            "S # Starting a failover election for epoch 7.",
            "S # Failover election won: I'm the new master.",
            "S # configEpoch set to 7 after successful failover",
            "M # Connection with master lost.",
            "M * Caching the disconnected master state.",
            "M * Discarding previously cached master state.",
        ]
    );
    let mut master = cluster_log(&mut net, 0);
    master.retain(|line| !line.contains("Connection with replica"));
    assert_eq!(
        with_names(&net, 6, master),
        [
            "M # Manual failover requested by replica node3.",
            "M # Failover auth granted to node3 for epoch 7",
            "M # Configuration change detected. Reconfiguring myself as a replica of node3",
            "S * Before turning into a replica, using my own master parameters to synthesize a \
             cached master: I may be able to synchronize with the new master with just a partial \
             transfer.",
        ]
    );
    assert!(is_master(&net, 3) && !is_master(&net, 0));
    assert_eq!(net.node(3).view().slots, [(0, 5460)]);
    assert_eq!(net.info(0, "master_link_status"), "up");
}

#[test]
fn since_7_2_failover_lines_are_notices_with_names() {
    let mut net = cluster(Compat::V8_2, 3, RECORDED);
    ok(&mut net, 3, "CLUSTER FAILOVER");
    net.secs(1);
    let lines = cluster_log(&mut net, 0);
    let lines = with_names(&net, 6, lines);
    assert_eq!(lines[0], "M * Manual failover requested by replica node3 ().");
    assert_eq!(lines[1], "M * Failover auth granted to node3 () for epoch 7");
    assert!(lines.contains(
        &"M * Configuration change detected. Reconfiguring myself as a replica of node3 ()".into()
    ));
}

#[test]
fn a_killed_master_is_replaced_by_its_replica() {
    let mut net = cluster(Compat::V7_0, 3, RECORDED);
    net.kill(0);
    net.secs(15);
    let events = net.events(3);
    let dead = (0..3).find_map(|_| {
        net.node(1)
            .view()
            .peers
            .iter()
            .find(|it| it.flags.has(bus::NodeFlags::FAIL))
            .map(|it| it.id)
    });
    let dead = dead.expect("somebody failed");
    assert!(events.contains(&Event::ElectionStarted { epoch: 7 }));
    assert!(events.contains(&Event::ElectionWon { epoch: 7 }));
    assert!(events.contains(&Event::RoleChanged { role: Role::Master, master: None }));
    assert!(
        events.iter().any(|it| matches!(it, Event::MarkedFailed { peer, .. } if *peer == dead))
    );
    let log = cluster_log(&mut net, 1);
    assert_eq!(log.last().map(String::as_str), Some("M # Cluster state changed: ok"));
    for node in 1..6 {
        assert_eq!(info(&mut net, node, "cluster_state"), "ok");
        let promoted = net.node(3).view();
        assert_eq!(promoted.slots, [(0, 5460)]);
        let seen = net.node(node).view();
        let seen = seen.peers.iter().find(|it| it.id == promoted.id);
        assert!(seen.is_none_or(|it| it.slots == promoted.slots && it.config_epoch == 7));
    }
}

#[test]
fn a_master_that_comes_back_becomes_a_replica_of_its_successor() {
    for compat in [Compat::V7_0, Compat::V8_2] {
        let mut net = cluster(compat, 3, RECORDED);
        net.kill(0);
        net.secs(15);
        net.log(1);
        net.start(0);
        net.secs(10);
        assert!(!is_master(&net, 0));
        assert_eq!(net.node(0).view().master, Some(net.node(3).view().id));
        assert_eq!(net.info(0, "master_link_status"), "up");
        let log = net.log(1).join("\n");
        assert!(log.contains("master without slots is reachable again."), "{log}");
        let own = net.log(0);
        let own = own.iter().filter(|line| line.contains("Configuration change detected."));
        assert_eq!(own.count(), 1);
    }
}

#[test]
fn a_restarted_master_serves_again_after_two_seconds() {
    let mut net = cluster(Compat::V7_0, 3, RECORDED);
    net.kill(0);
    net.start(0);
    net.pass(engine::time::Span::from_millis(1900));
    assert_eq!(info(&mut net, 0, "cluster_state"), "fail");
    net.pass(engine::time::Span::from_millis(400));
    assert_eq!(info(&mut net, 0, "cluster_state"), "ok");
}

#[test]
fn a_minority_stops_and_force_does_not_help_but_takeover_does() {
    let mut net = cluster(Compat::V7_0, 3, RECORDED);
    net.kill(1);
    net.kill(2);
    net.secs(12);
    assert_eq!(info(&mut net, 0, "cluster_state"), "fail");
    assert_eq!(net.ask(4, "CLUSTER FAILOVER FORCE"), "+OK\r\n");
    net.secs(6);
    assert!(!is_master(&net, 4));
    let log = cluster_log(&mut net, 4);
    assert!(log.contains(&"S # Forced failover user request accepted.".to_owned()), "{log:?}");
    assert!(log.contains(&"S # Manual failover timed out.".to_owned()), "{log:?}");
    ok(&mut net, 4, "CLUSTER FAILOVER TAKEOVER");
    assert!(is_master(&net, 4));
    assert_eq!(info(&mut net, 0, "cluster_state"), "fail");
    net.pass(engine::time::Span::from_millis(5300));
    assert_eq!(info(&mut net, 0, "cluster_state"), "ok");
}

#[test]
fn a_second_failover_of_a_shard_is_denied_for_two_node_timeouts() {
    let mut net = cluster(Compat::V7_0, 3, RECORDED);
    ok(&mut net, 3, "CLUSTER FAILOVER");
    net.secs(3);
    for node in 0..6 {
        net.events(node);
    }
    ok(&mut net, 0, "CLUSTER FAILOVER");
    net.secs(1);
    let refusals: Vec<Refusal> = (0..6)
        .flat_map(|node| net.events(node))
        .filter_map(|event| match event {
            Event::VoteRefused { why, .. } => Some(why),
            _ => None,
        })
        .collect();
    // The vote of the first time was about another master, so there is no pause to keep.
    assert!(refusals.is_empty(), "{refusals:?}");
    assert!(is_master(&net, 0));
    net.secs(2);
    ok(&mut net, 3, "CLUSTER FAILOVER");
    net.secs(1);
    let won = net.events(3).iter().any(|it| matches!(it, Event::ElectionWon { epoch: 7 }));
    assert!(won, "votes of the first election count within its limit, as in Redis 7");
}

#[test]
fn a_replica_with_stale_data_does_not_stand() {
    let config = "cluster-node-timeout 2000\ncluster-replica-validity-factor 1\n\
                  repl-ping-replica-period 1";
    let mut net = cluster(Compat::V7_0, 3, config);
    net.kill(3);
    net.secs(10);
    net.kill(0);
    net.start(3);
    net.secs(20);
    assert!(!is_master(&net, 3));
    let log = net.log(3).join("\n");
    assert!(
        log.contains("S # Currently unable to failover: Disconnected from master for longer than"),
        "{log}"
    );
    ok(&mut net, 3, "CLUSTER FAILOVER FORCE");
    net.secs(1);
    assert!(is_master(&net, 3), "manual failover ignores the age of the data");
}

#[test]
fn a_forgotten_node_stays_away_for_a_minute() {
    let mut net = cluster(Compat::V7_0, 3, RECORDED);
    let forgotten = id(&net, 5);
    ok(&mut net, 1, &format!("CLUSTER FORGET {forgotten}"));
    net.secs(58);
    assert_eq!(info(&mut net, 1, "cluster_known_nodes"), "5");
    net.secs(10);
    assert_eq!(info(&mut net, 1, "cluster_known_nodes"), "6");
}

#[test]
fn since_7_2_forgetting_spreads() {
    let mut net = cluster(Compat::V8_2, 3, RECORDED);
    let forgotten = id(&net, 5);
    ok(&mut net, 1, &format!("CLUSTER FORGET {forgotten}"));
    net.secs(30);
    for node in 0..5 {
        let known = net.node(node).view().peers.iter().any(|it| it.id.as_str() == forgotten);
        assert!(!known, "node {node} still knows it");
    }
}

#[test]
fn a_node_that_was_reset_hard_is_known_without_address() {
    let mut net = cluster(Compat::V7_0, 3, RECORDED);
    let before = id(&net, 5);
    ok(&mut net, 5, "CLUSTER RESET HARD");
    assert_ne!(id(&net, 5), before);
    net.secs(8);
    let nodes = net.ask(0, "CLUSTER NODES");
    let line = nodes.lines().find(|line| line.starts_with(&before)).expect("still known");
    assert!(line.contains(" :0@0 slave,noaddr "), "{line}");
    assert_eq!(info(&mut net, 5, "cluster_known_nodes"), "1");
}

#[test]
fn a_replica_moves_to_a_master_that_lost_its_own() {
    let mut net = Net::new(Compat::V7_0, 5, RECORDED);
    ok(&mut net, 0, "CLUSTER ADDSLOTSRANGE 0 8191");
    ok(&mut net, 1, "CLUSTER ADDSLOTSRANGE 8192 16383");
    for node in 1..5 {
        ok(&mut net, node, &format!("CLUSTER MEET {} 6379", Net::ip(0)));
    }
    net.secs(10);
    for (replica, master) in [(2, 0), (3, 0), (4, 1)] {
        let id = id(&net, master);
        ok(&mut net, replica, &format!("CLUSTER REPLICATE {id}"));
    }
    net.secs(12);
    net.kill(4);
    net.secs(25);
    let orphaned = net.node(1).view().id;
    let moved = [2, 3].into_iter().filter(|&it| net.node(it).view().master == Some(orphaned));
    assert_eq!(moved.count(), 1);
}

/// A history with a failover of each kind, a restart and a minority, told by everything that any
/// node said. Meddling must not show in it.
fn history(compat: Compat, restless: bool, reload: bool) -> Vec<String> {
    let mut net = Net::new(compat, 6, "cluster-node-timeout 2000");
    net.observe(restless);
    join(&mut net, 3);
    let pause = |net: &mut Net, secs: u64| {
        for _ in 0..secs * 4 {
            net.pass(engine::time::Span(250_123));
            let running: Vec<usize> = (0..6).filter(|&node| reload && net.runs(node)).collect();
            for node in running {
                net.reload(node);
            }
        }
    };
    ok(&mut net, 3, "CLUSTER FAILOVER");
    pause(&mut net, 20);
    net.kill(3);
    pause(&mut net, 12);
    net.start(3);
    pause(&mut net, 10);
    net.kill(1);
    net.kill(2);
    pause(&mut net, 9);
    net.ask(4, "CLUSTER FAILOVER TAKEOVER");
    pause(&mut net, 3);
    net.start(2);
    pause(&mut net, 20);
    net.record().into_iter().map(|it| format!("{it:?}")).collect()
}

fn assert_same(one: &[String], other: &[String]) {
    let differs = one.iter().zip(other).position(|(a, b)| a != b);
    if let Some(at) = differs {
        panic!("at {at}:\n{:.2000}\n{:.2000}", one[at], other[at]);
    }
    assert_eq!(one.len(), other.len());
}

#[test]
fn skipped_ticks_have_nothing_to_do() {
    for compat in [Compat::V7_0, Compat::V8_2] {
        assert_same(&history(compat, false, false), &history(compat, true, false));
    }
}

#[test]
fn a_restored_node_goes_on_as_the_one_that_was_saved() {
    let compat = Compat::V8_2;
    assert_same(&history(compat, false, false), &history(compat, false, true));
}
