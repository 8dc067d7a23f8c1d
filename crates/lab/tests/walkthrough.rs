//! The walkthrough that the project was created from: its own lines, and what it shows for them.

use std::process::Command;

/// What the walkthrough shows before its manual failover, with `<id>` for the replication id.
const REPLICA: &str = "\
role:slave
master_host:192.168.0.161
master_port:6379
master_link_status:up
master_last_io_seconds_ago:8
master_sync_in_progress:0
slave_read_repl_offset:4760
slave_repl_offset:4760
replica_full_sync_buffer_size:0
replica_full_sync_buffer_peak:0
master_current_sync_attempts:1
master_total_sync_attempts:1
master_link_up_since_seconds:3395
total_disconnect_time_sec:0
slave_priority:100
slave_read_only:1
replica_announced:1
connected_slaves:0
master_failover_state:no-failover
master_replid:<id>
master_replid2:0000000000000000000000000000000000000000
master_repl_offset:4760
second_repl_offset:-1
repl_backlog_active:1
repl_backlog_size:1048576
repl_backlog_first_byte_offset:15
repl_backlog_histlen:4746
";

/// And after it, with `<old>` for the id from before.
const PROMOTED: &str = "\
role:master
connected_slaves:1
slave0:ip=192.168.0.161,port=6379,state=online,offset=5180,lag=0
master_failover_state:no-failover
master_replid:<id>
master_replid2:<old>
master_repl_offset:5180
second_repl_offset:5167
repl_backlog_active:1
repl_backlog_size:1048576
repl_backlog_first_byte_offset:15
repl_backlog_histlen:5166
";

/// CLUSTER NODES after the second failover, without the two times of each line.
const NODES: [&str; 6] = [
    "1a26d03a8f9ee8026e32abc1092e25bf4a63d2da 192.168.0.6:6379@16379 master,fail - 7 disconnected",
    "1fdb4f59f79d071fb2730e7b7bbf34b926d048d1 192.168.0.132:6379@16379 master - 3 connected \
     10923-16383",
    "314a87796f7365f49bc9bf5f04edfbd5cb339d0b 192.168.0.13:6379@16379 master - 2 connected \
     5461-10922",
    "dbb0922066607414a84dc5cd9835f073033c11bb 192.168.0.182:6379@16379 slave \
     314a87796f7365f49bc9bf5f04edfbd5cb339d0b 2 connected",
    "dcb44aa080e04845c1e0c8d7fd256fb9bda623bf 192.168.0.162:6379@16379 slave \
     1fdb4f59f79d071fb2730e7b7bbf34b926d048d1 3 connected",
    "ea005587a13b7b50cbc498da976abcf7e44b1a2d 192.168.0.161:6379@16379 myself,master - 8 connected \
     0-5460",
];

/// Everything that `lab run` prints for the walkthrough's lines.
fn transcript() -> String {
    let lines = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/walkthrough.lines");
    let output = Command::new(env!("CARGO_BIN_EXE_lab")).args(["run", lines]).output();
    let output = output.expect("lab starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8").replace('\r', "")
}

/// The replies to `INFO REPLICATION`, without their title.
fn infos(transcript: &str) -> Vec<String> {
    transcript.split("# Replication").skip(1).map(first_fields).collect()
}

/// The `name:value` lines that follow the end of this one.
fn first_fields(rest: &str) -> String {
    let is_field = |line: &&str| line.split_once(':').is_some_and(|(name, _)| !name.contains('.'));
    rest.lines().skip(1).take_while(is_field).map(|line| format!("{line}\n")).collect()
}

fn field<'a>(info: &'a str, name: &str) -> &'a str {
    let value = info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    value.unwrap_or_else(|| panic!("{name} is not in\n{info}"))
}

#[test]
fn the_walkthroughs_lines_show_what_it_shows() {
    let transcript = transcript();
    let infos = infos(&transcript);
    let [before, later, after] = &infos[..] else { panic!("{} INFOs:\n{transcript}", infos.len()) };

    let old = field(before, "master_replid");
    assert_eq!(before.replace(old, "<id>"), REPLICA);
    assert_eq!(field(later, "slave_repl_offset"), "5166");
    assert!(transcript.contains("> CLUSTER FAILOVER\nOK\n"), "{transcript}");
    let new = field(after, "master_replid");
    assert_ne!(new, old);
    assert_eq!(after.replace(old, "<old>").replace(new, "<id>"), PROMOTED);

    let without_times = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        [&words[..4], &words[6..]].concat().join(" ")
    };
    let is_node = |line: &&str| line.contains(":6379@16379 ");
    let mut nodes: Vec<_> = transcript.lines().filter(is_node).map(without_times).collect();
    nodes.sort();
    assert_eq!(nodes, NODES);
}
