//! `import`: the keys of a server outside of a cluster, moved or copied into one.

use super::check::{Told, check};
use super::node::{Failed, Node, auth_command, cluster};
use super::prompt::Prompts;
use super::slot::TIMEOUT_MS;
use super::split_address;
use crate::redis_cli::{Link, Manager, Options, Reply};
use crate::shell::Context;

/// How many keys are asked for at once.
const BATCH: &str = "1000";

/// The server that keys come from.
struct Source {
    ip: String,
    port: u16,
    link: Link,
}

/// Takes every key of the database 0 of `--cluster-from` to the master of its slot.
pub(super) async fn import(
    context: &Context<'_>,
    options: &Options,
    manager: &Manager,
) -> Result<bool, Failed> {
    let Some(from) = &manager.from else {
        let text = "[ERR] Option '--cluster-from' is required for subcommand 'import'.\n";
        context.err.print(text);
        return Err(Failed);
    };
    let Some((ip, port)) = split_address(&manager.args[0]) else {
        context.err.print(super::BAD_ADDRESS);
        return Err(Failed);
    };
    let Some((from_ip, from_port)) = split_address(from) else {
        context.err.print(
            "[ERR] Invalid --cluster-from host. You need to pass a valid address (ie. \
             120.0.0.1:7000).\n",
        );
        return Err(Failed);
    };
    context
        .out
        .print(&format!(">>> Importing data from {from_ip}:{from_port} to cluster {ip}:{port}\n"));
    let mut nodes = cluster(context, options, &ip, port).await?;
    if !check(context, &mut nodes, Told::Everything).await? {
        return Err(Failed);
    }
    let mut source = Source::connect(context, manager, from_ip, from_port).await?;
    let info = source.ask(context, &["INFO"]).await?.text().unwrap_or_default();
    if info.contains("cluster_enabled:1") {
        context.out.print("[ERR] The source node should not be a cluster node.\n");
        return Err(Failed);
    }
    context.out.print(&format!("*** Importing {} keys from DB 0\n", keys_in(&info)));
    source.move_keys(context, manager, &nodes).await?;
    source.link.close(context.io);
    Ok(true)
}

/// How many keys INFO says that the database 0 has.
fn keys_in(info: &str) -> u64 {
    let line = info.lines().find_map(|line| line.strip_prefix("db0:keys="));
    line.and_then(|line| line.split(',').next()?.parse().ok()).unwrap_or(0)
}

impl Source {
    async fn connect(
        context: &Context<'_>,
        manager: &Manager,
        ip: String,
        port: u16,
    ) -> Result<Self, Failed> {
        let link = Link::open(context.io, &ip, port).await.map_err(|why| {
            let text = format!("Could not connect to Redis at {ip}:{port}: {why}.\n");
            context.err.print(&text);
            Failed
        })?;
        let mut source = Self { ip, port, link };
        let mut password = manager.from_password.clone();
        if manager.ask_password {
            let question = "Please input import source node password: ";
            password = Prompts::new(context).ask(question).await;
        }
        if let Some(password) = password.filter(|it| !it.is_empty()) {
            let command = auth_command(manager.from_user.as_deref(), &password);
            let why = match source.link.ask(context.io, &command).await {
                Ok(Reply::Error(why)) => why,
                Ok(_) => return Ok(source),
                Err(lost) => lost.0.into(),
            };
            context.err.print(&format!("AUTH failed: {why}\n"));
            return Err(Failed);
        }
        Ok(source)
    }

    /// Sends a command; an error is complained about.
    async fn ask(
        &mut self,
        context: &Context<'_>,
        command: &[impl AsRef<[u8]>],
    ) -> Result<Reply, Failed> {
        let why = match self.link.ask(context.io, command).await {
            Ok(Reply::Error(why)) => why,
            Ok(reply) => return Ok(reply),
            Err(lost) => lost.0.into(),
        };
        let text = format!("Source {}:{} replied with error:\n{why}\n", self.ip, self.port);
        context.out.print(&text);
        Err(Failed)
    }

    async fn move_keys(
        &mut self,
        context: &Context<'_>,
        manager: &Manager,
        nodes: &[Node],
    ) -> Result<(), Failed> {
        let mut cursor = b"0".to_vec();
        loop {
            let scan = [&b"SCAN"[..], &cursor, b"COUNT", BATCH.as_bytes()];
            let Reply::Array(parts) = self.ask(context, &scan).await? else { return Err(Failed) };
            let Ok([Reply::Bulk(next), Reply::Array(keys)]) = <[Reply; 2]>::try_from(parts) else {
                return Err(Failed);
            };
            for key in keys {
                let Reply::Bulk(key) = key else { return Err(Failed) };
                self.move_key(context, manager, nodes, key).await?;
            }
            if next == b"0" {
                return Ok(());
            }
            cursor = next;
        }
    }

    async fn move_key(
        &mut self,
        context: &Context<'_>,
        manager: &Manager,
        nodes: &[Node],
        key: Vec<u8>,
    ) -> Result<(), Failed> {
        let slot = bus::slot_of(&key);
        let target = nodes.iter().find(|node| node.owns(slot)).ok_or(Failed)?;
        let name = String::from_utf8_lossy(&key).into_owned();
        context.out.print(&format!("Migrating {name} to {}: ", target.address()));
        let port = target.port.to_string().into_bytes();
        let timeout = manager.timeout_ms.unwrap_or(TIMEOUT_MS).to_string().into_bytes();
        let ip = target.ip.clone().into_bytes();
        let mut migrate = vec![b"MIGRATE".to_vec(), ip, port, key, b"0".to_vec(), timeout];
        migrate.extend(manager.copy.then(|| b"COPY".to_vec()));
        migrate.extend(manager.replace.then(|| b"REPLACE".to_vec()));
        migrate.extend(target.auth.iter().cloned());
        self.ask(context, &migrate).await?;
        context.out.print("OK\n");
        Ok(())
    }
}
