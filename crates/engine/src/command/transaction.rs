//! MULTI, EXEC, DISCARD, WATCH, UNWATCH.

use alloc::vec::Vec;

use crate::client::Multi;
use crate::command::table::Found;
use crate::command::{Call, Flags, Keys, Spec};
use crate::io::ConnId;
use crate::node::Node;
use crate::resp::reply::Reply;

const ANYTIME: Flags = Flags::STALE.and(Flags::LOADING);

pub(crate) const COMMANDS: &[Spec] = &[
    Spec::new("multi", 1, ANYTIME, Keys::NONE, multi),
    Spec::new("exec", 1, ANYTIME, Keys::NONE, exec),
    Spec::new("discard", 1, ANYTIME, Keys::NONE, discard),
    Spec::new("watch", -2, ANYTIME, Keys::ALL, watch),
    Spec::new("unwatch", 1, ANYTIME, Keys::NONE, unwatch),
];

impl Node {
    /// Adds a command to a client's transaction.
    pub(crate) fn queue_command(&mut self, conn: ConnId, found: Found, argv: Vec<Vec<u8>>) {
        if let Some(multi) = self.clients.get_mut(conn).and_then(|client| client.multi.as_mut()) {
            multi.flags = multi.flags.and(found.spec.flags);
            multi.queue.push(argv);
        }
    }

    /// Drops a client's transaction and its watches.
    pub(crate) fn discard_transaction(&mut self, conn: ConnId) -> Option<Multi> {
        self.unwatch_all(conn);
        self.clients.get_mut(conn)?.multi.take()
    }

    fn in_transaction(&self, call: &Call<'_>) -> bool {
        let client = call.conn().and_then(|conn| self.clients.get(conn));
        client.is_some_and(|client| client.multi.is_some())
    }
}

fn multi(node: &mut Node, call: &Call<'_>) -> Reply {
    if node.in_transaction(call) {
        return Reply::error("ERR MULTI calls can not be nested");
    }
    if let Some(client) = call.conn().and_then(|conn| node.clients.get_mut(conn)) {
        client.multi = Some(Multi::default());
    }
    Reply::Ok
}

fn exec(node: &mut Node, call: &Call<'_>) -> Reply {
    let Some(conn) = call.conn().filter(|_| node.in_transaction(call)) else {
        return Reply::error("ERR EXEC without MULTI");
    };
    let watch_broken = node.watch_is_broken(conn);
    let Some(multi) = node.discard_transaction(conn) else { return Reply::NilArray };
    if multi.broken {
        return Reply::error("EXECABORT Transaction discarded because of previous errors.");
    }
    if watch_broken {
        return Reply::NilArray;
    }
    node.clients.in_exec = true;
    let replies = multi.queue.iter().map(|argv| node.call(call.caller, argv)).collect();
    node.clients.in_exec = false;
    Reply::Array(replies)
}

fn discard(node: &mut Node, call: &Call<'_>) -> Reply {
    let Some(conn) = call.conn().filter(|_| node.in_transaction(call)) else {
        return Reply::error("ERR DISCARD without MULTI");
    };
    node.discard_transaction(conn);
    Reply::Ok
}

fn watch(node: &mut Node, call: &Call<'_>) -> Reply {
    if node.in_transaction(call) {
        return Reply::error("ERR WATCH inside MULTI is not allowed");
    }
    if let Some(conn) = call.conn() {
        for key in &call.argv[1..] {
            node.watch_key(conn, key);
        }
    }
    Reply::Ok
}

fn unwatch(node: &mut Node, call: &Call<'_>) -> Reply {
    if let Some(conn) = call.conn() {
        node.unwatch_all(conn);
    }
    Reply::Ok
}
