//! The workload: what it does, what became of its requests and of the writes it was promised.

use serde::{Deserialize, Serialize};

/// What a workload does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkloadSettings {
    /// How many clients.
    pub clients: u16,
    /// Writes a second, of all clients together.
    pub writes: u32,
    /// Reads a second, of all clients together.
    pub reads: u32,
    /// How many keys.
    pub keys: u32,
    /// Keys in order instead of by chance.
    pub sequential: bool,
    /// Clients know the slots and follow redirections.
    pub cluster: bool,
    /// Replicas that WAIT waits for; 0 for no WAIT.
    pub wait: u8,
    /// How long WAIT waits, milliseconds.
    pub wait_timeout_ms: u32,
    /// Requests without an answer on a connection.
    pub pipeline: u16,
    /// How long an answer is waited for, milliseconds.
    pub timeout_ms: u32,
    /// Indices of the hosts where the clients are; empty for all.
    pub hosts: Vec<usize>,
}

impl Default for WorkloadSettings {
    fn default() -> Self {
        Self {
            clients: 6,
            writes: 60,
            reads: 60,
            keys: 1000,
            sequential: false,
            cluster: true,
            wait: 0,
            wait_timeout_ms: 1000,
            pipeline: 16,
            timeout_ms: 1000,
            hosts: Vec::new(),
        }
    }
}

/// How many requests met with what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct RequestCounts {
    /// Writes that were acknowledged.
    pub written: f64,
    /// Reads that were answered.
    pub read: f64,
    /// Those that waited long for their answer.
    pub held: f64,
    /// MOVED and ASK.
    pub redirected: f64,
    /// Ended with an error, or found no server.
    pub refused: f64,
    /// The connection broke or was silent too long.
    pub lost: f64,
    /// Writes that too few replicas confirmed.
    pub short: f64,
    /// Not sent, since enough others waited.
    pub unsent: f64,
}

/// A second of virtual time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RequestInterval {
    /// Its beginning, virtual milliseconds.
    pub from_ms: f64,
    /// What came in it.
    pub counts: RequestCounts,
    /// Milliseconds within which half of the answers came, and 99 of 100, and all.
    pub latency_ms: [f64; 3],
}

/// What became of requests in a second of virtual time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RequestSecond {
    /// Its beginning, virtual milliseconds.
    pub from_ms: f64,
    /// What came in it so far.
    pub counts: RequestCounts,
}

/// A shard's availability for writes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShardFrame {
    /// Its slots, as `0-5460`.
    pub slots: String,
    /// Index of the host that has them now.
    pub host: Option<usize>,
    /// Since when no write was acknowledged, milliseconds.
    pub without_ms: f64,
    /// That is longer than chance explains.
    pub down: bool,
    /// The longest time without, milliseconds.
    pub longest_ms: f64,
    /// The sum of those that were longer than chance explains.
    pub unavailable_ms: f64,
}

/// What became of acknowledged writes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct LedgerSums {
    /// All.
    pub acknowledged: f64,
    /// Every running replica has them.
    pub kept: f64,
    /// Not decided.
    pub open: f64,
    /// Gone with the process that had the last copy.
    pub lost: f64,
    /// Given up in a synchronisation.
    pub rolled_back: f64,
}

/// Which entries of the ledger are wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum LedgerFilter {
    /// Lost and rolled back.
    #[default]
    Gone,
    /// Lost.
    Lost,
    /// Rolled back.
    RolledBack,
    /// Not decided.
    Open,
}

/// How a write stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fate {
    /// Not decided.
    Open,
    /// Gone with a process.
    Lost,
    /// Given up.
    RolledBack,
}

/// Why the owner of the slot does not have a write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Overruled {
    /// Virtual milliseconds.
    pub at_ms: f64,
    /// Index of the owner's host.
    pub host: usize,
    /// How.
    pub how: OverruledBy,
}

/// What made the owner's data what it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum OverruledBy {
    /// It was promoted with this epoch, with data up to this offset.
    Promotion {
        /// `configEpoch`
        epoch: u64,
        /// Bytes.
        offset: u64,
    },
    /// It started without the write.
    Restart,
    /// It was given the slot.
    Assignment,
}

/// What ended the last copy of a write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LastCopy {
    /// Virtual milliseconds.
    pub at_ms: f64,
    /// Index of the host where it was.
    pub host: usize,
    /// Its process ended; else the node gave it up in a synchronisation or a reset.
    pub with_process: bool,
}

/// A write of the ledger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// Its key.
    pub key: String,
    /// What was written.
    pub value: String,
    /// When it was acknowledged, virtual milliseconds.
    pub at_ms: f64,
    /// By the server of which host (its index).
    pub host: usize,
    /// The offset after it in that server's stream.
    pub offset: u64,
    /// How it stands.
    pub fate: Fate,
    /// Why the owner does not have it.
    pub overruled: Option<Overruled>,
    /// What ended the last copy.
    pub last_copy: Option<LastCopy>,
}

/// Entries sent at once.
pub const ENTRIES_MAX: usize = 200;
/// Intervals sent at once.
pub const INTERVALS_MAX: usize = 120;

/// The state of the workload, for whoever watches it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkloadFrame {
    /// What it does; none when it does nothing.
    pub settings: Option<WorkloadSettings>,
    /// It was started at least once.
    pub used: bool,
    /// Virtual milliseconds.
    pub now_ms: f64,
    /// Requests in all.
    pub counts: RequestCounts,
    /// Refusals by their reason.
    pub refusals: Vec<(String, f64)>,
    /// Latency of the last ten seconds, as in [`RequestInterval`].
    pub latency_ms: [f64; 3],
    /// Answers of all the time by latency: up to so many milliseconds, so many.
    pub histogram: Vec<(f64, u32)>,
    /// The last [`INTERVALS_MAX`] seconds.
    pub intervals: Vec<RequestInterval>,
    /// Every shard.
    pub shards: Vec<ShardFrame>,
    /// What became of writes.
    pub sums: LedgerSums,
    /// Which entries these are.
    pub filter: LedgerFilter,
    /// At most [`ENTRIES_MAX`], newest first.
    pub entries: Vec<LedgerEntry>,
}

/// What is different when the same is done again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Variant {
    /// WAIT for this many replicas.
    Wait(u8),
    /// `min-replicas-to-write` with this lag in seconds.
    MinReplicas {
        /// How many.
        replicas: u8,
        /// `min-replicas-max-lag`
        lag: u8,
    },
}

/// What a run came to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RunSums {
    /// What became of requests.
    pub counts: RequestCounts,
    /// What became of writes.
    pub sums: LedgerSums,
    /// Latency in all, as in [`RequestInterval`].
    pub latency_ms: [f64; 3],
    /// The longest time that a shard was without an acknowledged write, milliseconds.
    pub longest_ms: f64,
    /// The time that shards were unavailable for writes, summed, milliseconds.
    pub unavailable_ms: f64,
}

/// This run, and the same seed and actions under another setting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// What is different.
    pub variant: Variant,
    /// Both end here, virtual milliseconds.
    pub until_ms: f64,
    /// How much is done, 0 to 1.
    pub progress: f64,
    /// This run.
    pub here: RunSums,
    /// The other one, as far as it is done.
    pub there: RunSums,
}
