//! The cost of one bus packet: a PING of an idle cluster, read, acted upon and answered.

use std::time::Instant;

use engine::time::Span;
use engine::{Input, Node, Time};
use sim::{Pid, Work};

use crate::simulated::Idle;

const REPEATED: u32 = 100_000;
/// Where a packet's type stands, and PING's.
const TYPE: std::ops::Range<usize> = 12..14;
const PING: [u8; 2] = [0, 0];

/// Nanoseconds for each of many handlings of one PING by one node, and the PING's length.
pub fn cost(nodes: u8) -> (f64, usize) {
    let mut idle = Idle::open(nodes);
    let (pid, at, ping) = next_ping(&mut idle);
    let Input::Received { bytes, .. } = &ping else { unreachable!("a PING was received") };
    let len = bytes.len();
    let node = idle.nodes.nodes.get_mut(&pid).expect("who was sent a PING runs");
    let inputs = vec![ping; REPEATED as usize];
    let begun = Instant::now();
    let mut answers = 0;
    for input in inputs {
        answers += u32::from(handle(node, at, input));
    }
    let took = begun.elapsed();
    assert_eq!(answers, REPEATED, "each PING is answered");
    (took.as_nanos() as f64 / f64::from(REPEATED), len)
}

/// Whether something was sent.
fn handle(node: &mut Node, at: Time, input: Input) -> bool {
    node.handle(at, input);
    let mut sent = false;
    while let Some(output) = node.poll() {
        sent |= matches!(output, engine::Output::Send { .. });
    }
    sent
}

/// Runs the cluster up to the window in which somebody is to hear a PING.
fn next_ping(idle: &mut Idle) -> (Pid, Time, Input) {
    let limit = idle.lab.world.now() + Span::from_secs(60);
    loop {
        let mut window = idle.lab.next_window(limit).expect("pings are sent every second");
        if let Some(found) = window.work.iter().find_map(ping) {
            return found;
        }
        let done = window.work.drain(..).map(|work| idle.nodes.work(work)).collect();
        idle.lab.finish(window, done);
    }
}

fn ping(work: &Work) -> Option<(Pid, Time, Input)> {
    let (at, input) = work.inputs.first()?;
    let Input::Received { bytes, .. } = input else { return None };
    let is_ping = bytes.starts_with(b"RCmb") && bytes.get(TYPE) == Some(&PING[..]);
    is_ping.then(|| (work.pid, *at, input.clone()))
}
