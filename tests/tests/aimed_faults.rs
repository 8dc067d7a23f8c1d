//! Faults with an aim, as a cluster feels them: by kind of packet, one way, one port, for a span or
//! a count.

use bus::PacketKind;
use engine::time::Span;
use engine::{Event, Output, Time};
use failover_tests::cluster::Cluster;
use failover_tests::console::Consoles;
use scenario::{Action, Inline, Lab, Scenario};
use sim::{HostId, Rule, What};

const S: Span = Span::from_secs(1);

fn of_kind(kind: PacketKind) -> Rule {
    Rule { kinds: vec![kind], ..Rule::default() }
}

/// What a host's node decided since records were last taken.
fn decisions(cluster: &mut Cluster, host: HostId) -> Vec<(Time, Event)> {
    let records = cluster.lab.world.take_records();
    let of_host = records.into_iter().filter(|it| it.host == host);
    let event = |it: sim::Record| match it.what {
        What::Output(Output::Event(event)) => Some((it.at, event)),
        _ => None,
    };
    of_host.filter_map(event).collect()
}

fn walkthrough() -> Consoles {
    Consoles::open(&Scenario::built_in("walkthrough").expect("it is built in"), 5).0
}

#[test]
fn without_votes_no_election_is_won_until_the_rule_ends() {
    let mut cluster = Cluster::recorded_topology();
    let candidate = cluster.host(3);
    let end = cluster.lab.world.now() + Span::from_secs(90);
    let rule =
        Rule { to: Some(candidate), until: Some(end), ..of_kind(PacketKind::FailoverAuthAck) };
    cluster.lab.act(Action::SetRule(rule));
    decisions(&mut cluster, candidate);
    cluster.kill(0);
    cluster.pass(Span(90 * S.0 - 1));
    let told = decisions(&mut cluster, candidate);
    let count = |wanted: fn(&Event) -> bool| told.iter().filter(|(_, it)| wanted(it)).count();
    let started = count(|it| matches!(it, Event::ElectionStarted { .. }));
    assert!(started >= 2, "{started} elections in 90 s");
    assert_eq!(count(|it| matches!(it, Event::ElectionWon { .. })), 0);
    assert_eq!(count(|it| matches!(it, Event::VoteReceived { .. })), 0);
    let lost = cluster.lab.world.rules().next().expect("it lasts").lost;
    assert!(lost as usize >= started, "{lost} votes of {started} elections were lost");

    cluster.pass(Span::from_secs(60));
    assert_eq!(cluster.lab.world.rules().count(), 0, "it ended by itself");
    let told = decisions(&mut cluster, candidate);
    let won = told.iter().find(|(_, it)| matches!(it, Event::ElectionWon { .. }));
    assert!(won.is_some_and(|&(at, _)| at >= end), "{told:?}");
}

/// Who told the last node but one of a master's failure, with or without a rule.
fn told_by(rule: Option<Rule>) -> (bool, u32) {
    let mut cluster = Cluster::recorded_topology();
    let deaf = cluster.host(4);
    if let Some(rule) = rule {
        cluster.lab.act(Action::SetRule(Rule { to: Some(deaf), ..rule }));
    }
    decisions(&mut cluster, deaf);
    cluster.kill(0);
    cluster.pass(Span::from_secs(40));
    let lost = cluster.lab.world.rules().map(|it| it.lost).sum();
    let told = decisions(&mut cluster, deaf);
    let failed = told.iter().find_map(|(_, it)| match it {
        Event::MarkedFailed { told_by, .. } => Some(told_by.is_some()),
        _ => None,
    });
    (failed.expect("it hears of the failure, sooner or later"), lost)
}

#[test]
fn who_hears_no_fail_message_comes_to_it_by_gossip() {
    assert_eq!(told_by(None), (true, 0), "FAIL tells it when nothing is lost");
    let (told, lost) = told_by(Some(of_kind(PacketKind::Fail)));
    assert!(!told && lost >= 1, "{lost} FAIL messages were lost");
}

#[test]
fn a_count_ends_a_rule_and_takes_no_more_than_it_says() {
    let mut cluster = Cluster::recorded_topology();
    let (from, to) = (cluster.host(0), cluster.host(1));
    cluster.lab.world.tap(true);
    let rule = Rule { from: Some(from), to: Some(to), count: Some(3), ..of_kind(PacketKind::Ping) };
    cluster.lab.act(Action::SetRule(rule));
    cluster.pass(Span::from_secs(120));
    assert_eq!(cluster.lab.world.rules().count(), 0);
    let addresses: Vec<_> = cluster.lab.world.hosts().map(|(_, ip)| ip).collect();
    let way = (addresses[usize::from(from.0)], addresses[usize::from(to.0)]);
    let passages = cluster.lab.world.take_passages();
    let pings: Vec<_> = passages
        .iter()
        .filter(|it| (*it.from.ip(), *it.to.ip()) == way)
        .filter(|it| PacketKind::peek(&it.bytes) == Some(PacketKind::Ping))
        .map(|it| it.lost.is_some())
        .collect();
    assert_eq!(pings.iter().filter(|&&lost| lost).count(), 3);
    assert!(pings.len() > 3 && pings[..3] == [true; 3], "the first three of {}", pings.len());
}

#[test]
fn a_dropped_message_leaves_its_stream_whole() {
    let mut cluster = Cluster::recorded_topology();
    cluster.lab.act(Action::SetRule(of_kind(PacketKind::Ping)));
    cluster.pass(Span::from_secs(5));
    let links = |cluster: &mut Cluster| format!("{:?}", cluster.ask(0, "CLUSTER NODES"));
    assert!(!links(&mut cluster).contains("disconnected"));
    // Half a node timeout without a PONG, and Redis itself drops the link to try another.
    let rule = cluster.lab.world.rules().next().expect("it lasts").clone();
    assert!(rule.lost > 5);
    cluster.lab.act(Action::LiftRule(rule.id));
    cluster.pass(Span::from_secs(5));
    assert!(!links(&mut cluster).contains("fail"));
}

#[test]
fn the_client_port_alone_can_be_cut() {
    let mut lab = walkthrough();
    let set = "fault drop all between .6 and .13 port client for 30s";
    let said = lab.type_line("192.168.0.161", set);
    assert_eq!(said.lines().count(), 2, "{said}");
    let before = lab.now();
    let pong = lab.type_line("192.168.0.6", "redis-cli -a redis -h 192.168.0.13 ping");
    assert!(pong.contains("PONG"), "{pong}");
    // SYNs are repeated at 1, 3, 7, 15 and 31 s.
    let took = lab.now().since(before).as_secs();
    assert_eq!(took, 31, "the first SYN after the rule's end gets through");
    let nodes = lab.type_line("192.168.0.6", "redis-cli -a redis cluster nodes");
    assert!(!nodes.contains("fail"), "the bus was never touched: {nodes}");
}

#[test]
fn the_shell_sets_shows_and_ends_faults() {
    let mut lab = walkthrough();
    let host = "192.168.0.6";
    let mut says = |line: &str| lab.type_line(host, line);
    assert_eq!(says("fault"), "");
    assert_eq!(
        says("fault drop auth-ack to .6 count 2"),
        "1: drop FAILOVER_AUTH_ACK to 192.168.0.6 count 2\n"
    );
    assert_eq!(
        says("fault link between .6 and .13 latency 40ms loss 5%"),
        "link from 192.168.0.6 to 192.168.0.13 latency 40ms loss 5%\n\
         link from 192.168.0.13 to 192.168.0.6 latency 40ms loss 5%\n"
    );
    let shown = says("fault show");
    assert!(shown.starts_with("1: drop FAILOVER_AUTH_ACK to 192.168.0.6 count 2, 0 lost\n"));
    assert_eq!(shown.lines().count(), 3, "{shown}");
    assert_eq!(says("fault del 7; echo $?"), "fault: there is no fault 7; see fault show\n1\n");
    assert_eq!(says("fault del 1; echo $?"), "0\n");
    assert_eq!(says("fault del all; fault"), "");
    let why = says("fault drop votes");
    assert!(why.starts_with("fault: there is no kind of packet 'votes'; kinds: all,"), "{why}");
    assert!(says("fault help").contains("fault drop KIND"));
    let at = lab.host(host);
    assert_eq!(lab.lab.complete(at, "fault dr"), ["fault drop"]);
    assert_eq!(
        lab.lab.complete(at, "fault drop FAILOVER_AUTH_A"),
        ["fault drop FAILOVER_AUTH_ACK"]
    );
    assert_eq!(lab.lab.complete(at, "fault drop PING to 192.168.0.6").len(), 1);
    assert_eq!(
        lab.lab.complete(at, "fault drop PING port "),
        ["fault drop PING port bus", "fault drop PING port client"]
    );
}

/// The hash after a rule was set, a master killed, and the rule lifted.
fn hash(actions: &[(Time, Action)], tapped: bool, end: Time) -> u64 {
    let scenario = Scenario::built_in("walkthrough").expect("it is built in");
    let mut lab = Lab::open(&scenario, 9);
    lab.world.tap(tapped);
    let mut nodes = Inline::default();
    for (at, action) in actions {
        nodes.run_until(&mut lab, *at);
        lab.act(action.clone());
    }
    nodes.run_until(&mut lab, end);
    lab.world.trace_hash()
}

#[test]
fn rules_are_history_and_looking_is_not() {
    let at = |seconds: u64| Time(seconds * 1_000_000);
    let rule = Rule { until: Some(at(80)), ..of_kind(PacketKind::FailoverAuthAck) };
    let kill = Action::Type { host: HostId(0), line: "kill -9 $(pidof redis-server)".into() };
    let set = Action::SetRule(rule.clone());
    let actions = [(at(20), set), (at(21), kill.clone())];
    let first = hash(&actions, false, at(120));
    assert_eq!(hash(&actions, false, at(120)), first);
    assert_eq!(hash(&actions, true, at(120)), first);
    assert_ne!(hash(&actions[1..], false, at(120)), first);
    let longer = Action::SetRule(Rule { until: Some(at(81)), ..rule });
    let almost = [(at(20), longer), (at(21), kill)];
    assert_ne!(hash(&almost, false, at(22)), hash(&actions, false, at(22)));
}
