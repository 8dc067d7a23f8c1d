//! The walkthrough's lines give the walkthrough's results.

use lab::session::{Session, Told};
use scenario::Scenario;

/// The transcript of `cargo lab run tests/data/walkthrough.session`, with the scenario's own seed
/// or another.
///
/// Many seeds let the nodes find each other while redis-cli prints one dot; with those the numbers
/// are the walkthrough's. When a change of the engine makes the scenario's seed one of the others,
/// `cargo lab run --seed N` tells which to take instead.
fn transcript(seed: Option<u64>) -> String {
    let scenario = Scenario::built_in("walkthrough").expect("it is built in");
    let seed = seed.unwrap_or(scenario.seed);
    let mut transcript = Vec::new();
    let mut session =
        Session::open(&scenario, seed, &mut transcript, Told::default()).expect("it opens");
    for line in include_str!("../data/walkthrough.session").lines() {
        session.line(line).expect(line);
    }
    session.close().expect("it ends");
    String::from_utf8(transcript).expect("consoles print text")
}

/// What stands between each prompt with `line` and the next prompt.
fn answers<'a>(transcript: &'a str, line: &str) -> Vec<&'a str> {
    let typed = format!("> {line}\n");
    let shell = format!("$ {line}\n");
    let after = |mark: &str| {
        let mut found = Vec::new();
        let mut rest = transcript;
        while let Some((_, after)) = rest.split_once(mark) {
            let end = after.find("127.0.0.1:6379> ").into_iter().chain(after.find("redis@")).min();
            found.push(&after[..end.unwrap_or(after.len())]);
            rest = after;
        }
        found
    };
    let mut found = after(&typed);
    found.extend(after(&shell));
    found
}

/// Hides what a seed draws: replication ids.
fn without_replids(info: &str) -> String {
    let hide = |line: &str| match line.split_once(':') {
        Some((name @ ("master_replid" | "master_replid2"), id))
            if !id.trim_matches('0').is_empty() =>
        {
            format!("{name}:<id>\n")
        }
        _ => format!("{line}\n"),
    };
    info.lines().map(hide).collect()
}

fn field<'a>(info: &'a str, name: &str) -> &'a str {
    let mut lines = info.lines().filter_map(|line| line.split_once(':'));
    lines.find(|(it, _)| *it == name).unwrap_or_else(|| panic!("no {name} in {info}")).1
}

#[test]
fn the_replica_is_as_the_walkthrough_shows_it() {
    let transcript = transcript(None);
    let infos = answers(&transcript, "INFO REPLICATION");
    assert_eq!(
        without_replids(infos[0]),
        "\
# Replication
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
"
    );
}

#[test]
fn manual_failover_makes_it_the_master_at_the_same_offset() {
    let transcript = transcript(None);
    assert_eq!(answers(&transcript, "CLUSTER FAILOVER"), ["OK\n"]);
    let infos = answers(&transcript, "INFO REPLICATION");
    assert_eq!(field(infos[1], "slave_repl_offset"), "5166");
    assert_eq!(
        without_replids(infos[2]),
        "\
# Replication
role:master
connected_slaves:1
slave0:ip=192.168.0.161,port=6379,state=online,offset=5180,lag=0
master_failover_state:no-failover
master_replid:<id>
master_replid2:<id>
master_repl_offset:5180
second_repl_offset:5167
repl_backlog_active:1
repl_backlog_size:1048576
repl_backlog_first_byte_offset:15
repl_backlog_histlen:5166
"
    );
    assert_eq!(field(infos[2], "master_replid2"), field(infos[1], "master_replid"));
    assert_ne!(field(infos[2], "master_replid"), field(infos[1], "master_replid"));
}

/// The walkthrough's last table: id, address, flags, master, config epoch, link, slots.
const TABLE: [&str; 6] = [
    "1a26d03a8f9ee8026e32abc1092e25bf4a63d2da 192.168.0.6:6379@16379 master,fail - 7 disconnected",
    "1fdb4f59f79d071fb2730e7b7bbf34b926d048d1 192.168.0.132:6379@16379 master - 3 connected \
     10923-16383",
    "314a87796f7365f49bc9bf5f04edfbd5cb339d0b 192.168.0.13:6379@16379 master - 2 connected \
     5461-10922",
    "dbb0922066607414a84dc5cd9835f073033c11bb 192.168.0.182:6379@16379 slave \
     314a87796f7365f49bc9bf5f04edfbd5cb339d0b 2 connected",
    "dcb44aa080e04845c1e0c8d7fd256fb9bda623bf 192.168.0.162:6379@16379 slave \
     1fdb4f59f79d071fb2730e7b7bbf34b926d048d1 3 connected",
    "ea005587a13b7b50cbc498da976abcf7e44b1a2d 192.168.0.161:6379@16379 myself,master - 8 \
     connected 0-5460",
];

#[test]
fn automatic_failover_gives_the_slots_back() {
    for seed in 1..=3 {
        let transcript = transcript(Some(seed));
        let warning = "Warning: Using a password with '-a' or '-u' option on the command line \
                       interface may not be safe.\n";
        let shutdown = "redis-cli -a redis -h 192.168.0.6 -p 6379 shutdown";
        assert_eq!(answers(&transcript, shutdown), [warning]);
        let tables = answers(&transcript, "redis-cli -a redis cluster nodes");
        let table = tables[0].strip_prefix(warning).expect("the warning");
        let mut lines: Vec<_> = table
            .lines()
            .map(|line| {
                let words: Vec<_> = line.split(' ').collect();
                // The two times between them differ from run to run.
                [&words[..4], &words[6..]].concat().join(" ")
            })
            .collect();
        lines.sort();
        assert_eq!(lines, TABLE, "seed {seed}");
    }
}
