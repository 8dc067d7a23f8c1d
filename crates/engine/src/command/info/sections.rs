//! The lines of INFO's sections.

use alloc::format;
use alloc::string::{String, ToString};

use crate::client::Topic;
use crate::config::Compat;
use crate::node::Node;

/// A line of a section.
fn line(text: &mut String, name: &str, value: impl ToString) {
    *text += &format!("{name}:{}\r\n", value.to_string());
}

pub(super) fn server(node: &mut Node) -> String {
    let mut text = String::new();
    let uptime = node.since_start(node.now).as_secs();
    line(&mut text, "redis_version", node.compat.version());
    line(&mut text, "redis_mode", node.config.mode());
    line(&mut text, "arch_bits", 64);
    line(&mut text, "process_id", node.pid);
    line(&mut text, "process_supervised", "no");
    line(&mut text, "run_id", node.run_id.clone());
    line(&mut text, "tcp_port", node.config.port);
    line(&mut text, "server_time_usec", node.unix_us());
    line(&mut text, "uptime_in_seconds", uptime);
    line(&mut text, "uptime_in_days", uptime / 86400);
    line(&mut text, "hz", 10);
    line(&mut text, "configured_hz", 10);
    line(&mut text, "lru_clock", (node.unix_us() / 1_000_000) & 0xff_ffff);
    let file = node.config_file.as_ref().map(|it| it.path(&node.config.dir));
    line(&mut text, "config_file", file.unwrap_or_default());
    text
}

pub(super) fn clients(node: &mut Node) -> String {
    let mut text = String::new();
    line(&mut text, "connected_clients", node.normal_clients());
    line(&mut text, "cluster_connections", node.conns.bus_links());
    line(&mut text, "maxclients", node.config.maxclients);
    line(&mut text, "blocked_clients", node.clients.blocked());
    line(&mut text, "tracking_clients", 0);
    if node.compat != Compat::V7_0 {
        line(&mut text, "pubsub_clients", node.clients.subscribers());
        line(&mut text, "watching_clients", node.clients.watching());
    }
    line(&mut text, "clients_in_timeout_table", node.clients.with_timeout());
    if node.compat != Compat::V7_0 {
        line(&mut text, "total_watched_keys", node.clients.watched_keys());
        line(&mut text, "total_blocking_keys", node.clients.blocked_keys.len());
        line(&mut text, "total_blocking_keys_on_nokey", 0);
    }
    text
}

pub(super) fn memory(_: &mut Node) -> String {
    let mut text = String::new();
    line(&mut text, "maxmemory", 0);
    line(&mut text, "maxmemory_human", "0B");
    line(&mut text, "maxmemory_policy", "noeviction");
    text
}

pub(super) fn persistence(node: &mut Node) -> String {
    let mut text = String::new();
    line(&mut text, "loading", 0);
    line(&mut text, "async_loading", 0);
    line(&mut text, "rdb_changes_since_last_save", node.unsaved_changes());
    line(&mut text, "rdb_bgsave_in_progress", 0);
    line(&mut text, "rdb_last_save_time", node.unix_ms_at(node.last_save()) / 1000);
    let status = if node.last_save_worked() { "ok" } else { "err" };
    line(&mut text, "rdb_last_bgsave_status", status);
    line(&mut text, "rdb_saves", node.clients.saving.count);
    line(&mut text, "aof_enabled", 0);
    text
}

pub(super) fn stats(node: &mut Node) -> String {
    let mut text = String::new();
    let period = node.next_tick();
    let rate = node.clients.stats.commands_per_second(period);
    let (full, partial_ok, partial_err) = node.sync_stats();
    let stats = &node.clients.stats;
    let topics = |topic| node.clients.pubsub.names(topic).len();
    line(&mut text, "total_connections_received", stats.connections);
    line(&mut text, "total_commands_processed", stats.commands);
    line(&mut text, "instantaneous_ops_per_sec", rate);
    line(&mut text, "total_net_input_bytes", stats.bytes_in);
    line(&mut text, "total_net_output_bytes", stats.bytes_out);
    line(&mut text, "rejected_connections", stats.rejected);
    line(&mut text, "sync_full", full);
    line(&mut text, "sync_partial_ok", partial_ok);
    line(&mut text, "sync_partial_err", partial_err);
    line(&mut text, "expired_keys", stats.expired_keys);
    line(&mut text, "evicted_keys", 0);
    line(&mut text, "evicted_clients", 0);
    line(&mut text, "keyspace_hits", stats.keyspace_hits);
    line(&mut text, "keyspace_misses", stats.keyspace_misses);
    line(&mut text, "pubsub_channels", topics(Topic::Channel));
    line(&mut text, "pubsub_patterns", topics(Topic::Pattern));
    line(&mut text, "pubsubshard_channels", topics(Topic::Shard));
    line(&mut text, "unexpected_error_replies", 0);
    line(&mut text, "total_error_replies", stats.errors());
    text
}

pub(super) fn errorstats(node: &mut Node) -> String {
    let mut text = String::new();
    for (code, count) in node.clients.stats.errors_by_code() {
        line(&mut text, &format!("errorstat_{code}"), format!("count={count}"));
    }
    text
}

pub(super) fn cluster(node: &mut Node) -> String {
    format!("cluster_enabled:{}\r\n", u8::from(node.config.cluster_enabled))
}

pub(super) fn keyspace(node: &mut Node) -> String {
    let db = &node.db;
    if db.len() == 0 {
        return String::new();
    }
    let (keys, expires, ttl) = (db.len(), db.len_expiring(), db.mean_ttl(node.unix_ms()));
    let more = if node.compat == Compat::V7_0 { "" } else { ",subexpiry=0" };
    format!("db0:keys={keys},expires={expires},avg_ttl={ttl}{more}\r\n")
}
