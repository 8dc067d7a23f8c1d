//! A host whose clock is set and whose disk is full, as a real 7.0.15 takes it: with its clock moved
//! under it, and on a small file system filled to the brim.

use engine::time::Span;
use failover_tests::cluster::Cluster;
use failover_tests::resp::Reply;

const MISCONF: &str = "MISCONF Redis is configured to save RDB snapshots, but it's currently unable \
                       to persist to disk. Commands that may modify the data set are disabled, \
                       because this instance is configured to report errors during writes if RDB \
                       snapshotting fails (stop-writes-on-bgsave-error option). Please check the \
                       Redis logs for details about the RDB error.";

fn text(cluster: &mut Cluster, node: usize, line: &str) -> String {
    match cluster.ask(node, line) {
        Reply::Bulk(Some(text)) => text,
        other => panic!("{line}: {other:?}"),
    }
}

fn suspects(cluster: &mut Cluster, node: usize) -> bool {
    text(cluster, node, "CLUSTER NODES").contains("fail")
}

/// Whether a PING of a node is under way to another.
fn awaits_pong(cluster: &mut Cluster, node: usize, of: usize) -> bool {
    let host = cluster.host(of);
    let found = cluster.lab.world.hosts().find(|&(it, _)| it == host);
    let (_, ip) = found.expect("it is there");
    let nodes = text(cluster, node, "CLUSTER NODES");
    let line = nodes.lines().find(|line| line.contains(&format!(" {ip}:")));
    line.and_then(|line| line.split(' ').nth(4)).is_some_and(|sent| sent != "0")
}

fn set_clock(cluster: &mut Cluster, node: usize, seconds: i64) {
    let host = cluster.host(node);
    cluster.lab.world.set_clock(host, seconds * 1_000_000);
}

fn fill_disk(cluster: &mut Cluster, node: usize, full: bool) {
    let host = cluster.host(node);
    cluster.lab.world.fill_disk(host, full);
}

fn log(cluster: &Cluster, node: usize) -> String {
    String::from_utf8_lossy(cluster.log(node)).into_owned()
}

#[test]
fn a_clock_set_forward_makes_a_ping_under_way_look_unanswered() {
    let mut cluster = Cluster::recorded_topology();
    let pid = cluster.lab.world.listener(cluster.host(1), 6379).expect("it runs");
    cluster.lab.world.stop(pid);
    cluster.until(Span::from_secs(10), |it| awaits_pong(it, 0, 1));
    assert!(!suspects(&mut cluster, 0), "a node timeout has not passed");
    set_clock(&mut cluster, 0, 30);
    cluster.pass(Span::from_millis(200));
    assert!(suspects(&mut cluster, 0), "by the clock it has");
    assert!(!suspects(&mut cluster, 2), "the others have clocks of their own");
}

#[test]
fn a_clock_set_back_delays_timers_but_not_the_cron() {
    let mut cluster = Cluster::recorded_topology();
    set_clock(&mut cluster, 0, -60);
    cluster.pass(Span::from_secs(3));
    assert!(!suspects(&mut cluster, 0));
    let pid = cluster.lab.world.listener(cluster.host(1), 6379).expect("it runs");
    cluster.lab.world.stop(pid);
    // A random node is still pinged every second, so that the frozen one is found.
    let took = cluster.until(Span::from_secs(60), |it| suspects(it, 0));
    assert!(took < Span::from_secs(30), "{took:?}");
}

#[test]
fn a_node_whose_configuration_can_not_be_saved_ends_and_says_nothing_more() {
    let mut cluster = Cluster::recorded_topology();
    let host = cluster.host(3);
    fill_disk(&mut cluster, 3, true);
    cluster.lab.world.record_traffic(true);
    cluster.lab.world.take_records();
    let saved = cluster.lab.world.disk(host)["nodes.conf"].clone();
    let pid = cluster.lab.world.listener(host, 6379).expect("it runs");
    cluster.kill(0);
    cluster.until(Span::from_secs(60), |it| it.lab.world.host_of(pid).is_none());
    assert!(log(&cluster, 3).trim_end().ends_with("Fatal: can't update cluster config file."));
    assert_eq!(cluster.lab.world.disk(host)["nodes.conf"], saved);
    let records = cluster.lab.world.take_records();
    let last = records.iter().rev().filter(|it| it.pid == Some(pid)).map(|it| &it.what);
    let last: Vec<_> = last.take(2).collect();
    let exit = sim::What::Output(engine::Output::Exit { code: 1 });
    assert_eq!(last[0], &exit);
    assert!(matches!(last[1], sim::What::Output(engine::Output::Log(_))), "{last:?}");
}

#[test]
fn data_that_can_not_be_saved_stops_writes_until_there_is_room() {
    let mut cluster = Cluster::recorded_topology();
    let words = ["CONFIG", "SET", "save", "1 1"].map(String::from);
    assert_eq!(cluster.call(0, &words), Reply::ok());
    fill_disk(&mut cluster, 0, true);
    assert_eq!(cluster.ask(0, "SET hello 1"), Reply::ok());
    cluster.pass(Span::from_secs(3));
    assert!(log(&cluster, 0).contains("# Background saving error"));
    for line in ["SET hello 2", "PING"] {
        assert_eq!(cluster.ask(0, line), Reply::error(MISCONF), "{line}");
    }
    assert_eq!(cluster.ask(0, "GET hello"), Reply::Bulk(Some("1".into())));
    assert!(text(&mut cluster, 0, "INFO persistence").contains("rdb_last_bgsave_status:err"));
    assert_eq!(cluster.ask(0, "SAVE"), Reply::error("ERR"));
    let refused = Reply::error("ERR Errors trying to SHUTDOWN. Check logs.");
    assert_eq!(cluster.ask(0, "SHUTDOWN"), refused);
    assert!(log(&cluster, 0).contains("# Error trying to save the DB, can't exit."));
    fill_disk(&mut cluster, 0, false);
    cluster.pass(Span::from_secs(7));
    assert_eq!(cluster.ask(0, "SET hello 2"), Reply::ok());
}

#[test]
fn a_replica_that_can_not_save_ends_at_the_next_write() {
    let mut cluster = Cluster::recorded_topology();
    let words = ["CONFIG", "SET", "save", "1 1"].map(String::from);
    assert_eq!(cluster.call(3, &words), Reply::ok());
    fill_disk(&mut cluster, 3, true);
    assert_eq!(cluster.ask(0, "SET hello 1"), Reply::ok());
    cluster.pass(Span::from_secs(4));
    let pid = cluster.lab.world.listener(cluster.host(3), 6379).expect("it runs");
    assert_eq!(cluster.ask(0, "SET hello 2"), Reply::ok());
    cluster.pass(Span::from_secs(1));
    assert_eq!(cluster.lab.world.host_of(pid), None);
    assert!(log(&cluster, 3).contains("Replica was unable to write command to disk."));
}

#[test]
fn a_frozen_server_finds_its_disk_as_it_was_left_last() {
    let mut cluster = Cluster::recorded_topology();
    let pid = cluster.lab.world.listener(cluster.host(3), 6379).expect("it runs");
    cluster.lab.world.stop(pid);
    for full in [true, false] {
        fill_disk(&mut cluster, 3, full);
        cluster.pass(Span::from_millis(100));
    }
    cluster.lab.world.cont(pid);
    cluster.pass(Span::from_millis(100));
    assert_eq!(cluster.ask(3, "SAVE"), Reply::Simple("OK".into()), "there is room again");
}
