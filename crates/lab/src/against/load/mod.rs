//! `load` on real servers: the lab's own clients, on real sockets, and what became of their writes,
//! read back from whoever owns the keys.

mod audit;
mod crew;

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use scenario::workload::{Figures, Outside, Settings};
use tokio::sync::mpsc;

use super::net::Net;
use super::nodes::{claims, owner};
use super::real::Seat;
use crate::Failure;
use crew::{Order, Shared};

/// How often somebody looks whether `load` was called.
const LOOK: Duration = Duration::from_millis(10);
/// How often writes are read back.
const AUDIT: Duration = Duration::from_millis(500);

/// The clients of a real cluster. They end with this value.
#[derive(Debug)]
pub struct Load {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
    shared: Shared,
}

impl Load {
    /// Waits for calls of `load`.
    ///
    /// # Errors
    /// When its port is taken.
    pub fn open(
        net: &Arc<Net>,
        seats: &[Seat],
        password: Option<&str>,
        seed: u64,
    ) -> Result<Self, Failure> {
        let failed = |error| Failure(format!("load can not be offered: {error}"));
        let listener = TcpListener::bind(net.load()).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let password = password.map(str::to_owned);
        let outside = Outside::new(seed, password.clone());
        let shared = Shared { outside: Arc::new(outside.into()), began: Instant::now() };
        let stop = Arc::new(AtomicBool::new(false));
        let (orders, crew_orders) = mpsc::unbounded_channel();
        let crew_shared = shared.clone();
        let crew = thread::spawn(move || crew::run(&crew_shared, crew_orders));
        let (net, seats) = (Arc::clone(net), seats.to_vec());
        let mut desk = Desk { net, seats, password, shared: shared.clone(), orders };
        let stopped = Arc::clone(&stop);
        // The crew ends when nobody is left to give orders.
        let service = thread::spawn(move || {
            let mut audited = Instant::now();
            while !stopped.load(Ordering::Relaxed) {
                match listener.accept() {
                    Ok((call, _)) => desk.answer(call),
                    Err(_) => thread::sleep(LOOK),
                }
                if audited.elapsed() >= AUDIT {
                    desk.audit();
                    audited = Instant::now();
                }
            }
        });
        Ok(Self { stop, threads: vec![service, crew], shared })
    }

    /// A way to ask for the numbers, from any thread.
    pub fn figures(&self) -> impl Fn() -> Figures + Send + use<> {
        let shared = self.shared.clone();
        move || shared.with(|outside, now| outside.figures(now))
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// Who answers calls.
struct Desk {
    net: Arc<Net>,
    seats: Vec<Seat>,
    password: Option<String>,
    shared: Shared,
    orders: mpsc::UnboundedSender<Order>,
}

impl Desk {
    fn answer(&mut self, call: TcpStream) {
        let _ = call.set_nonblocking(false);
        let mut line = String::new();
        if BufReader::new(&call).read_line(&mut line).is_err() {
            return;
        }
        let line = self.net.to_scenario(line.trim());
        let words: Vec<&str> = line.split_whitespace().collect();
        let text = match self.carry_out(&words) {
            Ok(text) => format!("0\n{text}"),
            Err(why) => format!("1\nload: {why}\n"),
        };
        let _ = (&call).write_all(text.as_bytes());
    }

    fn carry_out(&mut self, words: &[&str]) -> Result<String, String> {
        match words {
            ["start", flags @ ..] => self.start(flags),
            ["change", flags @ ..] => self.change(flags),
            ["stop"] => {
                let ran = self.shared.with(|outside, now| {
                    let ran = outside.settings().is_some();
                    outside.stop(now);
                    ran
                });
                let _ = self.orders.send(Order::Rest);
                if ran { Ok(self.status()) } else { Err("no workload is running".into()) }
            }
            ["status"] => Ok(self.status()),
            _ => Err("real servers know load start, change, stop and status".into()),
        }
    }

    fn start(&mut self, flags: &[&str]) -> Result<String, String> {
        if self.shared.with(|outside, _| outside.settings().is_some()) {
            return Err(
                "a workload is running; 'load change' changes it, 'load stop' ends it".into()
            );
        }
        let settings = self.known(Settings::default().read(flags)?)?;
        let claims = claims(&self.seats, self.password.as_deref());
        let masters = claims.into_iter().filter(|it| it.master && !it.slots.is_empty());
        let shards = masters.map(|it| it.slots).collect();
        let text = format!("running: {settings}\n");
        self.shared.with(|outside, now| outside.start(now, settings.clone(), shards));
        self.hire(&settings);
        Ok(text)
    }

    fn change(&mut self, flags: &[&str]) -> Result<String, String> {
        let present = self.shared.with(|outside, _| outside.settings().cloned());
        let present = present.ok_or("no workload is running; 'load start' starts one")?;
        let settings = self.known(present.read(flags)?)?;
        let text = format!("running: {settings}\n");
        if self.shared.with(|outside, _| outside.change(settings.clone())) {
            let _ = self.orders.send(Order::Wake);
        } else {
            self.hire(&settings);
        }
        Ok(text)
    }

    fn known(&self, settings: Settings) -> Result<Settings, String> {
        let known = |ip: &&std::net::Ipv4Addr| !self.seats.iter().any(|seat| seat.host == **ip);
        match settings.hosts.iter().find(known) {
            Some(stranger) => Err(format!("there is no host {stranger}")),
            None => Ok(settings),
        }
    }

    /// Clients on the hosts in turn; each asks its own host's server first.
    fn hire(&self, settings: &Settings) {
        let chosen =
            |seat: &&Seat| settings.hosts.is_empty() || settings.hosts.contains(&seat.host);
        let seats: Vec<_> = self.seats.iter().filter(chosen).collect();
        let places = seats.iter().cycle().take(settings.clients.into());
        let doors = places.clone().map(|own| {
            let others = self.seats.iter().filter(|seat| seat.host != own.host);
            std::iter::once(own.public).chain(others.map(|seat| seat.public)).collect()
        });
        self.shared.with(|outside, _| outside.hire(doors));
        let sources = places.map(|seat| *seat.public.ip()).collect();
        let _ = self.orders.send(Order::Work(sources));
    }

    fn status(&self) -> String {
        self.audit();
        let claims = claims(&self.seats, self.password.as_deref());
        let owner = |slot| owner(&claims, slot).map(|it| it.seat.host.to_string());
        self.shared.with(|outside, now| outside.status(now, &owner))
    }

    /// Reads back what was acknowledged.
    fn audit(&self) {
        if self.shared.with(|outside, _| outside.was_used()) {
            audit::audit(&self.shared, &self.seats, self.password.as_deref());
        }
    }
}
