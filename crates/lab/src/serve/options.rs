//! redis-server's command line and redis.conf, and what of them is the host's affair.

use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

use engine::config::{ConfigFile, options_as_lines};
use engine::{Compat, Config};

use crate::Failure;
use crate::args::parse_compat;

/// Everything that `lab serve` was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    /// redis.conf, options of the command line appended, without what is the host's.
    config: String,
    parsed: Config,
    config_file: Option<ConfigFile>,
    compat: Compat,
    dir: PathBuf,
    bind: Vec<Ipv4Addr>,
    source: Option<Ipv4Addr>,
    nodes: u16,
}

/// What one node is started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeSetup {
    /// The text for the engine.
    pub config: String,
    /// The file that CONFIG REWRITE writes; none for one of several nodes, which share theirs.
    pub config_file: Option<ConfigFile>,
    /// Which Redis to speak like.
    pub compat: Compat,
    /// The working directory.
    pub dir: PathBuf,
    /// The addresses to listen on.
    pub bind: Vec<Ipv4Addr>,
    /// The address to dial from, if not any.
    pub source: Option<Ipv4Addr>,
    /// For clients.
    pub port: u16,
    /// For the cluster bus.
    pub bus_port: u16,
    /// `cluster-config-file`
    pub nodes_conf: String,
    /// `dbfilename`
    pub dbfilename: String,
    /// `logfile`, empty for standard output.
    pub logfile: String,
    /// Stands before each line on standard output.
    pub log_prefix: String,
}

/// What lines of redis.conf say to the host.
#[derive(Debug, Default)]
struct Own {
    dir: Option<PathBuf>,
    bind: Option<Vec<Ipv4Addr>>,
    source: Option<Ipv4Addr>,
}

impl Setup {
    /// Reads `[CONFIG] [--nodes N] [--compat VERSION] [--name value...]`.
    ///
    /// # Errors
    /// A file that can not be read, a line that is not understood (in redis-server's words), an
    /// option that makes no sense here.
    pub fn parse(args: &[String]) -> Result<Self, Failure> {
        let (mut nodes, mut compat, mut rest) = (1, Compat::V7_0, Vec::new());
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let mut value = |what: &str| {
                args.next().ok_or_else(|| Failure(format!("{arg} is not complete; add {what}")))
            };
            match arg.as_str() {
                "--nodes" => nodes = count(value("how many")?)?,
                "--compat" => compat = parse_compat(value("7.0 or 8.2")?).map_err(Failure)?,
                _ => rest.push(arg.clone()),
            }
        }
        let (file, options) = match rest.split_first() {
            Some((file, options)) if !file.starts_with("--") => (Some(read(file)?), options),
            _ => (None, rest.as_slice()),
        };
        let text = file.as_ref().map_or_else(String::new, |it| it.text.clone());
        let setup = Self::of_text(&(text + &options_as_lines(options)), nodes, compat)?;
        Ok(Self { config_file: file.filter(|_| nodes == 1), ..setup })
    }

    fn of_text(text: &str, nodes: u16, compat: Compat) -> Result<Self, Failure> {
        let mut own = Own::default();
        let mut config = String::new();
        for line in text.lines() {
            // Lines keep their numbers, for complaints.
            if !own.take(line)? {
                config.push_str(line);
            }
            config.push('\n');
        }
        let dir = own.dir.unwrap_or_default();
        let dir = fs::canonicalize(Path::new(".").join(&dir))
            .map_err(|error| Failure(format!("Can't chdir to '{}': {error}", dir.display())))?;
        config += &options_as_lines(&["--dir".into(), dir.display().to_string()]);
        let parsed = Config::parse(&config, compat).map_err(Failure)?;
        if parsed.daemonize {
            let why = "a served node stays in the foreground; leave out `daemonize yes`";
            return Err(Failure(why.into()));
        }
        let last = u32::from(parsed.port.max(parsed.bus_port())) + u32::from(nodes) - 1;
        let wraps = parsed.cluster_port == 0 && u32::from(parsed.port) + 10_000 > 65535;
        if parsed.port == 0 || last > 65535 || wraps {
            return Err(Failure(format!(
                "port {} and its bus leave no room below 65536; name a smaller --port, or a \
                 --cluster-port",
                parsed.port
            )));
        }
        let bind = own.bind.unwrap_or_else(|| vec![Ipv4Addr::LOCALHOST]);
        Ok(Self { config, parsed, config_file: None, compat, dir, bind, source: own.source, nodes })
    }

    /// What each node is started with. Several ones take ports in a row and files of their own.
    pub fn nodes(&self) -> impl Iterator<Item = NodeSetup> + '_ {
        (0..self.nodes).map(|at| {
            let parsed = &self.parsed;
            let (port, bus_port) = (parsed.port + at, parsed.bus_port() + at);
            let mut setup = NodeSetup {
                config: self.config.clone(),
                config_file: self.config_file.clone(),
                compat: self.compat,
                dir: self.dir.clone(),
                bind: self.bind.clone(),
                source: self.source,
                port,
                bus_port,
                nodes_conf: parsed.cluster_config_file.clone(),
                dbfilename: parsed.dbfilename.clone(),
                logfile: parsed.logfile.clone(),
                log_prefix: String::new(),
            };
            if self.nodes > 1 {
                setup.nodes_conf = format!("nodes-{port}.conf");
                setup.dbfilename = format!("dump-{port}.rdb");
                setup.log_prefix = format!("{port} ");
                let pairs = [
                    ("--port", port.to_string()),
                    ("--cluster-port", bus_port.to_string()),
                    ("--cluster-config-file", setup.nodes_conf.clone()),
                    ("--dbfilename", setup.dbfilename.clone()),
                ];
                let words = pairs.map(|(name, value)| [name.to_owned(), value]).concat();
                setup.config += &options_as_lines(&words);
            }
            setup
        })
    }
}

impl Own {
    /// Takes a line that is the host's affair; tells whether it was one.
    fn take(&mut self, line: &str) -> Result<bool, Failure> {
        let mut words = line.split_whitespace().map(|word| word.trim_matches('"'));
        let name = words.next().unwrap_or_default().to_ascii_lowercase();
        match name.as_str() {
            "dir" => {
                self.dir = words.next().map(PathBuf::from);
                // The engine has it too, for CONFIG GET.
                return Ok(false);
            }
            "bind" => self.bind = Some(words.map(address).collect::<Result<_, _>>()?),
            "bind-source-addr" => self.source = words.next().map(address).transpose()?,
            // No other value of them is of consequence in the foreground and on one machine.
            "protected-mode" | "tcp-backlog" | "tcp-keepalive" | "pidfile" | "supervised"
            | "always-show-logo" | "set-proc-title" => {}
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn address(text: &str) -> Result<Ipv4Addr, Failure> {
    match text.trim_start_matches('-') {
        "*" => Ok(Ipv4Addr::UNSPECIFIED),
        "localhost" => Ok(Ipv4Addr::LOCALHOST),
        text => text.parse().map_err(|_| {
            Failure(format!("`{text}` is no IPv4 address; write one such as 127.0.0.1, or *"))
        }),
    }
}

fn count(text: &str) -> Result<u16, Failure> {
    let number = text.parse().ok().filter(|number| (1..=1000).contains(number));
    number.ok_or_else(|| Failure(format!("--nodes {text}: write a number from 1 to 1000")))
}

fn read(file: &str) -> Result<ConfigFile, Failure> {
    let whole = fs::read_to_string(file).and_then(|text| Ok((fs::canonicalize(file)?, text)));
    let (path, text) = whole.map_err(|error| {
        let why = super::disk::plain(&error);
        Failure(format!("Fatal error, can't open config file '{file}': {why}"))
    })?;
    Ok(ConfigFile { name: path.display().to_string(), text: text + "\n" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setup(line: &str) -> Result<Setup, String> {
        let words: Vec<_> = line.split(' ').map(str::to_owned).collect();
        Setup::parse(&words).map_err(|Failure(why)| why)
    }

    #[test]
    fn options_are_those_of_redis_server() {
        let setup =
            setup("--port 7000 --cluster-node-timeout 2000 --bind 127.0.0.2 --requirepass x");
        let nodes: Vec<_> = setup.expect("all is known").nodes().collect();
        assert_eq!((nodes.len(), nodes[0].port, nodes[0].bus_port), (1, 7000, 17000));
        assert_eq!(nodes[0].bind, [Ipv4Addr::new(127, 0, 0, 2)]);
        assert_eq!(nodes[0].nodes_conf, "nodes.conf");
        let config = Config::parse(&nodes[0].config, Compat::V7_0).expect("it was read before");
        assert_eq!((config.cluster_node_timeout, config.requirepass.as_str()), (2000, "x"));
    }

    #[test]
    fn several_nodes_share_neither_ports_nor_files() {
        let setup = setup("--nodes 3 --port 7000 --cluster-port 9000").expect("there is room");
        let last = setup.nodes().last().expect("three");
        assert_eq!((last.port, last.bus_port), (7002, 9002));
        let config = Config::parse(&last.config, Compat::V7_0).expect("still right");
        assert_eq!((config.port, config.bus_port()), (7002, 9002));
        assert_eq!(config.cluster_config_file, "nodes-7002.conf");
        // The bus may be anywhere.
        let high = self::setup("--port 60000 --cluster-port 20000").expect("there is room");
        assert_eq!(high.nodes().next().map(|it| (it.port, it.bus_port)), Some((60000, 20000)));
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        for (line, part) in [
            ("--port 7000 --no-such-option 1", "Bad directive or wrong number of arguments"),
            ("--port 60000", "leave no room"),
            ("--daemonize yes", "stays in the foreground"),
            ("--nodes 0", "write a number from 1 to 1000"),
            ("--nodes", "add how many"),
            ("--bind ::1", "no IPv4 address"),
            ("--dir no/such/folder", "Can't chdir to"),
            ("no-such.conf --port 7000", "can't open config file 'no-such.conf'"),
        ] {
            let complaint = setup(line).expect_err(line);
            assert!(complaint.contains(part), "{line}: {complaint}");
        }
    }
}
