//! A node alone, and what arrives at it.

use std::collections::BTreeMap;

use engine::time::Span;
use engine::{Compat, ConnId, Input, Node, Output, Start, Time};

fn start(compat: Compat, files: BTreeMap<String, Vec<u8>>) -> Node {
    let config = "port 6379\ncluster-enabled yes\nsave \"\"\n".to_owned();
    let unix_us_at_zero = 1_795_406_400_000_000;
    let start =
        Start { pid: 100, seed: 7, config, config_file: None, files, unix_us_at_zero, compat };
    Node::boot(Time::ZERO, start)
}

/// A node that connections come to.
pub struct Visited {
    node: Node,
    conns: u32,
}

impl Visited {
    /// Starts it, with a nodes.conf.
    pub fn start(compat: Compat, nodes_conf: Option<&str>) -> Self {
        let files = nodes_conf.map(|text| ("nodes.conf".into(), text.into()));
        Self { node: start(compat, files.into_iter().collect()), conns: 0 }
    }

    /// Delivers bytes on a new connection to a port, in some parts; then two seconds pass. Returns
    /// what the node sent.
    pub fn hear(&mut self, port: u16, bytes: &[u8], parts: usize) -> Vec<u8> {
        self.conns += 1;
        let conn = ConnId(self.conns * 2);
        let local = format!("10.0.0.1:{port}").parse().expect("an address");
        let peer = "10.0.0.9:40000".parse().expect("an address");
        let now = self.node.now();
        self.node.handle(now, Input::Accepted { conn, local, peer });
        for part in bytes.chunks(bytes.len().div_ceil(parts).max(1)) {
            self.node.handle(now, Input::Received { conn, bytes: part.to_vec() });
        }
        let end = now + Span::from_secs(2);
        while let Some(due) = self.node.deadline().filter(|&due| due < end) {
            self.node.handle(due.max(self.node.now()), Input::Wake);
        }
        let mut sent = Vec::new();
        while let Some(output) = self.node.poll() {
            if let Output::Send { bytes, .. } = output {
                sent.extend(bytes);
            }
        }
        sent
    }

    /// Whether it answers a client.
    pub fn answers(&mut self) -> bool {
        let sent = self.hear(6379, b"*1\r\n$4\r\nPING\r\n", 1);
        String::from_utf8_lossy(&sent).contains("+PONG\r\n")
    }
}

/// A node that starts with a file.
pub struct Loaded {
    node: Visited,
}

impl Loaded {
    pub fn start(compat: Compat, name: &str, bytes: &[u8]) -> Self {
        let node = start(compat, [(name.into(), bytes.to_vec())].into());
        Self { node: Visited { node, conns: 0 } }
    }

    /// It exits at once, or answers.
    pub fn check(mut self) {
        let mut refused = false;
        while let Some(output) = self.node.node.poll() {
            refused |= matches!(output, Output::Exit { code: 1 });
        }
        assert!(refused || self.node.answers(), "it neither refuses the file nor answers");
    }
}
