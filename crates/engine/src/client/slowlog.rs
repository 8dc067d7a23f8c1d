//! SLOWLOG: commands that took long. Here only DEBUG SLEEP takes time at all.

use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::Time;
use crate::command::Call;
use crate::node::Node;
use crate::resp::reply::Reply;
use crate::time::Span;

/// Of longer commands, and of longer arguments, only this much is kept.
const ARGUMENTS_MAX: usize = 32;
const ARGUMENT_BYTES_MAX: usize = 128;

/// The slow commands, the newest first.
#[derive(Debug, Default, BorshSerialize, BorshDeserialize)]
pub(crate) struct Slowlog {
    entries: VecDeque<Entry>,
    /// How many there ever were.
    noted: u64,
}

/// One slow command.
#[derive(Debug, BorshSerialize, BorshDeserialize)]
struct Entry {
    id: u64,
    /// When it ended, Unix time in seconds.
    at: u64,
    micros: u64,
    argv: Vec<Vec<u8>>,
    peer: String,
    name: Vec<u8>,
}

impl Slowlog {
    /// How many entries are kept.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Forgets all entries; the next one goes on counting.
    pub(crate) fn reset(&mut self) {
        self.entries.clear();
    }

    /// The newest entries, as SLOWLOG GET tells them.
    pub(crate) fn newest(&self, count: usize) -> Reply {
        Reply::Array(self.entries.iter().take(count).map(Entry::described).collect())
    }
}

impl Entry {
    fn described(&self) -> Reply {
        Reply::Array(vec![
            Reply::Int(self.id as i64),
            Reply::Int(self.at as i64),
            Reply::Int(self.micros as i64),
            Reply::Array(self.argv.iter().cloned().map(Reply::Bulk).collect()),
            Reply::bulk(self.peer.as_str()),
            Reply::Bulk(self.name.clone()),
        ])
    }
}

impl Node {
    /// Notes a command that takes `span` from now on, if that is slow.
    pub(crate) fn note_slow(&mut self, call: &Call<'_>, span: Span, ended: Time) {
        if self.config.slowlog_log_slower_than < 0
            || (span.0 as i64) < self.config.slowlog_log_slower_than
        {
            return;
        }
        let client = call.conn().and_then(|conn| self.clients.get(conn));
        let (peer, name) = client
            .map_or_else(Default::default, |client| (client.peer.to_string(), client.name.clone()));
        let log = &self.clients.slowlog;
        let at = self.unix_ms_at(ended) / 1000;
        let entry =
            Entry { id: log.noted, at, micros: span.0, argv: shortened(call.argv), peer, name };
        let log = &mut self.clients.slowlog;
        log.noted += 1;
        log.entries.push_front(entry);
        log.entries.truncate(usize::try_from(self.config.slowlog_max_len).unwrap_or(usize::MAX));
    }
}

fn shortened(argv: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let kept = if argv.len() > ARGUMENTS_MAX { ARGUMENTS_MAX - 1 } else { argv.len() };
    let mut short: Vec<Vec<u8>> = argv[..kept].iter().map(|arg| shortened_argument(arg)).collect();
    if kept < argv.len() {
        short.push(format!("... ({} more arguments)", argv.len() - kept).into_bytes());
    }
    short
}

fn shortened_argument(arg: &[u8]) -> Vec<u8> {
    if arg.len() <= ARGUMENT_BYTES_MAX {
        return arg.to_vec();
    }
    let more = format!("... ({} more bytes)", arg.len() - ARGUMENT_BYTES_MAX);
    [&arg[..ARGUMENT_BYTES_MAX], more.as_bytes()].concat()
}
