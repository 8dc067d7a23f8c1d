//! Messages across the border between real servers and ours, in both directions.

use failover_tests::resp::Reply;
use failover_tests::servers::{Connection, Program, Result, Servers};

/// Two masters, then the replica of each: every pair crosses the border.
const PROGRAMS: [Program; 4] = [Program::Redis, Program::Lab, Program::Lab, Program::Redis];
/// A shard channel of slot 0, which the first master serves, and one of slot 15495.
const CHANNELS: [&str; 2] = ["{06S}news", "{a}news"];

/// A connection that listens.
fn subscriber(servers: &Servers, node: usize, line: &str) -> Result<Connection> {
    let mut connection = servers.connect(node)?;
    match connection.ask(line)? {
        Reply::Array(Some(_)) => Ok(connection),
        refused => Err(format!("{line} at node {node}: {refused:?}")),
    }
}

fn message(kind: &str, channel: &str, text: &str) -> Reply {
    let bulk = |text: &str| Reply::Bulk(Some(text.into()));
    Reply::Array(Some(vec![bulk(kind), bulk(channel), bulk(text)]))
}

/// Every listener hears what every one of `nodes` publishes, once.
fn exchange(servers: &Servers, nodes: &[usize], shard: Option<&str>) -> Result<()> {
    let (subscribe, publish, kind) = match shard {
        Some(_) => ("SSUBSCRIBE", "SPUBLISH", "smessage"),
        None => ("SUBSCRIBE", "PUBLISH", "message"),
    };
    let channel = shard.unwrap_or("all");
    let listen = |&node: &usize| subscriber(servers, node, &format!("{subscribe} {channel}"));
    let mut listeners: Vec<Connection> = nodes.iter().map(listen).collect::<Result<_>>()?;
    for &node in nodes {
        let text = format!("from-{node}");
        let heard = servers.ask(node, &format!("{publish} {channel} {text}"))?;
        if heard != Reply::Int(1) {
            return Err(format!("{publish} at node {node}: {heard:?}"));
        }
        for (listener, at) in listeners.iter_mut().zip(nodes) {
            let got = listener.next_reply().map_err(|why| format!("{text} at node {at}: {why}"))?;
            if got != message(kind, channel, &text) {
                return Err(format!("{text} at node {at}: {got:?}"));
            }
        }
    }
    Ok(())
}

/// Whether a node has a link to every other, to none of them under a name for the meantime, and knows
/// the replicas: a shard's messages go to those alone.
fn knows_all(servers: &Servers, node: usize) -> bool {
    match servers.ask(node, "CLUSTER NODES") {
        Ok(Reply::Bulk(Some(nodes))) => {
            let count = |part: &str| nodes.matches(part).count();
            let linked = count(" connected") == PROGRAMS.len() && count("handshake") == 0;
            linked && count("slave ") == PROGRAMS.len() / 2
        }
        _ => false,
    }
}

fn story() -> Result<()> {
    let servers = Servers::start(&PROGRAMS, 24400, 5000)?;
    // Nodes in handshake are sent no messages, nor masters those of another shard.
    servers.until("nodes do not get to know each other", || {
        (0..PROGRAMS.len()).all(|node| knows_all(&servers, node))
    })?;
    exchange(&servers, &[0, 1, 2, 3], None)?;
    for (shard, channel) in CHANNELS.iter().enumerate() {
        exchange(&servers, &[shard, shard + 2], Some(channel))?;
        for elsewhere in [1 - shard, 3 - shard] {
            let moved = servers.ask(elsewhere, &format!("SPUBLISH {channel} x"))?;
            if !matches!(&moved, Reply::Error(text) if text.starts_with("MOVED ")) {
                return Err(format!("{channel} at node {elsewhere}: {moved:?}"));
            }
        }
    }
    Ok(())
}

#[test]
fn messages_cross_the_border_between_real_servers_and_ours() {
    assert_eq!(CHANNELS.map(|it| bus::slot_of(it.as_bytes()) / 8192), [0, 1]);
    if Program::Redis.is_missing("messages across the border") {
        return;
    }
    story().unwrap_or_else(|why| panic!("{why}"));
}
