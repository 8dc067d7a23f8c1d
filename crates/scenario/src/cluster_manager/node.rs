//! One node of the cluster as the manager knows it, and the connection to it.

use bus::SlotSet;

use super::table::{Line, lines, ranges};
use crate::redis_cli::{Link, Options, Reply};
use crate::shell::Context;

/// A node with an open connection.
pub(super) struct Node {
    pub(super) ip: String,
    pub(super) port: u16,
    pub(super) id: String,
    /// Its flags, `myself` left out.
    pub(super) flags: Vec<String>,
    pub(super) slots: SlotSet,
    pub(super) migrating: Vec<(u16, String)>,
    pub(super) importing: Vec<u16>,
    pub(super) replicates: Option<String>,
    pub(super) replicas: usize,
    /// How MIGRATE tells its password: AUTH or AUTH2 with what follows.
    pub(super) auth: Vec<Vec<u8>>,
    link: Link,
}

fn auth(options: &Options) -> Vec<Vec<u8>> {
    let words: Vec<&str> = match (&options.user, &options.password) {
        (Some(user), Some(password)) => vec!["AUTH2", user, password],
        (None, Some(password)) => vec!["AUTH", password],
        (_, None) => Vec::new(),
    };
    words.into_iter().map(Vec::from).collect()
}

/// AUTH, with the name of the user if there is one.
pub(super) fn auth_command<'a>(user: Option<&'a str>, password: &'a str) -> Vec<&'a str> {
    ["AUTH"].into_iter().chain(user).chain([password]).collect()
}

/// What was complained about has been printed.
pub(super) struct Failed;

impl Node {
    /// Connects to a node.
    pub(super) async fn connect(
        context: &Context<'_>,
        options: &Options,
        ip: &str,
        port: u16,
    ) -> Result<Self, Failed> {
        let link = Link::open(context.io, ip, port).await.map_err(|why| {
            let text = format!("Could not connect to Redis at {ip}:{port}: {why}\n");
            context.err.print(&text);
            Failed
        })?;
        let mut node = Self {
            ip: ip.into(),
            port,
            id: String::new(),
            flags: Vec::new(),
            slots: SlotSet::EMPTY,
            migrating: Vec::new(),
            importing: Vec::new(),
            replicates: None,
            replicas: 0,
            auth: auth(options),
            link,
        };
        if let Some(password) = &options.password {
            let command = auth_command(options.user.as_deref(), password);
            node.ask(context, &command).await.map_err(|text| node.complain(context, &text))?;
        }
        Ok(node)
    }

    /// Sends a command; an error reply or a broken connection is the error.
    pub(super) async fn ask(
        &mut self,
        context: &Context<'_>,
        command: &[impl AsRef<[u8]>],
    ) -> Result<Reply, String> {
        match self.link.ask(context.io, command).await {
            Ok(Reply::Error(text)) => Err(text),
            Ok(reply) => Ok(reply),
            Err(lost) => Err(lost.0.into()),
        }
    }

    /// Says that the node answered with an error.
    pub(super) fn complain(&self, context: &Context<'_>, error: &str) -> Failed {
        let address = self.address();
        context.out.print(&format!("Node {address} replied with error:\n{error}\n"));
        Failed
    }

    /// Asks for a text; an error is complained about.
    async fn ask_text(
        &mut self,
        context: &Context<'_>,
        command: &[&str],
    ) -> Result<String, Failed> {
        match self.ask(context, command).await {
            Ok(reply) => Ok(reply.text().unwrap_or_default()),
            Err(error) => {
                context.err.print(&format!("[ERR] Node {} {error}\n", self.address()));
                Err(Failed)
            }
        }
    }

    /// Makes sure that it is a cluster node, and reads what it says about itself. Returns what it
    /// says about the others.
    pub(super) async fn load(&mut self, context: &Context<'_>) -> Result<Vec<Line>, Failed> {
        let info = self.ask_text(context, &["INFO"]).await?;
        if !info.contains("cluster_enabled:1") {
            let text =
                format!("[ERR] Node {} is not configured as a cluster node.\n", self.address());
            context.err.print(&text);
            return Err(Failed);
        }
        self.load_table(context).await
    }

    /// Reads what it says about itself; returns what it says about the others.
    pub(super) async fn load_table(&mut self, context: &Context<'_>) -> Result<Vec<Line>, Failed> {
        let text = self.ask_text(context, &["CLUSTER", "NODES"]).await?;
        let (own, others): (Vec<_>, Vec<_>) =
            lines(&text).into_iter().partition(|line| line.has("myself"));
        if let Some(line) = own.into_iter().next() {
            self.id = line.id;
            self.flags = line.flags.into_iter().filter(|it| it != "myself").collect();
            self.slots = line.slots;
            self.migrating = line.migrating;
            self.importing = line.importing;
            self.replicates = line.replicates;
        }
        Ok(others)
    }

    /// Whether it knows nobody and has no keys.
    pub(super) async fn is_empty(&mut self, context: &Context<'_>) -> Result<bool, Failed> {
        let info = self.ask_text(context, &["INFO"]).await?;
        if info.contains("db0:") {
            return Ok(false);
        }
        let info = self.ask_text(context, &["CLUSTER", "INFO"]).await?;
        Ok(info.lines().any(|line| line.trim() == "cluster_known_nodes:1"))
    }

    pub(super) fn address(&self) -> String {
        format!("{}:{}", self.ip, self.port)
    }

    pub(super) fn is_master(&self) -> bool {
        !self.flags.iter().any(|it| it == "slave")
    }

    /// Whether a slot is its own.
    pub(super) fn owns(&self, slot: u16) -> bool {
        self.slots.contains(slot)
    }

    /// CLUSTER SETSLOT
    pub(super) async fn set_slot(
        &mut self,
        context: &Context<'_>,
        slot: u16,
        state: &[&str],
    ) -> Result<(), String> {
        let slot = slot.to_string();
        let command = [&["CLUSTER", "SETSLOT", slot.as_str()][..], state].concat();
        self.ask(context, &command).await.map(drop)
    }

    /// CLUSTER SETSLOT STABLE
    pub(super) async fn close_slot(
        &mut self,
        context: &Context<'_>,
        slot: u16,
    ) -> Result<(), Failed> {
        let closed = self.set_slot(context, slot, &["STABLE"]).await;
        closed.map_err(|error| self.complain(context, &error))
    }

    /// How many keys of a slot it has.
    pub(super) async fn count_keys(
        &mut self,
        context: &Context<'_>,
        slot: u16,
    ) -> Result<i64, Failed> {
        match self.ask(context, &["CLUSTER", "COUNTKEYSINSLOT", &slot.to_string()]).await {
            Ok(Reply::Integer(keys)) => Ok(keys),
            Ok(_) => Ok(0),
            Err(error) => Err(self.complain(context, &error)),
        }
    }

    /// The lines that describe it.
    pub(super) fn description(&self) -> String {
        let role = if self.is_master() { "M" } else { "S" };
        let mut text = format!(
            "{role}: {} {}\n   slots:{} ({} slots) {}\n",
            self.id,
            self.address(),
            ranges(&self.slots),
            self.slots.len(),
            self.flags.join(",")
        );
        if let Some(master) = &self.replicates {
            text.push_str(&format!("   replicates {master}\n"));
        } else if self.replicas > 0 {
            text.push_str(&format!("   {} additional replica(s)\n", self.replicas));
        }
        text
    }

    /// Hangs up.
    pub(super) fn close(self, context: &Context<'_>) {
        self.link.close(context.io);
    }
}

/// The nodes that the one at an address knows, itself first. Those that do not answer are left out,
/// with a complaint.
pub(super) async fn cluster(
    context: &Context<'_>,
    options: &Options,
    ip: &str,
    port: u16,
) -> Result<Vec<Node>, Failed> {
    Ok(reachable(context, options, ip, port).await?.0)
}

/// As [`cluster`]; and how many of those that were left out are masters.
pub(super) async fn reachable(
    context: &Context<'_>,
    options: &Options,
    ip: &str,
    port: u16,
) -> Result<(Vec<Node>, usize), Failed> {
    let mut missing_masters = 0;
    let mut first = Node::connect(context, options, ip, port).await?;
    let others = first.load(context).await?;
    let mut nodes = vec![first];
    for line in others {
        if line.has("noaddr") || line.has("handshake") || line.port == 0 {
            continue;
        }
        let Ok(mut node) = Node::connect(context, options, &line.ip, line.port).await else {
            missing_masters += usize::from(line.has("master"));
            continue;
        };
        if node.load_table(context).await.is_ok() {
            nodes.push(node);
        }
    }
    count_replicas(context, &mut nodes);
    Ok((nodes, missing_masters))
}

fn count_replicas(context: &Context<'_>, nodes: &mut [Node]) {
    for at in 0..nodes.len() {
        let Some(master) = nodes[at].replicates.clone() else { continue };
        match nodes.iter_mut().find(|node| node.id == master) {
            Some(master) => master.replicas += 1,
            None => context.out.print(&format!(
                "*** WARNING: {} claims to be slave of unknown node ID {master}.\n",
                nodes[at].address()
            )),
        }
    }
}
