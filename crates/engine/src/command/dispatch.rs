//! The path of a command through Redis's checks to its execution. Their order is Redis's: it
//! decides which error a command gets that deserves several.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::client::{Client, PauseMode, ReplyMode};
use crate::command::table::{self, Found, Lookup};
use crate::command::{Call, Caller, Flags};
use crate::config::Compat;
use crate::event::{Event, Role};
use crate::io::ConnId;
use crate::node::Node;
use crate::resp::reply::Reply;

/// Commands that act at once within MULTI instead of being queued.
const NEVER_QUEUED: [&str; 6] = ["exec", "discard", "multi", "watch", "quit", "reset"];

/// What a subscriber in RESP2 may say.
const SAID_BY_SUBSCRIBERS: [&str; 9] = [
    "ping",
    "subscribe",
    "unsubscribe",
    "psubscribe",
    "punsubscribe",
    "ssubscribe",
    "sunsubscribe",
    "quit",
    "reset",
];

/// What the checks decided about a command.
enum Verdict {
    Run,
    Refuse(Reply),
    Postpone,
    Queue(Found),
}

impl Node {
    /// Takes a client's command through all checks, and executes, queues, holds or refuses it.
    pub(crate) fn process_command(&mut self, conn: ConnId, argv: Vec<Vec<u8>>) {
        if argv[0].eq_ignore_ascii_case(b"quit") {
            self.reply(conn, &Reply::Ok);
            self.show_to_monitors(Caller::Client(conn), &argv);
            self.tell_monitors();
            return self.close_after_reply(conn);
        }
        match self.judge(conn, &argv) {
            Verdict::Run => {
                let dirty_before = self.clients.effects.dirty;
                self.clients.executing = Some(conn);
                let reply = self.run_command(Caller::Client(conn), &argv);
                self.clients.executing = None;
                self.note_offset(conn);
                if self.clients.effects.dirty != dirty_before {
                    self.tell_write(conn, &argv);
                }
                self.reply(conn, &reply);
                for news in core::mem::take(&mut self.clients.pushed_to_caller) {
                    self.reply(conn, &news);
                }
                self.tell_monitors();
                self.serve_blocked();
            }
            Verdict::Refuse(reply) => self.refuse(conn, &argv, reply),
            Verdict::Postpone => self.postpone(conn, argv),
            Verdict::Queue(found) => {
                self.queue_command(conn, found, argv);
                self.reply(conn, &Reply::simple("QUEUED"));
            }
        }
    }

    /// Tells observers where in the stream a client's write stands. A read that lets a key expire is
    /// no write.
    fn tell_write(&mut self, conn: ConnId, argv: &[Vec<u8>]) {
        let writes = table::find(argv).is_some_and(|found| found.spec.flags.any(Flags::WRITE));
        if let Some(client) = self.clients.get(conn).filter(|_| writes) {
            let (client, offset) = (client.peer, self.repl_offset());
            self.event(Event::Wrote { client, offset });
        }
    }

    /// WAIT waits for the offset after the client's last command, whoever wrote up to there.
    pub(crate) fn note_offset(&mut self, conn: ConnId) {
        let offset = self.repl_offset();
        if let Some(client) = self.clients.get_mut(conn) {
            client.done_at = offset;
        }
    }

    fn judge(&mut self, conn: ConnId, argv: &[Vec<u8>]) -> Verdict {
        let found = match table::look_up(argv, self.compat) {
            Lookup::Found(found) => found,
            Lookup::Refused(reply) => return Verdict::Refuse(reply),
        };
        if let Some(client) = self.clients.get_mut(conn) {
            client.command = Some(found.full_name());
        }
        let flags = self.effective_flags(conn, found);
        if let Err(refusal) = self.check(conn, found, flags, argv) {
            return Verdict::Refuse(refusal);
        }
        let replica = self.is_replica_client(conn) || self.is_monitor(conn);
        let touches_data = Flags::WRITE.and(Flags::READONLY).and(Flags::MAY_REPLICATE);
        if replica && flags.any(touches_data) {
            let refusal = "ERR Replica can't interact with the keyspace";
            return Verdict::Refuse(Reply::error(refusal));
        }
        if !replica && self.is_held_back(flags) {
            return Verdict::Postpone;
        }
        let in_multi = self.clients.get(conn).is_some_and(|client| client.multi.is_some());
        if in_multi && !NEVER_QUEUED.contains(&found.spec.name) {
            return Verdict::Queue(found);
        }
        Verdict::Run
    }

    /// The flags that count: EXEC has those of what it will execute, too.
    fn effective_flags(&self, conn: ConnId, found: Found) -> Flags {
        let queued = self.clients.get(conn).and_then(|client| client.multi.as_ref());
        match queued {
            Some(multi) if found.spec.name == "exec" => found.spec.flags.and(multi.flags),
            _ => found.spec.flags,
        }
    }

    /// The checks that refuse, in Redis's order.
    fn check(
        &mut self,
        conn: ConnId,
        found: Found,
        flags: Flags,
        argv: &[Vec<u8>],
    ) -> Result<(), Reply> {
        let own = found.spec.flags;
        if own.any(Flags::PROTECTED) && !self.config.allows_debug(self.client_peer(conn)) {
            return Err(Reply::error(DEBUG_REFUSED));
        }
        if self.auth_required(conn) && !own.any(Flags::NO_AUTH) {
            return Err(Reply::error("NOAUTH Authentication required."));
        }
        let Some(client) = self.clients.get(conn) else { return Ok(()) };
        if client.multi.is_some() && own.any(Flags::NO_MULTI) {
            return Err(Reply::error("ERR Command not allowed inside a transaction"));
        }
        self.check_route(conn, found, flags, argv)?;
        let writes = flags.any(Flags::WRITE);
        if (writes || found.spec.name == "ping") && self.refuses_writes() {
            return Err(Reply::error(UNABLE_TO_SAVE));
        }
        if writes && self.role() == Role::Master && self.lacks_good_replicas() {
            return Err(Reply::error("NOREPLICAS Not enough good replicas to write."));
        }
        if writes && self.role() == Role::Replica && self.config.replica_read_only {
            return Err(Reply::error("READONLY You can't write against a read only replica."));
        }
        self.check_subscriber(conn, found)?;
        let stale = self.replicating_from().is_some() && !self.master_link_up();
        if stale && !self.config.replica_serve_stale_data && !own.any(Flags::STALE) {
            return Err(Reply::error(MASTER_DOWN));
        }
        Ok(())
    }

    /// A subscriber in RESP2 may only change its subscriptions, or leave.
    fn check_subscriber(&self, conn: ConnId, found: Found) -> Result<(), Reply> {
        let restricted = self.clients.get(conn).is_some_and(Client::may_only_subscribe);
        if !restricted || SAID_BY_SUBSCRIBERS.contains(&found.spec.name) {
            return Ok(());
        }
        let name = found.full_name();
        Err(Reply::Error(format!(
            "ERR Can't execute '{name}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / \
             RESET are allowed in this context"
        )))
    }

    fn lacks_good_replicas(&self) -> bool {
        let needed = self.config.min_replicas_to_write;
        let max_lag = self.config.min_replicas_max_lag;
        needed > 0 && max_lag > 0 && (self.good_replicas() as u64) < needed
    }

    /// Whether this node serves the keys of the command; of all queued commands for EXEC.
    fn check_route(
        &mut self,
        conn: ConnId,
        found: Found,
        flags: Flags,
        argv: &[Vec<u8>],
    ) -> Result<(), Reply> {
        let Some(client) = self.clients.get(conn) else { return Ok(()) };
        let mut keys: Vec<&[u8]> = Vec::new();
        if found.spec.name == "exec" {
            let queue = client.multi.as_ref().map_or(&[][..], |multi| &multi.queue);
            for queued in queue {
                keys.extend(table::keys_of(queued));
            }
        } else {
            let positions = table::key_positions(found, argv);
            keys.extend(positions.into_iter().map(|at| argv[at].as_slice()));
        }
        if keys.is_empty() || !self.config.cluster_enabled {
            return Ok(());
        }
        let writes = flags.any(Flags::WRITE);
        if flags.any(Flags::PUBSUB) {
            return self
                .cluster_route_channels(&keys, writes, client.asking)
                .map_err(|redirect| Reply::Error(redirect.0));
        }
        if found.spec.name == "migrate" && self.is_open_slot(&keys) {
            return Ok(());
        }
        let asking = client.asking || found.spec.flags.any(Flags::ASKING);
        self.cluster_route(&keys, writes, client.readonly, asking)
            .map_err(|redirect| Reply::Error(redirect.0))
    }

    fn is_held_back(&self, flags: Flags) -> bool {
        match self.pause_mode() {
            None => false,
            Some(PauseMode::All) => true,
            Some(PauseMode::Write) => flags.any(Flags::WRITE.and(Flags::MAY_REPLICATE)),
        }
    }

    /// A refused command breaks the transaction that it was meant for; a refused EXEC ends it.
    fn refuse(&mut self, conn: ConnId, argv: &[Vec<u8>], refusal: Reply) {
        let is_exec = argv[0].eq_ignore_ascii_case(b"exec") && argv.len() == 1;
        let routed = matches!(&refusal, Reply::Error(text) if is_redirect(text));
        let Some(client) = self.clients.get_mut(conn) else { return };
        if let Some(multi) = &mut client.multi {
            multi.broken = true;
        }
        let mut answer = refusal;
        if is_exec {
            self.discard_transaction(conn);
            if let Reply::Error(text) = &answer
                && !routed
            {
                answer =
                    Reply::Error(format!("EXECABORT Transaction discarded because of: {text}"));
            }
        }
        self.reply(conn, &answer);
    }

    /// Executes a command that passed the checks, and sends to the replicas what it changed.
    pub(crate) fn run_command(&mut self, caller: Caller, argv: &[Vec<u8>]) -> Reply {
        let reply = self.call(caller, argv);
        self.flush_propagation();
        reply
    }

    /// Executes one command, alone or within EXEC.
    pub(crate) fn call(&mut self, caller: Caller, argv: &[Vec<u8>]) -> Reply {
        let Some(found) = table::find(argv) else { return table::unknown(argv) };
        self.clients.stats.count_command(self.next_tick());
        if found.needs_cluster() && !self.config.cluster_enabled {
            return Reply::error("ERR This instance has cluster support disabled");
        }
        let dirty_before = self.clients.effects.dirty;
        let mut reply = (found.spec.run)(self, &Call { caller, argv });
        if self.compat == Compat::V7_0 && !self.clients.pushed_to_caller.is_empty() {
            let mut parts = core::mem::take(&mut self.clients.pushed_to_caller);
            parts.push(reply);
            reply = Reply::Many(parts);
        }
        self.show_to_monitors(caller, argv);
        if found.spec.name != "exec" {
            self.propagate_command(argv, dirty_before);
        }
        reply
    }

    /// Whether a command may change data.
    pub(crate) fn is_write(&self, argv: &[Vec<u8>]) -> bool {
        table::find(argv).is_some_and(|found| found.spec.flags.any(Flags::WRITE))
    }

    /// What is left to do once a command of a client is executed, refused or queued; for one that was
    /// held, once it is answered.
    pub(crate) fn command_done(&mut self, conn: ConnId) {
        if self.clients.kill_caller.take_if(|it| *it == conn).is_some() {
            self.close_after_reply(conn);
        }
        let Some(client) = self.clients.get_mut(conn) else { return };
        if client.held.is_some() {
            return;
        }
        client.commands += 1;
        client.asking &= client.multi.is_some() || client.command.as_deref() == Some("asking");
        client.reply = match client.reply {
            ReplyMode::SkipNext => ReplyMode::Skip,
            ReplyMode::Skip => ReplyMode::On,
            other => other,
        };
    }
}

/// Redirects are told as they are, even to EXEC.
fn is_redirect(text: &str) -> bool {
    let code: String = text.chars().take_while(|&c| c != ' ').collect();
    ["MOVED", "ASK", "TRYAGAIN", "CROSSSLOT", "CLUSTERDOWN"].contains(&code.as_str())
}

const DEBUG_REFUSED: &str = "ERR DEBUG command not allowed. If the enable-debug-command option is \
                             set to \"local\", you can run it from a local connection, otherwise \
                             you need to set this option in the configuration file, and then \
                             restart the server.";

const UNABLE_TO_SAVE: &str = "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to \
     disk. Commands that may modify the data set are disabled, because this instance is configured \
     to report errors during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). \
     Please check the Redis logs for details about the RDB error.";

const MASTER_DOWN: &str =
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.";
