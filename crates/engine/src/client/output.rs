//! Replies on their way to clients.

use alloc::vec::Vec;

use crate::client::ReplyMode;
use crate::command::Call;
use crate::io::{ConnId, Output};
use crate::node::Node;
use crate::resp::reply::{Protocol, Reply};

impl Node {
    /// Answers a client, unless it asked not to be answered. Pushes it hears anyway.
    pub(crate) fn reply(&mut self, conn: ConnId, reply: &Reply) {
        if let Reply::Error(text) = reply {
            self.clients.stats.count_error(text);
        }
        let Some(client) = self.clients.get_mut(conn) else { return };
        if client.closing {
            return;
        }
        let mut bytes = core::mem::take(&mut client.out);
        if matches!(client.reply, ReplyMode::Off | ReplyMode::Skip) {
            reply.pushes().for_each(|push| push.write(&mut bytes, client.protocol));
        } else {
            reply.write(&mut bytes, client.protocol);
        }
        self.put_out(conn, bytes);
    }

    /// The form that the replies to a call will take.
    pub(crate) fn protocol(&self, call: &Call<'_>) -> Protocol {
        let client = call.conn().and_then(|conn| self.clients.get(conn));
        client.map_or(Protocol::Resp2, |client| client.protocol)
    }

    /// Queues bytes for a client behind its replies.
    pub(crate) fn client_write(&mut self, conn: ConnId, bytes: &[u8]) {
        let Some(client) = self.clients.get_mut(conn) else { return };
        let mut out = core::mem::take(&mut client.out);
        out.extend_from_slice(bytes);
        self.put_out(conn, out);
    }

    fn put_out(&mut self, conn: ConnId, out: Vec<u8>) {
        if let Some(client) = self.clients.get_mut(conn)
            && !out.is_empty()
        {
            client.out = out;
            if !self.clients.unsent.contains(&conn) {
                self.clients.unsent.push(conn);
            }
        }
    }

    /// Closes a client once its replies are sent; nothing that it says or that is answered from here
    /// on counts.
    pub(crate) fn close_after_reply(&mut self, conn: ConnId) {
        if let Some(client) = self.clients.get_mut(conn)
            && !client.closing
        {
            client.closing = true;
            self.clients.closing.push(conn);
        }
    }

    /// Sends all replies, then closes whom it is time to close.
    pub(crate) fn send_replies(&mut self) {
        for conn in core::mem::take(&mut self.clients.unsent) {
            let Some(client) = self.clients.get_mut(conn) else { continue };
            let bytes = core::mem::take(&mut client.out);
            client.bytes_out += bytes.len() as u64;
            self.clients.stats.bytes_out += bytes.len() as u64;
            self.emit(Output::Send { conn, bytes });
        }
        for conn in core::mem::take(&mut self.clients.closing) {
            self.free_client(conn);
        }
    }
}
