//! Real servers and ours in one cluster: nodes of both kinds are killed and come back, are reset with
//! and without a new name, and are met again.

use std::process::Command;
use std::time::Instant;

use failover_tests::resp::Reply;
use failover_tests::say;
use failover_tests::servers::{Program, Result, Servers};

const NODE_TIMEOUT_MS: u64 = 1500;
/// Masters first, then the replica of each: every pair crosses the border.
const PROGRAMS: [Program; 6] =
    [Program::Redis, Program::Lab, Program::Redis, Program::Lab, Program::Redis, Program::Lab];
const KEYS: usize = 60;

struct Mixed {
    servers: Servers,
}

impl Mixed {
    fn start(port: u16) -> Result<Self> {
        let mixed = Self { servers: Servers::start(&PROGRAMS, port, NODE_TIMEOUT_MS)? };
        for number in 0..KEYS {
            let line = match number % 3 {
                0 => format!("SET key:{number} {number}"),
                1 => format!("RPUSH key:{number} a {number} b"),
                _ => format!("ZADD key:{number} 1 a {number} b"),
            };
            let asked = (0..3).map(|master| mixed.servers.ask(master, &line));
            let moved = |reply: &Result<Reply>| matches!(reply, Ok(Reply::Error(_)) | Err(_));
            if asked.filter(|reply| !moved(reply)).count() != 1 {
                return Err(format!("not one master takes {line}"));
            }
        }
        Ok(mixed)
    }

    fn text(&self, node: usize, line: &str) -> Result<String> {
        match self.servers.ask(node, line)? {
            Reply::Bulk(Some(text)) => Ok(text),
            other => Err(format!("node {node}, {line}: {other:?}")),
        }
    }

    fn id(&self, node: usize) -> Result<String> {
        self.text(node, "CLUSTER MYID")
    }

    /// The line about the node of an id in what `node` believes, cut into words.
    fn line(&self, node: usize, id: &str) -> Vec<String> {
        let text = self.text(node, "CLUSTER NODES").unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(id)).unwrap_or_default();
        line.split(' ').map(str::to_owned).collect()
    }

    fn known(&self, node: usize, count: usize) -> bool {
        let part = format!("cluster_known_nodes:{count}\r");
        self.text(node, "CLUSTER INFO").is_ok_and(|text| text.contains(&part))
    }

    /// Waits until `replica` follows `master`, has its data, and everybody knows.
    fn follows(&self, replica: usize, master: usize) -> Result<()> {
        let (id, of) = (self.id(replica)?, self.id(master)?);
        self.servers.until(&format!("node {replica} does not follow node {master}"), || {
            let field = |node, name: &str| self.servers.info(node, name);
            let told = |node| self.line(node, &id).get(3) == Some(&of);
            field(replica, "master_link_status").as_deref() == Some("up")
                && field(master, "master_repl_offset") == field(replica, "slave_repl_offset")
                && (0..6).all(told)
        })?;
        self.servers.until("the cluster is not well", || {
            self.servers.all_say("cluster_state:ok") && (0..6).all(|node| self.known(node, 6))
        })?;
        let (ours, theirs) = (self.digest(replica)?, self.digest(master)?);
        match ours == theirs {
            true => Ok(()),
            false => Err(format!("node {replica} has other data than node {master}")),
        }
    }

    /// What tells the data of a node from that of another one.
    fn digest(&self, node: usize) -> Result<Vec<Reply>> {
        let mut client = self.servers.connect(node)?;
        client.ask("READONLY")?;
        let keys = (0..KEYS).map(|number| format!("DEBUG DIGEST-VALUE key:{number}"));
        let digests = keys.map(|line| client.ask(&line)).collect::<Result<Vec<_>>>()?;
        let nothing = Reply::Array(Some(vec![Reply::Simple("0".repeat(40))]));
        match digests.iter().filter(|it| **it != nothing).count() {
            0 => Err(format!("node {node} has nothing")),
            _ => Ok(digests),
        }
    }

    /// A replica is reset and brought back: softly it keeps its name, hard it draws a new one.
    fn reset(&self, replica: usize, master: usize, how: &str) -> Result<()> {
        let before = self.id(replica)?;
        self.servers.told(replica, &format!("CLUSTER RESET {how}"))?;
        let after = self.id(replica)?;
        let renamed = before != after;
        if renamed != (how == "HARD") || !self.known(replica, 1) {
            return Err(format!("after RESET {how}, node {replica}, {before} before, is {after}"));
        }
        if self.servers.ask(replica, "DBSIZE")? != Reply::Int(0) {
            return Err(format!("node {replica} keeps its data"));
        }
        if renamed {
            let gone =
                |node| self.line(node, &before).get(2).is_some_and(|it| it.contains("noaddr"));
            let others = || (0..6).filter(|&node| node != replica);
            self.servers.until("the old name keeps its address", || others().all(gone))?;
            others().try_for_each(|node| {
                self.servers.told(node, &format!("CLUSTER FORGET {before}"))
            })?;
        }
        let port = self.servers.ports()[replica];
        self.servers.told(master, &format!("CLUSTER MEET 127.0.0.1 {port} {}", port + 1000))?;
        self.servers.until("the node is not met", || (0..6).all(|node| self.known(node, 6)))?;
        let follow = format!("CLUSTER REPLICATE {}", self.id(master)?);
        self.servers
            .until("the node does not obey", || self.servers.told(replica, &follow).is_ok())?;
        self.follows(replica, master)
    }

    /// A master is killed, its replica takes over, and it comes back as the replica of that one.
    fn restart_master(&mut self, master: usize, replica: usize) -> Result<()> {
        let before = self.digest(master)?;
        self.servers.kill(master);
        self.servers.until(&format!("node {replica} is not promoted"), || {
            self.servers.info(replica, "role").as_deref() == Some("master")
        })?;
        self.wake(master)?;
        self.follows(master, replica)?;
        match self.digest(master)? == before {
            true => Ok(()),
            false => Err(format!("node {master} came back to other data")),
        }
    }

    fn wake(&mut self, node: usize) -> Result<()> {
        self.servers.run(node)?;
        self.servers.until("a node does not start again", || self.id(node).is_ok())
    }

    fn restart_replica(&mut self, replica: usize, master: usize) -> Result<()> {
        self.servers.kill(replica);
        let id = self.id(master)?;
        self.wake(replica)?;
        if self.line(replica, &id).is_empty() {
            return Err(format!("node {replica} forgot its master"));
        }
        self.follows(replica, master)
    }

    /// The real redis-cli finds nothing to complain about.
    fn check(&self) -> Result<()> {
        let address = format!("127.0.0.1:{}", self.servers.ports()[0]);
        self.servers.until("redis-cli --cluster check complains", || {
            let output = Command::new("redis-cli").args(["--cluster", "check", &address]).output();
            output.is_ok_and(|it| {
                it.status.success() && !String::from_utf8_lossy(&it.stdout).contains("[ERR]")
            })
        })
    }
}

fn mixed(name: &str, port: u16, story: impl FnOnce(&mut Mixed) -> Result<()>) {
    if Program::Redis.is_missing(name) {
        return;
    }
    let began = Instant::now();
    let mut mixed = Mixed::start(port).unwrap_or_else(|why| panic!("{why}"));
    if let Err(why) = story(&mut mixed).and_then(|()| mixed.check()) {
        mixed.servers.print_logs();
        panic!("{why}");
    }
    say(&format!("{name}: {:.0} s", began.elapsed().as_secs_f64()));
}

#[test]
fn nodes_of_both_kinds_come_back_from_the_dead() {
    mixed("restarts of real servers and ours", 28600, |cluster| {
        for (master, replica) in [(0, 3), (1, 4)] {
            cluster.restart_replica(replica, master)?;
            cluster.restart_master(master, replica)?;
            cluster.restart_master(replica, master)?;
        }
        Ok(())
    });
}

#[test]
fn nodes_of_both_kinds_are_reset_and_met_again() {
    mixed("resets of real servers and ours", 28620, |cluster| {
        for master in 0..2 {
            let refused = "ERR CLUSTER RESET can't be called with master nodes containing keys";
            match cluster.servers.ask(master, "CLUSTER RESET")? {
                Reply::Error(why) if why == refused => {}
                other => return Err(format!("node {master}, CLUSTER RESET: {other:?}")),
            }
        }
        for how in ["SOFT", "HARD"] {
            cluster.reset(3, 0, how)?;
            cluster.reset(4, 1, how)?;
        }
        Ok(())
    });
}
