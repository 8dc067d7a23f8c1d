//! CLIENT LIST and CLIENT INFO: a line for each client.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::client::Client;
use crate::command::Call;
use crate::config::Compat;
use crate::io::ConnId;
use crate::node::Node;
use crate::resp::number::parse_i64;
use crate::resp::reply::Reply;

pub(super) fn info(node: &mut Node, call: &Call<'_>) -> Reply {
    call.conn().map_or(Reply::None, |conn| Reply::Verbatim(node.describe_client(conn) + "\n"))
}

pub(super) fn list(node: &mut Node, call: &Call<'_>) -> Reply {
    let selected: Vec<ConnId> = match selection(node, call) {
        Ok(Some(selected)) => selected,
        Ok(None) => node.clients.iter().map(|(conn, _)| conn).collect(),
        Err(refusal) => return refusal,
    };
    let lines: String = selected.iter().map(|&conn| node.describe_client(conn) + "\n").collect();
    Reply::Verbatim(lines)
}

/// The clients that TYPE or ID selects; none for all.
fn selection(node: &Node, call: &Call<'_>) -> Result<Option<Vec<ConnId>>, Reply> {
    if call.argv.len() == 2 {
        return Ok(None);
    }
    if call.argv.len() == 4 && call.is(2, "type") {
        let kind = Kind::parse(&call.argv[3])?;
        let of_kind = node.clients.iter().filter(|&(conn, _)| kind.fits(node, conn));
        return Ok(Some(of_kind.map(|(conn, _)| conn).collect()));
    }
    if call.argv.len() > 3 && call.is(2, "id") {
        let mut selected = Vec::new();
        for id in &call.argv[3..] {
            let id = parse_i64(id).ok_or_else(|| Reply::error("ERR Invalid client ID"))?;
            selected.extend(u64::try_from(id).ok().and_then(|id| node.client_by_id(id)));
        }
        return Ok(Some(selected));
    }
    Err(Reply::syntax_error())
}

/// The types of CLIENT LIST and CLIENT KILL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Normal,
    Replica,
    Subscriber,
    /// The link to our master, which is no client here: CLIENT LIST does not show it.
    Master,
}

impl Kind {
    pub(super) fn parse(name: &[u8]) -> Result<Self, Reply> {
        match name.to_ascii_lowercase().as_slice() {
            b"normal" => Ok(Self::Normal),
            b"replica" | b"slave" => Ok(Self::Replica),
            b"pubsub" => Ok(Self::Subscriber),
            b"master" => Ok(Self::Master),
            _ => {
                let name = String::from_utf8_lossy(name);
                Err(Reply::Error(format!("ERR Unknown client type '{name}'")))
            }
        }
    }

    pub(super) fn fits(self, node: &Node, conn: ConnId) -> bool {
        let subscribes = node.clients.get(conn).is_some_and(Client::is_subscriber);
        match self {
            Self::Normal => !node.is_replica_client(conn) && !subscribes,
            Self::Replica => node.is_replica_client(conn),
            Self::Subscriber => !node.is_replica_client(conn) && subscribes,
            Self::Master => false,
        }
    }
}

impl Node {
    pub(super) fn client_by_id(&self, id: u64) -> Option<ConnId> {
        self.clients.iter().find(|(_, client)| client.id == id).map(|(conn, _)| conn)
    }

    /// A client's line in CLIENT LIST, without its line end. Sizes of memory are those of the bytes
    /// that are held, since there is no allocator to ask.
    pub(crate) fn describe_client(&self, conn: ConnId) -> String {
        let Some(client) = self.clients.get(conn) else { return String::new() };
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let queued = client.multi.as_ref().map_or(-1, |multi| multi.queue.len() as i64);
        let queued_size = client.multi.as_ref().map_or(0, |multi| size(&multi.queue));
        let total = client.query.len() + client.out.len() + queued_size;
        let watched = format!(" watch={}", client.watching.len());
        let mut line = format!(
            "id={} addr={} laddr={} fd={} name={} age={} idle={} flags={} db=0 sub={} psub={} ssub={} \
             multi={queued}{} qbuf={} qbuf-free=0 argv-mem=0 multi-mem={queued_size} rbs=0 rbp=0 \
             obl={} oll=0 omem=0 tot-mem={total} events=r cmd={} user=default redir=-1 resp={}",
            client.id,
            client.peer,
            client.local,
            conn.0,
            text(&client.name),
            self.now.since(client.since).as_secs(),
            self.now.since(client.last).as_secs(),
            self.client_flags(conn),
            client.subscriptions[0].len(),
            client.subscriptions[1].len(),
            client.subscriptions[2].len(),
            if self.compat == Compat::V7_0 { "" } else { &watched },
            client.query.len(),
            client.out.len(),
            client.command.as_deref().unwrap_or("NULL"),
            client.protocol.version(),
        );
        if self.compat != Compat::V7_0 {
            line += &format!(
                " lib-name={} lib-ver={} io-thread=0 tot-net-in={} tot-net-out={} tot-cmds={}",
                text(&client.lib_name),
                text(&client.lib_version),
                client.bytes_in,
                client.bytes_out,
                client.commands,
            );
        }
        line
    }

    fn client_flags(&self, conn: ConnId) -> String {
        let Some(client) = self.clients.get(conn) else { return String::new() };
        let flags: String = [
            ('S', self.is_replica_client(conn)),
            ('O', self.is_monitor(conn)),
            ('P', client.is_subscriber()),
            ('x', client.multi.is_some()),
            ('b', client.held.is_some()),
            ('d', client.watch_broken),
            ('c', client.closing),
            ('r', client.readonly),
            ('e', client.no_evict),
            ('T', client.no_touch),
        ]
        .into_iter()
        .filter_map(|(mark, set)| set.then_some(mark))
        .collect();
        if flags.is_empty() { "N".into() } else { flags }
    }
}

fn size(queue: &[Vec<Vec<u8>>]) -> usize {
    queue.iter().flatten().map(Vec::len).sum()
}
