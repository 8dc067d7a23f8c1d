//! Runs the clients of a workload on real sockets: each from its host's own address.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use engine::{ConnId, Input, Output, Time};
use scenario::workload::Outside;
use tokio::sync::{Notify, mpsc};
use tokio::task::{JoinHandle, LocalSet, spawn_local};
use tokio::time::sleep_until;

use crate::serve::socket::{Ear, Heard, Socket};

/// How many messages of sockets may wait for a client.
const WAITING: usize = 256;

/// What the crew is told.
#[derive(Debug)]
pub enum Order {
    /// So many clients, each with the address that it dials from.
    Work(Vec<Ipv4Addr>),
    /// Their settings are new.
    Wake,
    /// No clients any more.
    Rest,
}

/// The workload, and when its time began.
#[derive(Debug, Clone)]
pub struct Shared {
    /// The workload.
    pub outside: Arc<Mutex<Outside>>,
    /// Its time zero.
    pub began: Instant,
}

impl Shared {
    /// Does something with the workload, now.
    pub fn with<R>(&self, work: impl FnOnce(&mut Outside, Time) -> R) -> R {
        let mut outside = self.outside.lock().expect("no panic holds it");
        work(&mut outside, Time(self.began.elapsed().as_micros() as u64))
    }
}

/// Carries out orders until nobody can give any.
pub fn run(shared: &Shared, mut orders: mpsc::UnboundedReceiver<Order>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let Ok(runtime) = runtime else { return };
    LocalSet::new().block_on(&runtime, async {
        let news = Rc::new(Notify::new());
        let mut lanes: Vec<JoinHandle<()>> = Vec::new();
        while let Some(order) = orders.recv().await {
            if let Order::Wake = order {
                news.notify_waiters();
                continue;
            }
            lanes.drain(..).for_each(|lane| lane.abort());
            if let Order::Work(sources) = order {
                for (number, source) in sources.into_iter().enumerate() {
                    let lane = Lane::new(shared.clone(), number, source);
                    lanes.push(spawn_local(lane.run(Rc::clone(&news))));
                }
            }
        }
    });
}

/// One client.
struct Lane {
    shared: Shared,
    number: usize,
    source: Ipv4Addr,
    sockets: BTreeMap<ConnId, (SocketAddrV4, Socket)>,
    ear: Ear,
    heard: mpsc::Receiver<Heard>,
}

impl Lane {
    fn new(shared: Shared, number: usize, source: Ipv4Addr) -> Self {
        let (ear, heard) = mpsc::channel(WAITING);
        Self { shared, number, source, sockets: BTreeMap::new(), ear, heard }
    }

    async fn run(mut self, news: Rc<Notify>) {
        let mut inputs = Vec::new();
        loop {
            let number = self.number;
            let inputs_now = std::mem::take(&mut inputs);
            let (outputs, due) =
                self.shared.with(|outside, now| outside.work(number, now, inputs_now));
            outputs.into_iter().for_each(|output| self.carry_out(output));
            let due = due.map(|at| self.shared.began + std::time::Duration::from_micros(at.0));
            let sleep = async {
                match due {
                    Some(at) => sleep_until(at.into()).await,
                    None => std::future::pending().await,
                }
            };
            let heard = tokio::select! {
                () = sleep => None,
                () = news.notified() => None,
                heard = self.heard.recv() => heard,
            };
            inputs.extend(heard.and_then(|heard| self.input(heard)));
        }
    }

    fn carry_out(&mut self, output: Output) {
        match output {
            Output::Connect { conn, to, nodelay } => {
                let ear = self.ear.clone();
                let socket = Socket::dial(conn, to, nodelay, Some(self.source), ear);
                self.sockets.insert(conn, (to, socket));
            }
            Output::Send { conn, bytes } => {
                if let Some((_, socket)) = self.sockets.get(&conn) {
                    socket.send(bytes);
                }
            }
            Output::Close { conn } => drop(self.sockets.remove(&conn)),
            _ => {}
        }
    }

    /// What the client is to hear of it; nothing about connections that it closed itself.
    fn input(&mut self, heard: Heard) -> Option<Input> {
        match heard {
            Heard::Accepted(..) => None,
            Heard::Dialled(conn, result) => {
                let (to, _) = self.sockets.remove(&conn)?;
                Some(match result {
                    Ok((stream, local)) => {
                        let socket = Socket::open(conn, stream, self.ear.clone());
                        self.sockets.insert(conn, (to, socket));
                        self.shared.with(|outside, _| outside.leads(local, to));
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
}
