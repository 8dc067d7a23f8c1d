//! What clients feel: pauses, WAIT, a master's demotion, and the end of the process.

#[allow(dead_code, reason = "each file of tests uses another part of it")]
mod net;

use engine::time::Span;
use engine::{Compat, Event};
use net::Net;

/// Node 0 is the master of all slots, node 1 its replica and in sync.
fn pair(compat: Compat, config: &str) -> Net {
    let mut net = Net::new(compat, 2, &format!("enable-debug-command yes\n{config}"));
    ok(&mut net, 0, &format!("CLUSTER MEET {} 6379", Net::ip(1)));
    ok(&mut net, 0, "CLUSTER ADDSLOTSRANGE 0 16383");
    net.secs(4);
    let id = net.node(0).view().id;
    ok(&mut net, 1, &format!("CLUSTER REPLICATE {id}"));
    net.secs(9);
    assert_eq!(net.info(1, "master_link_status"), "up");
    for node in 0..2 {
        net.log(node);
        net.events(node);
    }
    net
}

fn ok(net: &mut Net, index: usize, line: &str) {
    assert_eq!(net.ask(index, line), "+OK\r\n", "{line} at node {index}");
}

fn ms(net: &mut Net, ms: u64) {
    net.pass(Span::from_millis(ms));
}

#[test]
fn shutdown_waits_for_the_acknowledgement_after_the_last_write() {
    let mut net = pair(Compat::V7_0, "");
    let client = net.open(0);
    net.say(0, client, "SET k v");
    net.say(0, client, "SHUTDOWN");
    ms(&mut net, 20);
    assert_eq!(net.hear(client), "+OK\r\n");
    let waits =
        ["M # User requested shutdown...", "M * Waiting for replicas before shutting down."];
    assert_eq!(net.log(0), waits);
    // The replica's answer to GETACK leaves out the GETACK itself; its next one does not.
    net.secs(2);
    assert!(!net.runs(0));
    let ends = [
        "M * 1 of 1 replicas are in sync when shutting down.",
        "M # Redis is now ready to exit, bye bye...",
    ];
    assert_eq!(net.log(0), ends);
    assert_eq!(net.ask(1, "READONLY"), "+OK\r\n");
    assert_eq!(net.ask(1, "GET k"), "$1\r\nv\r\n");
}

#[test]
fn shutdown_gives_up_waiting_after_its_timeout() {
    let mut net = pair(Compat::V7_0, "shutdown-timeout 3\n");
    ok(&mut net, 1, "CONFIG SET repl-timeout 3600");
    stop(&mut net, 1);
    ok(&mut net, 0, "SET k v");
    let caller = net.open(0);
    net.say(0, caller, "SHUTDOWN");
    ms(&mut net, 2900);
    assert!(net.runs(0));
    let writer = net.open(0);
    net.say(0, writer, "SET k w");
    net.say(0, writer, "PING");
    ms(&mut net, 10);
    assert_eq!(net.hear(writer), "");
    ms(&mut net, 300);
    assert!(!net.runs(0));
    let log = net.log(0);
    assert!(log[2].starts_with("M # Lagging replica 10.0.0.2:6379 reported offset "), "{log:?}");
    assert!(log[2].ends_with("state=online."), "{log:?}");
    assert_eq!(log[3], "M * 0 of 1 replicas are in sync when shutting down.");
    assert_eq!(log[4], "M # Redis is now ready to exit, bye bye...");
}

/// Keeps a node from hearing and answering for an hour.
fn stop(net: &mut Net, index: usize) {
    let client = net.open(index);
    net.say(index, client, "DEBUG SLEEP 3600");
    ms(net, 10);
}

#[test]
fn an_aborted_shutdown_releases_everyone() {
    let mut net = pair(Compat::V7_0, "");
    stop(&mut net, 1);
    ok(&mut net, 0, "SET k v");
    let (caller, writer) = (net.open(0), net.open(0));
    net.say(0, caller, "SHUTDOWN");
    net.say(0, writer, "SET k w");
    net.secs(1);
    assert_eq!(net.hear(writer), "");
    assert_eq!(net.ask(0, "GET k"), "$1\r\nv\r\n");
    ok(&mut net, 0, "SHUTDOWN ABORT");
    assert_eq!(net.hear(caller), "-ERR Errors trying to SHUTDOWN. Check logs.\r\n");
    assert_eq!(net.hear(writer), "+OK\r\n");
    assert_eq!(net.log(0)[2..], ["M * Shutdown manually aborted."]);
    assert_eq!(net.ask(0, "SHUTDOWN ABORT"), "-ERR No shutdown in progress.\r\n");
    net.say(0, caller, "SHUTDOWN NOW");
    ms(&mut net, 10);
    assert!(!net.runs(0));
}

#[test]
fn a_shutdown_saves_when_there_are_save_points() {
    let mut net = pair(Compat::V7_0, "save 3600 1\n");
    ok(&mut net, 0, "SET k v");
    net.secs(2);
    net.log(0);
    let caller = net.open(0);
    net.say(0, caller, "SHUTDOWN");
    ms(&mut net, 10);
    let log = net.log(0);
    assert!(log.contains(&"M * Saving the final RDB snapshot before exiting.".into()), "{log:?}");
    assert!(log.contains(&"M * DB saved on disk".into()), "{log:?}");
    net.start(0);
    net.secs(3);
    assert_eq!(net.ask(0, "GET k"), "$1\r\nv\r\n");
}

#[test]
fn wait_counts_the_replicas_that_have_the_callers_last_write() {
    let mut net = pair(Compat::V7_0, "");
    assert_eq!(net.ask(0, "WAIT 1 0"), ":1\r\n");
    let client = net.open(0);
    net.say(0, client, "SET k v");
    net.say(0, client, "WAIT 1 0");
    ms(&mut net, 10);
    assert_eq!(net.hear(client), "+OK\r\n:1\r\n");
    net.say(0, client, "SET k w");
    net.say(0, client, "WAIT 2 500");
    net.say(0, client, "PING");
    ms(&mut net, 400);
    assert_eq!(net.hear(client), "+OK\r\n");
    ms(&mut net, 220);
    assert_eq!(net.hear(client), ":1\r\n+PONG\r\n");
}

#[test]
fn a_demotion_unblocks_and_closes_those_who_wait() {
    let mut net = pair(Compat::V7_0, "cluster-node-timeout 5000\n");
    let (waiter, writer) = (net.open(0), net.open(0));
    net.say(0, waiter, "SET k v");
    net.say(0, waiter, "WAIT 5 0");
    ms(&mut net, 10);
    assert_eq!(net.hear(waiter), "+OK\r\n");
    ok(&mut net, 1, "CLUSTER FAILOVER TAKEOVER");
    ms(&mut net, 200);
    assert_eq!(
        net.hear(waiter),
        "-UNBLOCKED force unblock from blocking operation, instance state changed (master -> \
         replica?)\r\n"
    );
    net.say(0, writer, "SET k v");
    ms(&mut net, 10);
    assert_eq!(net.hear(writer), format!("-MOVED {} 10.0.0.2:6379\r\n", bus::slot_of(b"k")));
}

#[test]
fn a_pause_of_writes_holds_writers_and_lets_readers_through() {
    let mut net = pair(Compat::V7_0, "");
    net.secs(5);
    let writer = net.open(0);
    ok(&mut net, 0, "CLIENT PAUSE 1000 WRITE");
    net.say(0, writer, "INCR n");
    net.say(0, writer, "INCR n");
    ms(&mut net, 500);
    assert_eq!(net.hear(writer), "");
    assert_eq!(net.node(0).view().blocked_clients, 1);
    assert_eq!(net.ask(0, "GET n"), "$-1\r\n");
    ms(&mut net, 650);
    assert_eq!(net.hear(writer), ":1\r\n:2\r\n");
    let events = net.events(0);
    assert!(events.contains(&Event::ClientsPaused { for_ms: 1000 }), "{events:?}");
    assert!(events.contains(&Event::ClientsUnpaused), "{events:?}");
}

#[test]
fn keys_expire_on_the_replica_when_the_master_says_so() {
    let mut net = pair(Compat::V7_0, "");
    ok(&mut net, 0, "SET k v PX 300");
    ms(&mut net, 50);
    ok(&mut net, 1, "READONLY");
    assert_eq!(net.ask(1, "GET k"), "$1\r\nv\r\n");
    assert_eq!(net.ask(1, "DBSIZE"), ":1\r\n");
    ms(&mut net, 500);
    assert_eq!(net.ask(1, "DBSIZE"), ":0\r\n");
    // A paused master expires nothing: what is over is hidden on both sides and stays.
    ok(&mut net, 0, "SET k v PX 300");
    ok(&mut net, 0, "CLIENT PAUSE 2000 WRITE");
    ms(&mut net, 1000);
    assert_eq!(net.ask(0, "GET k"), "$-1\r\n");
    assert_eq!(net.ask(1, "GET k"), "$-1\r\n");
    assert_eq!(net.ask(0, "DBSIZE"), ":1\r\n");
    net.secs(2);
    assert_eq!(net.ask(0, "DBSIZE"), ":0\r\n");
    assert_eq!(net.ask(1, "DBSIZE"), ":0\r\n");
}

#[test]
fn a_sleeping_server_answers_everything_afterwards_and_in_order() {
    let mut net = Net::new(Compat::V8_2, 1, "enable-debug-command local\n");
    let refused = net.ask(0, "DEBUG SLEEP 1");
    assert!(refused.starts_with("-ERR DEBUG command not allowed. If the enable"), "{refused}");
    let mut net = Net::new(Compat::V8_2, 1, "enable-debug-command yes\n");
    let client = net.open(0);
    net.say(0, client, "DEBUG SLEEP 1.5");
    net.say(0, client, "ECHO a");
    ms(&mut net, 1400);
    assert_eq!(net.hear(client), "");
    ms(&mut net, 200);
    assert_eq!(net.hear(client), "+OK\r\n$1\r\na\r\n");
}

#[test]
fn the_slowlog_keeps_what_held_the_server() {
    let mut net = Net::new(Compat::V7_0, 1, "enable-debug-command yes\nslowlog-max-len 2\n");
    let client = net.open(0);
    for seconds in ["0.009", "0.01", "0.5", "1"] {
        net.say(0, client, &format!("DEBUG SLEEP {seconds}"));
        net.secs(2);
    }
    assert_eq!(net.hear(client), "+OK\r\n".repeat(4));
    assert_eq!(net.ask(0, "SLOWLOG LEN"), ":2\r\n");
    let log = net.ask(0, "SLOWLOG GET");
    let newest = "*2\r\n*6\r\n:2\r\n:1795406407\r\n:1000000\r\n*3\r\n$5\r\nDEBUG\r\n$5\r\nSLEEP\r\n\
                  $1\r\n1\r\n$";
    assert!(log.starts_with(newest), "{log}");
    assert!(log.contains("*6\r\n:1\r\n:1795406404\r\n:500000\r\n"), "{log}");
    ok(&mut net, 0, "SLOWLOG RESET");
    assert_eq!(net.ask(0, "SLOWLOG GET -1"), "*0\r\n");
}

/// The lines of a monitor, without the moment and the address at their beginning.
fn monitored(heard: &str) -> Vec<String> {
    let line = |line: &str| match line.split_once("] ") {
        Some((head, command)) if head.contains(" [0 ") => command.to_owned(),
        _ => line.to_owned(),
    };
    heard.split_terminator("\r\n").map(line).collect()
}

#[test]
fn a_monitor_sees_what_is_executed_but_no_secrets() {
    let mut net = pair(Compat::V7_0, "");
    ok(&mut net, 0, "CONFIG SET requirepass sekret");
    ok(&mut net, 1, "CONFIG SET requirepass sekret");
    let (monitor, client, second) = (net.open(0), net.open(0), net.open(1));
    for (node, conn) in [(0, monitor), (1, second)] {
        net.say(node, conn, "AUTH sekret");
        net.say(node, conn, "MONITOR");
    }
    ms(&mut net, 10);
    assert_eq!(net.hear(monitor), "+OK\r\n+OK\r\n");
    for line in [
        "AUTH default sekret",
        "HELLO 3 AUTH default sekret SETNAME it",
        "SET k a\u{1}\n\"\\",
        "NOSUCH",
        "GET a b",
        "CONFIG GET port",
        "MULTI",
        "INCR n",
        "EXEC",
        "QUIT",
    ] {
        net.say(0, client, line);
    }
    ms(&mut net, 10);
    let seen = [
        "\"AUTH\" \"(redacted)\" \"(redacted)\"",
        "\"HELLO\" \"3\" \"AUTH\" \"(redacted)\" \"(redacted)\" \"SETNAME\" \"it\"",
        "\"SET\" \"k\" \"a\\x01\\n\\\"\\\\\"",
        "\"MULTI\"",
        "\"INCR\" \"n\"",
        "\"EXEC\"",
        "\"QUIT\"",
    ];
    assert_eq!(monitored(&net.hear(monitor)), seen);
    let replicated = net.hear(second);
    assert!(replicated.contains(" [0 10.0.0.1:6379] \"SET\" \"k\" "), "{replicated}");
    net.say(0, monitor, "PING");
    net.say(0, monitor, "MONITOR");
    net.say(0, monitor, "GET k");
    net.say(0, monitor, "RESET");
    net.say(0, monitor, "GET k");
    ms(&mut net, 10);
    let answers = [
        "+PONG",
        "\"PING\"",
        "-ERR Replica can't interact with the keyspace",
        "+RESET",
        "-NOAUTH Authentication required.",
    ];
    assert_eq!(monitored(&net.hear(monitor)), answers);
}

#[test]
fn a_message_to_oneself_comes_after_the_reply_since_7_2() {
    let replies = [
        (Compat::V7_0, "*2\r\n>3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nx\r\n:1\r\n+PONG\r\n"),
        (Compat::V8_2, "*2\r\n:1\r\n+PONG\r\n>3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nx\r\n"),
    ];
    for (compat, expected) in replies {
        let mut net = Net::new(compat, 1, "");
        let client = net.open(0);
        for line in ["HELLO 3", "SUBSCRIBE a", "MULTI", "PUBLISH a x", "PING"] {
            net.say(0, client, line);
        }
        ms(&mut net, 10);
        net.hear(client);
        net.say(0, client, "EXEC");
        ms(&mut net, 10);
        assert_eq!(net.hear(client), expected, "{compat:?}");
    }
}

#[test]
fn shard_channels_are_served_while_the_cluster_is_down_unless_that_is_forbidden() {
    let mut net = Net::new(Compat::V7_0, 1, "");
    assert_eq!(net.ask(0, "SPUBLISH a x"), "-CLUSTERDOWN Hash slot not served\r\n");
    let slot = bus::slot_of(b"a");
    ok(&mut net, 0, &format!("CLUSTER ADDSLOTS {slot}"));
    net.secs(3);
    assert_eq!(net.ask(0, "GET a"), "-CLUSTERDOWN The cluster is down\r\n");
    assert_eq!(net.ask(0, "SPUBLISH a x"), ":0\r\n");
    ok(&mut net, 0, "CONFIG SET cluster-allow-pubsubshard-when-down no");
    assert_eq!(net.ask(0, "SPUBLISH a x"), "-CLUSTERDOWN The cluster is down\r\n");
    assert_eq!(net.ask(0, "PUBLISH a x"), ":0\r\n");
}

#[test]
fn an_idle_node_without_peers_sleeps() {
    let mut net = Net::new(Compat::V8_2, 1, "");
    ok(&mut net, 0, "CLUSTER ADDSLOTSRANGE 0 16383");
    net.secs(3);
    ok(&mut net, 0, "SET k v EX 1000");
    net.secs(1);
    net.observe(false);
    net.secs(600);
    assert_eq!(net.record().len(), 0);
    let until = net.node(0).deadline();
    assert!(until.is_some_and(|until| until > net.now()), "{until:?}");
}

/// What a replica hears of a request at node 0, arguments separated by spaces and commands by `;`.
fn stream_of(net: &mut Net, replica: engine::ConnId, request: &str) -> String {
    let client = net.open(0);
    for line in request.split("; ") {
        net.say(0, client, line);
    }
    ms(net, 10);
    let heard = net.hear(replica);
    let mut commands: Vec<String> = Vec::new();
    for line in heard.split_terminator("\r\n") {
        match line.as_bytes()[0] {
            b'*' => commands.push(String::new()),
            b'$' => {}
            _ => {
                let command = commands.last_mut().expect("a command begins with its length");
                *command += if command.is_empty() { "" } else { " " };
                *command += line;
            }
        }
    }
    commands.join("; ")
}

/// Requests and what a real 7.0.15 put into its stream for them; `T` is a moment in milliseconds.
const STREAM: &[(&str, &str)] = &[
    ("SET a 1 EX 100", "SET a 1 PXAT T"),
    ("SET a 1 GET", "SET a 1"),
    ("SET a 1 XX EX 5 GET", "SET a 1 PXAT T"),
    ("SETEX a 10 v", "SET a v PXAT T"),
    ("GETSET a w", "SET a w"),
    ("GETDEL a", "DEL a"),
    ("GETDEL a", ""),
    ("SET a 1", "SET a 1"),
    ("GETEX a EX 100", "PEXPIREAT a T"),
    ("GETEX a PERSIST", "PERSIST a"),
    ("GETEX a PXAT 1", "DEL a"),
    ("INCRBYFLOAT a 1.5", "SET a 1.5 KEEPTTL"),
    ("EXPIRE a 100 NX", "PEXPIREAT a T NX"),
    ("EXPIRE a -1", "DEL a"),
    ("PEXPIREAT a 99999999999999 GT", ""),
    ("set a 1", "set a 1"),
    ("PEXPIREAT a 99999999999999 nx", "PEXPIREAT a 99999999999999 nx"),
    ("EXPIREAT a 99999999999 xx", "PEXPIREAT a 99999999999000 xx"),
    ("PERSIST a", "PERSIST a"),
    ("APPEND a x", "APPEND a x"),
    ("SETRANGE a 1 yy", "SETRANGE a 1 yy"),
    ("RENAME a {a}b", "RENAME a {a}b"),
    ("FLUSHALL", "FLUSHALL"),
    ("FLUSHALL", "FLUSHALL"),
    ("flushdb", "flushdb"),
    ("DEL nosuch", ""),
    ("msetnx a 1", "msetnx a 1"),
    ("copy a {a}2", "copy a {a}2"),
    ("UNLINK a", "UNLINK a"),
    ("SAVE", ""),
    ("multi; set a 1; get a; exec", "set a 1"),
    ("multi; set a 1; incr a; exec", "MULTI; set a 1; incr a; EXEC"),
    ("multi; set a 1; discard", ""),
];

#[test]
fn the_stream_has_the_words_of_redis() {
    let mut net = Net::new(Compat::V7_0, 1, "repl-diskless-sync no\n");
    ok(&mut net, 0, "CLUSTER ADDSLOTSRANGE 0 16383");
    net.secs(3);
    let replica = net.open(0);
    net.say(0, replica, "PSYNC ? -1");
    net.secs(2);
    assert!(net.hear(replica).starts_with("+FULLRESYNC "));
    net.say(0, replica, "REPLCONF ACK 0");
    assert_eq!(stream_of(&mut net, replica, "SET first 1"), "SELECT 0; SET first 1");
    for &(request, expected) in STREAM {
        let now_ms = (1_795_406_400_000_000 + net.now().0) / 1000;
        let heard = stream_of(&mut net, replica, request);
        let is_moment = |word: &&str| {
            word.parse::<u64>().is_ok_and(|at| at > now_ms && at < now_ms + 1_000_000)
        };
        let words: Vec<_> =
            heard.split(' ').map(|word| if is_moment(&word) { "T" } else { word }).collect();
        assert_eq!(words.join(" "), expected, "{request}");
    }
}
