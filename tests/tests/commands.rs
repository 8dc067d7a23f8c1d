//! What one real server answered to hundreds of requests, asked again of one node here.
//!
//! `data/commands/record.py` wrote the replies into the files beside it, from a redis-server 7.0.15.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddrV4;

use engine::time::Span;
use engine::{Compat, ConnId, Input, Node, Output, Start, Time};

const COMMANDS: &str = include_str!("../data/commands/commands.txt");
const TYPES: &str = include_str!("../data/commands/types.txt");
const CLIENTS: &str = include_str!("../data/commands/clients.txt");
const BLOCKING: &str = include_str!("../data/commands/blocking.txt");
const CONFIG: &str = "port 6379\ncluster-enabled yes\nsave \"\"\nenable-debug-command yes\n";

/// Requests that are not answered as recorded; docs/differences-from-redis.md says why.
const DIFFERENT: &[&str] = &[
    // Fractions
    "a> INCRBYFLOAT f 5.0e3",
    "a> INCRBYFLOAT f 0.00000000000000001",
    // Settings
    "a> CONFIG SET port 1",
    "a> CONFIG SET appendonly maybe",
];

/// A node and the connections to it, without any network between.
struct Bench {
    node: Node,
    now: Time,
    conns: BTreeMap<String, ConnId>,
    opened: u32,
    heard: BTreeMap<ConnId, Vec<u8>>,
    closed: BTreeSet<ConnId>,
}

impl Bench {
    fn new() -> Self {
        let start = Start {
            pid: 1,
            seed: 7,
            config: CONFIG.into(),
            config_file: None,
            files: BTreeMap::new(),
            unix_us_at_zero: 1_795_406_400_000_000,
            compat: Compat::V7_0,
        };
        let mut bench = Self {
            node: Node::boot(Time::ZERO, start),
            now: Time::ZERO,
            conns: BTreeMap::new(),
            opened: 0,
            heard: BTreeMap::new(),
            closed: BTreeSet::new(),
        };
        bench.say("setup", "CLUSTER ADDSLOTSRANGE 0 16383");
        bench.say("setup", "QUIT");
        bench.pass(3000);
        bench.heard("setup");
        bench
    }

    fn say(&mut self, name: &str, request: &str) {
        if !self.conns.contains_key(name) {
            let conn = ConnId(self.opened * 2);
            self.opened += 1;
            self.conns.insert(name.into(), conn);
            let local: SocketAddrV4 = "127.0.0.1:6379".parse().expect("an address");
            let peer = SocketAddrV4::new(*local.ip(), 50000 + self.opened as u16);
            self.feed(Input::Accepted { conn, local, peer });
        }
        let conn = self.conns[name];
        self.feed(Input::Received { conn, bytes: format!("{request}\r\n").into_bytes() });
    }

    fn feed(&mut self, input: Input) {
        self.node.handle(self.now, input);
        while let Some(output) = self.node.poll() {
            match output {
                Output::Send { conn, bytes } => self.heard.entry(conn).or_default().extend(bytes),
                Output::Close { conn } => {
                    self.closed.insert(conn);
                }
                _ => {}
            }
        }
    }

    fn pass(&mut self, ms: u64) {
        let until = self.now + Span::from_millis(ms);
        while let Some(due) = self.node.deadline().filter(|&due| due <= until) {
            self.now = due;
            self.feed(Input::Wake);
        }
        self.now = until;
    }

    /// What came on a connection since it was asked last, as the recording shows it.
    fn heard(&mut self, name: &str) -> Vec<String> {
        let conn = self.conns[name];
        let bytes = self.heard.remove(&conn).unwrap_or_default();
        let text: String = bytes.iter().map(|&byte| char::from(byte)).collect();
        let mut lines: Vec<String> = text.split("\r\n").map(escaped).collect();
        lines.pop();
        if self.closed.remove(&conn) {
            lines.push("(closed)".into());
            self.conns.remove(name);
        }
        lines
    }
}

/// As Python's `unicode_escape` writes it.
fn escaped(line: &str) -> String {
    let escape = |c: char| match c {
        '\n' => "\\n".to_string(),
        '\r' => "\\r".to_string(),
        '\t' => "\\t".to_string(),
        '\\' => "\\\\".to_string(),
        ' '..='~' => c.to_string(),
        _ => format!("\\x{:02x}", u32::from(c)),
    };
    line.chars().map(escape).collect()
}

/// A line of the recording that does something, and the replies below it, by connection.
struct Step<'a> {
    line: &'a str,
    replies: BTreeMap<String, Vec<String>>,
}

fn steps(recorded: &'static str) -> Vec<Step<'static>> {
    let mut steps: Vec<Step<'_>> = Vec::new();
    let mut speaker = String::new();
    for line in recorded.lines() {
        if let Some(reply) = line.strip_prefix("  ") {
            let step = steps.last_mut().expect("a reply follows a request");
            match reply.strip_suffix(':').filter(|name| name.len() == 1) {
                Some(name) => speaker = name.into(),
                None => step.replies.entry(speaker.clone()).or_default().push(reply.into()),
            }
        } else if !line.is_empty() && !line.starts_with('#') {
            speaker = line.split('>').next().unwrap_or_default().into();
            steps.push(Step { line, replies: BTreeMap::new() });
        }
    }
    steps
}

/// Asks one node all that is recorded, and tells every reply that is not as it should be.
fn compare(recorded: &'static str, least: usize) {
    let mut bench = Bench::new();
    let mut complaints = Vec::new();
    let steps = steps(recorded);
    for step in &steps {
        let asked = step.line.split("> ").next().unwrap_or_default();
        if let Some(ms) = step.line.strip_prefix("sleep ") {
            bench.pass(ms.parse().expect("milliseconds"));
        } else {
            let (name, request) = step.line.split_once("> ").expect("NAME> REQUEST");
            bench.say(name, request);
            bench.pass(1);
        }
        let names: Vec<String> = bench.conns.keys().cloned().collect();
        for name in names {
            let ours = bench.heard(&name);
            let real = step.replies.get(&name).cloned().unwrap_or_default();
            if name == asked && (ours != real) != DIFFERENT.contains(&step.line)
                || name != asked && ours != real
            {
                let (line, real, ours) = (step.line, real.join("|"), ours.join("|"));
                complaints.push(format!("{line}\n  real {name}: {real}\n  ours {name}: {ours}"));
            }
        }
    }
    assert!(steps.len() > least, "only {} steps were found", steps.len());
    assert!(complaints.is_empty(), "{} differences:\n{}", complaints.len(), complaints.join("\n"));
}

#[test]
fn one_node_answers_as_one_real_server_did() {
    compare(COMMANDS, 400);
}

#[test]
fn one_node_treats_its_clients_as_one_real_server_did() {
    compare(CLIENTS, 30);
}

#[test]
fn one_node_keeps_values_of_every_type_as_one_real_server_did() {
    compare(TYPES, 300);
}

#[test]
fn one_node_blocks_and_serves_clients_as_one_real_server_did() {
    compare(BLOCKING, 150);
}
