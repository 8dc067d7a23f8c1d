//! `create`

use engine::Rng;
use engine::time::Span;

use super::allocation::{Affinity, Plan, plan, spread};
use super::check::{Told, agrees, check};
use super::node::{Failed, Node, cluster};
use super::prompt::Prompts;
use super::split_address;
use crate::redis_cli::{Manager, Options};
use crate::shell::Context;

/// Between two looks at whether the nodes found each other.
const PATIENCE: Span = Span::from_secs(1);

/// Creates a cluster of empty nodes. Returns whether that worked or was called off.
pub(super) async fn create(
    context: &Context<'_>,
    options: &Options,
    manager: &Manager,
) -> Result<bool, Failed> {
    let mut nodes = connect_all(context, options, manager).await?;
    let masters = nodes.len() / (manager.replicas + 1);
    if masters < 3 {
        complain_about_count(context, nodes.len(), manager.replicas);
        return Err(Failed);
    }
    apply(context, &mut nodes, manager.replicas);
    for node in &nodes {
        context.out.print(&planned(node));
    }
    let accept = "Can I set the above configuration? (type 'yes' to accept): ";
    if !manager.yes && !Prompts::new(context).confirm(accept).await {
        return Ok(true);
    }
    for node in &mut nodes {
        configure_slots(context, node).await?;
    }
    context.out.print(">>> Nodes configuration updated\n");
    context.out.print(">>> Assign a different config epoch to each node\n");
    for (epoch, node) in (1..).zip(&mut nodes) {
        let command = ["CLUSTER", "SET-CONFIG-EPOCH", &format!("{epoch}")];
        // A node that has one already keeps it.
        let _ = node.ask(context, &command).await;
    }
    join(context, &mut nodes).await?;
    for node in nodes.iter_mut().filter(|node| node.replicates.is_some()) {
        replicate(context, node).await;
    }
    let (ip, port) = (nodes[0].ip.clone(), nodes[0].port);
    for node in nodes {
        node.close(context);
    }
    let mut nodes = cluster(context, options, &ip, port).await?;
    check(context, &mut nodes, Told::Everything).await?;
    Ok(true)
}

/// Connects to all nodes named; each must be an empty cluster node.
async fn connect_all(
    context: &Context<'_>,
    options: &Options,
    manager: &Manager,
) -> Result<Vec<Node>, Failed> {
    let mut nodes = Vec::new();
    for address in &manager.args {
        let Some((ip, port)) = split_address(address) else {
            context.err.print(&format!("Invalid address format: {address}\n"));
            return Err(Failed);
        };
        let mut node = Node::connect(context, options, &ip, port).await?;
        node.load(context).await?;
        if !node.is_empty(context).await? {
            context.out.print(&format!(
                "[ERR] Node {address} is not empty. Either the node already knows other nodes \
                 (check with CLUSTER NODES) or contains some key in database 0.\n"
            ));
            return Err(Failed);
        }
        nodes.push(node);
    }
    Ok(nodes)
}

fn complain_about_count(context: &Context<'_>, nodes: usize, replicas: usize) {
    context.out.print(&format!(
        "*** ERROR: Invalid configuration for cluster creation.\n\
         *** Redis Cluster requires at least 3 master nodes.\n\
         *** This is not possible with {nodes} nodes and {replicas} replicas per node.\n\
         *** At least {} nodes are required.\n",
        3 * (replicas + 1)
    ));
}

/// Plans roles and slots, tells the plan and notes it in the nodes.
fn apply(context: &Context<'_>, nodes: &mut [Node], replicas: usize) {
    let out = &context.out;
    out.print(&format!(">>> Performing hash slots allocation on {} nodes...\n", nodes.len()));
    let ips: Vec<_> = nodes.iter().map(|node| node.ip.clone()).collect();
    let ips: Vec<_> = ips.iter().map(String::as_str).collect();
    let mut plan = plan(&ips, replicas);
    for (at, (_, first, last)) in plan.masters.iter().enumerate() {
        out.print(&format!("Master[{at}] -> Slots {first} - {last}\n"));
    }
    tell_replicas(context, nodes, &plan);
    let mut rng = Rng::new(context.io.unix_us());
    let affinity = spread(&mut plan, &ips, &mut rng);
    if affinity != Affinity::Good {
        out.print(">>> Trying to optimize slaves allocation for anti-affinity\n");
    }
    out.print(match affinity {
        Affinity::Good => "",
        Affinity::Improved => "[OK] Perfect anti-affinity obtained!\n",
        Affinity::SameHostAsMaster => {
            "[WARNING] Some slaves are in the same host as their master\n"
        }
        Affinity::SameHostAsSibling => {
            "[WARNING] Some slaves of the same master are in the same host\n"
        }
    });
    for &(master, first, last) in &plan.masters {
        nodes[master].slots = (first..=last).collect();
    }
    for &(replica, master) in &plan.replicas {
        nodes[replica].replicates = Some(nodes[master].id.clone());
    }
}

fn tell_replicas(context: &Context<'_>, nodes: &[Node], plan: &Plan) {
    for (at, &(replica, master)) in plan.replicas.iter().enumerate() {
        if at == plan.regular {
            context.out.print("Adding extra replicas...\n");
        }
        let (replica, master) = (nodes[replica].address(), nodes[master].address());
        context.out.print(&format!("Adding replica {replica} to {master}\n"));
    }
}

/// A node as it is to become.
fn planned(node: &Node) -> String {
    match &node.replicates {
        Some(master) => {
            format!("S: {} {}\n   replicates {master}\n", node.id, node.address())
        }
        None => node.description(),
    }
}

/// Gives a master its slots.
async fn configure_slots(context: &Context<'_>, node: &mut Node) -> Result<(), Failed> {
    if node.replicates.is_some() {
        return Ok(());
    }
    let mut command = vec!["CLUSTER".to_owned(), "ADDSLOTS".to_owned()];
    command.extend(node.slots.iter().map(|slot| slot.to_string()));
    match node.ask(context, &command).await {
        Ok(_) => Ok(()),
        Err(error) => Err(node.complain(context, &error)),
    }
}

/// Introduces all nodes to the first and waits until they agree.
async fn join(context: &Context<'_>, nodes: &mut [Node]) -> Result<(), Failed> {
    context.out.print(">>> Sending CLUSTER MEET messages to join the cluster\n");
    let Some((first, others)) = nodes.split_first_mut() else { return Ok(()) };
    let port = first.port.to_string();
    for node in others {
        let command = ["CLUSTER", "MEET", &first.ip, &port];
        if let Err(error) = node.ask(context, &command).await {
            return Err(node.complain(context, &error));
        }
    }
    wait_for_join(context, nodes).await
}

/// Waits until all nodes see the same owners of slots.
pub(super) async fn wait_for_join(context: &Context<'_>, nodes: &mut [Node]) -> Result<(), Failed> {
    // Before they have heard of each other, all agree that nobody else has slots.
    context.io.sleep(PATIENCE).await;
    context.out.print("Waiting for the cluster to join\n");
    while !agrees(context, nodes).await? {
        context.out.print(".");
        context.io.sleep(PATIENCE).await;
    }
    context.out.print("\n");
    Ok(())
}

async fn replicate(context: &Context<'_>, node: &mut Node) {
    let Some(master) = node.replicates.clone() else { return };
    if let Err(error) = node.ask(context, &["CLUSTER", "REPLICATE", &master]).await {
        node.complain(context, &error);
    }
}
