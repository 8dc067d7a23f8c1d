//! What page and hub say to each other: plain data, no behaviour.
//!
//! Numbers that must survive JavaScript stay below 2^53; hashes travel as hexadecimal text.

use serde::{Deserialize, Serialize};

/// Version of these messages: page and worker files of different builds refuse each other.
pub const VERSION: u32 = 1;

/// Page to hub.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ToHub {
    /// Open a lab (the previous one ends).
    Open {
        /// The scenario's name.
        scenario: String,
        /// Below 2^52; none for the scenario's own.
        seed: Option<u64>,
    },
    /// A line typed into a host's console.
    Type {
        /// Index into [`LabInfo::hosts`].
        host: usize,
        /// Without the line end.
        line: String,
    },
    /// Ctrl-C in a host's console.
    Interrupt {
        /// Index of the host.
        host: usize,
    },
    /// Ask for completions; [`FromHub::Completions`] answers.
    Complete {
        /// Index of the host.
        host: usize,
        /// The line up to the cursor.
        line: String,
    },
    /// Virtual seconds per second, 0.001 to 100.
    Speed(f64),
    /// Keep the nodes in their workers even where time would pass faster with all of them in the
    /// hub.
    StayInWorkers(bool),
    /// Let time pass, or stop it.
    Run(bool),
    /// Let this many virtual milliseconds pass at full speed, whatever the speed is.
    Advance(f64),
    /// Move to the next thing that happens (bytes arrive, a timer is due) and stop there.
    Step,
    /// Let time pass at full speed until a node decides something ([`Frame::events`] is not empty),
    /// at most a virtual minute, and stop there.
    NextEvent,
    /// Cut a host off from all others, or reconnect it.
    Cut {
        /// Index of the host.
        host: usize,
        /// Off or on again.
        cut: bool,
    },
    /// Tell what was done so far; [`FromHub::History`] answers.
    History,
    /// Open the lab of a history and do the same in it at the same times, at the speed that is
    /// set; time stops at its end. Whatever the person does meanwhile makes it another history.
    Replay(Box<History>),
}

/// Hub to page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FromHub {
    /// The first message: the hub listens.
    Ready {
        /// [`VERSION`] of the hub.
        version: u32,
    },
    /// The lab is being built.
    Opening {
        /// 0 to 1.
        progress: f64,
    },
    /// A lab is open.
    Opened(LabInfo),
    /// The state of things, some thirty times a second while it changes.
    Frame(Box<Frame>),
    /// Answer to [`ToHub::Complete`].
    Completions {
        /// Index of the host.
        host: usize,
        /// The line that was asked about.
        line: String,
        /// Whole replacements for it.
        options: Vec<String>,
    },
    /// Answer to [`ToHub::History`].
    History(Box<History>),
    /// Something can not go on.
    Failed {
        /// For the user.
        message: String,
    },
}

/// All that makes a lab what it is at one moment: whoever opens the same scenario with the same
/// seed and does the same at the same times comes to the same hash.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// The scenario's name.
    pub scenario: String,
    /// The seed.
    pub seed: u64,
    /// The moment, virtual microseconds.
    pub now_us: u64,
    /// The trace's hash at that moment, hexadecimal.
    pub hash: String,
    /// What was done from outside, in order.
    pub actions: Vec<PastAction>,
}

/// Something that was done to the lab.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PastAction {
    /// When, virtual microseconds.
    pub at_us: u64,
    /// What.
    pub action: Action,
}

/// What can be done to a lab from outside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Action {
    /// A line was typed into a console.
    Type {
        /// Index of the host.
        host: usize,
        /// Without the line end.
        line: String,
    },
    /// Ctrl-C in a console.
    Interrupt {
        /// Index of the host.
        host: usize,
    },
    /// The link from one host to another was changed.
    Link {
        /// Index of the host.
        from: usize,
        /// Index of the host.
        to: usize,
        /// One-way latency, microseconds.
        latency_us: u64,
        /// Added at most, microseconds.
        jitter_us: u64,
        /// Lost segments in a million.
        loss_ppm: u32,
        /// Nothing passes.
        blocked: bool,
    },
    /// A node's worker broke.
    Crashed {
        /// The process.
        pid: u32,
    },
}

/// What does not change while a lab is open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LabInfo {
    /// The scenario's name.
    pub scenario: String,
    /// The seed.
    pub seed: u64,
    /// Unix milliseconds at virtual time 0.
    pub unix_ms_at_zero: f64,
    /// Every host.
    pub hosts: Vec<HostInfo>,
}

/// A host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HostInfo {
    /// Its address.
    pub ip: String,
    /// The port of its server.
    pub port: u16,
}

/// How many [`Frame::flights`] a frame carries at most.
pub const FLIGHTS_MAX: usize = 48;

/// The state of things at one moment, and what happened since the last frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// Messages of the page that were handled before this frame was made, since [`FromHub::Ready`].
    /// Whoever typed a line knows by it whether a prompt is older or younger than the line.
    pub heard: u64,
    /// An [`ToHub::Advance`] or a [`ToHub::NextEvent`] is under way.
    pub busy: bool,
    /// Virtual time, milliseconds since the lab booted.
    pub now_ms: f64,
    /// Whether time passes.
    pub running: bool,
    /// The speed asked for.
    pub speed: f64,
    /// The speed reached, virtual seconds per second.
    pub pace: f64,
    /// How many nodes run in workers of their own (0 while the hub runs them inline).
    pub workers: usize,
    /// The trace's hash, hexadecimal.
    pub hash: String,
    /// One for each host.
    pub hosts: Vec<HostFrame>,
    /// What is on the wire, and what arrived since the last frame: at most [`FLIGHTS_MAX`], packets
    /// of a decision (FAIL, votes, UPDATE, MFSTART) first, then data, then heartbeats.
    pub flights: Vec<Flight>,
    /// What appeared in consoles; the page itself echoes what it typed.
    pub printed: Vec<Printed>,
    /// What nodes decided.
    pub events: Vec<NodeEvent>,
}

/// A host at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HostFrame {
    /// Its server's process id, none when none runs.
    pub pid: Option<u32>,
    /// Frozen by SIGSTOP.
    pub stopped: bool,
    /// Cut off from all others.
    pub cut: bool,
    /// The console's prompt; none while a program runs that takes no input.
    pub prompt: Option<String>,
    /// The prompt is the shell's, not a program's.
    pub at_shell: bool,
    /// What killed the server, if a bug did.
    pub crash: Option<String>,
    /// What its server believes; none when none runs (the last known stays with the page).
    pub node: Option<NodeFrame>,
}

/// A node's beliefs at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NodeFrame {
    /// 40 characters.
    pub id: String,
    /// Master, or replica.
    pub master: bool,
    /// As CLUSTER NODES shows them, `myself` left out: `master`, `slave`, `fail?` ...
    pub flags: Vec<String>,
    /// The id of the master that it replicates.
    pub master_id: Option<String>,
    /// Slot ranges, both ends included.
    pub slots: Vec<(u16, u16)>,
    /// `cluster_state:ok`
    pub state_ok: bool,
    /// `cluster_size`
    pub size: u32,
    /// `cluster_current_epoch`
    pub current_epoch: u64,
    /// `cluster_my_epoch`
    pub config_epoch: u64,
    /// The last epoch voted in.
    pub last_vote_epoch: u64,
    /// Replication offset, bytes.
    pub offset: u64,
    /// Replication id.
    pub replid: String,
    /// As ROLE names it; none on a master.
    pub link: Option<String>,
    /// Keys held.
    pub keys: u64,
    /// Clients connected.
    pub clients: u32,
    /// Clients held or waiting.
    pub blocked_clients: u32,
    /// Replicas served.
    pub replicas: Vec<ReplicaFrame>,
    /// Whom it knows.
    pub peers: Vec<PeerFrame>,
    /// Running timers.
    pub timers: Vec<TimerFrame>,
}

/// A replica as its master sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReplicaFrame {
    /// `ip:port`
    pub addr: String,
    /// `wait_bgsave`, `send_bulk`, `online`
    pub state: String,
    /// Bytes sent and not acknowledged.
    pub lag_bytes: u64,
}

/// A peer as a node sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PeerFrame {
    /// 40 characters.
    pub id: String,
    /// `ip:port`
    pub addr: String,
    /// As CLUSTER NODES shows them.
    pub flags: Vec<String>,
    /// Id of its master.
    pub master_id: Option<String>,
    /// `configEpoch`
    pub config_epoch: u64,
    /// Slot ranges, both ends included.
    pub slots: Vec<(u16, u16)>,
    /// Whether the link to it stands.
    pub connected: bool,
    /// Virtual milliseconds.
    pub ping_sent_ms: Option<f64>,
    /// Virtual milliseconds.
    pub pong_received_ms: Option<f64>,
    /// Ids of the masters that report it as failing.
    pub reports: Vec<String>,
}

/// What a timer is for; the page words it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TimerKind {
    /// Unanswered PING.
    NodeTimeout,
    /// Unfinished handshake.
    Handshake,
    /// A report's life.
    FailureReport,
    /// FAIL can be cleared from here on.
    FailClear,
    /// A forgotten node may come back.
    Blacklist,
    /// A rejoined master takes writes again.
    Writable,
    /// The election starts.
    ElectionStart,
    /// Votes stop counting.
    ElectionExpiry,
    /// Another election may be planned.
    ElectionRetry,
    /// May vote about that master again.
    Vote,
    /// The manual failover is given up.
    ManualFailover,
    /// Held clients go on.
    ClientPause,
    /// Next replication PING.
    ReplPing,
    /// Next REPLCONF ACK.
    ReplAck,
    /// The replication link is taken for dead.
    ReplTimeout,
    /// Next attempt to reach the master.
    ReplConnect,
    /// A full synchronisation starts.
    ReplSync,
    /// SHUTDOWN stops waiting.
    Shutdown,
}

/// A running timer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TimerFrame {
    /// What it is for.
    pub kind: TimerKind,
    /// Id of the node that it is about.
    pub about: Option<String>,
    /// When it was armed, virtual milliseconds.
    pub armed_ms: f64,
    /// When it is due, virtual milliseconds.
    pub due_ms: f64,
}

/// What kind of bytes are on their way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum FlightKind {
    /// Bus.
    Ping,
    /// Bus.
    Pong,
    /// Bus.
    Meet,
    /// Bus.
    Fail,
    /// Bus.
    Publish,
    /// Bus.
    AuthRequest,
    /// Bus.
    AuthAck,
    /// Bus.
    Update,
    /// Bus.
    MfStart,
    /// The replication stream, either way.
    Replication,
    /// A client's request or its reply.
    Client,
    /// Connection set-up, or a bus message that is none of the above.
    Other,
}

/// Bytes on their way between two hosts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Flight {
    /// The same as long as it flies.
    pub id: u64,
    /// Index of the host.
    pub from: usize,
    /// Index of the host.
    pub to: usize,
    /// What it is.
    pub kind: FlightKind,
    /// Virtual milliseconds.
    pub sent_ms: f64,
    /// Virtual milliseconds.
    pub due_ms: f64,
}

/// Text that appeared in a console.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Printed {
    /// Index of the host.
    pub host: usize,
    /// Line ends included.
    pub text: String,
}

/// Something that a node decided, or that was done to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NodeEvent {
    /// Virtual milliseconds.
    pub at_ms: f64,
    /// Index of the host.
    pub host: usize,
    /// What.
    pub fact: Fact,
}

/// Facts, worded by the page. Nodes are named by their ids.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Fact {
    /// A process started.
    Started,
    /// A process ended, with its exit status; none when it was killed.
    Ended(Option<i32>),
    /// A worker broke.
    Crashed(String),
    /// A process was frozen, or goes on.
    Frozen(bool),
    /// A host was cut off, or reconnected.
    Cut(bool),
    /// No answer for a node timeout.
    PossiblyFailed(String),
    /// It answers again before it was marked FAIL.
    NotPossiblyFailed(String),
    /// A master reports a failure.
    FailureReported {
        /// About whom.
        about: String,
        /// By whom.
        by: String,
        /// Reports so far.
        reports: u32,
        /// Reports needed.
        needed: u32,
    },
    /// FAIL: by a majority, or told by a node.
    Failed {
        /// About whom.
        about: String,
        /// By whom it was told.
        told_by: Option<String>,
    },
    /// FAIL is over.
    NotFailed(String),
    /// `cluster_state`
    ClusterState(bool),
    /// An election is planned.
    ElectionScheduled {
        /// Milliseconds.
        delay_ms: u64,
        /// Siblings with more data.
        rank: u32,
        /// Bytes.
        offset: u64,
    },
    /// The rank got worse.
    ElectionRank {
        /// The new rank.
        rank: u32,
        /// Milliseconds added.
        added_ms: u64,
    },
    /// Votes are asked for.
    ElectionStarted(u64),
    /// A vote came in.
    VoteReceived {
        /// From whom.
        from: String,
        /// So far.
        votes: u32,
        /// Needed.
        needed: u32,
    },
    /// Won.
    ElectionWon(u64),
    /// No majority in time.
    ElectionExpired(u64),
    /// We voted.
    VoteGranted {
        /// For whom.
        candidate: String,
        /// In which epoch.
        epoch: u64,
    },
    /// We refused.
    VoteRefused {
        /// Whom.
        candidate: String,
        /// Why, in the words of Redis's log.
        why: String,
    },
    /// CLUSTER FAILOVER was accepted: `""`, `FORCE` or `TAKEOVER`.
    ManualFailoverRequested(String),
    /// A master pauses for its replica.
    ManualFailoverPaused(String),
    /// The paused master's offset.
    ManualFailoverOffset(u64),
    /// All caught up.
    ManualFailoverReady,
    /// Five seconds over.
    ManualFailoverTimedOut,
    /// Became a master (none) or a replica of that master.
    RoleChanged(Option<String>),
    /// `configEpoch`
    ConfigEpoch(u64),
    /// Slots changed hands.
    SlotsMoved {
        /// How many.
        count: u32,
        /// To whom.
        to: Option<String>,
    },
    /// The link to the master stands; true when only the missing part was sent.
    MasterLinkUp(bool),
    /// The link to the master is gone.
    MasterLinkDown,
    /// A replica is served.
    ReplicaSynced {
        /// `ip:port`
        replica: String,
        /// Only the missing part.
        partial: bool,
    },
    /// A replica is gone.
    ReplicaLost(String),
    /// Writes are held for so many milliseconds; none: until further notice.
    ClientsPaused(Option<u64>),
    /// Writes go on.
    ClientsUnpaused,
    /// SHUTDOWN or a signal.
    ShuttingDown(String),
}
