//! Messages between clients of a whole cluster, typed at redis-cli and spoken by plain clients.

use engine::Compat;
use engine::time::Span;
use failover_tests::cluster::Cluster;
use failover_tests::console::Consoles;
use failover_tests::resp::Reply;
use scenario::Action;
use scenario::scenario::Plain;

fn bulk(text: &str) -> Reply {
    Reply::Bulk(Some(text.into()))
}

fn news(kind: &str, channel: &str, last: Reply) -> Reply {
    Reply::Array(Some(vec![bulk(kind), bulk(channel), last]))
}

/// The node of which `key`'s slot is: 0, 1 or 2.
fn owner(key: &str) -> usize {
    let slot = bus::slot_of(key.as_bytes());
    usize::from(slot > 5460) + usize::from(slot > 10922)
}

/// A channel of the shard of the first master.
const FIRST: &str = "{06S}news";

#[test]
fn a_message_reaches_subscribers_on_every_node() {
    let mut cluster = Cluster::recorded_topology();
    for node in 0..6 {
        let count = cluster.ask(node, "SUBSCRIBE all");
        assert_eq!(count, news("subscribe", "all", Reply::Int(1)), "node {node}");
    }
    cluster.ask(4, "UNSUBSCRIBE all");
    assert_eq!(cluster.ask(4, "PUBLISH all hello"), Reply::Int(0), "its own subscribers count");
    cluster.pass(Span::from_millis(20));
    for node in [0, 1, 2, 3, 5] {
        let message = news("message", "all", bulk("hello"));
        assert_eq!(cluster.heard(node), Some(message), "node {node}");
    }
    assert_eq!(cluster.heard(4), None);
    let Reply::Bulk(Some(info)) = cluster.ask(4, "CLUSTER INFO") else { panic!("a text") };
    assert!(info.contains("cluster_stats_messages_publish_sent:5\r\n"), "{info}");
}

#[test]
fn a_shard_message_reaches_the_nodes_of_its_shard_alone() {
    let mut cluster = Cluster::recorded_topology();
    assert_eq!(owner(FIRST), 0);
    for node in [0, 3] {
        let count = cluster.ask(node, &format!("SSUBSCRIBE {FIRST}"));
        assert_eq!(count, news("ssubscribe", FIRST, Reply::Int(1)), "node {node}");
    }
    let elsewhere = cluster.ask(1, &format!("SSUBSCRIBE {FIRST}"));
    let Reply::Error(moved) = elsewhere else { panic!("{elsewhere:?}") };
    assert!(moved.starts_with(&format!("MOVED {} ", bus::slot_of(FIRST.as_bytes()))), "{moved}");
    let elsewhere = cluster.ask(4, &format!("SPUBLISH {FIRST} hello"));
    assert!(matches!(&elsewhere, Reply::Error(text) if text.starts_with("MOVED")), "{elsewhere:?}");
    cluster.ask(3, "SUNSUBSCRIBE");
    assert_eq!(cluster.ask(3, &format!("SPUBLISH {FIRST} hello")), Reply::Int(0));
    cluster.pass(Span::from_millis(20));
    assert_eq!(cluster.heard(0), Some(news("smessage", FIRST, bulk("hello"))));
    let Reply::Bulk(Some(info)) = cluster.ask(3, "CLUSTER INFO") else { panic!("a text") };
    assert!(info.contains("cluster_stats_messages_publishshard_sent:1\r\n"), "{info}");
}

#[test]
fn subscribers_of_a_shard_channel_hear_when_its_slot_moves_away() {
    let mut cluster = Cluster::recorded_topology();
    let slot = bus::slot_of(FIRST.as_bytes());
    for node in [0, 3] {
        cluster.ask(node, &format!("SSUBSCRIBE {FIRST}"));
    }
    let Reply::Bulk(Some(id)) = cluster.ask(1, "CLUSTER MYID") else { panic!("an id") };
    let set = format!("CLUSTER SETSLOT {slot} NODE {id}");
    assert_eq!(cluster.ask(1, &set), Reply::ok());
    cluster.ask(1, "CLUSTER BUMPEPOCH");
    cluster.pass(Span::from_secs(3));
    for node in [0, 3] {
        let gone = news("sunsubscribe", FIRST, Reply::Int(0));
        assert_eq!(cluster.heard(node), Some(gone), "node {node}");
        assert_eq!(cluster.ask(node, "PING"), Reply::Simple("PONG".into()), "it is free again");
    }
}

#[test]
fn a_promoted_replica_keeps_its_shard_subscribers() {
    let mut cluster = Cluster::recorded_topology();
    for node in [0, 3] {
        cluster.ask(node, &format!("SSUBSCRIBE {FIRST}"));
    }
    // The connection of the subscriber can say nothing else, so the failure decides.
    cluster.kill(0);
    cluster.pass(Span::from_secs(40));
    assert_eq!(cluster.heard(3), None, "nothing was taken away");
    let log = String::from_utf8_lossy(cluster.log(3)).into_owned();
    assert!(log.contains("Failover election won"), "{log}");
    cluster.ask(3, "RESET");
    assert_eq!(cluster.ask(3, &format!("SPUBLISH {FIRST} x")), Reply::Int(0));
}

#[test]
fn redis_cli_reads_messages_until_it_is_interrupted() {
    let scenario = Plain { compat: Compat::V7_0, ..Plain::default() }.scenario();
    let (mut consoles, _) = Consoles::open(&scenario, 1);
    let host = consoles.host("10.0.0.1");
    let line = "redis-cli -h 10.0.0.2 subscribe a b".into();
    consoles.lab.act(Action::Type { host, line });
    consoles.pass(Span::from_secs(1));
    let begin = "Reading messages... (press Ctrl-C to quit)\n1) \"subscribe\"\n2) \"a\"\n\
                 3) (integer) 1\n1) \"subscribe\"\n2) \"b\"\n3) (integer) 2\n";
    assert_eq!(consoles.printed(), begin);
    let sent = consoles.type_line("10.0.0.3", "redis-cli -h 10.0.0.3 publish a hello");
    assert_eq!(sent, "(integer) 0\n");
    consoles.pass(Span::from_millis(20));
    assert_eq!(consoles.printed(), "1) \"message\"\n2) \"a\"\n3) \"hello\"\n");
    consoles.interrupt("10.0.0.1");
    assert!(consoles.lab.prompt(host).is_some(), "the shell is back");
    let after = consoles.type_line("10.0.0.1", "redis-cli -h 10.0.0.2 publish a hello");
    assert_eq!(after, "(integer) 0\n");
    let refused = consoles.type_line("10.0.0.1", "redis-cli -3 ssubscribe a b");
    let text = "Reading messages... (press Ctrl-C to quit)\n\
                (error) CROSSSLOT Keys in request don't hash to the same slot\n";
    assert_eq!(refused, text);
}

#[test]
fn redis_cli_follows_a_shard_channel_to_its_node() {
    let scenario = Plain { compat: Compat::V7_0, ..Plain::default() }.scenario();
    let (mut consoles, _) = Consoles::open(&scenario, 1);
    let host = consoles.host("10.0.0.2");
    let line = format!("redis-cli -c -h 10.0.0.2 ssubscribe {FIRST}");
    consoles.lab.act(Action::Type { host, line });
    consoles.pass(Span::from_secs(1));
    let printed = consoles.printed();
    let expected = format!("1) \"ssubscribe\"\n2) \"{FIRST}\"\n3) (integer) 1\n");
    assert!(printed.ends_with(&expected), "{printed}");
}
