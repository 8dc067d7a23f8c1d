//! The host under the process: its clock, which may be set, and its disk, which may be full.
//!
//! Redis measures almost everything with the wall clock, so that a clock which is set makes timers
//! fire early or late. Only its cron goes by a clock that nobody sets. So there are two times: the
//! steady one at the doors, and the clock's within the node. They differ by as much as the clock was
//! set, and by [`ORIGIN`], so that there is a time before the zero of the doors.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::log::Level;
use crate::node::Node;
use crate::time::{Span, Time};

/// How much earlier than that of the doors the zero of the clock's time is, microseconds: a clock can
/// be set back by that much.
pub(crate) const ORIGIN: u64 = 10 * 86_400 * 1_000_000;

/// What the host is like.
#[derive(Debug, Default, BorshSerialize, BorshDeserialize)]
pub(crate) struct Machine {
    /// How much the clock's time is ahead of the steady one, microseconds.
    ahead: i64,
    /// Whether nothing can be written.
    pub disk_full: bool,
}

impl Node {
    /// What the clock shows at a moment of steady time.
    pub(crate) const fn by_clock(&self, steady: Time) -> Time {
        moved(steady, self.machine.ahead)
    }

    /// The steady time at which the clock shows, or showed, `at`.
    pub(crate) const fn steady(&self, at: Time) -> Time {
        moved(at, self.machine.ahead.saturating_neg())
    }

    /// The steady time from the start of the process until the clock shows `at`.
    pub(crate) const fn since_start(&self, at: Time) -> Span {
        self.steady(at).since(self.started)
    }

    /// The clock has this Unix time at the zero of the doors from here on.
    pub(crate) fn clock_set(&mut self, unix_us_at_zero: u64) {
        self.pass_idle_ticks(false);
        let busy = self.busy_until.map(|until| self.steady(until));
        self.machine.ahead = unix_us_at_zero.wrapping_sub(self.unix_us_at_zero).cast_signed();
        self.now = self.by_clock(self.steady_now);
        self.busy_until = busy.map(|until| self.by_clock(until));
    }

    /// A node that cannot keep what it voted or promised must not go on. What this turn had to say
    /// is not said: Redis writes to its sockets after it has saved.
    pub(crate) fn die_of_full_disk(&mut self) {
        self.take_back();
        self.log(Level::Warning, "Fatal: can't update cluster config file.");
        self.exit(1);
    }
}

const fn moved(at: Time, by: i64) -> Time {
    Time(at.0.saturating_add_signed(by))
}
