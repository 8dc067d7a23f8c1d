//! Clusters that one designs, and clusters out of pasted answers of real nodes.

use std::time::Instant;

use engine::Compat;
use engine::time::Span;
use failover_tests::console::Consoles;
use failover_tests::say;
use scenario::scenario::from_nodes;
use scenario::{Action, Scenario, workload};
use sim::HostId;

fn opened(source: &str) -> Consoles {
    let scenario = Scenario::open(source).unwrap_or_else(|why| panic!("{source}: {why}"));
    Consoles::open(&scenario, scenario.seed).0
}

fn pass(consoles: &mut Consoles, span: Span) {
    let limit = consoles.now() + span;
    consoles.nodes.run_until(&mut consoles.lab, limit);
}

/// One field of CLUSTER INFO at a host.
fn info(consoles: &mut Consoles, ip: &str, field: &str) -> String {
    let text = consoles.type_line(ip, "redis-cli cluster info");
    let line = text.lines().find_map(|it| it.trim_end().strip_prefix(field)?.strip_prefix(':'));
    line.unwrap_or_else(|| panic!("no {field} in:\n{text}")).to_owned()
}

#[test]
fn every_template_opens_as_a_cluster_that_is_well() {
    for (source, nodes, first) in [
        ("design", "6", "10.0.0.1"),
        ("design masters=3 replicas=2 zones=a,b,c between=5ms", "9", "10.1.0.1"),
        ("design masters=4 replicas=1 zones=seoul,busan between=20ms", "8", "10.1.0.1"),
        ("design masters=10 replicas=1", "20", "10.0.0.1"),
        ("design masters=50 replicas=1", "100", "10.0.0.1"),
        ("design version=7.0 node-timeout=2000", "6", "10.0.0.1"),
    ] {
        let began = Instant::now();
        let mut lab = opened(source);
        assert_eq!(info(&mut lab, first, "cluster_state"), "ok", "{source}");
        assert_eq!(info(&mut lab, first, "cluster_known_nodes"), nodes, "{source}");
        assert_eq!(info(&mut lab, first, "cluster_slots_assigned"), "16384", "{source}");
        say(&format!("{source}: open after {:.0} ms", began.elapsed().as_secs_f64() * 1000.0));
    }
}

#[test]
fn a_zone_that_is_lost_is_survived_by_replicas_elsewhere() {
    let mut lab = opened("design masters=3 replicas=2 zones=a,b,c between=5ms node-timeout=2000");
    // Zone a holds one master and two replicas of others.
    for host in 1..=3 {
        let ip = format!("10.1.0.{host}");
        let pid = lab.server(&ip).expect("a server");
        lab.type_line(&ip, &format!("kill -9 {}", pid.0));
    }
    pass(&mut lab, Span::from_secs(10));
    assert_eq!(info(&mut lab, "10.2.0.1", "cluster_state"), "ok");
    assert_eq!(info(&mut lab, "10.2.0.1", "cluster_size"), "3");
    let nodes = lab.type_line("10.2.0.1", "redis-cli cluster nodes");
    assert_eq!(nodes.matches(",fail").count(), 3, "{nodes}");
}

/// What two nodes of a real 7.0 cluster might say while a partition lasts: the minority still
/// believes in the old master, the majority has elected its replica.
fn torn() -> String {
    let [old, new, b, c] = ["a", "b", "c", "d"].map(|it| it.repeat(40));
    format!(
        "# the minority's view\n\
         {old} 10.9.0.1:6379@16379 myself,master - 0 1765369000000 1 connected 0-5460\n\
         {new} 10.9.0.2:6379@16379 slave,fail? {old} 1765368990000 1765368980000 1 disconnected\n\
         {b} 10.9.0.3:6379@16379 master,fail? - 1765368990000 1765368980000 2 disconnected 5461-10922\n\
         {c} 10.9.0.4:6379@16379 master,fail? - 1765368990000 1765368980000 3 disconnected 10923-16383\n\
         # the majority's\n\
         {new} 10.9.0.2:6379@16379 myself,master - 0 1765369000000 4 connected 0-5460\n\
         {old} 10.9.0.1:6379@16379 master,fail - 1765368990000 1765368980000 1 disconnected\n\
         {b} 10.9.0.3:6379@16379 master - 0 1765369000000 2 connected 5461-10922\n\
         {c} 10.9.0.4:6379@16379 master - 0 1765369000000 3 connected 10923-16383\n"
    )
}

#[test]
fn pasted_nodes_start_from_what_they_believed_and_come_to_agree() {
    let scenario = from_nodes(&torn(), Compat::V7_0, 5000).expect("answers");
    let mut lab = Consoles::open(&scenario, 1).0;
    let old = lab.server("10.9.0.1").expect("it answered, so it runs");
    let view = lab.nodes.nodes[&old].view();
    assert_eq!(view.slots, [(0, 5460)], "it still believes in its slots");
    let new = lab.server("10.9.0.2").expect("it runs");
    assert_eq!(lab.nodes.nodes[&new].view().slots, [(0, 5460)], "and so does the other one");
    let hosts: Vec<_> = lab.lab.world.hosts().map(|(host, _)| host).collect();
    for host in hosts {
        lab.lab.world.rejoin(host);
    }
    pass(&mut lab, Span::from_secs(20));
    let nodes = lab.type_line("10.9.0.3", "redis-cli cluster nodes");
    let line = nodes.lines().find(|it| it.starts_with(&"a".repeat(40))).expect("it is known");
    assert!(line.contains(&format!("slave {}", "b".repeat(40))), "the greater epoch wins: {nodes}");
    assert_eq!(info(&mut lab, "10.9.0.1", "cluster_state"), "ok");
}

/// The servers of a design begin with a nodes.conf: who serves what is known before they write one.
#[test]
fn the_workload_knows_the_shards_of_a_design_from_the_beginning() {
    let mut lab = opened("design masters=3 replicas=1").lab;
    lab.act(Action::Workload(Some(workload::Settings::default())));
    let shards = &lab.workload().availability.shards;
    let slots: Vec<_> = shards.iter().map(|shard| shard.slots.clone()).collect();
    assert_eq!(slots, [[(0, 5460)], [(5461, 10921)], [(10922, 16383)]]);
    assert_eq!(lab.workload().owner(0), Some(HostId(0)));
}
