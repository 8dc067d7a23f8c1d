//! The table of settings: names, how each is read and written as text.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ops::RangeInclusive;

use super::{Compat, Config};

/// How CONFIG REWRITE writes a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A word or a number.
    Plain,
    /// `repl-backlog-size`: bytes, in units where they are whole.
    Memory,
    /// In quotes.
    Text,
    /// In quotes; an empty one is left out.
    TextOrNothing,
    /// `dir`: in quotes, and always there.
    Directory,
    /// `save`: a line a point, always there.
    SavePoints,
}

/// One setting.
#[derive(Debug)]
pub(super) struct Setting {
    /// Its name today.
    pub name: &'static str,
    /// The name from the time when replicas were called slaves.
    alias: Option<&'static str>,
    /// What `CONFIG SET` answers instead of changing it.
    pub refusal: Option<&'static str>,
    /// Came with 7.2: unknown under `compat 7.0`.
    since_7_2: bool,
    /// Whether a line of redis.conf may give it several values.
    pub takes_many: bool,
    /// How CONFIG REWRITE writes it.
    pub form: Form,
    /// Its value as text.
    pub get: fn(&Config) -> String,
    /// Sets it, or says in Redis's words why not.
    pub set: fn(&mut Config, &str) -> Result<(), String>,
}

impl Setting {
    /// The setting of a name, in whatever case.
    pub(super) fn find(name: &str, compat: Compat) -> Option<&'static Self> {
        known(compat).find(|it| it.names().any(|own| own.eq_ignore_ascii_case(name)))
    }

    /// Its name, then its alias.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        core::iter::once(self.name).chain(self.alias)
    }

    const fn alias(mut self, alias: &'static str) -> Self {
        self.alias = Some(alias);
        self
    }

    const fn since_7_2(mut self) -> Self {
        self.since_7_2 = true;
        self
    }

    const fn written_as(mut self, form: Form) -> Self {
        self.form = form;
        self
    }

    const fn immutable(mut self) -> Self {
        self.refusal = Some("can't set immutable config");
        self
    }

    /// As Redis has it unless `enable-protected-configs` allows more.
    const fn protected(mut self) -> Self {
        self.refusal = Some("can't set protected config");
        self
    }
}

/// Every setting of the version that is spoken, in the order in which CONFIG GET lists them.
pub(super) fn known(compat: Compat) -> impl Iterator<Item = &'static Setting> {
    ALL.iter().filter(move |it| compat != Compat::V7_0 || !it.since_7_2)
}

/// A setting stored in a field, with the functions that turn its type into text and back.
macro_rules! setting {
    ($name:literal, $field:ident, $show:expr, $read:expr) => {
        Setting {
            name: $name,
            alias: None,
            refusal: None,
            since_7_2: false,
            takes_many: false,
            form: Form::Plain,
            get: |config| $show(&config.$field),
            set: |config, text| {
                config.$field = $read(text)?;
                Ok(())
            },
        }
    };
}

macro_rules! yes_no {
    ($name:literal, $field:ident) => {
        setting!($name, $field, show_yes_no, read_yes_no)
    };
}

macro_rules! text {
    ($name:literal, $field:ident) => {
        setting!($name, $field, String::clone, |text: &str| Ok::<_, String>(text.to_string()))
            .written_as(Form::TextOrNothing)
    };
}

macro_rules! number {
    ($name:literal, $field:ident, $range:expr) => {
        setting!($name, $field, u64::to_string, |text: &str| {
            read_number(text, *$range.start(), *$range.end())
        })
    };
}

macro_rules! port {
    ($name:literal, $field:ident) => {
        setting!($name, $field, u16::to_string, |text: &str| {
            read_number(text, 0, 65535).map(|port| port as u16)
        })
    };
}

macro_rules! one_of {
    ($name:literal, $field:ident, $words:expr) => {
        setting!($name, $field, String::clone, |text: &str| read_one_of(text, $words))
    };
}

/// A setting of which the lab knows only the value that switches it off. Another one is refused, since
/// to accept it would be to pretend.
macro_rules! only {
    ($name:literal, $value:literal) => {
        Setting {
            name: $name,
            alias: None,
            refusal: None,
            since_7_2: false,
            takes_many: false,
            form: Form::Plain,
            get: |_| $value.into(),
            set: |_, text| {
                if text.eq_ignore_ascii_case($value) {
                    Ok(())
                } else {
                    Err(concat!("the lab knows only '", $value, "' here").into())
                }
            },
        }
    };
}

/// The numbers from `least` on that fit an int of C.
const fn int(least: i64) -> RangeInclusive<i64> {
    least..=i32::MAX as i64
}

/// The numbers from 0 on that fit a long of C.
const LONG: RangeInclusive<i64> = 0..=i64::MAX;

const ALL: &[Setting] = &[
    port!("port", port).immutable(),
    yes_no!("cluster-enabled", cluster_enabled).immutable(),
    port!("cluster-port", cluster_port).immutable(),
    text!("cluster-config-file", cluster_config_file).written_as(Form::Text).immutable(),
    number!("cluster-node-timeout", cluster_node_timeout, LONG),
    number!("cluster-replica-validity-factor", cluster_replica_validity_factor, int(0))
        .alias("cluster-slave-validity-factor"),
    number!("cluster-migration-barrier", cluster_migration_barrier, int(0)),
    yes_no!("cluster-allow-replica-migration", cluster_allow_replica_migration),
    yes_no!("cluster-require-full-coverage", cluster_require_full_coverage),
    yes_no!("cluster-replica-no-failover", cluster_replica_no_failover)
        .alias("cluster-slave-no-failover"),
    yes_no!("cluster-allow-reads-when-down", cluster_allow_reads_when_down),
    yes_no!("cluster-allow-pubsubshard-when-down", cluster_allow_pubsubshard_when_down),
    text!("cluster-announce-ip", cluster_announce_ip),
    setting!("cluster-announce-hostname", cluster_announce_hostname, String::clone, read_hostname)
        .written_as(Form::TextOrNothing),
    setting!(
        "cluster-announce-human-nodename",
        cluster_announce_human_nodename,
        String::clone,
        read_nodename
    )
    .written_as(Form::TextOrNothing)
    .since_7_2(),
    port!("cluster-announce-port", cluster_announce_port),
    only!("cluster-announce-tls-port", "0"),
    port!("cluster-announce-bus-port", cluster_announce_bus_port),
    one_of!(
        "cluster-preferred-endpoint-type",
        cluster_preferred_endpoint_type,
        &["ip", "hostname", "unknown-endpoint"]
    ),
    only!("cluster-link-sendbuf-limit", "0"),
    text!("requirepass", requirepass),
    text!("masterauth", masterauth),
    Setting {
        name: "save",
        alias: None,
        refusal: None,
        since_7_2: false,
        takes_many: true,
        form: Form::SavePoints,
        get: |config| show_save(&config.save),
        set: |config, text| {
            config.save = read_save(text)?;
            Ok(())
        },
    },
    yes_no!("stop-writes-on-bgsave-error", stop_writes_on_bgsave_error),
    yes_no!("replica-ignore-disk-write-errors", replica_ignore_disk_write_errors),
    text!("dbfilename", dbfilename).written_as(Form::Text).protected(),
    text!("dir", dir).written_as(Form::Directory).protected(),
    text!("logfile", logfile).written_as(Form::Text).immutable(),
    yes_no!("daemonize", daemonize).immutable(),
    one_of!("loglevel", loglevel, &["debug", "verbose", "notice", "warning"]),
    setting!("slowlog-log-slower-than", slowlog_log_slower_than, i64::to_string, |text: &str| {
        read_integer(text, -1, i64::MAX)
    }),
    number!("slowlog-max-len", slowlog_max_len, LONG),
    number!("repl-timeout", repl_timeout, int(1)),
    number!("repl-ping-replica-period", repl_ping_replica_period, int(1))
        .alias("repl-ping-slave-period"),
    setting!("repl-backlog-size", repl_backlog_size, u64::to_string, |text: &str| {
        // Redis raises smaller sizes to 16 KB without a word.
        read_memory(text).map(|size| size.max(16 * 1024))
    })
    .written_as(Form::Memory),
    number!("repl-backlog-ttl", repl_backlog_ttl, LONG),
    yes_no!("repl-diskless-sync", repl_diskless_sync),
    number!("repl-diskless-sync-delay", repl_diskless_sync_delay, int(0)),
    yes_no!("replica-read-only", replica_read_only).alias("slave-read-only"),
    yes_no!("replica-serve-stale-data", replica_serve_stale_data).alias("slave-serve-stale-data"),
    number!("replica-priority", replica_priority, int(0)).alias("slave-priority"),
    number!("min-replicas-to-write", min_replicas_to_write, int(0)).alias("min-slaves-to-write"),
    number!("min-replicas-max-lag", min_replicas_max_lag, int(0)).alias("min-slaves-max-lag"),
    number!("shutdown-timeout", shutdown_timeout, int(0)),
    only!("appendonly", "no"),
    only!("maxmemory", "0"),
    only!("maxmemory-policy", "noeviction"),
    number!("maxclients", maxclients, int(1)),
    only!("timeout", "0"),
    number!("databases", databases, int(1)).immutable(),
    one_of!("enable-debug-command", enable_debug_command, &["no", "yes", "local"]).immutable(),
];

fn show_yes_no(value: &bool) -> String {
    if *value { "yes" } else { "no" }.into()
}

fn read_yes_no(text: &str) -> Result<bool, String> {
    if text.eq_ignore_ascii_case("yes") {
        Ok(true)
    } else if text.eq_ignore_ascii_case("no") {
        Ok(false)
    } else {
        Err("argument must be 'yes' or 'no'".into())
    }
}

/// A name with its end must fit 256 bytes.
fn read_hostname(text: &str) -> Result<String, String> {
    if text.len() >= 256 {
        return Err("Hostnames must be less than 256 characters".into());
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    if !text.chars().all(fits) {
        return Err("Hostnames may only contain alphanumeric characters, hyphens or dots".into());
    }
    Ok(text.into())
}

/// A name for people that fits a line of nodes.conf.
fn read_nodename(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_graphic() && !"!#$%&()*+,:;<=>?@[]^{|}~".contains(c);
    if !text.chars().all(fits) {
        return Err("Announced human node name contained invalid character".into());
    }
    Ok(text.into())
}

fn read_number(text: &str, min: i64, max: i64) -> Result<u64, String> {
    read_integer(text, min, max).map(|number| number as u64)
}

fn read_integer(text: &str, min: i64, max: i64) -> Result<i64, String> {
    let number: i64 =
        text.parse().map_err(|_| String::from("argument couldn't be parsed into an integer"))?;
    if (min..=max).contains(&number) {
        Ok(number)
    } else {
        Err(format!("argument must be between {min} and {max} inclusive"))
    }
}

/// Bytes with an optional unit: `k` is 1000, `kb` is 1024, and so on.
fn read_memory(text: &str) -> Result<u64, String> {
    let lower = text.to_ascii_lowercase();
    let digits = lower.trim_end_matches(|c: char| !c.is_ascii_digit());
    let unit: Option<u64> = match &lower[digits.len()..] {
        "" | "b" => Some(1),
        "k" => Some(1000),
        "kb" => Some(1 << 10),
        "m" => Some(1_000_000),
        "mb" => Some(1 << 20),
        "g" => Some(1_000_000_000),
        "gb" => Some(1 << 30),
        _ => None,
    };
    let bytes = digits.parse::<u64>().ok().zip(unit);
    let bytes = bytes.and_then(|(count, unit)| count.checked_mul(unit));
    bytes.ok_or_else(|| "argument must be a memory value".into())
}

fn read_one_of(text: &str, words: &[&str]) -> Result<String, String> {
    let found = words.iter().find(|word| word.eq_ignore_ascii_case(text));
    found
        .map(|&word| word.into())
        .ok_or_else(|| format!("argument(s) must be one of the following: {}", words.join(", ")))
}

fn show_save(points: &[(u64, u64)]) -> String {
    let shown: Vec<_> =
        points.iter().map(|(seconds, changes)| format!("{seconds} {changes}")).collect();
    shown.join(" ")
}

fn read_save(text: &str) -> Result<Vec<(u64, u64)>, String> {
    let invalid = || String::from("Invalid save parameters");
    let words: Vec<_> = text.split_ascii_whitespace().collect();
    if !words.len().is_multiple_of(2) {
        return Err(invalid());
    }
    let number = |word: &str| word.parse::<u64>().map_err(|_| invalid());
    words
        .chunks_exact(2)
        .map(|pair| {
            let seconds = number(pair[0])?;
            if seconds == 0 { Err(invalid()) } else { Ok((seconds, number(pair[1])?)) }
        })
        .collect()
}
