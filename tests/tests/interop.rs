//! Real servers and ours in one cluster: masters and replicas on both sides of the border, and
//! failovers across it in both directions.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Instant;

use bus::slot_of;
use failover_tests::resp::Reply;
use failover_tests::say;
use failover_tests::servers::{Program, Result, Servers};

/// Short, so that twenty automatic failovers are.
const NODE_TIMEOUT_MS: u64 = 1500;
/// Failovers of each kind.
const ROUNDS: usize = 20;
/// Masters first, then the replica of each: every pair crosses the border.
const PROGRAMS: [Program; 6] =
    [Program::Redis, Program::Lab, Program::Redis, Program::Lab, Program::Redis, Program::Lab];

/// How values of every type are written, in each of the encodings that real servers choose.
const WRITES: &[&str] = &[
    "SET {key} {value}",
    "SET {key} 12345",
    "SET {key} {long}",
    "RPUSH {key} a {value} b -7",
    "RPUSH {key} {long} {value} {long}",
    "HSET {key} field {value} other 1",
    "HSET {key} field {long} other {value}",
    "SADD {key} 1 2 300000 -5",
    "SADD {key} a {value} 3",
    "SADD {key} a {long}",
    "ZADD {key} 1.5 {value} -2 b inf c",
    "ZADD {key} 1 {long} 0.1 {value}",
];
/// What tells values apart, whatever their type and whoever keeps them.
const READ: &str = "DEBUG DIGEST-VALUE {key}";

/// The mixed cluster, what is where, and what was written.
struct Mixed {
    servers: Servers,
    /// The master of each shard, and its replica.
    shards: [(usize, usize); 3],
    /// The digest of each key's value when it was written.
    written: BTreeMap<String, Reply>,
}

impl Mixed {
    fn start(port: u16) -> Result<Self> {
        let servers = Servers::start(&PROGRAMS, port, NODE_TIMEOUT_MS)?;
        let mixed = Self { servers, shards: [(0, 3), (1, 4), (2, 5)], written: BTreeMap::new() };
        (0..3).try_for_each(|shard| mixed.settle(shard))?;
        Ok(mixed)
    }

    fn shard_of(key: &str) -> usize {
        let slot = usize::from(slot_of(key.as_bytes()));
        (0..3).rfind(|at| slot >= at * 16384 / 3).expect("slots begin at 0")
    }

    /// Writes some keys of each type to every shard, and waits until the replicas have them.
    fn write(&mut self, round: usize) -> Result<()> {
        for (number, write) in WRITES.iter().enumerate() {
            for at in 0..3 {
                let key = format!("key:{round}:{number}:{at}");
                let value = format!("{round}-{at}");
                let fill = |line: &str| {
                    let line = line.replace("{long}", &format!("{value}-{}", "ab".repeat(60)));
                    line.replace("{key}", &key).replace("{value}", &value)
                };
                let master = self.shards[Self::shard_of(&key)].0;
                if let Reply::Error(why) = self.servers.ask(master, &fill(write))? {
                    return Err(format!("{}: {why}", fill(write)));
                }
                let digest = self.servers.ask(master, &fill(READ))?;
                let Reply::Array(Some(digests)) = &digest else {
                    return Err(format!("{digest:?}"));
                };
                if *digests == [Reply::Simple("0".repeat(40))] {
                    return Err(format!("{key} is not there"));
                }
                self.written.insert(key, digest);
            }
        }
        (0..3).try_for_each(|shard| self.settle(shard))
    }

    /// Waits until a shard's replica has all that its master has, and everybody knows.
    fn settle(&self, shard: usize) -> Result<()> {
        let (master, replica) = self.shards[shard];
        let field = |node, name: &str| self.servers.info(node, name);
        self.servers.until(&format!("shard {shard}: the replica does not catch up"), || {
            field(replica, "master_link_status").as_deref() == Some("up")
                && field(master, "connected_slaves").as_deref() == Some("1")
                && field(master, "master_repl_offset").is_some()
                && field(master, "master_repl_offset") == field(replica, "slave_repl_offset")
        })?;
        self.servers.until("not everybody knows who is whose replica", || {
            (0..6).all(|node| self.knows(node, master, replica))
        })?;
        self.servers.until("the cluster is not well", || self.servers.all_say("cluster_state:ok"))
    }

    /// Whether a node takes one for a master and another for its replica.
    fn knows(&self, node: usize, master: usize, replica: usize) -> bool {
        let Ok(Reply::Bulk(Some(text))) = self.servers.ask(node, "CLUSTER NODES") else {
            return false;
        };
        let line = |of: usize| {
            let port = format!(":{}@", self.servers.ports()[of]);
            let line = text.lines().find(|line| line.contains(&port)).unwrap_or_default();
            line.split(' ').collect::<Vec<_>>()
        };
        match (line(master).as_slice(), line(replica).as_slice()) {
            ([id, _, flags, ..], [_, _, _, of, ..]) => flags.ends_with("master") && id == of,
            _ => false,
        }
    }

    fn number(&self, node: usize, name: &str) -> u64 {
        self.servers.info(node, name).and_then(|text| text.parse().ok()).unwrap_or_default()
    }

    /// Waits for the replica's promotion; from here on it is the master.
    fn promoted(&mut self, shard: usize) -> Result<()> {
        let (master, replica) = self.shards[shard];
        let role = || self.servers.info(replica, "role");
        let complaint = format!("shard {shard}: node {replica} is not promoted");
        self.servers.until(&complaint, || role().as_deref() == Some("master"))?;
        self.shards[shard] = (replica, master);
        Ok(())
    }

    fn manual(&mut self, round: usize) -> Result<()> {
        let shard = round % 3;
        let way = ["", " FORCE", " TAKEOVER"][round / 3 % 3];
        let line = format!("CLUSTER FAILOVER{way}");
        self.servers.told(self.shards[shard].1, &line)?;
        self.promoted(shard)?;
        self.settle(shard)
    }

    fn automatic(&mut self, round: usize) -> Result<()> {
        let shard = round % 3;
        let victim = self.shards[shard].0;
        self.servers.kill(victim);
        self.promoted(shard)?;
        self.servers.run(victim)?;
        self.servers.until("the old master does not come back", || {
            self.servers.info(victim, "role").as_deref() == Some("slave")
        })?;
        self.settle(shard)
    }

    /// Every key on master and replica is what it was when it was written.
    fn compare(&self) -> Result<()> {
        for (key, digest) in &self.written {
            let (master, replica) = self.shards[Self::shard_of(key)];
            let read = READ.replace("{key}", key);
            let [there, copy] =
                [self.servers.ask(master, &read)?, self.servers.ask(replica, &read)?];
            if there != *digest || copy != *digest {
                return Err(format!("{key}: {digest:?}, now {there:?} and {copy:?}"));
            }
        }
        Ok(())
    }

    /// What the real redis-cli thinks of the cluster.
    fn check(&self) -> Result<()> {
        let address = format!("127.0.0.1:{}", self.servers.ports()[0]);
        let mut cli = Command::new("redis-cli");
        let output = cli.args(["--cluster", "check", &address]).output();
        let output = output.map_err(|why| format!("redis-cli: {why}"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let well = ["[OK] All nodes agree about slots", "[OK] All 16384 slots covered"];
        if output.status.success() && well.iter().all(|line| text.contains(line)) {
            Ok(())
        } else {
            Err(text.into_owned())
        }
    }
}

/// Runs `story`, unless there is no real server.
fn mixed(name: &str, port: u16, story: impl FnOnce(&mut Mixed) -> Result<()>) {
    if Program::Redis.is_missing(name) {
        return;
    }
    let began = Instant::now();
    let mut cluster = Mixed::start(port).unwrap_or_else(|why| panic!("{why}"));
    if let Err(why) = story(&mut cluster) {
        cluster.servers.print_logs();
        panic!("{why}");
    }
    let (keys, seconds) = (cluster.written.len(), began.elapsed().as_secs_f64());
    say(&format!("{name}: {keys} keys, {seconds:.0} s"));
}

#[test]
fn twenty_manual_failovers_cross_the_border_and_lose_nothing() {
    mixed("manual failovers between real servers and ours", 28300, |cluster| {
        cluster.check()?;
        for round in 0..ROUNDS {
            cluster.write(round)?;
            cluster.manual(round).map_err(|why| format!("round {round}: {why}"))?;
        }
        cluster.compare()?;
        cluster.check()
    });
}

#[test]
fn twenty_killed_masters_are_replaced_across_the_border_and_nothing_is_lost() {
    mixed("automatic failovers between real servers and ours", 28320, |cluster| {
        cluster.check()?;
        for round in 0..ROUNDS {
            cluster.write(round)?;
            cluster.automatic(round).map_err(|why| format!("round {round}: {why}"))?;
        }
        cluster.compare()?;
        cluster.check()
    });
}

#[test]
fn a_short_cut_is_mended_by_a_partial_resynchronisation_both_ways() {
    mixed("partial resynchronisation between real servers and ours", 28340, |cluster| {
        for round in 0..6 {
            let shard = round % 3;
            let (master, replica) = cluster.shards[shard];
            let before = ["sync_partial_ok", "sync_full"].map(|it| cluster.number(master, it));
            // The link is cut from either end in turn.
            let (node, line) = match round / 3 {
                0 => (master, "CLIENT KILL TYPE replica"),
                _ => (replica, "CLIENT KILL TYPE master"),
            };
            cluster.servers.ask(node, line)?;
            cluster.write(round)?;
            cluster.servers.until("no partial resynchronisation", || {
                cluster.number(master, "sync_partial_ok") == before[0] + 1
            })?;
            if cluster.number(master, "sync_full") != before[1] {
                return Err(format!("round {round}: a full synchronisation"));
            }
        }
        cluster.compare()
    });
}
