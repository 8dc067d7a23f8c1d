//! The cables of a real cluster: every server is reached through a proxy that has its host's
//! address, and that holds bytes back where a cable is cut.
//!
//! A dialler's own address (`bind-source-addr`) tells who it is, and the proxy dials on from the
//! same address, so that servers see whom they would see without it. Unlike a cut cable, a proxy
//! still accepts connections; nothing passes through them.

use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, SocketAddrV4, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use rustix::net::{AddressFamily, SocketType};
use scenario::script::Cables;

use super::net::Net;

/// Which cables are cut: nothing passes from the first to the second.
#[derive(Debug, Default)]
pub struct Cut {
    pairs: Mutex<BTreeSet<(Ipv4Addr, Ipv4Addr)>>,
    changed: Condvar,
}

impl Cut {
    /// Cuts or heals.
    pub fn change(&self, change: &Cables) {
        let mut pairs = self.pairs.lock().expect("no panic holds it");
        match change {
            Cables::Cut(more) => pairs.extend(more),
            Cables::HealAll => pairs.clear(),
        }
        self.changed.notify_all();
    }

    /// Waits until something may pass from one host to another.
    fn pass(&self, from: Ipv4Addr, to: Ipv4Addr) {
        let pairs = self.pairs.lock().expect("no panic holds it");
        let held = self.changed.wait_while(pairs, |pairs| pairs.contains(&(from, to)));
        drop(held.expect("no panic holds it"));
    }
}

/// Opens a host's proxy on a port. It lasts as long as the process.
///
/// # Errors
/// When the port is taken.
pub fn open(net: &Arc<Net>, cut: &Arc<Cut>, host: Ipv4Addr, port: u16) -> io::Result<()> {
    let listener = TcpListener::bind(SocketAddrV4::new(net.public(host), port))?;
    let (net, cut) = (Arc::clone(net), Arc::clone(cut));
    thread::spawn(move || {
        for dialled in listener.incoming().flatten() {
            let (net, cut) = (Arc::clone(&net), Arc::clone(&cut));
            thread::spawn(move || carry(&net, &cut, dialled, host, port));
        }
    });
    Ok(())
}

/// Carries one connection. A server that is not there closes it.
fn carry(net: &Net, cut: &Arc<Cut>, dialled: TcpStream, host: Ipv4Addr, port: u16) {
    let Ok(SocketAddr::V4(peer)) = dialled.peer_addr() else { return };
    // The consoles' own redis-cli has the address 127.0.0.1, and no cable to be cut.
    let dialler = net.host(*peer.ip());
    let source = if dialler.is_some() { *peer.ip() } else { Ipv4Addr::LOCALHOST };
    let Ok(served) = dial(source, SocketAddrV4::new(net.hidden(host), port)) else { return };
    let from = dialler.unwrap_or(host);
    let _ = (dialled.set_nodelay(true), served.set_nodelay(true));
    let (Ok(dialled_too), Ok(served_too)) = (dialled.try_clone(), served.try_clone()) else {
        return;
    };
    let cut_too = Arc::clone(cut);
    thread::spawn(move || pump(&cut_too, served_too, dialled_too, host, from));
    pump(cut, dialled, served, from, host);
}

fn dial(source: Ipv4Addr, to: SocketAddrV4) -> io::Result<TcpStream> {
    let socket = rustix::net::socket(AddressFamily::INET, SocketType::STREAM, None)?;
    rustix::net::bind(&socket, &SocketAddrV4::new(source, 0))?;
    rustix::net::connect(&socket, &to)?;
    Ok(socket.into())
}

fn pump(cut: &Cut, mut input: TcpStream, mut output: TcpStream, from: Ipv4Addr, to: Ipv4Addr) {
    let mut bytes = [0; 16 * 1024];
    while let Ok(count @ 1..) = input.read(&mut bytes) {
        cut.pass(from, to);
        if output.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    // The end of a connection is a message too.
    cut.pass(from, to);
    let _ = (output.shutdown(Shutdown::Write), input.shutdown(Shutdown::Read));
}
