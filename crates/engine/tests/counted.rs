//! Commands that count their keys in an argument, as a redis-server 7.0.15 answers them.

#[allow(dead_code, reason = "each file of tests uses another part of it")]
mod net;

use engine::Compat;
use net::Net;

/// A node that has all slots.
fn node() -> Net {
    let mut net = Net::new(Compat::V7_0, 1, "");
    net.ask(0, "CLUSTER ADDSLOTSRANGE 0 16383");
    net.secs(5);
    net
}

/// What `redis-cli --raw` would show: one line for each text or number of the reply.
fn raw(net: &mut Net, line: &str) -> String {
    let reply = net.ask(0, line);
    let shown = reply.split("\r\n").filter(|part| !part.starts_with(['*', '$']));
    shown.collect::<Vec<_>>().join(" ").trim().to_owned()
}

#[test]
fn sorted_sets_are_combined_by_weight_and_aggregate() {
    let mut net = node();
    for line in ["ZADD {k}a 1 x 2 y inf z", "ZADD {k}b 3 y 4 w -inf z", "SADD {k}s x y"] {
        net.ask(0, line);
    }
    for (line, reply) in [
        ("ZUNION 2 {k}a {k}b WITHSCORES", "z 0 x 1 w 4 y 5"),
        ("ZINTER 2 {k}a {k}b WEIGHTS 2 -1 WITHSCORES", "y 1 z inf"),
        ("ZINTER 2 {k}a {k}b AGGREGATE MAX", "y z"),
        ("ZDIFF 2 {k}a {k}b WITHSCORES", "x 1"),
        ("ZUNION 2 {k}a {k}s WITHSCORES", "x 2 y 3 z inf"),
        ("ZINTERCARD 2 {k}a {k}b LIMIT 1", ":1"),
        ("ZINTERCARD 2 {k}a {k}b", ":2"),
        ("ZUNIONSTORE {k}d 2 {k}a {k}b", ":4"),
        ("ZINTERSTORE {k}d 2 {k}a {k}none", ":0"),
        ("EXISTS {k}d", ":0"),
        ("SINTERCARD 2 {k}s {k}s LIMIT 1", ":1"),
        ("ZUNION 0 {k}a", "-ERR at least 1 input key is needed for 'zunion' command"),
        ("ZUNION 1 {k}a WEIGHTS x", "-ERR weight value is not a float"),
        ("ZUNION 3 {k}a {k}b", "-ERR syntax error"),
        ("ZDIFF 1 {k}a WEIGHTS 1", "-ERR syntax error"),
        ("ZUNIONSTORE {k}d 1 {k}a WITHSCORES", "-ERR syntax error"),
        ("ZINTERCARD 1 {k}a LIMIT -1", "-ERR LIMIT can't be negative"),
        ("ZINTERCARD 0 {k}a", "-ERR at least 1 input key is needed for 'zintercard' command"),
        ("SINTERCARD 0 {k}s", "-ERR numkeys should be greater than 0"),
        ("ZUNION 2 {k}a {other}b", "-CROSSSLOT Keys in request don't hash to the same slot"),
    ] {
        assert_eq!(raw(&mut net, line), reply, "{line}");
    }
}

#[test]
fn the_first_key_that_has_something_is_popped() {
    let mut net = node();
    net.ask(0, "RPUSH {k}l 1 2 3");
    net.ask(0, "ZADD {k}z 1 x 2 y inf z");
    for (line, reply) in [
        ("LMPOP 2 {k}none {k}l LEFT COUNT 2", "{k}l 1 2"),
        ("LMPOP 1 {k}l RIGHT", "{k}l 3"),
        ("LMPOP 1 {k}l LEFT", ""),
        ("LMPOP 1 {k}l UP", "-ERR syntax error"),
        ("LMPOP 1 {k}l LEFT COUNT 0", "-ERR count should be greater than 0"),
        ("LMPOP 0 {k}l LEFT", "-ERR numkeys should be greater than 0"),
        ("ZMPOP 2 {k}none {k}z MIN COUNT 2", "{k}z x 1 y 2"),
        ("ZMPOP 1 {k}z MAX", "{k}z z inf"),
        ("ZMPOP 1 {k}l MIN COUNT -1", "-ERR count should be greater than 0"),
        ("COMMAND GETKEYS ZUNIONSTORE d 2 a b", "d a b"),
        ("COMMAND GETKEYS LMPOP 2 a b LEFT", "a b"),
    ] {
        assert_eq!(raw(&mut net, line), reply, "{line}");
    }
}

#[test]
fn pops_reach_the_replica_as_what_they_did() {
    let mut net = node();
    net.add("");
    net.ask(1, "CLUSTER MEET 10.0.0.1 6379");
    net.secs(5);
    let id = net.node(0).view().id;
    net.ask(1, &format!("CLUSTER REPLICATE {id}"));
    net.secs(10);
    for line in [
        "RPUSH {k}l 1 2 3",
        "LMPOP 1 {k}l LEFT COUNT 2",
        "ZADD {k}z 1 x 2 y",
        "ZMPOP 1 {k}z MAX",
        "ZUNIONSTORE {k}d 1 {k}z",
        "LMPOP 1 {k}l LEFT COUNT 5",
    ] {
        net.ask(0, line);
    }
    net.secs(1);
    assert_eq!(net.node(0).data(), net.node(1).data());
    assert_eq!(net.ask(1, "DBSIZE"), ":2\r\n");
}
