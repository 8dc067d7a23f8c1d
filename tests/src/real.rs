//! A cluster of real `redis-server` processes on 127.0.0.1, to compare with.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::resp::{Reply, parse, request};

/// What goes wrong, as a sentence.
pub type Result<T> = std::result::Result<T, String>;

/// How long a cluster may take to form.
const PATIENCE: Duration = Duration::from_secs(180);
/// How long a reply may take.
const REPLY: Duration = Duration::from_secs(10);

/// The version of the installed `redis-server`; none when there is none.
#[must_use]
pub fn version() -> Option<String> {
    let output = Command::new("redis-server").arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.split("v=").nth(1)?.split(' ').next().map(str::to_owned)
}

/// Processes in a directory of their own, both gone when this is dropped.
#[derive(Debug)]
pub struct RealCluster {
    folder: PathBuf,
    ports: Vec<u16>,
    servers: Vec<Child>,
}

impl RealCluster {
    /// Half of `count` as masters, the other half as their replicas, on the ports from `port` on and
    /// their bus on those 1000 above; every node knows every other one.
    ///
    /// # Errors
    /// When a process does not start or the cluster does not form.
    pub fn start(count: u16, port: u16, node_timeout_ms: u64) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("failover-{}-{port}", std::process::id()));
        let ports = (port..port + count).collect();
        let mut cluster = Self { folder, ports, servers: Vec::new() };
        for at in 0..usize::from(count) {
            cluster.servers.push(cluster.server(at, node_timeout_ms)?);
        }
        cluster.join()?;
        Ok(cluster)
    }

    fn server(&self, at: usize, node_timeout_ms: u64) -> Result<Child> {
        let folder = self.folder.join(at.to_string());
        let wrong = |why: std::io::Error| format!("redis-server can not be started: {why}");
        fs::create_dir_all(&folder).map_err(wrong)?;
        let log = File::create(folder.join("log")).map_err(wrong)?;
        let port = self.ports[at];
        let (bus, timeout) = (port + 1000, node_timeout_ms);
        let options = format!(
            "--port {port} --cluster-port {bus} --cluster-enabled yes --cluster-node-timeout \
             {timeout} --bind 127.0.0.1"
        );
        let mut server = Command::new("redis-server");
        server.args(options.split(' ')).args(["--save", "", "--dir"]).arg(&folder);
        server.stdin(Stdio::null()).stdout(log).spawn().map_err(wrong)
    }

    /// Asks a node, on a connection for this once. Words are parted by single spaces.
    ///
    /// # Errors
    /// When no reply comes.
    pub fn ask(&self, node: usize, line: &str) -> Result<Reply> {
        let wrong = |why: std::io::Error| format!("node {node}, {line}: {why}");
        let mut stream = TcpStream::connect(("127.0.0.1", self.ports[node])).map_err(wrong)?;
        stream.set_read_timeout(Some(REPLY)).map_err(wrong)?;
        let words: Vec<&str> = line.split(' ').collect();
        stream.write_all(&request(&words)).map_err(wrong)?;
        let (mut heard, mut buffer) = (Vec::new(), [0; 16384]);
        loop {
            let len = stream.read(&mut buffer).map_err(wrong)?;
            if len == 0 {
                return Err(format!("node {node}, {line}: the connection was closed"));
            }
            heard.extend_from_slice(&buffer[..len]);
            if let Some((reply, _)) = parse(&heard) {
                return Ok(reply);
            }
        }
    }

    /// The process ids, in the order of the ports.
    pub fn pids(&self) -> impl Iterator<Item = u32> + '_ {
        self.servers.iter().map(Child::id)
    }

    fn join(&self) -> Result<()> {
        let count = self.ports.len();
        let masters = count / 2;
        self.until("a node does not start", || (0..count).all(|at| self.ask(at, "PING").is_ok()))?;
        for at in 0..count {
            self.told(at, &format!("CLUSTER SET-CONFIG-EPOCH {}", at + 1))?;
        }
        for at in 0..masters {
            let (first, end) = (at * 16384 / masters, (at + 1) * 16384 / masters);
            self.told(at, &format!("CLUSTER ADDSLOTSRANGE {first} {}", end - 1))?;
        }
        for port in &self.ports[1..] {
            self.told(0, &format!("CLUSTER MEET 127.0.0.1 {port} {}", port + 1000))?;
        }
        let all = format!("cluster_known_nodes:{count}\r");
        self.until("nodes do not get to know each other", || self.all_say(&all))?;
        for at in masters..2 * masters {
            let Reply::Bulk(Some(master)) = self.ask(at - masters, "CLUSTER MYID")? else {
                return Err("CLUSTER MYID is no text".into());
            };
            let line = format!("CLUSTER REPLICATE {master}");
            self.until("a replica does not follow", || self.told(at, &line).is_ok())?;
        }
        self.until("the cluster is not well", || self.all_say("cluster_state:ok"))
    }

    fn all_say(&self, part: &str) -> bool {
        (0..self.ports.len()).all(|at| match self.ask(at, "CLUSTER INFO") {
            Ok(Reply::Bulk(Some(text))) => text.contains(part),
            _ => false,
        })
    }

    fn told(&self, node: usize, line: &str) -> Result<()> {
        match self.ask(node, line)? {
            Reply::Simple(text) if text == "OK" => Ok(()),
            other => Err(format!("node {node}, {line}: {other:?}")),
        }
    }

    fn until(&self, complaint: &str, mut done: impl FnMut() -> bool) -> Result<()> {
        let begun = Instant::now();
        while !done() {
            if begun.elapsed() > PATIENCE {
                return Err(complaint.into());
            }
            sleep(Duration::from_millis(200));
        }
        Ok(())
    }
}

impl Drop for RealCluster {
    fn drop(&mut self) {
        for server in &mut self.servers {
            let _ = server.kill();
            let _ = server.wait();
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}
