//! What a program's process has: sockets, a terminal, questions to the world.

use std::collections::{BTreeMap, VecDeque};
use std::net::Ipv4Addr;

use engine::{ConnId, ConnectError, Input, Output, Time};
use sim::HostId;

use crate::agenda::Question;

/// How far a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Dialled, not answered.
    Connecting,
    /// Stands.
    Open,
    /// Was never opened.
    Failed(ConnectError),
    /// The peer closed it. What came before can still be read.
    Closed,
}

/// One connection.
#[derive(Debug)]
pub(crate) struct Socket {
    pub(crate) stage: Stage,
    pub(crate) received: Vec<u8>,
}

/// A program's process.
pub(crate) struct Process {
    pub(crate) host: HostId,
    pub(crate) ip: Ipv4Addr,
    pub(crate) now: Time,
    /// Unix time at [`Time::ZERO`], microseconds.
    pub(crate) unix_us_at_zero: u64,
    /// The earliest moment that a pending wait asked for.
    pub(crate) deadline: Option<Time>,
    pub(crate) sockets: BTreeMap<ConnId, Socket>,
    /// Lines typed and not read yet, each with whether its echo is to be marked.
    pub(crate) typed: VecDeque<(String, bool)>,
    /// Set while a line is waited for.
    pub(crate) prompt: Option<String>,
    /// Since when it is.
    pub(crate) prompt_since: Option<Time>,
    /// Ctrl-C was pressed and nobody reacted yet.
    pub(crate) interrupted: bool,
    /// What went to the terminal and was not fetched yet; true for the echo of a typed line.
    pub(crate) printed: Vec<(bool, String)>,
    outputs: Vec<(Time, Output)>,
    questions: Vec<(Time, Question)>,
    opened: u32,
}

impl Process {
    pub(crate) fn new(host: HostId, ip: Ipv4Addr, unix_us_at_zero: u64) -> Self {
        Self {
            host,
            ip,
            now: Time::ZERO,
            unix_us_at_zero,
            deadline: None,
            sockets: BTreeMap::new(),
            typed: VecDeque::new(),
            prompt: None,
            prompt_since: None,
            interrupted: false,
            printed: Vec::new(),
            outputs: Vec::new(),
            questions: Vec::new(),
            opened: 0,
        }
    }

    /// Whether nothing that was typed waits to be read.
    pub(crate) fn is_idle(&self) -> bool {
        self.typed.is_empty() && !self.interrupted
    }

    /// Takes in what the process hears; the program sees it when it is polled next. False when it is
    /// about a connection that the program closed before: nothing may come of that.
    pub(crate) fn hear(&mut self, at: Time, input: Input) -> bool {
        self.now = at;
        match input {
            Input::Connected { conn, .. } => self.set_stage(conn, Stage::Open),
            Input::ConnectFailed { conn, why } => self.set_stage(conn, Stage::Failed(why)),
            Input::Received { conn, bytes } => {
                let socket = self.sockets.get_mut(&conn);
                socket.map(|it| it.received.extend(bytes)).is_some()
            }
            Input::Closed { conn } => self.set_stage(conn, Stage::Closed),
            Input::Wake => true,
            Input::Accepted { .. } | Input::Signal(_) => false,
        }
    }

    fn set_stage(&mut self, conn: ConnId, stage: Stage) -> bool {
        self.sockets.get_mut(&conn).map(|it| it.stage = stage).is_some()
    }

    /// A connection under a fresh id.
    pub(crate) fn open_socket(&mut self) -> ConnId {
        let conn = ConnId(self.opened * 2 + 1);
        self.opened += 1;
        self.sockets.insert(conn, Socket { stage: Stage::Connecting, received: Vec::new() });
        conn
    }

    pub(crate) fn close_socket(&mut self, conn: ConnId) {
        let Some(socket) = self.sockets.remove(&conn) else { return };
        if matches!(socket.stage, Stage::Connecting | Stage::Open) {
            self.emit(Output::Close { conn });
        }
    }

    pub(crate) fn emit(&mut self, output: Output) {
        self.outputs.push((self.now, output));
    }

    /// Puts text on the terminal.
    pub(crate) fn print(&mut self, text: &str) {
        match self.printed.last_mut() {
            Some((false, last)) => last.push_str(text),
            _ => self.printed.push((false, text.to_owned())),
        }
    }

    pub(crate) fn ask(&mut self, question: Question) {
        self.questions.push((self.now, question));
    }

    /// Asks to be polled at `at`, unless something else comes first.
    pub(crate) fn wake_at(&mut self, at: Time) {
        self.deadline = Some(self.deadline.map_or(at, |due| due.min(at)));
    }

    pub(crate) fn take_outputs(&mut self) -> Vec<(Time, Output)> {
        std::mem::take(&mut self.outputs)
    }

    pub(crate) fn take_questions(&mut self) -> Vec<(Time, Question)> {
        std::mem::take(&mut self.questions)
    }
}
