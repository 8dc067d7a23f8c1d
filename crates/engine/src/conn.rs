//! Which part of the node owns which connection.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::net::SocketAddrV4;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::io::{ConnId, Output};
use crate::node::Node;

/// The part that hears about a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(crate) enum Owner {
    /// A client (a replica that synchronises from us is a client too).
    Client,
    /// A bus link that a peer opened.
    BusInbound,
    /// A bus link that we opened.
    BusOutbound,
    /// Our link to the master.
    MasterLink,
    /// A connection to the target of a MIGRATE.
    Migration,
}

/// The open connections.
#[derive(Debug, Default, BorshSerialize, BorshDeserialize)]
pub(crate) struct Conns {
    #[borsh(deserialize_with = "crate::gathered::read")]
    owners: BTreeMap<ConnId, Owner>,
    opened: u32,
}

impl Conns {
    pub(crate) fn owner(&self, conn: ConnId) -> Option<Owner> {
        self.owners.get(&conn).copied()
    }

    pub(crate) fn insert(&mut self, conn: ConnId, owner: Owner) {
        self.owners.insert(conn, owner);
    }

    pub(crate) fn remove(&mut self, conn: ConnId) -> Option<Owner> {
        self.owners.remove(&conn)
    }

    /// How many bus links there are, those that are not yet open included.
    pub(crate) fn bus_links(&self) -> usize {
        let bus = |owner: &&Owner| matches!(owner, Owner::BusInbound | Owner::BusOutbound);
        self.owners.values().filter(bus).count()
    }
}

impl Node {
    /// Opens a connection. The owner hears `connected` or `connect_failed`.
    pub(crate) fn connect(&mut self, owner: Owner, to: SocketAddrV4) -> ConnId {
        let conn = ConnId(self.conns.opened * 2 + 1);
        self.conns.opened += 1;
        self.conns.insert(conn, owner);
        // Redis leaves Nagle's algorithm on where it dials the bus, and only there. So news told
        // right after other news may wait for a delayed acknowledgement, 40 ms.
        let nodelay = owner != Owner::BusOutbound;
        self.emit(Output::Connect { conn, to, nodelay });
        conn
    }

    /// Sends bytes; nothing when there are none or the connection is gone. To a client they go behind
    /// the replies that it is owed.
    pub(crate) fn send(&mut self, conn: ConnId, bytes: Vec<u8>) {
        if self.conns.owner(conn) == Some(Owner::Client) {
            self.client_write(conn, &bytes);
        } else if !bytes.is_empty() && self.conns.owner(conn).is_some() {
            self.emit(Output::Send { conn, bytes });
        }
    }

    /// Closes a connection. Its owner is not told: whoever calls this cleans up.
    pub(crate) fn close(&mut self, conn: ConnId) {
        if self.conns.remove(conn).is_some() {
            self.emit(Output::Close { conn });
        }
    }
}
