//! Whatever arrives (requests, bus packets, RDB files, nodes.conf) may be damaged in any way: a node
//! answers, logs or refuses to start, and never panics.
//!
//! Each kind is damaged in a fixed number of ways, each from a seed of its own. A failure prints how
//! to see it again; `DAMAGED=A..B cargo test --release -p failover-tests --test damaged_input` looks
//! further.

use std::collections::BTreeMap;

use engine::time::Span;
use engine::{Compat, ConnId, Input, Node, Output, Rng, Start, Time};
use serde_json::Value;

/// Seeds of each kind.
const SEEDS: std::ops::Range<u64> = 0..50_000;

/// Says how to see a failure again.
struct Case(u64);

impl Drop for Case {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let next = self.0 + 1;
            let test = "cargo test -p failover-tests --test damaged_input";
            eprintln!("to see it again: DAMAGED={}..{next} {test}", self.0);
        }
    }
}

/// Runs `try_it` once for each seed.
fn damage(try_it: impl Fn(&mut Rng)) {
    let wanted = std::env::var("DAMAGED").ok();
    let wanted = wanted.as_ref().and_then(|text| text.split_once(".."));
    let wanted = wanted.and_then(|(from, to)| Some(from.parse().ok()?..to.parse().ok()?));
    for seed in wanted.unwrap_or(SEEDS) {
        let _case = Case(seed);
        try_it(&mut Rng::new(seed));
    }
}

fn one_of<'a, T>(rng: &mut Rng, list: &'a [T]) -> &'a T {
    &list[rng.below(list.len() as u64) as usize]
}

fn coin(rng: &mut Rng) -> bool {
    rng.below(2) == 0
}

/// A copy of valid input with some changes.
fn damaged(valid: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = valid.to_vec();
    for _ in 0..rng.below(8) {
        if bytes.is_empty() {
            break;
        }
        let at = rng.below(bytes.len() as u64) as usize;
        let byte = rng.below(256) as u8;
        match rng.below(6) {
            0 => bytes[at] = byte,
            1 => bytes[at] ^= 1 << (byte % 8),
            2 => bytes.insert(at, byte),
            3 => drop(bytes.remove(at)),
            4 => bytes.truncate(at),
            _ => {
                let end = (at + usize::from(byte)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
        }
    }
    bytes
}

fn start(compat: Compat, files: BTreeMap<String, Vec<u8>>) -> Node {
    let config = "port 6379\ncluster-enabled yes\nsave \"\"\n".to_owned();
    let unix_us_at_zero = 1_795_406_400_000_000;
    let start = Start { pid: 100, seed: 7, config, files, unix_us_at_zero, compat };
    Node::boot(Time::ZERO, start)
}

/// Delivers bytes on a connection to a port of the node, cut in two; then time passes. Returns what
/// the node sent.
fn deliver(node: &mut Node, port: u16, conn: ConnId, bytes: &[u8]) -> Vec<u8> {
    let local = format!("10.0.0.1:{port}").parse().expect("an address");
    let peer = "10.0.0.9:40000".parse().expect("an address");
    let now = node.now();
    node.handle(now, Input::Accepted { conn, local, peer });
    let (first, second) = bytes.split_at(bytes.len() / 2);
    for part in [first, second] {
        if !part.is_empty() {
            node.handle(now, Input::Received { conn, bytes: part.to_vec() });
        }
    }
    let end = now + Span::from_secs(2);
    while let Some(due) = node.deadline().filter(|&due| due < end) {
        node.handle(due.max(node.now()), Input::Wake);
    }
    let mut sent = Vec::new();
    while let Some(output) = node.poll() {
        if let Output::Send { bytes, .. } = output {
            sent.extend(bytes);
        }
    }
    sent
}

fn answers(node: &mut Node, conn: ConnId) -> bool {
    let sent = deliver(node, 6379, conn, b"*1\r\n$4\r\nPING\r\n");
    String::from_utf8_lossy(&sent).contains("+PONG\r\n")
}

fn version(rng: &mut Rng) -> Compat {
    if coin(rng) { Compat::V8_2 } else { Compat::V7_0 }
}

/// A node that starts with this file exits at once, or answers.
fn loaded_or_refused(compat: Compat, name: &str, bytes: Vec<u8>) {
    let mut node = start(compat, [(name.into(), bytes)].into());
    let mut refused = false;
    while let Some(output) = node.poll() {
        refused |= matches!(output, Output::Exit { code: 1 });
    }
    assert!(refused || answers(&mut node, ConnId(2)));
}

const REQUESTS: [&str; 10] = [
    "*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\nvalue\r\n*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n",
    "PING\r\nSET key \"a b\\x41\"\r\nLPUSH list 1 2 3\r\nLRANGE list 0 -1\r\n",
    "*2\r\n$7\r\nCLUSTER\r\n$5\r\nNODES\r\n*2\r\n$7\r\nCLUSTER\r\n$6\r\nSHARDS\r\n",
    "*1\r\n$5\r\nMULTI\r\n*3\r\n$4\r\nHSET\r\n$1\r\nh\r\n$1\r\nf\r\n*1\r\n$4\r\nEXEC\r\n",
    "*6\r\n$4\r\nZADD\r\n$1\r\nz\r\n$3\r\n1.5\r\n$1\r\na\r\n$4\r\n-inf\r\n$1\r\nb\r\n*4\r\n$6\r\nZRANGE\r\n$1\r\n\
     z\r\n$1\r\n0\r\n$2\r\n-1\r\n",
    "*3\r\n$8\r\nREPLCONF\r\n$14\r\nlistening-port\r\n$4\r\n6380\r\n*3\r\n$5\r\nPSYNC\r\n$1\r\n?\r\n$2\r\n-1\r\n",
    "*4\r\n$7\r\nRESTORE\r\n$1\r\nk\r\n$1\r\n0\r\n$17\r\n\0\x05hello\x0a\0aaaaaaaa\r\n",
    "*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n*2\r\n$9\r\nSUBSCRIBE\r\n$1\r\nc\r\n*3\r\n$7\r\nPUBLISH\r\n$1\r\nc\r\n$1\r\nm\r\n",
    "*3\r\n$6\r\nCONFIG\r\n$3\r\nGET\r\n$1\r\n*\r\n*4\r\n$6\r\nCLIENT\r\n$5\r\nPAUSE\r\n$2\r\n10\r\n$5\r\nWRITE\r\n",
    "*4\r\n$7\r\nCLUSTER\r\n$4\r\nMEET\r\n$8\r\n10.0.0.2\r\n$4\r\n6379\r\n*3\r\n$7\r\nCLUSTER\r\n$8\r\nADDSLOTS\r\n$1\r\n7\r\n",
];

#[test]
fn damaged_requests_do_not_hurt_a_node() {
    damage(|rng| {
        let requests = damaged(one_of(rng, &REQUESTS).as_bytes(), rng);
        let mut node = start(Compat::V7_0, BTreeMap::new());
        deliver(&mut node, 6379, ConnId(2), &requests);
        assert!(answers(&mut node, ConnId(4)));
    });
}

/// Captured packets of every type.
fn packets() -> Vec<Vec<u8>> {
    let file = include_str!("../../crates/bus/tests/recorded-packets.json");
    let file: Value = serde_json::from_str(file).expect("JSON");
    let hex = file.as_array().expect("a list").iter().filter_map(|entry| entry["hex"].as_str());
    let byte = |pair| u8::from_str_radix(str::from_utf8(pair).expect("text"), 16).expect("hex");
    hex.map(|hex| hex.as_bytes().chunks(2).map(byte).collect()).collect()
}

/// A nodes.conf that knows the senders of these packets, so that they are heard to the end.
fn knowing(packets: &[Vec<u8>]) -> String {
    let mut ids: Vec<String> = packets
        .iter()
        .map(|bytes| bus::decode(bytes).expect("a good packet").header.sender.to_string())
        .collect();
    ids.sort();
    ids.dedup();
    let mut text = format!("{} :0@0 myself,master - 0 0 1 connected 0-99\n", "f".repeat(40));
    for (at, id) in ids.iter().enumerate() {
        let (first, last) = (100 + at * 100, 199 + at * 100);
        text += &format!(
            "{id} 10.0.1.{at}:6379@16379 master - 0 0 {} connected {first}-{last}\n",
            at + 2
        );
    }
    text + "vars currentEpoch 40 lastVoteEpoch 3\n"
}

#[test]
fn damaged_bus_packets_do_not_hurt_a_node() {
    let packets = packets();
    let conf = knowing(&packets).into_bytes();
    damage(|rng| {
        let valid: &Vec<u8> = one_of(rng, &packets);
        let mut bytes = damaged(valid, rng);
        // With its length put right a damaged packet is read to its end.
        if coin(rng) && bytes.len() >= 8 {
            let len = bytes.len() as u32;
            bytes[4..8].copy_from_slice(&len.to_be_bytes());
        }
        if let Ok(packet) = bus::decode(&bytes) {
            assert_eq!(bus::decode(&bus::encode(&packet)).as_ref(), Ok(&packet));
        }
        let mut node = start(version(rng), [("nodes.conf".into(), conf.clone())].into());
        deliver(&mut node, 16379, ConnId(2), &bytes);
        assert!(answers(&mut node, ConnId(4)));
    });
}

#[test]
fn a_damaged_rdb_is_loaded_or_refused() {
    let mut valid =
        include_bytes!("../../crates/engine/tests/recorded/every-encoding.rdb").to_vec();
    // No checksum: what is damaged is not noticed before it is read.
    let checksum = valid.len() - 8;
    valid[checksum..].fill(0);
    damage(|rng| loaded_or_refused(Compat::V7_0, "dump.rdb", damaged(&valid, rng)));
}

#[test]
fn a_damaged_nodes_conf_is_loaded_or_refused() {
    let valid = knowing(&packets());
    damage(|rng| {
        let text = damaged(valid.as_bytes(), rng);
        loaded_or_refused(version(rng), "nodes.conf", text);
    });
}
