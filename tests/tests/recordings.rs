//! What real servers answered, asked again here: the recording `04-cluster-commands` of a 7.0.15
//! cluster, replayed under `compat 7.0`. Ids, ports and times are normalised on both sides.
//!
//! Each difference that stays is named below and explained in docs/differences-from-redis.md; a
//! difference that has gone makes this test fail, so that the list stays true.

use failover_tests::cluster::Cluster;
use failover_tests::normal::{Names, normal};
use failover_tests::resp::{Reply, parse};
use serde_json::Value;

const RECORDING: &str = include_str!("../data/recordings/04-cluster-commands.raw.json");
const DIFFERENCES: &str = include_str!("../../docs/differences-from-redis.md");

/// Starts of commands that are not answered as recorded, with the heading of their entry in
/// docs/differences-from-redis.md.
const DIFFERENT: &[(&str, &str)] = &[("EVAL ", "Scripting commands")];

/// One command of the recording and its reply.
struct Exchange {
    /// Index of the node asked: the recording's ports count from 21000.
    node: usize,
    words: Vec<String>,
    reply: Reply,
    /// Part of a session on one connection, which saw each command once. Outside of it the
    /// recorder asked everything twice and kept the second reply.
    session: bool,
}

fn exchanges() -> Vec<Exchange> {
    let records: Vec<Value> = serde_json::from_str(RECORDING).expect("the recording is JSON");
    let mut session = false;
    let mut exchanges = Vec::new();
    for record in records {
        if record.get("note").is_some() {
            session = true;
        } else if record["resp"] == 2 {
            let words = record["command"].as_array().expect("words").iter();
            let reply = record["reply"].as_str().expect("a reply").as_bytes();
            exchanges.push(Exchange {
                node: record["port"].as_u64().expect("a port") as usize - 21000,
                words: words.map(|word| word.as_str().expect("text").to_owned()).collect(),
                reply: parse(reply).expect("a whole reply").0,
                session,
            });
        }
    }
    // The recorder asked the replica before it had heard of the epoch that BUMPEPOCH made on its
    // master. Which packets pass in between is a matter of milliseconds, so the replica comes first.
    exchanges.sort_by_key(|it| it.session || it.node == 0);
    exchanges
}

/// The recording's names of its six nodes, out of its first CLUSTER NODES.
fn recorded_names(exchanges: &[Exchange]) -> Names {
    let nodes = exchanges.iter().find(|it| it.words == ["CLUSTER", "NODES"]).expect("is recorded");
    let Reply::Bulk(Some(text)) = &nodes.reply else { panic!("CLUSTER NODES is a text") };
    let mut names = Names::default();
    for line in text.lines() {
        let mut fields = line.split(' ');
        let (id, address) = (fields.next().expect("an id"), fields.next().expect("an address"));
        let port: u16 = address[10..15].parse().expect("127.0.0.1:PORT@BUS");
        names.add(usize::from(port - 21000), id, "127.0.0.1", port, port + 50);
    }
    names
}

#[test]
fn cluster_commands_are_answered_as_real_servers_answered_them() {
    let exchanges = exchanges();
    let recorded = recorded_names(&exchanges);
    let mut cluster = Cluster::recorded_topology();
    let ours = cluster.names();
    let mut complaints = Vec::new();
    let mut checked = 0;
    for exchange in &exchanges {
        let words: Vec<_> =
            exchange.words.iter().map(|it| ours.speak(&recorded.hide(it))).collect();
        if !exchange.session {
            cluster.call(exchange.node, &words);
        }
        let reply = cluster.call(exchange.node, &words);
        let line = exchange.words.join(" ");
        let want = normal(&line, &exchange.reply, &recorded);
        let got = normal(&line, &reply, &ours);
        let expected = DIFFERENT.iter().find(|(start, _)| format!("{line} ").starts_with(start));
        match (want == got, expected) {
            (true, None) => checked += 1,
            (true, Some((start, _))) => complaints.push(format!("{start} does not differ: {line}")),
            (false, Some((_, heading))) => {
                let explained = DIFFERENCES.contains(&format!("\n### {heading}\n"));
                assert!(explained, "no entry {heading:?} in docs/differences-from-redis.md");
            }
            (false, None) => complaints.push(format!("{line}\n  real: {want:?}\n  ours: {got:?}")),
        }
    }
    assert!(complaints.is_empty(), "{} differences:\n{}", complaints.len(), complaints.join("\n"));
    println!("{checked} replies as recorded");
    assert!(checked > 130, "only {checked} replies were compared");
}
