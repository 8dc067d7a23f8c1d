//! Two of three masters frozen, as the recording 10 of a real 7.0.15 cluster shows it: what the
//! survivor answers, FORCE without a majority, TAKEOVER, and what the frozen ones say afterwards.

use engine::time::Span;
use failover_tests::cluster::Cluster;
use failover_tests::resp::Reply;

fn state_ok(cluster: &mut Cluster, node: usize) -> bool {
    let Reply::Bulk(Some(info)) = cluster.ask(node, "CLUSTER INFO") else { return false };
    info.starts_with("cluster_state:ok")
}

fn is_master(cluster: &mut Cluster, node: usize) -> bool {
    let Reply::Array(Some(role)) = cluster.ask(node, "ROLE") else { return false };
    role[0] == Reply::Bulk(Some("master".into()))
}

fn logged(cluster: &Cluster, node: usize, text: &str) -> bool {
    String::from_utf8_lossy(cluster.log(node)).contains(text)
}

#[test]
fn a_minority_stops_serving_until_a_takeover_makes_it_a_majority() {
    let mut cluster = Cluster::recorded_topology();
    assert_eq!(cluster.ask(0, "SET hello v"), Reply::ok());
    for frozen in [1, 2] {
        let pid = cluster.lab.world.listener(cluster.host(frozen), 6379).expect("it runs");
        cluster.lab.world.stop(pid);
    }
    cluster.until(Span::from_secs(30), |it| !state_ok(it, 0));
    let down = Reply::error("CLUSTERDOWN The cluster is down");
    assert_eq!(cluster.ask(0, "GET hello"), down);
    assert_eq!(cluster.ask(0, "SET hello w"), down);

    assert_eq!(cluster.ask(0, "CONFIG SET cluster-allow-reads-when-down yes"), Reply::ok());
    assert_eq!(cluster.ask(0, "GET hello"), Reply::Bulk(Some("v".into())));
    let reads_only = "CLUSTERDOWN The cluster is down and only accepts read commands";
    assert_eq!(cluster.ask(0, "SET hello w"), Reply::error(reads_only));
    assert_eq!(cluster.ask(0, "GET foo"), Reply::error("MOVED 12182 10.0.0.3:6379"));

    assert_eq!(cluster.ask(4, "CLUSTER FAILOVER FORCE"), Reply::ok());
    cluster.pass(Span::from_secs(6));
    assert!(!is_master(&mut cluster, 4), "a forced failover needs a majority");
    assert!(logged(&cluster, 4, "# Forced failover user request accepted."));
    assert!(logged(&cluster, 4, "# Manual failover timed out."));

    assert_eq!(cluster.ask(4, "CLUSTER FAILOVER TAKEOVER"), Reply::ok());
    assert!(is_master(&mut cluster, 4), "a takeover needs nobody");
    assert!(logged(&cluster, 4, "# Taking over the master (user request)."));
    let took = cluster.until(Span::from_secs(20), |it| state_ok(it, 0)).as_millis();
    assert!((4_900..5_300).contains(&took), "{took} ms, the recording shows 5.0 s");
    cluster.until(Span::from_secs(10), |it| is_master(it, 5) && state_ok(it, 5));

    for frozen in [1, 2] {
        let pid = cluster.lab.world.listener(cluster.host(frozen), 6379).expect("it is frozen");
        cluster.lab.world.cont(pid);
    }
    assert_eq!(cluster.ask(1, "SET k 1"), Reply::error("MOVED 7629 10.0.0.6:6379"));
    assert_eq!(cluster.ask(2, "SET foo 1"), Reply::error("MOVED 12182 10.0.0.4:6379"));
}
