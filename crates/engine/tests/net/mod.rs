//! A few nodes on a network of equal latency, driven through their doors alone.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddrV4};

use engine::time::Span;
use engine::{Compat, ConnId, ConnectError, Event, Input, Node, Output, Start, Time};

/// One way, between any two processes.
const LATENCY: Span = Span(500);
/// The period of a node's cron.
const TICK: Span = Span::from_millis(100);
/// Who stands at the other end of a client's connection.
const CLIENT: usize = usize::MAX;
/// 23 November 2026, 04:00 UTC.
const UNIX_US_AT_ZERO: u64 = 1_795_406_400_000_000;

type End = (usize, ConnId);

struct Host {
    config: String,
    node: Option<Node>,
    disk: BTreeMap<String, Vec<u8>>,
    ports: BTreeSet<u16>,
    log: Vec<String>,
    events: Vec<Event>,
    started: Time,
    ticked: Time,
}

/// The nodes and everything in flight between them.
pub struct Net {
    now: Time,
    compat: Compat,
    hosts: Vec<Host>,
    queue: BTreeMap<(Time, u64), (usize, Input)>,
    peers: BTreeMap<End, End>,
    heard: BTreeMap<ConnId, Vec<u8>>,
    consoles: BTreeMap<usize, ConnId>,
    posted: u64,
    accepted: u32,
    booted: u32,
    /// Wake every node at every tick of its cron, whether it asks for it or not.
    restless: bool,
    /// Everything that nodes said and when, while it is kept.
    record: Option<Vec<(Time, usize, Output)>>,
}

impl Net {
    /// `count` nodes that know nothing of each other; `config` goes to all of them.
    pub fn new(compat: Compat, count: usize, config: &str) -> Self {
        let mut net = Self {
            now: Time::ZERO,
            compat,
            hosts: Vec::new(),
            queue: BTreeMap::new(),
            peers: BTreeMap::new(),
            heard: BTreeMap::new(),
            consoles: BTreeMap::new(),
            posted: 0,
            accepted: 0,
            booted: 0,
            restless: false,
            record: None,
        };
        for _ in 0..count {
            net.add(config);
        }
        net
    }

    /// Two masters that halve the slots; `hello` (866) is the first one's, `foo` (12182) the second's.
    pub fn two_masters(config: &str) -> Self {
        let mut net = Self::new(Compat::V7_0, 2, config);
        net.ok(0, "CLUSTER ADDSLOTSRANGE 0 8191");
        net.ok(1, "CLUSTER ADDSLOTSRANGE 8192 16383");
        net.ok(0, "CLUSTER SET-CONFIG-EPOCH 1");
        net.ok(1, "CLUSTER SET-CONFIG-EPOCH 2");
        net.ok(1, "CLUSTER MEET 10.0.0.1 6379");
        net.secs(8);
        net
    }

    /// Gives a command that must be answered OK.
    pub fn ok(&mut self, index: usize, line: &str) {
        assert_eq!(self.ask(index, line), "+OK\r\n", "{line} at node {index}");
    }

    /// Gives a command that must be answered with this error.
    pub fn error(&mut self, index: usize, line: &str, text: &str) {
        assert_eq!(self.ask(index, line), format!("-{text}\r\n"), "{line} at node {index}");
    }

    /// Adds a node that knows nobody.
    pub fn add(&mut self, config: &str) {
        self.hosts.push(Host {
            config: format!("port 6379\ncluster-enabled yes\nsave \"\"\n{config}\n"),
            node: None,
            disk: BTreeMap::new(),
            ports: BTreeSet::new(),
            log: Vec::new(),
            events: Vec::new(),
            started: Time::ZERO,
            ticked: Time::ZERO,
        });
        self.start(self.hosts.len() - 1);
    }

    /// Wakes every node at every tick from here on, if `restless`; keeps a record of all that the
    /// nodes say.
    pub fn observe(&mut self, restless: bool) {
        self.restless = restless;
        self.record = Some(Vec::new());
    }

    /// All that the nodes said since the record began.
    pub fn record(&mut self) -> Vec<(Time, usize, Output)> {
        self.record.take().expect("a record is kept")
    }

    /// The address of a node's host.
    pub fn ip(index: usize) -> Ipv4Addr {
        Ipv4Addr::new(10, 0, 0, index as u8 + 1)
    }

    /// The present moment.
    pub fn now(&self) -> Time {
        self.now
    }

    /// Starts the process of a host that has none, with what its disk holds.
    pub fn start(&mut self, index: usize) {
        self.booted += 1;
        let now = self.now;
        let host = &mut self.hosts[index];
        assert!(host.node.is_none(), "node {index} runs");
        (host.started, host.ticked) = (now, now);
        let start = Start {
            pid: 1000 + self.booted * 100,
            seed: u64::from(self.booted) * 7919,
            config: host.config.clone(),
            config_file: None,
            files: host.disk.clone(),
            unix_us_at_zero: UNIX_US_AT_ZERO,
            compat: self.compat,
        };
        host.node = Some(Node::boot(self.now, start));
        self.carry(index);
    }

    /// Ends a process as SIGKILL does.
    pub fn kill(&mut self, index: usize) {
        self.hosts[index].node = None;
        self.hosts[index].ports.clear();
        let ends: Vec<End> = self.peers.keys().copied().filter(|end| end.0 == index).collect();
        for end in ends {
            self.shut(end);
        }
        self.consoles.remove(&index);
    }

    /// Resets the connections between two nodes. They may connect again.
    pub fn cut(&mut self, a: usize, b: usize) {
        let between = |(from, to): (&End, &End)| from.0 == a && to.0 == b;
        let pairs = self.peers.iter().filter(|&pair| between(pair)).map(|(from, to)| (*from, *to));
        for (from, to) in pairs.collect::<Vec<_>>() {
            self.peers.remove(&from);
            self.peers.remove(&to);
            self.post(from.0, Input::Closed { conn: from.1 });
            self.post(to.0, Input::Closed { conn: to.1 });
        }
    }

    /// Lets `span` go by.
    pub fn pass(&mut self, span: Span) {
        let until = self.now + span;
        loop {
            let queued = self.queue.first_key_value().map(|(&(at, _), _)| at);
            let wakes = self
                .hosts
                .iter()
                .enumerate()
                .filter_map(|(index, host)| Some((self.wake_time(host)?, index)));
            let wake = wakes.min();
            let next = queued.into_iter().chain(wake.map(|(at, _)| at)).min();
            let Some(at) = next.filter(|&at| at <= until) else { break };
            self.now = self.now.max(at);
            // Timers before sockets, as `Node::run` has it.
            if let Some((_, index)) = wake.filter(|&(due, _)| due == at) {
                self.hosts[index].ticked = at;
                self.deliver(index, Input::Wake);
            } else {
                let (_, (index, input)) = self.queue.pop_first().expect("it was seen");
                self.deliver(index, input);
            }
        }
        self.now = until;
    }

    fn wake_time(&self, host: &Host) -> Option<Time> {
        let due = host.node.as_ref()?.deadline();
        if !self.restless {
            return due;
        }
        let next = host.ticked.since(host.started).0 / TICK.0 + 1;
        Some(host.started + Span(next * TICK.0)).into_iter().chain(due).min()
    }

    /// Seconds go by.
    pub fn secs(&mut self, secs: u64) {
        self.pass(Span::from_secs(secs));
    }

    /// What a node answers to one line of words, as raw RESP, within 20 ms.
    pub fn ask(&mut self, index: usize, line: &str) -> String {
        let conn = match self.consoles.get(&index) {
            Some(&conn) => conn,
            None => self.open(index),
        };
        self.consoles.insert(index, conn);
        self.say(index, conn, line);
        self.pass(Span::from_millis(20));
        self.hear(conn)
    }

    /// Opens a client connection of its own.
    pub fn open(&mut self, index: usize) -> ConnId {
        self.accepted += 2;
        let conn = ConnId(self.accepted);
        let local = SocketAddrV4::new(Self::ip(index), 6379);
        let peer = SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 250), 40000);
        self.peers.insert((index, conn), (CLIENT, conn));
        self.post(index, Input::Accepted { conn, local, peer });
        conn
    }

    /// Sends one line of words on a client connection.
    pub fn say(&mut self, index: usize, conn: ConnId, line: &str) {
        let words: Vec<&str> = line.split(' ').collect();
        let mut bytes = format!("*{}\r\n", words.len());
        for word in words {
            bytes += &format!("${}\r\n{word}\r\n", word.len());
        }
        self.post(index, Input::Received { conn, bytes: bytes.into_bytes() });
    }

    /// What came on a client connection since it was last asked.
    pub fn hear(&mut self, conn: ConnId) -> String {
        let bytes = self.heard.remove(&conn).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// One field of `INFO replication`.
    pub fn info(&mut self, index: usize, field: &str) -> String {
        let prefix = format!("{field}:");
        let all = self.ask(index, "INFO replication");
        let value = all.lines().find_map(|line| line.strip_prefix(&prefix));
        value.unwrap_or_else(|| panic!("{field} is not in {all}")).to_owned()
    }

    /// The log of a host since it was last asked, without process ids and dates.
    pub fn log(&mut self, index: usize) -> Vec<String> {
        let brief = |line: &String| {
            let (pid_role, rest) = line.split_once(' ').expect("a log line");
            let role = pid_role.split_once(':').expect("a log line").1;
            let text: Vec<&str> = rest.splitn(5, ' ').collect();
            format!("{role} {}", text[4])
        };
        let lines = self.hosts[index].log.iter().map(brief).collect();
        self.hosts[index].log.clear();
        lines
    }

    /// What a node told since it was last asked.
    pub fn events(&mut self, index: usize) -> Vec<Event> {
        std::mem::take(&mut self.hosts[index].events)
    }

    /// Looks at a node.
    pub fn node(&self, index: usize) -> &Node {
        self.hosts[index].node.as_ref().expect("the node runs")
    }

    /// Whether a node's process runs.
    pub fn runs(&self, index: usize) -> bool {
        self.hosts[index].node.is_some()
    }

    /// Replaces a running node by what its snapshot restores.
    pub fn reload(&mut self, index: usize) {
        let bytes = self.node(index).snapshot();
        self.hosts[index].node = Some(Node::restore(&bytes).expect("its own snapshot"));
    }

    fn post(&mut self, index: usize, input: Input) {
        self.post_after(LATENCY, index, input);
    }

    fn post_after(&mut self, span: Span, index: usize, input: Input) {
        self.posted += 1;
        self.queue.insert((self.now + span, self.posted), (index, input));
    }

    fn deliver(&mut self, index: usize, input: Input) {
        if index == CLIENT {
            if let Input::Received { conn, bytes } = input {
                self.heard.entry(conn).or_default().extend(bytes);
            }
            return;
        }
        let now = self.now;
        let Some(node) = &mut self.hosts[index].node else { return };
        node.handle(now, input);
        self.carry(index);
    }

    /// Takes everything that a node has to say.
    fn carry(&mut self, index: usize) {
        while let Some(output) = self.hosts[index].node.as_mut().and_then(Node::poll) {
            if let Some(record) = &mut self.record {
                record.push((self.now, index, output.clone()));
            }
            let host = &mut self.hosts[index];
            match output {
                Output::Listen { port } => drop(host.ports.insert(port)),
                Output::WriteFile { name, bytes } => drop(host.disk.insert(name, bytes)),
                Output::Log(line) => host.log.push(line),
                Output::Event(event) => host.events.push(event),
                Output::Exit { .. } => self.kill(index),
                Output::Connect { conn, to, .. } => self.connect((index, conn), to),
                Output::Close { conn } => self.shut((index, conn)),
                Output::Send { conn, bytes } => {
                    if let Some(&(peer, conn)) = self.peers.get(&(index, conn)) {
                        self.post(peer, Input::Received { conn, bytes });
                    }
                }
            }
        }
    }

    fn connect(&mut self, from: End, to: SocketAddrV4) {
        let round_trip = Span(LATENCY.0 * 2);
        let target = (0..self.hosts.len()).find(|&index| Self::ip(index) == *to.ip());
        let target = target.filter(|&index| self.hosts[index].ports.contains(&to.port()));
        let Some(target) = target else {
            let input = Input::ConnectFailed { conn: from.1, why: ConnectError::Refused };
            return self.post_after(round_trip, from.0, input);
        };
        self.accepted += 2;
        let conn = ConnId(self.accepted);
        self.peers.insert(from, (target, conn));
        self.peers.insert((target, conn), from);
        let peer = SocketAddrV4::new(Self::ip(from.0), 50000);
        self.post(target, Input::Accepted { conn, local: to, peer });
        self.post_after(round_trip, from.0, Input::Connected { conn: from.1, local: peer });
    }

    /// Closes one end; the other hears of it.
    fn shut(&mut self, end: End) {
        let queued = |input: &Input| match input {
            Input::Connected { conn, .. } | Input::Received { conn, .. } => Some(*conn),
            Input::Closed { conn } | Input::ConnectFailed { conn, .. } => Some(*conn),
            _ => None,
        };
        self.queue.retain(|_, (index, input)| *index != end.0 || queued(input) != Some(end.1));
        if let Some((peer, conn)) = self.peers.remove(&end) {
            self.peers.remove(&(peer, conn));
            self.post(peer, Input::Closed { conn });
        }
    }
}
