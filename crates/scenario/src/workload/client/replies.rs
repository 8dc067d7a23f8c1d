//! What a client hears, and what it makes of it.

use std::net::SocketAddrV4;

use engine::{ConnId, Input, Output};

use super::Client;
use crate::redis_cli::Reply;
use crate::workload::connection::{About, Op, Stage};
use crate::workload::happening::What;
use crate::workload::routes::redirection;

/// Redirections that a request follows.
const REDIRECTS: u8 = 5;

impl Client {
    pub(super) fn hear(&mut self, input: Input) {
        match input {
            Input::Connected { conn, local } => self.connected(conn, local),
            Input::ConnectFailed { conn, .. } | Input::Closed { conn } => {
                if let Some(peer) = self.peers.remove(&conn) {
                    self.fail(peer);
                }
            }
            Input::Received { conn, bytes } => self.received(conn, &bytes),
            Input::Wake
            | Input::Accepted { .. }
            | Input::Clock { .. }
            | Input::Disk { .. }
            | Input::Signal(_) => {}
        }
    }

    fn connected(&mut self, conn: ConnId, local: SocketAddrV4) {
        let Some(&peer) = self.peers.get(&conn) else { return };
        let Some(connection) = self.connections.get_mut(&peer) else { return };
        connection.stage = Stage::Open(conn, local);
        let bytes = std::mem::take(&mut connection.unsent);
        self.tell(What::Opened { local });
        if !bytes.is_empty() {
            self.outputs.push((self.now, Output::Send { conn, bytes }));
        }
    }

    /// Hangs up on a server that does not answer.
    pub(super) fn lose(&mut self, peer: SocketAddrV4) {
        if let Some(conn) = self.connections.get(&peer).and_then(|it| it.id()) {
            self.peers.remove(&conn);
            self.outputs.push((self.now, Output::Close { conn }));
        }
        self.fail(peer);
    }

    /// A connection is gone. What was sent on it may have been done or not; what was not sent was
    /// not.
    fn fail(&mut self, peer: SocketAddrV4) {
        let (now, jitter) = (self.now, self.rng.below(256) as u8);
        let Some(connection) = self.connections.get_mut(&peer) else { return };
        let local = match connection.stage {
            Stage::Open(_, local) => Some(local),
            _ => None,
        };
        let waiting = connection.failed(now, jitter);
        let mut told = None;
        for request in waiting {
            let (About::Op(op) | About::Wait(op)) = request.about else { continue };
            // A write and its WAIT are told of once; a write whose WAIT alone was not answered has
            // been done, but nobody may rely on it.
            if op.write && told.replace(op.number) == Some(op.number) {
                continue;
            }
            self.tell(match local {
                Some(_) => What::Lost,
                None => What::Refused { why: "no connection" },
            });
        }
        if let Some(local) = local {
            self.tell(What::Closed { local });
        }
        self.want_refresh();
    }

    fn received(&mut self, conn: ConnId, bytes: &[u8]) {
        let Some(&peer) = self.peers.get(&conn) else { return };
        let Some(connection) = self.connections.get_mut(&peer) else { return };
        connection.parser.feed(bytes);
        loop {
            // A redirection may have changed the connections, but never removes one.
            let Some(connection) = self.connections.get_mut(&peer) else { return };
            match connection.parser.next() {
                Ok(Some(reply)) => {
                    let Some(request) = connection.answered() else { return self.lose(peer) };
                    self.answered(peer, request.about, &reply);
                }
                Ok(None) => return,
                Err(_) => return self.lose(peer),
            }
        }
    }

    fn answered(&mut self, peer: SocketAddrV4, about: About, reply: &Reply) {
        match about {
            About::Nothing => {}
            About::Slots if reply.error().is_some() => self.want_refresh(),
            About::Slots => self.routes.learn(reply, peer),
            About::Op(op) => match reply.error() {
                Some(error) => {
                    self.forget_wait(peer, op);
                    self.refused(peer, op, error);
                }
                None if self.wait_comes_next(peer, op) => {}
                None => self.served(peer, op),
            },
            About::Wait(op) => match (reply, self.settings.wait) {
                (Reply::Integer(replicas), Some(wanted)) if *replicas >= wanted.into() => {
                    self.served(peer, op);
                }
                // Changed to no WAIT meanwhile.
                (Reply::Integer(_), None) => self.served(peer, op),
                _ => self.short(peer),
            },
        }
    }

    /// Whether the answer to the WAIT of a write comes next.
    fn wait_comes_next(&self, peer: SocketAddrV4, op: Op) -> bool {
        let next = self.connections.get(&peer).and_then(|it| it.waiting.front());
        op.write && next.is_some_and(|request| request.about == About::Wait(op))
    }

    /// The WAIT of a write that was refused says nothing.
    fn forget_wait(&mut self, peer: SocketAddrV4, op: Op) {
        let next = self.connections.get_mut(&peer).and_then(|it| it.waiting.front_mut());
        if let Some(request) = next.filter(|request| request.about == About::Wait(op)) {
            request.about = About::Nothing;
        }
    }

    fn served(&mut self, peer: SocketAddrV4, op: Op) {
        let Op { write, number, key, slot, began, .. } = op;
        let latency = self.now.since(began);
        if !write {
            return self.tell(What::Read { latency });
        }
        if let Some(local) = self.local(peer) {
            self.tell(What::Acknowledged { local, number, key, slot, latency });
        }
    }

    /// Too few replicas confirmed a write in time.
    fn short(&mut self, peer: SocketAddrV4) {
        if let Some(local) = self.local(peer) {
            self.tell(What::Short { local });
        }
    }

    fn local(&self, peer: SocketAddrV4) -> Option<SocketAddrV4> {
        match self.connections.get(&peer)?.stage {
            Stage::Open(_, local) => Some(local),
            Stage::Connecting(_) | Stage::Down(_) => None,
        }
    }

    /// An error: a redirection to follow, or a refusal.
    fn refused(&mut self, peer: SocketAddrV4, op: Op, error: &str) {
        let code = error.split(' ').next().unwrap_or_default();
        let asking = code == "ASK";
        if asking || code == "MOVED" {
            self.tell(What::Redirected);
            if let Some((slot, to)) = redirection(error, peer)
                && self.settings.cluster
            {
                if !asking {
                    self.routes.moved(slot, to);
                    self.want_refresh();
                }
                if op.redirects < REDIRECTS {
                    let op = Op { redirects: op.redirects + 1, ..op };
                    return self.issue(op, to, asking);
                }
            }
        }
        if ["CLUSTERDOWN", "READONLY", "MASTERDOWN"].contains(&code) {
            self.want_refresh();
        }
        self.tell(What::Refused { why: known(code) });
    }
}

/// The error codes that are told apart.
fn known(code: &str) -> &'static str {
    const KNOWN: [&str; 9] = [
        "MOVED",
        "ASK",
        "TRYAGAIN",
        "CLUSTERDOWN",
        "NOREPLICAS",
        "READONLY",
        "MASTERDOWN",
        "LOADING",
        "NOAUTH",
    ];
    KNOWN.into_iter().find(|&it| it == code).unwrap_or("another error")
}
