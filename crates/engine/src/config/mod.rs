//! redis.conf: the settings a node starts with and `CONFIG` changes.

mod options;
mod rewrite;
mod settings;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::SocketAddrV4;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::resp::quoting::split_words;
pub use options::options_as_lines;
pub use rewrite::ConfigFile;
use settings::Setting;

/// Which Redis the node speaks like, where versions differ in fields or wording.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Compat {
    /// Redis 7.0.15, which the recordings show.
    V7_0,
    /// Redis 8.2, which the walkthrough shows.
    #[default]
    V8_2,
}

impl Compat {
    /// The version that INFO, the log and RDB files name.
    #[must_use]
    pub const fn version(self) -> &'static str {
        match self {
            Self::V7_0 => "7.0.15",
            Self::V8_2 => "8.2.0",
        }
    }

    /// What the log says when clients may connect.
    pub(crate) const fn ready(self) -> &'static str {
        match self {
            Self::V7_0 => "Ready to accept connections",
            Self::V8_2 => "Ready to accept connections tcp",
        }
    }
}

/// The settings of one node. Field names are redis.conf's; times are in the unit they have there.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Config {
    /// Client port.
    pub port: u16,
    /// `cluster-enabled`
    pub cluster_enabled: bool,
    /// `cluster-port`: bus port, 0 for the client port + 10000.
    pub cluster_port: u16,
    /// `cluster-config-file`
    pub cluster_config_file: String,
    /// `cluster-node-timeout`, milliseconds.
    pub cluster_node_timeout: u64,
    /// `cluster-replica-validity-factor`
    pub cluster_replica_validity_factor: u64,
    /// `cluster-migration-barrier`
    pub cluster_migration_barrier: u64,
    /// `cluster-allow-replica-migration`
    pub cluster_allow_replica_migration: bool,
    /// `cluster-require-full-coverage`
    pub cluster_require_full_coverage: bool,
    /// `cluster-replica-no-failover`
    pub cluster_replica_no_failover: bool,
    /// `cluster-allow-reads-when-down`
    pub cluster_allow_reads_when_down: bool,
    /// `cluster-allow-pubsubshard-when-down`
    pub cluster_allow_pubsubshard_when_down: bool,
    /// `slowlog-log-slower-than`, microseconds; negative for nothing.
    pub slowlog_log_slower_than: i64,
    /// `slowlog-max-len`
    pub slowlog_max_len: u64,
    /// `daemonize`: leave the console that started the process.
    pub daemonize: bool,
    /// `cluster-announce-ip`
    pub cluster_announce_ip: String,
    /// `cluster-announce-hostname`, empty for none.
    pub cluster_announce_hostname: String,
    /// `cluster-announce-human-nodename` (7.2), empty for none.
    pub cluster_announce_human_nodename: String,
    /// `cluster-announce-port`, 0 for `port`.
    pub cluster_announce_port: u16,
    /// `cluster-announce-bus-port`, 0 for the bus port.
    pub cluster_announce_bus_port: u16,
    /// `cluster-preferred-endpoint-type`: `ip`, `hostname` or `unknown-endpoint`.
    pub cluster_preferred_endpoint_type: String,
    /// `requirepass`, empty for none.
    pub requirepass: String,
    /// `masterauth`, empty for none.
    pub masterauth: String,
    /// `save`: pairs of seconds and changes.
    pub save: Vec<(u64, u64)>,
    /// `stop-writes-on-bgsave-error`
    pub stop_writes_on_bgsave_error: bool,
    /// `replica-ignore-disk-write-errors`
    pub replica_ignore_disk_write_errors: bool,
    /// `dbfilename`
    pub dbfilename: String,
    /// `dir`
    pub dir: String,
    /// `logfile`, empty for standard output.
    pub logfile: String,
    /// `loglevel`: `debug`, `verbose`, `notice`, `warning` or `nothing`.
    pub loglevel: String,
    /// `repl-timeout`, seconds.
    pub repl_timeout: u64,
    /// `repl-ping-replica-period`, seconds.
    pub repl_ping_replica_period: u64,
    /// `repl-backlog-size`, bytes.
    pub repl_backlog_size: u64,
    /// `repl-backlog-ttl`, seconds.
    pub repl_backlog_ttl: u64,
    /// `repl-diskless-sync`
    pub repl_diskless_sync: bool,
    /// `repl-diskless-sync-delay`, seconds.
    pub repl_diskless_sync_delay: u64,
    /// `replica-read-only`
    pub replica_read_only: bool,
    /// `replica-serve-stale-data`
    pub replica_serve_stale_data: bool,
    /// `replica-priority`
    pub replica_priority: u64,
    /// `min-replicas-to-write`
    pub min_replicas_to_write: u64,
    /// `min-replicas-max-lag`, seconds.
    pub min_replicas_max_lag: u64,
    /// `shutdown-timeout`, seconds.
    pub shutdown_timeout: u64,
    /// `maxclients`
    pub maxclients: u64,
    /// `databases`: cluster mode knows one.
    pub databases: u64,
    /// `enable-debug-command`: `no`, `local` or `yes`.
    pub enable_debug_command: String,
}

impl Default for Config {
    /// Redis's own defaults, but for `cluster-enabled yes`.
    fn default() -> Self {
        Self {
            port: 6379,
            cluster_enabled: true,
            cluster_port: 0,
            cluster_config_file: "nodes.conf".into(),
            cluster_node_timeout: 15000,
            cluster_replica_validity_factor: 10,
            cluster_migration_barrier: 1,
            cluster_allow_replica_migration: true,
            cluster_require_full_coverage: true,
            cluster_replica_no_failover: false,
            cluster_allow_reads_when_down: false,
            cluster_allow_pubsubshard_when_down: true,
            slowlog_log_slower_than: 10_000,
            slowlog_max_len: 128,
            daemonize: false,
            cluster_announce_ip: String::new(),
            cluster_announce_hostname: String::new(),
            cluster_announce_human_nodename: String::new(),
            cluster_announce_port: 0,
            cluster_announce_bus_port: 0,
            cluster_preferred_endpoint_type: "ip".into(),
            requirepass: String::new(),
            masterauth: String::new(),
            save: [(3600, 1), (300, 100), (60, 10000)].into(),
            stop_writes_on_bgsave_error: true,
            replica_ignore_disk_write_errors: false,
            dbfilename: "dump.rdb".into(),
            dir: "/var/lib/redis".into(),
            logfile: String::new(),
            loglevel: "notice".into(),
            repl_timeout: 60,
            repl_ping_replica_period: 10,
            repl_backlog_size: 1024 * 1024,
            repl_backlog_ttl: 3600,
            repl_diskless_sync: true,
            repl_diskless_sync_delay: 5,
            replica_read_only: true,
            replica_serve_stale_data: true,
            replica_priority: 100,
            min_replicas_to_write: 0,
            min_replicas_max_lag: 10,
            shutdown_timeout: 10,
            maxclients: 10000,
            databases: 16,
            enable_debug_command: "no".into(),
        }
    }
}

impl Config {
    /// The cluster bus port in use.
    #[must_use]
    pub const fn bus_port(&self) -> u16 {
        if self.cluster_port == 0 { self.port.wrapping_add(10000) } else { self.cluster_port }
    }

    /// What kind of server it makes.
    pub(crate) const fn mode(&self) -> &'static str {
        if self.cluster_enabled { "cluster" } else { "standalone" }
    }

    /// The client port and the bus port that others are told.
    pub(crate) const fn announced_ports(&self) -> (u16, u16) {
        let port = match self.cluster_announce_port {
            0 => self.port,
            announced => announced,
        };
        let bus = match self.cluster_announce_bus_port {
            0 => self.bus_port(),
            announced => announced,
        };
        (port, bus)
    }

    /// Whether a client at `peer` may use DEBUG.
    pub(crate) fn allows_debug(&self, peer: Option<SocketAddrV4>) -> bool {
        match self.enable_debug_command.as_str() {
            "yes" => true,
            "local" => peer.is_some_and(|peer| peer.ip().is_loopback()),
            _ => false,
        }
    }

    /// Reads the text of a redis.conf (command line options are appended to it as lines, as
    /// redis-server does).
    ///
    /// # Errors
    /// The complaint that redis-server prints, naming the line; `compat` names the version in it.
    pub fn parse(text: &str, compat: Compat) -> Result<Self, String> {
        let mut config = Self::default();
        // The first `save` line replaces the default points, further ones add to them.
        let mut points: Option<Vec<_>> = None;
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            config.apply_line(line, compat).map_err(|why| {
                let version = compat.version();
                format!(
                    "\n*** FATAL CONFIG FILE ERROR (Redis {version}) ***\n\
                     Reading the configuration file, at line {}\n>>> '{line}'\n{why}",
                    at + 1
                )
            })?;
            if line.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("save")) {
                let before = points.take().unwrap_or_default();
                let added = config.save.clone();
                points = Some(if added.is_empty() { added } else { [before, added].concat() });
            }
        }
        if let Some(points) = points {
            config.save = points;
        }
        Ok(config)
    }

    fn apply_line(&mut self, line: &str, compat: Compat) -> Result<(), String> {
        let words = split_words(line.as_bytes())
            .ok_or_else(|| String::from("Unbalanced quotes in configuration line"))?;
        let words: Vec<_> =
            words.iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect();
        let (name, values) = words.split_first().expect("a line that is not empty has a word");
        let setting = Setting::find(name, compat).filter(|it| it.takes_many || values.len() == 1);
        let setting =
            setting.ok_or_else(|| String::from("Bad directive or wrong number of arguments"))?;
        (setting.set)(self, &values.join(" "))
    }

    /// Every setting whose name matches, as `CONFIG GET` lists them: name and value.
    pub(crate) fn matching<'a>(
        &'a self,
        compat: Compat,
        matches: impl Fn(&str) -> bool + 'a,
    ) -> impl Iterator<Item = (&'static str, String)> + 'a {
        let names = settings::known(compat).flat_map(|it| it.names().map(move |name| (name, it)));
        names.filter(move |(name, _)| matches(name)).map(|(name, it)| (name, (it.get)(self)))
    }

    /// Changes settings as `CONFIG SET` does: all of them or none.
    ///
    /// # Errors
    /// The reply, code included.
    pub(crate) fn change(
        &mut self,
        pairs: &[(String, String)],
        compat: Compat,
    ) -> Result<(), String> {
        let failed = |name: &str, why: &str| {
            format!("ERR CONFIG SET failed (possibly related to argument '{name}') - {why}")
        };
        let mut found = Vec::new();
        for (name, value) in pairs {
            let setting = Setting::find(name, compat).ok_or_else(|| {
                format!("ERR Unknown option or number of arguments for CONFIG SET - '{name}'")
            })?;
            if let Some(refusal) = setting.refusal {
                return Err(failed(name, refusal));
            }
            if found.iter().any(|&(it, _, _): &(&Setting, _, _)| core::ptr::eq(it, setting)) {
                return Err(failed(name, "duplicate parameter"));
            }
            found.push((setting, name, value));
        }
        let mut changed = self.clone();
        for (setting, name, value) in found {
            (setting.set)(&mut changed, value).map_err(|why| failed(name, &why))?;
        }
        *self = changed;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn a_file_sets_what_it_names_and_leaves_the_rest() {
        let text = "# a comment\nport 7000\n\nrequirepass \"a b\"\nsave 60 1 30 2\n\
                    REPL-BACKLOG-SIZE 2mb\nslave-read-only no\n";
        let config = Config::parse(text, Compat::V7_0).unwrap();
        assert_eq!((config.port, config.bus_port()), (7000, 17000));
        assert_eq!(config.requirepass, "a b");
        assert_eq!(config.save, [(60, 1), (30, 2)]);
        assert_eq!(config.repl_backlog_size, 2 * 1024 * 1024);
        assert!(!config.replica_read_only);
        assert_eq!(config.cluster_node_timeout, 15000);
    }

    #[test]
    fn save_lines_add_up_and_the_empty_one_clears() {
        let lines = |text| Config::parse(text, Compat::V7_0).unwrap().save;
        assert_eq!(lines("save 60 1\nsave 30 2"), [(60, 1), (30, 2)]);
        assert_eq!(lines("save 60 1\nsave \"\""), []);
    }

    #[test]
    fn complaints_name_the_line() {
        let complaint = |text| Config::parse(text, Compat::V7_0).unwrap_err();
        assert_eq!(
            complaint("port 7391\nfoo bar\n"),
            "\n*** FATAL CONFIG FILE ERROR (Redis 7.0.15) ***\n\
             Reading the configuration file, at line 2\n>>> 'foo bar'\n\
             Bad directive or wrong number of arguments"
        );
        let last = |text| complaint(text).lines().last().unwrap().to_string();
        assert_eq!(last("port 99999"), "argument must be between 0 and 65535 inclusive");
        assert_eq!(last("cluster-enabled maybe"), "argument must be 'yes' or 'no'");
        assert_eq!(last("appendonly yes"), "the lab knows only 'no' here");
        assert_eq!(last("cluster-node-timeout x"), "argument couldn't be parsed into an integer");
        assert_eq!(last("requirepass \"x"), "Unbalanced quotes in configuration line");
        assert_eq!(last("save 60"), "Invalid save parameters");
    }

    #[test]
    fn a_change_is_all_or_nothing() {
        let mut config = Config::default();
        let pairs = |list: &[(&str, &str)]| {
            list.iter().map(|&(k, v)| (k.to_string(), v.to_string())).collect::<Vec<_>>()
        };
        let before = config.clone();
        let bad = pairs(&[("cluster-node-timeout", "5000"), ("loglevel", "loud")]);
        assert_eq!(
            config.change(&bad, Compat::V7_0).unwrap_err(),
            "ERR CONFIG SET failed (possibly related to argument 'loglevel') - argument(s) must be \
             one of the following: debug, verbose, notice, warning"
        );
        assert_eq!(config, before);
        config.change(&pairs(&[("cluster-node-timeout", "5000")]), Compat::V7_0).unwrap();
        assert_eq!(config.cluster_node_timeout, 5000);
        let twice = pairs(&[("slave-priority", "1"), ("replica-priority", "2")]);
        assert!(config.change(&twice, Compat::V7_0).unwrap_err().ends_with("duplicate parameter"));
    }
}
