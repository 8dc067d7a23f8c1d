//! What a connection says about itself: PING, ECHO, AUTH, HELLO, SELECT, QUIT, RESET, READONLY ...

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::client::{Client, ReplyMode};
use crate::command::{Call, Flags, Keys, Spec};
use crate::config::Compat;
use crate::event::Role;
use crate::io::ConnId;
use crate::node::Node;
use crate::resp::number::parse_i64;
use crate::resp::reply::{Protocol, Reply};

const ANYTIME: Flags = Flags::STALE.and(Flags::LOADING);
const UNAUTHENTICATED: Flags = ANYTIME.and(Flags::NO_AUTH);

pub(crate) const COMMANDS: &[Spec] = &[
    Spec::new("ping", -1, Flags::NONE, Keys::NONE, ping),
    Spec::new("echo", 2, ANYTIME, Keys::NONE, |_, call| Reply::Bulk(call.argv[1].clone())),
    Spec::new("auth", -2, UNAUTHENTICATED, Keys::NONE, auth),
    Spec::new("hello", -1, UNAUTHENTICATED, Keys::NONE, hello),
    Spec::new("quit", -1, UNAUTHENTICATED, Keys::NONE, |_, _| Reply::Ok),
    Spec::new("reset", 1, UNAUTHENTICATED, Keys::NONE, reset),
    Spec::new("select", 2, ANYTIME, Keys::NONE, select),
    Spec::new("swapdb", 3, Flags::WRITE, Keys::NONE, |_, _| {
        Reply::error("ERR SWAPDB is not allowed in cluster mode")
    }),
    Spec::new("readonly", 1, ANYTIME, Keys::NONE, |node, call| set_readonly(node, call, true)),
    Spec::new("readwrite", 1, ANYTIME, Keys::NONE, |node, call| set_readonly(node, call, false)),
    Spec::new("asking", 1, Flags::NONE, Keys::NONE, asking),
];

fn ping(node: &mut Node, call: &Call<'_>) -> Reply {
    let client = call.conn().and_then(|conn| node.clients.get(conn));
    if call.argv.len() <= 2 && client.is_some_and(Client::may_only_subscribe) {
        let message = call.argv.get(1).cloned().unwrap_or_default();
        return Reply::Array(vec![Reply::bulk("pong"), Reply::Bulk(message)]);
    }
    match call.argv {
        [_] => Reply::simple("PONG"),
        [_, message] => Reply::Bulk(message.clone()),
        _ => Reply::wrong_arity("ping"),
    }
}

impl Node {
    /// Lets a client in when user and password fit.
    ///
    /// # Errors
    /// What AUTH answers otherwise.
    fn authenticate(&mut self, conn: ConnId, user: &[u8], password: &[u8]) -> Result<(), Reply> {
        let known = user == b"default";
        let required = self.config.requirepass.as_bytes();
        if !known || !(required.is_empty() || required == password) {
            return Err(Reply::error(WRONG_PASSWORD));
        }
        if let Some(client) = self.clients.get_mut(conn) {
            client.passed_auth = true;
        }
        Ok(())
    }
}

const WRONG_PASSWORD: &str = "WRONGPASS invalid username-password pair or user is disabled.";

fn auth(node: &mut Node, call: &Call<'_>) -> Reply {
    let Some(conn) = call.conn() else { return Reply::Ok };
    let (user, password) = match call.argv {
        [_, _] if node.config.requirepass.is_empty() => {
            return Reply::error(
                "ERR AUTH <password> called without any password configured for the default user. \
                 Are you sure your configuration is correct?",
            );
        }
        [_, password] => (&b"default"[..], password),
        [_, user, password] => (user.as_slice(), password),
        _ => return Reply::syntax_error(),
    };
    node.authenticate(conn, user, password).err().unwrap_or(Reply::Ok)
}

fn hello(node: &mut Node, call: &Call<'_>) -> Reply {
    let Some(conn) = call.conn() else { return Reply::Ok };
    let protocol = match call.argv.get(1).map(|version| parse_i64(version)) {
        None => None,
        Some(Some(2)) => Some(Protocol::Resp2),
        Some(Some(3)) => Some(Protocol::Resp3),
        Some(None) => {
            return Reply::error("ERR Protocol version is not an integer or out of range");
        }
        Some(Some(_)) => return Reply::error("NOPROTO unsupported protocol version"),
    };
    match hello_options(node, conn, call) {
        Err(refusal) => refusal,
        Ok(name) => {
            if let Some(client) = node.clients.get_mut(conn) {
                client.name = name.unwrap_or_else(|| core::mem::take(&mut client.name));
                client.protocol = protocol.unwrap_or(client.protocol);
            }
            hello_reply(node, conn)
        }
    }
}

/// AUTH and SETNAME of HELLO; returns the name to set.
fn hello_options(node: &mut Node, conn: ConnId, call: &Call<'_>) -> Result<Option<Vec<u8>>, Reply> {
    let mut name = None;
    let mut at = 2;
    while at < call.argv.len() {
        let more = call.argv.len() - at - 1;
        if call.is(at, "auth") && more >= 2 {
            node.authenticate(conn, &call.argv[at + 1], &call.argv[at + 2])?;
            at += 3;
        } else if call.is(at, "setname") && more >= 1 {
            if !super::client::is_valid_name(&call.argv[at + 1]) {
                return Err(Reply::error(super::client::BAD_NAME));
            }
            name = Some(call.argv[at + 1].clone());
            at += 2;
        } else {
            let option = String::from_utf8_lossy(&call.argv[at]);
            return Err(Reply::Error(format!("ERR Syntax error in HELLO option '{option}'")));
        }
    }
    if node.auth_required(conn) {
        let form = match node.compat {
            Compat::V7_0 => "HELLO AUTH <user> <pass>",
            Compat::V8_2 => "HELLO <proto> AUTH <user> <pass>",
        };
        return Err(Reply::Error(format!(
            "NOAUTH HELLO must be called with the client already authenticated, otherwise the \
             {form} option can be used to authenticate the client and select the RESP protocol \
             version at the same time"
        )));
    }
    Ok(name)
}

fn hello_reply(node: &Node, conn: ConnId) -> Reply {
    let client = node.clients.get(conn);
    let (id, proto) = client.map_or((0, 2), |it| (it.id, it.protocol.version()));
    let role = match node.role() {
        Role::Master => "master",
        Role::Replica => "replica",
    };
    Reply::Map(vec![
        (Reply::bulk("server"), Reply::bulk("redis")),
        (Reply::bulk("version"), Reply::bulk(node.compat.version())),
        (Reply::bulk("proto"), Reply::Int(proto)),
        (Reply::bulk("id"), Reply::Int(id as i64)),
        (Reply::bulk("mode"), Reply::bulk(node.config.mode())),
        (Reply::bulk("role"), Reply::bulk(role)),
        (Reply::bulk("modules"), Reply::Array(Vec::new())),
    ])
}

/// RESET: the connection is as if it had just been opened.
fn reset(node: &mut Node, call: &Call<'_>) -> Reply {
    let Some(conn) = call.conn() else { return Reply::Ok };
    if node.is_replica_client(conn) {
        return Reply::error("ERR can only reset normal client connections");
    }
    node.discard_transaction(conn);
    node.drop_subscriptions(conn);
    node.clients.monitors.remove(&conn);
    let open = node.config.requirepass.is_empty();
    if let Some(client) = node.clients.get_mut(conn) {
        client.readonly = false;
        client.asking = false;
        client.reply = ReplyMode::On;
        client.protocol = Protocol::Resp2;
        client.name.clear();
        client.passed_auth = open;
    }
    Reply::simple("RESET")
}

/// A server outside of a cluster has one database, too.
fn select(node: &mut Node, call: &Call<'_>) -> Reply {
    match parse_i64(&call.argv[1]).and_then(|db| i32::try_from(db).ok()) {
        None if parse_i64(&call.argv[1]).is_some() => {
            Reply::error("ERR value is out of range, value must between -2147483648 and 2147483647")
        }
        None => Reply::not_an_integer(),
        Some(0) => Reply::Ok,
        Some(_) if !node.config.cluster_enabled => Reply::error("ERR DB index is out of range"),
        Some(_) => Reply::error("ERR SELECT is not allowed in cluster mode"),
    }
}

fn set_readonly(node: &mut Node, call: &Call<'_>, readonly: bool) -> Reply {
    if let Some(client) = call.conn().and_then(|conn| node.clients.get_mut(conn)) {
        client.readonly = readonly;
    }
    Reply::Ok
}

fn asking(node: &mut Node, call: &Call<'_>) -> Reply {
    if let Some(client) = call.conn().and_then(|conn| node.clients.get_mut(conn)) {
        client.asking = true;
    }
    Reply::Ok
}
