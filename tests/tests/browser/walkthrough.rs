//! The walkthrough that the project was created from, typed into the page as it is written there.

use std::time::Duration;

use failover_tests::browser::{LabPage, Result};

const MASTER: &str = "192.168.0.161";
const REPLICA: &str = "192.168.0.6";
const REPLID_2_NONE: &str = "0000000000000000000000000000000000000000";

/// The fields of the transcript's INFO of the replica, in its order.
const REPLICA_FIELDS: [&str; 27] = [
    "role",
    "master_host",
    "master_port",
    "master_link_status",
    "master_last_io_seconds_ago",
    "master_sync_in_progress",
    "slave_read_repl_offset",
    "slave_repl_offset",
    "replica_full_sync_buffer_size",
    "replica_full_sync_buffer_peak",
    "master_current_sync_attempts",
    "master_total_sync_attempts",
    "master_link_up_since_seconds",
    "total_disconnect_time_sec",
    "slave_priority",
    "slave_read_only",
    "replica_announced",
    "connected_slaves",
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

#[test]
fn walkthrough_typed_into_the_page_shows_what_is_written() -> Result<()> {
    let lab = LabPage::open(1)?;
    lab.wait_node_workers(6)?;
    lab.wait_hosted(6)?;
    // Time stands but for what is passed at full speed: the moments are the transcript's.
    lab.run(false)?;
    let replid = manual_failover(&lab)?;
    lab.wait_role(REPLICA, "master")?;
    lab.wait_role(MASTER, "replica")?;
    assert_ne!(replid, REPLID_2_NONE);
    automatic_failover(&lab)?;
    lab.wait_role(MASTER, "master")?;
    lab.wait_node_workers(5)?;
    let marks = lab.graph(REPLICA, "marks")?;
    assert!(marks.contains("dead"), "{marks}");
    // The survivors are in their workers again after all that was passed at full speed.
    lab.wait_hosted(5)?;
    assert_eq!(lab.page.errors(), Vec::<String>::new());
    Ok(())
}

/// Types a line, lets its answer come, and returns everything the console shows behind the line.
fn answer(lab: &LabPage, ip: &str, line: &str) -> Result<String> {
    lab.type_line(ip, line)?;
    lab.advance(Duration::from_millis(100))?;
    let output = lab.output(ip)?;
    let at = output.rfind(line).ok_or_else(|| format!("`{line}` is not in:\n{output}"))?;
    Ok(output[at + line.len()..].trim().to_owned())
}

fn field<'a>(info: &'a str, name: &str) -> &'a str {
    let line = info.lines().find_map(|line| line.trim().strip_prefix(name)?.strip_prefix(':'));
    line.unwrap_or_default()
}

/// Asks for INFO REPLICATION again and again until a field has a value; lets `step` pass between.
fn info_when(lab: &LabPage, name: &str, value: &str, step: Duration) -> Result<String> {
    for _ in 0..100 {
        let info = answer(lab, REPLICA, "INFO REPLICATION")?;
        if field(&info, name) == value {
            return Ok(info);
        }
        lab.advance(step)?;
    }
    Err(format!("{name} never became {value}"))
}

/// Returns the replication id that both had before.
fn manual_failover(lab: &LabPage) -> Result<String> {
    answer(lab, REPLICA, "redis-cli -c")?;
    let info = answer(lab, REPLICA, "INFO REPLICATION")?;
    let up: u64 = field(&info, "master_link_up_since_seconds").parse().unwrap_or_default();
    lab.advance(Duration::from_secs(3394_u64.saturating_sub(up)))?;
    let step = Duration::from_millis(100);
    let info = info_when(lab, "master_link_up_since_seconds", "3395", step)?;
    let fields: Vec<&str> = info.lines().filter_map(|line| Some(line.split_once(':')?.0)).collect();
    assert_eq!(fields, REPLICA_FIELDS, "{info}");
    for (name, value) in [
        ("role", "slave"),
        ("master_host", MASTER),
        ("slave_repl_offset", "4760"),
        ("repl_backlog_first_byte_offset", "15"),
        ("repl_backlog_histlen", "4746"),
        ("second_repl_offset", "-1"),
        ("master_replid2", REPLID_2_NONE),
    ] {
        assert_eq!(field(&info, name), value, "{name} of\n{info}");
    }
    let replid = field(&info, "master_replid").to_owned();

    info_when(lab, "slave_repl_offset", "5166", Duration::from_secs(5))?;
    let reply = answer(lab, REPLICA, "CLUSTER FAILOVER")?;
    assert!(reply.starts_with("OK"), "{reply}");
    let info = info_when(lab, "master_repl_offset", "5180", Duration::from_secs(2))?;
    assert_eq!(field(&info, "role"), "master");
    let slave = "ip=192.168.0.161,port=6379,state=online,offset=5180,lag=0";
    assert_eq!(field(&info, "slave0"), slave, "{info}");
    assert_eq!(field(&info, "second_repl_offset"), "5167");
    assert_eq!(field(&info, "repl_backlog_histlen"), "5166");
    assert_eq!(field(&info, "master_replid2"), replid);
    Ok(replid)
}

fn automatic_failover(lab: &LabPage) -> Result<()> {
    answer(lab, MASTER, "redis-cli -a redis -h 192.168.0.6 -p 6379 shutdown")?;
    lab.advance(Duration::from_secs(40))?;
    let nodes = answer(lab, MASTER, "redis-cli -a redis cluster nodes")?;
    // Id, address, flags, master, epoch, link, slots; the two times differ.
    let line = |start: &str| {
        let line = nodes.lines().find(|line| line.starts_with(start)).unwrap_or_default();
        let words: Vec<&str> = line.split(' ').collect();
        [&words[1..4.min(words.len())], words.get(6..).unwrap_or_default()].concat().join(" ")
    };
    for (id, rest) in [
        (
            "dbb0922066607414a84dc5cd9835f073033c11bb",
            "192.168.0.182:6379@16379 slave 314a87796f7365f49bc9bf5f04edfbd5cb339d0b 2 connected",
        ),
        (
            "1a26d03a8f9ee8026e32abc1092e25bf4a63d2da",
            "192.168.0.6:6379@16379 master,fail - 7 disconnected",
        ),
        (
            "dcb44aa080e04845c1e0c8d7fd256fb9bda623bf",
            "192.168.0.162:6379@16379 slave 1fdb4f59f79d071fb2730e7b7bbf34b926d048d1 3 connected",
        ),
        (
            "1fdb4f59f79d071fb2730e7b7bbf34b926d048d1",
            "192.168.0.132:6379@16379 master - 3 connected 10923-16383",
        ),
        (
            "ea005587a13b7b50cbc498da976abcf7e44b1a2d",
            "192.168.0.161:6379@16379 myself,master - 8 connected 0-5460",
        ),
        (
            "314a87796f7365f49bc9bf5f04edfbd5cb339d0b",
            "192.168.0.13:6379@16379 master - 2 connected 5461-10922",
        ),
    ] {
        assert_eq!(line(id), rest, "of\n{nodes}");
    }
    Ok(())
}
