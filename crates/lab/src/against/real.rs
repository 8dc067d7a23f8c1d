//! A real cluster: servers on 127.0.0.0/8, a console for each host, and a folder that goes with it.

use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use engine::time::Span;
use scenario::script::{Cables, Step};
use scenario::{Scenario, sleep_interval};

use super::console::Console;
use super::load::Load;
use super::net::Net;
use super::programs::{self, Place};
use super::proxy::{self, Cut};
use crate::Failure;
use crate::play::{Consoles, Shown, no_host};

/// How long a line may take beyond the time that it sleeps.
const PATIENCE: Duration = Duration::from_secs(60);

/// How far the cluster bus is from the clients' port.
const BUS: u16 = 10_000;

/// A real cluster. It ends with this value, and with this process, however that ends.
pub struct Real {
    net: Arc<Net>,
    hosts: Vec<Ipv4Addr>,
    consoles: BTreeMap<Ipv4Addr, Console>,
    seats: Vec<Seat>,
    load: Option<Load>,
    cut: Arc<Cut>,
    proxies: bool,
    // Last: the consoles are closed before their servers end.
    _janitor: Janitor,
}

/// Where a host's server is.
#[derive(Debug, Clone)]
pub struct Seat {
    /// The host, as the scenario calls it.
    pub host: Ipv4Addr,
    /// Where its server listens.
    pub server: SocketAddrV4,
    /// Where others reach it: through a proxy, if there are proxies.
    pub public: SocketAddrV4,
    /// Its working directory.
    pub home: PathBuf,
    /// The file with the process ids of its servers, the last one last.
    pub pids: PathBuf,
}

impl Real {
    /// Sets up the hosts of a scenario and types its opening. With `proxies`, cables can be cut.
    ///
    /// # Errors
    /// When something can not be set up.
    pub fn open(scenario: &Scenario, server: &Path, proxies: bool) -> Result<Self, Failure> {
        let hosts: Vec<_> = scenario.hosts.iter().map(|it| it.ip).collect();
        let net = Arc::new(Net::take(&hosts)?);
        let folder = std::env::temp_dir().join(format!("failover-lab-{}", std::process::id()));
        let janitor = Janitor::start(&folder)?;
        let cut = Arc::new(Cut::default());
        let (consoles, seats) = (BTreeMap::new(), Vec::new());
        let mut real =
            Self { net, hosts, consoles, seats, load: None, cut, proxies, _janitor: janitor };
        for host in &scenario.hosts {
            let files = scenario.files.iter().chain(&host.files);
            real.add_host(&folder, host.ip, files, scenario, server)?;
        }
        let password = password(scenario);
        real.load = Some(Load::open(&real.net, &real.seats, password, scenario.seed)?);
        real.play_opening(&scenario.opening)?;
        Ok(real)
    }

    fn add_host<'a>(
        &mut self,
        folder: &Path,
        host: Ipv4Addr,
        files: impl Iterator<Item = &'a (String, String)>,
        scenario: &Scenario,
        server: &Path,
    ) -> Result<(), Failure> {
        let failed = |error| Failure(format!("{} can not be filled: {error}", folder.display()));
        let home = folder.join(host.to_string());
        let programs = folder.join(format!("{host}.bin"));
        let pids = folder.join(format!("{host}.pids"));
        fs::create_dir(&home).and_then(|()| fs::create_dir(&programs)).map_err(failed)?;
        let mut port = 6379;
        for (name, text) in files {
            let mut lines = text.lines().filter_map(|line| line.strip_prefix("port "));
            port = lines.next_back().and_then(|it| it.trim().parse().ok()).unwrap_or(port);
            fs::write(home.join(name), self.net.to_real(text, host)).map_err(failed)?;
        }
        let public = self.net.public(host);
        let listen = if self.proxies { self.net.hidden(host) } else { public };
        let cli = &cli_beside(server)?;
        let (programs_of, load) = (&programs, self.net.load());
        let place =
            Place { server, cli, programs: programs_of, pids: &pids, host, public, load, listen };
        programs::write(&place)?;
        if self.proxies {
            for port in [port, port + BUS] {
                let opened = proxy::open(&self.net, &self.cut, host, port);
                opened.map_err(|e| Failure(format!("no proxy on {public}:{port}: {e}")))?;
            }
        }
        let console = Console::open(&home, &programs, &scenario.env, format!("redis@{host}:~$ "))?;
        self.consoles.insert(host, console);
        let [server, public] = [listen, public].map(|ip| SocketAddrV4::new(ip, port));
        self.seats.push(Seat { host, server, public, home, pids });
        Ok(())
    }

    /// The clients.
    #[must_use]
    pub const fn load(&self) -> Option<&Load> {
        self.load.as_ref()
    }

    /// Where the servers are.
    #[must_use]
    pub fn seats(&self) -> &[Seat] {
        &self.seats
    }

    /// Which address stands for which.
    #[must_use]
    pub const fn net(&self) -> &Arc<Net> {
        &self.net
    }

    /// What a host's console waits behind.
    #[must_use]
    pub fn prompt(&self, host: Ipv4Addr) -> String {
        let prompt = self.consoles.get(&host).map_or("", Console::prompt);
        self.net.to_scenario(prompt)
    }

    fn play_opening(&mut self, opening: &[Step]) -> Result<(), Failure> {
        let mut host = self.hosts[0];
        for step in opening {
            match step {
                Step::Host(ip) => host = *ip,
                Step::Line(line) => {
                    self.type_line(host, line)?;
                }
            }
        }
        Ok(())
    }
}

impl Consoles for Real {
    fn hosts(&self) -> Vec<Ipv4Addr> {
        self.hosts.clone()
    }

    fn type_line(&mut self, host: Ipv4Addr, line: &str) -> Result<Shown, Failure> {
        let hosts = &self.hosts;
        let console = self.consoles.get_mut(&host).ok_or_else(|| no_host(host, hosts))?;
        let typed = self.net.to_real(line, host);
        let shown = console
            .type_line(&typed, PATIENCE + slept(line))
            .map_err(|Failure(why)| Failure(format!("`{line}` at {host}: {why}")))?;
        Ok(Shown {
            prompt: self.net.to_scenario(&shown.prompt),
            printed: self.net.to_scenario(&shown.printed),
        })
    }

    fn pass(&mut self, span: Span) -> Result<(), Failure> {
        thread::sleep(Duration::from_micros(span.0));
        Ok(())
    }

    fn cables(&mut self, change: &Cables) -> Result<(), Failure> {
        self.cut.change(change);
        Ok(())
    }
}

/// How long the `sleep`s of a line take.
fn slept(line: &str) -> Duration {
    let words: Vec<_> =
        line.split([' ', ';', '&', '|', '(', ')']).filter(|it| !it.is_empty()).collect();
    let sleeps = words.windows(2).filter(|pair| pair[0] == "sleep");
    let us = sleeps.filter_map(|pair| sleep_interval(pair[1])).fold(0, u64::saturating_add);
    Duration::from_micros(us)
}

/// The password of the scenario's servers.
#[must_use]
pub fn password(scenario: &Scenario) -> Option<&str> {
    let found = scenario.env.iter().find(|(name, _)| name == "REDISCLI_AUTH");
    found.map(|(_, password)| password.as_str())
}

/// A program by its path: by its name alone, a console would find its own.
///
/// # Errors
/// When there is none.
pub fn by_path(program: &str) -> Result<PathBuf, Failure> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // Links are kept: a server that is called by another name is another program.
    let there = |file: PathBuf| std::path::absolute(file).ok().filter(|it| it.is_file());
    let found = if program.contains('/') {
        there(program.into())
    } else {
        std::env::split_paths(&path).find_map(|it| there(it.join(program)))
    };
    found.ok_or_else(|| {
        Failure(format!("{program} is not installed; install redis-server or give its path"))
    })
}

/// The redis-cli that came with a server.
fn cli_beside(server: &Path) -> Result<PathBuf, Failure> {
    let beside = server.with_file_name("redis-cli");
    if beside.exists() { Ok(beside) } else { by_path("redis-cli") }
}

/// A process that waits for the end of this one (even by `kill -9`), then ends the servers that
/// were started in the folder, by their process ids, and removes it.
struct Janitor {
    process: Child,
}

const JANITOR: &str = r#"
trap '' INT TERM HUP
cat >/dev/null
for round in 1 2; do
  for file in "$1"/*.pids; do
    for pid in $(cat "$file" 2>/dev/null); do
      case $(readlink "/proc/$pid/cwd") in "$1"/*) kill -9 "$pid" 2>/dev/null ;; esac
    done
  done
  [ $round = 1 ] && sleep 0.1
done
rm -rf "$1"
"#;

impl Janitor {
    fn start(folder: &Path) -> Result<Self, Failure> {
        let failed = |error| Failure(format!("{} can not be made: {error}", folder.display()));
        fs::create_dir(folder).map_err(failed)?;
        let process = Command::new("sh")
            .args(["-c", JANITOR, "janitor"])
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(failed)?;
        Ok(Self { process })
    }
}

impl Drop for Janitor {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_may_take_as_long_as_it_sleeps() {
        let slept = |line| slept(line).as_secs_f64();
        assert_eq!(slept("sleep 90"), 90.0);
        assert_eq!(slept("sleep 1m; redis-cli PING && sleep 0.5s"), 60.5);
        assert_eq!(slept("redis-cli DEBUG SLEEP 3; sleep; sleep soon"), 0.0);
    }
}
