//! Windows out, results in.
//!
//! A window is worked on in two steps. [`World::next_window`] takes its events and turns those that
//! a process hears of into inputs. [`World::finish`] goes through the same events once more, merged
//! with what the processes did, in the order of time, and lets the kernels act: answer a SYN, send
//! again, reset. Only this second step sends anything, draws random numbers or puts new events into
//! the queue. So their order is the order of time, wherever one window ends and the next begins.

use engine::time::Span;
use engine::{Input, Output, Time};

use crate::World;
use crate::net::{Happened, SYN_ATTEMPTS};
use crate::process::{Pid, ProcessState};
use crate::queue::Event;
use crate::window::{Done, Window, Work};

impl World {
    /// The time of the next event, if there is one.
    #[must_use]
    pub fn next_event(&self) -> Option<Time> {
        match (self.queue.next(), self.processes.next_wake()) {
            (Some(event), Some(wake)) => Some(event.min(wake)),
            (event, wake) => event.or(wake),
        }
    }

    /// How much may happen at once without anybody hearing of another: the smallest one-way latency
    /// of any link. What one process causes in another without the network (a shell that goes on
    /// after a program's exit, say) must come at least this much later.
    #[must_use]
    pub fn lookahead(&self) -> Span {
        self.net.links.shortest()
    }

    /// The next window of work that starts before `limit`. When there is none, the clock moves to
    /// `limit`.
    ///
    /// # Panics
    /// When the last window has not been given to [`World::finish`].
    pub fn next_window(&mut self, limit: Time) -> Option<Window> {
        assert!(!self.in_window, "the last window has not been finished");
        loop {
            let Some(start) = self.next_event().filter(|&start| start < limit) else {
                self.now = self.now.max(limit);
                return None;
            };
            let until = (start + self.lookahead()).min(limit);
            self.now = start;
            self.collect(start, until);
            if !self.work.is_empty() {
                self.work.sort_unstable_by_key(|work| work.pid);
                for work in &self.work {
                    if let Some(process) = self.processes.get_mut(work.pid) {
                        process.in_work = None;
                    }
                }
                self.in_window = true;
                return Some(Window { start, until, work: std::mem::take(&mut self.work) });
            }
            self.act(Vec::new());
            self.now = until;
        }
    }

    /// Merges what the processes did, in a fixed order, into the future.
    ///
    /// # Panics
    /// When no window is open.
    pub fn finish(&mut self, mut window: Window, mut done: Vec<Done>) {
        assert!(self.in_window, "there is no window to finish");
        self.in_window = false;
        window.work.clear();
        self.work = window.work;
        done.sort_unstable_by_key(|done| done.pid);
        let mut outputs = std::mem::take(&mut self.outputs);
        for Done { pid, outputs: of_one, deadline } in done {
            debug_assert!(of_one.iter().all(|&(at, _)| window.start <= at && at < window.until));
            outputs.extend(of_one.into_iter().map(|(at, output)| (at, pid, output)));
            self.processes.set_deadline(pid, deadline.map(|due| due.max(window.until)));
        }
        // Stable: the outputs of one moment stay in the order of pids, those of a process in its own.
        outputs.sort_by_key(|&(at, ..)| at);
        self.outputs = self.act(outputs);
        self.now = window.until;
        self.net.rules.retire(self.now);
    }

    /// Takes the events before `until`: inputs go to the work of their processes, what kernels have
    /// to see to is kept for [`World::act`].
    fn collect(&mut self, from: Time, until: Time) {
        while let Some((at, event)) = self.queue.pop_before(until) {
            let (happened, heard) = match event {
                Event::Arrive(stream, way) => {
                    let Some(it) = self.net.get_mut(stream) else { continue };
                    let Some(segment) = it.take_arrival(way) else { continue };
                    let happened = Happened::Arrived(stream, way, segment.kind());
                    (Some(happened), it.hear(way, segment))
                }
                Event::SynTimer(stream, attempt) => {
                    let Some(it) = self.net.get_mut(stream) else { continue };
                    let last = attempt == SYN_ATTEMPTS;
                    let why = engine::ConnectError::TimedOut;
                    let heard = last.then(|| it.hear_failure(why)).flatten();
                    (Some(Happened::SynTimer(stream, attempt)), heard)
                }
                Event::NoRoute(stream) => {
                    let Some(it) = self.net.get_mut(stream) else { continue };
                    let heard = it.hear_failure(engine::ConnectError::Unreachable);
                    (Some(Happened::NoRoute(stream)), heard)
                }
                Event::Retransmit(stream, way) => {
                    let Some(it) = self.net.get_mut(stream) else { continue };
                    (Some(Happened::Retransmit(stream, way)), it.hear_give_up(way))
                }
                Event::Acknowledged(stream, way) => {
                    (Some(Happened::Acknowledged(stream, way)), None)
                }
                Event::Signal(pid, signal) => (None, Some((pid, Input::Signal(signal)))),
                Event::ClockSet(pid, unix_us_at_zero) => {
                    self.tell(at, from, until, pid, Input::Clock { unix_us_at_zero });
                    (None, None)
                }
                Event::DiskFull(pid, full) => {
                    self.tell(at, from, until, pid, Input::Disk { full });
                    (None, None)
                }
                Event::Wake(pid) => (None, Some((pid, Input::Wake))),
                Event::Start(pid) | Event::Resume(pid) => {
                    self.go_on(at, from, until, pid);
                    (None, None)
                }
            };
            self.happened.extend(happened.map(|happened| (at, happened)));
            if let Some((pid, input)) = heard {
                self.hand(at, from, until, pid, input);
            }
        }
        while let Some(pid) = self.processes.pop_wake_before(until) {
            self.work_of(pid, from, until);
        }
    }

    /// Gives an input to a process, or keeps it while the process is frozen or has yet to start.
    fn hand(&mut self, at: Time, from: Time, until: Time, pid: Pid, input: Input) {
        let Some(process) = self.processes.get_mut(pid) else { return };
        let stopped = process.state == ProcessState::Stopped;
        if stopped || process.start.is_some() || !process.mailbox.is_empty() {
            process.mailbox.push(input);
        } else if let Some(work) = self.work_of(pid, from, until) {
            work.inputs.push((at, input));
        }
    }

    /// Tells a process what its host is like: a frozen one sees that before all else when it goes on.
    fn tell(&mut self, at: Time, from: Time, until: Time, pid: Pid, input: Input) {
        let Some(process) = self.processes.get_mut(pid) else { return };
        let waits = process.state == ProcessState::Stopped || process.start.is_some();
        if waits || !process.mailbox.is_empty() {
            // Before all that waits for it, but after what was told earlier.
            let told = |it: &&Input| matches!(it, Input::Clock { .. } | Input::Disk { .. });
            let place = process.mailbox.iter().take_while(told).count();
            process.mailbox.insert(place, input);
        } else {
            self.hand(at, from, until, pid, input);
        }
    }

    /// A process starts, or goes on after it was frozen with what came meanwhile.
    fn go_on(&mut self, at: Time, from: Time, until: Time, pid: Pid) {
        let Some(process) = self.processes.get_mut(pid) else { return };
        if process.state == ProcessState::Stopped {
            return;
        }
        let start = process.start.take();
        let mailbox = std::mem::take(&mut process.mailbox);
        if let Some(work) = self.work_of(pid, from, until) {
            if let Some(start) = start {
                work.start = Some((at, *start));
            }
            work.inputs.extend(mailbox.into_iter().map(|input| (at, input)));
        }
    }

    /// The work of a process in the window that is being put together.
    fn work_of(&mut self, pid: Pid, from: Time, until: Time) -> Option<&mut Work> {
        let process = self.processes.get_mut(pid)?;
        let index = *process.in_work.get_or_insert_with(|| {
            let kind = process.kind;
            self.work.push(Work { pid, kind, start: None, from, inputs: Vec::new(), until });
            self.work.len() - 1
        });
        self.work.get_mut(index)
    }

    /// Goes through what happened and what was put out in the order of time; at the same moment
    /// kernels come first. Gives the emptied buffer back.
    fn act(&mut self, mut outputs: Vec<(Time, Pid, Output)>) -> Vec<(Time, Pid, Output)> {
        let mut happened = std::mem::take(&mut self.happened);
        let mut kernels = happened.drain(..).peekable();
        for (at, pid, output) in outputs.drain(..) {
            while let Some((when, it)) = kernels.next_if(|&(when, _)| when <= at) {
                self.settle(when, it);
            }
            self.apply(at, pid, output);
        }
        for (when, it) in kernels {
            self.settle(when, it);
        }
        self.happened = happened;
        outputs
    }

    /// Does to the world what a process puts out.
    fn apply(&mut self, at: Time, pid: Pid, output: Output) {
        let Some(host) = self.processes.get(pid).map(|process| process.host) else { return };
        self.trace.output(at, host, pid, &output);
        let here = &mut self.hosts[usize::from(host.0)];
        match output {
            Output::Listen { port } => here.listen(port, pid),
            Output::Connect { conn, to, nodelay } => self.connect(at, pid, (conn, nodelay), to),
            Output::Send { conn, bytes } => {
                #[cfg(debug_assertions)]
                crate::carry::check_bus_messages(&bytes);
                self.send(at, pid, conn, bytes);
            }
            Output::Close { conn } => self.close(at, pid, conn),
            Output::WriteFile { name, bytes } => {
                if !here.full {
                    here.disk.insert(name, std::rc::Rc::new(bytes));
                }
            }
            Output::Log(line) => here.append_log(&line),
            Output::Event(_) => {}
            Output::Exit { code } => self.end(at, pid, Some(code)),
        }
    }
}
