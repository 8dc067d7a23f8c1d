//! Where log lines go.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::Clock;

/// A node's log: a file that it appends to, or standard output.
#[derive(Debug)]
pub(super) struct Log {
    file: Option<File>,
    /// Stands before each line when several nodes share standard output.
    prefix: String,
}

impl Log {
    /// Opens the file below `dir`; standard output when its name is empty.
    ///
    /// # Errors
    /// redis-server's complaint.
    pub(super) fn open(dir: &Path, name: &str, prefix: String) -> Result<Self, String> {
        if name.is_empty() {
            return Ok(Self { file: None, prefix });
        }
        let path: PathBuf = dir.join(name);
        let file = File::options().create(true).append(true).open(&path);
        let file = file.map_err(|error| format!("Can't open the log file: {error}"))?;
        Ok(Self { file: Some(file), prefix: String::new() })
    }

    /// Writes a warning of the host, in the form of the node's own.
    pub(super) fn warn(&mut self, clock: Clock, text: &str) {
        let unix_us = clock.unix_us_at_zero + clock.now().0;
        self.line(&engine::log::warning(std::process::id(), unix_us, text));
    }

    /// Writes a line. A log that can not be written stops nobody.
    pub(super) fn line(&mut self, text: &str) {
        let line = format!("{}{text}\n", self.prefix);
        let _ = match &mut self.file {
            Some(file) => file.write_all(line.as_bytes()),
            None => std::io::stdout().write_all(line.as_bytes()),
        };
    }
}
