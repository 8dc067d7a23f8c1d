//! MEET, FORGET and RESET as the recording 18 of a real 7.0.15 cluster shows them, with its replies
//! and its delays.

use engine::time::Span;
use failover_tests::cluster::Cluster;
use failover_tests::resp::Reply;

/// The reply of a command that answers with a text.
fn text(cluster: &mut Cluster, node: usize, line: &str) -> String {
    match cluster.ask(node, line) {
        Reply::Bulk(Some(text)) => text,
        other => panic!("{line} answers with a text, not {other:?}"),
    }
}

#[test]
fn a_handshake_with_nobody_is_shown_once_and_given_up_after_the_node_timeout() {
    let mut cluster = Cluster::recorded_topology();
    let handshakes = |cluster: &mut Cluster| {
        let nodes = text(cluster, 0, "CLUSTER NODES");
        nodes.lines().filter(|it| it.contains(":7030@17030 handshake - 0 0 0 ")).count()
    };
    assert_eq!(cluster.ask(0, "CLUSTER MEET 10.0.0.1 7030"), Reply::ok());
    assert_eq!(handshakes(&mut cluster), 1);
    assert_eq!(cluster.ask(0, "CLUSTER MEET 10.0.0.1 7030"), Reply::ok());
    assert_eq!(handshakes(&mut cluster), 1);
    let took = cluster.until(Span::from_secs(20), |it| handshakes(it) == 0);
    assert!((14_900..15_200).contains(&took.as_millis()), "{took:?}, the node timeout is 15 s");
}

#[test]
fn a_forgotten_node_comes_back_by_gossip_after_a_minute() {
    let mut cluster = Cluster::recorded_topology();
    let id = text(&mut cluster, 4, "CLUSTER MYID");
    let forget = format!("CLUSTER FORGET {id}");
    assert_eq!(cluster.ask(2, &forget), Reply::ok());
    cluster.pass(Span::from_secs(10));
    assert!(!text(&mut cluster, 2, "CLUSTER NODES").contains(&id));
    assert_eq!(cluster.ask(2, &forget), Reply::error(&format!("ERR Unknown node {id}")));
    let known = |it: &mut Cluster| text(it, 2, "CLUSTER NODES").contains(&id);
    let took = cluster.until(Span::from_secs(60), known).as_millis() + 10_000;
    assert!((59_900..64_000).contains(&took), "{took} ms, the recording shows 61.0 s");
}

#[test]
fn a_hard_reset_makes_a_stranger_that_can_be_a_cluster_of_its_own() {
    let mut cluster = Cluster::recorded_topology();
    assert_eq!(cluster.ask(0, "SET hello 1"), Reply::ok());
    let refused = "ERR CLUSTER RESET can't be called with master nodes containing keys";
    assert_eq!(cluster.ask(0, "CLUSTER RESET"), Reply::error(refused));

    let before = text(&mut cluster, 3, "CLUSTER MYID");
    cluster.pass(Span::from_secs(1));
    assert_eq!(cluster.ask(3, "DBSIZE"), Reply::Int(1));
    assert_eq!(cluster.ask(3, "CLUSTER RESET HARD"), Reply::ok());
    assert_eq!(cluster.ask(3, "DBSIZE"), Reply::Int(0));
    assert_ne!(text(&mut cluster, 3, "CLUSTER MYID"), before);
    cluster.pass(Span::from_secs(8));
    assert_eq!(text(&mut cluster, 3, "CLUSTER NODES").lines().count(), 1);
    let seen = text(&mut cluster, 1, "CLUSTER NODES");
    let old = seen.lines().find(|line| line.starts_with(&before)).expect("others remember it");
    assert!(old.starts_with(&format!("{before} :0@0 slave,noaddr ")), "{old}");

    assert_eq!(cluster.ask(3, "CLUSTER SET-CONFIG-EPOCH 77"), Reply::ok());
    let again = Reply::error("ERR Node config epoch is already non-zero");
    assert_eq!(cluster.ask(3, "CLUSTER SET-CONFIG-EPOCH 78"), again);
    assert_eq!(cluster.ask(3, "CLUSTER ADDSLOTSRANGE 0 16383"), Reply::ok());
    let state = |it: &mut Cluster| text(it, 3, "CLUSTER INFO").starts_with("cluster_state:ok");
    let took = cluster.until(Span::from_secs(10), state).as_millis();
    assert!((4_800..5_200).contains(&took), "{took} ms, the recording shows 5.017 s");

    assert_eq!(cluster.ask(3, "SET x 1"), Reply::ok());
    let full = Reply::error("ERR DB must be empty to perform CLUSTER FLUSHSLOTS.");
    assert_eq!(cluster.ask(3, "CLUSTER FLUSHSLOTS"), full);
    assert_eq!(cluster.ask(3, "CLUSTER DELSLOTS 5"), Reply::ok());
    assert!(!state(&mut cluster));
    let unassigned = Reply::error("ERR Slot 5 is already unassigned");
    assert_eq!(cluster.ask(3, "CLUSTER DELSLOTS 5"), unassigned);
    let down = Reply::error("CLUSTERDOWN The cluster is down");
    assert_eq!(cluster.ask(3, "GET x"), down);
}
