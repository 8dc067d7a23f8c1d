//! MONITOR: clients that see every command.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use crate::command::{Caller, is_shown_to_monitors};
use crate::io::ConnId;
use crate::node::Node;
use crate::resp::quoting::quoted;
use crate::resp::reply::Reply;

impl Node {
    /// Whether a client is a monitor.
    pub(crate) fn is_monitor(&self, conn: ConnId) -> bool {
        self.clients.monitors.contains(&conn)
    }

    /// Notes a command that was executed, for monitors. Secrets are not shown, commands of
    /// administrators neither.
    pub(crate) fn show_to_monitors(&mut self, caller: Caller, argv: &[Vec<u8>]) {
        if self.clients.monitors.is_empty() || !is_shown_to_monitors(argv) {
            return;
        }
        let peer = match caller {
            Caller::Client(conn) => self.client_peer(conn).map(|peer| peer.to_string()),
            Caller::Master => self.replicating_from().map(|master| master.to_string()),
        };
        let now = self.unix_us();
        let (seconds, micros) = (now / 1_000_000, now % 1_000_000);
        let mut line = format!("{seconds}.{micros:06} [0 {}]", peer.unwrap_or_default());
        for (at, arg) in argv.iter().enumerate() {
            line.push(' ');
            line += &if is_secret(argv, at) { "\"(redacted)\"".into() } else { quoted(arg) };
        }
        self.clients.seen.push(line);
    }

    /// Tells monitors what they have seen.
    pub(crate) fn tell_monitors(&mut self) {
        let seen = core::mem::take(&mut self.clients.seen);
        if seen.is_empty() {
            return;
        }
        let monitors: Vec<ConnId> = self.clients.monitors.iter().copied().collect();
        for line in seen {
            for &conn in &monitors {
                self.reply(conn, &Reply::simple(line.as_str()));
            }
        }
    }
}

/// Whether an argument is a password, or the user of one.
fn is_secret(argv: &[Vec<u8>], at: usize) -> bool {
    if argv[0].eq_ignore_ascii_case(b"auth") {
        return at > 0;
    }
    let after_auth = |by: usize| at >= by + 2 && argv[at - by].eq_ignore_ascii_case(b"auth");
    argv[0].eq_ignore_ascii_case(b"hello") && (after_auth(1) || after_auth(2))
}
