//! Logs of real servers.

use bridge::{FromHub, LogAbout, LogLine};
use scenario::server_log::{self, About, Line};

/// The answer to who pasted a log.
pub(crate) fn read(text: &str) -> FromHub {
    match server_log::read(text) {
        Ok(lines) => FromHub::ServerLog(lines.into_iter().map(line).collect()),
        Err(message) => FromHub::Refused { message },
    }
}

fn line(line: Line) -> LogLine {
    let about = match line.about {
        About::Failure => LogAbout::Failure,
        About::Election => LogAbout::Election,
        About::Manual => LogAbout::Manual,
        About::Configuration => LogAbout::Configuration,
        About::Replication => LogAbout::Replication,
        About::Well => LogAbout::Well,
        About::Down => LogAbout::Down,
        About::Process => LogAbout::Process,
        About::Other => LogAbout::Other,
    };
    let Line { unix_ms, pid, role, text, .. } = line;
    LogLine { at_ms: unix_ms as f64, pid, replica: role == 'S', text, about }
}
