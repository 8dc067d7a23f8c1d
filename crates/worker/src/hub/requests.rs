//! What became of the workload's requests, second by second, as frames tell it.

use bridge::RequestSecond;
use engine::Time;
use scenario::Lab;
use scenario::workload::{Counts, INTERVAL, Interval};

use crate::convert::workload;

/// Seconds that are to be told.
#[derive(Debug)]
pub(crate) struct Requests {
    /// The second that goes on.
    second: Time,
    over: Vec<RequestSecond>,
}

impl Requests {
    /// From the present second of a lab on.
    pub(crate) fn new(lab: &Lab) -> Self {
        Self { second: second_of(lab), over: Vec::new() }
    }

    /// Takes the seconds that are over.
    pub(crate) fn see(&mut self, lab: &Lab) {
        let (from, to) = (self.second, second_of(lab));
        if from < to {
            self.over.extend(between(lab, from, to));
            self.second = to;
        }
    }

    /// Hands over the seconds that are over, and the one that goes on, as far as it is.
    pub(crate) fn take(&mut self, lab: &Lab) -> Vec<RequestSecond> {
        self.see(lab);
        let mut told = std::mem::take(&mut self.over);
        told.extend(between(lab, self.second, self.second + INTERVAL));
        told
    }
}

fn second_of(lab: &Lab) -> Time {
    let now = lab.world.now();
    Time(now.0 - now.0 % INTERVAL.0)
}

/// Seconds in which something came.
fn between(lab: &Lab, from: Time, to: Time) -> Vec<RequestSecond> {
    let newest = lab.workload().numbers.intervals().rev();
    let within = newest.skip_while(|it| it.from >= to).take_while(|it| it.from >= from);
    let some = within.filter(|it| it.counts != Counts::default());
    let mut told: Vec<_> = some.map(|it: Interval| workload::second(&it)).collect();
    told.reverse();
    told
}
