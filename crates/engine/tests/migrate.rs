//! Keys on their way from one node to another.

#[allow(dead_code, reason = "each file of tests uses another part of it")]
mod net;

use engine::Output;
use engine::time::Span;
use net::Net;

/// Two masters that halve the slots, after these commands at the first: `{hello}` (866) is on its way
/// from it to the second.
fn opened(before: &[&str]) -> Net {
    let mut net = Net::two_masters("");
    before.iter().for_each(|line| drop(net.ask(0, line)));
    let (from, to) = (net.node(0).view().id, net.node(1).view().id);
    net.ok(0, &format!("CLUSTER SETSLOT 866 MIGRATING {to}"));
    net.ok(1, &format!("CLUSTER SETSLOT 866 IMPORTING {from}"));
    net
}

/// How often a node dialled the client port of another.
fn dialled(record: &[(engine::Time, usize, Output)], index: usize) -> usize {
    let dials = |output: &Output| matches!(output, Output::Connect { to, .. } if to.port() == 6379);
    record.iter().filter(|(_, at, output)| *at == index && dials(output)).count()
}

#[test]
fn a_migrated_key_is_gone_here_and_there_with_value_and_expiry() {
    let mut net = opened(&["SET {hello} 1 PX 60000", "RPUSH {hello}list a b 300"]);
    net.ok(0, "MIGRATE 10.0.0.2 6379 {hello} 0 1000");
    assert_eq!(net.ask(0, "GET {hello}"), "-ASK 866 10.0.0.2:6379\r\n");
    net.ok(1, "ASKING");
    assert_eq!(net.ask(1, "GET {hello}"), "$1\r\n1\r\n");
    net.ok(1, "ASKING");
    let ttl = net.ask(1, "PTTL {hello}");
    let ttl: u64 = ttl.trim_matches([':', '\r', '\n']).parse().expect("a number");
    assert!((59_000..60_000).contains(&ttl), "{ttl}");
    net.ok(1, "ASKING");
    let again = "TRYAGAIN Multiple keys request during rehashing of slot";
    net.error(1, "EXISTS {hello} {hello}list", again);
    net.error(0, "EXISTS {hello} {hello}list", again);
}

#[test]
fn many_keys_go_at_once_over_one_connection_that_is_kept_for_ten_seconds() {
    let keys: Vec<_> = (0..20).map(|key| format!("SADD {{hello}}{key} a {key}")).collect();
    let mut net = opened(&keys.iter().map(String::as_str).collect::<Vec<_>>());
    net.observe(false);
    let send = |net: &mut Net, keys: [u32; 2]| {
        let [a, b] = keys.map(|key| format!("{{hello}}{key}"));
        let mut say = String::from("MIGRATE 10.0.0.2 6379  0 1000 KEYS ");
        say += &format!("{a} {b} {{hello}}none");
        net.ok(0, &say);
    };
    send(&mut net, [0, 1]);
    net.secs(5);
    send(&mut net, [2, 3]);
    assert_eq!(net.ask(0, "CLUSTER COUNTKEYSINSLOT 866"), ":16\r\n");
    assert_eq!(net.ask(1, "CLUSTER COUNTKEYSINSLOT 866"), ":4\r\n");
    net.secs(15);
    send(&mut net, [4, 5]);
    assert_eq!(dialled(&net.record(), 0), 2);
}

#[test]
fn a_connection_that_the_target_closed_is_opened_again() {
    let mut net = opened(&["SET {hello} 1"]);
    net.ok(0, "MIGRATE 10.0.0.2 6379 {hello} 0 1000 COPY");
    net.ask(1, "CLIENT KILL TYPE normal SKIPME yes");
    net.ok(0, "MIGRATE 10.0.0.2 6379 {hello} 0 1000 REPLACE");
}

#[test]
fn copy_keeps_and_replace_overwrites() {
    let mut net = opened(&["SET {hello} 1"]);
    net.ok(0, "MIGRATE 10.0.0.2 6379 {hello} 0 1000 COPY");
    let busy = "ERR Target instance replied with error: BUSYKEY Target key name already exists.";
    net.error(0, "MIGRATE 10.0.0.2 6379 {hello} 0 1000", busy);
    assert_eq!(net.ask(0, "GET {hello}"), "$1\r\n1\r\n");
    net.ok(0, "MIGRATE 10.0.0.2 6379 {hello} 0 1000 REPLACE");
    assert_eq!(net.ask(0, "MIGRATE 10.0.0.2 6379 {hello} 0 1000"), "+NOKEY\r\n");
}

#[test]
fn a_target_that_is_not_there_costs_the_key_nothing() {
    let mut net = opened(&["SET {hello} 1"]);
    let refused = "IOERR error or timeout writing to target instance";
    net.error(0, "MIGRATE 10.0.0.9 6379 {hello} 0 1000", refused);
    let lost = "IOERR error or timeout connecting to the client";
    net.error(0, "MIGRATE nowhere 6379 {hello} 0 1000", lost);
    net.error(0, "MIGRATE 10.0.0.2 port {hello} 0 1000", refused);
    let db = "ERR Target instance replied with error: ERR SELECT is not allowed in cluster mode";
    net.error(0, "MIGRATE 10.0.0.2 6379 {hello} 1 1000", db);
    assert_eq!(net.ask(0, "GET {hello}"), "$1\r\n1\r\n");
}

#[test]
fn everybody_waits_for_a_target_that_does_not_answer() {
    let mut net = opened(&["SET {hello} 1"]);
    let (mover, other) = (net.open(0), net.open(0));
    // The target takes the connection and says nothing.
    net.ok(1, "CLIENT PAUSE 60000 ALL");
    net.say(0, mover, "MIGRATE 10.0.0.2 6379 {hello} 0 700");
    net.pass(Span::from_millis(100));
    net.say(0, other, "PING");
    net.pass(Span::from_millis(300));
    assert_eq!(net.hear(other), "");
    net.reload(0);
    net.pass(Span::from_millis(400));
    let lost = "-IOERR error or timeout reading to target instance\r\n";
    assert_eq!(net.hear(mover), lost);
    assert_eq!(net.hear(other), "+PONG\r\n");
    assert_eq!(net.ask(0, "GET {hello}"), "$1\r\n1\r\n");
}

#[test]
fn the_longest_timeout_is_no_overflow_and_the_slow_log_knows_how_long_it_took() {
    let mut net = opened(&["SET {hello} 1", "CONFIG SET slowlog-log-slower-than 1000"]);
    net.ok(0, "MIGRATE 10.0.0.2 6379 {hello} 0 9223372036854775807");
    // A round trip to connect, and one to be answered: four times half a millisecond.
    let log = net.ask(0, "SLOWLOG GET");
    assert!(log.contains(":2000\r\n") && log.contains("MIGRATE"), "{log}");
}

#[test]
fn a_target_with_a_password_is_told_it() {
    let mut net = opened(&["SET {hello} 1"]);
    net.ok(1, "CONFIG SET requirepass secret");
    let no_auth = "ERR Target instance replied with error: NOAUTH Authentication required.";
    net.error(0, "MIGRATE 10.0.0.2 6379 {hello} 0 1000", no_auth);
    let wrong = "ERR Target instance replied with error: WRONGPASS invalid username-password pair \
                 or user is disabled.";
    net.error(0, "MIGRATE 10.0.0.2 6379 {hello} 0 1000 AUTH no", wrong);
    net.ok(0, "MIGRATE 10.0.0.2 6379 {hello} 0 1000 COPY AUTH secret");
    net.ok(0, "MIGRATE 10.0.0.2 6379 {hello} 0 1000 REPLACE AUTH2 default secret");
}

#[test]
fn replicas_of_both_sides_follow_a_key() {
    let mut net = opened(&["SET {hello} 1 EX 100"]);
    for (replica, master) in [(2, 0), (3, 1)] {
        net.add("");
        net.ok(replica, "CLUSTER MEET 10.0.0.1 6379");
        net.secs(5);
        let id = net.node(master).view().id;
        net.ok(replica, &format!("CLUSTER REPLICATE {id}"));
    }
    net.secs(10);
    net.secs(1);
    net.ok(0, "MIGRATE 10.0.0.2 6379 {hello} 0 1000");
    net.secs(1);
    for (replica, master, keys) in [(2, 0, 0), (3, 1, 1)] {
        assert_eq!(net.ask(replica, "DBSIZE"), format!(":{keys}\r\n"));
        assert_eq!(net.node(replica).data(), net.node(master).data());
    }
}

#[test]
fn restore_takes_what_dump_gave_and_refuses_the_rest() {
    let mut net = opened(&[]);
    net.ok(1, "SET foo bar");
    net.error(1, "RESTORE foo 0 x", "BUSYKEY Target key name already exists.");
    net.error(1, "RESTORE foo x x REPLACE", "ERR value is not an integer or out of range");
    net.error(1, "RESTORE foo -1 x REPLACE", "ERR Invalid TTL value, must be >= 0");
    let freq = "ERR Invalid FREQ value, must be >= 0 and <= 255";
    net.error(1, "RESTORE foo 0 x REPLACE FREQ 256", freq);
    let idle = "ERR Invalid IDLETIME value, must be >= 0";
    net.error(1, "RESTORE foo 0 x REPLACE IDLETIME -1", idle);
    net.error(1, "RESTORE foo 0 x REPLACE FREQ 1 IDLETIME 2", "ERR syntax error");
    let wrong = "ERR DUMP payload version or checksum are wrong";
    net.error(1, "RESTORE foo 0 x REPLACE", wrong);
    net.error(1, "RESTORE hello 0 x", "MOVED 866 10.0.0.1:6379");
    net.error(1, "RESTORE-ASKING hello 0 x", wrong);
    assert_eq!(net.ask(1, "DUMP none{foo}"), "$-1\r\n");
}
