//! `redis-cli --cluster`: the conversation that makes a cluster of nodes, and looks after it.

mod allocation;
mod check;
mod create;
mod node;
mod table;

use crate::redis_cli::{Manager, Options, raw};
use crate::shell::Context;
use node::{Failed, Node, cluster};

/// The subcommands.
pub(crate) const NAMES: [&str; 5] = ["call", "check", "create", "help", "info"];

/// Runs a subcommand and returns the exit status.
pub(crate) async fn run(context: &Context<'_>, options: &Options, manager: &Manager) -> i32 {
    let count = manager.args.len();
    let enough = match manager.name.as_str() {
        "create" | "call" => count >= 2,
        "check" | "info" => count >= 1,
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
        _ => look(context, options, manager).await,
    };
    i32::from(!well.unwrap_or(false))
}

/// The subcommands that begin by finding all nodes.
async fn look(context: &Context<'_>, options: &Options, manager: &Manager) -> Result<bool, Failed> {
    let address = match manager.args.as_slice() {
        [address, ..] if manager.name == "call" => split_address(address),
        [address] => split_address(address),
        [ip, port] => port.parse().ok().map(|port| (ip.clone(), port)),
        _ => None,
    };
    let Some((ip, port)) = address else {
        context.err.print(
            "[ERR] Invalid arguments: you need to pass either a valid address (ie. 120.0.0.1:7000) \
             or space separated IP and port (ie. 120.0.0.1 7000)\n",
        );
        return Err(Failed);
    };
    let mut nodes = cluster(context, options, &ip, port).await?;
    match manager.name.as_str() {
        "call" => call(context, manager, &mut nodes).await,
        "info" => check::info(context, &mut nodes).await?,
        _ => {
            check::info(context, &mut nodes).await?;
            return check::check(context, &mut nodes).await;
        }
    }
    Ok(true)
}

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
  call           host:port command arg arg .. arg
                 --cluster-only-masters
                 --cluster-only-replicas
  help           

For check, info, call you can specify the host and port of any working node in the cluster.

Cluster Manager Options:
  --cluster-yes  Automatic yes to cluster commands prompts

";
