//! Programs of the shell: straight-line async code over sockets, time and a terminal.
//!
//! A program is one future. It is polled inline whenever its process has work, with a waker that
//! does nothing: inputs, deadlines and answers from the world are the only things it can wait for,
//! and each of them is work. So a program is as deterministic as the world around it.

mod io;
mod process;
mod sink;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Waker};

use engine::{Output, Time};
use sim::{Done, Pid, Work};

pub use io::{Closed, Io, Typed};
pub(crate) use process::Process;
pub use sink::Sink;

type Body = Pin<Box<dyn Future<Output = ()>>>;

/// One running program.
struct Program {
    process: Rc<RefCell<Process>>,
    body: Body,
    /// Its first work, which brings no input, is its start.
    started: bool,
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
    /// Makes `body` the program of process `pid`; its first work starts it.
    pub(crate) fn start<F>(&mut self, pid: Pid, process: Process, body: impl FnOnce(Io) -> F)
    where
        F: Future<Output = ()> + 'static,
    {
        let process = Rc::new(RefCell::new(process));
        let body = Box::pin(body(Io::new(Rc::clone(&process))));
        self.running.insert(pid, Program { process, body, started: false });
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
        let ended = program.run(work);
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
    /// Takes inputs in order, and wakes the program whenever its deadline comes first. Returns
    /// whether it ended.
    fn run(&mut self, work: Work) -> bool {
        let from = work.from;
        if !std::mem::replace(&mut self.started, true) && self.poll(from) {
            return true;
        }
        for (at, input) in work.inputs {
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
        while let Some(due) = self.due().filter(|&due| due < work.until) {
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
