//! What clients send, cut into commands.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::command::Caller;
use crate::io::ConnId;
use crate::log::Level;
use crate::node::Node;
use crate::resp::reply::Reply;
use crate::resp::request::{self, Parsed, Trust};

/// The exit status of a process that aborts itself.
const ABORTED: i32 = 134;

impl Node {
    pub(crate) fn client_received(&mut self, conn: ConnId, bytes: &[u8]) {
        self.clients.stats.bytes_in += bytes.len() as u64;
        let Some(client) = self.clients.get_mut(conn) else { return };
        client.last = self.now;
        client.bytes_in += bytes.len() as u64;
        client.query.extend_from_slice(bytes);
        self.read_commands(conn);
    }

    /// Executes what a client has sent, until it is held or there is no whole command left.
    pub(crate) fn read_commands(&mut self, conn: ConnId) {
        let Some(client) = self.clients.get_mut(conn) else { return };
        let query = core::mem::take(&mut client.query);
        let mut used = 0;
        while self.may_go_on(conn) {
            match request::parse(&query[used..], self.trust(conn)) {
                Parsed::Incomplete => break,
                Parsed::Request { argv, used: len } => {
                    used += len;
                    self.client_command(conn, argv);
                }
                Parsed::Error(complaint) => {
                    used = query.len();
                    self.protocol_error(conn, &complaint);
                }
            }
        }
        if let Some(client) = self.clients.get_mut(conn) {
            client.query = query[used..].to_vec();
        }
        if self.busy_until.is_some() && used < query.len() {
            self.clients.resumed.push_back(conn);
        }
    }

    fn may_go_on(&self, conn: ConnId) -> bool {
        let free = |client: &super::Client| client.held.is_none() && !client.closing;
        !self.exited && self.busy_until.is_none() && self.clients.get(conn).is_some_and(free)
    }

    fn trust(&self, conn: ConnId) -> Trust {
        if self.auth_required(conn) { Trust::Stranger } else { Trust::Client }
    }

    /// Whether a client has yet to pass AUTH.
    pub(crate) fn auth_required(&self, conn: ConnId) -> bool {
        let passed = self.clients.get(conn).is_some_and(|client| client.passed_auth);
        !self.config.requirepass.is_empty() && !passed
    }

    fn client_command(&mut self, conn: ConnId, argv: Vec<Vec<u8>>) {
        if !argv.is_empty() {
            self.process_command(conn, argv);
            self.command_done(conn);
        }
    }

    fn protocol_error(&mut self, conn: ConnId, complaint: &str) {
        let line =
            format!("Protocol error ({complaint}) from client: {}", self.describe_client(conn));
        self.log(Level::Verbose, line);
        self.reply(conn, &Reply::Error(format!("ERR Protocol error: {complaint}")));
        self.close_after_reply(conn);
    }

    /// Executes a command from the master's stream: no redirects, no pause, no reply; it does not
    /// propagate again (the stream itself is relayed by `replication`).
    pub(crate) fn apply_from_master(&mut self, argv: &[Vec<u8>]) {
        let unsafe_write = self.refuses_writes() && self.is_write(argv);
        if unsafe_write && !self.config.replica_ignore_disk_write_errors {
            let line = "Guru Meditation: Replica was unable to write command to disk.";
            self.log(Level::Warning, line);
            return self.exit(ABORTED);
        }
        self.clients.obeying = true;
        let reply = self.run_command(Caller::Master, argv);
        self.clients.obeying = false;
        self.tell_monitors();
        if let Reply::Error(error) = reply {
            let name =
                String::from_utf8_lossy(argv.first().map_or(&[], Vec::as_slice)).into_owned();
            let line = format!(
                "== CRITICAL == This replica is sending an error to its master: '{error}' after \
                 processing the command '{name}'"
            );
            self.log(Level::Warning, line);
        }
    }
}
