//! Clients that wait for a key: what their replicas hear, and who serves them when slots move.

#[allow(dead_code, reason = "each file of tests uses another part of it")]
mod net;

use engine::Compat;
use engine::time::Span;
use net::Net;

/// Node 0 is the master of all slots, node 1 its replica and in sync.
fn pair(compat: Compat) -> Net {
    let mut net = Net::new(compat, 2, "");
    net.ok(0, &format!("CLUSTER MEET {} 6379", Net::ip(1)));
    net.ok(0, "CLUSTER ADDSLOTSRANGE 0 16383");
    net.secs(4);
    let id = net.node(0).view().id;
    net.ok(1, &format!("CLUSTER REPLICATE {id}"));
    net.secs(9);
    assert_eq!(net.info(1, "master_link_status"), "up");
    net
}

fn ms(net: &mut Net, ms: u64) {
    net.pass(Span::from_millis(ms));
}

/// What a MONITOR shows: the commands without times and senders.
fn shown(text: &str) -> Vec<String> {
    let lines = text.lines().filter_map(|line| line.split_once("] "));
    let words = lines.map(|(_, command)| command.replace('"', ""));
    words.filter(|it| !it.starts_with("PING") && it != "SELECT 0").collect()
}

#[test]
fn replicas_get_what_was_popped_and_by_whom_it_was_pushed() {
    let mut net = pair(Compat::V7_0);
    let monitor = net.open(1);
    net.say(1, monitor, "MONITOR");
    // As redis-cli --replica shows it of a real master.
    net.ask(0, "RPUSH l 1 2 3");
    net.ask(0, "BLPOP l 0");
    net.ask(0, "BRPOP l 0");
    net.ask(0, "BLMOVE l l LEFT LEFT 0");
    net.ask(0, "BRPOPLPUSH l l 0");
    net.ask(0, "BLMPOP 0 1 l LEFT COUNT 5");
    let waiting = [
        "BLPOP l 0",
        "BRPOP l 0",
        "BLMOVE l {l}2 LEFT RIGHT 0",
        "BRPOPLPUSH l {l}2 0",
        "BLMPOP 0 1 l RIGHT COUNT 9",
    ];
    for line in waiting {
        let conn = net.open(0);
        net.say(0, conn, line);
        ms(&mut net, 5);
    }
    net.ask(0, "RPUSH l 1 2 3 4 5 6");
    for line in ["BZPOPMIN z 0", "BZPOPMAX z 0", "BZMPOP 0 1 z MIN COUNT 9"] {
        let conn = net.open(0);
        net.say(0, conn, line);
        ms(&mut net, 5);
    }
    net.ask(0, "ZADD z 1 a 2 b 3 c 4 d");
    ms(&mut net, 200);
    let real = [
        "RPUSH l 1 2 3",
        "LPOP l",
        "RPOP l",
        "LMOVE l l LEFT LEFT",
        "RPOPLPUSH l l",
        "LPOP l 1",
        "RPUSH l 1 2 3 4 5 6",
        "LPOP l",
        "RPOP l",
        "LMOVE l {l}2 left right",
        "RPOPLPUSH l {l}2",
        "RPOP l 2",
        "ZADD z 1 a 2 b 3 c 4 d",
        "ZPOPMIN z",
        "ZPOPMAX z",
        "ZPOPMIN z 2",
    ];
    assert_eq!(shown(&net.hear(monitor)), real);
    assert_eq!(net.node(0).data(), net.node(1).data());
}

#[test]
fn who_waits_shows_and_goes_on_after_a_snapshot() {
    let mut net = pair(Compat::V8_2);
    let (first, second) = (net.open(0), net.open(0));
    net.say(0, first, "BLPOP a{t} b{t} 0");
    net.say(0, second, "BLPOP b{t} 0.5");
    ms(&mut net, 5);
    let info = net.ask(0, "INFO clients");
    for line in ["blocked_clients:2", "clients_in_timeout_table:1", "total_blocking_keys:2"] {
        assert!(info.contains(&format!("\r\n{line}\r\n")), "{line} is not in {info}");
    }
    let list = net.ask(0, "CLIENT LIST");
    assert_eq!(list.matches(" flags=b ").count(), 2, "{list}");
    assert_eq!(list.matches(" cmd=blpop ").count(), 2, "{list}");
    net.reload(0);
    ms(&mut net, 600);
    assert_eq!(net.hear(second), "*-1\r\n");
    assert_eq!(net.ask(0, "RPUSH b{t} x"), ":1\r\n");
    assert_eq!(net.hear(first), "*2\r\n$4\r\nb{t}\r\n$1\r\nx\r\n");
    let info = net.ask(0, "INFO clients");
    assert!(info.contains("blocked_clients:0\r\n") && info.contains("total_blocking_keys:0\r\n"));
}

#[test]
fn a_transaction_serves_from_the_key_that_was_ready_first_or_since_7_2_from_the_first_key() {
    for (compat, key) in [(Compat::V7_0, "b{t}"), (Compat::V8_2, "a{t}")] {
        let mut net = pair(compat);
        let waiter = net.open(0);
        net.say(0, waiter, "BLPOP a{t} b{t} 0");
        ms(&mut net, 5);
        for line in ["MULTI", "RPUSH b{t} x", "RPUSH a{t} x", "EXEC"] {
            net.ask(0, line);
        }
        assert_eq!(net.hear(waiter), format!("*2\r\n$4\r\n{key}\r\n$1\r\nx\r\n"));
    }
}

#[test]
fn who_waits_is_redirected_at_the_next_tick_when_the_slot_goes_elsewhere() {
    let mut net = Net::two_masters("");
    let (waiter, other) = (net.open(0), net.open(0));
    net.say(0, waiter, "BLPOP hello 0");
    net.say(0, other, "BZPOPMIN {hello}z 0");
    net.ok(0, &format!("CLUSTER SETSLOT 866 MIGRATING {}", net.node(1).view().id));
    net.ok(1, &format!("CLUSTER SETSLOT 866 IMPORTING {}", net.node(0).view().id));
    ms(&mut net, 500);
    assert_eq!(net.hear(waiter), "");
    let id = net.node(1).view().id;
    net.ok(1, &format!("CLUSTER SETSLOT 866 NODE {id}"));
    net.ok(0, &format!("CLUSTER SETSLOT 866 NODE {id}"));
    ms(&mut net, 150);
    assert_eq!(net.hear(waiter), "-MOVED 866 10.0.0.2:6379\r\n");
    assert_eq!(net.hear(other), "-MOVED 866 10.0.0.2:6379\r\n");
}

#[test]
fn who_waits_hears_that_the_cluster_is_down() {
    let mut net = Net::two_masters("");
    let waiter = net.open(0);
    net.say(0, waiter, "BLMOVE hello {hello}2 LEFT LEFT 0");
    ms(&mut net, 5);
    net.ok(0, "CLUSTER DELSLOTS 1");
    ms(&mut net, 150);
    assert_eq!(net.hear(waiter), "-CLUSTERDOWN The cluster is down\r\n");
}

#[test]
fn who_waits_is_sent_away_when_the_master_becomes_a_replica() {
    let mut net = pair(Compat::V7_0);
    let waiter = net.open(0);
    net.say(0, waiter, "BLPOP hello 0");
    ms(&mut net, 5);
    net.ok(1, "CLUSTER FAILOVER TAKEOVER");
    net.secs(2);
    let demoted = "-UNBLOCKED force unblock from blocking operation, instance state changed \
                   (master -> replica?)\r\n";
    assert_eq!(net.hear(waiter), demoted);
    assert_eq!(net.info(0, "role"), "slave");
}
