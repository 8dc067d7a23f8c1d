//! `redis-cli --cluster create`, as typed at a console.

use engine::Compat;
use failover_tests::console::Consoles;
use scenario::scenario::Plain;
use scenario::script::Step;

/// A plain 3+3 cluster of `compat`, its servers started but not introduced to each other.
fn apart(compat: Compat) -> Consoles {
    let mut scenario = Plain { compat, ..Plain::default() }.scenario();
    scenario.opening.retain(|step| !matches!(step, Step::Line(line) if line.contains("--cluster")));
    Consoles::open(&scenario, 7).0
}

const CREATE: &str = "redis-cli --cluster create 10.0.0.1:6379 10.0.0.2:6379 10.0.0.3:6379 \
                      10.0.0.4:6379 10.0.0.5:6379 10.0.0.6:6379 --cluster-replicas 1";

/// The text with the id of each node replaced by the last part of its address.
fn without_ids(consoles: &mut Consoles, text: &str) -> String {
    let mut text = text.to_owned();
    for n in 1..=6 {
        let ip = format!("10.0.0.{n}");
        let id = consoles.type_line(&ip, "redis-cli --raw CLUSTER MYID");
        text = text.replace(id.trim(), &format!("<id {n}>"));
    }
    text
}

#[test]
fn creation_says_what_redis_cli_says() {
    let mut consoles = apart(Compat::V7_0);
    let asked = consoles.type_line("10.0.0.1", CREATE);
    let asked = without_ids_of_masters(&mut consoles, &asked);
    assert_eq!(
        asked,
        "\
>>> Performing hash slots allocation on 6 nodes...
Master[0] -> Slots 0 - 5460
Master[1] -> Slots 5461 - 10922
Master[2] -> Slots 10923 - 16383
Adding replica 10.0.0.5:6379 to 10.0.0.1:6379
Adding replica 10.0.0.6:6379 to 10.0.0.2:6379
Adding replica 10.0.0.4:6379 to 10.0.0.3:6379
M: <id 1> 10.0.0.1:6379
   slots:[0-5460] (5461 slots) master
M: <id 2> 10.0.0.2:6379
   slots:[5461-10922] (5462 slots) master
M: <id 3> 10.0.0.3:6379
   slots:[10923-16383] (5461 slots) master
S: <id 4> 10.0.0.4:6379
   replicates <id 3>
S: <id 5> 10.0.0.5:6379
   replicates <id 1>
S: <id 6> 10.0.0.6:6379
   replicates <id 2>
"
    );
    let done = consoles.type_line("10.0.0.1", "yes");
    let done = without_ids(&mut consoles, &done);
    let (head, nodes) = done.split_once(">>> Performing Cluster Check").expect("a check");
    assert_eq!(
        head.trim_end_matches(['\n', '.']),
        "\
>>> Nodes configuration updated
>>> Assign a different config epoch to each node
>>> Sending CLUSTER MEET messages to join the cluster
Waiting for the cluster to join"
    );
    assert!(nodes.starts_with(" (using node 10.0.0.1:6379)\nM: <id 1> 10.0.0.1:6379\n"), "{nodes}");
    for lines in [
        "M: <id 2> 10.0.0.2:6379\n   slots:[5461-10922] (5462 slots) master\n   1 additional \
         replica(s)\n",
        "S: <id 6> 10.0.0.6:6379\n   slots: (0 slots) slave\n   replicates <id 2>\n",
    ] {
        assert!(nodes.contains(lines), "{lines} is not in {nodes}");
    }
    assert!(
        nodes.ends_with(
            "\
[OK] All nodes agree about slots configuration.
>>> Check for open slots...
>>> Check slots coverage...
[OK] All 16384 slots covered.
"
        ),
        "{nodes}"
    );
}

/// As [`without_ids`], while the first console is in the middle of the conversation.
fn without_ids_of_masters(consoles: &mut Consoles, text: &str) -> String {
    let mut text = text.to_owned();
    for n in 1..=6 {
        let line = format!("redis-cli --raw -h 10.0.0.{n} CLUSTER MYID");
        let id = consoles.type_line("10.0.0.6", &line);
        text = text.replace(id.trim(), &format!("<id {n}>"));
    }
    text
}

#[test]
fn a_cluster_that_was_created_passes_its_check_and_serves() {
    let (mut consoles, opening) = Consoles::open(&Plain::default().scenario(), 3);
    assert!(opening.ends_with("[OK] All 16384 slots covered.\n"), "{opening}");
    let checked =
        consoles.type_line("10.0.0.5", "redis-cli --cluster check 10.0.0.2:6379; echo $?");
    assert!(checked.contains("[OK] 0 keys in 3 masters.\n0.00 keys per slot on average.\n"));
    assert!(checked.ends_with("[OK] All 16384 slots covered.\n0\n"), "{checked}");
    assert_eq!(consoles.type_line("10.0.0.4", "redis-cli -c SET foo bar"), "OK\n");
    let called = consoles.type_line(
        "10.0.0.1",
        "redis-cli --cluster call 10.0.0.1:6379 DBSIZE --cluster-only-masters | grep -c ': 1'",
    );
    assert_eq!(called, "1\n");
}

#[test]
fn nodes_that_cannot_become_a_cluster_are_refused() {
    let mut consoles = apart(Compat::V7_0);
    let mut says = |line: &str| consoles.type_line("10.0.0.1", line);
    assert_eq!(
        says(
            "redis-cli --cluster create 10.0.0.1:6379 10.0.0.2:6379 10.0.0.3:6379 \
             --cluster-replicas 1"
        ),
        "\
*** ERROR: Invalid configuration for cluster creation.
*** Redis Cluster requires at least 3 master nodes.
*** This is not possible with 3 nodes and 1 replicas per node.
*** At least 6 nodes are required.
"
    );
    assert_eq!(
        says("redis-cli --cluster create 10.0.0.1:6379 10.0.0.2:7000"),
        "Could not connect to Redis at 10.0.0.2:7000: Connection refused\n"
    );
    assert_eq!(
        says("redis-cli --cluster create 10.0.0.1:6379 foo"),
        "Invalid address format: foo\n"
    );
    assert_eq!(
        says("redis-cli --cluster check 10.0.0.1"),
        "[ERR] Invalid arguments: you need to pass either a valid address (ie. 120.0.0.1:7000) \
         or space separated IP and port (ie. 120.0.0.1 7000)\n"
    );
    assert_eq!(
        says("redis-cli --cluster create 10.0.0.1:6379"),
        "[ERR] Wrong number of arguments for specified --cluster sub command\n"
    );
    assert_eq!(says("redis-cli --cluster foo"), "Unknown --cluster subcommand\n");
    let mut says = |line: &str| consoles.type_line("10.0.0.1", line);
    says(&format!("{CREATE} --cluster-yes"));
    assert_eq!(
        says(CREATE),
        "[ERR] Node 10.0.0.1:6379 is not empty. Either the node already knows other nodes (check \
         with CLUSTER NODES) or contains some key in database 0.\n"
    );
}
