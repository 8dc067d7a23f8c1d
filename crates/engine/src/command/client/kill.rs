//! CLIENT KILL.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::list::Kind;
use crate::command::Call;
use crate::io::ConnId;
use crate::node::Node;
use crate::resp::number::parse_i64;
use crate::resp::reply::Reply;

/// Which clients are to be closed: those that fit every filter given.
#[derive(Debug, Default)]
struct Filters<'a> {
    id: Option<u64>,
    addr: Option<&'a [u8]>,
    laddr: Option<&'a [u8]>,
    kind: Option<Kind>,
    spare_caller: bool,
}

pub(super) fn kill(node: &mut Node, call: &Call<'_>) -> Reply {
    if let [_, _, addr] = call.argv {
        let filters = Filters { addr: Some(addr), ..Filters::default() };
        let found = node.clients_that_fit(&filters, call.conn());
        return match found.first() {
            Some(&conn) => {
                node.kill_client(conn, call.conn());
                Reply::Ok
            }
            None => Reply::error("ERR No such client"),
        };
    }
    match filters(call) {
        Err(refusal) => refusal,
        Ok(filters) => {
            let found = node.clients_that_fit(&filters, call.conn());
            for &conn in &found {
                node.kill_client(conn, call.conn());
            }
            let master = filters.kind == Some(Kind::Master) && node.kill_master_link();
            Reply::Int(found.len() as i64 + i64::from(master))
        }
    }
}

fn filters<'a>(call: &Call<'a>) -> Result<Filters<'a>, Reply> {
    let mut filters = Filters { spare_caller: true, ..Filters::default() };
    if !call.argv.len().is_multiple_of(2) {
        return Err(Reply::syntax_error());
    }
    for at in (2..call.argv.len()).step_by(2) {
        let value = &call.argv[at + 1];
        if call.is(at, "id") {
            let id = parse_i64(value).filter(|&id| id > 0);
            let id = id.ok_or_else(|| Reply::error("ERR client-id should be greater than 0"))?;
            filters.id = Some(id as u64);
        } else if call.is(at, "type") {
            filters.kind = Some(Kind::parse(value)?);
        } else if call.is(at, "addr") {
            filters.addr = Some(value);
        } else if call.is(at, "laddr") {
            filters.laddr = Some(value);
        } else if call.is(at, "user") {
            if value != b"default" {
                let user = alloc::string::String::from_utf8_lossy(value);
                return Err(Reply::Error(alloc::format!("ERR No such user '{user}'")));
            }
        } else if call.is(at, "skipme") && call.is(at + 1, "yes") {
            filters.spare_caller = true;
        } else if call.is(at, "skipme") && call.is(at + 1, "no") {
            filters.spare_caller = false;
        } else {
            return Err(Reply::syntax_error());
        }
    }
    Ok(filters)
}

impl Node {
    fn clients_that_fit(&self, filters: &Filters<'_>, caller: Option<ConnId>) -> Vec<ConnId> {
        let fits = |conn: ConnId, client: &crate::client::Client| {
            filters.id.is_none_or(|id| client.id == id)
                && filters.addr.is_none_or(|addr| client.peer.to_string().as_bytes() == addr)
                && filters.laddr.is_none_or(|addr| client.local.to_string().as_bytes() == addr)
                && filters.kind.is_none_or(|kind| kind.fits(self, conn))
                && !(filters.spare_caller && caller == Some(conn))
        };
        let fitting = self.clients.iter().filter(|&(conn, client)| fits(conn, client));
        fitting.map(|(conn, _)| conn).collect()
    }

    /// The caller still hears the answer before it is closed.
    fn kill_client(&mut self, conn: ConnId, caller: Option<ConnId>) {
        if caller == Some(conn) {
            self.clients.kill_caller = Some(conn);
        } else {
            self.free_client(conn);
        }
    }
}
