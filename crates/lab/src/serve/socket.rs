//! The connections of a node, each with a task that reads and one that writes.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::time::Duration;

use engine::{ConnId, ConnectError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinHandle, spawn_local};

/// What a socket tells the loop.
#[derive(Debug)]
pub(crate) enum Heard {
    /// Somebody dialled one of our ports.
    Accepted(TcpStream, SocketAddrV4, SocketAddrV4),
    /// A connection that we dialled stands, or not.
    Dialled(ConnId, Result<(TcpStream, SocketAddrV4), ConnectError>),
    /// Bytes came.
    Received(ConnId, Vec<u8>),
    /// The peer is gone.
    Closed(ConnId),
}

/// How the loop hears: what waits in it is bounded, so that a peer that sends faster than the node
/// works is slowed down by TCP.
pub(crate) type Ear = mpsc::Sender<Heard>;

/// How much is read at once.
const CHUNK: usize = 64 * 1024;
/// What a closed connection is given to send what is left.
const LINGER: Duration = Duration::from_secs(5);
/// The pause after a failed accept (no descriptors left, as a rule).
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);

/// One connection; dropping it closes it, once everything is sent.
#[derive(Debug)]
pub(crate) struct Socket {
    reader: AbortHandle,
    /// None while it is being dialled.
    outbox: Option<mpsc::UnboundedSender<Vec<u8>>>,
    writer: Option<JoinHandle<()>>,
}

impl Socket {
    /// A connection that stands.
    pub(crate) fn open(conn: ConnId, stream: TcpStream, ear: Ear) -> Self {
        let (reading, writing) = stream.into_split();
        let (outbox, letters) = mpsc::unbounded_channel();
        let reader = spawn_local(read(conn, reading, ear)).abort_handle();
        let writer = Some(spawn_local(write(writing, letters)));
        Self { reader, outbox: Some(outbox), writer }
    }

    /// A connection that is being opened from `source`, or from whatever address fits.
    pub(crate) fn dial(
        conn: ConnId,
        to: SocketAddrV4,
        nodelay: bool,
        source: Option<Ipv4Addr>,
        ear: Ear,
    ) -> Self {
        let dialling = spawn_local(async move {
            let result = dial(to, nodelay, source).await.map_err(|error| match error.kind() {
                io::ErrorKind::ConnectionRefused => ConnectError::Refused,
                io::ErrorKind::TimedOut => ConnectError::TimedOut,
                _ => ConnectError::Unreachable,
            });
            let _ = ear.send(Heard::Dialled(conn, result)).await;
        });
        Self { reader: dialling.abort_handle(), outbox: None, writer: None }
    }

    /// Sends bytes, after all earlier ones.
    pub(crate) fn send(&self, bytes: Vec<u8>) {
        if let Some(outbox) = &self.outbox {
            // A writer that ended has seen the connection break; the reader tells.
            let _ = outbox.send(bytes);
        }
    }

    /// Closes, and tells when everything is sent.
    pub(crate) fn close(mut self) -> Option<JoinHandle<()>> {
        self.writer.take()
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

async fn dial(
    to: SocketAddrV4,
    nodelay: bool,
    source: Option<Ipv4Addr>,
) -> io::Result<(TcpStream, SocketAddrV4)> {
    let socket = TcpSocket::new_v4()?;
    if let Some(source) = source {
        socket.bind(SocketAddrV4::new(source, 0).into())?;
    }
    let stream = socket.connect(to.into()).await?;
    stream.set_nodelay(nodelay)?;
    let local = v4(stream.local_addr()?)?;
    Ok((stream, local))
}

async fn read(conn: ConnId, mut from: OwnedReadHalf, ear: Ear) {
    let mut buffer = vec![0; CHUNK];
    while let Ok(len @ 1..) = from.read(&mut buffer).await {
        if ear.send(Heard::Received(conn, buffer[..len].to_vec())).await.is_err() {
            return;
        }
    }
    let _ = ear.send(Heard::Closed(conn)).await;
}

async fn write(mut to: OwnedWriteHalf, mut letters: mpsc::UnboundedReceiver<Vec<u8>>) {
    while let Some(mut bytes) = letters.recv().await {
        while let Ok(more) = letters.try_recv() {
            bytes.extend(more);
        }
        let sent = if letters.is_closed() {
            tokio::time::timeout(LINGER, to.write_all(&bytes)).await.unwrap_or(Ok(()))
        } else {
            to.write_all(&bytes).await
        };
        if sent.is_err() {
            return;
        }
    }
}

/// Listens on a port of an address.
///
/// # Errors
/// redis-server's complaint.
pub(crate) fn listen(ip: Ipv4Addr, port: u16) -> Result<TcpListener, String> {
    let shown = if ip.is_unspecified() { "*".into() } else { ip.to_string() };
    let bound = || {
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseaddr(true)?;
        socket.bind(SocketAddrV4::new(ip, port).into())?;
        socket.listen(511)
    };
    bound().map_err(|error: io::Error| {
        let why = super::disk::plain(&error);
        format!("Could not create server TCP listening socket {shown}:{port}: bind: {why}")
    })
}

/// Accepts for as long as somebody hears.
pub(crate) async fn accept(listener: TcpListener, ear: Ear) {
    loop {
        let accepted = async {
            let (stream, peer) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let local = v4(stream.local_addr()?)?;
            io::Result::Ok(Heard::Accepted(stream, local, v4(peer)?))
        };
        match accepted.await {
            Ok(heard) => {
                if ear.send(heard).await.is_err() {
                    return;
                }
            }
            Err(_) => tokio::time::sleep(ACCEPT_AGAIN).await,
        }
    }
}

fn v4(address: SocketAddr) -> io::Result<SocketAddrV4> {
    match address {
        SocketAddr::V4(address) => Ok(address),
        SocketAddr::V6(_) => Err(io::ErrorKind::Unsupported.into()),
    }
}
