//! `add-node`, `del-node` and `set-timeout`

use engine::time::Span;

use super::check::{Told, check};
use super::create::wait_for_join;
use super::node::{Failed, Node};
use super::split_address;
use crate::redis_cli::{Manager, Options, Reply};
use crate::shell::Context;

/// A node timeout below this, milliseconds, is refused.
const LEAST_TIMEOUT_MS: i64 = 100;

/// Adds an empty node to a cluster, as a master without slots or as a replica.
pub(super) async fn add(
    context: &Context<'_>,
    options: &Options,
    manager: &Manager,
    nodes: &mut Vec<Node>,
) -> Result<bool, Failed> {
    let out = &context.out;
    let address = &manager.args[0];
    let Some((ip, port)) = split_address(address) else {
        context.err.print(&format!("Invalid address format: {address}\n"));
        return Err(Failed);
    };
    out.print(&format!(">>> Adding node {ip}:{port} to cluster {}\n", nodes[0].address()));
    if !check(context, nodes, Told::Everything).await? {
        return Err(Failed);
    }
    let master = if manager.replica { Some(master_for(context, manager, nodes)?) } else { None };
    let Ok(mut node) = Node::connect(context, options, &ip, port).await else {
        out.print(&format!("[ERR] Sorry, can't connect to node {ip}:{port}\n"));
        return Err(Failed);
    };
    node.load(context).await?;
    if !node.is_empty(context).await? {
        out.print(&format!(
            "[ERR] Node {ip}:{port} is not empty. Either the node already knows other nodes (check \
             with CLUSTER NODES) or contains some key in database 0.\n"
        ));
        return Err(Failed);
    }
    if master.is_none() {
        copy_functions(context, &mut nodes[0], &mut node).await?;
    }
    out.print(&format!(">>> Send CLUSTER MEET to node {ip}:{port} to make it join the cluster.\n"));
    let meet = ["CLUSTER", "MEET", &nodes[0].ip.clone(), &nodes[0].port.to_string()];
    if let Err(error) = node.ask(context, &meet).await {
        return Err(node.complain(context, &error));
    }
    nodes.push(node);
    if let Some(master) = master {
        context.io.sleep(Span::from_secs(1)).await;
        wait_for_join(context, nodes).await?;
        let (id, address) = (nodes[master].id.clone(), nodes[master].address());
        out.print(&format!(">>> Configure node as replica of {address}.\n"));
        let node = nodes.last_mut().ok_or(Failed)?;
        if let Err(error) = node.ask(context, &["CLUSTER", "REPLICATE", &id]).await {
            return Err(node.complain(context, &error));
        }
    }
    out.print("[OK] New node added correctly.\n");
    Ok(true)
}

/// The master that the new replica gets: the one named, or the one with the fewest replicas.
fn master_for(context: &Context<'_>, manager: &Manager, nodes: &[Node]) -> Result<usize, Failed> {
    if let Some(id) = &manager.master_id {
        let found = nodes.iter().position(|node| node.id == *id);
        return found.ok_or_else(|| {
            context.out.print(&format!("[ERR] No such master ID {id}\n"));
            Failed
        });
    }
    let masters = (0..nodes.len()).filter(|&at| nodes[at].is_master());
    let master = masters.min_by_key(|&at| nodes[at].replicas).ok_or(Failed)?;
    context.out.print(&format!("Automatically selected master {}\n", nodes[master].address()));
    Ok(master)
}

/// A new master gets the functions that the others have.
async fn copy_functions(
    context: &Context<'_>,
    from: &mut Node,
    to: &mut Node,
) -> Result<(), Failed> {
    let out = &context.out;
    out.print(">>> Getting functions from cluster\n");
    let payload = match from.ask(context, &["FUNCTION", "DUMP"]).await {
        Ok(Reply::Bulk(payload)) => payload,
        Ok(_) => return Ok(()),
        Err(error) => {
            out.print(&format!(
                ">>> Failed retrieving Functions from the cluster, skip this step. Redis version \
                 do not support function command (error = '{error}')\n"
            ));
            return Ok(());
        }
    };
    let address = to.address();
    out.print(&format!(
        ">>> Send FUNCTION LIST to {address} to verify there is no functions in it\n"
    ));
    match to.ask(context, &["FUNCTION", "LIST"]).await {
        Ok(Reply::Array(list)) if list.is_empty() => {}
        Ok(_) => {
            out.print(
                "[ERR] New node already contains functions and can not be added to the cluster. \
                 Use FUNCTION FLUSH and try again.\n",
            );
            return Err(Failed);
        }
        Err(error) => return Err(to.complain(context, &error)),
    }
    out.print(&format!(">>> Send FUNCTION RESTORE to {address}\n"));
    let restore = [&b"FUNCTION"[..], b"RESTORE", &payload];
    match to.ask(context, &restore).await {
        Ok(_) => Ok(()),
        Err(error) => Err(to.complain(context, &error)),
    }
}

/// Removes a node without slots.
pub(super) async fn delete(
    context: &Context<'_>,
    manager: &Manager,
    nodes: &mut [Node],
) -> Result<bool, Failed> {
    let out = &context.out;
    let id = &manager.args[1];
    out.print(&format!(">>> Removing node {id} from cluster {}\n", nodes[0].address()));
    let Some(gone) = nodes.iter().position(|node| node.id == *id) else {
        out.print(&format!("[ERR] No such node ID {id}\n"));
        return Err(Failed);
    };
    if !nodes[gone].slots.is_empty() {
        let address = nodes[gone].address();
        out.print(&format!(
            "[ERR] Node {address} is not empty! Reshard data away and try again.\n"
        ));
        return Err(Failed);
    }
    out.print(">>> Sending CLUSTER FORGET messages to the cluster...\n");
    for at in (0..nodes.len()).filter(|&at| at != gone) {
        if nodes[at].replicates.as_ref() == Some(id) {
            let masters = (0..nodes.len()).filter(|&it| it != gone && nodes[it].is_master());
            let Some(master) = masters.min_by_key(|&it| nodes[it].replicas) else { continue };
            let (new, address) = (nodes[master].id.clone(), nodes[master].address());
            out.print(&format!(">>> {} as replica of {address}\n", nodes[at].address()));
            if let Err(error) = nodes[at].ask(context, &["CLUSTER", "REPLICATE", &new]).await {
                return Err(nodes[at].complain(context, &error));
            }
            nodes[master].replicas += 1;
        }
        if let Err(error) = nodes[at].ask(context, &["CLUSTER", "FORGET", id]).await {
            return Err(nodes[at].complain(context, &error));
        }
    }
    out.print(">>> Sending CLUSTER RESET SOFT to the deleted node.\n");
    match nodes[gone].ask(context, &["CLUSTER", "RESET", "SOFT"]).await {
        Ok(_) => Ok(true),
        Err(error) => Err(nodes[gone].complain(context, &error)),
    }
}

/// Sets `cluster-node-timeout` on every node.
pub(super) async fn set_timeout(
    context: &Context<'_>,
    manager: &Manager,
    nodes: &mut [Node],
) -> Result<bool, Failed> {
    let timeout = crate::redis_cli::leading_number(&manager.args[1]);
    if timeout < LEAST_TIMEOUT_MS {
        context.err.print("Setting a node timeout of less than 100 milliseconds is a bad idea.\n");
        return Err(Failed);
    }
    let out = &context.out;
    out.print(">>> Reconfiguring node timeout in every cluster node...\n");
    let (mut well, mut wrong) = (0, 0);
    for node in nodes {
        let set = ["CONFIG", "SET", "cluster-node-timeout", &timeout.to_string()];
        let mut told = node.ask(context, &set).await;
        if told.is_ok() {
            told = node.ask(context, &["CONFIG", "REWRITE"]).await;
        }
        let address = node.address();
        match told {
            Ok(_) => {
                well += 1;
                out.print(&format!("*** New timeout set for {address}\n"));
            }
            Err(error) => {
                wrong += 1;
                out.print(&format!("ERR setting node-timeout for {address}: {error}\n"));
            }
        }
    }
    out.print(&format!(">>> New node timeout set. {well} OK, {wrong} ERR.\n"));
    Ok(true)
}
