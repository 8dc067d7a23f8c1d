//! A connection to a server.

use std::net::{Ipv4Addr, SocketAddrV4};

use engine::{ConnId, ConnectError};

use super::reply::{Parser, Reply, request};
use crate::program::Io;

/// An open connection.
#[derive(Debug)]
pub(crate) struct Link {
    conn: ConnId,
    parser: Parser,
}

/// The connection is gone, in the words of the client library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lost(pub(crate) &'static str);

impl Lost {
    /// The server hung up.
    pub(crate) const EOF: Self = Self("Server closed the connection");
}

const GARBAGE: Lost = Lost("Protocol error, got an unexpected reply type byte");

impl Link {
    /// Dials.
    ///
    /// # Errors
    /// The reason, as it stands behind `Could not connect to Redis at HOST:PORT: `.
    pub(crate) async fn open(io: &Io, host: &str, port: u16) -> Result<Self, &'static str> {
        let ip = resolve(host, io.ip()).ok_or("Name or service not known")?;
        match io.connect(SocketAddrV4::new(ip, port)).await {
            Ok(conn) => Ok(Self { conn, parser: Parser::default() }),
            Err(ConnectError::Refused) => Err("Connection refused"),
            Err(ConnectError::TimedOut) => Err("Connection timed out"),
            Err(ConnectError::Unreachable) => Err("No route to host"),
        }
    }

    /// Sends a command.
    pub(crate) fn send(&self, io: &Io, args: &[impl AsRef<[u8]>]) {
        io.send(self.conn, request(args));
    }

    /// Waits for the next reply.
    ///
    /// # Errors
    /// [`Lost`] when none will come.
    pub(crate) async fn reply(&mut self, io: &Io) -> Result<Reply, Lost> {
        loop {
            if let Some(reply) = self.parser.next().map_err(|_| GARBAGE)? {
                return Ok(reply);
            }
            let bytes = io.receive(self.conn).await.map_err(|_| Lost::EOF)?;
            self.parser.feed(&bytes);
        }
    }

    /// Sends a command and waits for its reply.
    ///
    /// # Errors
    /// [`Lost`] when none will come.
    pub(crate) async fn ask(&mut self, io: &Io, args: &[impl AsRef<[u8]>]) -> Result<Reply, Lost> {
        self.send(io, args);
        self.reply(io).await
    }

    /// Hangs up.
    pub(crate) fn close(self, io: &Io) {
        io.close(self.conn);
    }
}

/// The address that a name stands for.
fn resolve(host: &str, own: Ipv4Addr) -> Option<Ipv4Addr> {
    if host == "localhost" { Some(own) } else { host.parse().ok() }
}
