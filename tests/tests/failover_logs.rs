//! The log of every node through a manual failover, an automatic one, and the old master's return,
//! line by line against the recordings 05, 06 and 07 of a real 7.0.15 cluster; and through the
//! third of three hasty manual failovers, against the recording 08.

use engine::time::Span;
use failover_tests::cluster::Cluster;
use failover_tests::normal::Names;
use scenario::lab::Action;

const MANUAL: &str = include_str!("../data/recordings/05-manual-failover.txt");
const AUTOMATIC: &str = include_str!("../data/recordings/06-automatic-failover-15000ms.txt");
const RETURN: &str = include_str!("../data/recordings/07-old-master-rejoins-after-failover.txt");
const HASTE: &str = include_str!("../data/recordings/08-back-to-back-manual-failovers.txt");

/// Lines about the machine that a node ran on and about its child process: docs, "What a process
/// can not know in a browser".
const HOST_LINES: [&str; 6] = [
    "monotonic clock:",
    "WARNING Memory overcommit",
    "Background RDB transfer started by pid",
    "Fork CoW for RDB",
    "RDB memory usage when created",
    "DB loaded from disk",
];

/// The log that the recording shows of a node.
fn recorded(recording: &str, node: usize) -> Vec<&str> {
    let title = format!("--- node 127.0.0.1:{} log ---", 21000 + node);
    let start = recording.find(&title).expect("the recording has the node's log") + title.len();
    recording[start..].lines().skip(1).take_while(|it| !it.is_empty()).collect()
}

/// Whether a line is of a race that real servers end one way or the other, run by run (in the
/// recordings 05 and 08). A paused master may hear of its replica's victory before it could vote.
/// Votes that arrive together, since a disk was slow, leave no moment with too few of them.
fn depends_on_the_run(log: &[String], line: &str) -> bool {
    let paused = log.iter().any(|it| it.contains("Manual failover requested by replica"));
    (paused && line.contains("Failover auth granted"))
        || line.contains("Waiting for votes, but majority still not reached.")
}

/// Names of the recorded nodes: the CLUSTER NODES that each recording shows.
fn recorded_names() -> Names {
    let mut names = Names::default();
    let lines = MANUAL.lines().filter(|line| line.contains("@210") && line.len() > 60);
    for line in lines {
        let (id, rest) = line.split_at(40);
        let port: u16 = rest[11..16].parse().expect("127.0.0.1:PORT@BUS follows the id");
        names.add(usize::from(port - 21000), id, "127.0.0.1", port, port + 50);
    }
    names
}

/// Role, level and text of a log line with names hidden, and a mark for each number and for each
/// replication id; none for lines about the host.
fn neutral(line: &str, names: &Names) -> Option<String> {
    let (head, text) = line.split_at(line.find(|c: char| "*#-.".contains(c) && c != '.')?);
    if HOST_LINES.iter().any(|it| text.contains(it)) {
        return None;
    }
    let role = head.split(':').nth(1)?.chars().next()?;
    let text = names.hide(text);
    let told = text.contains("FAIL message received from") || text.contains("(quorum reached)");
    if told {
        // Who sees the quorum first is a matter of milliseconds.
        let about = text.match_indices("<id").last().map(|(at, _)| &text[at..at + 5])?;
        return Some(format!("{role} * FAIL {about}"));
    }
    let mut neutral = String::new();
    let mut names_at = 0;
    for word in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let (body, end) =
            word.split_at(word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).len());
        let number = !body.is_empty() && body.bytes().all(|b| b.is_ascii_digit());
        let id = body.len() == 40 && body.bytes().all(|b| b.is_ascii_hexdigit());
        neutral += if number || id { "#" } else { body };
        neutral += end;
        names_at += 1;
    }
    (names_at > 0).then(|| format!("{role} {neutral}"))
}

/// Neutral lines; attempts to connect that fail are kept once, since their number depends on how
/// long the failure took to be agreed on.
fn neutral_log<'a>(lines: impl IntoIterator<Item = &'a str>, names: &Names) -> Vec<String> {
    let mut log: Vec<String> = Vec::new();
    for line in lines.into_iter().filter_map(|line| neutral(line, names)) {
        let attempt = ["Connecting to MASTER", "sync started", "Error condition on socket"];
        if attempt.iter().any(|it| line.contains(it)) && log.contains(&line) {
            continue;
        }
        if !depends_on_the_run(&log, &line) {
            log.push(line);
        }
    }
    log
}

/// The lines that a node's log gained since it had `from` bytes.
fn gained(cluster: &Cluster, node: usize, from: usize) -> String {
    String::from_utf8_lossy(&cluster.log(node)[from..]).into_owned()
}

/// Does something to the cluster, lets time pass, and compares what every node logged meanwhile.
fn compare(cluster: &mut Cluster, recording: &str, act: impl FnOnce(&mut Cluster), wait: Span) {
    let (theirs, ours) = (recorded_names(), cluster.names());
    let before: Vec<_> = (0..6).map(|node| cluster.log(node).len()).collect();
    act(cluster);
    cluster.pass(wait);
    for (node, from) in before.into_iter().enumerate() {
        let want = neutral_log(recorded(recording, node), &theirs);
        let log = gained(cluster, node, from);
        let got = neutral_log(log.lines(), &ours);
        assert_eq!(got.join("\n"), want.join("\n"), "log of node {node}, raw:\n{log}");
    }
}

#[test]
fn logs_read_as_those_of_real_servers_through_both_failovers() {
    let mut cluster = Cluster::recorded_topology();
    let failover = |cluster: &mut Cluster| {
        cluster.ask(3, "CLUSTER FAILOVER");
    };
    compare(&mut cluster, MANUAL, failover, Span::from_secs(3));
    cluster.pass(Span::from_secs(60));

    let kill = |cluster: &mut Cluster| cluster.kill(3);
    compare(&mut cluster, AUTOMATIC, kill, Span::from_secs(24));
    cluster.pass(Span::from_secs(50));

    let restart = |cluster: &mut Cluster| {
        let host = cluster.host(3);
        cluster.lab.act(Action::Type { host, line: "redis-server redis.conf".into() });
    };
    compare(&mut cluster, RETURN, restart, Span::from_secs(8));
}

/// Redis 7.0 keeps an election's votes after it was won. Asked again within two node timeouts, the
/// same replica wins at once, on old votes and an old epoch, until its master puts it right.
#[test]
fn a_third_hasty_failover_wins_on_stale_votes_and_is_undone() {
    let mut cluster = Cluster::recorded_topology();
    let failover = |node| {
        move |cluster: &mut Cluster| {
            cluster.ask(node, "CLUSTER FAILOVER");
        }
    };
    failover(3)(&mut cluster);
    cluster.pass(Span::from_secs(2));
    failover(0)(&mut cluster);
    // Within half a node timeout each hears from each, so that the new master knows its replica: it
    // ignores the MFSTART of anybody else.
    cluster.pass(Span::from_secs(8));
    let third = HASTE.find("-- #3").expect("the recording has a third failover");
    compare(&mut cluster, &HASTE[third..], failover(3), Span::from_secs(1));
}
