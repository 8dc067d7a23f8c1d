//! All nodes in this thread, as fast as they go.

use std::collections::BTreeMap;

use engine::time::Span;
use engine::{Node, Time};
use sim::{Done, Pid, Window, Work};

use crate::lab::{Action, Lab};

/// The nodes of a lab, run inline.
#[derive(Debug, Default)]
pub struct Inline {
    /// The running nodes.
    pub nodes: BTreeMap<Pid, Node>,
}

impl Inline {
    /// Does one process's work.
    pub fn work(&mut self, work: Work) -> Done {
        if let Some((at, start)) = work.start {
            self.nodes.insert(work.pid, Node::boot(at, start));
        }
        let node = self.nodes.get_mut(&work.pid).expect("work is for running nodes");
        let outputs = node.run(work.from, work.until, work.inputs);
        Done { pid: work.pid, outputs, deadline: node.deadline() }
    }

    /// Does the next window that starts before `limit`; false when there is none and the clock
    /// stands at `limit`.
    pub fn step(&mut self, lab: &mut Lab, limit: Time) -> bool {
        let Some(window) = lab.next_window(limit) else { return false };
        self.do_window(lab, window);
        true
    }

    /// Does a window that the lab has handed out.
    pub fn do_window(&mut self, lab: &mut Lab, mut window: Window) {
        let done = window.work.drain(..).map(|work| self.work(work)).collect();
        lab.finish(window, done);
        for pid in lab.take_ended() {
            self.nodes.remove(&pid);
        }
    }

    /// Runs a lab, a second at a time, until its opening is over; false when that takes longer than
    /// `within`.
    #[must_use]
    pub fn run_opening(&mut self, lab: &mut Lab, within: Span) -> bool {
        let limit = lab.world.now() + within;
        while !lab.is_open() {
            if lab.world.now() >= limit {
                return false;
            }
            let next = lab.world.now() + Span::from_secs(1);
            self.run_until(lab, next);
        }
        true
    }

    /// Runs the lab up to `limit`, and does on the way what `history` has done beyond what the lab
    /// did already.
    pub fn repeat(&mut self, lab: &mut Lab, history: &[(Time, Action)], limit: Time) {
        while let Some((at, action)) = history.get(lab.history().len())
            && *at <= limit
        {
            self.run_until(lab, *at);
            lab.act(action.clone());
            for pid in lab.take_ended() {
                self.nodes.remove(&pid);
            }
        }
        self.run_until(lab, limit);
    }

    /// Runs the lab up to `limit`.
    pub fn run_until(&mut self, lab: &mut Lab, limit: Time) {
        while self.step(lab, limit) {}
    }
}
