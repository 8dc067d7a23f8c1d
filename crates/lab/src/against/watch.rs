//! What can be seen of real servers: by asking them ten times a second and more, by their logs, and by
//! the state of their processes.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use engine::Time;
use workshop::Judge;
use workshop::condition::{Health, Role, Server};
use workshop::fact::{Fact, Seen};
use workshop::simulated::behind_mark;

use super::ask::Line;
use super::net::Net;
use super::nodes::{Node, process};
use super::real::{Real, Seat};

/// How long a host is left alone between two looks.
const PAUSE: Duration = Duration::from_millis(60);

/// Where everything that is seen arrives, in the order of the wall clock.
#[derive(Debug)]
pub struct Desk {
    began: Instant,
    judge: Mutex<Judge>,
}

impl Desk {
    /// Nothing was seen yet; time begins now.
    #[must_use]
    pub fn new(judge: Judge) -> Self {
        Self { began: Instant::now(), judge: Mutex::new(judge) }
    }

    /// Something was seen just now.
    pub fn tell(&self, host: Option<Ipv4Addr>, what: Seen) {
        self.with(|judge, at| judge.take(Fact { at, host, what }));
    }

    /// Does something with the judge, now. A step that is there to be read counts as read at once.
    pub fn with<R>(&self, work: impl FnOnce(&mut Judge, Time) -> R) -> R {
        let mut judge = self.judge.lock().expect("no panic holds it");
        // Behind the lock, so that times never go back.
        let now = Time(self.began.elapsed().as_micros() as u64);
        judge.pass(now);
        let result = work(&mut judge, now);
        while judge.is_reading() {
            judge.go_on(now);
        }
        result
    }
}

/// Looks at all hosts until it is dropped.
#[derive(Debug)]
pub struct Watch {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Watch {
    /// Begins, and comes back when every host was looked at.
    #[must_use]
    pub fn begin(real: &Real, password: Option<&str>, desk: &Arc<Desk>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (looked, all_looked) = channel();
        let watch = |seat: &Seat| {
            let mut eye = Eye {
                seat: seat.clone(),
                net: Arc::clone(real.net()),
                desk: Arc::clone(desk),
                password: password.map(str::to_owned),
                pid: None,
                line: None,
                log: Log { file: seat.home.join("redis.log"), offset: 0, partial: Vec::new() },
                told: BTreeMap::new(),
            };
            let stop = Arc::clone(&stop);
            let looked = looked.clone();
            thread::spawn(move || {
                eye.look();
                // Whoever waits for it is there until all have looked.
                let _ = looked.send(());
                while !stop.load(Ordering::Relaxed) {
                    eye.look();
                    thread::sleep(PAUSE);
                }
            })
        };
        let mut threads: Vec<_> = real.seats().iter().map(watch).collect();
        for _ in &threads {
            let _ = all_looked.recv();
        }
        if let Some(load) = real.load() {
            let (load, desk, stop) = (load.figures(), Arc::clone(desk), Arc::clone(&stop));
            threads.push(thread::spawn(move || {
                let mut told = None;
                while !stop.load(Ordering::Relaxed) {
                    let figures = load();
                    if told.replace(figures) != Some(figures) {
                        desk.tell(None, Seen::Clients(figures));
                    }
                    thread::sleep(PAUSE);
                }
            }));
        }
        Self { stop, threads }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// Looks at one host.
struct Eye {
    seat: Seat,
    net: Arc<Net>,
    desk: Arc<Desk>,
    password: Option<String>,
    pid: Option<u32>,
    line: Option<Line>,
    log: Log,
    /// What was told last, by kind.
    told: BTreeMap<String, Seen>,
}

impl Eye {
    fn look(&mut self) {
        let (pid, server) = process(&self.seat);
        if self.pid != pid {
            // The last one has ended, even if nobody saw it.
            self.ended();
            self.pid = pid;
        }
        if server == Server::Stopped {
            self.ended();
        }
        self.tell("server", Seen::Server(server));
        for line in self.log.read() {
            let text = self.net.to_scenario(behind_mark(&line));
            self.desk.tell(Some(self.seat.host), Seen::Log(text));
        }
        if server == Server::Running && self.ask().is_none() {
            self.line = None;
        }
    }

    /// A server has ended: the next one has to be asked for everything.
    fn ended(&mut self) {
        self.told.retain(|kind, _| kind == "server");
        self.line = None;
        self.tell("server", Seen::Server(Server::Stopped));
    }

    /// Tells what is new.
    fn tell(&mut self, kind: &str, what: Seen) {
        if self.told.get(kind) != Some(&what) {
            self.told.insert(kind.into(), what.clone());
            self.desk.tell(Some(self.seat.host), what);
        }
    }

    fn ask(&mut self) -> Option<()> {
        if self.line.is_none() {
            self.line = Line::dial(self.seat.server, self.password.as_deref()).ok();
        }
        let questions: [&[&str]; 3] =
            [&["INFO", "replication"], &["CLUSTER", "INFO"], &["CLUSTER", "NODES"]];
        let [replication, cluster, nodes] = self.line.as_mut()?.ask(questions).ok()?;
        self.tell_nodes(&nodes);
        let value = |text: &str, key: &str| {
            let mut lines = text.lines();
            lines.find_map(|line| Some(line.strip_prefix(key)?.strip_prefix(':')?.to_owned()))
        };
        if let Some(link) = value(&replication, "master_link_status") {
            self.tell("link", Seen::Link(link == "up"));
        }
        if let Some(state) = value(&cluster, "cluster_state") {
            self.tell("state", Seen::State(state == "ok"));
        }
        if let Some(epoch) = value(&cluster, "cluster_my_epoch").and_then(|it| it.parse().ok()) {
            self.tell("epoch", Seen::Epoch(epoch));
        }
        Some(())
    }

    fn tell_nodes(&mut self, text: &str) {
        let nodes: Vec<_> = text.lines().filter_map(Node::read).collect();
        let host_of = |id: &str| {
            let node = nodes.iter().find(|node| node.id == id)?;
            self.net.host(node.ip)
        };
        let mut told = Vec::new();
        for node in &nodes {
            if node.has("myself") {
                let role = if node.has("slave") { Role::Replica } else { Role::Master };
                let master = host_of(node.master).filter(|_| role == Role::Replica);
                told.push(("role".to_owned(), Seen::Role(role, master)));
                told.push(("slots".to_owned(), Seen::Slots(node.slots.clone())));
            } else if let Some(other) = self.net.host(node.ip) {
                let health = match () {
                    () if node.has("fail") => Health::Fail,
                    () if node.has("fail?") => Health::Pfail,
                    () => Health::Ok,
                };
                told.push((other.to_string(), Seen::Health(other, health)));
            }
        }
        for (kind, what) in told {
            if kind == "role" && self.told.get("role") != Some(&what) {
                // A link to another master is another link.
                self.told.remove("link");
            }
            self.tell(&kind, what);
        }
    }
}

/// A log that is read as it grows.
struct Log {
    file: PathBuf,
    offset: u64,
    partial: Vec<u8>,
}

impl Log {
    /// The lines that are whole since the last call.
    fn read(&mut self) -> Vec<String> {
        let Ok(mut file) = File::open(&self.file) else { return Vec::new() };
        let read = file
            .seek(SeekFrom::Start(self.offset))
            .and_then(|_| file.read_to_end(&mut self.partial));
        self.offset += read.unwrap_or(0) as u64;
        let Some(end) = self.partial.iter().rposition(|&byte| byte == b'\n') else {
            return Vec::new();
        };
        let whole: Vec<u8> = self.partial.drain(..=end).collect();
        String::from_utf8_lossy(&whole).lines().map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_log_is_read_in_whole_lines() {
        let folder = std::env::temp_dir().join(format!("lab-watch-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("redis.log");
        let mut log = Log { file: file.clone(), offset: 0, partial: Vec::new() };
        fs::write(&file, "one\ntw").unwrap();
        assert_eq!(log.read(), ["one"]);
        fs::write(&file, "one\ntwo\n").unwrap();
        assert_eq!(log.read(), ["two"]);
        fs::remove_dir_all(&folder).unwrap();
    }
}
