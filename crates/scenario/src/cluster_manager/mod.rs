//! `redis-cli --cluster`: the conversation that makes a cluster of nodes, and looks after it.

mod allocation;
mod check;
mod create;
mod fix;
mod import;
mod membership;
mod migrate;
mod node;
mod open_slot;
mod prompt;
mod rebalance;
mod reshard;
mod slot;
mod table;

use crate::redis_cli::{Manager, Options, raw};
use crate::shell::Context;
use check::Told;
use node::{Failed, Node, reachable};

/// The subcommands.
pub(crate) const NAMES: [&str; 12] = [
    "add-node",
    "call",
    "check",
    "create",
    "del-node",
    "fix",
    "help",
    "import",
    "info",
    "rebalance",
    "reshard",
    "set-timeout",
];

/// Runs a subcommand and returns the exit status.
pub(crate) async fn run(context: &Context<'_>, options: &Options, manager: &Manager) -> i32 {
    let count = manager.args.len();
    let enough = match manager.name.as_str() {
        "create" | "call" => count >= 2,
        "add-node" | "del-node" | "set-timeout" => count == 2,
        "import" => count == 1,
        "check" | "info" | "fix" | "reshard" | "rebalance" => count >= 1,
        "help" => {
            context.out.print(HELP);
            return 1;
        }
        _ => {
            context.err.print("Unknown --cluster subcommand\n");
            return 1;
        }
    };
    if !enough {
        context.err.print("[ERR] Wrong number of arguments for specified --cluster sub command\n");
        return 1;
    }
    let well = match manager.name.as_str() {
        "create" => create::create(context, options, manager).await,
        "import" => import::import(context, options, manager).await,
        _ => look(context, options, manager).await,
    };
    i32::from(!well.unwrap_or(false))
}

/// The address of a node of the cluster, where it stands among the arguments.
fn entry(manager: &Manager) -> Option<(String, u16)> {
    match (manager.name.as_str(), manager.args.as_slice()) {
        ("add-node", [_, address]) => split_address(address),
        ("call" | "del-node" | "set-timeout", [address, ..]) | (_, [address]) => {
            split_address(address)
        }
        (_, [ip, port]) => port.parse().ok().map(|port| (ip.clone(), port)),
        _ => None,
    }
}

/// The subcommands that begin by finding all nodes.
async fn look(context: &Context<'_>, options: &Options, manager: &Manager) -> Result<bool, Failed> {
    let Some((ip, port)) = entry(manager) else {
        context.err.print(BAD_ADDRESS);
        return Err(Failed);
    };
    let (mut nodes, missing) = reachable(context, options, &ip, port).await?;
    match manager.name.as_str() {
        "call" => call(context, manager, &mut nodes).await,
        "info" => check::info(context, &mut nodes).await?,
        "add-node" => return membership::add(context, options, manager, &mut nodes).await,
        "del-node" => return membership::delete(context, manager, &mut nodes).await,
        "set-timeout" => return membership::set_timeout(context, manager, &mut nodes).await,
        "reshard" => return reshard::reshard(context, manager, &mut nodes).await,
        "rebalance" => return rebalance::rebalance(context, manager, &mut nodes).await,
        "fix" => {
            check::info(context, &mut nodes).await?;
            return fix::fix(context, manager, &mut nodes, missing).await;
        }
        _ => {
            check::info(context, &mut nodes).await?;
            return check::check(context, &mut nodes, Told::Everything).await;
        }
    }
    Ok(true)
}

const BAD_ADDRESS: &str = "[ERR] Invalid arguments: you need to pass either a valid address (ie. \
                           120.0.0.1:7000) or space separated IP and port (ie. 120.0.0.1 7000)\n";

/// Sends a command to every node.
async fn call(context: &Context<'_>, manager: &Manager, nodes: &mut [Node]) {
    let command = &manager.args[1..];
    context.out.print(&format!(">>> Calling {}\n", command.join(" ")));
    for node in nodes {
        if (manager.only_masters && !node.is_master())
            || (manager.only_replicas && node.is_master())
        {
            continue;
        }
        let reply = match node.ask(context, command).await {
            Ok(reply) => raw(&reply),
            Err(error) => format!("{error}\n"),
        };
        context.out.print(&format!("{}: {reply}\n", node.address()));
    }
}

/// Cuts `192.168.0.6:6379` into host and port.
fn split_address(text: &str) -> Option<(String, u16)> {
    let (ip, port) = text.rsplit_once(':')?;
    let port = port.split('@').next()?.parse().ok()?;
    Some((ip.into(), port))
}

const HELP: &str = "\
Cluster Manager Commands:
  create         host1:port1 ... hostN:portN
                 --cluster-replicas <arg>
  check          <host:port> or <host> <port> - separated by either colon or space
  info           <host:port> or <host> <port> - separated by either colon or space
  fix            <host:port> or <host> <port> - separated by either colon or space
                 --cluster-fix-with-unreachable-masters
  reshard        <host:port> or <host> <port> - separated by either colon or space
                 --cluster-from <arg>
                 --cluster-to <arg>
                 --cluster-slots <arg>
                 --cluster-yes
                 --cluster-timeout <arg>
                 --cluster-pipeline <arg>
                 --cluster-replace
  rebalance      <host:port> or <host> <port> - separated by either colon or space
                 --cluster-weight <node1=w1...nodeN=wN>
                 --cluster-use-empty-masters
                 --cluster-timeout <arg>
                 --cluster-simulate
                 --cluster-pipeline <arg>
                 --cluster-threshold <arg>
                 --cluster-replace
  add-node       new_host:new_port existing_host:existing_port
                 --cluster-slave
                 --cluster-master-id <arg>
  del-node       host:port node_id
  call           host:port command arg arg .. arg
                 --cluster-only-masters
                 --cluster-only-replicas
  set-timeout    host:port milliseconds
  import         host:port
                 --cluster-from <arg>
                 --cluster-from-user <arg>
                 --cluster-from-pass <arg>
                 --cluster-from-askpass
                 --cluster-copy
                 --cluster-replace
  help           

For check, fix, reshard, del-node, set-timeout, info, rebalance, call, import you can specify the host and port of any working node in the cluster.

Cluster Manager Options:
  --cluster-yes  Automatic yes to cluster commands prompts

";
