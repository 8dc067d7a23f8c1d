//! RDB files: loaded at start, written at the end, received from a master.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::rdb::{self, Loaded, Position, Snapshot};
use crate::event::{Data, Event, Role};
use crate::log::Level;
use crate::node::Node;

impl Node {
    /// Loads `dbfilename` at start: data, and the replication id and offset it carries.
    ///
    /// # Errors
    /// What redis-server logs before it exits with 1.
    pub(crate) fn load_rdb_file(&mut self, bytes: &[u8]) -> Result<(), String> {
        let fatal =
            |complaint: String| format!("Fatal error loading the DB: {complaint}. Exiting.");
        let (loaded, expired) = self.adopt_rdb(bytes).map_err(fatal)?;
        self.log(Level::Notice, "DB loaded from disk: 0.000 seconds");
        let Some(Position { id, offset }) = loaded.position else {
            self.tell_history(Data::Loaded { id: String::new() });
            return Ok(());
        };
        let loaded = Data::Loaded { id: id.clone() };
        match self.role() {
            Role::Replica => {
                self.repl.history.join(&id);
                self.repl.offset = offset;
                self.cache_own_stream();
            }
            // Replicas of the process that wrote the file may continue with the one that read it.
            Role::Master => {
                self.repl.history.remember(id, offset);
                self.repl.offset = offset;
                self.create_backlog();
                for key in expired {
                    self.propagate(&[b"DEL".to_vec(), key]);
                }
                self.repl.no_replicas_since = Some(self.now);
            }
        }
        // A master's own history starts where the file ends, whatever it propagated since.
        let (id, data) = (self.repl.history.id().into(), loaded);
        self.event(Event::HistoryChanged { id, offset, data });
        Ok(())
    }

    /// Puts the keys of an RDB into the keyspace and says so in the log. A master leaves out what
    /// has expired, a replica leaves that to its master.
    pub(super) fn adopt_rdb(&mut self, bytes: &[u8]) -> Result<(Loaded, Vec<Vec<u8>>), String> {
        let mut loaded = rdb::load(bytes)?;
        self.log_origin(&loaded);
        let now_ms = self.unix_us() / 1000;
        let drops_expired = self.role() == Role::Master;
        let mut expired = Vec::new();
        let mut count = 0;
        for (key, entry) in loaded.keys.drain(..) {
            if drops_expired && entry.expires_ms.is_some_and(|at| at < now_ms) {
                expired.push(key);
            } else {
                self.db.put(key, entry);
                count += 1;
            }
        }
        if !loaded.checksum {
            self.log(
                self.demoted(),
                "RDB file was saved with checksum disabled: no check performed.",
            );
        }
        let gone = expired.len();
        self.log(
            Level::Notice,
            format!("Done loading RDB, keys loaded: {count}, keys expired: {gone}."),
        );
        Ok((loaded, expired))
    }

    fn log_origin(&mut self, loaded: &Loaded) {
        if let Some(version) = &loaded.version {
            self.log(Level::Notice, format!("Loading RDB produced by version {version}"));
        }
        if let Some(ctime) = loaded.ctime {
            let age = (self.unix_us() / 1_000_000).saturating_sub(ctime);
            self.log(Level::Notice, format!("RDB age {age} seconds"));
        }
        if let Some(bytes) = loaded.used_memory {
            let hundredths = (bytes * 100 + (1 << 19)) >> 20;
            let (whole, rest) = (hundredths / 100, hundredths % 100);
            self.log(Level::Notice, format!("RDB memory usage when created {whole}.{rest:02} Mb"));
        }
    }

    /// The keyspace as RDB bytes (full sync, SHUTDOWN SAVE).
    pub(crate) fn rdb(&self) -> Vec<u8> {
        let on_a_chain = match &self.repl.link {
            None => self.repl.backlog.is_some(),
            Some(_) => self.master_link_up() || self.repl.cached.is_some(),
        };
        let position = || Position { id: self.repl.history.id().into(), offset: self.repl.offset };
        let snapshot = Snapshot {
            compat: self.compat,
            ctime: self.unix_us() / 1_000_000,
            position: on_a_chain.then(position),
        };
        rdb::save(&self.db, &snapshot)
    }
}
