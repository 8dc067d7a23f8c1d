//! A master and its replicas, from the first handshake to a change of roles.

#[allow(dead_code, reason = "each file of tests uses another part of it")]
mod net;

use engine::{Compat, Event};
use net::Net;

/// Node 0 is the master of all slots, the others are its replicas and in sync.
fn shard(compat: Compat, nodes: usize) -> Net {
    let mut net = joined(compat, nodes, "");
    follow(&mut net, nodes);
    net.secs(9);
    net
}

/// Nodes that know each other, the first with all slots.
fn joined(compat: Compat, nodes: usize, config: &str) -> Net {
    let mut net = Net::new(compat, nodes, config);
    for index in 1..nodes {
        let meet = format!("CLUSTER MEET {} 6379", Net::ip(index));
        assert_eq!(net.ask(0, &meet), "+OK\r\n");
    }
    assert_eq!(net.ask(0, "CLUSTER ADDSLOTSRANGE 0 16383"), "+OK\r\n");
    net.secs(4);
    net
}

fn follow(net: &mut Net, nodes: usize) {
    let id = net.node(0).view().id;
    for index in 1..nodes {
        assert_eq!(net.ask(index, &format!("CLUSTER REPLICATE {id}")), "+OK\r\n");
    }
}

fn number(net: &mut Net, index: usize, field: &str) -> i64 {
    net.info(index, field).parse().expect("a number")
}

#[test]
fn a_full_sync_waits_five_seconds_for_company_and_then_streams() {
    let mut net = joined(Compat::V7_0, 2, "");
    net.log(0);
    net.log(1);
    follow(&mut net, 2);
    net.secs(2);
    assert_eq!(
        net.ask(1, "ROLE"),
        "*5\r\n$5\r\nslave\r\n$8\r\n10.0.0.1\r\n:6379\r\n$9\r\nhandshake\r\n:-1\r\n"
    );
    assert_eq!(net.info(0, "slave0"), "ip=10.0.0.2,port=6379,state=wait_bgsave,offset=0,lag=0");
    assert_eq!(net.ask(0, "ROLE"), "*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n");
    assert_eq!(net.info(1, "master_link_down_since_seconds"), "-1");
    net.secs(5);
    assert_eq!(net.info(1, "master_link_status"), "up");
    assert_eq!(net.info(1, "master_replid"), net.info(0, "master_replid"));

    let offset = number(&mut net, 0, "master_repl_offset");
    assert_eq!(net.ask(0, "SET k v"), "+OK\r\n");
    assert_eq!(number(&mut net, 0, "master_repl_offset"), offset + 23 + 27);
    assert_eq!(number(&mut net, 1, "slave_repl_offset"), offset + 23 + 27);
    net.secs(2);
    let state = net.info(0, "slave0");
    assert!(state.starts_with("ip=10.0.0.2,port=6379,state=online,offset="), "{state}");
    assert!(state.contains(&format!("offset={},", offset + 50)), "{state}");
}

#[test]
fn both_sides_log_a_full_sync_as_redis_does() {
    let mut net = joined(Compat::V7_0, 2, "");
    net.log(0);
    net.log(1);
    follow(&mut net, 2);
    net.secs(8);
    let replid = net.info(0, "master_replid");
    let about_sync = |line: &String| !line.contains("luster") && !line.contains("FAIL");
    let master: Vec<_> = net.log(0).into_iter().filter(about_sync).collect();
    let refusal = &master[1];
    assert!(
        refusal.starts_with(
            "M * Partial resynchronization not accepted: Replication ID mismatch (Replica asked for '"
        ),
        "{refusal}"
    );
    assert_eq!(
        [&master[..1], &master[2..]].concat(),
        [
            "M * Replica 10.0.0.2:6379 asks for synchronization",
            &format!(
                "M * Replication backlog created, my new replication IDs are '{replid}' and \
                 '0000000000000000000000000000000000000000'"
            ),
            "M * Delay next BGSAVE for diskless SYNC",
            "M * Starting BGSAVE for SYNC with target: replicas sockets",
            "M * Background RDB transfer started by pid 1101",
            "C * Fork CoW for RDB: current 0 MB, peak 0 MB, average 0 MB",
            "M # Diskless rdb transfer, done reading from pipe, 1 replicas still up.",
            "M * Background RDB transfer terminated with success",
            "M * Streamed RDB transfer with replica 10.0.0.2:6379 succeeded (socket). Waiting for \
             REPLCONF ACK from slave to enable streaming",
            "M * Synchronization with replica 10.0.0.2:6379 succeeded",
        ]
    );
    let replica: Vec<_> = net.log(1).into_iter().filter(about_sync).collect();
    let request = &replica[5];
    assert!(request.starts_with("S * Trying a partial resynchronization (request "), "{request}");
    assert!(request.ends_with(":1)."), "{request}");
    assert_eq!(
        [&replica[..5], &replica[6..]].concat(),
        [
            "S * Before turning into a replica, using my own master parameters to synthesize a \
             cached master: I may be able to synchronize with the new master with just a partial \
             transfer.",
            "S * Connecting to MASTER 10.0.0.1:6379",
            "S * MASTER <-> REPLICA sync started",
            "S * Non blocking connect for SYNC fired the event.",
            "S * Master replied to PING, replication can continue...",
            &format!("S * Full resync from master: {replid}:0"),
            "S * MASTER <-> REPLICA sync: receiving streamed RDB from master with EOF to disk",
            "S * Discarding previously cached master state.",
            "S * MASTER <-> REPLICA sync: Flushing old data",
            "S * MASTER <-> REPLICA sync: Loading DB in memory",
            "S * Loading RDB produced by version 7.0.15",
            "S * RDB age 0 seconds",
            "S * Done loading RDB, keys loaded: 0, keys expired: 0.",
            "S * MASTER <-> REPLICA sync: Finished with success",
        ]
    );
}

#[test]
fn info_of_both_sides_has_the_fields_of_the_recording() {
    let mut net = shard(Compat::V7_0, 2);
    let names = |info: &str| -> Vec<String> {
        info.lines().filter_map(|line| Some(line.split_once(':')?.0.to_owned())).collect()
    };
    let stream = [
        "master_failover_state",
        "master_replid",
        "master_replid2",
        "master_repl_offset",
        "second_repl_offset",
        "repl_backlog_active",
        "repl_backlog_size",
        "repl_backlog_first_byte_offset",
        "repl_backlog_histlen",
    ];
    let master = net.ask(0, "INFO replication");
    assert_eq!(names(&master), [&["role", "connected_slaves", "slave0"][..], &stream].concat());
    let replica = net.ask(1, "INFO replication");
    let link = [
        "role",
        "master_host",
        "master_port",
        "master_link_status",
        "master_last_io_seconds_ago",
        "master_sync_in_progress",
        "slave_read_repl_offset",
        "slave_repl_offset",
        "slave_priority",
        "slave_read_only",
        "replica_announced",
        "connected_slaves",
    ];
    assert_eq!(names(&replica), [&link[..], &stream].concat());
}

#[test]
fn the_walkthroughs_fields_are_those_of_8_2() {
    let mut net = shard(Compat::V8_2, 2);
    let info = net.ask(1, "INFO replication");
    let start = info.find("slave_repl_offset").expect("an offset");
    let names: Vec<_> =
        info[start..].lines().filter_map(|it| Some(it.split_once(':')?.0)).collect();
    assert_eq!(
        names[..9],
        [
            "slave_repl_offset",
            "replica_full_sync_buffer_size",
            "replica_full_sync_buffer_peak",
            "master_current_sync_attempts",
            "master_total_sync_attempts",
            "master_link_up_since_seconds",
            "total_disconnect_time_sec",
            "slave_priority",
            "slave_read_only",
        ]
    );
    assert_eq!(net.info(1, "master_total_sync_attempts"), "1");
}

#[test]
fn an_idle_stream_grows_by_one_ping_every_ten_seconds() {
    let mut net = shard(Compat::V8_2, 2);
    let offset = number(&mut net, 1, "slave_repl_offset");
    net.secs(100);
    assert_eq!(number(&mut net, 1, "slave_repl_offset"), offset + 10 * 14);
    assert_eq!(number(&mut net, 0, "master_repl_offset"), offset + 10 * 14);
}

#[test]
fn a_lost_link_is_dialled_at_once_and_continues_where_it_was() {
    let mut net = shard(Compat::V7_0, 2);
    net.ask(0, "SET before 1");
    net.log(0);
    net.log(1);
    let offset = number(&mut net, 1, "slave_repl_offset");
    net.cut(0, 1);
    net.pass(engine::time::Span::from_millis(20));
    assert_eq!(net.info(1, "master_link_status"), "up");
    assert_eq!(net.info(1, "slave_repl_offset"), offset.to_string());
    let replica: Vec<_> = net.log(1);
    assert_eq!(
        replica,
        [
            "S # Connection with master lost.",
            "S * Caching the disconnected master state.",
            "S * Reconnecting to MASTER 10.0.0.1:6379",
            "S * MASTER <-> REPLICA sync started",
            "S * Non blocking connect for SYNC fired the event.",
            "S * Master replied to PING, replication can continue...",
            &format!(
                "S * Trying a partial resynchronization (request {}:{}).",
                net.node(0).view().replid,
                offset + 1
            ),
            "S * Successful partial resynchronization with master.",
            "S * MASTER <-> REPLICA sync: Master accepted a Partial Resynchronization.",
        ]
    );
    assert_eq!(
        net.log(0),
        [
            "M # Connection with replica 10.0.0.2:6379 lost.",
            "M * Replica 10.0.0.2:6379 asks for synchronization",
            &format!(
                "M * Partial resynchronization request from 10.0.0.2:6379 accepted. Sending 0 \
                 bytes of backlog starting from offset {}.",
                offset + 1
            ),
        ]
    );
}

#[test]
fn a_dead_master_is_dialled_every_second() {
    let mut net = shard(Compat::V7_0, 2);
    net.log(1);
    net.kill(0);
    net.secs(4);
    let refused = "S # Error condition on socket for SYNC: Connection refused";
    let log = net.log(1);
    assert_eq!(
        log[..3],
        [
            "S # Connection with master lost.",
            "S * Caching the disconnected master state.",
            "S * Reconnecting to MASTER 10.0.0.1:6379",
        ]
    );
    assert_eq!(log.iter().filter(|line| *line == refused).count(), 5);
    assert_eq!(
        net.ask(1, "ROLE"),
        "*5\r\n$5\r\nslave\r\n$8\r\n10.0.0.1\r\n:6379\r\n$7\r\nconnect\r\n:-1\r\n"
    );
    assert_eq!(net.info(1, "master_link_down_since_seconds"), "4");
    assert_eq!(net.info(1, "master_last_io_seconds_ago"), "-1");
}

#[test]
fn a_manual_failover_continues_the_stream_under_a_new_id() {
    let mut net = shard(Compat::V8_2, 3);
    net.ask(0, "SET k 1");
    let offset = number(&mut net, 0, "master_repl_offset");
    let old = net.info(0, "master_replid");
    for index in 0..3 {
        net.events(index);
    }
    assert_eq!(net.ask(1, "CLUSTER FAILOVER"), "+OK\r\n");
    net.secs(1);
    assert_eq!(net.info(1, "role"), "master");
    assert_eq!(net.info(1, "master_replid2"), old);
    assert_eq!(number(&mut net, 1, "second_repl_offset"), offset + 1);
    assert_eq!(number(&mut net, 1, "master_repl_offset"), offset);
    let new = net.info(1, "master_replid");
    for index in [0, 2] {
        assert_eq!(net.info(index, "role"), "slave");
        assert_eq!(net.info(index, "master_link_status"), "up");
        assert_eq!(net.info(index, "master_replid"), new);
        assert_eq!(net.info(index, "master_replid2"), old);
        let events = net.events(index);
        assert!(events.contains(&Event::MasterLinkUp { partial: true }), "{events:?}");
    }
    // The first write of the new master is preceded by a SELECT.
    net.ask(1, "SET k 2");
    assert_eq!(number(&mut net, 2, "slave_repl_offset"), offset + 23 + 27);
    net.ask(0, "READONLY");
    assert_eq!(net.ask(0, "GET k"), "$1\r\n2\r\n");
}

#[test]
fn a_killed_replica_continues_from_the_file_of_its_full_sync() {
    let mut net = shard(Compat::V7_0, 2);
    net.ask(0, "SET k 1");
    net.kill(1);
    net.log(1);
    net.start(1);
    net.secs(1);
    let log = net.log(1);
    let line = |text: &str| log.iter().any(|line| line.contains(text));
    // The RDB of the full sync is on its disk: the stream since then is all that it misses.
    assert!(line("DB loaded from disk: 0.000 seconds"), "{log:#?}");
    assert!(line("Successful partial resynchronization with master."), "{log:#?}");
    net.ask(1, "READONLY");
    assert_eq!(net.ask(1, "GET k"), "$1\r\n1\r\n");
}

#[test]
fn a_snapshot_in_the_middle_of_a_stream_changes_nothing() {
    let mut plain = shard(Compat::V8_2, 2);
    let mut reloaded = shard(Compat::V8_2, 2);
    reloaded.reload(0);
    reloaded.reload(1);
    for net in [&mut plain, &mut reloaded] {
        net.ask(0, "SET k 1");
        net.cut(0, 1);
        net.secs(30);
    }
    for index in 0..2 {
        let (a, b) =
            (plain.ask(index, "INFO replication"), reloaded.ask(index, "INFO replication"));
        assert_eq!(a, b);
        assert_eq!(plain.log(index), reloaded.log(index));
    }
    assert_eq!(plain.now(), reloaded.now());
}

#[test]
fn a_silent_replica_is_dropped_after_the_timeout() {
    let mut net = joined(Compat::V7_0, 1, "repl-timeout 5\nrepl-diskless-sync-delay 0");
    let conn = net.open(0);
    net.say(0, conn, "REPLCONF capa eof capa psync2");
    net.secs(1);
    assert_eq!(net.hear(conn), "+OK\r\n");
    net.say(0, conn, "PSYNC ? -1");
    net.secs(1);
    let answer = net.hear(conn);
    assert!(answer.starts_with("+FULLRESYNC ") && answer.contains("$EOF:"), "{answer:?}");
    assert_eq!(net.info(0, "connected_slaves"), "1");
    net.log(0);
    net.secs(8);
    assert_eq!(net.info(0, "connected_slaves"), "0");
    assert_eq!(
        net.log(0),
        [
            "M # Disconnecting timedout replica (streaming sync): 10.0.0.250:<unknown-replica-port>",
            "M # Connection with replica 10.0.0.250:<unknown-replica-port> lost.",
        ]
    );
}

#[test]
fn psync_is_served_exactly_from_the_first_byte_kept_to_the_next_one_to_come() {
    let mut net = shard(Compat::V7_0, 2);
    for n in 0..10 {
        net.ask(0, &format!("SET k {n}"));
    }
    let id = net.info(0, "master_replid");
    let first = number(&mut net, 0, "repl_backlog_first_byte_offset");
    let next = number(&mut net, 0, "master_repl_offset") + 1;
    for (offset, served) in [(first - 1, false), (first, true), (next, true), (next + 1, false)] {
        let conn = net.open(0);
        net.say(0, conn, &format!("PSYNC {id} {offset}"));
        net.pass(engine::time::Span::from_millis(20));
        let answer = net.hear(conn);
        assert_eq!(answer.starts_with("+CONTINUE\r\n"), served, "from {offset}: {answer:?}");
        if served {
            assert_eq!(answer.len() as i64, 11 + next - offset, "from {offset}");
        }
    }
}

#[test]
fn the_replies_to_bad_replconfs_are_redis_own() {
    let mut net = joined(Compat::V7_0, 1, "");
    for (line, answer) in [
        ("REPLCONF", "+OK\r\n"),
        ("REPLCONF x", "-ERR syntax error\r\n"),
        ("REPLCONF foo 1", "-ERR Unrecognized REPLCONF option: foo\r\n"),
        ("REPLCONF listening-port abc", "-ERR value is not an integer or out of range\r\n"),
        ("REPLCONF rdb-only 1", "+OK\r\n"),
        ("REPLICAOF 10.0.0.2 6379", "-ERR REPLICAOF not allowed in cluster mode.\r\n"),
        (
            "FAILOVER",
            "-ERR FAILOVER not allowed in cluster mode. Use CLUSTER FAILOVER command instead.\r\n",
        ),
    ] {
        assert_eq!(net.ask(0, line), answer, "{line}");
    }
}

#[test]
fn a_smaller_backlog_forgets_at_once() {
    let mut net = shard(Compat::V7_0, 2);
    let value = "v".repeat(1000);
    for _ in 0..60 {
        assert_eq!(net.ask(0, &format!("SET k {value}")), "+OK\r\n");
    }
    let kept = number(&mut net, 0, "repl_backlog_histlen");
    assert!(kept > 60_000);
    assert_eq!(net.ask(0, "CONFIG SET repl-backlog-size 16384"), "+OK\r\n");
    let less = number(&mut net, 0, "repl_backlog_histlen");
    assert!((16_384..=16_384 + 20_440).contains(&less), "{less}");
    let first = number(&mut net, 0, "repl_backlog_first_byte_offset");
    assert_eq!(first + less, number(&mut net, 0, "master_repl_offset") + 1);
}
