//! The loop around one node.

use std::collections::BTreeMap;
use std::time::Duration;

use engine::{ConnId, Input, Node, Output, Signal, Start};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio::task::spawn_local;
use tokio::time::{sleep_until, timeout};

use super::Clock;
use super::disk::{Disk, plain};
use super::log::Log;
use super::options::NodeSetup;
use super::socket::{self, Ear, Heard, Socket};

/// How many messages of sockets may wait for the node.
const WAITING: usize = 256;
/// What the last bytes are given to leave, once the node has ended.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// A node, and what it reaches the world by.
#[derive(Debug)]
pub(super) struct Host {
    node: Node,
    clock: Clock,
    setup: NodeSetup,
    log: Log,
    disk: Disk,
    sockets: BTreeMap<ConnId, Socket>,
    /// Bound from the start, but nobody is accepted before the node says so.
    listeners: Vec<(u16, TcpListener)>,
    accepted: u32,
    ear: Ear,
    heard: mpsc::Receiver<Heard>,
    status: Option<i32>,
}

impl Host {
    /// Takes the ports and the disk, and boots the node.
    ///
    /// # Errors
    /// The exit status; the log says why.
    pub(super) fn open(setup: NodeSetup, clock: Clock) -> Result<Self, i32> {
        let complain = |complaint: String| {
            eprintln!("{complaint}");
            1
        };
        let mut log =
            Log::open(&setup.dir, &setup.logfile, setup.log_prefix.clone()).map_err(complain)?;
        let mut warn = |text: String| {
            log.warn(clock, &text);
            1
        };
        let mut listeners = Vec::new();
        for port in [setup.port, setup.bus_port] {
            for &ip in &setup.bind {
                let listener = socket::listen(ip, port).map_err(|why| {
                    warn(why);
                    warn(format!("Failed listening on port {port} (TCP), aborting."))
                })?;
                listeners.push((port, listener));
            }
        }
        let disk = Disk::open(&setup.dir, &setup.nodes_conf).map_err(&mut warn)?;
        let files = disk.read(&[&setup.nodes_conf, &setup.dbfilename]).map_err(&mut warn)?;
        let start = Start {
            pid: std::process::id(),
            seed: getrandom::u64().map_err(|error| warn(format!("No entropy: {error}")))?,
            config: setup.config.clone(),
            config_file: setup.config_file.clone(),
            files,
            unix_us_at_zero: clock.unix_us_at_zero,
            compat: setup.compat,
        };
        let (ear, heard) = mpsc::channel(WAITING);
        let mut host = Self {
            node: Node::boot(clock.now(), start),
            clock,
            setup,
            log,
            disk,
            sockets: BTreeMap::new(),
            listeners,
            accepted: 0,
            ear,
            heard,
            status: None,
        };
        host.carry_out();
        host.status.map_or(Ok(host), Err)
    }

    /// Runs the node until it ends; returns its exit status.
    pub(super) async fn run(mut self) -> i32 {
        let (Ok(mut term), Ok(mut int)) =
            (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
        else {
            return 1;
        };
        loop {
            if let Some(status) = self.status {
                self.send_what_is_left().await;
                return status;
            }
            let due = self.node.deadline().map(|at| self.clock.instant(at));
            let sleep = async {
                match due {
                    Some(at) => sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            let input = tokio::select! {
                biased;
                _ = term.recv() => Some(Input::Signal(Signal::Term)),
                _ = int.recv() => Some(Input::Signal(Signal::Int)),
                () = sleep => Some(Input::Wake),
                heard = self.heard.recv() => heard.and_then(|heard| self.input(heard)),
            };
            if let Some(input) = input {
                self.node.handle(self.clock.now(), input);
                self.carry_out();
            }
        }
    }

    /// What the node is to hear of it; nothing about connections that it closed itself.
    fn input(&mut self, heard: Heard) -> Option<Input> {
        match heard {
            Heard::Accepted(stream, local, peer) => {
                self.accepted += 2;
                let conn = ConnId(self.accepted);
                self.sockets.insert(conn, Socket::open(conn, stream, self.ear.clone()));
                Some(Input::Accepted { conn, local, peer })
            }
            Heard::Dialled(conn, result) => {
                self.sockets.remove(&conn)?;
                Some(match result {
                    Ok((stream, local)) => {
                        let socket = Socket::open(conn, stream, self.ear.clone());
                        self.sockets.insert(conn, socket);
                        Input::Connected { conn, local }
                    }
                    Err(why) => Input::ConnectFailed { conn, why },
                })
            }
            Heard::Received(conn, bytes) => {
                self.sockets.contains_key(&conn).then_some(Input::Received { conn, bytes })
            }
            Heard::Closed(conn) => self.sockets.remove(&conn).map(|_| Input::Closed { conn }),
        }
    }

    /// Does what the node wants done.
    fn carry_out(&mut self) {
        while self.status.is_none()
            && let Some(output) = self.node.poll()
        {
            match output {
                Output::Listen { port } => self.listen(port),
                Output::Connect { conn, to, nodelay } => {
                    let ear = self.ear.clone();
                    let socket = Socket::dial(conn, to, nodelay, self.setup.source, ear);
                    self.sockets.insert(conn, socket);
                }
                Output::Send { conn, bytes } => {
                    if let Some(socket) = self.sockets.get(&conn) {
                        socket.send(bytes);
                    }
                }
                Output::Close { conn } => drop(self.sockets.remove(&conn)),
                Output::WriteFile { name, bytes } => self.write(&name, &bytes),
                Output::Log(line) => self.log.line(&line),
                Output::Event(_) => {}
                Output::Exit { code } => self.status = Some(code),
            }
        }
    }

    fn listen(&mut self, port: u16) {
        let (wanted, rest) = self.listeners.drain(..).partition(|&(bound, _)| bound == port);
        self.listeners = rest;
        let wanted: Vec<_> = wanted;
        for (_, listener) in wanted {
            spawn_local(socket::accept(listener, self.ear.clone()));
        }
    }

    /// A node that can not keep what it voted or promised must not go on: redis-server ends there.
    fn write(&mut self, name: &str, bytes: &[u8]) {
        let Err(error) = self.disk.write(name, bytes) else { return };
        self.log.warn(self.clock, &format!("Could not save {name}: {}", plain(&error)));
        if self.disk.is_vital(name) {
            self.log.warn(self.clock, "Fatal: can't update cluster config file.");
            self.status = Some(1);
        }
    }

    async fn send_what_is_left(&mut self) {
        let sockets = std::mem::take(&mut self.sockets);
        let writers: Vec<_> = sockets.into_values().filter_map(Socket::close).collect();
        let all = async {
            for writer in writers {
                let _ = writer.await;
            }
        };
        let _ = timeout(LAST_WORDS, all).await;
    }
}
