//! Clients whose command has to wait: for the end of a pause, for acknowledgements, for a key, for
//! the end of the process.

use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};

use super::blocked::Blocked;
use crate::Time;
use crate::event::Event;
use crate::io::ConnId;
use crate::node::Node;
use crate::resp::reply::Reply;

/// What a client waits for.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
pub(crate) enum Held {
    /// The end of a pause: then this command is looked at anew.
    Postponed(Vec<Vec<u8>>),
    /// Acknowledgements.
    Wait(Wait),
    /// Something to pop.
    Keys(Blocked),
    /// The end of its MIGRATE.
    Migrate,
    /// The end of the process.
    Shutdown,
}

/// The condition of a WAIT.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
pub(crate) struct Wait {
    /// How many replicas.
    pub replicas: u64,
    /// Up to which offset.
    pub offset: u64,
}

/// What blocked clients hear when a master becomes a replica.
const DEMOTED: &str = "UNBLOCKED force unblock from blocking operation, instance state changed \
                       (master -> replica?)";

impl Node {
    /// Keeps a command until the pauses end.
    pub(crate) fn postpone(&mut self, conn: ConnId, argv: Vec<Vec<u8>>) {
        if let Some(client) = self.clients.get_mut(conn) {
            client.held = Some(Held::Postponed(argv));
            self.clients.postponed.push(conn);
        }
    }

    /// Holds a client in WAIT until the replicas acknowledged, or until `until`.
    pub(crate) fn hold_in_wait(&mut self, conn: ConnId, wait: Wait, until: Option<Time>) {
        if let Some(client) = self.clients.get_mut(conn) {
            client.held = Some(Held::Wait(wait));
            self.clients.waiting.insert(conn, until);
        }
    }

    /// Holds the caller of MIGRATE.
    pub(crate) fn hold_in_migrate(&mut self, conn: ConnId) {
        if let Some(client) = self.clients.get_mut(conn) {
            client.held = Some(Held::Migrate);
        }
    }

    /// Holds the caller of SHUTDOWN.
    pub(super) fn hold_in_shutdown(&mut self, conn: ConnId) {
        if let Some(client) = self.clients.get_mut(conn) {
            client.held = Some(Held::Shutdown);
        }
    }

    /// Answers those in WAIT whose number of replicas is reached, and all whose time is over.
    pub(super) fn serve_waiting(&mut self) {
        if self.clients.waiting.is_empty() {
            return;
        }
        let waiting: Vec<_> =
            self.clients.waiting.iter().map(|(&conn, &due)| (conn, due)).collect();
        for (conn, due) in waiting {
            let acked = self.is_acknowledged(conn);
            if (acked || due.is_some_and(|due| self.now >= due))
                && let Some(reply) = self.reply_in_vain(conn)
            {
                self.release(conn, &reply);
            }
        }
    }

    /// The answer to a WAIT for `offset`.
    pub(crate) fn wait_answer(&mut self, conn: ConnId, offset: u64) -> Reply {
        let by: Vec<_> = self.acknowledged(offset).collect();
        let acked = by.len() as i64;
        if let Some(client) = self.client_peer(conn) {
            self.event(Event::WaitAnswered { client, by });
        }
        Reply::Int(acked)
    }

    /// Whether a client is in WAIT and has what it waits for.
    fn is_acknowledged(&self, conn: ConnId) -> bool {
        match self.clients.get(conn).and_then(|it| it.held.as_ref()) {
            Some(Held::Wait(wait)) => self.replicas_acked(wait.offset) as u64 >= wait.replicas,
            _ => false,
        }
    }

    /// What a client hears whose time is over; none if it waits for nothing that has a time.
    fn reply_in_vain(&mut self, conn: ConnId) -> Option<Reply> {
        match self.clients.get(conn)?.held.as_ref()? {
            Held::Wait(wait) => {
                let offset = wait.offset;
                Some(self.wait_answer(conn, offset))
            }
            Held::Keys(_) => Some(Reply::NilArray),
            Held::Postponed(_) | Held::Migrate | Held::Shutdown => None,
        }
    }

    /// Ends what a client waits for as if its time were over, or with an error. Returns whether it
    /// waited.
    pub(crate) fn unblock(&mut self, conn: ConnId, by_error: bool) -> bool {
        let held = self.clients.get(conn).and_then(|it| it.held.as_ref());
        if !matches!(held, Some(Held::Wait(_) | Held::Keys(_))) {
            return false;
        }
        let error = Reply::error("UNBLOCKED client unblocked via CLIENT UNBLOCK");
        let reply = if by_error { Some(error) } else { self.reply_in_vain(conn) };
        self.release(conn, &reply.expect("it waits"));
        true
    }

    /// Answers a held client and lets it go on.
    pub(crate) fn release(&mut self, conn: ConnId, reply: &Reply) {
        self.clients.waiting.remove(&conn);
        self.leave_keys(conn);
        if let Some(client) = self.clients.get_mut(conn) {
            client.held = None;
        }
        self.reply(conn, reply);
        self.command_done(conn);
        self.clients.resumed.push_back(conn);
    }

    /// Looks at the commands of clients that were held, and at what they sent meanwhile.
    pub(super) fn resume_clients(&mut self) {
        // Those that are held again, by a pause that remains, wait for the next occasion.
        for _ in 0..self.clients.resumed.len() {
            if self.exited || self.busy_until.is_some() {
                return;
            }
            let Some(conn) = self.clients.resumed.pop_front() else { return };
            let Some(client) = self.clients.get_mut(conn) else { continue };
            let postponed = client.held.take_if(|it| matches!(it, Held::Postponed(_)));
            if let Some(Held::Postponed(argv)) = postponed {
                self.process_command(conn, argv);
                self.command_done(conn);
            }
            self.read_commands(conn);
        }
    }

    /// A master became a replica: blocked clients (WAIT, BLPOP ...) get UNBLOCKED and are closed; held
    /// writes are evaluated anew, which redirects them.
    pub(crate) fn unblock_clients_on_demotion(&mut self) {
        let blocked = |client: &super::Client| client.held.is_some() && !client.is_postponed();
        let conns: Vec<ConnId> = self
            .clients
            .iter()
            .filter(|(_, client)| blocked(client))
            .map(|(conn, _)| conn)
            .collect();
        for conn in conns {
            self.release(conn, &Reply::error(DEMOTED));
            self.close_after_reply(conn);
        }
    }

    /// Everyone whom SHUTDOWN holds.
    pub(super) fn held_in_shutdown(&self) -> Vec<ConnId> {
        let held = self.clients.iter().filter(|(_, it)| matches!(it.held, Some(Held::Shutdown)));
        held.map(|(conn, _)| conn).collect()
    }
}
