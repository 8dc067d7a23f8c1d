//! Moving the keys of a slot, some at a time.

use super::node::{Failed, Node};
use super::slot::Move;
use crate::redis_cli::Reply;
use crate::shell::Context;

/// Moves all keys of a slot.
pub(super) async fn migrate_keys(
    context: &Context<'_>,
    nodes: &mut [Node],
    (from, to): (usize, usize),
    slot: u16,
    how: Move,
) -> Result<(), String> {
    let (number, count) = (slot.to_string(), how.pipeline.to_string());
    loop {
        let command = ["CLUSTER", "GETKEYSINSLOT", &number, &count];
        let Reply::Array(keys) = nodes[from].ask(context, &command).await? else { return Ok(()) };
        let keys: Vec<Vec<u8>> = keys.into_iter().filter_map(bytes).collect();
        if keys.is_empty() {
            return Ok(());
        }
        if let Err(why) = migrate(context, nodes, (from, to), &keys, false, how).await {
            again(context, nodes, (from, to), (slot, &keys), how, why).await?;
        }
        if how.told {
            context.out.print(&".".repeat(keys.len()));
        }
    }
}

async fn migrate(
    context: &Context<'_>,
    nodes: &mut [Node],
    (from, to): (usize, usize),
    keys: &[Vec<u8>],
    replace: bool,
    how: Move,
) -> Result<(), String> {
    let (ip, port) = (nodes[to].ip.clone(), nodes[to].port.to_string());
    let timeout = how.timeout_ms.to_string();
    let mut command = ["MIGRATE", &ip, &port, "", "0", &timeout].map(Vec::from).to_vec();
    if replace {
        command.push(b"REPLACE".to_vec());
    }
    command.extend(nodes[to].auth.iter().cloned());
    command.push(b"KEYS".to_vec());
    command.extend(keys.iter().cloned());
    nodes[from].ask(context, &command).await.map(drop)
}

/// What stood in the way may be mended: the target has keys already, or the source knows of no owner.
async fn again(
    context: &Context<'_>,
    nodes: &mut [Node],
    (from, to): (usize, usize),
    (slot, keys): (u16, &[Vec<u8>]),
    how: Move,
    why: String,
) -> Result<(), String> {
    let busy = why.contains("BUSYKEY");
    let served = busy || is_served(context, &mut nodes[from], slot).await?;
    if busy {
        context.out.print("\n*** Target key exists\n");
        if !how.replace && compare(context, nodes, (from, to), keys).await.is_err() {
            return Err(why);
        }
        context.out.print("*** Replacing target keys...\n");
    } else if !served && how.fixing {
        let (id, address) = (nodes[to].id.clone(), nodes[to].address());
        context.out.print(&format!("*** Slot was not served, setting owner to node {address}.\n"));
        // When it refuses, so it does what follows.
        let _ = nodes[from].set_slot(context, slot, &["NODE", &id]).await;
    }
    let moved = match busy || !served {
        true => migrate(context, nodes, (from, to), keys, busy, how).await,
        false => Err(why),
    };
    moved.inspect_err(|why| {
        context.out.print("\n");
        nodes[from].complain(context, why);
    })
}

/// Whether a node knows of an owner.
async fn is_served(context: &Context<'_>, node: &mut Node, slot: u16) -> Result<bool, String> {
    let Reply::Array(ranges) = node.ask(context, &["CLUSTER", "SLOTS"]).await? else {
        return Ok(false);
    };
    Ok(ranges.iter().any(|range| match range {
        Reply::Array(range) => match range[..] {
            [Reply::Integer(first), Reply::Integer(last), ..] => {
                (first..=last).contains(&slot.into())
            }
            _ => false,
        },
        _ => false,
    }))
}

/// Whether keys that both nodes have are the same.
async fn compare(
    context: &Context<'_>,
    nodes: &mut [Node],
    (from, to): (usize, usize),
    keys: &[Vec<u8>],
) -> Result<(), Failed> {
    let out = &context.out;
    out.print("*** Checking key values on both nodes...\n");
    let mut command = vec![b"DEBUG".to_vec(), b"DIGEST-VALUE".to_vec()];
    command.extend(keys.iter().cloned());
    let mut digests = Vec::new();
    for at in [from, to] {
        match nodes[at].ask(context, &command).await {
            Ok(Reply::Array(its)) => digests.push(its.into_iter().map(bytes).collect::<Vec<_>>()),
            Ok(_) => {}
            Err(error) => {
                nodes[at].complain(context, &error);
            }
        }
    }
    let [its, others] = &digests[..] else {
        out.print("*** Value check failed!\n");
        return Err(Failed);
    };
    let absent = Some(vec![b'0'; 40]);
    let differs = |&at: &usize| its[at] != others[at] && its[at] != absent && others[at] != absent;
    let different: Vec<usize> = (0..keys.len()).filter(differs).collect();
    if different.is_empty() {
        return Ok(());
    }
    out.print(&format!(
        "*** Found {} key(s) in both source node and target node having different values.\n    \
         Source node: {}\n    Target node: {}\n    Keys(s):\n",
        different.len(),
        nodes[from].address(),
        nodes[to].address()
    ));
    for at in different {
        out.print(&format!("    - {}\n", String::from_utf8_lossy(&keys[at])));
    }
    out.print(
        "Please fix the above key(s) manually and try again or relaunch the command \nwith \
         --cluster-replace option to force key overriding.\n",
    );
    Err(Failed)
}

fn bytes(reply: Reply) -> Option<Vec<u8>> {
    match reply {
        Reply::Bulk(bytes) => Some(bytes),
        Reply::Status(text) => Some(text.into_bytes()),
        _ => None,
    }
}
