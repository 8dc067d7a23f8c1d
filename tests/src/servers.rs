//! Clusters of processes on 127.0.0.1: real `redis-server`s, and the lab's own.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::resp::{Reply, parse, request};

/// What goes wrong, as a sentence.
pub type Result<T> = std::result::Result<T, String>;

/// How long a cluster may take to form.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a reply may take.
const REPLY: Duration = Duration::from_secs(10);

/// What a process runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// The `redis-server` on PATH.
    Redis,
    /// `lab serve`.
    Lab,
}

impl Program {
    /// What its version is called; none when it is not there.
    #[must_use]
    pub fn version(self) -> Option<String> {
        match self {
            Self::Lab => Some("lab serve".into()),
            Self::Redis => {
                let output = Command::new("redis-server").arg("--version").output().ok()?;
                let text = String::from_utf8_lossy(&output.stdout).into_owned();
                let number = text.split("v=").nth(1)?.split(' ').next()?;
                Some(format!("redis-server {number}"))
            }
        }
    }

    /// Whether it is not there, which is said aloud: `comparison` is left out then.
    #[must_use]
    pub fn is_missing(self, comparison: &str) -> bool {
        let missing = self.version().is_none();
        if missing {
            crate::say(&format!("SKIPPED: {comparison}; there is no redis-server on PATH"));
        }
        missing
    }

    fn command(self) -> Command {
        match self {
            Self::Redis => Command::new("redis-server"),
            Self::Lab => {
                let mut command = Command::new(lab());
                command.args(["serve", "--compat", "7.0"]);
                command
            }
        }
    }
}

/// The lab's binary, as new as its source: it lies where cargo puts binaries beside this test.
pub fn lab() -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT
        .get_or_init(|| {
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace");
            let mut cargo = Command::new(env!("CARGO"));
            cargo.args(["build", "--quiet", "--locked", "--package", "lab"]).current_dir(root);
            assert!(cargo.status().is_ok_and(|status| status.success()), "lab can not be built");
            let test = std::env::current_exe().expect("a test has a path");
            let profile =
                test.ancestors().find(|it| it.ends_with("debug") || it.ends_with("release"));
            profile.expect("a target directory").join("lab")
        })
        .clone()
}

/// Processes in a directory of their own, both gone when this is dropped.
#[derive(Debug)]
pub struct Servers {
    folder: PathBuf,
    programs: Vec<Program>,
    ports: Vec<u16>,
    node_timeout_ms: u64,
    running: Vec<Option<Child>>,
    /// How many are nodes of the cluster: those after them are servers for themselves.
    members: usize,
}

impl Servers {
    /// A cluster of these: the first half are masters, the others their replicas, in this order, on
    /// the ports from `port` on and their bus on those 1000 above; every node knows every other.
    ///
    /// # Errors
    /// When a process does not start or the cluster does not form.
    pub fn start(programs: &[Program], port: u16, node_timeout_ms: u64) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("failover-{}-{port}", std::process::id()));
        let mut servers = Self {
            folder,
            programs: programs.to_vec(),
            ports: (port..).take(programs.len()).collect(),
            node_timeout_ms,
            running: Vec::new(),
            members: programs.len(),
        };
        for at in 0..programs.len() {
            servers.running.push(None);
            servers.run(at)?;
        }
        servers.join()?;
        Ok(servers)
    }

    /// Adds a server outside of the cluster on the next port, and returns its number.
    ///
    /// # Errors
    /// When the process does not start.
    pub fn add_alone(&mut self, program: Program) -> Result<usize> {
        let at = self.programs.len();
        let last = self.ports.last().copied().unwrap_or_default();
        self.programs.push(program);
        self.ports.push(last + 1);
        self.running.push(None);
        self.run(at)?;
        self.until("a server does not start", || self.ask(at, "PING").is_ok())?;
        Ok(at)
    }

    /// Starts the process of a node that does not run; what it left on disk is still there.
    ///
    /// # Errors
    /// When there is no such program.
    pub fn run(&mut self, at: usize) -> Result<()> {
        let folder = self.folder.join(at.to_string());
        let wrong = |why: std::io::Error| format!("node {at} can not be started: {why}");
        fs::create_dir_all(&folder).map_err(wrong)?;
        let log = File::options().create(true).append(true).open(folder.join("log"));
        let log = log.map_err(wrong)?;
        let port = self.ports[at];
        let (bus, timeout) = (port + 1000, self.node_timeout_ms);
        let member = if at < self.members { "yes" } else { "no" };
        let options = format!(
            "--port {port} --cluster-port {bus} --cluster-enabled {member} --cluster-node-timeout \
             {timeout} --bind 127.0.0.1 --repl-diskless-sync-delay 0 --enable-debug-command yes"
        );
        let mut server = self.programs[at].command();
        server.args(options.split(' ')).args(["--save", "", "--dir"]).arg(&folder);
        let started = server.stdin(Stdio::null()).stdout(log).spawn().map_err(wrong)?;
        self.running[at] = Some(started);
        Ok(())
    }

    /// SIGKILL.
    pub fn kill(&mut self, at: usize) {
        if let Some(mut process) = self.running[at].take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// The ports for clients.
    #[must_use]
    pub fn ports(&self) -> &[u16] {
        &self.ports
    }

    /// A connection to a node.
    ///
    /// # Errors
    /// When there is none.
    pub fn connect(&self, node: usize) -> Result<Connection> {
        Connection::open(self.ports[node]).map_err(|why| format!("node {node}: {why}"))
    }

    /// Asks a node, on a connection for this once. Words are parted by single spaces.
    ///
    /// # Errors
    /// When no reply comes.
    pub fn ask(&self, node: usize, line: &str) -> Result<Reply> {
        let reply = self.connect(node)?.ask(line);
        reply.map_err(|why| format!("node {node}, {line}: {why}"))
    }

    /// A field of a node's INFO; none when it has none, or does not answer.
    #[must_use]
    pub fn info(&self, node: usize, name: &str) -> Option<String> {
        let Ok(Reply::Bulk(Some(text))) = self.ask(node, "INFO") else { return None };
        let mut fields = text.lines().filter_map(|line| line.split_once(':'));
        fields.find(|(field, _)| *field == name).map(|(_, value)| value.to_owned())
    }

    /// The last lines that a node logged.
    #[must_use]
    pub fn log_tail(&self, node: usize, lines: usize) -> String {
        let log = fs::read_to_string(self.folder.join(node.to_string()).join("log"));
        let log = log.unwrap_or_default();
        let all: Vec<&str> = log.lines().collect();
        all[all.len().saturating_sub(lines)..].join("\n")
    }

    /// Prints the last lines of every node's log.
    pub fn print_logs(&self) {
        for node in 0..self.ports.len() {
            println!("node {node}:\n{}", self.log_tail(node, 15));
        }
    }

    /// The ids of the running processes, in the order of their ports.
    pub fn pids(&self) -> impl Iterator<Item = u32> + '_ {
        self.running.iter().flatten().map(Child::id)
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

    /// Whether every node's CLUSTER INFO has this part.
    #[must_use]
    pub fn all_say(&self, part: &str) -> bool {
        (0..self.members).all(|at| match self.ask(at, "CLUSTER INFO") {
            Ok(Reply::Bulk(Some(text))) => text.contains(part),
            _ => false,
        })
    }

    /// Gives a command that is answered OK.
    ///
    /// # Errors
    /// With any other answer.
    pub fn told(&self, node: usize, line: &str) -> Result<()> {
        match self.ask(node, line)? {
            Reply::Simple(text) if text == "OK" => Ok(()),
            other => Err(format!("node {node}, {line}: {other:?}")),
        }
    }

    /// Waits until something holds.
    ///
    /// # Errors
    /// The complaint, when it takes longer than a minute.
    pub fn until(&self, complaint: &str, mut done: impl FnMut() -> bool) -> Result<()> {
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

/// A connection of a client.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    heard: Vec<u8>,
}

impl Connection {
    fn open(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).map_err(|why| why.to_string())?;
        stream.set_read_timeout(Some(REPLY)).map_err(|why| why.to_string())?;
        Ok(Self { stream, heard: Vec::new() })
    }

    /// Sends a command, words parted by single spaces, and waits for its reply.
    ///
    /// # Errors
    /// When none comes.
    pub fn ask(&mut self, line: &str) -> Result<Reply> {
        let words: Vec<&str> = line.split(' ').collect();
        self.stream.write_all(&request(&words)).map_err(|why| why.to_string())?;
        self.next_reply()
    }

    /// Waits for the next reply, or for a message to a subscriber.
    ///
    /// # Errors
    /// When none comes.
    pub fn next_reply(&mut self) -> Result<Reply> {
        let mut buffer = [0; 16384];
        loop {
            if let Some((reply, used)) = parse(&self.heard).filter(|_| !self.heard.is_empty()) {
                self.heard.drain(..used);
                return Ok(reply);
            }
            match self.stream.read(&mut buffer) {
                Ok(0) => return Err("the connection was closed".into()),
                Ok(len) => self.heard.extend_from_slice(&buffer[..len]),
                Err(why) => return Err(why.to_string()),
            }
        }
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        for at in 0..self.running.len() {
            self.kill(at);
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}
