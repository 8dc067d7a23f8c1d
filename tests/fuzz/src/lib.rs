//! Whatever arrives (requests, bus packets, RDB files, nodes.conf) may be damaged in any way: a node
//! answers, logs or refuses to start, and never panics.
//!
//! A [`Target`] takes any bytes. `tests/fixed_seeds.rs` tries each with the same inputs every time;
//! `libfuzzer` has them tried for as long as one likes, and goes where the code was not yet.

mod damage;
mod node;
mod seeds;

pub use damage::damaged;

use engine::Compat;

use node::{Loaded, Visited};

/// One kind of input.
#[derive(Debug)]
pub struct Target {
    /// What libFuzzer calls it.
    pub name: &'static str,
    /// Tries one input. The first byte says how, the others are what arrives.
    ///
    /// # Panics
    /// When the node does, or does not answer afterwards.
    pub try_it: fn(&[u8]),
    /// Good inputs, to be damaged.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// Requests of a client.
pub const REQUESTS: Target = Target { name: "requests", try_it: requests, seeds: seeds::requests };

/// Packets on the cluster bus.
pub const PACKETS: Target = Target { name: "packets", try_it: packets, seeds: seeds::packets };

/// A dump.rdb.
pub const RDB: Target = Target { name: "rdb", try_it: rdb, seeds: seeds::rdb };

/// A nodes.conf.
pub const NODES_CONF: Target =
    Target { name: "nodes_conf", try_it: nodes_conf, seeds: seeds::nodes_conf };

/// What the first byte of an input says.
struct How(u8);

impl How {
    /// Cuts an input into its first byte and the rest.
    fn of(input: &[u8]) -> (Self, &[u8]) {
        match input.split_first() {
            Some((how, rest)) => (Self(*how), rest),
            None => (Self(0), input),
        }
    }

    fn compat(&self) -> Compat {
        if self.0 & 1 == 0 { Compat::V7_0 } else { Compat::V8_2 }
    }

    /// Whether a packet's length is put right, so that it is read to its end.
    fn mends_length(&self) -> bool {
        self.0 & 2 != 0
    }

    /// How many parts the input arrives in.
    fn parts(&self) -> usize {
        1 + usize::from(self.0 >> 2) % 8
    }
}

fn requests(input: &[u8]) {
    let (how, bytes) = How::of(input);
    let mut node = Visited::start(how.compat(), None);
    node.hear(6379, bytes, how.parts());
    assert!(node.answers(), "a node that took requests does not answer");
}

fn packets(input: &[u8]) {
    let (how, bytes) = How::of(input);
    let mut bytes = bytes.to_vec();
    if how.mends_length() && bytes.len() >= 8 {
        let len = bytes.len() as u32;
        bytes[4..8].copy_from_slice(&len.to_be_bytes());
    }
    if let Ok(packet) = bus::decode(&bytes) {
        assert_eq!(bus::decode(&bus::encode(&packet)).as_ref(), Ok(&packet));
    }
    if let Ok(body) = bus::decode_light(&bytes)
        && let Some(again) = bus::encode_light(&body)
    {
        assert_eq!(bus::decode_light(&again), Ok(body));
    }
    let mut node = Visited::start(how.compat(), Some(&seeds::CONF_OF_SENDERS));
    node.hear(16379, &bytes, how.parts());
    assert!(node.answers(), "a node that heard packets does not answer");
}

fn rdb(input: &[u8]) {
    let (how, bytes) = How::of(input);
    Loaded::start(how.compat(), "dump.rdb", bytes).check();
}

fn nodes_conf(input: &[u8]) {
    let (how, bytes) = How::of(input);
    Loaded::start(how.compat(), "nodes.conf", bytes).check();
}
