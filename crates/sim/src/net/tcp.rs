//! What kernels do: set-up, refusal, closing, resets.

use std::net::{Ipv4Addr, SocketAddrV4};

use engine::time::Span;
use engine::{ConnId, Time};

use super::lane::SegmentKind;
use super::stream::{CLIENT, EndState, SERVER, Stream, Told, Way};
use super::{StreamRef, lane};
use crate::World;
use crate::process::Pid;
use crate::queue::Event;

/// How often a SYN is sent: at 0, 1, 3, 7, 15, 31 and 63 s (`tcp_syn_retries` 6).
pub(crate) const SYN_ATTEMPTS: u8 = 7;
/// How long a kernel looks for the owner of an address on its own network.
const ADDRESS_RESOLUTION: Span = Span::from_secs(3);

/// Something that a kernel has to see to, at its place in the order of time.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Happened {
    /// A segment arrived.
    Arrived(StreamRef, Way, SegmentKind),
    /// A SYN was not answered.
    SynTimer(StreamRef, u8),
    /// Nobody has the address.
    NoRoute(StreamRef),
    /// It is time to send again.
    Retransmit(StreamRef, Way),
    /// An acknowledgement is due.
    Acknowledged(StreamRef, Way),
}

impl World {
    /// Lets the kernels do what follows from something that happened.
    pub(crate) fn settle(&mut self, at: Time, happened: Happened) {
        match happened {
            Happened::Arrived(stream, way, kind) => self.arrived(at, stream, way, kind),
            Happened::SynTimer(stream, attempt) => self.syn_timer(at, stream, attempt),
            Happened::NoRoute(stream) => {
                self.abandon(stream);
                self.reap(stream);
            }
            Happened::Acknowledged(stream, way) => {
                if self.net.get_mut(stream).is_some() {
                    self.net.acknowledged(&mut self.queue, at, (stream, way));
                }
            }
            Happened::Retransmit(stream, way) => {
                if self.net.get_mut(stream).is_some()
                    && self.net.retransmit(&mut self.queue, at, (stream, way))
                {
                    self.let_go(stream, way.sender());
                    self.reap(stream);
                }
            }
        }
    }

    /// A process dials.
    pub(crate) fn connect(
        &mut self,
        at: Time,
        pid: Pid,
        (id, nodelay): (ConnId, bool),
        to: SocketAddrV4,
    ) {
        let Some(process) = self.processes.get_mut(pid) else { return };
        let from = process.host;
        let here = &mut self.hosts[usize::from(from.0)];
        let (local, target) = if to.ip().is_loopback() {
            (Ipv4Addr::LOCALHOST, Some(from))
        } else {
            (here.ip, self.addresses.get(to.ip()).copied())
        };
        let local = SocketAddrV4::new(local, here.take_port());
        let mut stream = Stream::dial(pid, id, (from, local), (target.unwrap_or(from), to));
        stream.lanes[CLIENT].nagle.on = !nodelay;
        let stream = self.net.add(stream);
        process.sockets.insert(id, stream.index);
        if target.is_none() {
            return self.queue.push(at + ADDRESS_RESOLUTION, Event::NoRoute(stream));
        }
        self.net.shout(&mut self.queue, at, (stream, Way::ToServer), SegmentKind::Syn);
        self.queue.push(at + Span::from_secs(1), Event::SynTimer(stream, 1));
    }

    /// A process sends. Bytes for a connection that is gone are dropped, as its next read tells it.
    pub(crate) fn send(&mut self, at: Time, pid: Pid, id: ConnId, bytes: Vec<u8>) {
        let Some(index) = self.socket(pid, id) else { return };
        let (stream, side) = self.side_of(index, pid, id);
        if self.net.streams[index as usize].ends[side].state == EndState::Open {
            let way = way_from(side);
            self.net.send(&mut self.queue, at, (stream, way), (SegmentKind::Data, bytes));
        }
    }

    /// A process closes a connection, or gives up opening it.
    pub(crate) fn close(&mut self, at: Time, pid: Pid, id: ConnId) {
        let Some(index) = self.socket(pid, id) else { return };
        let (stream, side) = self.side_of(index, pid, id);
        match self.net.streams[index as usize].ends[side].state {
            EndState::Open => {
                let fin = (SegmentKind::Fin, Vec::new());
                self.net.send(&mut self.queue, at, (stream, way_from(side)), fin);
                self.let_go(stream, side);
            }
            EndState::Connecting => self.abandon(stream),
            EndState::HalfOpen => self.let_go(stream, side),
            EndState::Idle | EndState::Gone => {}
        }
        self.reap(stream);
    }

    /// A process is over: its sockets close, its ports are free.
    pub(crate) fn close_all(&mut self, at: Time, pid: Pid) {
        let Some(process) = self.processes.get(pid) else { return };
        let host = process.host;
        let sockets: Vec<ConnId> = process.sockets.keys().copied().collect();
        for id in sockets {
            self.close(at, pid, id);
        }
        self.hosts[usize::from(host.0)].stop_listening(pid);
    }

    fn socket(&self, pid: Pid, id: ConnId) -> Option<u32> {
        self.processes.get(pid)?.sockets.get(&id).copied()
    }

    /// Which end of a stream a socket is.
    fn side_of(&self, index: u32, pid: Pid, id: ConnId) -> (StreamRef, usize) {
        let end = &self.net.streams[index as usize].ends[CLIENT];
        let side = if end.pid == Some(pid) && end.id == id { CLIENT } else { SERVER };
        (self.net.stream_ref(index), side)
    }

    fn arrived(&mut self, at: Time, stream: StreamRef, way: Way, kind: SegmentKind) {
        let Some(it) = self.net.get_mut(stream) else { return };
        let state = &mut it.ends[way.receiver()].state;
        match (kind, *state) {
            (SegmentKind::Data, EndState::Open) => return,
            (SegmentKind::Syn, _) => self.syn(at, stream),
            (SegmentKind::SynAck, EndState::Connecting) => {
                *state = EndState::Open;
                let ack = (SegmentKind::Ack, Vec::new());
                return self.net.send(&mut self.queue, at, (stream, way.back()), ack);
            }
            (SegmentKind::Ack, EndState::HalfOpen) => *state = EndState::Open,
            (SegmentKind::Fin | SegmentKind::Reset, _) => self.let_go(stream, way.receiver()),
            (_, EndState::Gone) => self.reset(at, stream, way.back()),
            _ => {}
        }
        self.reap(stream);
    }

    /// A SYN arrives at the host that was dialled.
    fn syn(&mut self, at: Time, stream: StreamRef) {
        let it = &mut self.net.streams[stream.index as usize];
        if it.ends[CLIENT].state != EndState::Connecting {
            return;
        }
        let server = &mut it.ends[SERVER];
        if server.state == EndState::Idle {
            let host = &self.hosts[usize::from(server.host.0)];
            let listener = host.listener(server.addr.port());
            if let Some(process) = listener.and_then(|pid| self.processes.get_mut(pid)) {
                server.pid = Some(process.pid);
                server.id = process.next_accepted();
                server.state = EndState::HalfOpen;
                process.sockets.insert(server.id, stream.index);
            }
        }
        let answer = match server.state {
            EndState::HalfOpen | EndState::Open => SegmentKind::SynAck,
            EndState::Idle | EndState::Gone | EndState::Connecting => SegmentKind::Reset,
        };
        self.net.shout(&mut self.queue, at, (stream, Way::ToClient), answer);
    }

    /// A SYN has not been answered in time: another one, or the end.
    fn syn_timer(&mut self, at: Time, stream: StreamRef, attempt: u8) {
        let Some(it) = self.net.get_mut(stream) else { return };
        if it.ends[CLIENT].state != EndState::Connecting {
            return;
        }
        if attempt == SYN_ATTEMPTS {
            self.abandon(stream);
            return self.reap(stream);
        }
        self.net.shout(&mut self.queue, at, (stream, Way::ToServer), SegmentKind::Syn);
        self.queue.push(at + Span::from_secs(1 << attempt), Event::SynTimer(stream, attempt + 1));
    }

    /// The client gives up before it is connected. A half-open server end would time out unseen.
    fn abandon(&mut self, stream: StreamRef) {
        self.let_go(stream, CLIENT);
        let Some(it) = self.net.get_mut(stream) else { return };
        if it.ends[SERVER].state == EndState::HalfOpen {
            self.let_go(stream, SERVER);
        }
    }

    /// An end is gone; its process has no such socket any more.
    fn let_go(&mut self, stream: StreamRef, side: usize) {
        let Some(it) = self.net.get_mut(stream) else { return };
        let end = &mut it.ends[side];
        end.state = EndState::Gone;
        end.told = Told::Closed;
        let id = end.id;
        if let Some(process) = end.pid.and_then(|pid| self.processes.get_mut(pid)) {
            process.sockets.remove(&id);
        }
    }

    /// An end that is gone answers what was sent to it, unless its peer is about to learn anyway.
    fn reset(&mut self, at: Time, stream: StreamRef, way: Way) {
        let it = &mut self.net.streams[stream.index as usize];
        if it.lanes[way.sender()].ended || it.ends[way.receiver()].state == EndState::Gone {
            return;
        }
        it.lanes[way.sender()].drop_held();
        self.net.shout(&mut self.queue, at, (stream, way), SegmentKind::Reset);
    }

    /// Frees a stream at which nothing can happen any more.
    fn reap(&mut self, stream: StreamRef) {
        let Some(it) = self.net.get_mut(stream) else { return };
        if !it.is_over() {
            return;
        }
        it.live = false;
        it.lanes = [lane::Lane::default(), lane::Lane::default()];
        let client = &it.ends[CLIENT];
        self.hosts[usize::from(client.host.0)].release_port(client.addr.port());
        self.net.free.push(stream.index);
    }
}

/// The way that leads from an end.
const fn way_from(side: usize) -> Way {
    if side == CLIENT { Way::ToServer } else { Way::ToClient }
}
