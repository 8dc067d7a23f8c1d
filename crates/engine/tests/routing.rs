//! What clients hear about slots: where they are, and what happens to them.

#[allow(dead_code, reason = "each file of tests uses another part of it")]
mod net;

use net::Net;

fn id(net: &Net, index: usize) -> String {
    net.node(index).view().id.to_string()
}

#[test]
fn keys_of_others_are_redirected_and_slots_are_not_mixed() {
    let mut net = Net::two_masters("");
    net.ok(0, "SET hello 1");
    net.error(0, "SET foo 1", "MOVED 12182 10.0.0.2:6379");
    net.error(1, "GET hello", "MOVED 866 10.0.0.1:6379");
    let cross = "CROSSSLOT Keys in request don't hash to the same slot";
    net.error(0, "MGET hello bar", cross);
    net.error(0, "MGET hello foo", cross);
}

#[test]
fn an_unassigned_slot_is_told_before_anything_else() {
    let mut net = Net::two_masters("");
    net.ok(0, "CLUSTER DELSLOTS 866");
    net.error(0, "MGET hello foo", "CLUSTERDOWN Hash slot not served");
    net.error(0, "GET foo", "CLUSTERDOWN The cluster is down");
    assert_eq!(net.ask(0, "DBSIZE"), ":0\r\n", "without keys there is nothing to redirect");
}

#[test]
fn a_minority_may_be_allowed_to_read() {
    let mut net = Net::two_masters("cluster-node-timeout 2000\ncluster-allow-reads-when-down yes");
    net.ok(0, "SET hello 1");
    net.kill(1);
    net.secs(6);
    assert_eq!(net.ask(0, "GET hello"), "$1\r\n1\r\n");
    net.error(0, "GET foo", "MOVED 12182 10.0.0.2:6379");
    net.error(0, "SET hello 2", "CLUSTERDOWN The cluster is down and only accepts read commands");
}

#[test]
fn an_open_slot_sends_askers_on() {
    let mut net = Net::two_masters("");
    let (from, to) = (id(&net, 0), id(&net, 1));
    net.ok(0, "SET {hello}a 1");
    net.ok(0, &format!("CLUSTER SETSLOT 866 MIGRATING {to}"));
    net.ok(1, &format!("CLUSTER SETSLOT 866 IMPORTING {from}"));
    assert!(net.ask(0, "CLUSTER NODES").contains(&format!("0-8191 [866->-{to}]\n")));
    assert!(net.ask(1, "CLUSTER NODES").contains(&format!("8192-16383 [866-<-{from}]\n")));

    assert_eq!(net.ask(0, "GET {hello}a"), "$1\r\n1\r\n", "what is still here is served here");
    net.error(0, "GET {hello}b", "ASK 866 10.0.0.2:6379");
    let again = "TRYAGAIN Multiple keys request during rehashing of slot";
    net.error(0, "MGET {hello}a {hello}b", again);

    net.error(1, "SET {hello}b 2", "MOVED 866 10.0.0.1:6379");
    net.ok(1, "ASKING");
    net.ok(1, "SET {hello}b 2");
    net.ok(1, "ASKING");
    net.error(1, "MGET {hello}a {hello}b", again);
    net.error(1, "GET {hello}b", "MOVED 866 10.0.0.1:6379");

    net.error(
        0,
        &format!("CLUSTER SETSLOT 866 NODE {to}"),
        "ERR Can't assign hashslot 866 to a different node while I still hold keys for this hash \
         slot.",
    );
    assert_eq!(net.ask(0, "DEL {hello}a"), ":1\r\n");
    net.ok(1, &format!("CLUSTER SETSLOT 866 NODE {to}"));
    net.ok(0, &format!("CLUSTER SETSLOT 866 NODE {to}"));
    net.error(0, "GET {hello}b", "MOVED 866 10.0.0.2:6379");
    assert_eq!(net.ask(1, "GET {hello}b"), "$1\r\n2\r\n");
    assert_eq!(net.node(1).view().config_epoch, 2, "the greatest epoch is good enough");

    assert_eq!(net.ask(1, "DEL {hello}b"), ":1\r\n");
    net.ok(0, &format!("CLUSTER SETSLOT 866 IMPORTING {to}"));
    net.ok(0, &format!("CLUSTER SETSLOT 866 NODE {from}"));
    assert_eq!(net.node(0).view().config_epoch, 3, "a lesser one is not");
    net.secs(1);
    net.error(1, "GET {hello}b", "MOVED 866 10.0.0.1:6379");
}

#[test]
fn a_slot_that_is_let_go_of_is_not_imported_any_more() {
    let mut net = Net::two_masters("");
    let from = id(&net, 0);
    net.ok(1, &format!("CLUSTER SETSLOT 866 IMPORTING {from}"));
    net.ok(1, "CLUSTER DELSLOTS 866");
    assert!(!net.ask(1, "CLUSTER NODES").contains("866-<-"));
}

#[test]
fn a_slot_on_its_way_to_its_own_node_is_served() {
    let mut net = Net::two_masters("");
    let me = id(&net, 0);
    net.ok(0, &format!("CLUSTER SETSLOT 866 MIGRATING {me}"));
    assert_eq!(net.ask(0, "GET hello"), "$-1\r\n");
    net.ok(0, "SET hello 1");
}

#[test]
fn an_announced_address_is_told_and_a_withdrawn_one_is_learned_anew() {
    let mut net = Net::two_masters("");
    net.ok(0, "CONFIG SET cluster-announce-ip 10.9.9.9");
    net.secs(3);
    assert!(net.ask(0, "CLUSTER NODES").contains("10.9.9.9:6379@16379 myself"));
    net.ok(0, "CONFIG SET cluster-announce-ip ");
    assert!(net.ask(0, "CLUSTER NODES").contains(" :6379@16379 myself"));
    net.secs(10);
    assert!(net.ask(0, "CLUSTER NODES").contains("10.0.0.1:6379@16379 myself"));
}

#[test]
fn keys_of_a_slot_that_was_lost_are_deleted() {
    let mut net = Net::two_masters("");
    net.ok(0, "SET hello 1");
    net.ok(0, "SET bar 1");
    let to = id(&net, 1);
    // The second node claims slot 866 with a new epoch, and the first has to give in.
    net.ok(1, &format!("CLUSTER SETSLOT 866 NODE {to}"));
    assert_eq!(net.ask(1, "CLUSTER BUMPEPOCH"), "+STILL 2\r\n");
    net.secs(20);
    assert_eq!(net.ask(0, "DBSIZE"), ":1\r\n");
    net.error(0, "GET hello", "MOVED 866 10.0.0.2:6379");
    assert_eq!(net.ask(0, "GET bar"), "$1\r\n1\r\n");
}

#[test]
fn a_replica_serves_reads_to_readonly_connections_alone() {
    let mut net = Net::two_masters("");
    net.add("");
    net.ok(2, "CLUSTER MEET 10.0.0.1 6379");
    net.secs(5);
    let master = id(&net, 0);
    net.ok(2, &format!("CLUSTER REPLICATE {master}"));
    net.ok(0, "SET hello 1");
    net.secs(10);
    net.error(2, "GET hello", "MOVED 866 10.0.0.1:6379");
    net.ok(2, "READONLY");
    assert_eq!(net.ask(2, "GET hello"), "$1\r\n1\r\n");
    net.error(2, "SET hello 2", "MOVED 866 10.0.0.1:6379");
    net.error(2, "GET foo", "MOVED 12182 10.0.0.2:6379");
    net.ok(2, "READWRITE");
    net.error(2, "GET hello", "MOVED 866 10.0.0.1:6379");
}

#[test]
fn a_writer_is_held_by_a_manual_failover_and_then_redirected() {
    let mut net = Net::two_masters("");
    net.add("");
    net.ok(2, "CLUSTER MEET 10.0.0.1 6379");
    net.secs(5);
    let master = id(&net, 0);
    net.ok(2, &format!("CLUSTER REPLICATE {master}"));
    net.secs(10);
    let (writer, reader) = (net.open(0), net.open(0));
    net.say(0, writer, "SET hello 1");
    net.ok(2, "CLUSTER FAILOVER");
    assert_eq!(net.hear(writer), "+OK\r\n");
    // Two masters and two voters: the vote needs both, and the pause begins before it.
    net.say(0, writer, "SET hello 2");
    net.say(0, reader, "GET hello");
    net.secs(1);
    let held = net.hear(writer);
    assert_eq!(held, "-MOVED 866 10.0.0.3:6379\r\n");
    assert_eq!(net.ask(2, "GET hello"), "$1\r\n1\r\n");
}
