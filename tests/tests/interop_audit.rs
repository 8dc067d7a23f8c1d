//! The same questions to a real master with its replica and to ours: every subcommand of CLUSTER and
//! what belongs to it, with good, odd and wrong arguments, is answered the same.

use failover_tests::resp::Reply;
use failover_tests::say;
use failover_tests::servers::{Program, Result, Servers};

/// Asked in this order at the master and at its replica. `{0}` and `{1}` are their ids.
const QUESTIONS: &[&str] = &[
    "CLUSTER",
    "CLUSTER NOSUCH",
    "CLUSTER HELP",
    "CLUSTER HELP me",
    "CLUSTER MYID",
    "CLUSTER MYID x",
    "CLUSTER MYSHARDID",
    "CLUSTER KEYSLOT foo",
    "CLUSTER KEYSLOT {foo}bar",
    "CLUSTER KEYSLOT {}bar",
    "CLUSTER KEYSLOT",
    "CLUSTER NODES",
    "CLUSTER NODES x",
    "CLUSTER SLOTS",
    "CLUSTER SHARDS",
    "CLUSTER REPLICAS {0}",
    "CLUSTER SLAVES {0}",
    "CLUSTER REPLICAS {1}",
    "CLUSTER REPLICAS x",
    "CLUSTER COUNT-FAILURE-REPORTS {0}",
    "CLUSTER COUNT-FAILURE-REPORTS {1}",
    "CLUSTER COUNT-FAILURE-REPORTS x",
    "CLUSTER COUNTKEYSINSLOT 0",
    "CLUSTER COUNTKEYSINSLOT -1",
    "CLUSTER COUNTKEYSINSLOT 16384",
    "CLUSTER COUNTKEYSINSLOT x",
    "CLUSTER GETKEYSINSLOT 0 10",
    "CLUSTER GETKEYSINSLOT 0 -1",
    "CLUSTER GETKEYSINSLOT 0 x",
    "CLUSTER GETKEYSINSLOT 99999 1",
    "CLUSTER ADDSLOTS 1",
    "CLUSTER ADDSLOTS x",
    "CLUSTER ADDSLOTS 16384",
    "CLUSTER ADDSLOTS",
    "CLUSTER ADDSLOTSRANGE 1 2",
    "CLUSTER ADDSLOTSRANGE 2 1",
    "CLUSTER ADDSLOTSRANGE 1",
    "CLUSTER ADDSLOTSRANGE 1 2 3",
    "CLUSTER DELSLOTS x",
    "CLUSTER DELSLOTS 1 1",
    "CLUSTER DELSLOTSRANGE 5 3",
    "CLUSTER DELSLOTSRANGE 5",
    "CLUSTER FLUSHSLOTS x",
    "CLUSTER SETSLOT 1",
    "CLUSTER SETSLOT x STABLE",
    "CLUSTER SETSLOT 1 STABLE",
    "CLUSTER SETSLOT 1 STABLE x",
    "CLUSTER SETSLOT 1 NODE x",
    "CLUSTER SETSLOT 1 MIGRATING x",
    "CLUSTER SETSLOT 1 MIGRATING {0}",
    "CLUSTER SETSLOT 1 MIGRATING {1}",
    "CLUSTER SETSLOT 1 IMPORTING {0}",
    "CLUSTER SETSLOT 1 IMPORTING x",
    "CLUSTER SETSLOT 1 FOO {0}",
    "CLUSTER SETSLOT 99999 STABLE",
    "CLUSTER SET-CONFIG-EPOCH 5",
    "CLUSTER SET-CONFIG-EPOCH x",
    "CLUSTER SET-CONFIG-EPOCH -1",
    "CLUSTER BUMPEPOCH",
    "CLUSTER BUMPEPOCH x",
    "CLUSTER SAVECONFIG",
    "CLUSTER FORGET {0}",
    "CLUSTER FORGET x",
    "CLUSTER FORGET",
    "CLUSTER REPLICATE x",
    "CLUSTER REPLICATE {0}",
    "CLUSTER REPLICATE",
    "CLUSTER MEET",
    "CLUSTER MEET nowhere 1",
    "CLUSTER MEET 127.0.0.1 x",
    "CLUSTER MEET 127.0.0.1 0",
    "CLUSTER MEET 127.0.0.1 70000",
    "CLUSTER MEET 127.0.0.1 6379 x",
    "CLUSTER FAILOVER NOW",
    "CLUSTER FAILOVER FORCE x",
    "CLUSTER RESET NOW",
    "CLUSTER RESET SOFT x",
    "CLUSTER INFO x",
    "CLUSTER LINKS x",
    "ASKING",
    "ASKING x",
    "READONLY",
    "READONLY x",
    "READWRITE",
    "REPLICAOF NO ONE",
    "REPLICAOF 127.0.0.1 1",
    "SLAVEOF x",
    "FAILOVER",
    "ROLE x",
    "SELECT 0",
    "SELECT 1",
    "SELECT x",
    "MOVE foo 1",
    "SWAPDB 0 1",
    "PSYNC",
    "REPLCONF",
    "REPLCONF nosuch 1",
    "WAIT 0 1",
    "WAIT x 1",
    "WAIT 1",
    "GET foo",
    "SET foo bar",
    "MGET foo bar",
    "EXISTS {a}1 {b}2",
    "CONFIG GET cluster-*",
    "CONFIG SET cluster-node-timeout 0",
    "CONFIG SET cluster-node-timeout x",
    "CONFIG SET cluster-node-timeout -1",
    "CONFIG SET cluster-replica-validity-factor -1",
    "CONFIG SET cluster-migration-barrier x",
    "CONFIG SET cluster-require-full-coverage maybe",
    "CONFIG SET cluster-enabled no",
    "CONFIG SET cluster-port 1",
    "CONFIG SET cluster-config-file x",
    "CONFIG SET cluster-announce-hostname a_b",
    "CONFIG SET cluster-announce-port 70000",
    "CONFIG SET cluster-preferred-endpoint-type x",
    "CONFIG SET nosuch 1",
    "DEBUG NOSUCH",
];

/// A master and its replica, and what to call what differs between two such pairs.
struct Pair {
    servers: Servers,
    names: Vec<(String, String)>,
}

impl Pair {
    fn start(program: Program, port: u16) -> Result<Self> {
        let servers = Servers::start(&[program; 2], port, 5000)?;
        let mut names = Vec::new();
        for node in 0..2 {
            let Reply::Bulk(Some(id)) = servers.ask(node, "CLUSTER MYID")? else {
                return Err("no id".into());
            };
            names.push((id, format!("<{node}>")));
        }
        // Longer numbers first: a bus port holds no client port.
        for at in 0..2 {
            names.push(((port + at + 1000).to_string(), format!("<bus {at}>")));
            names.push(((port + at).to_string(), format!("<port {at}>")));
        }
        servers.until("the replica does not follow", || {
            servers.info(1, "master_link_status").as_deref() == Some("up")
        })?;
        Ok(Self { servers, names })
    }

    /// Waits until the replica knows its master's epoch, which a question may have changed.
    fn agree(&self) -> Result<()> {
        let epoch = |node| match self.servers.ask(node, "CLUSTER INFO") {
            Ok(Reply::Bulk(Some(text))) => {
                text.lines().find(|line| line.contains("my_epoch")).map(str::to_owned)
            }
            _ => None,
        };
        self.servers.until("the epochs differ", || epoch(0).is_some() && epoch(0) == epoch(1))
    }

    /// The answer, with names in place of ids, ports and times.
    fn ask(&self, node: usize, question: &str) -> Result<String> {
        let question = question.replace("{0}", &self.names[0].0).replace("{1}", &self.names[1].0);
        let mut reply = self.servers.ask(node, &question)?;
        if let Reply::Array(Some(settings)) = &mut reply
            && question.starts_with("CONFIG GET")
        {
            // They come in the order of a hash table.
            let mut pairs: Vec<_> = settings.chunks(2).map(|pair| format!("{pair:?}")).collect();
            pairs.sort();
            reply = Reply::Simple(pairs.join(" "));
        }
        let mut answer = format!("{reply:?}");
        for (what, name) in &self.names {
            answer = answer.replace(what, name);
        }
        Ok(neutral(&answer))
    }
}

/// Lines of CLUSTER NODES in order and without their times; offsets left out.
fn neutral(answer: &str) -> String {
    let mut lines: Vec<String> = answer.split("\\n").map(without_times).collect();
    if answer.contains(" connected") {
        lines.iter_mut().for_each(|line| *line = line.trim_start_matches("Bulk(Some(\"").into());
        lines.sort();
    }
    lines.join("\n")
}

fn without_times(line: &str) -> String {
    let big = |word: &str| word.len() >= 13 && word.chars().all(|c| c.is_ascii_digit());
    let words = line.split(' ').map(|word| if big(word) { "#" } else { word });
    without_offsets(&words.collect::<Vec<_>>().join(" "))
}

/// What a node knows of another one's offset depends on when it last heard from it.
fn without_offsets(line: &str) -> String {
    let mut parts = line.split("\"replication-offset\")), Int(");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |shown, part| {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
        shown + "\"replication-offset\")), Int(#" + rest
    })
}

#[test]
fn the_cluster_commands_are_answered_as_a_real_server_answers_them() {
    if Program::Redis.is_missing("the audit of CLUSTER") {
        return;
    }
    let real = Pair::start(Program::Redis, 28500).unwrap_or_else(|why| panic!("{why}"));
    let ours = Pair::start(Program::Lab, 28510).unwrap_or_else(|why| panic!("{why}"));
    let mut differences = Vec::new();
    for node in 0..2 {
        for pair in [&real, &ours] {
            pair.agree().unwrap_or_else(|why| panic!("{why}"));
        }
        for question in QUESTIONS {
            let [theirs, own] =
                [&real, &ours].map(|pair| pair.ask(node, question).unwrap_or_else(|why| why));
            if theirs != own {
                differences.push(format!("node {node}: {question}\n  {theirs}\n  {own}"));
            }
        }
    }
    let asked = QUESTIONS.len() * 2;
    assert!(
        differences.is_empty(),
        "{} of {asked}:\n{}",
        differences.len(),
        differences.join("\n")
    );
    say(&format!("audit of CLUSTER: {asked} answers are those of a real server"));
}
