//! Programs of the shell: straight-line async code over sockets, time and a terminal.
//!
//! A program is one future. It is polled inline whenever its process has work, with a waker that
//! does nothing: inputs, deadlines and answers from the world are the only things it can wait for,
//! and each of them is work. So a program is as deterministic as the world around it.

mod io;
mod past;
mod process;
mod sink;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Waker};

use engine::{Input, Output, Time};
use sim::{Done, Pid, Work, World};

use crate::workload::Workload;

pub use io::{Closed, Io, Typed};
pub(crate) use past::{Make, Past, make};
pub(crate) use process::Process;
pub use sink::Sink;

use past::Given;

type Body = Pin<Box<dyn Future<Output = ()>>>;

/// One running program.
struct Program {
    process: Rc<RefCell<Process>>,
    body: Body,
    /// Its first work, which brings no input, is its start.
    started: bool,
    /// How it can be brought here once more; none for a body that can be called only once.
    past: Option<Past>,
}

/// All running programs.
#[derive(Default)]
pub(crate) struct Programs {
    running: BTreeMap<Pid, Program>,
}

impl fmt::Debug for Programs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.running.keys()).finish()
    }
}

impl Programs {
    /// Makes `body` the program of process `pid`; its first work starts it. Nothing is kept of it.
    pub(crate) fn start_once<F>(&mut self, pid: Pid, process: Process, body: impl FnOnce(Io) -> F)
    where
        F: Future<Output = ()> + 'static,
    {
        let process = Rc::new(RefCell::new(process));
        let body = Box::pin(body(Io::new(Rc::clone(&process))));
        self.running.insert(pid, Program { process, body, started: false, past: None });
    }

    /// Makes what `make` makes the program of process `pid`; its first work starts it.
    pub(crate) fn start(&mut self, pid: Pid, process: Process, make: Make) {
        self.running.insert(pid, Program::again(&Past::new(make, &process)));
    }

    /// How every program came to where it is.
    ///
    /// # Panics
    /// When one was started with a body that can be called only once.
    pub(crate) fn pasts(&self) -> BTreeMap<Pid, Past> {
        let past = |program: &Program| program.past.clone().expect("only shells can be kept");
        self.running.iter().map(|(&pid, program)| (pid, past(program))).collect()
    }

    /// The same programs, where they were then.
    pub(crate) fn restore(pasts: &BTreeMap<Pid, Past>) -> Self {
        Self { running: pasts.iter().map(|(&pid, past)| (pid, Program::again(past))).collect() }
    }

    /// Types a line at a program's terminal.
    pub(crate) fn type_line(&mut self, pid: Pid, line: String, echo: bool) {
        if let Some(program) = self.running.get_mut(&pid) {
            program.give(Given::Typed(line, echo));
        }
    }

    /// Presses Ctrl-C at a program's terminal.
    pub(crate) fn interrupt(&mut self, pid: Pid) {
        if let Some(program) = self.running.get_mut(&pid) {
            program.give(Given::Interrupt);
        }
    }

    /// Answers a program's question.
    pub(crate) fn answer(
        &mut self,
        pid: Pid,
        number: u64,
        world: &mut World,
        workload: &mut Workload,
    ) {
        let question = self.with(pid, |process| process.questions.remove(&number)).flatten();
        if let (Some(question), Some(program)) = (question, self.running.get_mut(&pid)) {
            let answer = question(world, workload);
            program.give(Given::Answer(number, answer));
        }
    }

    /// Looks into a running program's process.
    pub(crate) fn with<R>(&self, pid: Pid, look: impl FnOnce(&mut Process) -> R) -> Option<R> {
        let program = self.running.get(&pid)?;
        Some(look(&mut program.process.borrow_mut()))
    }

    /// Does one program's work. A program that ends says so with [`Output::Exit`].
    pub(crate) fn work(&mut self, work: Work) -> Done {
        let pid = work.pid;
        let Some(program) = self.running.get_mut(&pid) else {
            return Done { pid, outputs: Vec::new(), deadline: None };
        };
        let ended = program.work(work);
        let mut process = program.process.borrow_mut();
        let outputs = process.take_outputs();
        let deadline = if ended { None } else { process.deadline };
        Done { pid, outputs, deadline }
    }

    /// Forgets a program that ended or was killed. Returns whether `pid` was a program.
    pub(crate) fn remove(&mut self, pid: Pid) -> bool {
        self.running.remove(&pid).is_some()
    }
}

impl Program {
    /// A program that comes to where this past ends.
    fn again(past: &Past) -> Self {
        let process = Rc::new(RefCell::new(past.process()));
        let body = past.body(Io::new(Rc::clone(&process)));
        let mut program = Self { process, body, started: false, past: Some(past.clone()) };
        if let Some(at) = past.prompt_at() {
            program.started = true;
            program.poll(at);
        }
        for given in past.given() {
            program.take(given);
        }
        program.process.borrow_mut().forget_outputs();
        program
    }

    /// Gives the program something, and keeps it.
    fn give(&mut self, given: Given) {
        self.take(&given);
        if let Some(past) = &mut self.past {
            past.add(given);
        }
    }

    fn take(&mut self, given: &Given) {
        match given {
            Given::Work { from, inputs, until } => {
                self.run(*from, inputs.iter().cloned(), *until);
            }
            Given::Typed(line, echo) => {
                self.process.borrow_mut().typed.push_back((line.clone(), *echo));
            }
            // A terminal forgets what was typed ahead.
            Given::Interrupt => {
                let mut process = self.process.borrow_mut();
                process.typed.clear();
                process.interrupted = true;
            }
            Given::Answer(number, answer) => {
                self.process.borrow_mut().answer(*number, Rc::clone(answer));
            }
        }
    }

    /// Does a window's work, and keeps it; returns whether the program ended.
    fn work(&mut self, work: Work) -> bool {
        if let Some(past) = &mut self.past {
            past.add(Given::work(&work));
        }
        let ended = self.run(work.from, work.inputs, work.until);
        let process = self.process.borrow();
        if let (Some(past), Some((make, rest))) = (&mut self.past, process.at_rest()) {
            past.cut(make, rest);
        }
        ended
    }

    /// Takes inputs in order, and wakes the program whenever its deadline comes first. Returns
    /// whether it ended.
    fn run(
        &mut self,
        from: Time,
        inputs: impl IntoIterator<Item = (Time, Input)>,
        until: Time,
    ) -> bool {
        if !std::mem::replace(&mut self.started, true) && self.poll(from) {
            return true;
        }
        for (at, input) in inputs {
            while let Some(due) = self.due().filter(|&due| due <= at) {
                if self.poll(due.max(from)) {
                    return true;
                }
            }
            let heard = self.process.borrow_mut().hear(at, input);
            if heard && self.poll(at) {
                return true;
            }
        }
        while let Some(due) = self.due().filter(|&due| due < until) {
            if self.poll(due.max(from)) {
                return true;
            }
        }
        false
    }

    fn due(&self) -> Option<Time> {
        self.process.borrow().deadline
    }

    /// Lets the program go on at `now`. Every wait that stays pending asks for its deadline anew.
    fn poll(&mut self, now: Time) -> bool {
        {
            let mut process = self.process.borrow_mut();
            process.now = now;
            process.deadline = None;
        }
        let ended = self.body.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready();
        if ended {
            self.process.borrow_mut().emit(Output::Exit { code: 0 });
        }
        ended
    }
}
