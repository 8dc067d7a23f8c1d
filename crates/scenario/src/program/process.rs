//! What a program's process has: sockets, a terminal, questions to the world.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::rc::Rc;

use engine::{ConnId, ConnectError, Input, Output, Time};
use sim::{HostId, World};

use crate::workload::Workload;

use super::Make;

/// Something that only the lab can do or tell, with its world and its workload.
pub(crate) type Question = Box<dyn FnOnce(&mut World, &mut Workload) -> Rc<dyn Any>>;

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
#[derive(Debug, Clone)]
pub(crate) struct Socket {
    pub(crate) stage: Stage,
    /// Our end, once it stands.
    pub(crate) local: Option<SocketAddrV4>,
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
    /// What went to the terminal and was not fetched yet; when, and true for the
    /// echo of a typed line.
    pub(crate) printed: Vec<(Time, bool, String)>,
    /// Questions to the world that were not answered yet, by their numbers.
    pub(crate) questions: BTreeMap<u64, Question>,
    /// Where the program would go on if it were made anew now.
    pub(super) resume: Option<Make>,
    outputs: Vec<(Time, Output)>,
    /// When which question was asked, until the lab asks for that.
    asked: Vec<(Time, u64)>,
    answers: BTreeMap<u64, Rc<dyn Any>>,
    /// Questions whose answers nobody waits for any more.
    abandoned: BTreeSet<u64>,
    questions_asked: u64,
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
            questions: BTreeMap::new(),
            resume: None,
            outputs: Vec::new(),
            asked: Vec::new(),
            answers: BTreeMap::new(),
            abandoned: BTreeSet::new(),
            questions_asked: 0,
            opened: 0,
        }
    }

    /// The same process as it is when nothing is under way.
    pub(super) fn plain(&self) -> Self {
        Self {
            now: self.now,
            prompt_since: self.prompt_since,
            questions_asked: self.questions_asked,
            opened: self.opened,
            ..Self::new(self.host, self.ip, self.unix_us_at_zero)
        }
    }

    /// Its plain state and how to go on from there, while it waits at a prompt and nothing else is
    /// under way.
    pub(super) fn at_rest(&self) -> Option<(Make, Self)> {
        let make = self.resume.as_ref()?;
        let rests = self.prompt.is_some()
            && self.is_idle()
            && self.sockets.is_empty()
            && self.questions.is_empty()
            && self.answers.is_empty();
        rests.then(|| (Rc::clone(make), self.plain()))
    }

    /// Forgets what was put out: it has been put out before.
    pub(super) fn forget_outputs(&mut self) {
        self.outputs.clear();
        self.asked.clear();
        self.printed.clear();
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
            Input::Connected { conn, local } => {
                let socket = self.sockets.get_mut(&conn);
                socket.map(|it| (it.stage, it.local) = (Stage::Open, Some(local))).is_some()
            }
            Input::ConnectFailed { conn, why } => self.set_stage(conn, Stage::Failed(why)),
            Input::Received { conn, bytes } => {
                let socket = self.sockets.get_mut(&conn);
                socket.map(|it| it.received.extend(bytes)).is_some()
            }
            Input::Closed { conn } => self.set_stage(conn, Stage::Closed),
            Input::Wake => true,
            Input::Clock { unix_us_at_zero } => {
                self.unix_us_at_zero = unix_us_at_zero;
                false
            }
            Input::Accepted { .. } | Input::Signal(_) | Input::Disk { .. } => false,
        }
    }

    fn set_stage(&mut self, conn: ConnId, stage: Stage) -> bool {
        self.sockets.get_mut(&conn).map(|it| it.stage = stage).is_some()
    }

    /// A connection under a fresh id.
    pub(crate) fn open_socket(&mut self) -> ConnId {
        let conn = ConnId(self.opened * 2 + 1);
        self.opened += 1;
        self.sockets
            .insert(conn, Socket { stage: Stage::Connecting, local: None, received: Vec::new() });
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
            Some((at, false, last)) if *at == self.now => last.push_str(text),
            _ => self.printed.push((self.now, false, text.to_owned())),
        }
    }

    /// Asks the world; returns the question's number.
    pub(super) fn ask(&mut self, question: Question) -> u64 {
        let number = self.questions_asked;
        self.questions_asked += 1;
        self.questions.insert(number, question);
        self.asked.push((self.now, number));
        number
    }

    pub(super) fn answer(&mut self, number: u64, answer: Rc<dyn Any>) {
        self.questions.remove(&number);
        if !self.abandoned.remove(&number) {
            self.answers.insert(number, answer);
        }
    }

    pub(super) fn take_answer(&mut self, number: u64) -> Option<Rc<dyn Any>> {
        self.answers.remove(&number)
    }

    /// Nobody waits for answers any more. What was asked is done nevertheless.
    pub(super) fn abandon_questions(&mut self) {
        self.abandoned.extend(self.questions.keys());
        self.answers.clear();
    }

    /// Asks to be polled at `at`, unless something else comes first.
    pub(crate) fn wake_at(&mut self, at: Time) {
        self.deadline = Some(self.deadline.map_or(at, |due| due.min(at)));
    }

    pub(crate) fn take_outputs(&mut self) -> Vec<(Time, Output)> {
        std::mem::take(&mut self.outputs)
    }

    /// What was asked since the last call, and when.
    pub(crate) fn take_asked(&mut self) -> Vec<(Time, u64)> {
        std::mem::take(&mut self.asked)
    }
}
