//! `INFO replication`.

use alloc::format;
use alloc::string::String;
use core::fmt::Write;

use super::link::{Link, LinkState};
use super::receive::{Extent, Transfer};
use crate::config::Compat;
use crate::node::Node;

/// Appends `name:value` lines.
macro_rules! put {
    ($out:expr, $($name:literal: $value:expr),+ $(,)?) => {
        {$(let _ = write!($out, concat!($name, ":{}\r\n"), $value);)+}
    };
}

impl Node {
    /// The `# Replication` section of INFO, without its title, lines ending in CRLF.
    pub(crate) fn info_replication(&self) -> String {
        let mut out = String::new();
        match &self.repl.link {
            None => put!(out, "role": "master"),
            Some(link) => self.put_link(&mut out, link),
        }
        self.put_replicas(&mut out);
        self.put_stream(&mut out);
        out
    }

    fn put_link(&self, out: &mut String, link: &Link) {
        let stream = link.stream();
        let syncing = matches!(link.state, LinkState::Transfer(_));
        let last_io = stream.map_or(-1, |_| self.secs_since(link.last_io) as i64);
        let cached = self.repl.cached.as_ref().map_or(1, |cached| cached.offset);
        let applied = stream.map_or(cached, |stream| stream.applied);
        let read = applied + stream.map_or(0, |_| link.buffer.len() as u64);
        put!(out,
            "role": "slave",
            "master_host": link.to.ip(),
            "master_port": link.to.port(),
            "master_link_status": if stream.is_some() { "up" } else { "down" },
            "master_last_io_seconds_ago": last_io,
            "master_sync_in_progress": u8::from(syncing),
            "slave_read_repl_offset": read,
            "slave_repl_offset": applied,
        );
        if self.compat == Compat::V8_2 {
            put!(out,
                "replica_full_sync_buffer_size": 0,
                "replica_full_sync_buffer_peak": 0,
                "master_current_sync_attempts": self.repl.attempts.0,
                "master_total_sync_attempts": self.repl.attempts.1,
            );
        }
        if let LinkState::Transfer(transfer) = &link.state {
            self.put_transfer(out, link, transfer);
        }
        self.put_link_times(out, link);
        put!(out,
            "slave_priority": self.config.replica_priority,
            "slave_read_only": u8::from(self.config.replica_read_only),
            "replica_announced": 1,
        );
    }

    /// A length of -1 stands for one that is not known yet, 0 for an RDB that ends with a mark.
    fn put_transfer(&self, out: &mut String, link: &Link, transfer: &Transfer) {
        let (total, read) = match transfer.extent {
            Extent::Unknown => (-1, 0),
            Extent::Mark(_) => (0, link.buffer.len() as i64),
            Extent::Length(len) => (len as i64, link.buffer.len() as i64),
        };
        let percent = match total {
            -1 => "-0.00".into(),
            0 => "0.00".into(),
            _ => {
                let hundredths = (read * 10_000 + total / 2) / total;
                format!("{}.{:02}", hundredths / 100, hundredths % 100)
            }
        };
        put!(out,
            "master_sync_total_bytes": total,
            "master_sync_read_bytes": read,
            "master_sync_left_bytes": total - read,
            "master_sync_perc": percent,
            "master_sync_last_io_seconds_ago": self.secs_since(link.last_io),
        );
    }

    fn put_link_times(&self, out: &mut String, link: &Link) {
        let up = link.stream().is_some();
        let down_secs = self.repl.down_since.map(|since| self.secs_since(since));
        if !up {
            let since = down_secs.map_or(-1, |secs| secs as i64);
            put!(out, "master_link_down_since_seconds": since);
        }
        if self.compat == Compat::V8_2 {
            if up {
                put!(out, "master_link_up_since_seconds": self.secs_since(link.up_since));
            }
            let total = self.repl.disconnected_secs + down_secs.unwrap_or(0);
            put!(out, "total_disconnect_time_sec": total);
        }
    }

    fn put_replicas(&self, out: &mut String) {
        put!(out, "connected_slaves": self.repl.replicas.len());
        if self.config.min_replicas_to_write > 0 && self.config.min_replicas_max_lag > 0 {
            put!(out, "min_slaves_good_slaves": self.good_replicas());
        }
        for (index, replica) in self.repl.replicas.iter().enumerate() {
            let lag = if replica.is_online() { self.secs_since(replica.acked_at) } else { 0 };
            let _ = write!(
                out,
                "slave{index}:ip={},port={},state={},offset={},lag={lag}\r\n",
                replica.about.ip(),
                replica.about.port,
                replica.state.name(),
                replica.acked
            );
        }
    }

    fn put_stream(&self, out: &mut String) {
        let history = &self.repl.history;
        let backlog = self.repl.backlog.as_ref();
        put!(out,
            "master_failover_state": "no-failover",
            "master_replid": history.id(),
            "master_replid2": history.id2(),
            "master_repl_offset": self.repl.offset,
            "second_repl_offset": history.second_offset(),
            "repl_backlog_active": u8::from(backlog.is_some()),
            "repl_backlog_size": self.config.repl_backlog_size,
            "repl_backlog_first_byte_offset": backlog.map_or(0, |backlog| backlog.first()),
            "repl_backlog_histlen": backlog.map_or(0, |backlog| backlog.histlen()),
        );
    }
}
